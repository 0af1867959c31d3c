"""The ground that a list stands on: the homes of a trace, and what is seen in each.

A *home* is the stretch between two valleys, with one maximum in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.refinement import NativeTrace
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.extrema import valleys
from nmrquanv.spectra.field import Field
from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import VISIBLE_SHARE
from nmrquanv.spectra.tops import Rule, Sight, Tops, tops_of

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

RULE = Rule(snr=18.5, share=VISIBLE_SHARE, rise_snr=7.0, rise_share=0.045)
"""A little looser than what is a visible top by definition: no top may fall between two estimates
of the noise."""

ON_TOP, HALF = 0.15, 0.5
"""In widths: how far from a maximum is on it, and where a line has fallen to half."""

_LEVEL = 0.95
_SEEN_POINTS, _SEEN_WIDTHS = 1.5, 0.3
_LEFT = 0.2
_FEWEST_POINTS = 2.0
_MATTERS, _HALF_BAND = 0.1, 4.0
"""In sigma: the local floor runs along the lower edge of the noise, so far below its middle."""

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
    period : float or None
        Of the wiggles that an FID gives which is cut while it rings: one over its length.
    """

    native: NativeTrace
    tops: Tops
    border: Index
    period: float | None = None

    @classmethod
    def of(
        cls,
        spectrum: Spectrum,
        native: NativeTrace,
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
        is_top = seen.is_top
        report(3, 4, _SURVEYING)
        tops = seen.stretched(factor)
        if not is_only_sign:
            above = native.trace[tops.maximum] - native.level.value[tops.maximum]
            is_top = is_top & (above >= RULE.snr * native.sigma)
            tops = replace(tops, above=np.minimum(tops.above, above))
        period = factor / (duration * axis.point_hz) if duration else None
        border = valleys(native.trace, tops.maximum)
        return cls(native, replace(tops, is_top=is_top), border, period)

    def in_field(self, field: Field) -> Ground:
        """Return the same ground, where lines are fitted with the field's shape if it is certain.

        It is where several lines told it, most of those that were asked, and where it leaves much
        less of others than it adds to the model line: else one wrong share of it, or the second
        line of some alike pairs, is put beside every line.
        """
        if not field.is_certain:
            return self
        common = CommonShape.of(field.spread, field.width)
        adds = common.size(np.log(field.spread.form(field.width).fwhm))
        if field.shape_error > _LEFT * adds:
            return self
        return replace(self, native=self.native.in_field(common))

    def cut(self) -> Ground | None:
        """Return the same ground, where lines are fitted with the wiggles of a cut FID.

        None where nobody knows when the FID ended, and where a period has too few points.
        """
        period = self.period
        if period is None or period < _FEWEST_POINTS:
            return None
        return replace(self, native=self.native.in_field(CommonShape.of_cut(period)))

    def home(self, position: Array) -> Index:
        """Return the home of each position."""
        return np.searchsorted(self.border, position).astype(np.int64)

    def members(self, home: Index) -> list[Index]:
        """Return for each home which of the lines live there."""
        order = np.argsort(home, kind="stable")
        ends = np.searchsorted(home[order], np.arange(self.tops.maximum.size + 1))
        return [order[a:b] for a, b in pairwise(ends)]

    def away(self, position: Array) -> tuple[Array, Mask, Array]:
        """Return the distance from the home's maximum, whether on top, and the share of it there.

        The share is that of its height above what it stands on.
        """
        home, trace = self.home(position), self.native.trace
        top, width = self.tops.maximum[home], self.tops.width[home]
        away = np.abs(position - top)
        first = np.clip(position.astype(int), 0, trace.size - 2)
        part = np.clip(position - first, 0.0, 1.0)
        there = (1.0 - part) * trace[first] + part * trace[first + 1]
        height = np.maximum(trace[top] - self.base(home), self.native.sigma)
        share = 1.0 - (trace[top] - there) / height
        on_top = away <= np.maximum(self.native.factor, ON_TOP * width)
        on_top |= (share >= _LEVEL) & (away < HALF * width)
        return away, on_top, share

    def base(self, home: Index) -> Array:
        """Return what the maxima of homes stand on: the level, or in a dip the local floor.

        A line stands in a dip where more of it lies below the level than above.
        """
        top, native = self.tops.maximum[home], self.native
        seen, level = native.trace[top], native.level.value[top]
        above = self.tops.above[home] - _HALF_BAND * native.sigma
        return np.where(seen - level < 0.5 * above, seen - above, level)

    def offset(self, home: Index) -> Array:
        """Return the level that homes stand on, 0 where it is a small part of their height.

        Fits of a few widths have a base of their own, and what neighbours' tails add is no level.
        """
        top = self.tops.maximum[home]
        level = self.native.level.value[top]
        matters = np.abs(level) > _MATTERS * np.abs(self.native.trace[top] - level)
        return np.where(matters, level, 0.0)

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

    def width(self, home: int) -> float:
        """Return how broad a home's top is seen: at half its rise, and no broader than its home.

        The tallest line of a multiplet rises from the baseline, and half of that may lie below the
        valleys beside it. A valley as shallow as noise or a ripple makes is none.
        """
        trace, top = self.native.trace, int(self.tops.maximum[home])
        deep = max(
            RULE.rise_snr * self.native.sigma, RULE.rise_share * float(self.tops.above[home])
        )
        level = float(trace[top]) - deep
        left = next((b for b in self.border[:home][::-1] if trace[b] <= level), 0)
        right = next((b for b in self.border[home:] if trace[b] <= level), trace.size)
        return float(min(self.tops.width[home], right - left))

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
