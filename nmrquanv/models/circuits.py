"""The quantum circuit of the quanvolution, defined with PennyLane: the definition of record.

A stretch of 32 points (the *kernel*) is amplitude-embedded on five qubits, an *ansatz* acts on
them, and Pauli-Z is measured on each. The same circuit is also written down as a plain table of
gates (:func:`gates`), from which :mod:`nmrquanv.models.unitary` evaluates it exactly and fast.
The tests hold the two against each other.

PennyLane itself is imported only by the functions that draw or run a circuit with it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nmrquanv.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable

Ansatz = Literal["strongly_entangling", "two_design", "random", "product"]
ANSATZES: tuple[Ansatz, ...] = get_args(Ansatz)

N_QUBITS = 5
KERNEL: int = 2**N_QUBITS

#: Squared norm, relative to the squared maximum of the trace, below which a stretch counts as
#: empty: ten orders of magnitude in amplitude, beyond what float32 holds beside the maximum.
EMPTY = 1e-20

#: Rotations in one layer of the random ansatz: as many as the strongly entangling one has. Our
#: choice; the paper does not give it.
RANDOM_ROTATIONS = 3 * N_QUBITS
#: Share of entangling gates in the random ansatz; the default of ``pennylane.RandomLayers``.
RANDOM_ENTANGLERS = 0.3

Padding = Literal["valid", "same"]

SAME_PADDING = (KERNEL // 2 - 1, KERNEL // 2)
"""Zeros put before and after the trace by "same" padding."""

# Kinds of gates in the table. The first three turn by a weight, in the order in which they stand.
RX, RY, RZ, CNOT, CZ = range(5)

Gates = NDArray[np.int64]


def weight_count(ansatz: Ansatz, n_layers: int) -> int:
    """Return how many weights one circuit has.

    They are kept flat, in the order of the PennyLane template: ``(n_layers, 5, 3)`` for
    ``strongly_entangling`` and ``product``; ``(5,)`` and then ``(n_layers, 4, 2)`` for
    ``two_design``; ``(n_layers, 15)`` for ``random``.

    Raises
    ------
    ValueError
        Unknown ansatz, or fewer layers than one.
    """
    if ansatz not in ANSATZES:
        raise ValueError(f"unknown ansatz {ansatz!r}: choose one of {', '.join(ANSATZES)}")
    if n_layers < 1:
        raise ValueError(f"a circuit needs at least one layer, got {n_layers}")
    if ansatz in ("strongly_entangling", "product"):
        return n_layers * N_QUBITS * 3
    if ansatz == "two_design":
        return N_QUBITS + n_layers * (N_QUBITS - 1) * 2
    return n_layers * RANDOM_ROTATIONS


def gates(ansatz: Ansatz, n_layers: int, structure_seed: int = 0) -> Gates:
    """Write the ansatz down as a table of gates.

    Parameters
    ----------
    ansatz : str
        One of :data:`ANSATZES`.
    n_layers : int, >= 1
    structure_seed : int
        Decides which gates the random ansatz has; the others ignore it.

    Returns
    -------
    (n_gates, 3) int64
        Kind (:data:`RX` ... :data:`CZ`), first wire, second wire (the same for one-qubit gates).

    References
    ----------
    ``pennylane.StronglyEntanglingLayers``, ``SimplifiedTwoDesign`` and ``RandomLayers``, whose
    decompositions these tables repeat. ``product`` is the first without its entangling gates: a
    control that shows what they are worth.
    """
    weight_count(ansatz, n_layers)
    if ansatz in ("strongly_entangling", "product"):
        rows = _strongly_entangling(n_layers)
        if ansatz == "product":
            rows = [row for row in rows if row[0] != CNOT]
    elif ansatz == "two_design":
        rows = _two_design(n_layers)
    else:
        rows = _random(n_layers, structure_seed)
    return np.array(rows, dtype=np.int64)


def starting_circuits(
    n_circuits: int, ansatz: Ansatz, n_layers: int, seed: int, weight_scale: float = 2 * math.pi
) -> tuple[list[Gates], NDArray[np.float64]]:
    """Return circuits as a training starts with them.

    Parameters
    ----------
    weight_scale : float, rad
        Weights are uniform in ``[0, weight_scale)``.

    Returns
    -------
    tables : list of (n_gates, 3) int64
    weights : (n_circuits, n_weights) float64, rad
    """
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.0, weight_scale, (n_circuits, weight_count(ansatz, n_layers)))
    seeds = rng.integers(2**31, size=n_circuits)
    return [gates(ansatz, n_layers, int(s)) for s in seeds], weights


def _strongly_entangling(n_layers: int) -> list[tuple[int, int, int]]:
    rows = []
    for layer in range(n_layers):
        reach = layer % (N_QUBITS - 1) + 1
        rows += [(kind, q, q) for q in range(N_QUBITS) for kind in (RZ, RY, RZ)]
        rows += [(CNOT, q, (q + reach) % N_QUBITS) for q in range(N_QUBITS)]
    return rows


def _two_design(n_layers: int) -> list[tuple[int, int, int]]:
    rows = [(RY, q, q) for q in range(N_QUBITS)]
    pairs = [*range(0, N_QUBITS - 1, 2), *range(1, N_QUBITS - 1, 2)]
    for _ in range(n_layers):
        for q in pairs:
            rows += [(CZ, q, q + 1), (RY, q, q), (RY, q + 1, q + 1)]
    return rows


def _random(n_layers: int, seed: int) -> list[tuple[int, int, int]]:
    # The same draws in the same order as RandomLayers, so that a seed means the same circuit.
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, int]] = []
    for _ in range(n_layers):
        placed = 0
        while placed < RANDOM_ROTATIONS:
            if rng.random() > RANDOM_ENTANGLERS:
                kind = int(rng.choice(3))
                wire = int(rng.choice(N_QUBITS, size=1, replace=False)[0])
                rows.append((kind, wire, wire))
                placed += 1
            else:
                first, second = rng.choice(N_QUBITS, size=2, replace=False)
                rows.append((CNOT, int(first), int(second)))
    return rows


def embed_and_apply(
    window: Any, weights: Any, ansatz: Ansatz, n_layers: int, structure: int | Gates = 0
) -> None:
    """Queue the whole circuit but the measurement, as PennyLane operations.

    Parameters
    ----------
    window : (32,) or (batch, 32) array
        Normalised by the embedding; an all-zero window has no state and gives NaN here.
    weights : (:func:`weight_count`,) array, rad
    ansatz, n_layers : see :func:`gates`
    structure : int or (n_gates, 3) int64
        For the random ansatz: the seed that ``RandomLayers`` gets, or the recorded table of a
        layer that exists, whose gates are then queued one by one.
    """
    require("quantum", "the circuit in PennyLane")
    import pennylane as qml

    wires = range(N_QUBITS)
    qml.AmplitudeEmbedding(window, wires=wires, normalize=True)
    if ansatz == "strongly_entangling":
        qml.StronglyEntanglingLayers(weights.reshape(n_layers, N_QUBITS, 3), wires=wires)
    elif ansatz == "two_design":
        later = weights[N_QUBITS:].reshape(n_layers, N_QUBITS - 1, 2)
        qml.SimplifiedTwoDesign(weights[:N_QUBITS], later, wires=wires)
    elif ansatz == "product":
        _apply_table(weights, gates(ansatz, n_layers))
    elif isinstance(structure, (int, np.integer)):
        table = weights.reshape(n_layers, RANDOM_ROTATIONS)
        qml.RandomLayers(table, wires=wires, ratio_imprim=RANDOM_ENTANGLERS, seed=int(structure))
    else:
        _apply_table(weights, structure)


def _apply_table(weights: Any, table: Gates) -> None:
    require("quantum", "the circuit in PennyLane")
    import pennylane as qml

    turns = (qml.RX, qml.RY, qml.RZ)
    used = 0
    for kind, first, second in table.tolist():
        if kind < len(turns):
            turns[kind](weights[used], wires=first)
            used += 1
        else:
            (qml.CNOT if kind == CNOT else qml.CZ)(wires=(first, second))


def qnode(
    ansatz: Ansatz,
    n_layers: int = 3,
    structure: int | Gates = 0,
    device: str | Any = "default.qubit",
    **options: Any,
) -> Callable[..., Any]:
    """Make the circuit runnable on a PennyLane device.

    Parameters
    ----------
    ansatz, n_layers, structure : see :func:`embed_and_apply`
    device : str or pennylane device
        A name such as ``"default.qubit"``, ``"lightning.qubit"`` or ``"default.mixed"``, or a
        device that was made with shots or noise.
    **options
        For ``pennylane.QNode``: ``diff_method``, ``interface``.

    Returns
    -------
    callable
        ``circuit(window, weights)`` -> five expectations of Pauli-Z, each in [-1, 1].
        ``pennylane.draw(circuit)(window, weights)`` draws it.
    """
    require("quantum", "the circuit in PennyLane")
    import pennylane as qml

    weight_count(ansatz, n_layers)
    chosen = qml.device(device, wires=N_QUBITS) if isinstance(device, str) else device

    def circuit(window: Any, weights: Any) -> list[Any]:
        embed_and_apply(window, weights, ansatz, n_layers, structure)
        return [qml.expval(qml.PauliZ(q)) for q in range(N_QUBITS)]

    made: Callable[..., Any] = qml.QNode(circuit, chosen, **options)
    return made
