"""Other ways to the quanvolution's expectations and gradients: parameter-shift, and devices.

The layer itself backpropagates through the unitary, which no hardware can. Here is the rule that
hardware can follow, first on the unitary and then on any PennyLane device. The *parameter-shift
rule*: the derivative of an expectation by the angle of a rotation is half the difference of its
values with that angle a quarter turn forward and a quarter turn back.

References
----------
Schuld, Bergholm, Gogolin, Izaac, Killoran, Phys. Rev. A 99, 032331 (2019): the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from nmrquanv.models.circuits import EMPTY, KERNEL, N_QUBITS, Gates
from nmrquanv.models.unitary import Program, compile_circuits, observable_signs
from nmrquanv.models.unitary_gradients import build_unitaries
from nmrquanv.study.circuits.devices import QUARTER_TURN, Cost, DeviceEvaluator, refuse_gradient

if TYPE_CHECKING:
    from nmrquanv.models.quanvolution import Evaluator

EvaluatorName = Literal["exact", "parameter-shift", "device"]
EVALUATORS: tuple[EvaluatorName, ...] = get_args(EvaluatorName)


def cost(batch: int, positions: int, weights: int, shots: int, with_gradient: bool) -> Cost:
    """Count what one step of one circuit asks of a device, at most.

    Parameters
    ----------
    batch, positions : int
        Traces, and positions of the kernel on each.
    weights : int
        Of the circuit: its rotations, each of which takes two more circuits for a gradient.
    shots : int
        Of each execution.
    with_gradient : bool
        Whether the step trains.

    Returns
    -------
    Cost
        An upper limit: stretches that are all zero are not run, nor are shifted circuits on
        stretches to which the loss is blind.

    Examples
    --------
    >>> cost(32, 169, 45, 1024, True)
    Cost(circuits=492128, shots=503939072)
    """
    circuits = batch * positions * (1 + 2 * weights * with_gradient)
    return Cost(circuits, circuits * shots)


def make_evaluator(
    name: EvaluatorName,
    device: str = "",
    shots: int = 0,
    options: Mapping[str, Any] = MappingProxyType({}),
) -> Evaluator | None:
    """Return the evaluator of that name for ``layer.evaluator``; None is the exact one.

    Raises
    ------
    ValueError
        An unknown name.
    ModelError
        PennyLane knows no such device, or it cannot be made with these options.
    """
    if name == "exact":
        return None
    if name == "parameter-shift":
        return ParameterShiftEvaluator()
    if name == "device":
        return DeviceEvaluator(device, shots, options)
    raise ValueError(f"unknown evaluator {name!r}: choose one of {', '.join(EVALUATORS)}")


@dataclass(frozen=True, slots=True)
class ParameterShiftEvaluator:
    """Evaluate on the unitary, and take gradients by the parameter-shift rule.

    All shifted circuits are built at once, and each is evaluated on the stretches' second moments
    weighted by the slope of the loss: an expectation is linear in them, so that gives the same sum
    as stretch by stretch. Gradients are those of the weights alone.
    """

    def evaluate(self, stretches: Tensor, tables: list[Gates], weights: Tensor) -> Tensor:
        """Evaluate all circuits on all stretches; see :class:`~.quanvolution.Evaluator`.

        Raises
        ------
        ValueError
            A gradient with respect to the stretches is wanted.
        """
        refuse_gradient(stretches)
        program = compile_circuits(tables)
        values: Tensor = _ParameterShift.apply(weights, stretches, program)  # type: ignore[no-untyped-call]
        return values


class _ParameterShift(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weights: Tensor, stretches: Tensor, program: Program) -> Tensor:
        ctx.program = program
        ctx.save_for_backward(weights, stretches)
        filters = _filters(build_unitaries(program, weights)).to(stretches)
        signs = torch.from_numpy(np.tile(observable_signs(), 2).T).to(stretches)
        values = [(stretches @ f.T).square() @ signs for f in filters]
        norms = stretches.square().sum(dim=1, keepdim=True).clamp_min(EMPTY)
        return torch.cat(values, dim=1) / norms

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None, None]:
        weights, stretches = ctx.saved_tensors
        circuits, count = weights.shape
        rows = stretches.double()
        rows = rows / rows.square().sum(dim=1, keepdim=True).clamp_min(EMPTY).sqrt()
        weighted = slope.double()[:, :, None] * rows[:, None]
        moments = (weighted.flatten(1).T @ rows).view(circuits, N_QUBITS, KERNEL, KERNEL)
        turns = QUARTER_TURN * torch.eye(count, dtype=torch.float64, device=weights.device)
        shifted = weights.double()[:, None] + torch.cat((turns, -turns))
        unitaries = build_unitaries(ctx.program.repeated(2 * count), shifted.flatten(0, 1))
        filters = _filters(unitaries).view(circuits, -1, KERNEL)
        signs = torch.from_numpy(np.tile(observable_signs(), 2)).to(rows)
        values = rows.new_zeros(circuits, 2 * count)
        for qubit in range(N_QUBITS):
            forms = ((filters @ moments[:, qubit]) * filters).sum(dim=2)
            values += forms.view(circuits, 2 * count, -1) @ signs[qubit]
        ahead, behind = values.split(count, dim=1)
        return ((ahead - behind) / 2).to(weights), None, None


def _filters(unitaries: Tensor) -> Tensor:
    """Return all rows of ``Re U``, then of ``Im U``: ``(circuits, 64, 32)``."""
    return torch.cat((unitaries.real, unitaries.imag), dim=1)
