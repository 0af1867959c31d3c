"""Proton signals beside the molecule's own: satellites, solvent, water, exchange, stray lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulation.scene import EMPTY, Scene, joined, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order

CARBON_13 = 0.0107
"""Natural abundance: half of it stands on either side of a line."""

SILICON_29 = 0.0469
"""Natural abundance of 29Si, which splits TMS and TSP by 6.6 Hz."""

_RESIDUAL: dict[str, tuple[float, float, int, float]] = {
    "CDCl3": (7.26, 0.0, 0, 1.56),
    "DMSO-d6": (2.50, 1.9, 2, 3.33),
    "CD3OD": (3.31, 1.65, 2, 4.87),
    "acetone-d6": (2.05, 2.2, 2, 2.84),
    "C6D6": (7.16, 0.0, 0, 0.40),
    "D2O": (4.79, 0.0, 0, 4.79),
}
"""Residual line: ppm, J(H,D) in Hz, number of deuterons, ppm of water in it (Fulmer 2010)."""

SOLVENTS = tuple(_RESIDUAL)


def deuterium_multiplet(hz: float, coupling_hz: float, n: int, area: float) -> Sticks:
    """Return a line that ``n`` deuterons (spin 1) split into 2n+1."""
    pattern: NDArray[np.float64] = np.ones(1)
    for _ in range(n):
        pattern = np.convolve(pattern, np.ones(3) / 3)
    steps = np.arange(2 * n + 1, dtype=np.float64) - n
    return Sticks(hz + coupling_hz * steps, pattern * area)


def exchanging(rng: np.random.Generator, sf_mhz: float, width_hz: tuple[float, float]) -> Scene:
    """Return the singlet of an OH or NH proton, broadened by exchange."""
    ppm = float(rng.choice([rng.uniform(1.3, 5.5), rng.uniform(4.5, 12.5)]))
    width = float(np.exp(rng.uniform(*np.log(width_hz))))
    return lines(first_order(ppm * sf_mhz, (), 1.0), width, float(rng.uniform(0.7, 2.0)))


def satellites(rng: np.random.Generator, scene: Scene, min_area: float) -> Scene:
    """Return the 13C satellites of a proton scene, one on either side of each line.

    Parameters
    ----------
    scene : Scene
        Lines of one width count as one group with one coupling.
    min_area : float
        Lines whose satellite would be smaller than this get none.

    Notes
    -----
    One-bond couplings of 125 Hz (aliphatic) to 205 Hz; sometimes the two- and three-bond ones
    of 4 to 8 Hz, which stand on the foot of the line. The isotope shift of 2 ppb is left out.
    """
    able = np.flatnonzero((np.abs(scene.area) * CARBON_13 / 2 > min_area) & ~scene.is_excused)
    if not able.size:
        return EMPTY
    group = np.cumsum(np.diff(scene.lorentz_hz[able], prepend=-1.0) != 0) - 1
    n_groups = int(group[-1]) + 1
    one_bond = rng.choice([125.0, 142.0, 160.0, 205.0], n_groups, p=[0.5, 0.2, 0.25, 0.05])
    parts = [_split(scene, able, (one_bond + rng.normal(0, 3, n_groups))[group])]
    if rng.random() < 0.3:
        parts.append(_split(scene, able, rng.uniform(4, 8, n_groups)[group]))
    return joined(*parts)


def _split(scene: Scene, which: NDArray[np.intp], coupling_hz: NDArray[np.float64]) -> Scene:
    pick = np.concatenate([which, which])
    return Scene(
        scene.hz[pick] + np.concatenate([coupling_hz, -coupling_hz]) / 2,
        scene.area[pick] * (CARBON_13 / 2),
        scene.lorentz_hz[pick],
        scene.gauss_hz[pick],
        scene.phase_deg[pick],
        np.ones(pick.size, dtype=bool),
    )


def residual_solvent(
    rng: np.random.Generator, sf_mhz: float, solvent: str, width_hz: float
) -> Scene:
    """Return what the solvent itself shows: its residual protons, dissolved water, perhaps TMS."""
    ppm, coupling_hz, n, water_ppm = _RESIDUAL[solvent]
    amount = float(np.exp(rng.uniform(np.log(0.02), np.log(20))))
    own = deuterium_multiplet((ppm + 0.02 * rng.standard_normal()) * sf_mhz, coupling_hz, n, amount)
    parts = [lines(own, width_hz)]
    if rng.random() < 0.6:
        water = first_order((water_ppm + 0.05 * rng.standard_normal()) * sf_mhz, ())
        broadening = float(np.exp(rng.uniform(np.log(1.0), np.log(12.0))))
        parts.append(lines(water, width_hz * broadening, amount * float(rng.uniform(0.05, 2))))
    if rng.random() < 0.4:
        parts.append(reference_standard(sf_mhz, width_hz, amount))
    return joined(*parts)


def reference_standard(sf_mhz: float, width_hz: float, area: float) -> Scene:
    """Return TMS (or TSP) at 0 ppm with the 29Si satellites at its foot."""
    silicon = first_order(0.0, ((6.6, 1),), area * SILICON_29)
    return joined(
        lines(first_order(0.0 * sf_mhz, (), area), width_hz),
        lines(silicon, width_hz, is_excused=True),
    )


def suppressed_water(rng: np.random.Generator, sf_mhz: float) -> Scene:
    """Return what water suppression leaves: lines out of phase on a broad hump."""
    hz = (4.75 + 0.1 * rng.standard_normal()) * sf_mhz
    parts = []
    for _ in range(int(rng.integers(2, 6))):
        sticks = first_order(hz + rng.normal(0, 8), (), float(rng.uniform(0.2, 3)))
        turn = float(rng.uniform(-180, 180))
        parts.append(lines(sticks, float(rng.uniform(3, 40)), phase_deg=turn, is_excused=True))
    parts.append(hump(rng, hz, float(rng.uniform(0.5, 10)), (40.0, 200.0)))
    return joined(*parts)


def saturated(scene: Scene, hz: float, reach_hz: float) -> Scene:
    """Return a scene in which the irradiation of one frequency has bleached what lies near it.

    Parameters
    ----------
    hz : float, Hz
        Irradiated.
    reach_hz : float, Hz
        Where half of a line is left.

    Notes
    -----
    Steady state of Bloch's equations for a weak field off resonance: what is left of a line is
    ``d^2 / (d^2 + reach^2)`` at the distance ``d``.
    """
    blends = tuple(replace(b, area=b.area * _left(b.hz - hz, reach_hz)) for b in scene.blends)
    return replace(scene, area=scene.area * _left(scene.hz - hz, reach_hz), blends=blends)


def _left(away_hz: NDArray[np.float64], reach_hz: float) -> NDArray[np.float64]:
    return np.asarray(away_hz**2 / (away_hz**2 + reach_hz**2))


def hump(rng: np.random.Generator, hz: float, area: float, width_hz: tuple[float, float]) -> Scene:
    """Return one very broad Gaussian: polymer, protein, badly shimmed solvent."""
    width = float(np.exp(rng.uniform(*np.log(width_hz))))
    return lines(first_order(hz, (), area), 1.0, gauss_hz=width, is_excused=True)


def stray_lines(
    rng: np.random.Generator,
    span_hz: tuple[float, float],
    n: int,
    width_hz: tuple[float, float],
    decades: float,
) -> Scene:
    """Return single lines anywhere, their heights spread evenly over some decades.

    Notes
    -----
    Half of them gather around a few centres, so that small ones stand on the flanks of tall
    ones. Widths are drawn line by line.
    """
    low, high = span_hz
    centres = rng.uniform(low, high, 4)
    near = centres[rng.integers(0, 4, n)] + rng.normal(0, 30, n)
    hz = np.where(rng.random(n) < 0.5, near, rng.uniform(low, high, n))
    width = np.exp(rng.uniform(np.log(width_hz[0]), np.log(width_hz[1]), n))
    height = 10 ** rng.uniform(-decades, 0, n)
    flat = np.zeros(n)
    return Scene(hz, height * width, width, flat, flat, np.zeros(n, dtype=bool))


def close_pairs(
    rng: np.random.Generator, span_hz: tuple[float, float], n: int, width_hz: float
) -> Scene:
    """Return pairs at 0.4 to 1.6 line widths, and as many single lines as wide as such a pair."""
    low, high = span_hz
    parts = []
    for _ in range(n):
        hz, area = float(rng.uniform(low, high)), float(np.exp(rng.uniform(-3, 1)))
        apart = float(rng.uniform(0.4, 1.6)) * width_hz
        if rng.random() < 0.5:
            share = float(rng.choice([0.5, rng.uniform(0.15, 0.5)]))
            sticks = Sticks(np.array([hz, hz + apart]), area * np.array([share, 1 - share]))
            parts.append(lines(sticks, width_hz))
        else:
            sticks, is_voigt = first_order(hz, (), area), rng.random() < 0.5
            wider = width_hz if is_voigt else width_hz + 0.6 * apart
            parts.append(lines(sticks, wider, gauss_hz=0.9 * width_hz if is_voigt else 0.0))
    return joined(EMPTY, *parts)
