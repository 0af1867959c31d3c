"""Sparse spectra: decoupled 13C (also DEPT and APT), 19F and 31P."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nmrquanv.spectra.simulation.scene import EMPTY, Scene, joined, lines
from nmrquanv.spectra.simulation.side_signals import deuterium_multiplet
from nmrquanv.spectra.simulation.spin_systems import first_order

CARBON_SOLVENTS: dict[str, tuple[float, float, int]] = {
    "CDCl3": (77.16, 32.0, 1),
    "DMSO-d6": (39.52, 21.0, 3),
    "CD3OD": (49.00, 21.4, 3),
    "acetone-d6": (29.84, 19.4, 3),
    "C6D6": (128.06, 24.3, 1),
}
"""Line of the solvent: ppm, J(C,D) in Hz, number of deuterons (Fulmer 2010)."""


def carbons(
    rng: np.random.Generator, sf_mhz: float, n: int, width_hz: tuple[float, float]
) -> Scene:
    """Return the singlets of a decoupled 13C spectrum; a third are weak quaternary carbons."""
    ppm = np.where(rng.random(n) < 0.55, rng.uniform(8, 90, n), rng.uniform(95, 215, n))
    area = np.where(rng.random(n) < 0.3, rng.uniform(0.15, 0.5, n), rng.uniform(0.7, 1.4, n))
    area = np.where(rng.random(n) < 0.1, 2 * area, area)
    width = np.exp(rng.uniform(np.log(width_hz[0]), np.log(width_hz[1]), n))
    flat = np.zeros(n)
    return Scene(ppm * sf_mhz, area, width, flat, flat, np.zeros(n, dtype=bool))


def carbon_solvent(rng: np.random.Generator, sf_mhz: float, solvent: str) -> Scene:
    """Return the solvent's own multiplet, from a trace to the tallest of the spectrum."""
    ppm, coupling_hz, n = CARBON_SOLVENTS[solvent]
    area = float(np.exp(rng.uniform(np.log(0.3), np.log(12))))
    return lines(deuterium_multiplet(ppm * sf_mhz, coupling_hz, n, area), 0.7)


def edited(rng: np.random.Generator, scene: Scene) -> Scene:
    """Return a carbon scene as DEPT-135 or APT shows it: some negative, some gone, one twisted."""
    n = len(scene)
    sign = rng.choice([1.0, -1.0, 0.0], n, p=[0.5, 0.35, 0.15])
    is_twisted = rng.random(n) < 0.04
    return replace(
        scene,
        area=scene.area * sign,
        phase_deg=np.where(is_twisted, 90.0, rng.normal(0, 4, n)),
        is_excused=scene.is_excused | is_twisted,
    )


def fluorines(
    rng: np.random.Generator, sf_mhz: float, n: int, width_hz: tuple[float, float]
) -> Scene:
    """Return sparse 19F multiplets between -60 and -190 ppm with couplings up to 290 Hz."""
    parts = []
    for _ in range(n):
        couplings = [
            (float(rng.choice([rng.uniform(2, 20), rng.uniform(200, 290)], p=[0.85, 0.15])), int(k))
            for k in rng.integers(1, 4, size=rng.integers(0, 4))
        ]
        sticks = first_order(rng.uniform(-190, -60) * sf_mhz, couplings, float(rng.integers(1, 4)))
        parts.append(lines(sticks, float(np.exp(rng.uniform(*np.log(width_hz))))))
    return joined(EMPTY, *parts)


def phosphoruses(
    rng: np.random.Generator, sf_mhz: float, n: int, width_hz: tuple[float, float]
) -> Scene:
    """Return 31P lines between -20 and 140 ppm: singlets, and doublets of P-P or P-F couplings."""
    parts = []
    for _ in range(n):
        large = [(float(rng.uniform(15, 900)), int(rng.integers(1, 3)))]
        couplings = large if rng.random() < 0.4 else []
        sticks = first_order(rng.uniform(-20, 140) * sf_mhz, couplings, float(rng.uniform(0.3, 2)))
        parts.append(lines(sticks, float(np.exp(rng.uniform(*np.log(width_hz))))))
    return joined(EMPTY, *parts)
