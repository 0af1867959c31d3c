"""Unresolved couplings: bumps of two to six line widths that no processing takes apart."""

from __future__ import annotations

import numpy as np

from nmrquanv.spectra.simulation.blends import LEAST_DIP, Array, Blend
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order

NARROWEST, WIDEST = 2.0, 6.0
"""Of a bump, in natural widths of its lines."""

_TRIES, _ROUNDS = 6, 12


def bump(rng: np.random.Generator, sf_mhz: float, width_hz: float) -> Blend:
    """Return a random signal whose lines are all split by couplings that cannot be seen.

    Parameters
    ----------
    sf_mhz : float, MHz
    width_hz : float, Hz
        Natural FWHM.

    Notes
    -----
    Long-range couplings to some neighbours (0.1 to 3 Hz) or the many small ones of a rigid ring.
    Resolved couplings, if any, are wider than the bump.
    """
    widths = log_uniform(rng, NARROWEST, WIDEST)
    hidden = unresolved(rng, widths)
    resolved = []
    if rng.random() < 0.45:
        resolved = [(widths * width_hz * float(rng.uniform(1.4, 4)), int(rng.integers(1, 3)))]
    sticks = first_order(float(rng.uniform(0.7, 9)) * sf_mhz, resolved)
    area = sticks.area * float(rng.integers(1, 4)) * float(rng.uniform(0.5, 2.0))
    flat = np.full(hidden.hz.size, width_hz)
    unit = (hidden.area / hidden.area.sum()).astype(np.complex128)
    return Blend(hidden.hz * width_hz, flat, unit, sticks.hz, area)


def unresolved(rng: np.random.Generator, widths: float) -> Sticks:
    """Return sticks, in units of the natural width, whose lines add up to one bump that wide.

    Parameters
    ----------
    widths : float
        FWHM of the bump. With few spins it may be that no pattern of this width is smooth: more
        are taken, at last many equal couplings, which are always smooth.
    """
    for attempt in range(_TRIES):
        n = int(rng.integers(3, 6)) + attempt
        ratio = np.exp(rng.uniform(np.log(0.15), 0.0, n))
        sticks = _of_width(ratio, widths)
        if sticks is not None:
            return sticks
    comb = np.linspace(-1, 1, 41) * widths
    falling = np.exp(-4 * np.log(2) * (comb / widths) ** 2 * 1.2)
    return Sticks(comb, falling / falling.sum())


def _of_width(ratio: Array, widths: float) -> Sticks | None:
    """Return a multiplet with couplings in these ratios, scaled; None where it shows its lines."""
    low, high = 0.0, 2 * widths / float(ratio.max())
    x = np.linspace(-3 * widths, 3 * widths, 361)
    pattern = first_order(0.0, [(float(r), 1) for r in ratio])
    for _ in range(_ROUNDS):
        scale = 0.5 * (low + high)
        shape = _lines(x, pattern.hz * scale, pattern.area)
        is_wide = np.ptp(x[shape > 0.5 * shape.max()]) > widths
        low, high = (low, scale) if is_wide else (scale, high)
    fall = np.minimum.accumulate(shape[shape.size // 2 :])
    valley = float(np.max(shape[shape.size // 2 :] / fall)) - 1
    sticks = Sticks(pattern.hz * scale, pattern.area)
    return sticks if valley < 0.3 * LEAST_DIP else None


def _lines(x: Array, hz: Array, area: Array) -> Array:
    """Return Lorentzians of width 1 on a grid."""
    return np.asarray((area / (1 + 4 * (x[:, None] - hz) ** 2)).sum(axis=1))
