"""Finders on real spectra: held against the trace, and against lists of signals that go with them.

Without lists: visible tops unmarked or hidden by a class, marks where nothing is seen
(``visible.py``). With lists (``ground_truth/NAME.csv`` beside the data set NAME): which lines of
first-order multiplets that the trace shows were found, in how many patterns the count is exact,
and how many lines are too many.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from nmrquanv.bench.placed_patterns import placed
from nmrquanv.bench.shipped_finders import labels
from nmrquanv.bench.visible import Hygiene, judge
from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.io import data_sets, read
from nmrquanv.io.signal_lists import LISTS, listed_data_set, read_signals
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.picking import signs
from nmrquanv.spectra.signals import Signal
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Counts:
    """What a finder made of one spectrum, or of several together.

    Parameters
    ----------
    tops, peaks, unmarked, tall_unmarked, nowhere, doubled, explained : int
        See :class:`nmrquanv.bench.visible.Hygiene`.
    patterns, exact : int
        Listed multiplets that the trace shows, and those with the right number of lines.
    lines, found, surplus : int
        Lines of these, those with a peak on them, and peaks among them beyond their number.
    """

    tops: int = 0
    peaks: int = 0
    unmarked: int = 0
    tall_unmarked: int = 0
    nowhere: int = 0
    doubled: int = 0
    explained: int = 0
    patterns: int = 0
    exact: int = 0
    lines: int = 0
    found: int = 0
    surplus: int = 0

    def __add__(self, other: Counts) -> Counts:
        names = [f.name for f in fields(Counts)]
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True)
class RealResult:
    """Finders on the real spectra of a folder.

    Parameters
    ----------
    counts : dict of str to dict of str to Counts
        Finder -> data set -> what became of it.
    left_out : dict of str to str
        Data sets that could not be used -> why.
    """

    counts: dict[str, dict[str, Counts]]
    left_out: dict[str, str]

    def total(self, model: str) -> Counts:
        """Return all data sets together."""
        return sum(self.counts[model].values(), Counts())

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, with the totals."""
        totals = {model: asdict(self.total(model)) for model in self.counts}
        return {**asdict(self), "totals": totals}


def measure_real(folder: Path, models: Sequence[str], report: Report = silent_report) -> RealResult:
    """Measure finders as shipped on every data set below a folder.

    Raises
    ------
    FormatError
        No data set there can be read.
    ModelError
        A model does not exist.
    """
    names = labels(models)
    folder = folder.resolve()
    listed = _listed(folder)
    counts: dict[str, dict[str, Counts]] = {name: {} for name in names}
    left_out = {}
    places = data_sets(folder)
    for number, place in enumerate(places):
        report(number, len(places), "real spectra")
        path = Path(place).resolve()
        title = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        try:
            spectrum = read(place).spectrum()
        except NmrQuanvError as error:
            left_out[title] = " ".join(str(error).split()).replace(f"{folder}{os.sep}", "")
            continue
        signals = listed.get(path, [])
        for model, name in zip(models, names, strict=True):
            found = find_peaks(spectrum, model)
            shown = as_listed(found, Thresholds(), spectrum)
            counts[name][title] = counted(spectrum, found, shown, signals)
    if not any(counts.values()):
        raise FormatError(f"{folder}: no data set here can be read; give a folder that holds some")
    report(len(places), len(places), "real spectra")
    return RealResult(counts, left_out)


def _listed(folder: Path) -> dict[Path, list[Signal]]:
    """Return the lists of signals by the data set that they belong to."""
    found = {}
    for path in sorted((folder / LISTS).glob("*.csv")):
        signals, _ = read_signals(path)
        try:
            found[listed_data_set(folder, path.stem).resolve()] = signals
        except FormatError:
            continue  # a list without its data set measures nothing
    return found


def counted(
    spectrum: Spectrum, candidates: PeakList, shown: PeakList, signals: Sequence[Signal] = ()
) -> Counts:
    """Count what a list makes of a spectrum."""
    explained = [p for p in candidates if p.is_explained]
    both = len(signs(spectrum)) == 2
    hygiene = judge(spectrum, list(shown), explained, both_signs=both)
    return _hygiene(hygiene) + _against(spectrum, shown, signals)


def _hygiene(found: Hygiene) -> Counts:
    return Counts(
        found.tops,
        found.peaks,
        len(found.unmarked),
        found.tall_unmarked,
        len(found.nowhere),
        len(found.doubled),
        len(found.explained),
    )


def _against(spectrum: Spectrum, shown: PeakList, signals: Sequence[Signal]) -> Counts:
    """Count lines of listed multiplets."""
    if not signals:
        return Counts()
    held = placed(spectrum, signals).held(shown)
    return Counts(
        patterns=held.patterns,
        exact=held.exact,
        lines=held.lines,
        found=held.found,
        surplus=held.surplus,
    )


def real_markdown(result: RealResult) -> str:
    """Return the totals of each finder, each data set's, and what was left out."""
    head = [f.name.replace("_", " ") for f in fields(Counts)]
    rows = [["all", name, *_cells(result.total(name))] for name in result.counts]
    for title in next(iter(result.counts.values())):
        rows += [[title, name, *_cells(own[title])] for name, own in result.counts.items()]
    table = [["data set", "finder", *head], ["---"] * (len(head) + 2), *rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines += [f"Left out: {title}: {why}" for title, why in result.left_out.items()]
    return "\n".join(lines) + "\n"


def _cells(counts: Counts) -> list[str]:
    return [str(getattr(counts, f.name)) for f in fields(Counts)]
