"""Doublets that lean: towards a partner that must be there, else they are no doublets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nmrquanv.spectra.multiplets.company import has_company, without_class
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

    Among other signals it may be part of one of them: there it is an ``m``. The partner stands on
    the side of the taller line, as far as the roof says, and has the same coupling and leans back,
    or has lines that no pattern explains.
    """
    kept: list[Multiplet] = []
    for one in multiplets:
        row = sorted((peaks[i] for i in one.peak_ids), key=lambda p: p.ppm)
        is_plain = one.kind == "d" and len(row) == 2
        if is_plain and not _may_lean(one, row, multiplets, peaks, sf_mhz):
            is_part = has_company(one, multiplets, peaks, gap_ppm)
            as_part = [without_class(one, row, sf_mhz)]
            kept += as_part if is_part else [_singlet(one, peak) for peak in row]
        else:
            kept.append(one)
    return kept


def _may_lean(
    one: Multiplet,
    row: Sequence[Peak],
    others: Sequence[Multiplet],
    peaks: Mapping[str, Peak],
    sf_mhz: float,
) -> bool:
    low, high = (abs(intensity_of(p)) for p in row)
    low_h, high_h = (abs(p.height) for p in row)
    ratio = min(max(low, high) / min(low, high), max(low_h, high_h) / min(low_h, high_h))
    if ratio <= MILD_ROOF:
        return True
    coupling = one.couplings[0]
    r = coupling.hz * (ratio + 1.0) / (ratio - 1.0)
    reach_hz = _FARTHER * float(np.sqrt(r**2 - coupling.hz**2))
    side = 1.0 if high > low else -1.0
    for other in others:
        away_hz = side * (other.ppm - one.ppm) * sf_mhz
        if other.id == one.id or not 0 < away_hz <= reach_hz:
            continue
        limit = max(3.0 * coupling.error_hz, 0.4)
        if other.kind == "m":
            return True
        is_partner = any(abs(c.hz - coupling.hz) <= limit for c in other.couplings)
        if is_partner and _leans(other, peaks, -side):
            return True
    return False


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
