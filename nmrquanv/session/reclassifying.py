"""What lines are called after a new reference or another solvent: by tables, lists and persons.

Only what tables said is forgotten: not what a person or a list of elsewhere says of a line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from nmrquanv.session import working_list
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peak import SEARCHED, TABLED
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.satellites import with_satellites
from nmrquanv.spectra.solvents import classified
from nmrquanv.spectra.user_marks import ClassMark


def reclassified(state: State, processed: Processed, shift_ppm: float = 0.0) -> State:
    """Return the state with classes by the program's tables, then by the user's marks.

    Parameters
    ----------
    state : State
        As it is before the change: its sample tells what tables said until now.
    processed : Processed
        After it.
    shift_ppm : float, ppm
        By which everything is moved.
    """
    own = {name: frozenset(_own(layer, state)) for name, layer in state.layers.items()}
    own_peaks = frozenset(_own(state.peaks, state))
    state = state.shifted(shift_ppm) if shift_ppm else state

    def by_table(peaks: PeakList, own: frozenset[str]) -> PeakList:
        return replace(peaks, peaks=_by_table(peaks, processed.dataset, own))

    layers = {name: by_table(layer, own[name]) for name, layer in state.layers.items()}
    peaks = by_table(state.peaks, own_peaks)
    peaks = replace(peaks, peaks=tuple(working_list.marked(peaks, state.marks)))
    return replace(state, layers=MappingProxyType(layers), peaks=peaks)


def with_marks_of(state: State, peaks: PeakList) -> State:
    """Return the state with marks for what a list says of its lines and tables do not.

    So a person's classes in a list that was written outlive a new reference and a new search.
    """
    axis = state.processed.dataset.data.axis
    by_table = _by_table(peaks, state.processed.dataset)
    marks = tuple(
        ClassMark(peak.ppm, working_list.half_width_ppm(peak, axis), peak.peak_class)
        for peak, told in zip(peaks, by_table, strict=True)
        if peak.peak_class not in (told.peak_class, *SEARCHED)
    )
    return replace(state, marks=state.marks + marks)


def _own(peaks: PeakList, state: State) -> Iterator[str]:
    """Yield the ids of peaks whose class no table gave.

    A person gave it, a mark says so, or a list of elsewhere says it and tables do not.
    """
    files = {name for name, layer in state.layers.items() if "file" in layer.provenance.settings}
    is_any = any(peak.finder in files for peak in peaks)
    tabled = _by_table(peaks, state.processed.dataset) if is_any else peaks.peaks
    marks = working_list.marks_at(peaks, state.marks)
    for peak, by_table, mark in zip(peaks, tabled, marks, strict=True):
        is_persons = peak.peak_class not in ("signal", *TABLED, *SEARCHED)
        is_marked = mark is not None and mark.peak_class == peak.peak_class
        is_listed = peak.finder in files and peak.peak_class not in ("signal", by_table.peak_class)
        if is_persons or is_marked or is_listed:
            yield peak.id


def _by_table(
    peaks: Iterable[Peak], dataset: DataSet, own: Collection[str] = ()
) -> tuple[Peak, ...]:
    """Return peaks with the classes that tables give, but for those that keep their ``own``."""
    peaks = tuple(peaks)
    sample, axis = dataset.sample, dataset.data.axis
    bare = tuple(
        p if p.peak_class in SEARCHED or p.id in own else p.called("signal") for p in peaks
    )
    told = with_satellites(classified(bare, sample, axis.sf_mhz), sample, axis)
    return tuple(p if p.id in own else new for p, new in zip(peaks, told, strict=True))
