"""Experiment ``convergence``: whether the networks keep converging or begin to overfit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nmrquanv.statistics import Estimate, estimate
from nmrquanv.study.report.methods import (
    F1,
    FRONT_END_LABELS,
    NOT_CORRECTED,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Series,
    Summary,
    Table,
    direction,
    percent,
    sentence,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "convergence"
QUESTION = (
    "Trained with ten different seeds, does the CNN's validation loss begin to rise after about 40"
    " epochs while the QuanvNN's keeps falling, with many and with few training spectra?"
)
TURN = 0.4
"""Share of the epochs after which the authors see the CNN's validation loss rise: 40 of 100."""

FRONT_ENDS = ("quanv", "cnn")
HARD = "hard"
_BAND = 0.05


def cell(tier: Tier, front_end: str, *, is_few: bool = False, preset: str = HARD) -> Cell:
    """Return the runs of a front end on the large (of any preset) or the small training set."""

    def make(seed: int) -> RunSpec:
        if is_few:
            return tiers.few(tier, front_end, seed)
        return tiers.headline(tier, front_end, seed, preset=preset)

    return seeded(FRONT_END_LABELS[front_end], tier.headline_seeds, make)


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    sizes = [cell(tier, f, is_few=few) for few in (False, True) for f in FRONT_ENDS]
    others = [cell(tier, f, preset=p) for p in _others(tier) for f in FRONT_ENDS]
    return runs_of([*sizes, *others])


def _others(tier: Tier) -> tuple[str, ...]:
    return tuple(p for p in tier.headline_presets if p != HARD)


def rise(result: Mapping[str, Any]) -> float:
    """Return by which share the validation loss ends above where it was at 40 % of the epochs.

    Notes
    -----
    Means over a tenth of the epochs each: around the turn, and at the end.
    """
    losses = np.array([e["val_loss"] for e in result["curve"]], dtype=np.float64)
    n = losses.size
    turn, reach = TURN * n, max(1.0, _BAND * n)
    around = losses[max(0, int(turn - reach)) : max(1, int(np.ceil(turn + reach)))].mean()
    return float(losses[-max(1, round(2 * reach)) :].mean() / around - 1.0)


def rises(results: Results, specs: Sequence[RunSpec]) -> Estimate | None:
    """Return the mean rise over seeds."""
    values = [rise(r) for r in results.finished(specs) if r.get("curve")]
    return estimate(values) if values else None


def summarise(results: Results, tier: Tier) -> Summary:
    """Compare the curves of QuanvNN and CNN."""
    sets = {f: _sets(tier)[f] for f in (False, True)}
    tables, figures, said = [], [], []
    for few, words in sets.items():
        both = [cell(tier, f, is_few=few) for f in FRONT_ENDS]
        if not results.finished(runs_of(both)):
            continue
        tables += [
            metric_table(f"{words}, {name} checkpoint", results, both, checkpoint)
            for checkpoint, name in (("best", "best"), ("last", "last"))
        ]
        tables.append(_rise_table(results, both, words))
        figures.append(_figure(results, both, words))
        said += _answers(results, both, words)
    for preset in _others(tier):
        both = [cell(tier, f, preset=preset) for f in FRONT_ENDS]
        if results.finished(runs_of(both)):
            words = f"{preset} spectra, {tier.headline.spectra:,}"
            tables.append(metric_table(f"{words}, best checkpoint", results, both))
            said += _answers(results, both, words)
    return Summary(
        NAME,
        QUESTION,
        (*said, *missing_note(results, runs(tier))),
        tuple(tables),
        tuple(figures),
        (
            NOT_CORRECTED,
            "The best checkpoint is that of the least validation loss; the last one is what a"
            " diverging network would suffer from.",
        ),
    )


def _sets(tier: Tier) -> dict[bool, str]:
    return {False: f"{tier.headline.spectra:,} spectra", True: f"{tier.few.spectra:,} spectra"}


def _answers(results: Results, both: list[Cell], words: str) -> list[str]:
    quanv, cnn = (rises(results, c.specs) for c in both)
    said = [_divergence(quanv, cnn, words)]
    for checkpoint in ("best", "last"):
        comparison = results.pair(both[0].specs, both[1].specs, F1, checkpoint)
        said.append(
            f"{words}, {checkpoint} checkpoint, F1 at 4 points: "
            + direction(comparison, "the QuanvNN", "the CNN")
        )
    return [sentence(s) for s in said if s]


def _divergence(quanv: Estimate | None, cnn: Estimate | None, words: str) -> str:
    """Answer the question of the claim, for one size of the training set."""
    if quanv is None or cnn is None or not (quanv.has_interval and cnn.has_interval):
        return ""
    answer = "not decided"
    if cnn.low > 0:
        answer = "no, both rise" if quanv.low > 0 else "yes"
    elif cnn.high < 0:
        answer = "no, both keep falling" if quanv.high < 0 else "no, the CNN's keeps falling"
    return (
        f"{words}: does the CNN's validation loss rise after 40 % of the epochs and the QuanvNN's"
        f" not? {answer}: CNN {percent(cnn)}, QuanvNN {percent(quanv)}"
    )


def _rise_table(results: Results, both: list[Cell], words: str) -> Table:
    rows = []
    for c in both:
        change = rises(results, c.specs)
        curves = [r["curve"] for r in results.finished(c.specs) if r.get("curve")]
        best = [1 + int(np.argmin([e["val_loss"] for e in curve])) for curve in curves]
        last = [curve[-1] for curve in curves]
        rows.append(
            (
                c.label,
                len(curves),
                percent(change) if change else "–",
                f"{np.median(best):.0f}" if best else "–",
                f"{np.mean([e['train_loss'] for e in last]):.3f}" if last else "–",
                f"{np.mean([e['val_loss'] for e in last]):.3f}" if last else "–",
            )
        )
    columns = (
        "",
        "seeds",
        "validation loss, end against 40 %",
        "best epoch (median)",
        "last training loss",
        "last validation loss",
    )
    return Table(f"Does it diverge? {words}", columns, tuple(rows))


def _figure(results: Results, both: list[Cell], words: str) -> Chart:
    panels = []
    for name, title in (("train_loss", "Training loss"), ("val_loss", "Validation loss")):
        bands = [b for c in both if (b := _band(results, c, name)) is not None]
        panels.append(Panel(title, "epoch", "loss", tuple(bands)))
    bands = [b for c in both if (b := _band(results, c, "val_f1")) is not None]
    panels.append(Panel("Validation F1", "epoch", "F1 at 4 points", tuple(bands)))
    return Chart(
        f"{words}: mean over seeds, the band is one standard deviation between seeds.",
        tuple(panels),
    )


def _band(results: Results, c: Cell, name: str) -> Series | None:
    curves = [[e[name] for e in r["curve"]] for r in results.finished(c.specs) if r.get("curve")]
    if not curves:
        return None
    length = min(map(len, curves))
    table = np.array([curve[:length] for curve in curves], dtype=np.float64)
    mean, sd = table.mean(axis=0), table.std(axis=0, ddof=1 if len(curves) > 1 else 0)
    epochs = tuple(float(e + 1) for e in range(length))
    return Series(
        c.label,
        epochs,
        tuple(mean.tolist()),
        tuple((mean - sd).tolist()),
        tuple((mean + sd).tolist()),
    )
