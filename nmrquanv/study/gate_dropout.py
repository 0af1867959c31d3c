"""Experiment ``gate-dropout``: gates left out at random in training (the authors' question 2)."""

from __future__ import annotations

from nmrquanv.study import tiers
from nmrquanv.study.cells import F1, Cell, metric_table, missing_note, runs_of, seeded, series
from nmrquanv.study.results import Results
from nmrquanv.study.specs import RunSpec
from nmrquanv.study.summary import Figure, Panel, Summary, direction, sentence
from nmrquanv.study.tiers import Tier

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
    said = []
    helps, harms = [], []
    for c in dropped:
        comparison = results.pair(c.specs, plain.specs, F1)
        if comparison is None or not comparison.difference.has_interval:
            continue
        helps += [c.label] if comparison.difference.low > 0 else []
        harms += [c.label] if comparison.difference.high < 0 else []
        said.append(f"{c.label}: {direction(comparison, 'F1 with it', 'F1 without')}")
    if said:
        better = f"helps with {'; '.join(helps)}" if helps else "helps nowhere beyond chance"
        worse = f"harms with {'; '.join(harms)}" if harms else "harms nowhere beyond chance"
        said.insert(0, f"Gate dropout {better}, and {worse}")
    lines = tuple(
        series(k, results, [(p, cell(tier, k, p)) for p in (0.0, *tier.dropout_rates)])
        for k in KINDS
    )
    figure = Figure(
        "Mean F1 at 4 points on hard test spectra with 95 % intervals; all gates act in the test.",
        (Panel("Rate of gate dropout", "rate p", "F1 at 4 points", lines),),
    )
    title = f"Hard spectra, {tier.sweep.spectra:,} for training, {tier.sweep.epochs} epochs"
    return Summary(
        NAME,
        QUESTION,
        (*map(sentence, said), *missing_note(results, runs(tier))),
        (metric_table(title, results, [plain, *dropped]),),
        (figure,),
        (
            "Each comparison has an interval of its own: of many, one in twenty leaves zero out by"
            " chance.",
        ),
    )
