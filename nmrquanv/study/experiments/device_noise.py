"""Experiment ``noise``: what a noisy circuit costs, and which ansatz suffers more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nmrquanv.statistics import Paired
from nmrquanv.study.circuits.noise_model import NOISE_PRESETS, NoiseModel
from nmrquanv.study.experiments.noise_losses import COMPARED, loss_panel, more_lost
from nmrquanv.study.report.methods import (
    ANSATZ_LABELS,
    F1,
    NOT_CORRECTED,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
)
from nmrquanv.study.report.summary import (
    Chart,
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
from nmrquanv.study.running.tiers import Tier

NAME = "noise"
QUESTION = (
    "If the last fifth of the training and the test run on a noisy circuit, how much is lost, and"
    " does the strongly entangling ansatz lose more than the two-design?"
)
NOISY_SHARE = 0.2
"""Share of the epochs under noise: 20 of 100."""

CHANNELS = {
    "depolarising": ("depolarising_1q", "depolarising_2q"),
    "amplitude damping": ("amplitude_damping",),
    "phase damping": ("phase_damping",),
    "readout flip": ("readout_flip",),
    "shots": ("shots",),
}
IDEAL = "ideal"


def single_channel(name: str) -> NoiseModel:
    """Return the middle strength's model with one kind of noise only."""
    middle = NOISE_PRESETS["middle"]
    return replace(NoiseModel(), **{field: getattr(middle, field) for field in CHANNELS[name]})


def models(tier: Tier) -> dict[str, NoiseModel]:
    """Return the noise models of a tier by name, strengths first."""
    strengths = {name: NOISE_PRESETS[name] for name in tier.noise_strengths}
    alone = {name: single_channel(name) for name in CHANNELS} if tier.has_single_channels else {}
    return strengths | alone


def cell(tier: Tier, ansatz: str, noise: str) -> Cell:
    """Return the runs of an ansatz under one noise model, or ideal."""
    changes: dict[str, Any] = {"ansatz": ansatz}
    if noise != IDEAL:
        changes["noise"] = models(tier)[noise].to_dict()
        changes["noisy_epochs"] = max(1, round(NOISY_SHARE * tier.sweep.epochs))
    return seeded(
        f"{ANSATZ_LABELS[ansatz]}, {noise}",
        tier.sweep_seeds,
        lambda seed: tiers.sweep(tier, "quanv", seed, **changes),
    )


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    names = (IDEAL, *models(tier))
    return runs_of(cell(tier, ansatz, name) for name in names for ansatz in COMPARED)


def lost(results: Results, tier: Tier, ansatz: str, noise: str) -> Paired | None:
    """Compare ideal with noisy, seed by seed: a positive difference is lost F1."""
    ideal, noisy = cell(tier, ansatz, IDEAL).specs, cell(tier, ansatz, noise).specs
    return results.pair(ideal, noisy, F1)


def lost_more(results: Results, tier: Tier, noise: str) -> Paired | None:
    """Compare what strongly entangling loses with what two-design loses, seed by seed."""
    first, second = ([cell(tier, a, n) for n in (IDEAL, noise)] for a in COMPARED)
    return more_lost(results, first, second)


def summarise(results: Results, tier: Tier) -> Summary:
    """Say what noise costs."""
    names = list(models(tier))
    shown = [cell(tier, a, n) for a in COMPARED for n in (IDEAL, *names)]
    title = f"Hard spectra, {tier.sweep.spectra:,} for training, {tier.sweep.epochs} epochs"
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        (
            _lost_table(results, tier),
            metric_table(title, results, shown),
            _parameter_table(tier),
        ),
        (_figure(results, tier),),
        (
            NOT_CORRECTED,
            "State preparation is taken as noiseless. On hardware it would dominate: amplitude"
            " embedding of 32 numbers takes dozens of two-qubit gates.",
            "The observables are pulled back through gates and channels once a step (Heisenberg"
            " picture); density matrices and PennyLane's default.mixed agree to 1e-6 (tests).",
            "The strengths are generic, superconducting-like and ours: the authors derived theirs"
            " from IBM back ends that we do not know.",
        ),
    )


def _answers(results: Results, tier: Tier) -> list[str]:
    said = []
    for name in tier.noise_strengths:
        both = [lost(results, tier, a, name) for a in COMPARED]
        more = lost_more(results, tier, name)
        if both[0] is None or both[1] is None or more is None:
            continue
        gap = more.difference
        verdict = "as far as these seeds tell the two lose alike"
        if gap.has_interval and gap.low > 0:
            verdict = "strongly entangling loses more"
        elif gap.has_interval and gap.high < 0:
            verdict = "two-design loses more"
        said.append(
            f"{name} noise costs strongly entangling {with_interval(both[0].difference, 3, '+')} of"
            f" F1 and two-design {with_interval(both[1].difference, 3, '+')}: {verdict}"
            f" ({p_value(more.p)})"
        )
    return [sentence(s) for s in said]


def _lost_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    for name in models(tier):
        both = [lost(results, tier, a, name) for a in COMPARED]
        more = lost_more(results, tier, name)
        rows.append(
            (
                name,
                *(with_interval(b.difference, 3, "+") if b else "–" for b in both),
                with_interval(more.difference, 3, "+") if more else "–",
                p_value(more.p) if more else "–",
                more.n if more else 0,
            )
        )
    return Table(
        "F1 at 4 points lost to noise (ideal minus noisy, seed by seed)",
        ("noise", "strongly entangling", "two-design", "difference", "paired t-test", "seeds"),
        tuple(rows),
        "Single kinds of noise are those of the middle strength alone.",
    )


def _parameter_table(tier: Tier) -> Table:
    names = tuple(NoiseModel().to_dict())
    rows = tuple(
        (name, *(f"{model.to_dict()[field]:g}" for field in names))
        for name, model in models(tier).items()
    )
    columns = ("noise", *(n.replace("_", " ") for n in names))
    return Table("Parameters: probability per gate, per readout; shots", columns, rows)


def _figure(results: Results, tier: Tier) -> Chart:
    panel = loss_panel(
        "What noise costs", list(models(tier)), lambda a, n: lost(results, tier, a, n)
    )
    return Chart("F1 lost to noise, mean and 95 % interval: above zero, noise does harm.", (panel,))
