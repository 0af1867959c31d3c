"""The values of many stretches at once: squares of filtered stretches, signed, over their norm."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from nmrquanv.models.circuits import EMPTY

# Amplitudes in one block: 1.5 MB, which stay in the cache. A batch of 32 windows is one block.
_BLOCK = 393_216


def expectations(rows: Tensor, filters: Tensor, signs: Tensor) -> Tensor:
    """Return ``sum_s signs_ks (f_s . w)^2 / w . w`` of all rows ``w``; differentiable.

    Parameters
    ----------
    rows : (n, 32)
    filters : (32, 2 * states)
        All ``Re U``, then all ``Im U``, of unitaries.
    signs : (channels + 1, states)
        Of :func:`nmrquanv.models.unitary.signs_and_norm`.

    Returns
    -------
    (channels, n)
    """
    if torch.is_grad_enabled() and (filters.requires_grad or rows.requires_grad):
        values: Tensor = _Expectations.apply(rows, filters, signs)  # type: ignore[no-untyped-call]
        return values
    return _expectations(rows, filters, signs)[0]


def _expectations(
    rows: Tensor, filters: Tensor, signs: Tensor, amplitudes: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Return the channels' values and the squared norms: sums of squares, signed, and divided.

    In blocks that stay in the cache, and channel by channel: the product of the signs with the
    probabilities is six times as fast that way round.

    Parameters
    ----------
    rows : (n, 32)
    filters : (32, 2 * states)
    signs : (channels + 1, states)
        Of :func:`nmrquanv.models.unitary.signs_and_norm`.
    amplitudes : (n, 2 * states) or None
        Filled with ``rows @ filters`` where they are needed again.

    Returns
    -------
    values : (channels, n)
    norms : (n,)
    """
    states = signs.shape[1]
    signed = rows.new_empty(len(signs), len(rows))
    for block in _blocks(rows, filters.shape[1]):
        if amplitudes is None:
            squares = (rows[block] @ filters).square_()
        else:
            squares = torch.mm(rows[block], filters, out=amplitudes[block]).square()
        probabilities = squares[:, :states].add_(squares[:, states:])
        signed[:, block] = signs @ probabilities.T
    norms = signed[-1].clamp_min(EMPTY)
    return signed[:-1] / norms, norms


class _Expectations(torch.autograd.Function):
    """The values of :func:`_expectations`, with a gradient in a third of autograd's time."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, filters: Tensor, signs: Tensor) -> Tensor:
        amplitudes = rows.new_empty(len(rows), filters.shape[1])
        values, norms = _expectations(rows, filters, signs, amplitudes)
        ctx.save_for_backward(rows, filters, signs, amplitudes, values, norms)
        return values

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        rows, filters, signs, amplitudes, values, norms = ctx.saved_tensors
        to_rows, to_filters = ctx.needs_input_grad[:2]
        row_slopes = torch.empty_like(rows) if to_rows else None
        filter_slopes = torch.zeros_like(filters) if to_filters else None
        # The norm is the stretch's own: it changes with the rows alone.
        slope = slope / norms
        doubled = 2 * torch.cat((signs, signs), dim=1)[:-1]
        for block in _blocks(rows, filters.shape[1]):
            inner = torch.mm(slope[:, block].T, doubled).mul_(amplitudes[block])
            if row_slopes is not None:
                torch.mm(inner, filters.T, out=row_slopes[block])
            if filter_slopes is not None:
                filter_slopes.addmm_(rows[block].T, inner)
        if row_slopes is not None:
            by_norm = (slope * values).sum(dim=0).masked_fill_(norms <= EMPTY, 0.0)
            row_slopes.addcmul_(by_norm[:, None], rows, value=-2.0)
        return row_slopes, filter_slopes, None


def _blocks(rows: Tensor, columns: int) -> list[slice]:
    """Cut rows of so many amplitudes into blocks for a processor's cache."""
    size = max(1, _BLOCK // columns) if rows.device.type == "cpu" else max(1, len(rows))
    return [slice(start, start + size) for start in range(0, len(rows), size)]
