"""What can stand in front of a head: the quanvolution, and its classical controls.

All see the same stretches of 32 points and give as many channels: ``(batch, points)`` to
``(batch, out_channels, positions)``, with ``out_channels`` and ``padding`` as attributes. A card's
architecture names one by ``front_end``; without that entry the card's kind decides.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from nmrquanv.models.architecture import CircuitsShape, FrontShape
from nmrquanv.models.circuits import EMPTY, KERNEL, SAME_PADDING, Padding
from nmrquanv.models.quanvolution import Quanvolution1d


class ConvolutionFrontEnd(nn.Module):
    """A convolution in the quanvolution's place: same kernel, channels and padding, then ReLU.

    Parameters
    ----------
    out_channels : int
    padding : "valid" | "same"
    is_normalised : bool
        Divide each stretch by its L2 norm first: a convolution that is as blind to scale as the
        quanvolution. An all-zero stretch stays zero.
    """

    def __init__(self, out_channels: int, padding: Padding, *, is_normalised: bool = False) -> None:
        super().__init__()
        self.padding = padding
        self.out_channels = out_channels
        self.is_normalised = is_normalised
        self.convolution = nn.Conv1d(1, out_channels, KERNEL)

    def forward(self, traces: Tensor) -> Tensor:
        """Map ``(batch, points)`` to ``(batch, out_channels, positions)``."""
        if self.padding == "same":
            traces = nn.functional.pad(traces, SAME_PADDING)
        if not self.is_normalised:
            return torch.relu(self.convolution(traces[:, None]))
        scaled, squared_norm, is_empty = with_norms(traces)
        answer = nn.functional.conv1d(scaled[:, None], self.convolution.weight)
        answer = (answer * squared_norm[:, None].rsqrt()).masked_fill(is_empty[:, None], 0.0)
        bias = self.convolution.bias
        return torch.relu(answer if bias is None else answer + bias[:, None])


class QuadraticFrontEnd(nn.Module):
    """Free quadratic filters: channel k of a stretch ``w`` is ``w^T M_k w / w^T w``.

    The quanvolution's form without its circuit: each symmetric ``M_k`` (32 x 32) is learned freely.

    Parameters
    ----------
    out_channels : int
    padding : "valid" | "same"

    Notes
    -----
    The matrices start random with the Frobenius norm that Pauli-Z on one of five qubits has. An
    all-zero stretch gives zero.
    """

    def __init__(self, out_channels: int, padding: Padding) -> None:
        super().__init__()
        self.padding = padding
        self.out_channels = out_channels
        start = torch.randn(out_channels, KERNEL, KERNEL) / KERNEL**0.5
        self.forms = nn.Parameter((start + start.mT) / 2**0.5)

    def matrices(self) -> Tensor:
        """Return the symmetric matrices, ``(out_channels, 32, 32)``."""
        return 0.5 * (self.forms + self.forms.mT)

    def forward(self, traces: Tensor) -> Tensor:
        """Map ``(batch, points)`` to ``(batch, out_channels, positions)``."""
        if self.padding == "same":
            traces = nn.functional.pad(traces, SAME_PADDING)
        scaled, squared_norm, is_empty = with_norms(traces)
        rows = scaled.unfold(1, KERNEL, 1)
        forms = quadratic_forms(rows.reshape(-1, KERNEL), self.matrices().to(rows))
        answer = forms.view(*rows.shape[:2], self.out_channels) / squared_norm[..., None]
        return answer.masked_fill(is_empty[..., None], 0.0).transpose(1, 2)


def quadratic_forms(rows: Tensor, matrices: Tensor) -> Tensor:
    """Return ``w^T M_k w`` of all rows and symmetric matrices; differentiable.

    Parameters
    ----------
    rows : (n, 32)
    matrices : (k, 32, 32)

    Returns
    -------
    (n, k)
    """
    values: Tensor = _QuadraticForms.apply(rows, matrices)  # type: ignore[no-untyped-call]
    return values


class _QuadraticForms(torch.autograd.Function):
    """``w^T A_k w`` of all rows and symmetric matrices, in blocks that stay in the cache."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, matrices: Tensor) -> Tensor:
        ctx.save_for_backward(rows, matrices)
        side_by_side = matrices.permute(1, 0, 2).flatten(1)
        values = rows.new_empty(len(rows), len(matrices))
        for start in range(0, len(rows), 256):
            block = rows[start : start + 256]
            half = (block @ side_by_side).view(len(block), -1, KERNEL).mul_(block[:, None])
            torch.sum(half, dim=2, out=values[start : start + 256])
        return values

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, Tensor | None]:
        rows, matrices = ctx.saved_tensors
        to_rows, to_matrices = ctx.needs_input_grad
        row_slopes = torch.empty_like(rows) if to_rows else None
        slopes = rows.new_zeros(len(matrices) * KERNEL, KERNEL)
        for start in range(0, len(rows), 256):
            block = slice(start, start + 256)
            weighted = (slope[block, :, None] * rows[block, None]).flatten(1)
            if row_slopes is not None:
                torch.mm(weighted, 2 * matrices.flatten(0, 1), out=row_slopes[block])
            if to_matrices:
                slopes.addmm_(weighted.T, rows[block])
        return row_slopes, slopes.view_as(matrices) if to_matrices else None


def with_norms(traces: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return traces of maximum 1, their stretches' squared norms (1 if empty), which are empty."""
    top = traces.detach().abs().amax(dim=1, keepdim=True)
    traces = traces / torch.where(top > 0, top, torch.ones_like(top))
    squared_norm = traces.square().unfold(1, KERNEL, 1).sum(dim=2)
    is_empty = squared_norm <= EMPTY
    return traces, squared_norm.masked_fill(is_empty, 1.0), is_empty


FrontEnd = Quanvolution1d | ConvolutionFrontEnd | QuadraticFrontEnd


def build_front_end(shape: FrontShape, padding: Padding, seed: int) -> FrontEnd:
    """Build a front end with starting weights.

    Parameters
    ----------
    shape : CircuitsShape or FiltersShape
    padding : "valid" | "same"
    seed : int
        Of circuits; filters take torch's own generator.
    """
    if isinstance(shape, CircuitsShape):
        return Quanvolution1d(
            shape.n_circuits, shape.ansatz, shape.n_layers, padding, shape.trainable, seed
        )
    if shape.kind == "quadratic":
        return QuadraticFrontEnd(shape.channels, padding)
    is_normalised = shape.kind == "convolution_normalised"
    return ConvolutionFrontEnd(shape.channels, padding, is_normalised=is_normalised)
