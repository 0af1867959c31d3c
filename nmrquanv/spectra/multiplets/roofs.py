"""Doublets that lean: towards a partner that must be there, else they are no doublets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nmrquanv.spectra.multiplets.company import has_company, without_class
from nmrquanv.spectra.multiplets.minor_lines import without_feet, without_shoulders
from nmrquanv.spectra.multiplets.multiplet import Multiplet, intensity_of
from nmrquanv.spectra.peaks import Peak

MILD_ROOF = 1.35
"""Ratio of a doublet's lines up to which no partner is asked for: (r + J) / (r - J), ``r`` the
root of dnu^2 + J^2, is 1.28 at dnu/J = 8, where first order ends to be good."""

_FARTHER = 1.5
"""The partner may stand so much farther than the roof says: areas are not better."""


def without_lone_roofs(
    multiplets: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float, gap_ppm: float
) -> list[Multiplet]:
    """Return multiplets in which a leaning doublet without a partner is two singlets.

    The partner stands on the side of the taller line, as far as the roof says, and has the same
    coupling and leans back, or has lines that no pattern explains. Among other signals it may be
    part of one of them: there it is an ``m``, one with a singlet that stands where it leans to.
    """
    kept = {m.id: m for m in multiplets}
    singlets: list[Multiplet] = []
    for one in multiplets:
        row = sorted((peaks[i] for i in one.peak_ids), key=lambda p: p.ppm)
        main = without_shoulders(without_feet(row), sf_mhz)
        if one.id not in kept or one.kind != "d" or len(main) != 2 or one.shares:
            continue
        side, reach_hz = _roof(one, main)
        beside = [m for m in kept.values() if 0 < side * (m.ppm - one.ppm) * sf_mhz <= reach_hz]
        if not side or any(_may_be_partner(one, m, peaks, side) for m in beside):
            continue
        del kept[one.id]
        if not has_company(one, multiplets, peaks, gap_ppm):
            singlets += [_singlet(one, peak) for peak in row]
            continue
        leant_to = [m for m in beside if m.kind == "s" and not m.is_broad and m.area > one.area]
        other = min(leant_to, key=lambda m: abs(m.ppm - one.ppm), default=None)
        whole = one if other is None else _joined(one, kept.pop(other.id))
        lines = sorted((peaks[i] for i in whole.peak_ids), key=lambda p: p.ppm)
        kept[whole.id] = without_class(whole, lines, sf_mhz)
    return [*kept.values(), *singlets]


def _uneven(one: float, other: float) -> float:
    """Return how many times as strong one of two lines is as the other."""
    least, most = sorted((one, other))
    return most / least if least else np.inf


def _roof(one: Multiplet, row: Sequence[Peak]) -> tuple[float, float]:
    """Return the side a doublet leans to (+1: high ppm; 0: to none) and how far, at most, in Hz."""
    low, high = (abs(intensity_of(p)) for p in row)
    low_h, high_h = (abs(p.height) for p in row)
    ratio = min(_uneven(low, high), _uneven(low_h, high_h))
    if ratio <= MILD_ROOF or ratio == np.inf:
        return 0.0, 0.0
    coupling_hz = one.couplings[0].hz
    r = coupling_hz * (ratio + 1.0) / (ratio - 1.0)
    return 1.0 if high > low else -1.0, _FARTHER * float(np.sqrt(r**2 - coupling_hz**2))


def _may_be_partner(
    one: Multiplet, other: Multiplet, peaks: Mapping[str, Peak], side: float
) -> bool:
    """Tell whether a multiplet on the side that a doublet leans to is its partner."""
    coupling = one.couplings[0]
    limit = max(3.0 * coupling.error_hz, 0.4)
    is_alike = any(abs(c.hz - coupling.hz) <= limit for c in other.couplings)
    return other.kind == "m" or (is_alike and _leans(other, peaks, -side))


def _joined(one: Multiplet, other: Multiplet) -> Multiplet:
    return replace(other, peak_ids=one.peak_ids + other.peak_ids, area=one.area + other.area)


def _leans(one: Multiplet, peaks: Mapping[str, Peak], side: float) -> bool:
    """Tell whether the half of a multiplet on a side (+1: high ppm) is the stronger."""
    row = [peaks[i] for i in one.peak_ids]
    halves = [
        sum(abs(intensity_of(p)) for p in row if which * (p.ppm - one.ppm) > 0)
        for which in (side, -side)
    ]
    return halves[0] >= halves[1]


def _singlet(one: Multiplet, peak: Peak) -> Multiplet:
    return replace(
        Multiplet((peak.id,), peak.ppm, peak.ppm, peak.ppm, "s", area=intensity_of(peak)),
        is_by_hand=one.is_by_hand,
    )
