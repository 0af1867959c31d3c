"""Exact unitaries of small circuits, differentiable in torch.

A table of gates (:func:`nmrquanv.models.circuits.gates`) is packed once into *moments*:
rotations of every qubit, then a fixed entangler. Building the unitary is then a handful of
batched operations over all circuits and moments, and a product over the moments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import once_differentiable

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
            rows = np.arange(KERNEL) ^ (_bits(first) << (N_QUBITS - 1 - second))
            self.source, self.sign = self.source[rows], self.sign[rows]
        else:
            self.sign = self.sign * (1.0 - 2.0 * (_bits(first) & _bits(second)))


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
    return Program(weight, -1j * _PAULI[kind], source, sign)


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
    unitaries: Tensor = _Unitaries.apply(weights, program)  # type: ignore[no-untyped-call]
    return unitaries


def build_filters(program: Program, weights: Tensor) -> Tensor:
    """Build the real filters of all circuits: all ``Re U``, then all ``Im U``.

    Parameters
    ----------
    program : Program
    weights : (circuits, n_weights), rad

    Returns
    -------
    (32, 64 * circuits) float64
        Differentiable; the same as from :func:`build_unitaries`, in half the time.
    """
    filters: Tensor = _Filters.apply(weights, program)  # type: ignore[no-untyped-call]
    return filters


class _Unitaries(torch.autograd.Function):
    """:func:`build_unitaries` with its gradient.

    Notes
    -----
    These are a few dozen operations on tiny matrices: numpy has them done before torch has
    started, and an accelerator would wait for each.

    A rotation's derivative is half its generator ``g`` times itself. With ``Y`` the product of all
    earlier moments and ``V`` that of the earlier rotations of the qubit in its own moment, a loss
    of slope ``G`` has the derivative ``Re tr(V^dagger g V w) / 2``, where the 2 x 2 matrix ``w``
    is ``Y G^dagger U Y^dagger`` traced over the other qubits.
    """

    @staticmethod
    def forward(ctx: Any, weights: Tensor, program: Program) -> Tensor:
        return torch.from_numpy(_build(ctx, weights, program)).to(weights.device)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        return _weight_slopes(ctx, slope.cpu().resolve_conj().resolve_neg().numpy()), None


class _Filters(torch.autograd.Function):
    """:func:`build_filters` with its gradient."""

    @staticmethod
    def forward(ctx: Any, weights: Tensor, program: Program) -> Tensor:
        unitary = _build(ctx, weights, program).reshape(-1, KERNEL)
        return torch.from_numpy(np.vstack((unitary.real, unitary.imag)).T).to(weights.device)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        real, imaginary = np.split(slope.cpu().numpy().T, 2)
        return _weight_slopes(ctx, (real + 1j * imaginary).reshape(-1, KERNEL, KERNEL)), None


def _build(ctx: Any, weights: Tensor, program: Program) -> Complex:
    """Return the unitaries and note on ``ctx`` what :func:`_weight_slopes` needs."""
    values = weights.detach().to("cpu", torch.float64).numpy()
    n_circuits, n_moments = program.weight.shape[:2]
    padded = np.zeros((n_circuits, values.shape[1] + 1))
    padded[:, :-1] = values
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
    ctx.program, ctx.turned, ctx.unitaries = program, turned, unitaries
    ctx.save_for_backward(weights)
    return unitaries[-1]


def _weight_slopes(ctx: Any, slope: Complex) -> Tensor:
    """Turn a loss's slope with respect to the unitaries into that of the weights."""
    program: Program = ctx.program
    (weights,) = ctx.saved_tensors
    *earlier, unitary = ctx.unitaries
    whole = (_dagger(slope) @ unitary)[:, None]
    if earlier:
        before = np.stack(earlier, axis=1)
        whole = np.concatenate((whole, before @ whole @ _dagger(before)), axis=1)
    traced = whole.reshape(*whole.shape[:2], -1)[..., _OTHERS].sum(axis=-1)
    generator = program.generator
    if len(ctx.turned) > 1:
        inner = np.stack(ctx.turned[:-1], axis=-3)
        later = _dagger(inner) @ generator[..., 1:, :, :] @ inner
        generator = np.concatenate((generator[..., :1, :, :], later), axis=-3)
    # tr(g w), with w's transpose beside g.
    transposed = traced.swapaxes(-1, -2)[..., None, :, :]
    angles = 0.5 * (generator * transposed).sum(axis=(-2, -1)).real
    n_circuits, room = len(angles), weights.shape[1] + 1
    index = program.weight + room * np.arange(n_circuits)[:, None, None, None]
    summed = np.bincount(index.ravel(), angles.ravel(), n_circuits * room)
    return torch.from_numpy(summed.reshape(n_circuits, room)[:, :-1]).to(weights)


_IDENTITY = np.eye(2)


def _dagger(matrices: Complex) -> Complex:
    return matrices.conj().swapaxes(-1, -2)


def _kronecker(turned: Complex) -> Complex:
    """Return the Kronecker product of the qubits' matrices (..., 5, 2, 2), qubit 0 first."""
    product = turned[..., 0, :, :]
    for q in range(1, N_QUBITS):
        size = product.shape[-1] * 2
        pairs = product[..., :, None, :, None] * turned[..., q, None, :, None, :]
        product = pairs.reshape(*product.shape[:-2], size, size)
    return product


def _others() -> NDArray[np.int64]:
    """Return where a flat 32 x 32 matrix is summed to trace out all qubits but one.

    Returns
    -------
    (5, 2, 2, 16) int64
        For each qubit, row and column of its 2 x 2 matrix.
    """
    values = np.arange(KERNEL)
    places = np.empty((N_QUBITS, 2, 2, KERNEL // 2), dtype=np.int64)
    for q in range(N_QUBITS):
        own = [values[_bits(q) == bit] for bit in (0, 1)]
        for row, column in np.ndindex(2, 2):
            places[q, row, column] = own[row] * KERNEL + own[column]
    return places


_OTHERS = _others()
