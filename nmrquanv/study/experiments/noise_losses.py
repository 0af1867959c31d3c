"""What the two experiments on noise share: two ansätze, what each loses, which loses more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nmrquanv.statistics import Paired, paired
from nmrquanv.study.report.methods import ANSATZ_LABELS, F1, Cell, series_of
from nmrquanv.study.report.summary import Panel
from nmrquanv.study.running.results import Results

COMPARED = ("strongly_entangling", "two_design")
EFFECT = 0.05
"""Difference of the losses that the power is told for: a tenth of the ideal F1."""

_APART = (-0.1, 0.1)


def more_lost(results: Results, first: Sequence[Cell], second: Sequence[Cell]) -> Paired | None:
    """Compare what one ansatz loses with what another loses, seed by seed.

    Parameters
    ----------
    first, second : (Cell, Cell)
        Ideal and noisy runs of each; as many seeds in all.
    """
    losses = []
    for specs in zip(*(cell.specs for cell in (*first, *second)), strict=True):
        values = [results.value(spec, F1) for spec in specs]
        known = [v for v in values if v is not None]
        if len(known) == len(values):
            losses.append((known[0] - known[1], known[2] - known[3]))
    return paired(*zip(*losses, strict=True)) if losses else None


def loss_panel(
    title: str, names: Sequence[str], lost: Callable[[str, str], Paired | None]
) -> Panel:
    """Return a panel of what each noise costs either ansatz; ``lost(ansatz, name)`` says it."""
    drawn = []
    for shift, ansatz in zip(_APART, COMPARED, strict=True):
        found = [(i + shift, lost(ansatz, name)) for i, name in enumerate(names)]
        known = [(x, c.difference) for x, c in found if c is not None]
        drawn.append(series_of(ANSATZ_LABELS[ansatz], known, "points"))
    return Panel(title, "", "F1 lost", tuple(drawn), tuple(names), has_zero_line=True)
