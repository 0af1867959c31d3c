"""Lines put on the tops that they mark: what a list says of them is what the trace shows.

A lone line off its top goes there, and one that the fit has much too tall or broad has height and
width as they are seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.ground import HALF, ON_TOP, Ground
from nmrquanv.models.grounding import NEAR
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.fitting import FittedLines

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

PUTTING = "putting peaks on their tops"

_TOLD, _WELL_TOLD, _BESIDE = 0.05, 0.02, 0.15
"""Share of a line's height that a fit may leave about it and still say what the trace shows; the
same for a line that stands further from its top than the third, in its own widths."""

_PEAK_LEVEL, _SLOPE_LEVEL = 0.97, 0.9
"""Share of a top that the trace has where a line stands: that a line which misses the trace must
have, and under which one that shares its top is moved."""

_WIDTH_MISS, _HEIGHT_MISS, _ALLOWED = 2.5, 1.5, 1.05


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Lines and the visible tops that they mark, arrays over ``n``.

    Parameters
    ----------
    lines : FittedLines
        A line that is alone in its home and off its top has the top's position. Where the fit does
        not say what the trace shows, one that it has much too tall or broad has height and width as
        the trace shows them, and none is less tall than its top over the valleys beside; where it
        does they are as fitted: a top on a neighbour's flank is narrower than its line, and one
        between two is taller and broader. None is taller than the trace.
    is_seen : (n,) bool
        Place or width are the trace's, not the fit's.
    top : (n,) float64, native points
        NaN for lines without a visible top of their own.
    above : (n,) float64, intensity
        Height of the top above the local floor; NaN likewise.
    misses : (n,) float64
        By how much of its height each line missed the trace as it was fitted; infinite where
        nobody can tell.
    """

    lines: FittedLines
    top: Array
    above: Array
    is_seen: Mask
    misses: Array

    def chosen(self, which: Index) -> Marked:
        """Return some of them."""
        lines = self.lines.chosen(which)
        rest = self.top[which], self.above[which], self.is_seen[which], self.misses[which]
        return Marked(lines, *rest)


def on_tops(ground: Ground | None, lines: FittedLines, report: Report = silent_report) -> Marked:
    """Put lone lines on their tops, and say which line marks which top; ``report`` may cancel."""
    mark, above = np.full((2, lines.position.size), np.nan)
    is_seen = np.isfinite(mark)
    if ground is None or not (tops := ground.tops).maximum.size:
        return Marked(lines, mark, above, is_seen, np.full(mark.size, np.inf))
    factor = ground.native.factor
    position, height, fwhm = lines.position.copy(), lines.height.copy(), lines.fwhm.copy()
    place = factor * position
    away, on_top, share = ground.away(place)
    left = np.nan_to_num(ground.native.misses(lines), nan=np.inf)
    report(0, 1, PUTTING)
    for home, own in enumerate(ground.members(ground.home(place))):
        near, on = own[away[own] < NEAR * tops.width[home]], own[on_top[own]]
        if (owner := _nearest(on if on.size else near, away)) is None:
            continue
        at = ground.vertex(home) / factor
        is_off = away[owner] > max(factor, ON_TOP * tops.width[home])
        is_off |= left[owner] > _TOLD and share[owner] < _PEAK_LEVEL
        is_lone = near.size == 1 and (tops.is_top[home] or not on.size)
        is_off &= is_lone or share[owner] < _SLOPE_LEVEL
        # a fit that says what the trace shows knows the line's width better than its top does
        if is_off:
            is_beside = away[owner] <= _BESIDE * factor * lines.fwhm[owner]
            if left[owner] > (_TOLD if is_beside else _WELL_TOLD):
                position[owner], is_seen[owner] = at, True
        if tops.is_top[home]:
            tall = tops.above[home] + ground.between_points(home)
            mark[owner], above[owner] = at, tall
            if height[owner] < tops.rise[home] and left[owner] > _TOLD:
                height[owner] = tops.rise[home]
            if near.size == 1:
                seen = ground.width(home)
                is_wrong = _misses(lines.fwhm[owner] * factor, seen, _WIDTH_MISS)
                is_wrong &= bool(left[owner] > _TOLD)
                if is_wrong or height[owner] > _HEIGHT_MISS * tall:
                    fwhm[owner], is_seen[owner] = seen / factor, True
                    height[owner] = np.clip(height[owner], tops.rise[home], tall)
    height = np.minimum(height, _tallest_near(ground, lines))
    lines = replace(lines, position=position, height=height, fwhm=fwhm)
    return Marked(lines, mark, above, is_seen, left)


def _nearest(lines: Index, away: Array) -> int | None:
    """Return the line least far from its home's maximum, None where there is none."""
    return int(lines[np.argmin(away[lines])]) if lines.size else None


def _misses(fitted: float, seen: float, factor: float) -> bool:
    """Tell whether a fit is off what is seen by more than a factor."""
    return bool(fitted > factor * seen or fitted * factor < seen)


def _tallest_near(ground: Ground, lines: FittedLines) -> Array:
    """Return the most that the trace allows a line's height to be.

    From zero, or from what the line stands on where that is lower.
    """
    factor, trace = ground.native.factor, ground.native.trace
    middle = np.round(factor * lines.position).astype(int)
    reach = np.maximum(factor, np.ceil(HALF * factor * lines.fwhm).astype(int))
    ends = np.clip(np.stack([middle - reach, middle + reach], axis=1), 0, trace.size - 1)
    tallest = np.array([trace[a : b + 1].max() for a, b in ends.tolist()])
    level = np.minimum(ground.native.level.value[ends.mean(axis=1).astype(int)], 0.0)
    level = np.minimum(level, ground.base(ground.home(factor * lines.position)))
    return np.asarray(np.maximum(_ALLOWED * (tallest - level), ground.native.sigma))
