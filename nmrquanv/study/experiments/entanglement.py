"""Experiment ``entanglement``: does what the circuit entangles help (the authors' next check 2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nmrquanv.statistics import Estimate, estimate, partial_correlation, share
from nmrquanv.study.data.datasets import PRESETS
from nmrquanv.study.experiments import separation
from nmrquanv.study.report.methods import (
    ANSATZ_LABELS,
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
    Summary,
    Table,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import held_out
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import ANSATZES, Tier

NAME = "entanglement"
QUESTION = (
    "Is a spectrum found better when the circuit raises its entanglement more, once noise and"
    " number of peaks are allowed for, and does a deeper circuit change that?"
)
_BINS = 8


@dataclass(frozen=True, slots=True)
class Relation:
    """How the change of entropy goes with accuracy over the test spectra, in one run.

    Parameters
    ----------
    plain, partial : float
        Spearman's correlation; the second with S/N and number of peaks held.
    change, before : float, bits
        Mean over the test spectra.
    """

    plain: float
    partial: float
    change: float
    before: float


def ansatz_cell(tier: Tier, ansatz: str) -> Cell:
    """Return the headline runs of an ansatz."""
    return seeded(
        ANSATZ_LABELS[ansatz],
        tier.ansatz_seeds,
        lambda seed: tiers.headline(tier, "quanv", seed, ansatz=ansatz),
    )


def depth_cell(tier: Tier, n_layers: int) -> Cell:
    """Return the runs of the strongly entangling ansatz with so many layers."""
    return seeded(
        f"{n_layers} layer{'s' * (n_layers > 1)}",
        tier.sweep_seeds,
        lambda seed: tiers.sweep(tier, "quanv", seed, n_layers=n_layers),
    )


def depths(tier: Tier) -> tuple[int, ...]:
    """Return the numbers of layers: those of the tier, and the standard three."""
    return tuple(sorted({3, *tier.depths}))


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(
        [*(ansatz_cell(tier, a) for a in ANSATZES), *(depth_cell(tier, d) for d in depths(tier))]
    )


def relation(results: Results, spec: RunSpec) -> Relation | None:
    """Return how entropy and accuracy go together in a run; None when it has not been measured."""
    result = results.get(spec)
    measured = result["extra"].get("entanglement") if result else None
    if not measured:
        return None
    change, right = measured["change"], measured["f1"]
    plain, _, _ = partial_correlation(change, right)
    # A device judges on fewer spectra, which are the first of all.
    controls = [values[: len(change)] for values in _controls()]
    partial, _, _ = partial_correlation(change, right, controls)
    return Relation(plain, partial, float(np.mean(change)), float(measured["before_mean"]))


@lru_cache(maxsize=1)
def _controls() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return S/N (tallest line) and number of peaks of the hard test spectra."""
    _, test = held_out(PRESETS["hard"])
    tallest = test.height.max(axis=1).astype(np.float64)
    return tallest / np.maximum(test.noise_sigma, 1e-9), test.is_line.sum(axis=1).astype(np.float64)


def summarise(results: Results, tier: Tier) -> Summary:
    """Say how entanglement and accuracy go together."""
    circuits = [ansatz_cell(tier, a) for a in ANSATZES]
    deep = [depth_cell(tier, d) for d in depths(tier)]
    return Summary(
        NAME,
        QUESTION,
        (
            *_answers(results, circuits, deep),
            *separation.answers(results, circuits),
            *missing_note(results, runs(tier)),
        ),
        (
            _table("By ansatz, full-size runs on hard spectra", results, circuits),
            separation.table(results, circuits),
            _table("By depth, strongly entangling, smaller runs", results, deep),
            metric_table("All figures of these runs, hard spectra", results, [*circuits, *deep]),
        ),
        (_figure(results, circuits[0], deep, depths(tier)),),
        (
            "Entropy: von Neumann, in bits, mean over the 15 bipartitions of five qubits and over"
            " every fourth stretch of a spectrum. Amplitude-embedded data is entangled already, so"
            " what counts is after the circuit minus before it.",
            "A correlation within one trained network says how spectra differ, not that more"
            " entanglement would cause better answers.",
        ),
    )


def correlation(results: Results, cell: Cell, kind: str = "partial") -> Estimate | None:
    """Return the mean correlation over a cell's runs, with its interval over seeds."""
    found = [r for s in cell.specs if (r := relation(results, s)) is not None]
    values = [getattr(r, kind) for r in found]
    known = [v for v in values if math.isfinite(v)]
    return estimate(known) if known else None


def _answers(results: Results, circuits: Sequence[Cell], deep: Sequence[Cell]) -> list[str]:
    said = []
    for cell in circuits:
        value = correlation(results, cell)
        if value is None:
            continue
        what = "too few seeds to tell"
        if value.has_interval:
            what = "no correlation beyond chance"
            if value.low > 0:
                what = "where the circuit raises entropy more, it finds peaks slightly better"
            elif value.high < 0:
                what = "where the circuit raises entropy more, it finds peaks slightly worse"
            strength = abs(value.mean)
            if not value.low <= 0 <= value.high and strength >= 0.3:
                what = what.replace("slightly ", "")
        said.append(f"{cell.label}: {what}: partial correlation {with_interval(value, 2, '+')}")
    places, levels = _by_depth(results, deep)
    if len(set(places)) > 1:
        r, low, high = partial_correlation(places, levels)
        told = "rises" if low > 0 else "falls" if high < 0 else "does not clearly depend"
        said.append(f"With depth, accuracy {told}: correlation {r:+.2f} [{low:+.2f}, {high:+.2f}]")
    return [sentence(s) for s in said]


def _by_depth(results: Results, deep: Sequence[Cell]) -> tuple[list[float], list[float]]:
    places, levels = [], []
    for cell in deep:
        for value in results.values(cell.specs, F1):
            places.append(float(cell.specs[0].n_layers))
            levels.append(value)
    return places, levels


def _table(title: str, results: Results, cells: Sequence[Cell]) -> Table:
    rows = []
    for cell in cells:
        found = [r for s in cell.specs if (r := relation(results, s)) is not None]
        change = estimate([r.change for r in found]) if found else None
        rows.append(
            (
                cell.label,
                len(found),
                f"{np.mean([r.before for r in found]):.3f}" if found else "–",
                with_interval(change, 3, "+"),
                with_interval(results.mean(cell.specs, F1)),
                with_interval(correlation(results, cell, "plain"), 2, "+"),
                with_interval(correlation(results, cell), 2, "+"),
            )
        )
    columns = (
        "",
        "seeds",
        "entropy before, bits",
        "after - before, bits",
        "F1, 4 pt",
        "correlation with F1",
        "partial on S/N and peaks",
    )
    note = "Spearman over 1,000 test spectra in each run; mean over runs with its 95 % interval."
    return Table(title, columns, tuple(rows), note)


def _figure(results: Results, plain: Cell, deep: Sequence[Cell], layers: Sequence[int]) -> Chart:
    panels = []
    first = next((s for s in plain.specs if relation(results, s) is not None), None)
    if first is not None:
        panels.append(_binned(results, first))
    known = [(d, c) for d, c in zip(layers, deep, strict=True) if results.finished(c.specs)]
    steps = []
    for d, cell in known:
        found = [r.change for s in cell.specs if (r := relation(results, s)) is not None]
        if found:
            steps.append((float(d), estimate(found)))
    panels.append(_panel("Entropy against depth", "after - before, bits", steps))
    levels = [(float(d), m) for d, c in known if (m := results.mean(c.specs, F1)) is not None]
    panels.append(_panel("F1 against depth", "F1 at 4 points", levels))
    return Chart(
        "Left: mean F1 of the test spectra of one run, in eighths by how much the circuit changes"
        " their entropy. Then: that change, and F1, against the number of layers.",
        tuple(panels),
    )


def _binned(results: Results, spec: RunSpec) -> Panel:
    result = results.get(spec)
    measured = result["extra"]["entanglement"] if result else {"change": [], "f1": []}
    change, right = np.array(measured["change"]), np.array(measured["f1"])
    parts = np.array_split(np.argsort(change), _BINS)
    return Panel(
        "Change of entropy and accuracy",
        "after - before, bits",
        "F1 at 4 points",
        (
            series_of(
                ANSATZ_LABELS[spec.ansatz],
                [(float(change[p].mean()), share(right[p].tolist())) for p in parts if p.size],
            ),
        ),
    )


def _panel(title: str, y_label: str, steps: Sequence[tuple[float, Estimate]]) -> Panel:
    line = series_of(ANSATZ_LABELS["strongly_entangling"], steps)
    return Panel(title, "layers", y_label, (line,))
