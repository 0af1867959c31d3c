"""A routed circuit on a calibrated device as a timed list of noisy operations.

Gates start as early as their qubits allow; a qubit that waits relaxes with its T1 and T2, and all
are read together at the end. Rotations about z are *virtual*: a change of the frame, exact and
instant. Other rotations between two entanglers of a qubit are one pair of pulses together. A
gate's reported error holds what relaxation does in its duration; the rest is depolarising.

Such a model is a best case: no crosstalk, leakage, drift or coherent error, and the turns that
make a device's own entangler a CNOT are taken to melt into the rotations beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.circuits import N_QUBITS, RZ
from nmrquanv.study.circuits.calibrations import Placed, Routed
from nmrquanv.study.circuits.pauli_transfer import Block, Turn, entangler, rotations

_NANO = 1e-3  # of a microsecond
_PULSES = 2  # behind any rotation that is not about z


@dataclass(frozen=True, slots=True)
class Operation:
    """One step: a turn of one qubit, or a channel on two.

    Parameters
    ----------
    wires : tuple of int
    turn : Turn
        Of the first wire, where there is one only.
    channel : (16, 16) float64 or None
    """

    wires: tuple[int, ...]
    turn: Turn | None = None
    channel: NDArray[np.float64] | None = None


def relaxation(duration_us: float, t1_us: float, t2_us: float) -> NDArray[np.float64]:
    """Return what waiting does to a qubit, in the order I, X, Y, Z; ``(4, 4)``."""
    kept = np.exp(-duration_us / t1_us)
    across = np.exp(-duration_us / min(t2_us, 2 * t1_us))
    channel = np.diag([1.0, across, across, kept])
    channel[3, 0] = 1.0 - kept
    return channel


def depolarised(channel: NDArray[np.float64], error: float) -> NDArray[np.float64]:
    """Follow a channel with as much depolarising as makes its average infidelity ``error``.

    Notes
    -----
    For a dimension d, the average fidelity is ``(tr R / d + 1) / (d + 1)`` with the transfer matrix
    R. A channel that is worse than reported already is left as it is.
    """
    d = np.sqrt(len(channel))
    wanted = ((1.0 - error) * (d + 1.0) - 1.0) * d
    shrink = min(1.0, (wanted - 1.0) / (np.trace(channel) - 1.0))
    scale = np.full(len(channel), shrink)
    scale[0] = 1.0
    made: NDArray[np.float64] = scale[:, None] * channel
    return made


@dataclass(slots=True)
class _Clock:
    """When each qubit is free, and whether its last pulses are paid for; times in us."""

    free: list[float] = field(default_factory=lambda: [0.0] * N_QUBITS)
    is_paid: list[bool] = field(default_factory=lambda: [False] * N_QUBITS)


@dataclass(frozen=True, slots=True)
class Noisy:
    """A routed circuit with the noise of the qubits under it.

    Parameters
    ----------
    circuit : Routed
    placed : Placed
    folds : int
        1, or 3: each entangler is followed by its inverse and itself again, so that its noise acts
        three times.
    """

    circuit: Routed
    placed: Placed
    folds: int = 1

    def operations(self) -> Iterator[Operation]:
        """Yield the steps in order, waiting included; wires are places of the shape."""
        clock = _Clock()
        for kind, first, second, weight, angle in self.circuit.gates:
            if kind <= RZ:
                yield Operation((first,), self._turn(clock, kind, first, weight, angle))
            else:
                start = max(clock.free[first], clock.free[second])
                yield from self._waits(clock, (first, second), start)
                yield self._pair(clock, kind, first, second)
        yield from self._waits(clock, range(N_QUBITS), max(clock.free))

    def _turn(self, clock: _Clock, kind: int, qubit: int, weight: int, angle: float) -> Turn:
        still, cosine, sine = rotations()[kind]
        noise = np.eye(4)
        if kind != RZ and not clock.is_paid[qubit]:
            clock.is_paid[qubit] = True
            duration = self.placed.duration_1q_ns[qubit] * _NANO
            clock.free[qubit] += _PULSES * duration
            pulse = depolarised(self._relaxed(qubit, duration), self.placed.error_1q[qubit])
            noise = np.linalg.matrix_power(pulse, _PULSES)
        if weight < 0:
            fixed = noise @ (still + np.cos(angle) * cosine + np.sin(angle) * sine)
            return np.stack((fixed, np.zeros((4, 4)), np.zeros((4, 4)))), -1
        return noise @ np.stack((still, cosine, sine)), weight

    def _waits(
        self, clock: _Clock, qubits: range | tuple[int, ...], until: float
    ) -> Iterator[Operation]:
        for qubit in qubits:
            if until > clock.free[qubit]:
                waited = self._relaxed(qubit, until - clock.free[qubit])
                still = np.stack((waited, np.zeros((4, 4)), np.zeros((4, 4))))
                clock.free[qubit] = until
                yield Operation((qubit,), (still, -1))

    def _pair(self, clock: _Clock, kind: int, first: int, second: int) -> Operation:
        known = {frozenset(p[:2]): p[2:] for p in self.placed.pairs}
        error, duration_ns = known[frozenset((first, second))]
        duration = duration_ns * _NANO
        relaxed = [self._relaxed(qubit, duration) for qubit in (first, second)]
        both = np.kron(*relaxed).astype(np.float64)
        one = depolarised(both, error) @ entangler(kind)
        for qubit in (first, second):
            clock.free[qubit] += self.folds * duration
            clock.is_paid[qubit] = False
        return Operation((first, second), channel=np.linalg.matrix_power(one, self.folds))

    def _relaxed(self, qubit: int, duration_us: float) -> NDArray[np.float64]:
        return relaxation(duration_us, self.placed.t1_us[qubit], self.placed.t2_us[qubit])

    def blocks(self) -> list[Block]:
        """Return the steps as blocks of a transfer program; wires are the circuit's at its start.

        So stretches need no reordering: only where the qubits are read depends on the routing.
        """
        name = {place: qubit for qubit, place in enumerate(self.circuit.start)}
        waiting: list[list[Turn]] = [[] for _ in range(N_QUBITS)]
        found: list[Block] = []
        for one in self.operations():
            wires = [name[w] for w in one.wires]
            if one.turn is not None:
                _join(waiting[wires[0]], one.turn)
            elif one.channel is not None:
                turns = (waiting[wires[0]], waiting[wires[1]])
                waiting[wires[0]], waiting[wires[1]] = [], []
                found.append(((wires[0], wires[1]), turns, one.channel))
        for first in range(0, N_QUBITS, 2):
            second = (first + 1) % N_QUBITS
            turns = (waiting[first], waiting[second] if second else [])
            found.append(((first, second), turns, np.eye(16)))
        return found

    def read(self) -> NDArray[np.float64]:
        """Return what is read of each qubit, as ``constant + factor * Z``; ``(2, 5)``."""
        flips = self.placed.flips()[:, self.circuit.end]
        return np.stack((flips[1] - flips[0], 1.0 - flips[0] - flips[1]))

    def read_wires(self) -> list[int]:
        """Return on which wire, by the names at the start, each qubit is read."""
        name = {place: qubit for qubit, place in enumerate(self.circuit.start)}
        return [name[place] for place in self.circuit.end]


def _join(chain: list[Turn], turn: Turn) -> None:
    """Let a turn follow a qubit's others; a fixed one melts into its neighbour."""
    if chain and turn[1] < 0:
        parts, weight = chain[-1]
        chain[-1] = (turn[0][0] @ parts, weight)
    elif chain and chain[-1][1] < 0:
        chain[-1] = (turn[0] @ chain[-1][0][0], turn[1])
    else:
        chain.append(turn)
