"""Two strongly coupled spins: four lines that lean towards each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import (
    Multiplet,
    are_told_apart,
    have_widths,
    intensity_of,
    lines_of,
)
from nmrquanv.spectra.peaks import Peak

AB_SHARE = 0.25
"""Intensities of an AB system may differ from the theory's by this part of them."""


def ab_system(row: Sequence[Peak], sf_mhz: float) -> Multiplet | None:
    """Return four lines as an AB system, if they are one: dnu/J below 3, leaning as theory says.

    Notes
    -----
    With f1 to f4 from one end to the other, J = f1 - f2 = f3 - f4, ``dnu = sqrt((f1 - f4) (f2 -
    f3))``, and the inner lines are ``(r + J) / (r - J)`` times as strong as the outer ones, ``r =
    sqrt(dnu^2 + J^2)``.
    """
    if len(row) != 4 or not have_widths(row) or not are_told_apart(row):
        return None
    lines = lines_of(row, sf_mhz)
    f, strength = lines.hz, lines.intensity
    limit = float(np.hypot(lines.tolerance_hz[0], lines.tolerance_hz[1]))
    first, second = f[1] - f[0], f[3] - f[2]
    coupling, inner = float(0.5 * (first + second)), float(f[2] - f[1])
    dnu = float(np.sqrt((f[3] - f[0]) * inner))
    if abs(first - second) > limit or dnu >= 3.0 * coupling:
        return None
    if abs(inner - coupling) <= limit:  # as far apart, and 1:3:3:1, as the lines of a quartet
        return None
    r = float(np.hypot(dnu, coupling))
    expected = np.array([r - coupling, r + coupling, r + coupling, r - coupling]) / (4 * r)
    allowed = AB_SHARE * expected + 2.0 * lines.intensity_error / strength.sum()
    if np.any(np.abs(strength / strength.sum() - expected) > allowed):
        return None
    error = 0.5 * float(np.sqrt(np.sum(lines.error_hz**2)))
    return Multiplet(
        tuple(p.id for p in reversed(row)),
        row[-1].ppm,
        row[0].ppm,
        float(f.mean()) / sf_mhz,
        "AB",
        couplings=(Coupling(coupling, error, 1),),
        area=float(sum(intensity_of(p) for p in row)),
    )


def with_ab_systems(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float
) -> list[Multiplet]:
    """Return multiplets with doublets that are the halves of an AB system as that."""
    left = {m.id: m for m in found}
    doublets = sorted((m for m in found if m.kind == "d" and not m.shares), key=lambda m: m.ppm)
    doublets = [m for m in doublets if len(m.peak_ids) == 2]
    for low, high in pairwise(doublets):
        row = sorted((peaks[i] for m in (low, high) for i in m.peak_ids), key=lambda p: p.ppm)
        whole = ab_system(row, sf_mhz) if {low.id, high.id} <= left.keys() else None
        if whole is not None:
            del left[low.id], left[high.id]
            left[whole.id] = whole
    return list(left.values())
