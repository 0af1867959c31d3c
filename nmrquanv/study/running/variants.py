"""Networks that differ from the paper's in one choice or another: the study's controls.

Front ends between the circuit and a convolution (what does each step add?), and the slots head
with the choices that the paper leaves open (:data:`nmrquanv.study.running.specs.CHOICES`).
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from nmrquanv.models.circuits import KERNEL, N_QUBITS, Ansatz
from nmrquanv.models.expectations import expectations
from nmrquanv.models.front_ends import ConvolutionFrontEnd, QuadraticFrontEnd, with_norms
from nmrquanv.models.networks import SlotsNetwork, SlotsOutput
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.models.unitary import observable_signs, signs_and_norm
from nmrquanv.study.circuits.wider import apply, rotations_in, wide_gates, z_signs
from nmrquanv.study.data.datasets import POINTS
from nmrquanv.study.running.specs import QUANV, RunSpec

FRONT_ENDS = ("low_rank", "free_unitary")

LOW_RANK = 2
"""Squares in each filter of "low_rank": 2 x 32 weights a channel, 325 in all with five channels."""

_HIDDEN, _DROPOUT = 128, 0.1
_CERTAIN = 1e-6


class FreeUnitaryFrontEnd(QuadraticFrontEnd):
    """The quanvolution's form with any unitary on five qubits in the circuit's place.

    ``U = exp(A - A^H)`` with a free complex ``A`` (32 x 32); Pauli-Z on each qubit as there.
    """

    signs: Tensor

    def __init__(self, n_circuits: int) -> None:
        nn.Module.__init__(self)
        self.padding, self.out_channels = "valid", N_QUBITS * n_circuits
        start = torch.randn(n_circuits, 2, KERNEL, KERNEL) / KERNEL**0.5
        self.generators = nn.Parameter(start)
        signs = torch.from_numpy(signs_and_norm(n_circuits)).float()
        self.register_buffer("signs", signs, persistent=False)

    def unitaries(self) -> Tensor:
        """Return the unitaries, ``(circuits, 32, 32)`` complex."""
        real, imaginary = self.generators.unbind(dim=1)
        free = torch.complex(real, imaginary)
        turned: Tensor = torch.linalg.matrix_exp(free - free.mH)
        return turned

    def forward(self, traces: Tensor) -> Tensor:
        """Map ``(batch, points)`` to ``(batch, out_channels, positions)``, as the quanvolution."""
        unitary = self.unitaries()
        filters = torch.cat((unitary.real.flatten(0, 1), unitary.imag.flatten(0, 1))).T
        stretches = with_norms(traces)[0].unfold(1, KERNEL, 1)
        values = expectations(stretches.reshape(-1, KERNEL), filters, self.signs.to(filters))
        return values.T.view(*stretches.shape[:2], self.out_channels).transpose(1, 2)

    def matrices(self) -> Tensor:
        """Return the symmetric matrices, ``(out_channels, 32, 32)``."""
        unitary = self.unitaries()
        signs = torch.as_tensor(observable_signs(), dtype=torch.float32)
        turned = unitary.mH[:, None] * signs.to(unitary)[None, :, None, :]
        forms: Tensor = (turned @ unitary[:, None]).real
        return forms.flatten(0, 1)


class LowRankFrontEnd(QuadraticFrontEnd):
    """Quadratic filters of few squares: ``M_k = sum_r s_kr v_kr v_kr^T``, with signs + and -."""

    def __init__(self, out_channels: int) -> None:
        nn.Module.__init__(self)
        self.padding, self.out_channels = "valid", out_channels
        self.vectors = nn.Parameter(torch.randn(out_channels, LOW_RANK, KERNEL) / KERNEL**0.25)
        self.register_buffer("weights", torch.tensor([1.0, -1.0] * LOW_RANK)[:LOW_RANK])
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def matrices(self) -> Tensor:
        """Return the symmetric matrices, ``(out_channels, 32, 32)``."""
        weighted = self.vectors * cast(Tensor, self.weights)[None, :, None]
        return torch.einsum("kri,krj->kij", weighted, self.vectors)

    def forward(self, traces: Tensor) -> Tensor:
        """Map ``(batch, points)`` to ``(batch, out_channels, positions)``."""
        shaped, squared_norm, is_empty = with_norms(traces)
        squares = nn.functional.conv1d(shaped[:, None], self.vectors.view(-1, 1, KERNEL)).square()
        squares = squares.view(len(traces), self.out_channels, LOW_RANK, -1)
        signed = (squares * cast(Tensor, self.weights)[:, None]).sum(dim=2) / squared_norm[:, None]
        return signed.masked_fill(is_empty[:, None], 0.0) + self.bias[:, None]


class FieldQuanvolution(nn.Module):
    """A quanvolution that sees 16 or 64 points, on four or six qubits; as many channels.

    Parameters
    ----------
    field : int
        A power of two.
    ansatz : str
        One of :data:`nmrquanv.study.circuits.wider.ANSATZES`.
    n_layers, seed : int
    is_trainable : bool
    """

    signs: Tensor

    def __init__(
        self, field: int, ansatz: str, n_layers: int, seed: int, *, is_trainable: bool
    ) -> None:
        super().__init__()
        self.field, self.out_channels = field, field.bit_length() - 1
        self.padding = "valid"
        self.table = wide_gates(ansatz, n_layers, self.out_channels)
        start = np.random.default_rng(seed).uniform(0.0, 2 * np.pi, (1, rotations_in(self.table)))
        self.weights = nn.Parameter(torch.from_numpy(start).float(), requires_grad=is_trainable)
        signs = np.vstack((z_signs(self.out_channels), np.ones(field)))
        self.register_buffer("signs", torch.from_numpy(signs).float(), persistent=False)

    def forward(self, traces: Tensor) -> Tensor:
        """Map ``(batch, points)`` to ``(batch, out_channels, positions)``."""
        top = traces.detach().abs().amax(dim=1, keepdim=True)
        traces = traces / torch.where(top > 0, top, torch.ones_like(top))
        identity = torch.eye(self.field, dtype=self.weights.dtype, device=traces.device)
        unitary = apply(self.table, self.weights, identity[None])[0]
        filters = torch.cat((unitary.real, unitary.imag)).T.to(traces)
        stretches = traces.unfold(1, self.field, 1)
        rows = stretches.reshape(-1, self.field)
        values = expectations(rows, filters.contiguous(), self.signs.to(traces))
        return values.T.view(*stretches.shape[:2], self.out_channels).transpose(1, 2)


class ChosenConvolution(nn.Module):
    """The CNN's convolution with another kernel, activation or batch normalisation.

    A shorter kernel stands in the middle of the field, so that there are as many positions.
    """

    def __init__(
        self, channels: int, kernel: int, activation: str, *, has_norm: bool, field: int = KERNEL
    ) -> None:
        super().__init__()
        self.padding, self.out_channels = "valid", channels
        self.margin = (field - kernel) // 2
        self.convolution = nn.Conv1d(1, channels, kernel)
        self.norm = nn.BatchNorm1d(channels) if has_norm else nn.Identity()
        self.activation = {"relu": nn.ReLU(), "tanh": nn.Tanh(), "none": nn.Identity()}[activation]

    def forward(self, traces: Tensor) -> Tensor:
        """Map ``(batch, points)`` to ``(batch, out_channels, positions)``."""
        inner = traces[:, self.margin : traces.shape[1] - self.margin]
        answer: Tensor = self.activation(self.norm(self.convolution(inner[:, None])))
        return answer


class ChosenSlots(SlotsNetwork):
    """The slots network with another pooling, or with one softmax over all its outputs.

    References
    ----------
    arXiv 2512.13125 names ten outputs; read literally, one softmax makes them add up to 1, so that
    at most one slot can be sure of its peak.
    """

    def __init__(
        self,
        front_end: nn.Module,
        n_slots: int,
        pooling: int,
        *,
        is_softmax: bool,
        field: int = KERNEL,
    ) -> None:
        nn.Module.__init__(self)
        self.front_end = front_end  # type: ignore[assignment]
        self.points, self.n_slots, self.is_softmax = POINTS, n_slots, is_softmax
        pooled = (POINTS - field + 1) // pooling
        self.head = nn.Sequential(
            nn.MaxPool1d(pooling),
            nn.Flatten(),
            nn.Linear(int(front_end.out_channels) * pooled, _HIDDEN),  # type: ignore[arg-type]
            nn.ReLU(),
            nn.Dropout(_DROPOUT),
            nn.Linear(_HIDDEN, 2 * n_slots),
        )

    def forward(self, windows: Tensor) -> SlotsOutput:
        """Fill the slots of ``(batch, points)`` windows, which are scaled to [0, 1] first."""
        if not self.is_softmax:
            return super().forward(windows)
        low, high = windows.aminmax(dim=1, keepdim=True)
        outputs = self.head(self.front_end((windows - low) / (high - low).clamp_min(1e-30)))
        mask, position = outputs.softmax(dim=1).split(self.n_slots, dim=1)
        return SlotsOutput(torch.logit(mask, eps=_CERTAIN), position)


def build_variant(spec: RunSpec) -> SlotsNetwork:
    """Build the network of a run that differs in a choice or in its front end, seeded."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        return ChosenSlots(
            _front_end(spec),
            spec.chosen_preset().max_peaks,
            int(spec.choice("pooling")),
            is_softmax=spec.choice("decoding") == "softmax",
            field=int(spec.choice("field")),
        )


def _front_end(spec: RunSpec) -> nn.Module:
    field = int(spec.choice("field"))
    if field != KERNEL:
        return _other_field(spec, field)
    channels = int(spec.choice("channels"))
    circuits = channels // N_QUBITS
    if spec.front_end == QUANV:
        return Quanvolution1d(
            circuits,
            cast(Ansatz, spec.ansatz),
            spec.n_layers,
            "valid",
            spec.is_trainable,
            spec.seed,
        )
    if spec.front_end == "free_unitary":
        return FreeUnitaryFrontEnd(circuits)
    if spec.front_end == "low_rank":
        return LowRankFrontEnd(channels)
    if spec.front_end == "quadratic":
        return QuadraticFrontEnd(channels, "valid")
    if spec.front_end == "cnn_normalised":
        return ConvolutionFrontEnd(channels, "valid", is_normalised=True)
    return ChosenConvolution(
        channels,
        int(spec.choice("kernel")),
        str(spec.choice("activation")),
        has_norm=bool(spec.choice("batch_norm")),
    )


def _other_field(spec: RunSpec, field: int) -> nn.Module:
    """Return a circuit or a convolution over another number of points; as many channels each."""
    if spec.front_end == QUANV:
        return FieldQuanvolution(
            field, spec.ansatz, spec.n_layers, spec.seed, is_trainable=spec.is_trainable
        )
    return ChosenConvolution(field.bit_length() - 1, field, "relu", has_norm=False, field=field)
