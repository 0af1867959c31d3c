"""What a front end does, as numbers to look at: gates, quadratic forms and filters.

Everything here is exact: the forms come from the very unitary that finds peaks. What the channels
answer in a window is in ``channel_traces.py``. Words: *form*, the symmetric matrix ``M`` of a
channel, whose value on a stretch ``w`` is ``w^T M w / w^T w``; *shape*, a stretch of 32 points
that a channel answers to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import QUANV
from nmrquanv.models.answering_front_ends import (
    Circuits,
    Convolution,
    FrontEnd,
    QuadraticFilters,
)
from nmrquanv.models.circuits import CNOT, N_QUBITS, RX, RY, RZ, Ansatz, Gates
from nmrquanv.models.quadratic_forms import ChannelShape, extreme_shapes, forms

if TYPE_CHECKING:
    from nmrquanv.models.library import LoadedModel

FrontEndKind = Literal["circuit", "forms", "convolution"]

GATE_NAMES = ("RX", "RY", "RZ", "CNOT", "CZ")
#: Seed of the circuits that belong to no model: starting weights, to look at only.
LOOK_SEED = 0
_LAYERS = 3
_OWN = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a drawn circuit.

    Parameters
    ----------
    kind : "RX" | "RY" | "RZ" | "CNOT" | "CZ"
    first, second : int
        Qubits, from 0; control and target; the same for a rotation.
    column : int
        Place in the drawing: gates of one column act at the same time.
    parameter : int
        Number of the weight it turns by, -1 without one.
    angle_rad : float, rad
    has_effect : bool
        False for a last rotation about Z, which changes no measured value.
    """

    kind: str
    first: int
    second: int
    column: int
    parameter: int = -1
    angle_rad: float = 0.0
    has_effect: bool = True


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a front end: its form, if it has one, and its shapes.

    Parameters
    ----------
    form : (32, 32) float64 or None
    shapes : tuple of ChannelShape
        Of a form: the shape with the greatest answer, then the one with the least.
    """

    form: NDArray[np.float64] | None
    shapes: tuple[ChannelShape, ...]


@dataclass(frozen=True, slots=True)
class FrontEndView:
    """Five channels of a front end: a circuit, or a group of filters.

    Parameters
    ----------
    title : str
        Of the model.
    kind : "circuit" | "forms" | "convolution"
    group, n_groups : int
        Which circuit, or which five filters, of how many.
    channels : tuple of Channel
    gates : tuple of Gate
        Empty without a circuit.
    ansatz : str
        Empty without a circuit.
    is_of_model : bool
        False for an ansatz with starting weights that is only looked at.
    """

    title: str
    kind: FrontEndKind
    group: int
    n_groups: int
    channels: tuple[Channel, ...]
    gates: tuple[Gate, ...] = ()
    ansatz: str = ""
    is_of_model: bool = True

    @property
    def n_columns(self) -> int:
        """Columns of the drawing."""
        return 1 + max((gate.column for gate in self.gates), default=-1)


@dataclass(frozen=True, slots=True)
class CircuitChoice:
    """What is looked at.

    Parameters
    ----------
    model : str
        Name of a model with a network.
    ansatz : str
        Empty for the model's own circuits; else one of ``circuits.ANSATZES``, with starting
        weights unless it is the model's own.
    group : int
        Circuit, or group of five filters, from 0.
    """

    model: str = QUANV
    ansatz: str = _OWN
    group: int = 0


def look(choice: CircuitChoice) -> FrontEndView:
    """Return the chosen circuit, or group of filters, of a model.

    Raises
    ------
    ModelError
        There is no such model.
    """
    loaded, layer, is_of_model = front_end_of(choice)
    n_groups = layer.out_channels // N_QUBITS
    group = min(max(choice.group, 0), n_groups - 1)
    made = FrontEndView(
        loaded.card.title, "convolution", group, n_groups, (), is_of_model=is_of_model
    )
    if not isinstance(layer, Circuits):
        return _view_of_filters(made, layer)
    matrices = forms(layer)[group]
    weights = layer.weights[group]
    return replace(
        made,
        kind="circuit",
        channels=tuple(Channel(form, extreme_shapes(form)) for form in matrices),
        gates=drawn(layer.tables[group], weights),
        ansatz=str(layer.ansatz),
    )


def _view_of_filters(made: FrontEndView, layer: QuadraticFilters | Convolution) -> FrontEndView:
    """Return the view of a front end that has no circuit."""
    inside = slice(N_QUBITS * made.group, N_QUBITS * (made.group + 1))
    if isinstance(layer, QuadraticFilters):
        matrices = layer.matrices[inside].astype(np.float64)
        channels = tuple(Channel(form, extreme_shapes(form)) for form in matrices)
        return replace(made, kind="forms", channels=channels)
    kernels = layer.kernels[inside].astype(np.float64)
    channels = tuple(Channel(None, (ChannelShape(kernel),)) for kernel in kernels)
    return replace(made, channels=channels)


def drawn(table: Gates, weights: NDArray[np.float64]) -> tuple[Gate, ...]:
    """Return the gates of a circuit with their places in a drawing, each as far left as it goes.

    Parameters
    ----------
    table : (n_gates, 3) int64
        See :func:`nmrquanv.models.circuits.gates`.
    weights : (n_rotations,) float64, rad
    """
    free = [0] * N_QUBITS
    effects = _with_effect(table)
    made: list[Gate] = []
    used = 0
    for (kind, first, second), has_effect in zip(table.tolist(), effects, strict=True):
        low, high = min(first, second), max(first, second)
        column = max(free[low : high + 1])
        free[low : high + 1] = [column + 1] * (high - low + 1)
        gate = Gate(GATE_NAMES[kind], first, second, column)
        if kind <= RZ:
            gate = replace(
                gate, parameter=used, angle_rad=float(weights[used]), has_effect=has_effect
            )
            used += 1
        made.append(gate)
    return tuple(made)


def _with_effect(table: Gates) -> list[bool]:
    """Tell of each gate whether it can change a measured value.

    Notes
    -----
    Walking back from the measurement, Pauli-Z stays diagonal through CNOT, CZ and RZ, so that a
    rotation about Z has no effect unless a rotation about X or Y follows. CNOT carries such a
    turn from its control to its target and not back; CZ carries none.
    """
    is_turned = [False] * N_QUBITS
    effects = []
    for kind, first, second in reversed(table.tolist()):
        effects.append(kind != RZ or is_turned[first])
        if kind in (RX, RY):
            is_turned[first] = True
        elif kind == CNOT:
            is_turned[second] = is_turned[first] or is_turned[second]
    return effects[::-1]


def front_end_of(choice: CircuitChoice) -> tuple[LoadedModel, FrontEnd, bool]:
    """Return the model, the front end to look at, and whether it is the model's own."""
    from nmrquanv.models import library

    loaded = library.load(choice.model)
    own = loaded.network.front_end
    if not choice.ansatz or (isinstance(own, Circuits) and choice.ansatz == own.ansatz):
        return loaded, own, True
    ansatz = cast(Ansatz, choice.ansatz)
    layers = own.n_layers if isinstance(own, Circuits) else _LAYERS
    n_circuits = own.out_channels // N_QUBITS
    other = Circuits.started(n_circuits, ansatz, layers, own.padding, LOOK_SEED)
    return loaded, other, False
