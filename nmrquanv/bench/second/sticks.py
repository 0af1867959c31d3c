"""Sticks of the second simulator: first-order patterns, and coupled spins by their Hamiltonian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

_HALF_SPIN = tuple(
    0.5 * np.array(pauli, dtype=np.complex128)
    for pauli in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
)

_LEAST_SHARE = 0.004
_SAME_HZ = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class SignalSticks:
    """Lines of one signal or spin system.

    Parameters
    ----------
    hz : (n,) float64, Hz
    share : (n,) float64
        Intensities; the greatest is 1.
    """

    hz: Array
    share: Array

    def at(self, hz: float) -> SignalSticks:
        """Return the sticks moved."""
        return SignalSticks(self.hz + hz, self.share)


def single() -> SignalSticks:
    """Return one line at 0 Hz."""
    return SignalSticks(np.zeros(1), np.ones(1))


def split(couplings_hz: Sequence[float]) -> SignalSticks:
    """Return the first-order pattern of a spin with partners of spin 1/2, around 0 Hz."""
    hz, share = np.zeros(1), np.ones(1)
    for j in couplings_hz:
        hz = np.concatenate([hz - j / 2, hz + j / 2])
        share = np.concatenate([share, share])
    return _joined(hz, share)


def coupled(shifts_hz: Array, couplings_hz: Array) -> SignalSticks:
    """Return all lines of a strongly coupled system.

    Parameters
    ----------
    shifts_hz : (s,) float64
    couplings_hz : (s, s) float64
        The upper triangle counts.

    Notes
    -----
    ``H = sum nu_i Iz_i + sum J_ij I_i . I_j``; intensities are ``|<a|sum I+|b>|^2``.
    """
    n = shifts_hz.size
    x_of, y_of, z_of = ([_placed(half, i, n) for i in range(n)] for half in _HALF_SPIN)
    energy = np.zeros((2**n, 2**n), dtype=np.complex128)
    for nu, operator in zip(shifts_hz, z_of, strict=True):
        energy += nu * operator
    for i in range(n):
        for k in range(i + 1, n):
            dot = x_of[i] @ x_of[k] + y_of[i] @ y_of[k] + z_of[i] @ z_of[k]
            energy = energy + couplings_hz[i, k] * dot
    level, vector = np.linalg.eigh(energy)
    plus = np.sum(x_of, axis=0) + 1j * np.sum(y_of, axis=0)
    raising = vector.conj().T @ plus @ vector
    upper, lower = np.nonzero(np.abs(raising) ** 2 > _LEAST_SHARE)
    return _joined(level[upper] - level[lower], np.abs(raising[upper, lower]) ** 2)


def _placed(operator: Complex, spin: int, n: int) -> Complex:
    """Return an operator of one spin in the space of all."""
    before, after = np.eye(2**spin), np.eye(2 ** (n - spin - 1))
    return np.asarray(np.kron(np.kron(before, operator), after), dtype=np.complex128)


def _joined(hz: Array, share: Array) -> SignalSticks:
    """Return sticks sorted, those at one place as one, the tallest 1, tiny ones left out."""
    order = np.argsort(hz)
    hz, share = hz[order], share[order]
    groups = np.split(np.arange(hz.size), np.flatnonzero(np.diff(hz) > _SAME_HZ) + 1)
    total = np.array([share[g].sum() for g in groups])
    place = np.array([hz[g[0]] for g in groups])
    keep = total > _LEAST_SHARE * total.max()
    return SignalSticks(place[keep], total[keep] / total.max())
