"""Experiment ``ladder``: what each step from a frozen circuit to a free filter adds.

The entanglers, the circuit and the nonlinearity are each taken out or put in, all else being equal:
an intervention, where a correlation could only hint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nmrquanv.statistics import Paired, holm
from nmrquanv.study.report.methods import (
    F1,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
    series_of,
)
from nmrquanv.study.report.power import power, told
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Row,
    Summary,
    Table,
    p_value,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import DIFFICULTIES, Tier

NAME = "ladder"
QUESTION = (
    "From a frozen circuit to a free quadratic filter, and from a small convolution to the CNN:"
    " what do entanglers, circuit, nonlinearity and normalisation each add?"
)


@dataclass(frozen=True, slots=True)
class Rung:
    """A front end of the ladder.

    Parameters
    ----------
    label : str
    front_end : str
        As :func:`nmrquanv.study.running.tiers.sweep` takes it.
    changes : dict
        Of the run's other values.
    """

    label: str
    front_end: str
    changes: dict[str, Any]


RUNGS = {
    "frozen": Rung("frozen circuit", "quanv_frozen", {}),
    "product": Rung("circuit without entanglers", "quanv", {"ansatz": "product"}),
    "quanv": Rung("QuanvNN", "quanv", {}),
    "unitary": Rung("free unitary", "free_unitary", {}),
    "low_rank": Rung("quadratic filter of rank two", "low_rank", {}),
    "quadratic": Rung("free quadratic filter", "quadratic", {}),
    "cnn_small": Rung("CNN of 45 parameters", "cnn", {"choices": (("kernel", 8),)}),
    "cnn_normalised": Rung("CNN on normalised windows", "cnn_normalised", {}),
    "cnn": Rung("CNN", "cnn", {}),
    "cnn_norm": Rung("CNN with batch norm", "cnn", {"choices": (("batch_norm", 1),)}),
}


@dataclass(frozen=True, slots=True)
class Step:
    """From one rung to another: what is put in, in words."""

    what: str
    start: str
    end: str


STEPS = (
    Step("learning the angles", "frozen", "quanv"),
    Step("the entanglers", "product", "quanv"),
    Step("any unitary in the circuit's place", "quanv", "unitary"),
    Step("any symmetric matrix in the unitary's place", "unitary", "quadratic"),
    Step("full rank", "low_rank", "quadratic"),
    Step("squares in place of ReLU, both normalised", "cnn_normalised", "low_rank"),
    Step("normalising the windows", "cnn", "cnn_normalised"),
    Step("a longer kernel", "cnn_small", "cnn"),
    Step("batch normalisation", "cnn", "cnn_norm"),
    Step("the circuit in place of the convolution", "cnn", "quanv"),
    Step("the same with as many parameters", "cnn_small", "quanv"),
    Step("the same against the CNN with batch norm", "cnn_norm", "quanv"),
    Step("the same against the CNN on normalised windows", "cnn_normalised", "quanv"),
    Step("a free quadratic filter in the circuit's place", "quanv", "quadratic"),
)
ASKED = {
    "QuanvNN or CNN?": STEPS[9],
    "Entanglement?": STEPS[1],
    "This circuit rather than any unitary?": STEPS[2],
    "A circuit rather than any quadratic filter?": STEPS[13],
    "The nonlinearity?": STEPS[5],
    "Normalisation?": STEPS[6],
    "And once both are normalised?": STEPS[12],
    "With as many parameters?": STEPS[10],
    "With batch norm?": STEPS[11],
}
"""The questions that the ladder answers, by the step that answers each."""

EFFECT = 0.05
"""Change of F1 that the power is told for: about what taking the entanglers out is said to cost."""

_CERTAIN = 0.05


@dataclass(frozen=True, slots=True)
class Taken:
    """A step on one preset: its gain of F1, and p corrected for all steps of the table.

    ``power``: the chance that so many seeds show a gain of :data:`EFFECT`, were it there.
    """

    step: Step
    preset: str
    gain: Paired
    p: float

    @property
    def power(self) -> float:
        """See above; not corrected for other steps."""
        return power(self.gain.difference, EFFECT)


def cell(tier: Tier, name: str, preset: str) -> Cell:
    """Return the runs of a rung on a preset."""
    rung = RUNGS[name]
    return seeded(
        rung.label,
        tier.ladder_seeds,
        lambda seed: tiers.sweep(tier, rung.front_end, seed, preset=preset, **rung.changes),
    )


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(cell(tier, name, preset) for preset in DIFFICULTIES for name in RUNGS)


def taken(results: Results, tier: Tier) -> tuple[Taken, ...]:
    """Return every step on every preset whose runs have finished, corrected together (Holm)."""
    found = []
    for preset in DIFFICULTIES:
        for step in STEPS:
            start, end = (cell(tier, n, preset).specs for n in (step.start, step.end))
            gain = results.pair(end, start, F1)
            if gain is not None and gain.n >= min(3, tier.ladder_seeds):
                found.append((step, preset, gain))
    corrected = holm([gain.p for _, _, gain in found])
    return tuple(Taken(*f, p) for f, p in zip(found, corrected, strict=True))


def summarise(results: Results, tier: Tier) -> Summary:
    """Say what each step adds."""
    steps = taken(results, tier)
    tables = [_step_table(preset, steps) for preset in DIFFICULTIES]
    size = f"{tier.sweep.spectra:,} for training, {tier.sweep.epochs} epochs"
    tables += [
        metric_table(f"{preset.capitalize()} spectra ({size})", results, compared)
        for preset in DIFFICULTIES
        if results.finished(runs_of(compared := [cell(tier, n, preset) for n in RUNGS]))
    ]
    return Summary(
        NAME,
        QUESTION,
        (*_answers(steps), *missing_note(results, runs(tier))),
        tuple(t for t in tables if t.rows),
        (_figure(steps),) if steps else (),
        (
            "All front ends have five channels, the same head, data, order and rate; both ends of a"
            " step are paired seed by seed.",
            "A frozen circuit keeps its random angles. Rank two: one square added, one taken away."
            " Without entanglers each qubit is turned by itself.",
            f"P-values: paired t-test, corrected for all {len(STEPS) * len(DIFFICULTIES)} steps"
            f" (Holm). Power: the chance that so many seeds show a change of {EFFECT:g}, were it"
            " there; not corrected.",
        ),
    )


def _answers(steps: tuple[Taken, ...]) -> list[str]:
    said = []
    for question, step in ASKED.items():
        known = [t for t in steps if t.step is step]
        told = "; ".join(
            f"{t.preset} {with_interval(t.gain.difference, 3, '+')}, {_word(t)}" for t in known
        )
        if told:
            said.append(f"{question} Putting in {step.what} changes F1 (4 points): {told}.")
    return said


def _word(one: Taken) -> str:
    if not one.p < _CERTAIN:
        return "within chance"
    return f"{'better' if one.gain.difference.mean > 0 else 'worse'}, {p_value(one.p)}"


def _step_table(preset: str, steps: tuple[Taken, ...]) -> Table:
    rows: list[Row] = [
        (
            t.step.what,
            RUNGS[t.step.start].label,
            RUNGS[t.step.end].label,
            t.gain.n,
            with_interval(t.gain.difference, 3, "+"),
            p_value(t.p),
            told(t.power),
            sentence(_word(t).split(",")[0]),
        )
        for t in steps
        if t.preset == preset
    ]
    columns = ("put in", "from", "to", "seeds", "F1, 4 pt", "p, corrected", "power", "")
    return Table(f"What each step adds, {preset} spectra", columns, tuple(rows))


def _figure(steps: tuple[Taken, ...]) -> Chart:
    lines = []
    for shift, preset in zip((-0.15, 0.0, 0.15), DIFFICULTIES, strict=True):
        known = [(STEPS.index(t.step) + shift, t.gain.difference) for t in steps]
        known = [k for k, t in zip(known, steps, strict=True) if t.preset == preset]
        lines.append(series_of(preset, known, "points"))
    ticks = tuple(s.what for s in STEPS)
    panel = Panel("What each step adds", "", "change of F1", tuple(lines), ticks, True)
    return Chart("Gain of F1 at 4 points by each step, mean and 95 % interval.", (panel,))
