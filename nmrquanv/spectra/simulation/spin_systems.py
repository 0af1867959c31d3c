"""Line positions and intensities of coupled spins 1/2.

Two ways: :func:`transitions` diagonalises the Hamiltonian of up to seven spins and is right at
any field (roofing, combination lines); :func:`first_order` splits one nucleus by weak couplings.
Both give *sticks*: frequency in Hz and area in nuclei. Line widths are no business of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MAX_SPINS = 7
"""Blocks grow as 35 x 35 for seven spins; beyond that a simulation costs more than it teaches."""

NEGLIGIBLE = 3e-3
"""Transitions weaker than this share of the strongest of their system are left out."""

DEGENERATE_HZ = 0.01
"""Transitions closer than this are one stick: far below any line width."""


@dataclass(frozen=True, slots=True)
class Sticks:
    """Infinitely narrow lines.

    Parameters
    ----------
    hz : (n,) float64
        Frequencies, Hz from 0 ppm.
    area : (n,) float64
        In nuclei: the sticks of a CH3 group add up to 3.
    """

    hz: NDArray[np.float64]
    area: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Basis:
    """Product basis of n spins, sorted by total m: what does not depend on shifts and J."""

    m: NDArray[np.float64]  # (n, 2**n): +-1/2 of each spin in each state
    pairs: NDArray[np.intp]  # (n_pairs, 2)
    flips: NDArray[np.float64]  # (n_pairs, 2**n, 2**n): I+I- + I-I+ of each pair, halved
    lowering: NDArray[np.float64]  # (2**n, 2**n): F- summed over spins
    blocks: tuple[slice, ...]  # states of equal total m, highest m first


@lru_cache(maxsize=MAX_SPINS)
def _basis(n: int) -> _Basis:
    """Build the product basis of ``n`` spins (cached: it is the same for all systems)."""
    states = sorted(range(2**n), key=lambda s: (s.bit_count(), s))
    place = {state: i for i, state in enumerate(states)}
    m = np.array([[0.5 - (s >> i & 1) for s in states] for i in range(n)])
    pairs = np.array([(i, j) for i in range(n) for j in range(i)], dtype=np.intp).reshape(-1, 2)
    flips = np.zeros((len(pairs), 2**n, 2**n))
    for p, (i, j) in enumerate(pairs):
        for s in states:
            if (s >> i & 1) != (s >> j & 1):
                flips[p, place[s], place[s ^ (1 << i) ^ (1 << j)]] = 0.5
    lowering = np.zeros((2**n, 2**n))
    for s in states:
        for i in range(n):
            if not s >> i & 1:
                lowering[place[s | 1 << i], place[s]] = 1.0
    counts = np.bincount([s.bit_count() for s in states])
    edges = np.concatenate([[0], np.cumsum(counts)])
    blocks = tuple(slice(int(a), int(b)) for a, b in pairwise(edges))
    return _Basis(m, pairs, flips, lowering, blocks)


def transitions(
    shifts_hz: Sequence[float] | NDArray[np.float64],
    couplings_hz: NDArray[np.float64],
    negligible: float = NEGLIGIBLE,
) -> Sticks:
    """Return the single-quantum transitions of a strongly coupled spin system.

    Parameters
    ----------
    shifts_hz : (n,) float, Hz, 1 <= n <= 7
        Resonance frequency of each spin.
    couplings_hz : (n, n) float, Hz
        Scalar couplings; only the lower triangle is read.
    negligible : float
        Transitions weaker than this share of the strongest are left out.

    Returns
    -------
    Sticks
        Sorted by frequency; the areas add up to ``n`` less what was left out.

    Raises
    ------
    ValueError
        The number of spins is not 1 to 7, or the matrix has another size.

    Notes
    -----
    ``H = sum_i nu_i Iz_i + sum_(i>j) J_ij I_i . I_j`` commutes with ``Fz``, so each block of
    equal total m is diagonalised by itself; intensities are ``|<a|F-|b>|^2 / 2^(n-1)``.

    References
    ----------
    P. L. Corio, Chem. Rev. 60 (1960) 363; second opinion in the tests: ``nmrsim.qm_spinsystem``.
    """
    shifts = np.asarray(shifts_hz, dtype=np.float64)
    n = shifts.size
    if not 1 <= n <= MAX_SPINS or couplings_hz.shape != (n, n):
        raise ValueError(
            f"need 1 to {MAX_SPINS} shifts and a square matrix of couplings, "
            f"got {n} and {couplings_hz.shape}"
        )
    basis = _basis(n)
    j = np.asarray(couplings_hz, dtype=np.float64)[basis.pairs[:, 0], basis.pairs[:, 1]]
    products = basis.m[basis.pairs[:, 0]] * basis.m[basis.pairs[:, 1]]
    hamiltonian = np.tensordot(j, basis.flips, axes=1)
    np.fill_diagonal(hamiltonian, shifts @ basis.m + j @ products)
    solved = [np.linalg.eigh(hamiltonian[b, b]) for b in basis.blocks]
    hz, area = [], []
    for upper in range(n):
        (e_high, v_high), (e_low, v_low) = solved[upper], solved[upper + 1]
        moment = v_low.T @ basis.lowering[basis.blocks[upper + 1], basis.blocks[upper]] @ v_high
        hz.append((e_high[None, :] - e_low[:, None]).ravel())
        area.append((moment**2).ravel() / 2 ** (n - 1))
    return _gathered(np.concatenate(hz), np.concatenate(area), negligible)


def first_order(
    shift_hz: float, couplings: Sequence[tuple[float, int]], n_nuclei: float = 1.0
) -> Sticks:
    """Return the multiplet of one kind of nucleus, weakly coupled to others.

    Parameters
    ----------
    shift_hz : float, Hz
        Centre of the multiplet.
    couplings : sequence of (J in Hz, number of equivalent spins 1/2)
    n_nuclei : float
        Total area.
    """
    hz, area = np.array([shift_hz]), np.array([float(n_nuclei)])
    for coupling_hz, n_spins in couplings:
        for _ in range(n_spins):
            hz = np.concatenate([hz - coupling_hz / 2, hz + coupling_hz / 2])
            area = np.concatenate([area, area]) / 2
            sticks = _gathered(hz, area, 0.0)
            hz, area = sticks.hz, sticks.area
    return _gathered(hz, area, NEGLIGIBLE)


def _gathered(hz: NDArray[np.float64], area: NDArray[np.float64], negligible: float) -> Sticks:
    """Sort sticks, drop the negligible ones and add up those that coincide."""
    strong = area > negligible * area.max()
    hz, area = hz[strong], area[strong]
    order = np.argsort(hz, kind="stable")
    hz, area = hz[order], area[order]
    starts = np.flatnonzero(np.diff(hz, prepend=-np.inf) > DEGENERATE_HZ)
    total = np.add.reduceat(area, starts)
    centre = np.add.reduceat(hz * area, starts) / total
    return Sticks(centre, total)
