"""Lines up to thousands of hertz wide: paramagnetic metals, quadrupolar nuclei, fast relaxation."""

from __future__ import annotations

import numpy as np

from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.scene import EMPTY, Scene, joined, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order

WIDEST_HZ = 2000.0


def beside_narrow(
    rng: np.random.Generator, sf_mhz: float, width_hz: float, tallest: float, snr: float
) -> Scene:
    """Return one to three lines up to 2 kHz wide that share a spectrum with narrow ones.

    Parameters
    ----------
    width_hz : float, Hz
        Of the narrow ones.
    tallest, snr : float
        Area over natural width of the tallest narrow line, and its signal to noise: these lines
        stand above the noise, or their height would be for nothing.
    """
    parts = [EMPTY]
    for _ in range(int(rng.integers(1, 4))):
        wide = log_uniform(rng, max(20.0, 5 * width_hz), WIDEST_HZ)
        share = log_uniform(rng, min(8.0 / snr, 0.5), 1.0)
        sticks = Sticks(np.array([float(rng.uniform(-1, 14)) * sf_mhz]), np.ones(1))
        parts.append(lines(sticks, wide, share * tallest * wide))
    return joined(*parts)


def paramagnetic(rng: np.random.Generator, sf_mhz: float, width_hz: float) -> Scene:
    """Return protons around a metal: far shifted, each as wide as it is near, a few diamagnetic."""
    parts = [EMPTY]
    for _ in range(int(rng.integers(3, 16))):
        wide = log_uniform(rng, 5.0, WIDEST_HZ if rng.random() < 0.3 else 300.0)
        place = float(rng.normal(8, 22)) * sf_mhz
        parts.append(lines(first_order(place, (), float(rng.integers(1, 7))), wide))
    for _ in range(int(rng.integers(0, 5))):
        place = float(rng.uniform(0.8, 8.5)) * sf_mhz
        sticks = first_order(place, [(7.0, int(rng.integers(1, 4)))], log_uniform(rng, 0.02, 1))
        parts.append(lines(sticks, width_hz))
    return joined(*parts)


def borons(rng: np.random.Generator, sf_mhz: float) -> Scene:
    """Return an 11B spectrum: lines of 3 to 600 Hz, some split by the hydrogens that they carry."""
    parts = [EMPTY]
    for _ in range(int(rng.integers(1, 9))):
        hydrogens = int(rng.choice([0, 0, 1, 1, 2, 4]))
        coupling = float(rng.uniform(80, 160))
        couplings = [(coupling, hydrogens)] if hydrogens else []
        place = float(rng.choice([rng.uniform(-50, 5), rng.uniform(-5, 90)]))
        wide = log_uniform(rng, 3.0, 600.0)
        parts.append(lines(first_order(place * sf_mhz, couplings, rng.uniform(0.3, 3)), wide))
    return joined(*parts)
