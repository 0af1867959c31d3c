"""The study's circuits on any number of qubits, for questions that five cannot answer.

States and unitaries are built gate by gate in torch, differentiable and batched over weights. At
five qubits the tables are those of :mod:`nmrquanv.models.circuits` (tests); the network's own layer
stays what it is.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.errors import TrainingError
from nmrquanv.models.circuits import (
    CNOT,
    CZ,
    N_QUBITS,
    RANDOM_ENTANGLERS,
    RANDOM_ROTATIONS,
    RX,
    RY,
    RZ,
    Gates,
)

ANSATZES = ("strongly_entangling", "two_design", "random", "product")

_TURNS = RANDOM_ROTATIONS // N_QUBITS


def wide_gates(ansatz: str, n_layers: int, n_qubits: int) -> Gates:
    """Write an ansatz on so many qubits down as a table of gates, ``(n_gates, 3)``.

    The random one is the first that its generator draws, with three rotations a qubit and layer.

    Raises
    ------
    TrainingError
        An ansatz that is not known.
    """
    rows: list[tuple[int, int, int]] = []
    if ansatz == "two_design":
        rows = [(RY, q, q) for q in range(n_qubits)]
        pairs = [*range(0, n_qubits - 1, 2), *range(1, n_qubits - 1, 2)]
        for _ in range(n_layers):
            for q in pairs:
                rows += [(CZ, q, q + 1), (RY, q, q), (RY, q + 1, q + 1)]
    elif ansatz == "random":
        rows = _random(n_layers, n_qubits)
    elif ansatz in ANSATZES:
        for layer in range(n_layers):
            reach = layer % max(n_qubits - 1, 1) + 1
            rows += [(kind, q, q) for q in range(n_qubits) for kind in (RZ, RY, RZ)]
            if ansatz == "strongly_entangling":
                rows += [(CNOT, q, (q + reach) % n_qubits) for q in range(n_qubits)]
    else:
        raise TrainingError(f"unknown ansatz '{ansatz}': choose one of {', '.join(ANSATZES)}")
    return np.array(rows, dtype=np.int64)


def _random(n_layers: int, n_qubits: int) -> list[tuple[int, int, int]]:
    rng = np.random.default_rng(0)
    rows: list[tuple[int, int, int]] = []
    for _ in range(n_layers):
        placed = 0
        while placed < _TURNS * n_qubits:
            if rng.random() > RANDOM_ENTANGLERS:
                kind = int(rng.choice(3))
                wire = int(rng.choice(n_qubits, size=1, replace=False)[0])
                rows.append((kind, wire, wire))
                placed += 1
            else:
                first, second = rng.choice(n_qubits, size=2, replace=False)
                rows.append((CNOT, int(first), int(second)))
    return rows


def rotations_in(table: Gates) -> int:
    """Return how many weights a table takes."""
    return int((table[:, 0] <= RZ).sum())


def apply(table: Gates, weights: Tensor, states: Tensor) -> Tensor:
    """Apply a circuit.

    Parameters
    ----------
    table : (n_gates, 3) int64
    weights : (batch, n_weights), rad
    states : (batch, 2**n, columns)
        Complex, or real for real states; qubit 0 is the most significant bit.

    Returns
    -------
    (batch, 2**n, columns) complex
    """
    batch, size, columns = states.shape
    n_qubits = size.bit_length() - 1
    state = states.to(torch.promote_types(states.dtype, torch.complex64))
    used = 0
    for kind, first, second in table.tolist():
        if kind <= RZ:
            turn = _turn(kind, weights[:, used]).to(state)
            inner = state.reshape(batch, 2**first, 2, -1)
            state = torch.einsum("bij,bljr->blir", turn, inner).reshape(batch, size, columns)
            used += 1
        else:
            source, sign = _entangled(kind, first, second, n_qubits)
            state = state[:, source] * sign.to(state.device)[None, :, None]
    return state


def _turn(kind: int, angle: Tensor) -> Tensor:
    """Return RX, RY or RZ, ``(batch, 2, 2)``."""
    c, s = torch.cos(angle / 2), torch.sin(angle / 2)
    zero = torch.zeros_like(c)
    real, imaginary = {
        RX: ((c, zero, zero, c), (zero, -s, -s, zero)),
        RY: ((c, -s, s, c), (zero, zero, zero, zero)),
        RZ: ((c, zero, zero, c), (-s, zero, zero, s)),
    }[kind]
    parts = (torch.stack(x, dim=1).view(-1, 2, 2) for x in (real, imaginary))
    return torch.complex(*parts)


def _entangled(kind: int, first: int, second: int, n_qubits: int) -> tuple[Tensor, Tensor]:
    """Return CNOT or CZ as a permutation of rows and their signs."""
    row = torch.arange(2**n_qubits)
    on, other = ((row >> (n_qubits - 1 - q)) & 1 for q in (first, second))
    if kind == CNOT:
        return row ^ (on << (n_qubits - 1 - second)), torch.ones(len(row))
    return row, 1.0 - 2.0 * (on & other)


def z_signs(n_qubits: int) -> NDArray[np.float64]:
    """Return the diagonals of Pauli-Z on each qubit, ``(n_qubits, 2**n_qubits)``."""
    row = np.arange(2**n_qubits)
    return np.stack([1.0 - 2.0 * ((row >> (n_qubits - 1 - q)) & 1) for q in range(n_qubits)])
