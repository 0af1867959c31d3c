"""A cell: one way to find peaks and its runs, one a seed; and the tables made of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nmrquanv.statistics import Estimate
from nmrquanv.study.report.summary import Cell as TableCell
from nmrquanv.study.report.summary import Row, Series, Style, Table, with_interval
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec

FRONT_END_LABELS = {
    "quanv": "QuanvNN",
    "cnn": "CNN",
    "quanv_frozen": "QuanvNN, frozen",
    "cnn_normalised": "CNN on normalised windows",
    "quadratic": "free quadratic filter",
    "low_rank": "quadratic filter of rank two",
    "free_unitary": "free unitary",
    "prominence": "prominence picking",
    "second_derivative": "second-derivative picking",
}
ANSATZ_LABELS = {
    "strongly_entangling": "strongly entangling",
    "two_design": "two-design",
    "random": "random",
}
PICKERS = ("prominence", "second_derivative")
F1 = "f1_4"
"""The figure that comparisons use where no other is named: F1 at 4 points."""

_FLOORS = {"f1_4_floor": "f1", "count_floor": "count"}  # of the spectra, not of the run
_COLUMNS = (
    ("F1, 1 pt", "f1_1"),
    ("2 pt", "f1_2"),
    ("4 pt", "f1_4"),
    ("its floor", "f1_4_floor"),
    ("8 pt", "f1_8"),
    ("½ FWHM", "f1_half_fwhm"),
    ("MAE, pt", "mae_points"),
    ("matched", "match_rate"),
    ("count right", "count_accuracy"),
    ("its floor", "count_floor"),
    ("mask F1", "mask_f1"),
    ("its floor", "mask_f1_floor"),
)
METRICS_NOTE = (
    "Mean over seeds with its 95 % interval for F1 at 4 points; best checkpoint by validation loss."
    " MAE: over pairs within 4 points, so read it beside “matched”, the share of lines in such"
    " pairs. Mask F1: only the number of peaks counts. Floors: what the best constant answer gets"
    " at 4 points (evenly spread peaks), as a count, and of the mask."
)


NOT_CORRECTED = (
    "P-values of these sentences are of each comparison by itself; the table of claims corrects"
    " those that it draws verdicts from (Holm)."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Runs that differ in their seed only."""

    label: str
    specs: tuple[RunSpec, ...]


def seeded(label: str, count: int, make: Callable[[int], RunSpec]) -> Cell:
    """Return a cell of ``count`` seeds."""
    return Cell(label, tuple(make(seed) for seed in range(count)))


def pickers(preset: str, **changes: object) -> list[Cell]:
    """Return the classical pickers on a preset: nothing random is in them, so one run each."""
    return [Cell(FRONT_END_LABELS[p], (tiers.classical(p, preset, **changes),)) for p in PICKERS]


def runs_of(cells: Iterable[Cell]) -> tuple[RunSpec, ...]:
    """Return all runs of cells, each once."""
    return tuple(dict.fromkeys(spec for cell in cells for spec in cell.specs))


def metric_table(
    title: str, results: Results, cells: Sequence[Cell], checkpoint: str = "best"
) -> Table:
    """Return all figures of some cells, one a row."""
    rows: list[Row] = []
    for cell in cells:
        row: list[TableCell] = [cell.label, len(results.values(cell.specs, F1, checkpoint))]
        for _, name in _COLUMNS:
            mean = results.mean(cell.specs, name, checkpoint)
            if name == F1:
                row.append(with_interval(mean))
            elif name in _FLOORS:
                floor = getattr(floors(cell.specs[0].chosen_preset()), _FLOORS[name])
                row.append(f"{floor:.3f}" if row[1] else "–")
            else:
                row.append(f"{mean.mean:.3f}" if mean else "–")
        rows.append(tuple(row))
    columns = ("", "seeds", *(label for label, _ in _COLUMNS))
    return Table(title, columns, tuple(rows), METRICS_NOTE)


def series(
    label: str, results: Results, steps: Iterable[tuple[float, Cell]], name: str = F1
) -> Series:
    """Return a figure's means with their intervals over the steps of a sweep."""
    found = [(x, results.mean(cell.specs, name)) for x, cell in steps]
    return series_of(label, [(x, m) for x, m in found if m is not None])


def series_of(
    label: str, known: Sequence[tuple[float, Estimate]], style: Style = "line", times: float = 1.0
) -> Series:
    """Return a figure's means with their intervals, where there are any, at these places."""
    return Series(
        label,
        tuple(x for x, _ in known),
        tuple(times * m.mean for _, m in known),
        tuple(times * (m.low if m.has_interval else m.mean) for _, m in known),
        tuple(times * (m.high if m.has_interval else m.mean) for _, m in known),
        style,
    )


def missing_note(results: Results, specs: Sequence[RunSpec]) -> tuple[str, ...]:
    """Return a sentence on runs that have not finished, if there are any."""
    missing = sum(s not in results for s in specs)
    if not missing:
        return ()
    return (f"{missing} of this experiment's {len(specs)} runs have not finished.",)
