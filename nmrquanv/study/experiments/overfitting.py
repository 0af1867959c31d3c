"""Experiment ``overfitting``: so few spectra that networks do overfit.

With thousands of spectra nothing diverges within the authors' epochs, which leaves the claims on
divergence and on gate dropout untested. Here they are tested where they could show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from nmrquanv.statistics import Estimate, Paired, holm, t_test
from nmrquanv.study.experiments import convergence
from nmrquanv.study.report.methods import (
    F1,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
    series_of,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Row,
    Summary,
    Table,
    p_value,
    percent,
    sentence,
    with_interval,
)
from nmrquanv.study.report.verdicts import on_divergence
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "overfitting"
QUESTION = (
    "Where training spectra are so few that networks overfit: does the CNN's validation loss rise"
    " while the QuanvNN's does not, and does gate dropout help there?"
)
DROPOUT = {"rotations": 0.1, "entanglers": 0.1}
KINDS = {"quanv": "QuanvNN", "cnn": "CNN", "dropout": "QuanvNN with gate dropout"}
_CERTAIN = 0.05


@dataclass(frozen=True, slots=True)
class Few:
    """What was found with so many training spectra.

    Parameters
    ----------
    spectra : int
    rises : tuple of Estimate or None
        Relative rise of the validation loss of QuanvNN, CNN, QuanvNN with gate dropout.
    helps : Paired or None
        F1 with gate dropout against without, last epoch.
    p : float
        Of that, corrected for all sizes (Holm).
    p_rise : float
        Of the CNN's rise, corrected alike.
    """

    spectra: int
    rises: tuple[Estimate | None, ...]
    helps: Paired | None
    p: float
    p_rise: float = math.nan

    @property
    def verdict(self) -> str:
        """The verdict on who diverges, and whether it is lost among so many sizes."""
        quanv, cnn, _ = self.rises
        found = on_divergence(cnn, quanv)
        is_lost = found.word == "reproduced" and not self.p_rise < _CERTAIN
        return f"{found}; within chance once corrected" if is_lost else str(found)


def cell(tier: Tier, kind: str, spectra: int) -> Cell:
    """Return the runs of a kind of network on so many spectra."""
    changes = {"dropout": DROPOUT} if kind == "dropout" else {}
    front_end = "cnn" if kind == "cnn" else "quanv"

    def make(seed: int) -> RunSpec:
        spec = tiers.sweep(tier, front_end, seed, **changes)
        return replace(spec, spectra=spectra, epochs=tier.few_epochs, measures=())

    return seeded(f"{KINDS[kind]}, {spectra} spectra", tier.apart_seeds, make)


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(cell(tier, kind, n) for n in tier.few_spectra for kind in KINDS)


def found(results: Results, tier: Tier) -> tuple[Few, ...]:
    """Return what was found with each number of spectra."""
    pairs: list[tuple[int, tuple[Estimate | None, ...], Paired | None]] = []
    for n in tier.few_spectra:
        specs = {kind: cell(tier, kind, n).specs for kind in KINDS}
        rises = tuple(convergence.rises(results, specs[kind]) for kind in KINDS)
        # The last epoch: the best checkpoint would hide what overfitting does.
        helps = results.pair(specs["dropout"], specs["quanv"], F1, "last")
        pairs.append((n, rises, helps))
    helped = holm([math.nan if helps is None else helps.p for _, _, helps in pairs])
    risen = holm([math.nan if cnn is None else t_test(cnn) for _, (_, cnn, _), _ in pairs])
    return tuple(Few(*one, *p) for one, *p in zip(pairs, helped, risen, strict=True))


def summarise(results: Results, tier: Tier) -> Summary:
    """Say who overfits and what helps."""
    cells = [cell(tier, kind, n) for n in tier.few_spectra for kind in KINDS]
    title = f"Hard spectra, {tier.few_epochs} epochs, last epoch"
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        (_table(results, tier), metric_table(title, results, cells, "last")),
        (_figure(results, tier),),
        (
            "Rise: of the validation loss from 40 % of the epochs to the end. Gate dropout: a tenth"
            " of the rotations and of the entanglers. P-values, that of the CNN's rise too, are"
            " corrected for all sizes (Holm).",
        ),
    )


def _answers(results: Results, tier: Tier) -> list[str]:
    said = []
    for few in found(results, tier):
        quanv, cnn, _ = few.rises
        if quanv is None or cnn is None:
            continue
        text = (
            f"with {few.spectra} spectra the validation loss of the CNN changes by {percent(cnn)},"
            f" of the QuanvNN by {percent(quanv)}: {few.verdict}"
        )
        if few.helps is not None:
            word = "within chance"
            if few.p < _CERTAIN:
                word = "it helps" if few.helps.difference.mean > 0 else "it harms"
            text += (
                f"; gate dropout changes F1 by {with_interval(few.helps.difference, 3, '+')}"
                f" ({word}, {p_value(few.p)})"
            )
        said.append(text)
    return [sentence(s) for s in said]


def _table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = [
        (
            f"{few.spectra}",
            *(percent(r) if r is not None else "–" for r in few.rises),
            with_interval(few.helps.difference, 3, "+") if few.helps else "–",
            p_value(few.p),
            few.helps.n if few.helps else 0,
        )
        for few in found(results, tier)
    ]
    columns = ("spectra", *(f"rise, {label}" for label in KINDS.values()),
               "F1 by gate dropout", "p, corrected", "seeds")  # fmt: skip
    return Table("Rise of the validation loss, and gate dropout", columns, tuple(rows))


def _figure(results: Results, tier: Tier) -> Chart:
    lines = []
    for place, (kind, label) in enumerate(KINDS.items()):
        known = [
            (float(few.spectra) * (1 + 0.02 * (place - 1)), rise)
            for few in found(results, tier)
            if (rise := few.rises[list(KINDS).index(kind)]) is not None
        ]
        lines.append(series_of(label, known, times=100.0))
    panel = Panel("Overfitting", "training spectra", "rise of the loss, %", tuple(lines),
                  has_zero_line=True)  # fmt: skip
    return Chart("Rise of the validation loss after 40 % of the epochs.", (panel,))
