"""What each line of a list is: a line, an unresolved bump, a broad line, or a top and no more.

A hidden line is listed only where the data tell it from its neighbour: their distance is large
against the standard errors of both, the shape's uncertainty in them. Else they are one peak,
*unresolved*, with the bump's own position, width and area. *Broad* is one smooth line much wider
than the spectrum's others; *top* one that stands where the trace has its maximum because no fit
says better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.ground import Ground
from nmrquanv.models.lone_tops import lone
from nmrquanv.models.marking import Marked
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.peaks import PeakKind

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

APART = 3.0
"""Least distance of two lines in standard errors of it, for both to be listed."""

FAT, BUMP, BROAD = 1.5, 2.0, 3.0
"""In usual widths: what a few couplings that nobody resolves make of a line (half a width more)
stays below; exchange broadens by more."""

_CLOSE, _FOOT, _FOOT_WIDTH = 1.2, 0.25, 0.2
_ALIKE, _FAR_APART, _EXPLAINED = 1.25, 10.0, 0.01
"""Of two broad lines that are two: ratio of widths, distance in standard errors, and the share of
its height that each may leave of the trace. From simulated spectra of seeds of their own."""

_FEWEST, _SPREADS, _OPEN = 4, 3.0, 1.2
_ROOM, _ROOM_SHARE = 4.0, 0.1
_TAILED, _LINE_STEP, _BUMP_ERROR, _ROUNDS = 0.5, 1.5, 0.05, 3
_KINDS: tuple[PeakKind, ...] = get_args(PeakKind)
_MAD, _FINE = 1.4826, 401


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Lines that the data tell apart, and what stands for those that they don't; over ``n``.

    Parameters
    ----------
    marked : Marked
        Native points.
    source : (n,) int64
        Which of the old lines each is.
    is_joined : (n,) bool
        Stands for several.
    score : (n,) float64
        That any of all that it stands for is there.
    area : (n,) float64, intensity x points
        Of all that it stands for.
    usual : float, points
        Width of the spectrum's lines; NaN where too few tell.
    """

    marked: Marked
    source: Index
    is_joined: Mask
    score: Array
    area: Array
    usual: float


def marks_top(ground: Ground, lines: FittedLines) -> Mask:
    """Tell which lines stand on tops."""
    if not ground.tops.is_top.any():
        return np.zeros(lines.position.size, dtype=bool)
    place = ground.native.factor * lines.position
    return np.asarray(ground.tops.is_top[ground.home(place)] & ground.away(place)[1])


def usual_width(ground: Ground, lines: FittedLines) -> tuple[float, float]:
    """Return the width of the lines on tops (points), and how far its logarithm spreads."""
    own = lines.fwhm[marks_top(ground, lines)]
    if own.size < _FEWEST:
        return np.nan, 0.0
    log = np.log(np.maximum(own, 1e-3))
    return float(np.exp(np.median(log))), _MAD * float(np.median(np.abs(log - np.median(log))))


def told_apart(ground: Ground, marked: Marked, score: Array, is_settled: Mask) -> Told:
    """Join what the data do not tell apart.

    Parameters
    ----------
    ground : Ground
    marked : Marked
        By position; native points, the shape's uncertainty in their errors.
    score : (n,) float64
    is_settled : (n,) bool
        Counted with the spectrum's own shape: as many as there are.
    """
    n = marked.lines.position.size
    usual = usual_width(ground, marked.lines)[0] if n else np.nan
    none = np.zeros(n, dtype=bool)
    told = Told(marked, np.arange(n), none, score, marked.lines.area, usual)
    for _ in range(_ROUNDS if n > 1 else 0):  # a bump that was made may have feet
        joined = _joined(ground, told, is_settled[told.source])
        if joined.source.size == told.source.size:
            break
        told = joined
    return told


def _joined(ground: Ground, told: Told, is_settled: Mask) -> Told:
    """Return what is left when each group of lines is one."""
    marked, lines = told.marked, told.marked.lines
    area, is_joined, score = told.area.copy(), told.is_joined.copy(), told.score.copy()
    keep = np.ones(area.size, dtype=bool)
    position, fwhm, error = lines.position.copy(), lines.fwhm.copy(), lines.position_err.copy()
    height, homes = lines.height.copy(), ground.home(ground.native.factor * lines.position)
    misses = marked.misses.copy()
    for group, are_several in _groups(marked, homes, is_settled & ~is_joined, told.usual):
        is_marked = np.isfinite(marked.top[group])
        own = int(group[np.argmax(np.where(is_marked, np.inf, lines.height[group]))])
        keep[group] = group == own
        is_joined[own] |= are_several
        area[own] = float(told.area[group].sum())
        misses[own] = np.inf  # of a bump nobody knows what it is made of
        score[own] = 1.0 - np.prod(1.0 - told.score[group])
        position[own], fwhm[own], height[own] = _bump(lines, group)
        if is_marked.any():
            position[own] = marked.top[own]
            height[own] = min(height[own], max(marked.above[own], lines.height[own]))
        weight = np.maximum(np.abs(told.area[group]), np.finfo(np.float64).tiny)
        centre = float(np.average(lines.position[group], weights=weight))
        least = float(error[group].min())
        error[own] = max(abs(centre - position[own]), _BUMP_ERROR * fwhm[own], least)
    changed = replace(lines, position=position, fwhm=fwhm, height=height, position_err=error)
    left = np.flatnonzero(keep)
    chosen = replace(marked, lines=changed, misses=misses).chosen(left)
    whole = told.source[left], is_joined[left], score[left], area[left]
    return Told(chosen, *whole, told.usual)


def _groups(
    marked: Marked, homes: Index, is_settled: Mask, usual: float
) -> list[tuple[Index, bool]]:
    """Return which lines of a home stand for one bump, two or more in each group.

    And whether they are several lines, not one wide line and what it leaves at its feet.
    """
    lines = marked.lines
    n = lines.position.size
    if n < 2:
        return []
    gap, error = np.diff(lines.position), np.hypot(lines.position_err[1:], lines.position_err[:-1])
    near = gap < _CLOSE * np.maximum(lines.fwhm[1:], lines.fwhm[:-1])
    is_one = (homes[1:] == homes[:-1]) & near & (gap < APART * error)
    # of two lines that share a bump and are broader than the others more are hidden, unless they
    # are as broad as each other, far apart for their errors, and leave nothing of the trace
    is_fat = (lines.fwhm > FAT * usual) & ~is_settled
    width, explains = np.log(np.maximum(lines.fwhm, 1e-9)), marked.misses <= _EXPLAINED
    is_pair = (np.abs(np.diff(width)) < np.log(_ALIKE)) & (gap > _FAR_APART * error)
    is_pair &= explains[1:] & explains[:-1]
    is_one |= (homes[1:] == homes[:-1]) & near & is_fat[1:] & is_fat[:-1] & ~is_pair
    is_one &= ~(is_settled[1:] & is_settled[:-1])
    label = np.concatenate([[0], np.cumsum(~is_one)])
    was_alone = np.bincount(label)[label] == 1
    for owner in np.flatnonzero(lines.fwhm > BUMP * usual):
        for foot in _feet(lines, homes, int(owner)):
            label[label == label[foot]] = label[owner]
    count = np.bincount(label)
    groups = [np.flatnonzero(label == one) for one in np.flatnonzero(count > 1)]
    return [(g, not was_alone[g[np.argmax(lines.height[g])]]) for g in groups]


def _feet(lines: FittedLines, homes: Index, owner: int) -> list[int]:
    """Return what a wide line, the tallest of its home, leaves at its feet: no lines of their own.

    A line much narrower is one that stands there.
    """
    if lines.height[owner] < lines.height[homes == homes[owner]].max():
        return []
    reach, most = _CLOSE * lines.fwhm[owner], _FOOT * lines.height[owner]
    feet = []
    for step in (-1, 1):
        k = owner + step
        while 0 <= k < homes.size and homes[k] == homes[owner]:
            away = abs(lines.position[k] - lines.position[owner])
            if away > reach or lines.height[k] > most:
                break
            if lines.fwhm[k] > _FOOT_WIDTH * lines.fwhm[owner]:
                feet.append(k)
            k += step
    return feet


def _bump(lines: FittedLines, group: Index) -> tuple[float, float, float]:
    """Return where several lines have their common maximum, its full width and its height."""
    ends = lines.position[group] - lines.fwhm[group], lines.position[group] + lines.fwhm[group]
    x = np.linspace(ends[0].min(), ends[1].max(), _FINE)
    whole = lines.state().profile(group[None], x[None])[0]
    top = int(np.argmax(whole))
    half = np.flatnonzero(whole >= 0.5 * whole[top])
    return float(x[top]), float(x[half[-1]] - x[half[0]]), float(whole[top])


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """What each listed line is, over ``n``.

    Parameters
    ----------
    kind : tuple of str
    least : (n,) int64
        At least so many lines stand under it.
    area : (n,) float64, intensity x points
    """

    kind: tuple[PeakKind, ...]
    least: Index
    area: Array

    @classmethod
    def plain(cls, lines: FittedLines) -> Structure:
        """Return that of lines of which nobody asks."""
        n = lines.position.size
        return cls(_KINDS[:1] * n, np.ones(n, dtype=np.int64), lines.area)

    @classmethod
    def of(cls, ground: Ground, told: Told, is_open: Mask) -> Structure:
        """Say what lines are.

        Parameters
        ----------
        ground : Ground
        told : Told
        is_open : (n,) bool
            Under a top that neither one line nor two in the spectrum's shape explain.
        """
        marked = told.marked
        lines, n = marked.lines, marked.lines.position.size
        if ground.tops.maximum.size == 0:
            return cls.plain(lines)
        ratio = lines.fwhm / told.usual if np.isfinite(told.usual) else np.ones(n)
        beyond = np.log(np.maximum(ratio, 1e-9)) > _SPREADS * usual_width(ground, lines)[1]
        is_wide = (ratio > BUMP) & beyond & np.isfinite(marked.top) & ~marked.is_seen
        has_tails = lines.eta >= _TAILED
        is_broad = is_wide & (ratio > BROAD) & has_tails & ~told.is_joined
        home = ground.home(ground.native.factor * lines.position)
        is_lone = np.bincount(home)[home] == 1 if n else is_open
        is_bump = (told.is_joined | is_open & is_lone) & (ratio > _OPEN)
        # among the lines of a pattern it is one of them, with a small coupling of its own
        stands_alone = lone(ground, _ROOM, _ROOM_SHARE)[home] if n else is_open
        is_bump |= is_wide & ~has_tails & stands_alone
        is_bump &= ~is_broad
        which = np.select([is_bump, is_broad, marked.is_seen], [2, 3, 1], 0)
        kind: tuple[PeakKind, ...] = tuple(_KINDS[k] for k in which.tolist())
        least = np.where(is_bump, np.maximum(2, (ratio / _LINE_STEP).astype(np.int64) + 1), 1)
        return cls(kind, least, np.where(told.is_joined, told.area, lines.area))

    def position_err(self, lines: FittedLines) -> Array:
        """Return the lines' errors of position; of what a bump is made of nobody knows."""
        is_bump = np.array([kind == _KINDS[2] for kind in self.kind], dtype=bool)
        least = np.where(is_bump, _BUMP_ERROR * lines.fwhm, 0.0)
        return np.asarray(np.maximum(lines.position_err, least))
