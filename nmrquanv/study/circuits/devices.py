"""The quanvolution on a PennyLane device, simulated or real, circuit by circuit.

Gradients are those of the parameter-shift rule: see :mod:`~nmrquanv.study.circuits.evaluators`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import once_differentiable

from nmrquanv.errors import ModelError
from nmrquanv.models.circuits import EMPTY, KERNEL, N_QUBITS, RZ, Gates, embed_and_apply
from nmrquanv.progress import Report, silent_report

QUARTER_TURN = math.pi / 2
"""By which the parameter-shift rule turns a rotation, forward and back; rad."""

#: Circuits handed to a device at once.
SUBMISSION = 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """What a device is asked for.

    Parameters
    ----------
    circuits : int
        Executions, each of one circuit on one stretch.
    shots : int
        Repetitions of all of them together; 0 on a simulator without shots.
    """

    circuits: int
    shots: int

    def times(self, count: int) -> Cost:
        """Return the cost of so many steps, or so many circuits of a layer."""
        return Cost(self.circuits * count, self.shots * count)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.circuits + other.circuits, self.shots + other.shots)


@dataclass(slots=True)
class DeviceEvaluator:
    """Run the circuits on a PennyLane device: one execution per stretch and circuit.

    Gradients are taken by the parameter-shift rule, through the device as well. Count first what
    that asks for: :func:`cost`.

    Parameters
    ----------
    device : str or pennylane device
        A name such as ``"lightning.qubit"``, ``"default.mixed"`` or that of an installed
        hardware plugin; it is made with five wires. Or a device made by the caller.
    shots : int, >= 0
        Of each execution; 0 leaves them out, which hardware does not accept.
    options : mapping
        Further arguments of ``pennylane.device``: a back end's name, for instance.
    report : Report
        Told after each submission of at most :data:`SUBMISSION` circuits.

    Attributes
    ----------
    spent : Cost
        What the device has run for this evaluator so far.

    Raises
    ------
    ModelError
        PennyLane knows no such device, or it cannot be made.
    ValueError
        A negative number of shots.
    """

    device: Any
    shots: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    report: Report = silent_report
    spent: Cost = field(init=False, default=Cost(0, 0))

    def __post_init__(self) -> None:
        if self.shots < 0:
            raise ValueError(f"shots must not be negative, got {self.shots}")
        if isinstance(self.device, str):
            self.device = open_device(self.device, self.options)

    def evaluate(self, stretches: Tensor, tables: list[Gates], weights: Tensor) -> Tensor:
        """Evaluate all circuits on all stretches; see :class:`~.quanvolution.Evaluator`.

        Raises
        ------
        ValueError
            A gradient with respect to the stretches is wanted.
        """
        refuse_gradient(stretches)
        values: Tensor = _DeviceExpectations.apply(weights, stretches, tables, self)  # type: ignore[no-untyped-call]
        return values

    def run(
        self, stretches: NDArray[np.float64], table: Gates, angles: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Execute one circuit with several sets of angles on several stretches.

        Parameters
        ----------
        stretches : (n, 32)
            None of them all zero.
        table : (n_gates, 3) int64
        angles : (sets, rotations), rad

        Returns
        -------
        (sets, n, 5) float64
            Expectations of Pauli-Z.
        """
        import pennylane as qml

        total = len(angles) * len(stretches)
        found: list[Any] = []
        tapes = self._tapes(stretches, table, angles)
        while submission := list(itertools.islice(tapes, SUBMISSION)):
            # No cache: two equal circuits are two executions with shots of their own.
            found += qml.execute(submission, self.device, diff_method=None, cache=False)
            self.spent += Cost(len(submission), len(submission) * self.shots)
            self.report(len(found), total, "circuits run")
        values = np.array([[float(value) for value in five] for five in found])
        return values.reshape(len(angles), len(stretches), N_QUBITS)

    def _tapes(
        self, stretches: NDArray[np.float64], table: Gates, angles: NDArray[np.float64]
    ) -> Iterator[Any]:
        import pennylane as qml

        wires = range(N_QUBITS)
        circuit = qml.tape.make_qscript(embed_and_apply)
        for some in angles:
            gates = circuit(np.ones(KERNEL), some, "random", 1, table).operations[1:]
            for stretch in stretches:
                embedding = qml.AmplitudeEmbedding(stretch, wires=wires, normalize=True)
                measured = [qml.expval(qml.PauliZ(q)) for q in wires]
                yield qml.tape.QuantumScript(
                    [embedding, *gates], measured, shots=self.shots or None
                )


def open_device(name: str, options: Mapping[str, Any]) -> Any:
    """Make a PennyLane device of five wires.

    Raises
    ------
    ModelError
        There is no such device, or its plugin cannot make it with these options; says why.
    """
    import pennylane as qml

    try:
        return qml.device(name, wires=N_QUBITS, **options)
    except qml.exceptions.DeviceError as error:
        raise ModelError(
            f"PennyLane has no device {name!r} here ({error}): install its plugin, "
            "or check the name with pennylane.about()"
        ) from error
    except Exception as error:
        given = ", ".join(f"{key}={value}" for key, value in options.items()) or "no options"
        raise ModelError(
            f"the PennyLane device {name!r} cannot be made with {given} "
            f"({type(error).__name__}: {error}): give what it needs with --device-option KEY=VALUE"
        ) from error


class _DeviceExpectations(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, weights: Tensor, stretches: Tensor, tables: list[Gates], owner: DeviceEvaluator
    ) -> Tensor:
        ctx.tables, ctx.owner = tables, owner
        ctx.save_for_backward(weights, stretches)
        rows, angles = _array(stretches), _array(weights)
        filled = np.flatnonzero(np.square(rows).sum(axis=1) > EMPTY)
        values = np.zeros((len(rows), len(tables), N_QUBITS))
        for c, table in enumerate(tables):
            values[filled, c] = owner.run(rows[filled], table, angles[c : c + 1, : _turns(table)])
        return torch.from_numpy(values).flatten(1).to(stretches)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None, None, None]:
        weights, stretches = ctx.saved_tensors
        rows, angles = _array(stretches), _array(weights)
        slopes = _array(slope).reshape(len(rows), len(ctx.tables), N_QUBITS)
        gradient = np.zeros_like(angles)
        for c, table in enumerate(ctx.tables):
            count = _turns(table)
            matters = np.square(rows).sum(axis=1) > EMPTY
            matters &= slopes[:, c].any(axis=1)
            turns = QUARTER_TURN * np.eye(count)
            shifted = angles[c, :count] + np.concatenate((turns, -turns))
            values = ctx.owner.run(rows[matters], table, shifted)
            summed = np.einsum("snq,nq->s", values, slopes[matters, c])
            gradient[c, :count] = (summed[:count] - summed[count:]) / 2
        return torch.from_numpy(gradient).to(weights), None, None, None


def _array(values: Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = values.detach().cpu().double().numpy()
    return array


def _turns(table: Gates) -> int:
    return int((table[:, 0] <= RZ).sum())


def refuse_gradient(stretches: Tensor) -> None:
    """Refuse a gradient with respect to the trace: the rule is about weights."""
    if torch.is_grad_enabled() and stretches.requires_grad:
        raise ValueError("parameter-shift gives the gradients of the weights, not of the trace")
