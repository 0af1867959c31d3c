"""Strongly coupled systems of six and seven protons, which no first-order rule describes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nmrquanv.spectra.simulation.spin_systems import Sticks, transitions

_GEMINAL, _VICINAL, _AXIAL = -13.5, 7.1, 12.0


def _system(
    rng: np.random.Generator, sf_mhz: float, ppm: list[float], j: dict[tuple[int, int], float]
) -> Sticks:
    """Return the lines of a system whose couplings vary by a few per cent."""
    couplings = np.zeros((len(ppm), len(ppm)))
    for (a, b), value in j.items():
        couplings[max(a, b), min(a, b)] = value * (1 + 0.06 * rng.standard_normal())
    return transitions(np.array(ppm) * sf_mhz, couplings, _NEGLIGIBLE)


_NEGLIGIBLE = 0.01
"""Weaker transitions, as a share of the strongest, are left out: hundreds that nobody sees."""


def propyl(rng: np.random.Generator, sf_mhz: float) -> Sticks:
    """Return CH3-CH2-CH2-X: seven spins, virtually coupled where X does little."""
    middle = float(rng.uniform(1.2, 1.9))
    end = middle + float(rng.choice([rng.uniform(0.03, 0.4), rng.uniform(0.5, 2.4)]))
    ppm = [float(rng.uniform(0.85, 1.05))] * 3 + [middle] * 2 + [end] * 2
    j = {(a, b): 7.3 for a in range(3) for b in (3, 4)}
    return _system(rng, sf_mhz, ppm, j | {(a, b): _VICINAL for a in (3, 4) for b in (5, 6)})


def half_chair(rng: np.random.Generator, sf_mhz: float) -> Sticks:
    """Return three CH2 in a row of a ring, six different protons."""
    ppm = [float(x) for x in rng.uniform(1.1, 3.2) + rng.uniform(0.0, 0.9, 6)]
    j: dict[tuple[int, int], float] = {(0, 1): _GEMINAL, (2, 3): _GEMINAL, (4, 5): _GEMINAL}
    for a, b in ((0, 2), (2, 4)):
        j |= {(a, b): _AXIAL, (a, b + 1): 3.8, (a + 1, b): 3.8, (a + 1, b + 1): 3.0}
    return _system(rng, sf_mhz, ppm, j)


def methine_chain(rng: np.random.Generator, sf_mhz: float) -> Sticks:
    """Return CH-CH2-CH2-CH2 of a ring, seven spins that crowd."""
    ppm = [float(rng.uniform(2.2, 4.2)), *(float(x) for x in rng.uniform(1.2, 2.3, 6))]
    j = {(0, 1): float(rng.choice([11.0, 4.0])), (0, 2): 3.9}
    j |= {(1, 2): _GEMINAL, (3, 4): _GEMINAL, (5, 6): _GEMINAL}
    for a, b in ((1, 3), (3, 5)):
        j |= {(a, b): _AXIAL, (a, b + 1): 3.9, (a + 1, b): 3.9, (a + 1, b + 1): 3.2}
    return _system(rng, sf_mhz, ppm, j)


def benzylic(rng: np.random.Generator, sf_mhz: float) -> Sticks:
    """Return the ring and the CH2 of a para-substituted benzyl group: six spins."""
    a, b = float(rng.uniform(6.7, 7.4)), float(rng.uniform(6.9, 8.1))
    side = float(rng.uniform(2.5, 4.6))
    j = {(0, 2): 8.4, (1, 3): 8.4, (0, 1): 2.6, (2, 3): 2.1, (0, 3): 0.4, (1, 2): 0.4}
    j |= {(x, y): -0.75 for x in (0, 1) for y in (4, 5)}
    return _system(rng, sf_mhz, [a, a, b, b, side, side], j)


LARGE: tuple[Callable[[np.random.Generator, float], Sticks], ...] = (
    propyl,
    half_chair,
    methine_chain,
    benzylic,
)
