"""Every edit of a document as a pure function from state to state.

The document pushes what these return as one undo step each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from nmrquanv.guarded import plain
from nmrquanv.session import working_list
from nmrquanv.session.reclassifying import reclassified
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra import kept_patterns
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.peak import EXPLAINED
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import REFERENCE_HEIGHT, Peak, PeakClass, PeakList, Provenance
from nmrquanv.spectra.satellites import with_satellites
from nmrquanv.spectra.thresholds import LIMITS, PLACES, Limits, Thresholds, card_thresholds
from nmrquanv.spectra.trained_notes import joined_notes
from nmrquanv.spectra.user_marks import ClassMark, Region, Tombstone


def working_layers(state: State) -> dict[str, PeakList]:
    """Return the layers that the working list is made of, by finder."""
    if state.working_choice in working_list.COMBINATIONS:
        names = state.combined or tuple(state.layers)
    else:
        names = (state.working_choice,)
    return {name: state.layers[name] for name in names if name in state.layers}


def reference_height(state: State) -> float:
    """Return the height that a relative threshold refers to.

    It is the spectrum's: neither the finders that ran nor the user's classes change it.
    """
    return state.processed.reference_height(state.thresholds.excluded)


def limits(state: State, finder: str = "") -> Limits:
    """Return what a finder's peaks must pass: the document's word, its card's, the program's.

    Without a name those of the first working layer.
    """
    finder = finder or next(iter(working_layers(state)), "")
    layer = state.layers.get(finder)
    card = None if layer is None else card_thresholds(layer.provenance.settings)
    return state.thresholds.limits(finder, card)


def passing(state: State, peaks: PeakList) -> PeakList:
    """Return the peaks that pass, each by what its finder's must."""
    columns = PeakColumns.of(peaks)
    of = {finder: limits(state, finder) for finder in columns.finders}
    scale = kept_patterns.CouplingScale.of(state.processed.dataset.data)
    return kept_patterns.passing(columns, of, reference_height(state), scale)


def own_work(state: State) -> tuple[object, ...]:
    """Return what :func:`has_own_work` looks at."""
    marks = state.tombstones, state.marks, state.integrals, state.regions
    return (*marks, state.multiplets, state.peaks, state.processed)


def has_own_work(state: State) -> bool:
    """Tell whether a person has worked on what was read; what a search gives can be repeated."""
    has_work = bool(state.tombstones or state.marks or state.integrals or state.regions)
    has_work = has_work or any(m.is_by_hand for m in state.multiplets)
    has_work = has_work or any(working_list.is_kept(p) for p in state.peaks)
    return has_work or not state.processed.is_as_read


def candidates(state: State, axis: Axis) -> PeakList:
    """Return what the layers say under the working choice, before the user's own work.

    Union and intersection are made of the peaks as shown, so that they agree with what the
    comparison says; a single layer gives all its candidates.
    """
    layers = working_layers(state)
    if state.working_choice not in working_list.COMBINATIONS:
        return layers.get(state.working_choice, PeakList())
    shown, choice = [passing(state, x) for x in layers.values()], state.working_choice
    peaks = working_list.combined(shown, choice, state.tolerance_hz, axis)
    known = {name: layer.provenance for name, layer in layers.items()}
    settings = {n: x.settings for n, x in known.items()}
    cards = {n: x.card_sha256 for n, x in known.items()}
    provenance = Provenance(
        choice,
        settings={"layers": settings, "cards": cards},
        program_version=next((x.program_version for x in known.values()), ""),
        notes=joined_notes({n: x.notes for n, x in known.items()}),
    )
    sigma = next((layer.sigma for layer in layers.values() if layer.sigma is not None), None)
    return PeakList(peaks.peaks, provenance, sigma)


def provenance(state: State, leave_out_solvent: bool) -> Provenance:
    """Return how the shown peaks came about, for an export."""
    own = state.peaks.provenance
    of = {name: limits(state, name) for name in working_layers(state)} or {"": limits(state)}
    said = {n: {f: getattr(x, n) for f, x in of.items()} for n in LIMITS}
    settings = {
        **own.settings,
        "working_list": state.working_choice,
        # one number where it is the same for all finders
        **{n: x if len(set(x.values())) > 1 else next(iter(x.values())) for n, x in said.items()},
        REFERENCE_HEIGHT: reference_height(state),
        **plain({n: getattr(state.thresholds, n) for n in ("shows_satellites", *PLACES)}),
        "leave_out_solvent": leave_out_solvent,
        "edited": any(working_list.is_kept(p) for p in state.peaks) or bool(state.tombstones),
        "spectrum_changed_since": state.found_on not in (None, state.processed),
    }
    return replace(own, settings=settings)


def recomposed(state: State, axis: Axis) -> State:
    """Return the state with the working list made anew from layers and the user's work."""
    peaks = working_list.merged(
        candidates(state, axis), state.peaks, state.tombstones, state.marks, axis
    )
    return replace(state, peaks=peaks)


def with_results(
    state: State,
    results: Mapping[str, PeakList],
    region: tuple[float, float] | None,
    axis: Axis,
    found: tuple[str, ...] = (),
) -> State:
    """Return the state after a search (of ``found`` in all): layers replaced, the list merged."""
    layers = dict(state.layers)
    for name, result in results.items():
        layer = working_list.replaced_in_region(layers.get(name), result, region)
        if layer is not result:
            # what was found in a part may be the satellites of a line outside it
            sample = state.processed.dataset.sample
            layer = replace(layer, peaks=with_satellites(layer.peaks, sample, axis))
        layers[name] = layer
    choice = working_list.chosen(len(layers), state.working_choice, found or tuple(results))
    return recomposed(
        replace(
            state,
            layers=MappingProxyType(layers),
            working_choice=choice,
            found_on=state.processed,
        ),
        axis,
    )


def with_import(state: State, name: str, peaks: PeakList, axis: Axis) -> State:
    """Return the state with one more layer; the working choice stays if it has any."""
    choice = state.working_choice if state.layers else name
    given = replace(state, layers=MappingProxyType({**state.layers, name: peaks}))
    found_on = state.found_on or state.processed
    return recomposed(replace(given, working_choice=choice, found_on=found_on), axis)


def with_thresholds(state: State, thresholds: Thresholds, axis: Axis) -> State:
    """Return the state with other thresholds; no finder runs again."""
    state = replace(state, thresholds=thresholds)
    is_combined = state.working_choice in working_list.COMBINATIONS
    return recomposed(state, axis) if is_combined else state


def added(state: State, peak: Peak) -> State:
    """Return the state with a peak that the user put in."""
    return replace(state, peaks=state.peaks.add(peak))


def moved(state: State, old: Peak, new: Peak, axis: Axis) -> State:
    """Return the state with a peak moved; the model's own place gets a tombstone."""
    tombstones = state.tombstones
    if old.source == "model":
        half_width = working_list.half_width_ppm(old, axis)
        tombstones += (Tombstone(old.ppm, half_width, old, "moved"),)
    peaks = state.peaks.remove([old.id]).add(new)
    return replace(state, peaks=peaks, tombstones=tombstones)


def deleted(state: State, ids: Iterable[str], axis: Axis) -> State:
    """Return the state without some peaks, which stay away from now on."""
    gone = [p for p in (state.peaks.find(i) for i in ids) if p is not None]
    stones = tuple(Tombstone(p.ppm, working_list.half_width_ppm(p, axis), p) for p in gone)
    return replace(
        state,
        peaks=state.peaks.remove(p.id for p in gone),
        tombstones=state.tombstones + stones,
    )


def restored(state: State, axis: Axis) -> State:
    """Return the state with everything back that was deleted; moved peaks stay moved."""
    buried = [t for t in state.tombstones if t.reason == "deleted"]
    kept = tuple(t for t in state.tombstones if t.reason != "deleted")
    peaks = working_list.restored(candidates(state, axis), state.peaks, buried, axis)
    peaks = replace(peaks, peaks=tuple(working_list.marked(peaks, state.marks)))
    return replace(state, peaks=peaks, tombstones=kept)


def changed(state: State, ids: Iterable[str], **fields: object) -> State:
    """Return the state with some fields of some peaks of the working list set."""
    wanted = set(ids)
    peaks = (
        replace(p, **fields) if p.id in wanted else p  # type: ignore[arg-type]
        for p in state.peaks
    )
    return replace(state, peaks=state.peaks.part(peaks, state.peaks.positions_ppm()))


def _called(peak: Peak, peak_class: PeakClass) -> Peak:
    """Return a peak as a person calls it: what nothing explains any more is a line to that person.

    Whatever its confidence, it is shown then.
    """
    is_line = peak.is_explained and peak_class not in EXPLAINED
    return replace(peak.called(peak_class), is_confirmed=peak.is_confirmed or is_line)


def with_class(state: State, ids: Iterable[str], peak_class: PeakClass, axis: Axis) -> State:
    """Return the state with some peaks given a class; later searches obey."""
    wanted = set(ids)
    found = [p for p in state.peaks if p.id in wanted]
    marks = tuple(ClassMark(p.ppm, working_list.half_width_ppm(p, axis), peak_class) for p in found)
    called = (_called(p, peak_class) if p.id in wanted else p for p in state.peaks)
    peaks = state.peaks.part(called, state.peaks.positions_ppm())
    return replace(state, peaks=peaks, marks=state.marks + marks)


def with_processed(state: State, processed: Processed, shift_ppm: float) -> State:
    """Return the state on other data; a changed reference takes everything in ppm along.

    Solvent, water and satellites are looked for anew when the reference changed.
    """
    is_fresh = state.found_on is state.processed
    if shift_ppm:
        state = reclassified(state, processed, shift_ppm)
    found_on = processed if is_fresh and shift_ppm else state.found_on
    return replace(state, processed=processed, found_on=found_on)


def with_integral_set(state: State, integral_id: str, nuclei: float) -> State:
    """Return the state with one integral set to a number of nuclei; the others follow it."""
    return replace(
        state,
        integrals=tuple(
            replace(i, set_to=nuclei if i.id == integral_id else None) for i in state.integrals
        ),
    )


def with_integral(state: State, integral: Integral) -> State:
    """Return the state with an integral put in, or put in the place of the one with its id."""
    others = [i for i in state.integrals if i.id != integral.id]
    ordered = sorted((*others, integral), key=lambda i: -i.high_ppm)
    return replace(state, integrals=tuple(ordered))


def with_imported_integral(state: State, integral: Integral, axis: Axis) -> State:
    """Return the state with an integral of elsewhere, unless one with the same ends is there.

    A calibration that the user made stays; without one the imported one counts. Lists give ends to
    a thousandth of a ppm.
    """
    room_ppm = max(axis.point_ppm, 1e-3)
    for known in state.integrals:
        ends = abs(known.high_ppm - integral.high_ppm), abs(known.low_ppm - integral.low_ppm)
        if max(ends) <= room_ppm:
            return state
    is_set = any(known.set_to is not None for known in state.integrals)
    return with_integral(state, replace(integral, set_to=None) if is_set else integral)


def with_region(state: State, region: Region) -> State:
    """Return the state with a stretch reviewed; stretches that touch become one."""
    high, low = region.high_ppm, region.low_ppm
    apart: list[Region] = []
    for other in state.regions:
        if other.low_ppm <= high and other.high_ppm >= low:
            high, low = max(high, other.high_ppm), min(low, other.low_ppm)
        else:
            apart.append(other)
    # A union can reach a stretch that the first pass called apart only if they overlapped before.
    joined = Region(high, low, region.id)
    return replace(state, regions=tuple(sorted((*apart, joined), key=lambda r: -r.high_ppm)))
