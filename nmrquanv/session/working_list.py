"""How the user's one working list comes out of the finders' layers. Pure functions.

The rule: layers are results and are never edited. What a person added, moved, confirmed or
labelled stays through every new search; what a person deleted stays deleted (a tombstone);
everything else is taken anew from the layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.comparison import compare
from nmrquanv.spectra.matching import match, within
from nmrquanv.spectra.peaks import Peak, PeakList, new_peak_id
from nmrquanv.spectra.user_marks import ClassMark, Tombstone

COMBINATIONS = ("union", "intersection")
"""Working lists made of several layers; any other choice names one finder."""

_LEAST_POINTS = 1.5
"""No line is known better than this from one search to the next, in points of the axis."""


def half_width_ppm(peak: Peak, axis: Axis) -> float:
    """Return half the FWHM of a peak in ppm, at least 1.5 points of the axis."""
    fwhm_ppm = (peak.fwhm_hz or 0.0) / axis.sf_mhz
    return max(0.5 * fwhm_ppm, _LEAST_POINTS * axis.point_ppm)


def is_kept(peak: Peak) -> bool:
    """Tell whether a new search must keep the peak: it bears a person's work."""
    return peak.is_users or bool(peak.label)


def combined(
    layers: Sequence[PeakList], choice: str, tolerance_hz: float | None, axis: Axis
) -> PeakList:
    """Return the union or the intersection of layers as they are shown.

    Of two peaks for one line, the union keeps that of the higher confidence and the
    intersection that of the lower, so that a confidence asks "does one say so" and "do all".
    """
    result = layers[0] if layers else PeakList()
    pick = max if choice == "union" else min
    for layer in layers[1:]:
        found = compare(result, layer, axis, tolerance_hz)
        peaks = [
            pick(pair.first, pair.second, key=lambda p: p.confidence or 0.0) for pair in found.pairs
        ]
        if choice == "union":
            peaks += [*found.only_first, *found.only_second]
        result = PeakList(tuple(peaks))
    return result


def merged(
    candidates: PeakList,
    current: PeakList,
    tombstones: Sequence[Tombstone],
    marks: Sequence[ClassMark],
    axis: Axis,
) -> PeakList:
    """Return the working list after a new search.

    Parameters
    ----------
    candidates : PeakList
        What the chosen layers say now.
    current : PeakList
        The working list until now.
    tombstones, marks
        What the user deleted, and what the user called solvent, water or signal.

    Returns
    -------
    PeakList
        With the candidates' provenance. A candidate that stands for the same line as a kept
        peak gives way to it; one that stands for the same line as another old peak takes over
        that one's id, so that selections survive.
    """
    kept = current.filtered(is_kept)
    replaceable = current.filtered(lambda p: not is_kept(p))
    free = unburied(candidates, tombstones, current)
    same_as_kept = {i for i, _ in _pairs(free, kept, axis)}
    new = PeakList(tuple(p for i, p in enumerate(free) if i not in same_as_kept))
    old_ids = {i: replaceable.peaks[j].id for i, j in _pairs(new, replaceable, axis)}
    taken = {p.id for p in kept} | set(old_ids.values())
    peaks = list(kept)
    for i, peak in enumerate(new):
        own_id = old_ids.get(i)
        if own_id is None:
            # another line may have taken over the id that this one has in its layer
            own_id = new_peak_id() if peak.id in taken else peak.id
        peaks.append(replace(peak, id=own_id))
    return replace(candidates, peaks=tuple(marked(peaks, marks)))


def marked(peaks: Iterable[Peak], marks: Sequence[ClassMark]) -> list[Peak]:
    """Return the peaks with the classes that the user gave; the latest mark wins."""
    peaks = tuple(peaks)
    found = zip(peaks, marks_at(peaks, marks), strict=True)
    return [peak.called(mark.peak_class) if mark else peak for peak, mark in found]


def marks_at(peaks: Iterable[Peak], marks: Sequence[ClassMark]) -> list[ClassMark | None]:
    """Return what the user said last of the place of each peak."""
    newest = tuple(reversed(marks))
    return [
        next((m for m in newest if abs(p.ppm - m.ppm) <= m.half_width_ppm), None) for p in peaks
    ]


def replaced_in_region(
    old: PeakList | None, new: PeakList, region: tuple[float, float] | None
) -> PeakList:
    """Return a layer after a search in part of the axis: only that part is replaced."""
    if old is None or region is None:
        return new
    high, low = max(region), min(region)
    outside = [p for p in old if not low <= p.ppm <= high]
    inside = [p for p in new if low <= p.ppm <= high]
    again = [*old.provenance.settings.get("found_again", []), new.provenance.settings]
    provenance = replace(new.provenance, settings={**old.provenance.settings, "found_again": again})
    sigma, shape = new.sigma or old.sigma, new.shape or old.shape
    return PeakList((*outside, *inside), provenance, sigma, shape=shape)


def restored(
    layer_peaks: PeakList, current: PeakList, tombstones: Sequence[Tombstone], axis: Axis
) -> PeakList:
    """Return the working list with the deleted peaks back in it.

    What the layers have at such a place now is taken, newer than what was deleted; where they
    have nothing, the deleted peak itself comes back.
    """
    back: list[Peak] = []
    for tombstone in tombstones:
        there = [p for p in layer_peaks if tombstone.covers(p.ppm)]
        back += there if there and not is_kept(tombstone.peak) else [tombstone.peak]
    unique = PeakList(tuple({p.id: p for p in back}.values()))
    present = {i for i, _ in _pairs(unique, current, axis)}
    known = {p.id for p in current}
    return current.add(*(p for i, p in enumerate(unique) if i not in present and p.id not in known))


def chosen(n_layers: int, choice: str, found: Sequence[str]) -> str:
    """Return the working choice after a search with the finders ``found``.

    A choice that the new results say nothing about would show the user nothing new: then the
    first of them becomes the choice.
    """
    if choice in COMBINATIONS:
        return choice if n_layers > 1 else found[0]
    return choice if choice in found else found[0]


def unburied(peaks: PeakList, tombstones: Sequence[Tombstone], standing: PeakList) -> PeakList:
    """Return what tombstones leave of a list; the list itself where that is all of it.

    A peak nearer to one that the user left ``standing`` is that one, not the deleted one.
    """
    if not tombstones:
        return peaks
    ppm = peaks.positions_ppm()
    at = np.array([stone.ppm for stone in tombstones])
    half_width = np.array([stone.half_width_ppm for stone in tombstones])
    stone, place = within(at, ppm, half_width)
    away = np.full(ppm.shape, np.inf)
    np.minimum.at(away, place, np.abs(ppm[place] - at[stone]))
    gone = _not_standing(peaks, away, standing)
    return peaks.remove(gone) if gone else peaks


def _not_standing(peaks: PeakList, away: NDArray[np.float64], standing: PeakList) -> set[str]:
    """Return the ids of peaks that are nearer to a tombstone than to any peak that stands."""
    covered = np.flatnonzero(np.isfinite(away))
    others, ppm = standing.positions_ppm(), peaks.positions_ppm()[covered]
    nearest = np.full(ppm.shape, np.inf)
    if others.size:
        after = np.searchsorted(-others, -ppm)
        for beside in (np.maximum(after - 1, 0), np.minimum(after, others.size - 1)):
            nearest = np.minimum(nearest, np.abs(others[beside] - ppm))
    return {peaks.peaks[i].id for i in covered[nearest >= away[covered]].tolist()}


def _pairs(first: PeakList, second: PeakList, axis: Axis) -> tuple[tuple[int, int], ...]:
    """Match two lists one to one within half a line width of the first."""
    if not len(first) or not len(second):
        return ()
    reach = np.array([half_width_ppm(p, axis) for p in first])
    return match(first.positions_ppm(), second.positions_ppm(), reach).pairs
