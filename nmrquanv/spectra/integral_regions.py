"""Where to integrate: regions around multiplets, and what a region does about 13C satellites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Literal

from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak

REACH_WIDTHS = 10.0
"""A region reaches so many widths beyond its outer lines: 97 % of a Lorentzian line lie within."""

LEAST_REACH_HZ, MOST_REACH_HZ = 4.0, 50.0
"""At most so far, so that 13C satellites are left out of all regions alike."""

SATELLITES_HZ = (57.0, 110.0)
"""Half of 1J(C,H), 115 to 220 Hz: what lies nearer, and farther, holds none or all of them."""

_TOUCH = 0.25
"""Multiplets nearer than this part of both reaches share a region."""

Satellites = Literal["in", "out", "partly", ""]


def regions_of(
    multiplets: Iterable[Multiplet], peaks: Iterable[Peak], sf_mhz: float
) -> tuple[tuple[float, float], ...]:
    """Return regions around multiplets, ``(high, low)`` in ppm, highest first, none overlapping.

    A multiplet has one, or several where a coupling is so wide that other signals may stand among
    its lines. Multiplets that nearly touch share a region, for the trace does not come down
    between them; two regions that would overlap end in the middle between their outer lines.
    """
    peaks = tuple(peaks)
    width = {p.id: p.fwhm_hz or 0.0 for p in peaks}
    place = {p.id: p.ppm for p in peaks}
    spans: list[tuple[float, float, float]] = []
    for one in multiplets:
        usual = median([width.get(i, 0.0) for i in one.peak_ids] or [0.0])
        reach = min(max(REACH_WIDTHS * usual, LEAST_REACH_HZ), MOST_REACH_HZ) / sf_mhz
        spans += [(high, low, reach) for high, low in _stretches(one, place, sf_mhz)]
    merged: list[tuple[float, float, float]] = []
    for high, low, reach in sorted(spans, key=lambda s: -s[0]):
        if merged and merged[-1][1] - high <= _TOUCH * (reach + merged[-1][2]):
            before = merged[-1]
            merged[-1] = (before[0], min(low, before[1]), max(reach, before[2]))
        else:
            merged.append((high, low, reach))
    return _apart(merged)


def _stretches(
    one: Multiplet, place: Mapping[str, float], sf_mhz: float
) -> list[tuple[float, float]]:
    """Return where a multiplet's lines stand: in several stretches if a coupling is very wide."""
    ppm = sorted((place[i] for i in one.peak_ids if i in place), reverse=True)
    ends = [one.high_ppm, one.low_ppm]
    for left, right in pairwise(ppm):
        if (left - right) * sf_mhz > 2.0 * MOST_REACH_HZ:
            ends[-1:-1] = [left, right]
    return list(zip(ends[::2], ends[1::2], strict=True))


def _apart(lines: Sequence[tuple[float, float, float]]) -> tuple[tuple[float, float], ...]:
    ends = []
    for number, (high, low, reach) in enumerate(lines):
        left, right = high + reach, low - reach
        if number > 0:
            left = min(left, 0.5 * (high + lines[number - 1][1]))
        if number + 1 < len(lines):
            right = max(right, 0.5 * (low + lines[number + 1][0]))
        ends.append((left, right))
    return tuple(ends)


def satellites_of(integral: Integral, peaks: Iterable[Peak], sf_mhz: float) -> Satellites:
    """Tell whether an integral holds the 13C satellites of its own lines; empty without lines."""
    own = [p.ppm for p in peaks if integral.low_ppm <= p.ppm <= integral.high_ppm]
    if not own:
        return ""
    left = (integral.high_ppm - max(own)) * sf_mhz
    right = (min(own) - integral.low_ppm) * sf_mhz
    near, far = SATELLITES_HZ
    if min(left, right) >= far:
        return "in"
    return "out" if max(left, right) <= near else "partly"
