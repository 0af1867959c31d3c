"""Noise of a quantum device as a few numbers; :mod:`.noise_channels` says what it does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """Noise of a device; the default has none.

    Parameters
    ----------
    depolarising_1q : float in [0, 3/4]
        After each rotation: probability of a Pauli error, each of X, Y, Z with a third of it
        (``pennylane.DepolarizingChannel``).
    depolarising_2q : float in [0, 15/16]
        After each entangler, jointly on its two wires: each of the 15 Pauli errors with a fifteenth
        of it.
    amplitude_damping, phase_damping : float in [0, 1]
        After each gate, on each of its wires, after the depolarising
        (``pennylane.AmplitudeDamping`` and then ``PhaseDamping``).
    readout_flip : float in [0, 1/2]
        Probability that a measured bit is read wrong, either way: Z counts ``1 - 2 p`` as much.
    shots : int, >= 0
        Repetitions behind each expectation; 0 for infinitely many.

    Raises
    ------
    ValueError
        A value outside its range.
    """

    depolarising_1q: float = 0.0
    depolarising_2q: float = 0.0
    amplitude_damping: float = 0.0
    phase_damping: float = 0.0
    readout_flip: float = 0.0
    shots: int = 0

    def __post_init__(self) -> None:
        limits = (3 / 4, 15 / 16, 1.0, 1.0, 1 / 2, math.inf)
        for known, limit in zip(fields(self), limits, strict=True):
            value = getattr(self, known.name)
            if not 0 <= value <= limit:
                raise ValueError(f"{known.name} must be in [0, {limit:g}], got {value}")

    def to_dict(self) -> dict[str, float]:
        """Return the parameters as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> NoiseModel:
        """Read what :meth:`to_dict` wrote; absent ones are zero.

        Raises
        ------
        ValueError
            A name that is no parameter, or a value outside its range.
        """
        unknown = set(values) - {known.name for known in fields(cls)}
        if unknown:
            raise ValueError(f"unknown parameters of a noise model: {', '.join(sorted(unknown))}")
        return cls(**values)


#: Three strengths of noise like that of superconducting devices: ours, not those of any one
#: device, nor the paper's, which does not give its own. An entangler is about ten times as noisy
#: as a rotation, and damping is the ratio of a gate's duration to T1 and T2, taken alike for all.
NOISE_PRESETS: Mapping[str, NoiseModel] = MappingProxyType(
    {
        "weak": NoiseModel(2e-4, 2e-3, 2e-4, 2e-4, 0.01, 8192),
        "middle": NoiseModel(5e-4, 8e-3, 1e-3, 1e-3, 0.02, 4096),
        "strong": NoiseModel(2e-3, 2.5e-2, 4e-3, 4e-3, 0.05, 1024),
    }
)
