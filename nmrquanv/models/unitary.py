"""Exact, differentiable unitaries of small circuits, in torch alone.

A table of gates (:func:`nmrquanv.models.circuits.gates`) is packed once into *moments*: one
rotation of every qubit, then a fixed entangler. Building the unitary is then a handful of
batched operations over all circuits and moments, and a product over the moments.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.models.circuits import CNOT, KERNEL, N_QUBITS, RZ, Gates


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
            rows = np.arange(KERNEL) ^ (_bits(first) << (N_QUBITS - 1 - second))
            self.source, self.sign = self.source[rows], self.sign[rows]
        else:
            self.sign = self.sign * (1.0 - 2.0 * (_bits(first) & _bits(second)))


@dataclass(frozen=True, slots=True)
class Program:
    """Circuits of one layer, packed for batched evaluation.

    Parameters
    ----------
    weight : (circuits, moments, 5, turns) int64
        Which weight each rotation takes; the number of weights stands for "no rotation".
    generator : (circuits, moments, 5, turns, 2, 2) complex128
        ``-i`` times the Pauli matrix of each rotation.
    source, sign : (circuits, moments, 32, 1) int64, float64
        The entanglers, as signed permutations of the rows.
    """

    weight: Tensor
    generator: Tensor
    source: Tensor
    sign: Tensor

    def to(self, device: torch.device) -> Program:
        """Return the program on another device."""
        return Program(
            self.weight.to(device),
            self.generator.to(device),
            self.source.to(device),
            self.sign.to(device),
        )


_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=np.complex128)


def _bits(qubit: int) -> NDArray[np.int64]:
    # Qubit 0 is the most significant bit, as in PennyLane.
    return (np.arange(KERNEL) >> (N_QUBITS - 1 - qubit)) & 1


def observable_signs() -> NDArray[np.float64]:
    """Return the diagonals of Pauli-Z on each qubit, shape ``(5, 32)``."""
    return np.stack([1.0 - 2.0 * _bits(q) for q in range(N_QUBITS)])


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
    return Program(
        torch.from_numpy(weight),
        torch.from_numpy(-1j * _PAULI[kind]),
        torch.from_numpy(source)[..., None],
        torch.from_numpy(sign)[..., None],
    )


def build_unitaries(program: Program, weights: Tensor) -> Tensor:
    """Build the unitary of every circuit.

    Parameters
    ----------
    program : Program
    weights : (circuits, n_weights), rad
        Evaluated in double precision whatever their own.

    Returns
    -------
    (circuits, 32, 32) complex128
        Differentiable with respect to the weights.

    Notes
    -----
    A rotation is ``cos(a/2) - i sin(a/2) P`` (PennyLane's ``RX``, ``RY``, ``RZ``).
    """
    padded = torch.nn.functional.pad(weights.double(), (0, 1))
    half = 0.5 * torch.gather(padded, 1, program.weight.flatten(1)).view(program.weight.shape)
    identity = torch.eye(2, dtype=torch.complex128, device=weights.device)
    cosine, sine = torch.cos(half)[..., None, None], torch.sin(half)[..., None, None]
    turns = cosine * identity + sine * program.generator
    turned = turns[..., 0, :, :]
    for t in range(1, turns.shape[-3]):
        turned = turns[..., t, :, :] @ turned
    product = turned[:, :, 0]
    for q in range(1, N_QUBITS):
        size = product.shape[-1] * 2
        pairs = product[..., :, None, :, None] * turned[:, :, q, None, :, None, :]
        product = pairs.reshape(*product.shape[:-2], size, size)
    steps = torch.gather(product, 2, program.source.expand_as(product)) * program.sign
    unitary = steps[:, 0]
    for m in range(1, steps.shape[1]):
        unitary = steps[:, m] @ unitary
    return unitary
