"""Random molecules as the spectrometer sees them: proton spin systems at sensible shifts.

Areas are in nuclei of a sample at concentration 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nmrquanv.spectra.simulation.scene import EMPTY, Scene, joined, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks, first_order, transitions


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


_TEXTBOOK: tuple[tuple[tuple[float, int], ...], ...] = (
    ((7.2, 1),),
    ((7.2, 2),),
    ((7.0, 3),),
    ((6.8, 1), (15.5, 1)),
    ((8.4, 1), (2.4, 1)),
    ((10.2, 1), (4.2, 1)),
    ((15.8, 1), (6.6, 2)),
    ((6.9, 4),),
    ((12.4, 2), (3.8, 1)),
)


def _textbook_multiplet(rng: np.random.Generator, sf: float) -> Sticks:
    """Return a multiplet whose couplings differ so much that every line can be seen."""
    pattern = _TEXTBOOK[rng.integers(len(_TEXTBOOK))]
    couplings = [(j * float(rng.uniform(0.93, 1.07)), n) for j, n in pattern]
    return first_order(rng.uniform(0.8, 9.0) * sf, couplings, float(rng.integers(1, 4)))


def _together(*parts: Sticks) -> Sticks:
    return Sticks(np.concatenate([p.hz for p in parts]), np.concatenate([p.area for p in parts]))


_Fragment = Callable[[np.random.Generator, float], Sticks]

TEXTBOOK: tuple[_Fragment, ...] = (
    _singlet,
    _ethyl,
    _isopropyl,
    _alkene,
    _vinyl,
    _textbook_multiplet,
    _textbook_multiplet,
    _textbook_multiplet,
)
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
