"""Exact unitaries of small circuits, without torch; for learning: ``unitary_gradients.py``.

A table of gates (:func:`nmrquanv.models.circuits.gates`) is packed once into *moments*:
rotations of every qubit, then a fixed entangler. Building the unitary is then a handful of
batched operations over all circuits and moments, and a product over the moments.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.circuits import CNOT, KERNEL, N_QUBITS, RZ, Gates

Complex = NDArray[np.complex128]


@dataclass(slots=True)
class _Moment:
    """Rotations of each qubit as (kind, weight), then the entangler ``sign[a] |a><source[a]|``."""

    turns: list[list[tuple[int, int]]] = field(
        default_factory=lambda: [[] for _ in range(N_QUBITS)]
    )
    source: NDArray[np.int64] = field(default_factory=lambda: np.arange(KERNEL))
    sign: NDArray[np.float64] = field(default_factory=lambda: np.ones(KERNEL))

    def entangle(self, kind: int, first: int, second: int) -> None:
        """Follow the entangler with one more CNOT or CZ."""
        if kind == CNOT:
            rows = np.arange(KERNEL) ^ (bits(first) << (N_QUBITS - 1 - second))
            self.source, self.sign = self.source[rows], self.sign[rows]
        else:
            self.sign = self.sign * (1.0 - 2.0 * (bits(first) & bits(second)))


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Circuits of one layer, packed for batched evaluation.

    Parameters
    ----------
    weight : (circuits, moments, 5, turns) int64
        Which weight each rotation takes; the number of weights stands for "no rotation".
    generator : (circuits, moments, 5, turns, 2, 2) complex128
        ``-i`` times the Pauli matrix of each rotation.
    source, sign : (circuits, moments, 32) int64, float64
        The entanglers, as signed permutations of the rows.
    """

    weight: NDArray[np.int64]
    generator: NDArray[np.complex128]
    source: NDArray[np.int64]
    sign: NDArray[np.float64]

    def repeated(self, count: int) -> Program:
        """Return a program with every circuit ``count`` times in a row."""
        return Program(
            np.repeat(self.weight, count, axis=0),
            np.repeat(self.generator, count, axis=0),
            np.repeat(self.source, count, axis=0),
            np.repeat(self.sign, count, axis=0),
        )


_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=np.complex128)


def bits(qubit: int) -> NDArray[np.int64]:
    """Return the bit of a qubit in every state, ``(32,)``."""
    # Qubit 0 is the most significant bit, as in PennyLane.
    return (np.arange(KERNEL) >> (N_QUBITS - 1 - qubit)) & 1


def observable_signs() -> NDArray[np.float64]:
    """Return the diagonals of Pauli-Z on each qubit, shape ``(5, 32)``."""
    return np.stack([1.0 - 2.0 * bits(q) for q in range(N_QUBITS)])


def _pack(table: Gates) -> list[_Moment]:
    """Sort gates into moments, each as early as the gates before it on its qubits allow."""
    moments = [_Moment()]
    earliest = [0] * N_QUBITS  # moment of the last gate on each qubit
    entangled = [False] * N_QUBITS  # whether that gate was an entangler, which ends a moment
    used = 0
    for kind, first, second in table.tolist():
        if kind <= RZ:
            if entangled[first]:
                earliest[first], entangled[first] = earliest[first] + 1, False
            if earliest[first] == len(moments):
                moments.append(_Moment())
            moments[earliest[first]].turns[first].append((kind, used))
            used += 1
        else:
            at = max(earliest[first], earliest[second])
            earliest[first] = earliest[second] = at
            entangled[first] = entangled[second] = True
            moments[at].entangle(kind, first, second)
    return moments


def compile_circuits(tables: list[Gates]) -> Program:
    """Pack the gates of several circuits, with equally many rotations each, into one program."""
    packed = [_pack(table) for table in tables]
    n_weights = max(int((table[:, 0] <= RZ).sum()) for table in tables)
    n_moments = max(len(moments) for moments in packed)
    depth = max(len(turns) for moments in packed for moment in moments for turns in moment.turns)
    shape = (len(tables), n_moments, N_QUBITS, max(depth, 1))
    weight = np.full(shape, n_weights, dtype=np.int64)
    kind = np.zeros(shape, dtype=np.int64)
    source = np.tile(np.arange(KERNEL), (*shape[:2], 1))
    sign = np.ones((*shape[:2], KERNEL))
    for c, moments in enumerate(packed):
        for m, moment in enumerate(moments):
            source[c, m], sign[c, m] = moment.source, moment.sign
            for q, turns in enumerate(moment.turns):
                for t, turn in enumerate(turns):
                    kind[c, m, q, t], weight[c, m, q, t] = turn
    return Program(weight, -1j * _PAULI[kind], source, sign)


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """Unitaries, and what their gradient needs.

    Parameters
    ----------
    turned : list of (circuits, moments, 5, 2, 2) complex128
        Each qubit's rotations of a moment so far, the last entry all of them.
    unitaries : list of (circuits, 32, 32) complex128
        The circuit up to each moment, the last entry the whole.
    """

    turned: list[Complex]
    unitaries: list[Complex]


def build(program: Program, weights: NDArray[np.float64]) -> Built:
    """Build the unitary of every circuit, moment by moment.

    Parameters
    ----------
    program : Program
    weights : (circuits, n_weights) float64, rad

    Notes
    -----
    A rotation is ``cos(a/2) - i sin(a/2) P`` (PennyLane's ``RX``, ``RY``, ``RZ``).
    """
    n_circuits, n_moments = program.weight.shape[:2]
    padded = np.zeros((n_circuits, weights.shape[1] + 1))
    padded[:, :-1] = weights
    circuit = np.arange(n_circuits)
    half = 0.5 * padded[circuit[:, None, None, None], program.weight][..., None, None]
    with np.errstate(invalid="ignore"):  # weights of a training that diverged, which says so
        turns = np.cos(half) * _IDENTITY + np.sin(half) * program.generator
    turned = [turns[..., 0, :, :]]
    for t in range(1, turns.shape[-3]):
        turned.append(turns[..., t, :, :] @ turned[-1])
    places = (circuit[:, None, None], np.arange(n_moments)[:, None], program.source)
    steps = _kronecker(turned[-1])[places] * program.sign[..., None]
    unitaries = [steps[:, 0]]
    for m in range(1, n_moments):
        unitaries.append(steps[:, m] @ unitaries[-1])
    return Built(turned, unitaries)


def unitaries_of(program: Program, weights: NDArray[np.float64]) -> Complex:
    """Return the unitary of every circuit, ``(circuits, 32, 32)``; see :func:`build`."""
    return build(program, weights).unitaries[-1]


def filters_of(program: Program, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the real filters: all ``Re U``, then all ``Im U``; ``(32, 64 * circuits)``."""
    return filters_in(unitaries_of(program, weights))


def filters_in(unitaries: Complex) -> NDArray[np.float64]:
    """Return the real filters of unitaries ``(circuits, 32, 32)``; see :func:`filters_of`."""
    rows = unitaries.reshape(-1, KERNEL)
    return np.vstack((rows.real, rows.imag)).T


def signs_and_norm(n_circuits: int) -> NDArray[np.float64]:
    """Return what each state's probability counts in each channel, ``(channels + 1, states)``.

    The last row adds up the first circuit's: a unitary keeps the norm, so that is the stretch's
    own squared norm, and comes with the same matrix product.
    """
    signs = np.kron(np.eye(n_circuits), observable_signs())
    total = np.arange(signs.shape[1]) < KERNEL
    return np.vstack((signs, total))


_IDENTITY = np.eye(2)


def _kronecker(turned: Complex) -> Complex:
    """Return the Kronecker product of the qubits' matrices (..., 5, 2, 2), qubit 0 first."""
    product = turned[..., 0, :, :]
    for q in range(1, N_QUBITS):
        size = product.shape[-1] * 2
        pairs = product[..., :, None, :, None] * turned[..., q, None, :, None, :]
        product = pairs.reshape(*product.shape[:-2], size, size)
    return product
