"""How long runs take, told before they start.

Seconds of one core of an ordinary machine, measured once; while a study runs, the ratio of what
its runs took to what was said corrects the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from nmrquanv.study.running.specs import DEVICE_TEST, RunSpec

if TYPE_CHECKING:
    from nmrquanv.study.circuits.devices import Cost

_START = 0.3  # in a process that has run before
_PER_SPECTRUM_MADE = 1.2e-4
_HELD_OUT = 2000
_VALIDATION_SHARE = 0.4
"""What a validation spectrum costs in an epoch, of a training spectrum."""
# Milliseconds for one training spectrum in one epoch.
_STEP_MS = {
    "quanv": 0.12,
    "cnn": 0.06,
    "cnn_normalised": 0.08,
    "quadratic": 0.18,
    "low_rank": 0.08,
    "free_unitary": 0.16,
}
_DENSE_MS = {"quanv": 3.4, "cnn": 2.1, "cnn_normalised": 2.2, "quadratic": 3.0}
_FROZEN, _DROPOUT, _NOISY, _ROUTED = 0.65, 1.15, 3.3, 5.0
_PER_PEAK = 0.02
_PER_CHANNEL = 0.15
_SLOTS = 5
_DENSE_CIRCUITS = 4
_SHIFT_RULE = 20.0
_MEASURES = {
    "entanglement": 2.5,
    "real": 2.0,
    "predictions": 0.1,
    "mitigation": 8.0,
    "trainability": 8.0,
}
_PICKER = 4.0
CIRCUIT_S = 1e-3
"""What a circuit takes on a PennyLane device, as long as none has run: a simulator's order."""

_CHECKPOINTS = 2


def seconds(spec: RunSpec) -> float:
    """Return how long a run takes on one core, seconds, with :data:`CIRCUIT_S` on a device."""
    on_device = CIRCUIT_S * device_cost([spec]).circuits if spec.device else 0.0
    made = _START + _PER_SPECTRUM_MADE * (spec.spectra + _HELD_OUT)
    if not spec.is_network:
        return made + _PICKER
    step = (_DENSE_MS if spec.head == "dense" else _STEP_MS)[spec.front_end]
    step *= 1.0 if spec.is_trainable else _FROZEN
    step *= 1.0 + _PER_CHANNEL * (float(spec.choice("channels")) - _SLOTS)
    step *= float(spec.choice("field")) / 32 if spec.front_end == "quanv" else 1.0
    step *= _DROPOUT if spec.dropout else 1.0
    step *= _SHIFT_RULE if spec.evaluator == "parameter-shift" else 1.0
    step *= 1.0 + _PER_PEAK * (spec.chosen_preset().max_peaks - _SLOTS)
    slower = _ROUTED if "device" in (spec.noise or {}) else _NOISY
    noisy = (slower - 1.0) * spec.noisy_epochs if spec.noise else 0.0
    per_epoch = spec.spectra + _VALIDATION_SHARE * _HELD_OUT / 2
    measured = sum(_MEASURES[m] for m in spec.measures)
    return on_device + made + measured + step * (spec.epochs + noisy) * per_epoch / 1000


def total_seconds(specs: Iterable[RunSpec]) -> float:
    """Return the core seconds of runs, each counted once."""
    return sum({s.key(): seconds(s) for s in specs}.values())


def device_cost(specs: Iterable[RunSpec]) -> Cost:
    """Return the circuits and shots that runs by parameter-shift ask of a device, at most."""
    from nmrquanv.models.circuits import KERNEL, Ansatz, weight_count
    from nmrquanv.study.circuits.devices import Cost
    from nmrquanv.study.circuits.evaluators import cost
    from nmrquanv.study.data.datasets import POINTS

    total = Cost(0, 0)
    for spec in specs:
        if spec.evaluator == "exact":
            continue
        circuits = 1 if spec.head == "slots" else _DENSE_CIRCUITS
        positions = POINTS - KERNEL + 1 if spec.head == "slots" else 2 * POINTS
        weights = weight_count(cast(Ansatz, spec.ansatz), spec.n_layers)
        one = cost(1, positions, weights, spec.shots, False)
        if spec.evaluator == DEVICE_TEST:
            total += one.times(_CHECKPOINTS * spec.tested * circuits)
            continue
        step = cost(1, positions, weights, spec.shots, spec.is_trainable).times(spec.spectra)
        check = one.times(spec.held_out)
        tests = check.times(2 * _CHECKPOINTS)
        total += (step + check).times(spec.epochs * circuits) + tests.times(circuits)
    return total


@dataclass(slots=True)
class Pace:
    """How fast this machine is, learnt from the runs that have finished.

    Starts from a minute that took as long as was said, so that one short run decides little.
    """

    said: float = 60.0
    took: float = 60.0

    def learn(self, spec: RunSpec, took: float) -> None:
        """Take note of a finished run."""
        self.said += seconds(spec)
        self.took += took

    @property
    def factor(self) -> float:
        """What a run takes here, over what was said."""
        return self.took / self.said

    def seconds(self, spec: RunSpec) -> float:
        """Return how long a run takes here."""
        return seconds(spec) * self.factor
