"""Experiment ``gate-dropout``: gates left out at random in training (the authors' question 2)."""

from __future__ import annotations

from nmrquanv.statistics import Paired, holm
from nmrquanv.study.report.methods import (
    F1,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
    series,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
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

Compared = list[tuple[Cell, Paired | None]]

_CERTAIN = 0.05

NAME = "gate-dropout"
QUESTION = (
    "Does leaving out gates of the circuit at random in training, as dropout leaves out neurons,"
    " make the QuanvNN better?"
)
KINDS = {
    "rotations": ("rotations",),
    "entanglers": ("entanglers",),
    "rotations and entanglers": ("rotations", "entanglers"),
}


def cell(tier: Tier, kind: str, rate: float) -> Cell:
    """Return the runs of one kind and rate; a rate of 0 is the plain QuanvNN."""
    dropout = {name: rate if name in KINDS[kind] else 0.0 for name in ("rotations", "entanglers")}
    changes = {"dropout": dropout} if rate else {}
    return seeded(
        f"{kind}, p = {rate:g}" if rate else "no gate dropout",
        tier.sweep_seeds,
        lambda seed: tiers.sweep(tier, "quanv", seed, **changes),
    )


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(cell(tier, k, p) for k in KINDS for p in (0.0, *tier.dropout_rates))


def summarise(results: Results, tier: Tier) -> Summary:
    """Compare each kind and rate with no gate dropout."""
    plain = cell(tier, "rotations", 0.0)
    dropped = [cell(tier, k, p) for k in KINDS for p in tier.dropout_rates]
    compared = [(c, results.pair(c.specs, plain.specs, F1)) for c in dropped]
    lines = tuple(
        series(k, results, [(p, cell(tier, k, p)) for p in (0.0, *tier.dropout_rates)])
        for k in KINDS
    )
    figure = Chart(
        "Mean F1 at 4 points on hard test spectra with 95 % intervals; all gates act in the test.",
        (Panel("Rate of gate dropout", "rate p", "F1 at 4 points", lines),),
    )
    title = f"Hard spectra, {tier.sweep.spectra:,} for training, {tier.sweep.epochs} epochs"
    return Summary(
        NAME,
        QUESTION,
        (*_answers(compared), *missing_note(results, runs(tier))),
        (_difference_table(compared), metric_table(title, results, [plain, *dropped])),
        (figure,),
        (
            "P-values: paired t-test, corrected for all comparisons of the table (Holm); intervals"
            " are not.",
        ),
    )


def _answers(compared: Compared) -> list[str]:
    tested = _corrected(compared)
    known = [(c.label, p.difference) for c, p, _ in tested if p.difference.has_interval]
    if not known:
        return []
    certain = [(c.label, p.difference.mean) for c, p, value in tested if value < _CERTAIN]
    helps = [label for label, change in certain if change > 0]
    harms = [label for label, change in certain if change < 0]
    better = f"helps with {_named(helps, len(known))}" if helps else "helps nowhere beyond chance"
    worse = f"harms with {_named(harms, len(known))}" if harms else "harms nowhere beyond chance"
    best, gain = max(known, key=lambda x: x[1].mean)
    return [
        sentence(f"Gate dropout {better}, and {worse}"),
        sentence(
            f"The best of {len(known)} settings, {best}, changes F1 by"
            f" {with_interval(gain, 3, '+')}, before any correction"
        ),
    ]


def _corrected(compared: Compared) -> list[tuple[Cell, Paired, float]]:
    """Return what has finished, with p corrected for all comparisons (Holm)."""
    known = [(c, pair) for c, pair in compared if pair is not None]
    corrected = holm([pair.p for _, pair in known])
    return [(c, pair, p) for (c, pair), p in zip(known, corrected, strict=True)]


def _named(labels: list[str], count: int) -> str:
    return f"all {count} settings" if len(labels) == count else "; ".join(labels)


def _difference_table(compared: Compared) -> Table:
    rows = tuple(
        (c.label, with_interval(pair.difference, 3, "+"), p_value(pair.p), p_value(p), pair.n)
        for c, pair, p in _corrected(compared)
    )
    columns = ("gates left out", "change of F1 at 4 points", "paired t-test", "corrected", "seeds")
    return Table("With gate dropout against without, seed by seed", columns, rows)
