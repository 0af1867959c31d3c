"""The experiments of the study by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from nmrquanv.study.experiments import (
    ansatz,
    claims,
    convergence,
    entanglement,
    fine_steps,
    gate_dropout,
    ladder,
    overfitting,
    real_devices,
    real_spectra,
    robustness,
    scaling,
    trainability,
)
from nmrquanv.study.experiments import device_noise as noise
from nmrquanv.study.report.methods import F1, missing_note
from nmrquanv.study.report.summary import Summary
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import DEVICE_TEST, QUANV, RunSpec
from nmrquanv.study.running.tiers import Tier

ALL = "all"
APART = (
    robustness.NAME,
    ladder.NAME,
    real_devices.NAME,
    trainability.NAME,
    overfitting.NAME,
    fine_steps.NAME,
)
"""Not in "all": they take as long as the others together."""


class StudyExperiment(Protocol):
    """A question, its runs, and their answer."""

    NAME: str
    QUESTION: str

    def runs(self, tier: Tier) -> tuple[RunSpec, ...]:
        """Return the runs that it needs."""
        ...

    def summarise(self, results: Results, tier: Tier) -> Summary:
        """Answer from the runs that have finished."""
        ...


EXPERIMENTS: dict[str, StudyExperiment] = {
    module.NAME: module
    for module in (
        claims,
        ansatz,
        convergence,
        noise,
        gate_dropout,
        scaling,
        entanglement,
        real_spectra,
        robustness,
        ladder,
        real_devices,
        trainability,
        overfitting,
        fine_steps,
    )
}
"""In the order of a report: the table first."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How circuits are evaluated in training and test.

    Parameters
    ----------
    evaluator : "exact" | "parameter-shift" | "device" | "device-test"
    device : str
        PennyLane's name of a device.
    shots : int
        0 for exact expectations.
    options : tuple of (str, value)
        Of the device.
    """

    evaluator: str = "exact"
    device: str = ""
    shots: int = 0
    options: tuple[tuple[str, Any], ...] = ()

    def of(self, spec: RunSpec) -> RunSpec:
        """Return a run with its circuit evaluated so; runs without a circuit stay as they are.

        Runs under a noise model stay too: the model is an evaluation of its own.
        """
        if self.evaluator == "exact" or spec.front_end != QUANV or spec.noise:
            return spec
        return replace(
            spec,
            evaluator=self.evaluator,
            device=self.device,
            shots=self.shots,
            device_options=self.options,
        )

    def words(self) -> str:
        """Say it, for a report."""
        if self.evaluator == "exact":
            return "exactly, on the unitary"
        if self.evaluator == "parameter-shift":
            return "on the unitary, with gradients by the parameter-shift rule"
        shots = "".join(f", {name} {value}" for name, value in self.options)
        shots += f", {self.shots} shots" if self.shots else ""
        if self.evaluator == DEVICE_TEST:
            return f"exactly in training, on the PennyLane device {self.device}{shots} in the test"
        return f"on the PennyLane device {self.device}{shots}, gradients by parameter-shift"


def chosen(name: str) -> tuple[str, ...]:
    """Return the experiments that a name on the command line stands for."""
    return tuple(n for n in EXPERIMENTS if n not in APART) if name == ALL else (name,)


def summarised(name: str, results: Results, tier: Tier) -> Summary:
    """Return an experiment's answer; of a tier that is too brief to judge, what it reached."""
    summary = EXPERIMENTS[name].summarise(results, tier)
    if tier.can_judge:
        return summary
    reached = results.values(EXPERIMENTS[name].runs(tier), F1)
    told = "nothing has finished yet"
    if reached:
        told = f"F1 at 4 points is {min(reached):.2f} to {max(reached):.2f}"
    said = (
        f"The {tier.name} tier trains too briefly to learn: it shows that everything runs, and no"
        f" conclusions are drawn ({told}).",
        *missing_note(results, EXPERIMENTS[name].runs(tier)),
    )
    return replace(summary, answer=said)


def all_runs(names: Iterable[str], tier: Tier) -> tuple[RunSpec, ...]:
    """Return the runs of several experiments, each once."""
    found = (spec for name in names for spec in EXPERIMENTS[name].runs(tier))
    return tuple(dict.fromkeys(found))
