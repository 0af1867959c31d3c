"""Random molecules as the spectrometer sees them: spin systems at sensible shifts.

A *scene* is all lines of one sample before the instrument adds its own marks. Areas are in
nuclei of a sample at concentration 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order, transitions


@dataclass(frozen=True, slots=True)
class Scene:
    """Lines of a sample.

    Parameters
    ----------
    hz : (n,) float64
        From 0 ppm.
    area : (n,) float64
        Signed.
    lorentz_hz, gauss_hz : (n,) float64, Hz
        Natural FWHM and that of a Gaussian spread of shifts; few different Gaussians.
    phase_deg : (n,) float64
        Of the line by itself: 90 is dispersive.
    is_excused : (n,) bool
        Satellites, humps and dispersive lines: neither missed nor false when found.
    """

    hz: NDArray[np.float64]
    area: NDArray[np.float64]
    lorentz_hz: NDArray[np.float64]
    gauss_hz: NDArray[np.float64]
    phase_deg: NDArray[np.float64]
    is_excused: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.hz.size)

    def scaled(self, by: float) -> Scene:
        """Return the same lines at another concentration."""
        return replace(self, area=self.area * by)


def lines(
    sticks: Sticks,
    lorentz_hz: float,
    scale: float = 1.0,
    *,
    gauss_hz: float = 0.0,
    phase_deg: float = 0.0,
    is_excused: bool = False,
) -> Scene:
    """Return a scene of one multiplet, all its lines of the same width."""
    n = sticks.hz.size
    return Scene(
        sticks.hz,
        sticks.area * scale,
        np.full(n, lorentz_hz),
        np.full(n, gauss_hz),
        np.full(n, phase_deg),
        np.full(n, is_excused),
    )


def joined(*scenes: Scene) -> Scene:
    """Return all lines of several scenes as one."""
    return Scene(
        np.concatenate([s.hz for s in scenes]),
        np.concatenate([s.area for s in scenes]),
        np.concatenate([s.lorentz_hz for s in scenes]),
        np.concatenate([s.gauss_hz for s in scenes]),
        np.concatenate([s.phase_deg for s in scenes]),
        np.concatenate([s.is_excused for s in scenes]),
    )


EMPTY = lines(Sticks(np.zeros(0), np.zeros(0)), 0.0)
"""A sample without lines."""


def _strong(
    rng: np.random.Generator,
    sf_mhz: float,
    ppm: list[float],
    couplings: dict[tuple[int, int], float],
    jitter_ppm: float = 0.0,
) -> Sticks:
    """Return a strongly coupled system; the couplings vary by a few per cent."""
    shifts = (np.array(ppm) + jitter_ppm * rng.standard_normal(len(ppm))) * sf_mhz
    j = np.zeros((len(ppm), len(ppm)))
    for (a, b), value in couplings.items():
        j[max(a, b), min(a, b)] = value * (1 + 0.06 * rng.standard_normal())
    return transitions(shifts, j)


def _singlet(rng: np.random.Generator, sf: float) -> Sticks:
    ppm, n = ((2.1, 3), (3.8, 3), (1.3, 9), (2.9, 6), (7.3, 1), (5.5, 1), (8.1, 1), (0.1, 9))[
        rng.integers(8)
    ]
    return first_order((ppm + 0.4 * rng.standard_normal()) * sf, (), n)


def _ethyl(rng: np.random.Generator, sf: float) -> Sticks:
    low, high = rng.uniform(0.85, 1.5), rng.choice([rng.uniform(1.5, 2.8), rng.uniform(3.4, 4.4)])
    pairs = {(i, j): 7.2 for i in range(3) for j in (3, 4)}
    return _strong(rng, sf, [low] * 3 + [high] * 2, pairs)


def _isopropyl(rng: np.random.Generator, sf: float) -> Sticks:
    j, low, high = rng.normal(6.8, 0.2), rng.uniform(0.8, 1.4), rng.uniform(1.6, 5.1)
    methyls = first_order(low * sf, ((j, 1),), 3)
    other = first_order((low + abs(0.05 * rng.standard_normal())) * sf, ((j, 1),), 3)
    return _together(methyls, other, first_order(high * sf, ((j, 6),), 1))


def _vinyl(rng: np.random.Generator, sf: float) -> Sticks:
    pairs = {(0, 1): 17.2, (0, 2): 10.5, (1, 2): 1.4}
    return _strong(rng, sf, [6.1, 5.25, 5.1], pairs, 0.25)


def _alkene(rng: np.random.Generator, sf: float) -> Sticks:
    return _strong(rng, sf, [6.9, 6.1], {(0, 1): float(rng.choice([15.8, 10.5]))}, 0.5)


def _para(rng: np.random.Generator, sf: float) -> Sticks:
    a, b = rng.uniform(6.6, 7.4), rng.uniform(7.0, 8.2)
    pairs = {(0, 2): 8.5, (1, 3): 8.5, (0, 1): 2.6, (2, 3): 2.1, (0, 3): 0.4, (1, 2): 0.4}
    return _strong(rng, sf, [a, a, b, b], pairs)


def _ortho(rng: np.random.Generator, sf: float) -> Sticks:
    pairs = {(0, 1): 8.0, (1, 2): 7.5, (2, 3): 7.9, (0, 2): 1.2, (1, 3): 1.6, (0, 3): 0.4}
    return _strong(rng, sf, [7.1, 7.5, 7.25, 7.9], pairs, 0.2)


def _trisubstituted(rng: np.random.Generator, sf: float) -> Sticks:
    return _strong(rng, sf, [6.9, 7.2, 7.5], {(0, 1): 8.4, (1, 2): 2.2, (0, 2): 0.4}, 0.35)


def _phenyl(rng: np.random.Generator, sf: float) -> Sticks:
    ortho = rng.uniform(7.2, 8.1)
    meta, para = rng.uniform(7.25, 7.5), rng.uniform(7.15, 7.6)
    pairs = {(0, 2): 7.7, (1, 3): 7.7, (2, 4): 7.5, (3, 4): 7.5, (0, 4): 1.3, (1, 4): 1.3}
    pairs |= {(0, 1): 1.9, (2, 3): 1.6, (0, 3): 0.6, (1, 2): 0.6}
    return _strong(rng, sf, [ortho, ortho, meta, meta, para], pairs)


def _heteroaromatic(rng: np.random.Generator, sf: float) -> Sticks:
    pairs = {(0, 1): 4.9, (1, 2): 7.7, (2, 3): 7.9, (0, 2): 1.8, (1, 3): 1.0, (0, 3): 0.9}
    return _strong(rng, sf, [8.55, 7.25, 7.7, 7.4], pairs, 0.15)


def _methylene_pair(rng: np.random.Generator, sf: float) -> Sticks:
    a, b = rng.uniform(2.2, 3.8), rng.uniform(2.4, 4.4)
    pairs = {(0, 1): -14.0, (2, 3): -14.0, (0, 2): 6.0, (1, 3): 6.0, (0, 3): 8.5, (1, 2): 8.5}
    return _strong(rng, sf, [a, a + 0.02, b, b + 0.02], pairs)


def _abx(rng: np.random.Generator, sf: float) -> Sticks:
    base = rng.uniform(2.2, 3.6)
    pairs = {(0, 1): -14.5, (0, 2): rng.uniform(2, 10), (1, 2): rng.uniform(3, 9)}
    return _strong(rng, sf, [base, base + rng.uniform(0.02, 0.5), base + rng.uniform(1, 2)], pairs)


def _ring(rng: np.random.Generator, sf: float) -> Sticks:
    """Five neighbouring protons of a saturated ring (steroids, terpenes)."""
    ppm = list(np.sort(rng.uniform(0.8, 2.6, 5)))
    pairs = {(0, 1): -13.0, (2, 3): -13.2, (0, 2): 12.5, (0, 3): 3.8, (1, 2): 3.9, (1, 3): 3.0}
    pairs |= {(2, 4): float(rng.choice([11.8, 4.0])), (3, 4): 3.6}
    return _strong(rng, sf, [float(x) for x in rng.permutation(ppm)], pairs)


def _amino_acid(rng: np.random.Generator, sf: float) -> Sticks:
    """NH, alpha and two beta protons of a peptide."""
    pairs = {(0, 1): rng.uniform(5, 10), (1, 2): rng.uniform(4, 11), (1, 3): 4.8, (2, 3): -14.2}
    beta = rng.uniform(1.4, 3.2)
    return _strong(
        rng, sf, [rng.uniform(7.3, 9.0), rng.uniform(3.9, 5.2), beta, beta + 0.15], pairs, 0.05
    )


def _sugar(rng: np.random.Generator, sf: float) -> Sticks:
    pairs = {(0, 1): float(rng.choice([3.7, 7.9])), (1, 2): 9.5, (2, 3): 9.2, (3, 4): 9.8}
    return _strong(rng, sf, [rng.uniform(4.4, 5.4), 3.4, 3.65, 3.45, 3.8], pairs, 0.12)


def _chain(rng: np.random.Generator, sf: float) -> Sticks:
    """Methyl triplet at the end of an alkyl chain and its crowded CH2 hump."""
    methyl = first_order(rng.uniform(0.82, 0.95) * sf, ((7.0, 2),), 3)
    inner = [
        first_order(rng.uniform(1.2, 1.4) * sf, ((7.1, int(rng.integers(2, 5))),), 2)
        for _ in range(int(rng.integers(2, 7)))
    ]
    return _together(methyl, *inner)


def weak_multiplet(rng: np.random.Generator, sf: float) -> Sticks:
    """Return a first-order multiplet with one to four random couplings."""
    ppm = float(rng.choice([rng.uniform(0.7, 3.0), rng.uniform(3.0, 6.0), rng.uniform(6.3, 9.8)]))
    couplings = [
        (float(rng.choice([rng.uniform(0.5, 3.0), rng.uniform(3, 9), rng.uniform(9, 17)])), n)
        for n in rng.choice([1, 1, 1, 2, 2, 3], size=rng.integers(1, 5))
    ]
    return first_order(ppm * sf, [(j, int(n)) for j, n in couplings], float(rng.integers(1, 4)))


def _together(*parts: Sticks) -> Sticks:
    return Sticks(np.concatenate([p.hz for p in parts]), np.concatenate([p.area for p in parts]))


_Fragment = Callable[[np.random.Generator, float], Sticks]

SMALL_MOLECULE: tuple[_Fragment, ...] = (
    _singlet,
    _singlet,
    _ethyl,
    _isopropyl,
    _vinyl,
    _alkene,
    _para,
    _ortho,
    _trisubstituted,
    _phenyl,
    _heteroaromatic,
    _methylene_pair,
    _abx,
    weak_multiplet,
    weak_multiplet,
    _chain,
)
PEPTIDE: tuple[_Fragment, ...] = (_amino_acid, _amino_acid, _amino_acid, _isopropyl, _phenyl, _abx)
STEROID: tuple[_Fragment, ...] = (_ring, _ring, _ring, _singlet, _abx, weak_multiplet)
SUGAR: tuple[_Fragment, ...] = (_sugar, _sugar, _singlet, weak_multiplet)


def molecule(
    rng: np.random.Generator,
    sf_mhz: float,
    n_fragments: int,
    width_hz: tuple[float, float],
    fragments: tuple[_Fragment, ...] = SMALL_MOLECULE,
) -> Scene:
    """Return the protons of a random molecule.

    Parameters
    ----------
    sf_mhz : float, MHz
        Proton frequency: decides between strong and weak coupling.
    n_fragments : int
        How many spin systems.
    width_hz : (float, float), Hz
        Range of the natural line widths, drawn per spin system on a logarithmic scale.
    fragments
        What to draw from.
    """
    low, high = np.log(width_hz)
    parts = [
        lines(
            fragments[rng.integers(len(fragments))](rng, sf_mhz),
            float(np.exp(rng.uniform(low, high))),
        )
        for _ in range(n_fragments)
    ]
    return joined(EMPTY, *parts)


def exchanging(rng: np.random.Generator, sf_mhz: float, width_hz: tuple[float, float]) -> Scene:
    """Return the singlet of an OH or NH proton, broadened by exchange."""
    ppm = float(rng.choice([rng.uniform(1.3, 5.5), rng.uniform(4.5, 12.5)]))
    width = float(np.exp(rng.uniform(*np.log(width_hz))))
    return lines(first_order(ppm * sf_mhz, (), 1.0), width, float(rng.uniform(0.7, 2.0)))


def satellites(rng: np.random.Generator, scene: Scene, min_area: float) -> Scene:
    """Return the 13C satellites of a proton scene, 0.55 % on either side of each line.

    Parameters
    ----------
    scene : Scene
    min_area : float
        Lines whose satellite would be smaller than this get none.

    Notes
    -----
    One-bond couplings 125 Hz (aliphatic) to 165 Hz (aromatic) and up to 210 Hz; the isotope
    shift of 2 ppb is left out: it is below 2 Hz/1000 at any field.
    """
    able = np.flatnonzero((np.abs(scene.area) * 0.0055 > min_area) & ~scene.is_excused)
    if not able.size:
        return EMPTY
    groups = np.cumsum(np.diff(scene.lorentz_hz[able], prepend=-1.0) != 0) - 1
    by_group = rng.choice([125.0, 142.0, 160.0, 168.0, 205.0], size=groups[-1] + 1)
    coupling = (by_group + rng.normal(0, 3, groups[-1] + 1))[groups]
    pick = np.concatenate([able, able])
    return Scene(
        scene.hz[pick] + np.concatenate([coupling, -coupling]) / 2,
        scene.area[pick] * 0.0055,
        scene.lorentz_hz[pick],
        scene.gauss_hz[pick],
        scene.phase_deg[pick],
        np.ones(pick.size, dtype=bool),
    )


def carbons(
    rng: np.random.Generator, sf_mhz: float, n: int, width_hz: tuple[float, float]
) -> Scene:
    """Return the singlets of a decoupled 13C spectrum; a third are weak quaternary carbons."""
    low, high = np.log(width_hz)
    ppm = np.where(rng.random(n) < 0.55, rng.uniform(8, 90, n), rng.uniform(95, 215, n))
    area = np.where(rng.random(n) < 0.3, rng.uniform(0.15, 0.5, n), rng.uniform(0.7, 1.4, n))
    area = np.where(rng.random(n) < 0.1, 2 * area, area)
    width = np.exp(rng.uniform(low, high, n))
    flat = np.zeros(n)
    return Scene(ppm * sf_mhz, area, width, flat, flat, np.zeros(n, dtype=bool))


def solvent_triplet(sf_mhz: float, ppm: float, coupling_hz: float, n: int, area: float) -> Scene:
    """Return the deuterium-split line of a deuterated solvent in a 13C spectrum.

    Notes
    -----
    ``n`` deuterons (spin 1) split into 2n+1 lines: 1:1:1 for CDCl3, a septet for DMSO.
    """
    pattern: NDArray[np.float64] = np.ones(1)
    for _ in range(n):
        pattern = np.convolve(pattern, np.ones(3) / 3)
    offsets = coupling_hz * (np.arange(2 * n + 1, dtype=np.float64) - n)
    return lines(Sticks(ppm * sf_mhz + offsets, pattern * area), 0.6)


def fluorines(
    rng: np.random.Generator, sf_mhz: float, n: int, width_hz: tuple[float, float]
) -> Scene:
    """Return sparse 19F multiplets between -60 and -190 ppm with couplings up to 250 Hz."""
    parts = []
    for _ in range(n):
        couplings = [
            (float(rng.choice([rng.uniform(2, 20), rng.uniform(200, 290)], p=[0.85, 0.15])), int(k))
            for k in rng.integers(1, 4, size=rng.integers(0, 4))
        ]
        sticks = first_order(rng.uniform(-190, -60) * sf_mhz, couplings, float(rng.integers(1, 4)))
        parts.append(lines(sticks, float(np.exp(rng.uniform(*np.log(width_hz))))))
    return joined(EMPTY, *parts)
