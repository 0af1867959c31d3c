"""Tops as the ground floor of every list: what anyone sees is marked, and marked where it stands.

Behind whatever a network found: a top without a line gets one; a line with neither maximum nor
shoulder, or a second one on a top, stays only when the data determine it against noise *and*
against what sets the spectrum's lines apart from the model line. Confidence judges the rest; it
never hides a top.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.decoding import Candidates
from nmrquanv.models.ground import HALF, ON_TOP, Ground
from nmrquanv.models.windows import SCALE_RATIO
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.fitting import FittedLines

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

DETERMINED, CAUTION = 3.0, 4.0
"""Least height over its error, for a shoulder. Shape errors have longer tails than noise: they
count four times."""

_AGAIN = 2.326
"""In standard errors: what lies as far above a limit is above it in 99 of 100 repetitions."""

HIDDEN = DETERMINED + _AGAIN
"""The same for a line with no place of its own: nothing but the fit shows it, so it must be found
again where noise and shape are drawn anew."""

PUTTING = "putting peaks on their tops"

ADDED_SCORE = 0.5
_HIDDEN_WIDTH, _STARVED = 1.8, 0.3
_ONE = 0.42
"""In widths of the narrower: lines are half a width apart at least, by the project's definition,
and a fit places each within a few hundredths."""

_NEAR = 1.0
_TOLD, _WELL_TOLD, _BESIDE = 0.05, 0.02, 0.15
"""Share of a line's height that a fit may leave about it and still say what the trace shows; the
same for a line that stands further from its top than the third, in its own widths."""

_PEAK_LEVEL, _SLOPE_LEVEL = 0.97, 0.9
"""Share of a top that the trace has where a line stands: that a line which misses the trace must
have, and under which one that shares its top is moved."""

_WIDTH_MISS, _HEIGHT_MISS, _ALLOWED = 2.5, 1.5, 1.05


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Which lines go on, by position.

    Parameters
    ----------
    candidates : Candidates
    source : (n,) int64
        Which of the old lines each is; -1 for one that was put on a bare top.
    is_changed : bool
        Whether they differ from the old ones.
    """

    candidates: Candidates
    source: Index
    is_changed: bool

    def scores(self, old: Array) -> Array:
        """Return scores for the lines; one on a bare top is as likely as not."""
        scores, known = np.full(self.source.size, ADDED_SCORE), self.source >= 0
        scores[known] = old[self.source[known]]
        return scores

    def started(self, old: FittedLines) -> FittedLines:
        """Return the lines as they were fitted; one on a bare top as its top looks."""
        lines, is_new = old.chosen(np.maximum(self.source, 0)), self.source < 0
        position = np.where(is_new, self.candidates.position, lines.position)
        fwhm = np.where(is_new, self.candidates.fwhm, lines.fwhm)
        error = np.where(is_new, self.candidates.fwhm, lines.fwhm_err)
        return replace(lines, position=position, fwhm=fwhm, fwhm_err=error)


def choose(
    ground: Ground,
    hits: Candidates,
    lines: FittedLines,
    shape_error: float,
    *,
    is_last: bool = True,
) -> Chosen:
    """Put lines on bare tops, and leave out what the data do not determine.

    A line with a place of its own waits, before the last round, for those without one beside it to
    go: they may have taken its signal.

    Parameters
    ----------
    ground : Ground
    hits : Candidates
        As fitted, native points.
    lines : FittedLines
        The same after fitting, native points.
    shape_error : float
        Of the spectrum's lines.
    is_last : bool
        Whether no other round follows.
    """
    if ground.tops.maximum.size == 0:
        return Chosen(hits, np.arange(hits.position.size), False)
    factor, tops = ground.native.factor, ground.tops
    place = factor * lines.position
    away, on_top, _ = ground.away(place)
    is_placed = ground.has_place(place)
    is_determined = _determined(lines, is_placed, shape_error)
    waits = is_placed & (away >= _NEAR * tops.width[ground.home(place)]) & (not is_last)
    start, keep = hits.position.copy(), np.ones(place.size, dtype=bool)
    bare = []
    for home, own in enumerate(ground.members(ground.home(place))):
        near = own[away[own] < _NEAR * tops.width[home]]
        owner = _owner(own[on_top[own]], near, away, lines.height, is_determined)
        if owner is None and near.size:
            owner = int(near[np.argmin(away[near])])
            start[owner] = tops.maximum[home] / factor
        if owner is None and tops.is_top[home]:
            bare.append(home)
        others = own[own != owner] if owner is not None else own
        keep[others] = is_determined[others]
        if not (keep[others] | waits[others]).all():
            keep[others] |= waits[others]
        if owner is not None and lines.height[owner] < _STARVED * tops.rise[home]:
            keep[others] = False  # they took its signal
    return _chosen(ground, hits, (start, keep), bare)


def _chosen(ground: Ground, hits: Candidates, old: tuple[Array, Mask], bare: list[int]) -> Chosen:
    """Return the lines that stay, from where they start, with one on each bare top."""
    (start, keep), tops, factor = old, ground.tops, ground.native.factor
    kept, at = np.flatnonzero(keep), tops.maximum[bare] / factor
    width = np.maximum(tops.width[bare] / factor, 1.0)
    added = Candidates(at, width, np.full(at.size, ADDED_SCORE), _scale(bare, ground))
    source = np.append(kept, np.full(at.size, -1))
    joined = np.concatenate([start[kept], at])
    order = np.argsort(joined, kind="stable")
    moved = replace(hits, position=start).chosen(kept)
    is_changed = bool(bare) or not keep.all() or not np.array_equal(start, hits.position)
    return Chosen(Candidates.by_position([moved, added]), source[order], is_changed)


def _scale(homes: list[int], ground: Ground) -> Index:
    """Return the grid on which lines as broad as homes' tops are seen.

    Beside narrow lines a fit starts no broad one of the same scale: it would swallow them. Scales
    go on beyond the networks' broadest: else lines of 80 and of 600 Hz would be alike. A top that
    rises from below the level, between lines of the other sign, does not tell its width.
    """
    tops, narrow = ground.tops, ground.native.factor * ground.native.narrow
    scale = np.round(np.log(tops.width[homes] / narrow) / np.log(SCALE_RATIO))
    scale[tops.above[homes] < tops.rise[homes]] = 0
    return np.asarray(np.maximum(scale, 0), dtype=np.int64)


def _owner(on: Index, near: Index, away: Array, height: Array, is_determined: Mask) -> int | None:
    """Return the line that a home's maximum belongs to, None where none will do as it is."""
    if on.size:
        return int(on[np.argmin(away[on])])
    if near.size >= 2 and is_determined[near].all():
        return int(near[np.argmax(height[near])])
    return None


def _determined(lines: FittedLines, is_placed: Mask, shape_error: float) -> Mask:
    """Tell which lines the data determine beside their neighbours."""
    error = lines.with_shape(CAUTION * shape_error).height_err
    sure = lines.height / np.maximum(error, 1e-12 * np.abs(lines.height) + 1e-300)
    usual, is_second = _beside(lines)
    hidden = (sure >= HIDDEN) & (lines.fwhm <= _HIDDEN_WIDTH * usual)
    return np.asarray((sure >= DETERMINED) & (is_placed | hidden) & ~is_second, dtype=bool)


def _beside(lines: FittedLines) -> tuple[Array, Mask]:
    """Return how broad lines are about each, and which lie upon a taller one, as one with it.

    As broad as the broader of those beside it, or as half of all lines.
    """
    order = np.argsort(lines.position, kind="stable")
    place, fwhm, height = (x[order] for x in (lines.position, lines.fwhm, lines.height))
    usual, is_second = np.empty(order.size), np.zeros(order.size, dtype=bool)
    either = np.maximum(np.append(fwhm[1:], 0.0), np.append(0.0, fwhm[:-1])) if fwhm.size else fwhm
    usual[order] = np.maximum(either, np.median(fwhm)) if fwhm.size else either
    is_one = np.diff(place) < _ONE * np.minimum(fwhm[1:], fwhm[:-1])
    is_lower = height[1:] <= height[:-1]
    is_second[order[1:]] |= is_one & is_lower
    is_second[order[:-1]] |= is_one & ~is_lower
    return usual, is_second


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
        near, on = own[away[own] < _NEAR * tops.width[home]], own[on_top[own]]
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
    """Return the most that the trace allows a line's height to be, from a quiet level of zero."""
    factor, trace = ground.native.factor, ground.native.trace
    middle = np.round(factor * lines.position).astype(int)
    reach = np.maximum(factor, np.ceil(HALF * factor * lines.fwhm).astype(int))
    ends = np.clip(np.stack([middle - reach, middle + reach], axis=1), 0, trace.size - 1)
    tallest = np.array([trace[a : b + 1].max() for a, b in ends.tolist()])
    level = np.minimum(ground.native.level.value[ends.mean(axis=1).astype(int)], 0.0)
    return np.asarray(np.maximum(_ALLOWED * (tallest - level), ground.native.sigma))
