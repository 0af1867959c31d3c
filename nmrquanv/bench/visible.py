"""A peak list held against the trace alone: no labels, so any real spectrum will do.

Are the tops that anyone sees marked, once and on the top; and do marks stand where there is
something to see? A picker of bare maxima passes this: it is a bar of hygiene, to be met together
with F1, close pairs and exact multiplets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.quiet import quiet_sigma
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.tops import Sight, Tops, tops_of

Array = NDArray[np.float64]

TALL = 0.03
"""Share of the tallest from which an unmarked top is one that a chemist misses at once."""

_EDGE_POINTS = 60
_ON_TOP, _LEVEL = 0.93, 0.985
_NEAR_POINTS, _NEAR_HZ = 3.0, 3.0
_SURE_POINTS, _SURE_WIDTHS, _SURE_HZ = 1.5, 0.25, 0.75
_SEEN_POINTS, _SEEN_WIDTHS, _APART_WIDTHS = 1.5, 0.3, 0.15


@dataclass(frozen=True, slots=True)
class Hygiene:
    """How a list fares against a trace.

    Parameters
    ----------
    tops : int
        Visible tops of the trace.
    peaks : int
        Marks of the list.
    unmarked : tuple of (ppm, share of the tallest)
        Tops without a mark on them.
    nowhere : tuple of float, ppm
        Marks far from every maximum and every concave place.
    doubled : tuple of float, ppm
        Second marks on one top without a shoulder of their own.
    explained : tuple of (ppm, share of the tallest)
        Tops that have no mark but an explanation: hidden by a class.
    """

    tops: int
    peaks: int
    unmarked: tuple[tuple[float, float], ...]
    nowhere: tuple[float, ...]
    doubled: tuple[float, ...]
    explained: tuple[tuple[float, float], ...] = ()

    @property
    def tall_unmarked(self) -> int:
        """Unmarked tops of 3 % and more of the tallest."""
        return sum(abs(share) >= TALL for _, share in self.unmarked)


def judge(
    spectrum: Spectrum,
    shown: Sequence[Peak],
    explained: Sequence[Peak] = (),
    *,
    both_signs: bool = False,
) -> Hygiene:
    """Hold a list against the trace.

    Parameters
    ----------
    spectrum : Spectrum
    shown : sequence of Peak
    explained : sequence of Peak
        Listed and hidden by their class: they mark a top, and are not judged themselves.
    both_signs : bool
        Lines that point down are looked at as well.
    """
    axis, trace = spectrum.axis, spectrum.trace
    marks = np.sort(np.array([axis.point(p.ppm) for p in shown], dtype=np.float64))
    others = np.array([axis.point(p.ppm) for p in explained], dtype=np.float64)
    duration = spectrum.time_points / axis.sw_hz if spectrum.time_points else None
    sight = Sight(quiet_sigma(trace), axis.point_hz, duration)
    tallest = float(np.abs(trace).max())
    seen, doubled = np.zeros(marks.size, dtype=bool), []
    count, unmarked, hidden = 0, [], []
    for sign in (1.0, -1.0) if both_signs else (1.0,):
        y = sign * trace
        tops = tops_of(y, sight)
        inner = (tops.maximum > _EDGE_POINTS) & (tops.maximum < y.size - _EDGE_POINTS)
        which = np.flatnonzero(tops.is_top & inner)
        count += which.size
        bare = _unmarked(y, tops, which, np.concatenate([marks, others]), sight)
        open_ones = _unmarked(y, tops, which, marks, sight) if others.size else bare
        unmarked += [(float(axis.ppm(t)), float(y[t] / tallest)) for t in bare]
        told = sorted(set(open_ones) - set(bare))
        hidden += [(float(axis.ppm(t)), float(y[t] / tallest)) for t in told]
        is_seen, second = _places(tops, which, marks)
        seen |= is_seen
        doubled += [float(axis.ppm(marks[i])) for i in second]
    nowhere = tuple(float(axis.ppm(m)) for m in marks[~seen])
    return Hygiene(count, marks.size, tuple(unmarked), nowhere, tuple(doubled), tuple(hidden))


def _unmarked(
    trace: Array, tops: Tops, which: NDArray[np.int64], marks: Array, sight: Sight
) -> list[int]:
    """Return the tops that no mark stands on; each mark serves one top, the tallest first."""
    height, sigma = np.interp(marks, np.arange(trace.size), trace), sight.sigma
    free = np.ones(marks.size, dtype=bool)
    bare = []
    for i in which[np.argsort(-trace[tops.maximum[which]], kind="stable")]:
        top, width = int(tops.maximum[i]), float(tops.width[i])
        away = np.abs(marks - top)
        reach = max(_NEAR_POINTS, _NEAR_HZ / sight.point_hz, width)
        near = np.flatnonzero(free & (away < reach))
        sure = max(_SURE_POINTS, min(_SURE_WIDTHS * width, _SURE_HZ / sight.point_hz))
        on = [m for m in near if away[m] <= sure or _is_on(trace, top, marks[m], height[m], sigma)]
        if on:
            free[min(on, key=lambda m: away[m])] = False
        else:
            bare.append(top)
    return bare


def _is_on(trace: Array, top: int, mark: float, height: float, sigma: float) -> bool:
    """Tell whether a mark has 93 % of the top and no valley between."""
    first, last = int(np.ceil(min(mark, top))), int(max(mark, top))
    between = float(trace[first : last + 1].min(initial=height))
    near_top = trace[top] - 4.0 * sigma
    is_high = height >= min(_ON_TOP * trace[top], near_top)
    return bool(is_high and (between >= _LEVEL * height or between >= near_top))


def _places(
    tops: Tops, which: NDArray[np.int64], marks: Array
) -> tuple[NDArray[np.bool_], list[int]]:
    """Return which marks stand at a maximum or shoulder, and which are second ones there."""
    place = np.concatenate([tops.maximum, tops.shoulder]).astype(np.float64)
    if place.size == 0 or marks.size == 0:
        return np.zeros(marks.size, dtype=bool), []
    usual = float(np.median(tops.width[which])) if which.size else 2.0
    own = np.full(tops.shoulder.size, usual)
    width = np.concatenate([np.maximum(tops.width, usual), own])
    away = np.abs(marks[:, None] - place)
    good = away <= np.maximum(_SEEN_POINTS, _SEEN_WIDTHS * width)
    is_seen = np.asarray(good.any(axis=1), dtype=bool)
    owner = np.argmin(np.where(good, away / np.maximum(width, 1.0), np.inf), axis=1)
    second, taken = [], set()
    for m in np.argsort(away[np.arange(marks.size), owner]):
        if not is_seen[m]:
            continue
        key = round(place[owner[m]] / max(3.0, _APART_WIDTHS * usual))
        if key in taken:
            second.append(int(m))
        taken.add(key)
    return is_seen, second
