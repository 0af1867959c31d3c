"""Real devices: what their calibrations say, and the study's circuits routed onto their maps.

Read from a table that ``packaging/device_table.py`` made of public snapshots. A *shape* is a tree
of five qubits that such maps have; a circuit *starts* with its qubits in some places of the shape
and *ends* with them in others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import TrainingError
from nmrquanv.guarded import read_json
from nmrquanv.models.circuits import CNOT
from nmrquanv.paths import resource

FILE = "training/devices.json"
LAYERS = 3
"""Of the routed circuits: as many as all others of the study have."""


@dataclass(frozen=True, slots=True)
class Routed:
    """A circuit on a shape.

    Parameters
    ----------
    gates : list of [kind, qubit, second qubit, weight, angle]
        A weight of -1 is a fixed angle (rad) or an entangler.
    start, end : list of int
        Place of each of the circuit's qubits before and after it.
    """

    gates: list[tuple[int, int, int, int, float]]
    start: list[int]
    end: list[int]

    @property
    def entanglers(self) -> int:
        """How many gates of two qubits it has."""
        return sum(row[0] >= CNOT for row in self.gates)


@dataclass(frozen=True, slots=True)
class RoutedPair:
    """An ansatz on a shape, and the state preparation that ends where it starts."""

    ansatz: Routed
    preparation: Routed


@dataclass(frozen=True, slots=True)
class Placed:
    """Five qubits of a device, in the order of the shape.

    Parameters
    ----------
    shape : str
    qubits : list of int
        Their numbers on the device.
    t1_us, t2_us : list of float
    error_1q : list of float
        Of one pulse (sx).
    duration_1q_ns : list of float
    read_1_for_0, read_0_for_1 : list of float
        Probabilities to read a bit wrong.
    pairs : list of [qubit, qubit, error, duration in ns]
        Of the entangler, on each edge of the shape.
    """

    shape: str
    qubits: list[int]
    t1_us: list[float]
    t2_us: list[float]
    error_1q: list[float]
    duration_1q_ns: list[float]
    read_1_for_0: list[float]
    read_0_for_1: list[float]
    pairs: list[tuple[int, int, float, float]]

    def flips(self) -> NDArray[np.float64]:
        """Return the probabilities to read 1 for 0 and 0 for 1, ``(2, 5)``."""
        return np.array([self.read_1_for_0, self.read_0_for_1])


@dataclass(frozen=True, slots=True)
class Device:
    """A device on the day of its calibration, with the best place for each ansatz."""

    date: str
    version: str
    entangler: str
    placed: dict[str, Placed]


@dataclass(frozen=True, slots=True)
class _Table:
    source: str
    circuits: dict[str, dict[str, RoutedPair]]
    devices: dict[str, Device]


@lru_cache(maxsize=1)
def _table() -> _Table:
    return read_json(resource(FILE), _Table)


def source() -> str:
    """Return where the calibrations are from."""
    return _table().source


def devices() -> dict[str, Device]:
    """Return all devices by name."""
    return _table().devices


def routed(ansatz: str, shape: str) -> RoutedPair:
    """Return an ansatz on a shape.

    Raises
    ------
    TrainingError
        It has not been routed; names those that have.
    """
    known = _table().circuits
    if ansatz not in known:
        raise TrainingError(f"no '{ansatz}' circuit is routed: there are {', '.join(known)}")
    return known[ansatz][shape]


def placed(device: str, ansatz: str) -> Placed:
    """Return the qubits of a device that suit an ansatz best.

    Raises
    ------
    TrainingError
        An unknown device or ansatz; names those that are known.
    """
    known = _table().devices
    if device not in known:
        raise TrainingError(f"no calibration of '{device}': there are {', '.join(known)}")
    routed(ansatz, "line")
    return known[device].placed[ansatz]
