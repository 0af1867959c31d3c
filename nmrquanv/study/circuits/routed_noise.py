"""The quanvolution on a calibrated device: routed, timed, read with its errors, and mitigated.

Two mitigations: the readout's errors inverted, which they can be as they are known; and the limit
of no noise, from the circuit as it is and with every entangler three times, along a straight line
(*zero-noise extrapolation*). Both make the shots' scatter larger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, cast

import numpy as np
import torch
from torch import Tensor

from nmrquanv.errors import TrainingError
from nmrquanv.models.circuits import EMPTY, N_QUBITS, Ansatz, Gates, gates
from nmrquanv.models.quanvolution import Evaluator
from nmrquanv.study.circuits.calibrations import LAYERS, placed, routed
from nmrquanv.study.circuits.noise_channels import (
    NoisyEvaluator,
    noisy_expectations,
    pulled_back,
)
from nmrquanv.study.circuits.noise_model import NoiseModel
from nmrquanv.study.circuits.pauli_transfer import (
    STRINGS,
    TransferProgram,
    pack,
    pauli_z,
    real_matrices,
)
from nmrquanv.study.circuits.preparation import preparation_angles
from nmrquanv.study.circuits.routed_program import Noisy, Operation

Mitigation = Literal["none", "readout", "extrapolation", "both"]
MITIGATIONS: tuple[Mitigation, ...] = ("none", "readout", "extrapolation", "both")

_FOLDS = 3
_AT_ONE, _AT_THREE = 1.5, -0.5  # the straight line through 1 and 3, at 0
_BLOCK = 512


@lru_cache(maxsize=16)
def noisy_circuit(device: str, ansatz: str, folds: int = 1) -> Noisy:
    """Return an ansatz where it suits a device best."""
    where = placed(device, ansatz)
    return Noisy(routed(ansatz, where.shape).ansatz, where, folds)


@lru_cache(maxsize=16)
def _program(device: str, ansatz: str, folds: int) -> TransferProgram:
    return pack([noisy_circuit(device, ansatz, folds).blocks()])


def _read(circuit: Noisy) -> Tensor:
    """Return what is measured, with the readout's errors, as coefficients of strings."""
    constant, factor = circuit.read()
    strings = pauli_z()[:, circuit.read_wires()] * factor
    strings[0] = constant
    return torch.from_numpy(strings)


def device_strings(device: str, ansatz: str, weights: Tensor, folds: int = 1) -> Tensor:
    """Pull what is read of each qubit back to the start of the ansatz; ``(circuits, 1024, 5)``.

    Parameters
    ----------
    device, ansatz : str
    weights : (circuits, n_weights), rad
        Differentiable.
    folds : int
        1, or 3 for entanglers three times as noisy.
    """
    program = _program(device, ansatz, folds).to(weights.device)
    read = _read(noisy_circuit(device, ansatz, folds))
    found = [pulled_back(program, one[None], read) for one in weights]
    return torch.cat(found)


@dataclass(slots=True)
class DeviceNoiseEvaluator:
    """Evaluate a layer on a calibrated device: ``layer.evaluator = DeviceNoiseEvaluator(...)``.

    Parameters
    ----------
    device : str
    ansatz : str
    shots : int
        Behind each expectation; 0 for infinitely many. Shared out when the noise is extrapolated.
    mitigation : str
        One of :data:`MITIGATIONS`.
    seed : int
        Of the shots.
    has_noisy_preparation : bool
        Also prepare each stretch by noisy gates: some milliseconds for each, without gradients.
    """

    device: str
    ansatz: str
    shots: int = 0
    mitigation: Mitigation = "none"
    seed: int = 0
    has_noisy_preparation: bool = False
    _generator: torch.Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        placed(self.device, self.ansatz)
        if self.mitigation not in MITIGATIONS:
            raise TrainingError(f"no mitigation '{self.mitigation}': {', '.join(MITIGATIONS)}")
        self._generator = torch.Generator().manual_seed(self.seed)

    def evaluate(self, stretches: Tensor, tables: list[Gates], weights: Tensor) -> Tensor:
        """Evaluate all circuits on all stretches; see :class:`~.quanvolution.Evaluator`.

        Raises
        ------
        TrainingError
            The circuits are not the ones that were routed.
        """
        wanted = gates(cast(Ansatz, self.ansatz), LAYERS)
        if any(table.shape != wanted.shape or (table != wanted).any() for table in tables):
            raise TrainingError(f"only {self.ansatz} circuits of {LAYERS} layers are routed")
        if self.mitigation in ("extrapolation", "both"):
            plain = self._measured(stretches, weights, 1, self.shots // 2)
            worse = self._measured(stretches, weights, _FOLDS, self.shots // 2)
            found = _AT_ONE * plain + _AT_THREE * worse
        else:
            found = self._measured(stretches, weights, 1, self.shots)
        if self.mitigation in ("readout", "both"):
            found = self._without_readout(found, stretches)
        return found

    def _measured(self, stretches: Tensor, weights: Tensor, folds: int, shots: int) -> Tensor:
        strings = device_strings(self.device, self.ansatz, weights, folds)
        if self.has_noisy_preparation:
            states = noisy_states(self.device, self.ansatz, stretches.detach().cpu().numpy())
            means = torch.einsum("ns,csq->ncq", torch.from_numpy(states), strings.detach().cpu())
            is_empty = stretches.square().sum(dim=1, keepdim=True) <= EMPTY
            values = means.flatten(1).to(stretches).masked_fill(is_empty, 0.0)
            return _shot(values, shots, self._generator)
        return noisy_expectations(stretches, real_matrices(strings), shots, self._generator)

    def _without_readout(self, found: Tensor, stretches: Tensor) -> Tensor:
        constant, factor = noisy_circuit(self.device, self.ansatz).read()
        repeat = found.shape[1] // N_QUBITS
        offset, scale = (torch.from_numpy(x).to(found).tile(repeat) for x in (constant, factor))
        is_empty = stretches.square().sum(dim=1, keepdim=True) <= EMPTY
        return ((found - offset) / scale).masked_fill(is_empty, 0.0)


def _shot(means: Tensor, shots: int, generator: torch.Generator) -> Tensor:
    if not shots:
        return means
    ones = (0.5 + 0.5 * means.double()).clamp(0.0, 1.0).cpu()
    counts = torch.binomial(torch.full_like(ones, shots), ones, generator=generator)
    return ((2.0 / shots) * counts - 1.0).to(means)


def noisy_states(device: str, ansatz: str, stretches: Any) -> Any:
    """Prepare stretches by noisy gates; their density matrices in the basis of Pauli strings.

    Parameters
    ----------
    device, ansatz : str
        The preparation ends on the places where the ansatz starts.
    stretches : (n, 32) float array

    Returns
    -------
    (n, 1024) float64
        Expectations of all strings; qubits in the ansatz's order.
    """
    where = placed(device, ansatz)
    circuit = routed(ansatz, where.shape).preparation
    steps = list(Noisy(circuit, where).operations())
    angles = preparation_angles(np.asarray(stretches, dtype=np.float64))
    parts = [
        _prepared(steps, angles[i : i + _BLOCK], circuit.end) for i in range(0, len(angles), _BLOCK)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, STRINGS))


def _prepared(steps: list[Operation], angles: Any, end: list[int]) -> Any:
    """Return the strings after the steps, from all qubits in the state 0."""
    count = len(angles)
    state = np.zeros((count, *(4,) * N_QUBITS))
    corner = np.ix_(range(count), *([0, 3],) * N_QUBITS)
    state[corner] = 1.0  # I and Z of every qubit
    for step in steps:
        axes = [1 + w for w in step.wires]
        front = np.moveaxis(state, axes, range(1, 1 + len(axes)))
        flat = front.reshape(count, 4 ** len(axes), -1)
        if step.turn is not None:
            parts, weight = step.turn
            turn = parts[0][None]
            if weight >= 0:
                angle = angles[:, weight, None, None]
                turn = parts[0] + np.cos(angle) * parts[1] + np.sin(angle) * parts[2]
            flat = turn @ flat
        elif step.channel is not None:
            flat = step.channel @ flat
        state = np.moveaxis(flat.reshape(front.shape), range(1, 1 + len(axes)), axes)
    return np.ascontiguousarray(state.transpose(0, *(1 + p for p in end))).reshape(count, STRINGS)


def noisy_evaluator(values: Mapping[str, Any], ansatz: str, seed: int, **options: Any) -> Evaluator:
    """Return the evaluator of a run's noise: a model's parameters, or a device and its shots.

    Parameters
    ----------
    values : mapping
        Of a :class:`NoiseModel`, or ``device`` and ``shots``.
    ansatz : str
    seed : int
    **options
        Of a :class:`DeviceNoiseEvaluator`.
    """
    if "device" not in values:
        return NoisyEvaluator(NoiseModel.from_dict(values), seed=seed)
    return DeviceNoiseEvaluator(
        str(values["device"]), ansatz, int(values.get("shots", 0)), seed=seed, **options
    )
