"""Two strongly coupled spins: four lines that lean towards each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from nmrquanv.spectra.multiplets.company import without_class
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import (
    Multiplet,
    are_told_apart,
    have_widths,
    intensity_of,
    lines_of,
)
from nmrquanv.spectra.peaks import Peak

_STRONG, _LEAN, _ALIKE_HZ = 2.5, 1.4, 0.3
"""Two multiplets of one coupling are second order below this dnu/J, where each leans to the other
by this ratio of its halves."""

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


def without_strong_pairs(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float
) -> list[Multiplet]:
    """Return multiplets with two that are strongly coupled to each other as an ``m`` each.

    Their other couplings are not what the distances of their lines say.
    """
    strong: set[str] = set()
    rising = sorted((m for m in found if m.couplings and m.kind != "AB"), key=lambda m: m.ppm)
    for low, high in pairwise(rising):
        apart_hz = (high.ppm - low.ppm) * sf_mhz
        common = [
            c.hz
            for c in low.couplings
            if any(abs(c.hz - other.hz) <= _ALIKE_HZ for other in high.couplings)
        ]
        is_strong = any(hz < apart_hz < float(np.hypot(1.0, _STRONG)) * hz for hz in common)
        if is_strong and _lean(low, peaks) > _LEAN and _lean(high, peaks) < 1.0 / _LEAN:
            strong |= {low.id, high.id}
    return [
        without_class(m, sorted((peaks[i] for i in m.peak_ids), key=lambda p: p.ppm), sf_mhz)
        if m.id in strong
        else m
        for m in found
    ]


def _lean(one: Multiplet, peaks: Mapping[str, Peak]) -> float:
    """Return how much stronger a multiplet's half at high ppm is than that at low ppm."""
    halves = [
        sum(
            abs(intensity_of(peaks[i])) for i in one.peak_ids if side * (peaks[i].ppm - one.ppm) > 0
        )
        for side in (1.0, -1.0)
    ]
    return halves[0] / halves[1] if halves[1] else 1.0
