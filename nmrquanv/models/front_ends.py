"""What can stand in front of a head: the quanvolution, and its classical controls.

All see the same stretches of 32 points and give as many channels: ``(batch, points)`` to
``(batch, out_channels, positions)``, with ``out_channels`` and ``padding`` as attributes. A card's
architecture names one by ``front_end``; without that entry the card's kind decides.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from nmrquanv.models.cards import FRONT_ENDS, ModelCard
from nmrquanv.models.circuits import EMPTY, KERNEL, N_QUBITS
from nmrquanv.models.quanvolution import SAME_PADDING, Padding, Quanvolution1d


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
        scaled, squared_norm, is_empty = _scaled(traces)
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
        scaled, squared_norm, is_empty = _scaled(traces)
        rows = scaled.unfold(1, KERNEL, 1)
        turned = rows @ self.matrices().to(rows).flatten(0, 1).T
        turned = turned.view(*rows.shape[:2], self.out_channels, KERNEL)
        answer = (turned * rows[:, :, None]).sum(dim=3) / squared_norm[..., None]
        return answer.masked_fill(is_empty[..., None], 0.0).transpose(1, 2)


def _scaled(traces: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return traces of maximum 1, their stretches' squared norms (1 if empty), which are empty."""
    top = traces.detach().abs().amax(dim=1, keepdim=True)
    traces = traces / torch.where(top > 0, top, torch.ones_like(top))
    squared_norm = traces.square().unfold(1, KERNEL, 1).sum(dim=2)
    is_empty = squared_norm <= EMPTY
    return traces, squared_norm.masked_fill(is_empty, 1.0), is_empty


FrontEnd = Quanvolution1d | ConvolutionFrontEnd | QuadraticFrontEnd


def build_front_end(card: ModelCard, wanted: dict[str, Any], padding: Padding) -> FrontEnd:
    """Build the front end of a card and take its entries out of ``wanted``.

    Parameters
    ----------
    card : ModelCard
    wanted : dict
        The architecture's entries that are not used yet; changed.
    padding : "valid" | "same"

    Raises
    ------
    KeyError, TypeError, ValueError
        An entry is missing or impossible.
    """
    channels = N_QUBITS * int(wanted["n_circuits"])
    chosen = wanted.pop("front_end", "")
    if chosen not in FRONT_ENDS:
        known = ", ".join(repr(name) for name in FRONT_ENDS)
        raise ValueError(f"unknown front end {chosen!r}: choose one of {known}")
    n_circuits = int(wanted.pop("n_circuits"))
    if chosen == "quadratic":
        return QuadraticFrontEnd(channels, padding)
    if chosen == "convolution_normalised" or card.kind == "cnn":
        return ConvolutionFrontEnd(channels, padding, is_normalised=bool(chosen))
    return Quanvolution1d(
        n_circuits,
        wanted.pop("ansatz"),
        int(wanted.pop("n_layers")),
        padding,
        bool(wanted.pop("trainable")),
        int(card.architecture["seed"]),
    )
