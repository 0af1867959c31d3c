"""Is a gap one of learning rates? The same choice of rates for each front end, as a control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.study.report.methods import F1, FRONT_END_LABELS, Cell, runs_of, seeded
from nmrquanv.study.report.summary import Row, Table, direction, with_interval
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import USUAL_RATE, RunSpec
from nmrquanv.study.running.tiers import Tier

FRONT_ENDS = ("quanv", "cnn", "quadratic")
_BESIDE = ("mask_f1", "mask_f1_floor", "count_accuracy")


def rates(tier: Tier) -> tuple[float, ...]:
    """Return the rates that every front end may choose from."""
    return tuple(sorted({USUAL_RATE, *tier.rates}))


def cell(tier: Tier, front_end: str, rate: float) -> Cell:
    """Return the runs of a front end at one rate."""
    return seeded(
        f"{FRONT_END_LABELS[front_end]}, {rate:g}",
        tier.sweep_seeds,
        lambda seed: tiers.sweep(tier, front_end, seed, rate=rate),
    )


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return all runs."""
    return runs_of(cell(tier, f, rate) for f in FRONT_ENDS for rate in rates(tier))


def validation_f1(results: Results, specs: Sequence[RunSpec]) -> float | None:
    """Return the mean F1 on validation spectra where their loss was least."""
    found = []
    for result in results.finished(specs):
        best = min(result["curve"], key=lambda line: float(line["val_loss"]))
        found.append(float(best["val_f1"]))
    return float(np.mean(found)) if found else None


def chosen(results: Results, tier: Tier, front_end: str) -> Cell | None:
    """Return the runs at the rate that is best on validation spectra; None before all are done."""
    offered = [cell(tier, front_end, rate) for rate in rates(tier)]
    if any(spec not in results for c in offered for spec in c.specs):
        return None
    return max(offered, key=lambda c: validation_f1(results, c.specs) or 0.0)


def answer(results: Results, tier: Tier) -> str:
    """Compare QuanvNN and CNN, each at its own best rate; empty before all are done."""
    quanv, cnn = (chosen(results, tier, f) for f in ("quanv", "cnn"))
    if quanv is None or cnn is None:
        return ""
    told = direction(results.pair(quanv.specs, cnn.specs, F1), "the QuanvNN", "the CNN")
    offered = ", ".join(f"{rate:g}" for rate in rates(tier))
    return (
        f"each with its best learning rate of {offered} ({tier.sweep.spectra:,} spectra,"
        f" {tier.sweep.epochs} epochs): {told}"
    )


def table(results: Results, tier: Tier) -> Table | None:
    """Return F1 by front end and rate; None before anything is done."""
    rows: list[Row] = []
    for front_end in FRONT_ENDS:
        best = chosen(results, tier, front_end)
        for rate in rates(tier):
            c = cell(tier, front_end, rate)
            validation = validation_f1(results, c.specs)
            if validation is None:
                continue
            floor = floors(c.specs[0].chosen_preset())
            rows.append(
                (
                    FRONT_END_LABELS[front_end],
                    f"{rate:g}",
                    len(results.finished(c.specs)),
                    f"{validation:.3f}",
                    with_interval(results.mean(c.specs, F1)),
                    f"{floor.f1:.3f}",
                    *(f"{m.mean:.3f}" if (m := results.mean(c.specs, n)) else "–" for n in _BESIDE),
                    f"{floor.count:.3f}",
                    "chosen" if best is not None and best.specs == c.specs else "",
                )
            )
    if not rows:
        return None
    columns = (
        *("", "learning rate", "seeds", "validation F1", "test F1, 4 pt", "its floor"),
        *("mask F1", "its floor", "count right", "its floor", ""),
    )
    title = (
        f"Learning rates, hard spectra ({tier.sweep.spectra:,} for training, {tier.sweep.epochs}"
        " epochs)"
    )
    note = (
        f"All other runs use {USUAL_RATE:g}. Chosen: greatest mean F1 on validation spectra, at the"
        " epoch of least loss and a fixed threshold."
    )
    return Table(title, columns, tuple(rows), note)
