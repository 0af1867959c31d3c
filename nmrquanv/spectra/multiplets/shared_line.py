"""Two doublets that have a line in common: three lines, the middle one as strong as the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.minor_lines import without_feet
from nmrquanv.spectra.multiplets.multiplet import (
    Multiplet,
    are_told_apart,
    have_widths,
    intensity_of,
)
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

_SUM_SHARE = 0.12
"""The middle line is within this part of the sum of the outer ones."""

_LEAST_HZ = 0.25
"""Couplings are one's within this, or three standard errors of their difference."""


def with_shared_lines(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], asked: RowPatterns
) -> list[Multiplet]:
    """Return multiplets with three lines of no pattern as two doublets, where both have partners.

    Three lines tell three things, and two doublets are four: that each has the coupling of another
    signal speaks for it.

    Parameters
    ----------
    found : sequence of Multiplet
    peaks : mapping of str to Peak
    asked : RowPatterns
        A row that has a pattern, such as a piece of something larger, is no two doublets.
    """
    known = [c for m in found for c in m.couplings]
    result: list[Multiplet] = []
    for one in found:
        row = without_feet(sorted((peaks[i] for i in one.peak_ids), key=lambda p: p.ppm))
        is_open = one.kind == "m" and len(row) == len(one.peak_ids) == 3
        is_open = is_open and asked.pattern(row) is None
        halves = _halves(row, asked.sf_mhz) if is_open else []
        is_sure = bool(halves) and all(is_known(half.couplings[0], known) for half in halves)
        result += halves if is_sure else [one]
    return result


def _halves(row: Sequence[Peak], sf_mhz: float) -> list[Multiplet]:
    """Return three lines as two doublets, if the middle one can be a line of both."""
    if not have_widths(row) or not are_told_apart(row):
        return []
    low, middle, high = (abs(intensity_of(p)) for p in row)
    if not middle or abs(middle - low - high) > _SUM_SHARE * middle:
        return []
    share = low / (low + high)
    return [
        _doublet(row[1:], (1.0, 1.0 - share), sf_mhz),
        _doublet(row[:2], (share, 1.0), sf_mhz),
    ]


def _doublet(pair: Sequence[Peak], shares: tuple[float, float], sf_mhz: float) -> Multiplet:
    """Return two lines, by rising ppm, as a doublet; shares by falling ppm."""
    low, high = pair
    error_hz = float(np.hypot(low.ppm_err or 0.0, high.ppm_err or 0.0)) * sf_mhz
    area = shares[0] * intensity_of(high) + shares[1] * intensity_of(low)
    coupling = Coupling((high.ppm - low.ppm) * sf_mhz, error_hz, 1)
    middle = 0.5 * (high.ppm + low.ppm)
    return Multiplet(
        (high.id, low.id),
        high.ppm,
        low.ppm,
        middle,
        "d",
        couplings=(coupling,),
        area=area,
        shares=shares,
    )


def is_known(coupling: Coupling, known: Sequence[Coupling]) -> bool:
    """Tell whether a coupling is, within its error, one that other signals have."""
    return any(
        abs(c.hz - coupling.hz)
        <= max(_LEAST_HZ, 3.0 * float(np.hypot(c.error_hz, coupling.error_hz)))
        for c in known
    )
