"""Tops as the ground floor of every list: what anyone sees is marked, and marked where it stands.

Behind whatever a network found: a top without a line gets one; a line with neither maximum nor
shoulder, or a second one on a top, stays only when the data determine it against noise *and*
against what sets the spectrum's lines apart from the model line. Confidence judges the rest; it
never hides a top.

A *home* is the stretch between two valleys, with one maximum in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.decoding import Candidates
from nmrquanv.models.refinement import NativeTrace
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.extrema import valleys
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.tops import Rule, Sight, Tops, quiet_level, tops_of

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

RULE = Rule(snr=18.5, share=0.0045, rise_snr=7.0, rise_share=0.045)
"""A little looser than what is a visible top by definition: no top may fall between two estimates
of the noise."""

DETERMINED, HIDDEN, CAUTION = 3.0, 3.0, 4.0
"""Least height over its error, for a shoulder and for a line with no place of its own. Shape errors
have longer tails than noise: they count four times."""

ADDED_SCORE = 0.5
_HIDDEN_WIDTH, _STARVED = 1.8, 0.3
_ON_TOP, _LEVEL, _NEAR, _HALF = 0.15, 0.95, 1.0, 0.5
_SLOPE_LEVEL, _WIDTH_MISS, _HEIGHT_MISS, _ALLOWED = 0.9, 2.5, 1.5, 1.05
_SEEN_POINTS, _SEEN_WIDTHS = 1.5, 0.3
_FOOT, _FOOT_HZ, _ALWAYS = 0.05, 25.0, 0.03
_SURVEYING = "looking for tops"


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Homes of a trace, and what is seen in each; in points of the (interpolated) trace.

    Parameters
    ----------
    native : NativeTrace
    tops : Tops
    border : (n - 1,) int64
        The valleys between the ``n`` homes.
    """

    native: NativeTrace
    tops: Tops
    border: Index

    @classmethod
    def of(
        cls,
        spectrum: Spectrum,
        native: NativeTrace,
        region: PpmRange | None = None,
        *,
        is_only_sign: bool = True,
        report: Report = silent_report,
    ) -> Ground:
        """Survey a trace.

        Parameters
        ----------
        spectrum : Spectrum
        native : NativeTrace
            Of the spectrum.
        region : (high_ppm, low_ppm) or None
            Tops elsewhere don't ask for a line.
        is_only_sign : bool
            Lines of this sign alone are looked for; else a valley between two lines of the other
            sign is no top.
        report : Report
            May cancel.
        """
        axis, factor = spectrum.axis, native.factor
        duration = spectrum.time_points / axis.sw_hz if spectrum.time_points else None
        sight = Sight(native.sigma, axis.point_hz, duration)
        # Interpolation shows wiggles that the points of the spectrum do not.
        trace = native.sign * spectrum.trace
        seen = tops_of(trace, sight, RULE, report)
        report(3, 4, _SURVEYING)
        is_top = seen.is_top & ~at_foot(trace, seen, axis.point_hz)
        report(3, 4, _SURVEYING)
        tops = seen.stretched(factor)
        if not is_only_sign:
            level = quiet_level(native.trace, native.sigma)[tops.maximum]
            above = native.trace[tops.maximum] - level
            is_top = is_top & (above >= RULE.snr * native.sigma)
            tops = replace(tops, above=np.minimum(tops.above, above))
        if region is not None:
            inside = axis.span(*region)
            at = tops.maximum / factor
            is_top = is_top & (at >= inside.start) & (at < inside.stop)
        return cls(native, replace(tops, is_top=is_top), valleys(native.trace, tops.maximum))

    def home(self, position: Array) -> Index:
        """Return the home of each position."""
        return np.searchsorted(self.border, position).astype(np.int64)

    def members(self, home: Index) -> list[Index]:
        """Return for each home which of the lines live there."""
        order = np.argsort(home, kind="stable")
        ends = np.searchsorted(home[order], np.arange(self.tops.maximum.size + 1))
        return [order[a:b] for a, b in pairwise(ends)]

    def away(self, position: Array) -> tuple[Array, Mask, Array]:
        """Return the distance from the home's maximum, whether on top, and the trace over it."""
        home, trace = self.home(position), self.native.trace
        top, width = self.tops.maximum[home], self.tops.width[home]
        away = np.abs(position - top)
        share = np.interp(position, np.arange(trace.size), trace) / trace[top]
        on_top = away <= np.maximum(self.native.factor, _ON_TOP * width)
        on_top |= (share >= _LEVEL) & (away < _HALF * width)
        return away, on_top, share

    def has_place(self, position: Array) -> Mask:
        """Tell which positions are near a maximum or a shoulder."""
        tops, least = self.tops, _SEEN_POINTS * self.native.factor
        usual = float(np.median(tops.width[tops.is_top])) if tops.is_top.any() else 2.0
        reach = np.maximum(least, _SEEN_WIDTHS * np.maximum(tops.width, usual))
        # inside one of the stretches around the maxima: more have begun than have ended
        begun = np.searchsorted(np.sort(tops.maximum - reach), position, side="right")
        near = begun > np.searchsorted(np.sort(tops.maximum + reach), position)
        if tops.shoulder.size:
            next_one = np.searchsorted(tops.shoulder, position)
            sides = tops.shoulder[np.clip(next_one[:, None] + [-1, 0], 0, tops.shoulder.size - 1)]
            gap = np.abs(sides - position[:, None]).min(axis=1)
            near |= gap <= max(least, _SEEN_WIDTHS * usual)
        return np.asarray(near, dtype=bool)

    def between_points(self, home: int) -> float:
        """Return how much taller a home's maximum is between the spectrum's points."""
        top, factor, trace = int(self.tops.maximum[home]), self.native.factor, self.native.trace
        return float(trace[top - factor : top + factor + 1].max() - trace[top])

    def vertex(self, home: int) -> float:
        """Return where a home's maximum lies, between points."""
        top, factor = int(self.tops.maximum[home]), self.native.factor
        top += int(np.argmax(self.native.trace[top - factor : top + factor + 1])) - factor
        left, middle, right = (float(v) for v in self.native.trace[top - 1 : top + 2])
        bend = left - 2 * middle + right
        return top + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0)


def at_foot(trace: Array, tops: Tops, point_hz: float) -> Mask:
    """Tell which maxima are small beside a taller line and small in the spectrum.

    Notes
    -----
    Feet of the field, sidebands and wiggles look like that, but so do impurities and the outer
    lines of multiplets: there the network decides, and confidence may hide them.
    """
    from scipy.ndimage import maximum_filter1d

    around = maximum_filter1d(trace, 2 * int(_FOOT_HZ / point_hz) + 1, mode="nearest")
    is_small = trace[tops.maximum] < _ALWAYS * np.abs(trace).max()
    return np.asarray(is_small & (tops.rise < _FOOT * around[tops.maximum]), dtype=bool)


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


def choose(ground: Ground, hits: Candidates, lines: FittedLines, shape_error: float) -> Chosen:
    """Put lines on bare tops, and leave out what the data do not determine.

    Parameters
    ----------
    ground : Ground
    hits : Candidates
        As fitted, native points.
    lines : FittedLines
        The same after fitting, native points.
    shape_error : float
        Of the spectrum's lines.
    """
    if ground.tops.maximum.size == 0:
        return Chosen(hits, np.arange(hits.position.size), False)
    factor, tops = ground.native.factor, ground.tops
    place = factor * lines.position
    away, on_top, _ = ground.away(place)
    is_determined = _determined(ground, lines, shape_error)
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
        if owner is not None and lines.height[owner] < _STARVED * tops.rise[home]:
            keep[others] = False  # they took its signal
    kept, at = np.flatnonzero(keep), tops.maximum[bare] / factor
    width, scale = np.maximum(tops.width[bare] / factor, 1.0), np.zeros(at.size, dtype=np.int64)
    added = Candidates(at, width, np.full(at.size, ADDED_SCORE), scale)
    source = np.append(kept, np.full(at.size, -1))
    joined = np.concatenate([start[kept], at])
    order = np.argsort(joined, kind="stable")
    moved = replace(hits, position=start).chosen(kept)
    is_changed = bool(bare) or not keep.all() or not np.array_equal(start, hits.position)
    return Chosen(Candidates.joined([moved, added]), source[order], is_changed)


def _owner(on: Index, near: Index, away: Array, height: Array, is_determined: Mask) -> int | None:
    """Return the line that a home's maximum belongs to, None where none will do as it is."""
    if on.size:
        return int(on[np.argmin(away[on])])
    if near.size >= 2 and is_determined[near].all():
        return int(near[np.argmax(height[near])])
    return None


def _determined(ground: Ground, lines: FittedLines, shape_error: float) -> Mask:
    """Tell which lines the data determine beside their neighbours."""
    error = lines.with_shape(CAUTION * shape_error).height_err
    sure = lines.height / np.maximum(error, 1e-12 * np.abs(lines.height) + 1e-300)
    narrow = lines.fwhm <= _HIDDEN_WIDTH * np.median(lines.fwhm) if lines.fwhm.size else True
    hidden = (sure >= HIDDEN) & narrow
    placed = ground.has_place(ground.native.factor * lines.position)
    return np.asarray((sure >= DETERMINED) & (placed | hidden), dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Lines and the visible tops that they mark, arrays over ``n``.

    Parameters
    ----------
    lines : FittedLines
        A line that is alone in its home and off its top has the top's position, and one that the
        fit has much too tall or broad has height and width as the trace shows them. None is less
        tall than its top over the valleys beside, or taller than the trace.
    top : (n,) float64, native points
        NaN for lines without a visible top of their own.
    above : (n,) float64, intensity
        Height of the top above the local floor; NaN likewise.
    """

    lines: FittedLines
    top: Array
    above: Array


def on_tops(ground: Ground | None, lines: FittedLines) -> Marked:
    """Put lone lines on their tops, and say which line marks which top."""
    mark, above = np.full((2, lines.position.size), np.nan)
    if ground is None or ground.tops.maximum.size == 0:
        return Marked(lines, mark, above)
    factor, tops = ground.native.factor, ground.tops
    position, height, fwhm = lines.position.copy(), lines.height.copy(), lines.fwhm.copy()
    place = factor * position
    away, on_top, share = ground.away(place)
    for home, own in enumerate(ground.members(ground.home(place))):
        near = own[away[own] < _NEAR * tops.width[home]]
        on = own[on_top[own]]
        candidates = on if on.size else near
        if candidates.size == 0:
            continue
        owner = int(candidates[np.argmin(away[candidates])])
        at = ground.vertex(home) / factor
        is_off = away[owner] > max(factor, _ON_TOP * tops.width[home])
        is_lone = near.size == 1 and (tops.is_top[home] or not on.size)
        if is_off and (is_lone or share[owner] < _SLOPE_LEVEL):
            position[owner] = at
        if tops.is_top[home]:
            tall = tops.above[home] + ground.between_points(home)
            mark[owner], above[owner] = at, tall
            height[owner] = max(height[owner], tops.rise[home])
            if near.size == 1:
                is_wrong = _misses(lines.fwhm[owner] * factor, tops.width[home], _WIDTH_MISS)
                is_wrong |= height[owner] > _HEIGHT_MISS * tall
                if is_wrong:
                    fwhm[owner] = tops.width[home] / factor
                    height[owner] = np.clip(height[owner], tops.rise[home], tall)
    height = np.minimum(height, _tallest_near(ground, lines))
    return Marked(replace(lines, position=position, height=height, fwhm=fwhm), mark, above)


def _misses(fitted: float, seen: float, factor: float) -> bool:
    """Tell whether a fit is off what is seen by more than a factor."""
    return bool(fitted > factor * seen or fitted * factor < seen)


def _tallest_near(ground: Ground, lines: FittedLines) -> Array:
    """Return the most that the trace allows a line's height to be, from a quiet level of zero."""
    factor, trace = ground.native.factor, ground.native.trace
    middle = np.round(factor * lines.position).astype(int)
    reach = np.maximum(factor, np.ceil(_HALF * factor * lines.fwhm).astype(int))
    ends = np.clip(np.stack([middle - reach, middle + reach], axis=1), 0, trace.size - 1)
    tallest = np.array([trace[a : b + 1].max() for a, b in ends.tolist()])
    level = np.minimum(quiet_level(trace, ground.native.sigma)[ends.mean(axis=1).astype(int)], 0.0)
    return np.asarray(np.maximum(_ALLOWED * (tallest - level), ground.native.sigma))
