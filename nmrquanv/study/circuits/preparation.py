"""Amplitude embedding as gates: how 32 real numbers get onto five qubits of a device.

A tree of rotations about y: each level turns one more qubit, by angles that depend on the qubits
before it. Such a *multiplexed* rotation is plain rotations with CNOTs between them, in the order of
a Gray code. Circuit and CNOTs are the same for all stretches; the 31 angles are a stretch's own.

References
----------
Möttönen, Vartiainen, Bergholm, Salomaa, Quantum Inf. Comput. 5, 467 (2005).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.circuits import CNOT, N_QUBITS, RY, Gates


def _gray(index: int) -> int:
    return index ^ (index >> 1)


def _table() -> Gates:
    rows = [(RY, 0, 0)]
    for level in range(1, N_QUBITS):
        count = 2**level
        for i in range(count):
            differing = (_gray(i) ^ _gray((i + 1) % count)).bit_length() - 1
            # The least significant bit of the code is the qubit just before the one that turns.
            rows += [(RY, level, level), (CNOT, level - 1 - differing, level)]
    return np.array(rows, dtype=np.int64)


PREPARATION = _table()
"""31 rotations about y, with 30 CNOTs between them; from all qubits in 0 to the stretch."""


def preparation_angles(stretches: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the angles of :data:`PREPARATION` for real stretches.

    Parameters
    ----------
    stretches : (n, 32) float64
        Of any norm; an all-zero one gives zeros, which prepare the state 0.

    Returns
    -------
    (n, 31) float64, rad
    """
    columns = []
    for level in range(N_QUBITS):
        # Halves of what the first `level` qubits choose; signs only where single numbers are left.
        halves = stretches.reshape(len(stretches), 2**level, 2, -1)
        is_last = level == N_QUBITS - 1
        sides = halves[..., 0] if is_last else np.sqrt((halves**2).sum(axis=3))
        turn = 2 * np.arctan2(sides[..., 1], sides[..., 0])
        count = 2**level
        signs = np.array(
            [[(-1.0) ** (j & _gray(i)).bit_count() for i in range(count)] for j in range(count)]
        )
        columns.append(turn @ signs / count)
    return np.hstack(columns)
