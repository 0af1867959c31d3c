"""Channels as real matrices in the basis of Pauli strings, in the order I, X, Y, Z.

The *transfer matrix* of a channel ``E`` has the elements ``tr(P_i E(P_j)) / 2^n``: it takes the
expectations of all Pauli strings before the channel to those after it. Strings of several qubits
count with the first qubit as the most significant.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.models.circuits import CNOT, KERNEL, N_QUBITS, RZ, Gates

#: Number of Pauli strings of the circuit's qubits.
STRINGS = 4**N_QUBITS

_PAULI = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]],
    dtype=np.complex128,
)


def depolarising(probability: float) -> NDArray[np.float64]:
    """Return the channel of one qubit in which X, Y, Z each happen with a third; ``(4, 4)``."""
    left = 1.0 - 4.0 * probability / 3.0
    return np.diag([1.0, left, left, left])


def depolarising_pair(probability: float) -> NDArray[np.float64]:
    """Return the channel of two qubits with 15 equally likely Pauli errors; ``(16, 16)``."""
    kept = np.full(16, 1.0 - 16.0 * probability / 15.0)
    kept[0] = 1.0
    return np.diag(kept)


def damping(amplitude: float, phase: float) -> NDArray[np.float64]:
    """Return amplitude damping towards the state 0, followed by phase damping; ``(4, 4)``."""
    across = np.sqrt((1.0 - amplitude) * (1.0 - phase))
    channel = np.diag([1.0, across, across, 1.0 - amplitude])
    channel[3, 0] = amplitude
    return channel


def rotations() -> NDArray[np.float64]:
    """Return RX, RY, RZ as ``still + cos(a) cosine + sin(a) sine``; ``(3, 3, 4, 4)``.

    The first axis is the kind of gate, as :mod:`~nmrquanv.models.circuits` numbers them; the
    second the three parts.
    """
    parts = np.zeros((3, 3, 4, 4))
    for kind in range(3):
        axis, first, second = (1 + (kind + step) % 3 for step in range(3))
        parts[kind, 0, [0, axis], [0, axis]] = 1.0
        parts[kind, 1, [first, second], [first, second]] = 1.0
        parts[kind, 2, [second, first], [first, second]] = 1.0, -1.0
    return parts


@lru_cache
def entangler(kind: int) -> NDArray[np.float64]:
    """Return CNOT or CZ; ``(16, 16)``."""
    gate = np.eye(4)
    gate[2:, 2:] = (_PAULI[1] if kind == CNOT else _PAULI[3]).real
    strings = [np.kron(a, b) for a, b in itertools.product(_PAULI, repeat=2)]
    moved = [gate @ string @ gate for string in strings]
    elements = [[np.vdot(p, m).real / 4 for m in moved] for p in strings]
    channel = np.array(elements)
    channel.flags.writeable = False
    return channel


def pauli_z() -> NDArray[np.float64]:
    """Return Pauli-Z of each qubit as coefficients of strings; ``(1024, 5)``."""
    observables = np.zeros((STRINGS, N_QUBITS))
    for qubit in range(N_QUBITS):
        observables[3 * 4 ** (N_QUBITS - 1 - qubit), qubit] = 1.0
    return observables


def real_matrices(coefficients: Tensor) -> Tensor:
    """Add Pauli strings up to matrices and keep the real part.

    Parameters
    ----------
    coefficients : (circuits, 1024, observables) float64

    Returns
    -------
    (circuits, observables, 32, 32) float64
        Symmetric.
    """
    # Y = i J with a real J: an odd number of them is imaginary, and i^2 is a sign.
    letters = torch.tensor(
        [[1, 0, 0, 1], [0, 1, 1, 0], [0, -1, 1, 0], [1, 0, 0, -1]], dtype=torch.float64
    )
    digits = np.indices((4,) * N_QUBITS).reshape(N_QUBITS, -1)
    signs = np.array([1.0, 0.0, -1.0, 0.0])[(digits == 2).sum(axis=0) % 4]
    signed = coefficients * torch.from_numpy(signs)[:, None].to(coefficients.device)
    matrices = signed.view(len(coefficients), *(4,) * N_QUBITS, -1)
    for _ in range(N_QUBITS):  # each takes the first letter left and appends its 2 x 2 elements
        matrices = torch.tensordot(matrices, letters.to(coefficients.device), dims=([1], [0]))
    bits = matrices.reshape(len(coefficients), -1, *(2,) * (2 * N_QUBITS))
    rows, columns = range(2, 2 + 2 * N_QUBITS, 2), range(3, 2 + 2 * N_QUBITS, 2)
    return bits.permute(0, 1, *rows, *columns).reshape(*bits.shape[:2], KERNEL, KERNEL)


@dataclass(frozen=True, slots=True)
class TransferProgram:
    """Noisy circuits as blocks: rotations of two qubits, then a channel on both.

    Parameters
    ----------
    weight : (circuits, blocks, 2, turns) int64
        Weight of each rotation; -1 where there is none.
    turns : (3, circuits, blocks, 2, turns, 4, 4) float64
        Transfer matrix of a rotation and its noise: constant part, factors of cosine and sine.
    channels : (circuits, blocks, 16, 16) float64
        Transfer matrices of the entanglers and their noise.
    order : (blocks + 1, circuits * 1024) int64
        Before block ``b`` is undone, ``order[b + 1]`` brings its two qubits to the front;
        ``order[0]`` brings back the natural order.
    """

    weight: Tensor
    turns: Tensor
    channels: Tensor
    order: Tensor

    def to(self, device: torch.device) -> TransferProgram:
        """Return the program on another device."""
        return TransferProgram(*(getattr(self, known.name).to(device) for known in fields(self)))


# A rotation and its noise: constant part, factors of cosine and sine, (3, 4, 4); and its weight.
Turn = tuple[NDArray[np.float64], int]
# One block while it is put together: its wires, the rotations of each, the channel on both.
Block = tuple[tuple[int, int], tuple[list[Turn], list[Turn]], NDArray[np.float64]]


def _blocks(
    table: Gates, noisy: NDArray[np.float64], after_entangler: NDArray[np.float64]
) -> list[Block]:
    """Sort gates into blocks: an entangler takes the rotations that wait on its wires."""
    waiting: list[list[Turn]] = [[] for _ in range(N_QUBITS)]
    blocks: list[Block] = []
    used = 0
    for kind, first, second in table.tolist():
        if kind <= RZ:
            waiting[first].append((noisy[kind], used))
            used += 1
        else:
            turns = (waiting[first], waiting[second])
            waiting[first], waiting[second] = [], []
            blocks.append(((first, second), turns, after_entangler @ entangler(kind)))
    left = [q for q in range(N_QUBITS) if waiting[q]]
    for first in left[::2]:
        after = left[left.index(first) + 1 :]
        second = after[0] if after else (first + 1) % N_QUBITS
        turns = (waiting[first], waiting[second] if after else [])
        blocks.append(((first, second), turns, np.eye(16)))
    return blocks


def compile_transfer(
    tables: list[Gates],
    after_rotation: NDArray[np.float64],
    after_entangler: NDArray[np.float64],
) -> TransferProgram:
    """Pack circuits and the noise after their gates into one program.

    Parameters
    ----------
    tables : list of (n_gates, 3) int64
    after_rotation : (4, 4)
        Transfer matrix of the noise on the wire of each rotation.
    after_entangler : (16, 16)
        Of that on the two wires of each entangler.
    """
    noisy = after_rotation @ rotations()
    return pack([_blocks(table, noisy, after_entangler) for table in tables])


def pack(circuits: list[list[Block]]) -> TransferProgram:
    """Pack the blocks of several circuits into one program."""
    n_blocks = max(1, *map(len, circuits))
    depth = max([1, *(len(t) for blocks in circuits for _, turns, _ in blocks for t in turns)])
    shape = (len(circuits), n_blocks, 2, depth)
    weight = np.full(shape, -1, dtype=np.int64)
    turns = np.zeros((3, *shape, 4, 4))
    turns[0] = np.eye(4)
    channels = np.tile(np.eye(16), (*shape[:2], 1, 1))
    wires = np.tile(np.array([0, 1]), (*shape[:2], 1))
    for c, blocks in enumerate(circuits):
        for b, (on, chains, channel) in enumerate(blocks):
            wires[c, b], channels[c, b] = on, channel
            for side, chain in enumerate(chains):
                for t, (parts, used) in enumerate(chain):
                    weight[c, b, side, t] = used
                    turns[:, c, b, side, t] = parts
    return TransferProgram(
        torch.from_numpy(weight),
        torch.from_numpy(turns),
        torch.from_numpy(channels),
        torch.from_numpy(_orders(wires)),
    )


def _orders(wires: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn the wires of blocks, ``(circuits, blocks, 2)``, into the orders of a program."""
    circuits, n_blocks, _ = wires.shape
    strings = np.arange(STRINGS).reshape((4,) * N_QUBITS)
    orders = np.empty((n_blocks + 1, circuits, STRINGS), dtype=np.int64)
    for c in range(circuits):
        place = np.arange(STRINGS)  # of each string, as they lie now
        for b in range(n_blocks - 1, -1, -1):
            front = wires[c, b].tolist()
            rest = [q for q in range(N_QUBITS) if q not in front]
            wanted = strings.transpose(*front, *rest).ravel()
            orders[b + 1, c] = place[wanted]
            place = np.argsort(wanted)
        orders[0, c] = place
    orders += np.arange(circuits)[:, None] * STRINGS
    return orders.reshape(n_blocks + 1, -1)
