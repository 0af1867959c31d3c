"""The quanvolution: a small quantum circuit slid over a trace, evaluated exactly and at once.

For a real stretch ``w`` of 32 points, channel ``k`` of a circuit with unitary ``U`` is
``w^T Re(U^dagger Z_k U) w / w^T w``: a normalised quadratic filter. So the layer builds ``U`` once
per call, correlates the trace with the 64 real filters ``Re U`` and ``Im U``, squares, adds with
the signs of Pauli-Z and divides by the squared norm. It never needs PennyLane; the circuit's
definition of record is :mod:`nmrquanv.models.circuits`.

The output is blind to the scale and to the sign of the stretch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from nmrquanv.models.circuits import (
    KERNEL,
    N_QUBITS,
    SAME_PADDING,
    Ansatz,
    Gates,
    Padding,
    starting_circuits,
)
from nmrquanv.models.expectations import expectations
from nmrquanv.models.unitary import Program, compile_circuits, signs_and_norm
from nmrquanv.models.unitary_gradients import build_filters, build_unitaries


class Evaluator(Protocol):
    """Another way to the same expectations: noise, parameter-shift, a device.

    The study has some.
    """

    def evaluate(self, stretches: Tensor, tables: list[Gates], weights: Tensor) -> Tensor:
        """Evaluate all circuits on all stretches, differentiable with respect to the weights.

        Parameters
        ----------
        stretches : (n, 32) float32 or float64
            Not normalised; one that is all zero must give zeros.
        tables : list of (n_gates, 3) int64
            Gates of each circuit.
        weights : (circuits, n_weights), rad

        Returns
        -------
        (n, 5 * circuits), of the stretches' type
        """


class GateChoice(Protocol):
    """Which gates take part in one step of training; the study's gate dropout is one."""

    def draw(self, tables: list[Gates], weights: Tensor) -> tuple[list[Gates], Tensor]:
        """Return the gates of each circuit that stay, and the weights of their rotations."""


class Quanvolution1d(nn.Module):
    """Slide five-qubit circuits over traces, stride 1.

    Parameters
    ----------
    n_circuits : int, >= 1
        Each gives five channels.
    ansatz : "strongly_entangling" | "two_design" | "random"
    n_layers : int, >= 1
    padding : "valid" | "same"
        "valid" gives ``points - 31`` positions, position ``p`` covering points ``p .. p + 31``.
        "same" puts 15 zeros on the left and 16 on the right and gives one position per point,
        covering ``p - 15 .. p + 16``: its centre lies **half a point right** of point ``p``.
    trainable : bool
        False freezes the weights (the "static" quanvolution).
    seed : int or None
        Fixes the weights and the structure of the random ansatz. None draws the seed from
        torch's own generator.
    weight_scale : float, rad
        Weights start uniform in ``[0, weight_scale)``; a full turn by default.

    Raises
    ------
    ValueError
        An unknown ansatz or padding, or a count below one.

    Notes
    -----
    Input ``(batch, points)`` float32 (or float64), output ``(batch, 5 * n_circuits, positions)``,
    every value in [-1, 1]; channel ``5 * c + q`` is qubit ``q`` of circuit ``c``. A stretch that
    is all zero has no quantum state; it gives zeros and zero gradients.

    The gates are a buffer, so ``state_dict`` carries the structure of the random ansatz.

    Two things can be changed from outside, neither of which is part of the state:
    ``layer.evaluator``, None for the exact one that this module describes, and
    ``layer.gate_dropout``, which acts in training mode alone.

    References
    ----------
    Bischof, Füchslin, Stockinger, Sulimov, arXiv 2512.13125 (2025): kernel, embedding, observable.
    """

    gates: Tensor
    signs: Tensor

    def __init__(
        self,
        n_circuits: int = 1,
        ansatz: Ansatz = "strongly_entangling",
        n_layers: int = 3,
        padding: Padding = "valid",
        trainable: bool = True,
        seed: int | None = None,
        *,
        weight_scale: float = 2 * np.pi,
    ) -> None:
        super().__init__()
        if n_circuits < 1:
            raise ValueError(f"a quanvolution needs at least one circuit, got {n_circuits}")
        if padding not in ("valid", "same"):
            raise ValueError(f"padding must be 'valid' or 'same', got {padding!r}")
        self.ansatz, self.n_layers, self.padding = ansatz, n_layers, padding
        self.n_circuits = n_circuits
        seed = int(torch.randint(2**31, ())) if seed is None else seed
        tables, start = starting_circuits(n_circuits, ansatz, n_layers, seed, weight_scale)
        self.weights = nn.Parameter(torch.from_numpy(start).float(), requires_grad=trainable)
        self.register_buffer("gates", _stack(tables))
        signs = torch.from_numpy(signs_and_norm(n_circuits)).float()
        self.register_buffer("signs", signs, persistent=False)
        self.evaluator: Evaluator | None = None
        self.gate_dropout: GateChoice | None = None
        self._program: Program | None = None
        self._kept: tuple[tuple[Any, ...], Tensor] | None = None

    @property
    def out_channels(self) -> int:
        """Number of output channels."""
        return N_QUBITS * self.n_circuits

    def structure(self, circuit: int = 0) -> Gates:
        """Return the table of gates of one circuit, as :func:`~.circuits.qnode` takes it."""
        table: Gates = self.gates[circuit].cpu().numpy()
        return table[table[:, 0] >= 0]

    def drawn_circuits(self) -> tuple[list[Gates], Tensor]:
        """Return the gates and weights of this step: all, or what gate dropout leaves."""
        tables = [self.structure(c) for c in range(self.n_circuits)]
        if self.training and self.gate_dropout is not None:
            return self.gate_dropout.draw(tables, self.weights)
        return tables, self.weights

    def unitaries(self) -> Tensor:
        """Build the circuits' unitaries, ``(n_circuits, 32, 32)`` complex128, differentiable."""
        return build_unitaries(*self._compiled())

    def filters(self) -> Tensor:
        """Return the real filters: all ``Re U``, then all ``Im U``; ``(32, 64 * n_circuits)``."""
        return build_filters(*self._compiled())

    def _compiled(self) -> tuple[Program, Tensor]:
        """Return this step's circuits, packed, and their weights."""
        if self.training and self.gate_dropout is not None:
            tables, weights = self.drawn_circuits()
            return compile_circuits(tables), weights
        if self._program is None:
            tables = [self.structure(c) for c in range(self.n_circuits)]
            self._program = compile_circuits(tables)
        return self._program, self.weights

    def forward(self, traces: Tensor) -> Tensor:
        """Evaluate all circuits at all positions of all traces.

        Parameters
        ----------
        traces : (batch, points) float32 or float64

        Returns
        -------
        (batch, 5 * n_circuits, positions)

        Raises
        ------
        ValueError
            Traces of another shape, or shorter than the kernel with "valid" padding.
        """
        if traces.ndim != 2:
            raise ValueError(f"traces must be (batch, points), got {tuple(traces.shape)}")
        if self.padding == "same":
            traces = nn.functional.pad(traces, SAME_PADDING)
        if traces.shape[1] < KERNEL:
            raise ValueError(f"a trace needs at least {KERNEL} points, got {traces.shape[1]}")
        # The result does not depend on the scale; a maximum of 1 keeps the squares in range.
        top = traces.detach().abs().amax(dim=1, keepdim=True)
        traces = traces / torch.where(top > 0, top, torch.ones_like(top))
        stretches = traces.unfold(1, KERNEL, 1)
        rows = stretches.reshape(-1, KERNEL)
        if self.evaluator is None:
            values = self._exact_values(rows)
        else:
            values = self.evaluator.evaluate(rows, *self.drawn_circuits())
        return values.view(*stretches.shape[:2], self.out_channels).transpose(1, 2)

    def _exact_values(self, rows: Tensor) -> Tensor:
        filters, signs = self._filters_for(rows), self.signs.to(rows)
        return expectations(rows, filters, signs).T

    def _filters_for(self, traces: Tensor) -> Tensor:
        """Return the filters in the traces' type; kept while frozen weights do not change."""
        if self.training or (torch.is_grad_enabled() and self.weights.requires_grad):
            return self.filters().to(traces)
        version = (self.weights._version, self.weights.data_ptr(), traces.dtype, traces.device)
        if self._kept is None or self._kept[0] != version:
            # Kept ones outlive the caller's mode: they must not be inference tensors.
            with torch.inference_mode(False), torch.no_grad():
                self._kept = (version, self.filters().to(traces).contiguous())
        return self._kept[1]

    def train(self, mode: bool = True) -> Quanvolution1d:
        """Switch between training and evaluation; forgets the kept filters."""
        self._kept = None
        super().train(mode)
        return self

    def _load_from_state_dict(
        self, state_dict: Mapping[str, Any], prefix: str, *args: Any, **kwargs: Any
    ) -> None:
        # Random circuits differ in their number of gates: take the room that the saved ones need.
        saved = state_dict.get(prefix + "gates")
        if isinstance(saved, Tensor) and saved.ndim == 3 and len(saved) == self.n_circuits:
            self.gates = torch.empty_like(saved, device=self.gates.device)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)
        self._program = self._kept = None

    def extra_repr(self) -> str:
        """Describe the layer in a printed network."""
        return (
            f"n_circuits={self.n_circuits}, ansatz={self.ansatz!r}, n_layers={self.n_layers}, "
            f"padding={self.padding!r}, trainable={self.weights.requires_grad}"
        )


def _stack(tables: list[Gates]) -> Tensor:
    """Put tables of different length into one tensor; rows of -1 fill up."""
    stacked = np.full((len(tables), max(len(t) for t in tables), 3), -1, dtype=np.int64)
    for c, table in enumerate(tables):
        stacked[c, : len(table)] = table
    return torch.from_numpy(stacked)
