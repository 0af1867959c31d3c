"""The unitaries of :mod:`nmrquanv.models.unitary` in torch, with their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import once_differentiable

from nmrquanv.models.circuits import KERNEL, N_QUBITS
from nmrquanv.models.unitary import Complex, Program, bits, build, filters_in


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
        return torch.from_numpy(_built(ctx, weights, program)).to(weights.device)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        return _weight_slopes(ctx, slope.cpu().resolve_conj().resolve_neg().numpy()), None


class _Filters(torch.autograd.Function):
    """:func:`build_filters` with its gradient."""

    @staticmethod
    def forward(ctx: Any, weights: Tensor, program: Program) -> Tensor:
        filters = filters_in(_built(ctx, weights, program))
        return torch.from_numpy(filters).to(weights.device)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        real, imaginary = np.split(slope.cpu().numpy().T, 2)
        return _weight_slopes(ctx, (real + 1j * imaginary).reshape(-1, KERNEL, KERNEL)), None


def _built(ctx: Any, weights: Tensor, program: Program) -> Complex:
    """Return the unitaries and note on ``ctx`` what :func:`_weight_slopes` needs."""
    built = build(program, weights.detach().to("cpu", torch.float64).numpy())
    ctx.program, ctx.turned, ctx.unitaries = program, built.turned, built.unitaries
    ctx.save_for_backward(weights)
    return built.unitaries[-1]


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


def _dagger(matrices: Complex) -> Complex:
    return matrices.conj().swapaxes(-1, -2)


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
        own = [values[bits(q) == bit] for bit in (0, 1)]
        for row, column in np.ndindex(2, 2):
            places[q, row, column] = own[row] * KERNEL + own[column]
    return places


_OTHERS = _others()
