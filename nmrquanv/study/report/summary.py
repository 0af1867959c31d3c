"""What an experiment answers: sentences, tables and descriptions of figures, without drawing.

``figures.py`` draws a :class:`Chart`, ``report.py`` lays it all out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from nmrquanv.statistics import Estimate, Paired

Cell = str | int | float | None
Row = tuple[Cell, ...]
Style = Literal["line", "points", "dashed"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns, rows of as many cells, and a note below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"'{self.title}': {len(row)} cells, {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one colour, perhaps with a band or error bars from ``low`` to ``high``.

    Parameters
    ----------
    label : str
        The same label has the same colour in all figures of a report.
    x, y : tuple of float
    low, high : tuple of float
        Empty, or as many as ``x``.
    style : "line" | "points" | "dashed"
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    style: Style = "line"

    def __post_init__(self) -> None:
        counts = {len(self.x), len(self.y), len(self.low) or len(self.x)}
        if len(counts) != 1 or len(self.low) != len(self.high):
            raise ValueError(f"series '{self.label}': its columns are not equally long")


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes.

    ``ticks`` and ``rows`` name the places 0, 1, 2 ... on the x axis and, from above, on the y axis.
    """

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    ticks: tuple[str, ...] = ()
    has_zero_line: bool = False
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels side by side and one sentence that says what to see in them.

    ``is_stacked``: one above another instead, on one x axis.
    """

    caption: str
    panels: tuple[Panel, ...]
    is_stacked: bool = False


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A point of a specification curve with the runs behind it.

    Parameters
    ----------
    number : int
        Of the setting: ``--point`` runs it again.
    label : str
        The setting in words.
    mean, low, high : float
        Relative difference of F1, QuanvNN against CNN, with its interval where there is one.
    runs : tuple of (seed, F1 of the QuanvNN, F1 of the CNN)
    """

    number: int
    label: str
    mean: float
    low: float
    high: float
    runs: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The answer of one experiment.

    Parameters
    ----------
    name, question : str
    answer : tuple of str
        Plain sentences, the most important first.
    tables, figures : tuple
    notes : tuple of str
        Assumptions and limits.
    points : tuple of CurvePoint
        Of a specification curve, lowest first.
    """

    name: str
    question: str
    answer: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    figures: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    points: tuple[CurvePoint, ...] = ()


def with_interval(value: Estimate | None, digits: int = 3, sign: str = "") -> str:
    """Return ``0.512 [0.498, 0.526]``; without an interval the mean alone; ``–`` for None.

    ``sign`` is ``"+"`` to show the sign of the mean and limits.
    """
    if value is None or not math.isfinite(value.mean):
        return "–"
    form = f"{sign}.{digits}f"
    if not value.has_interval:
        return f"{value.mean:{form}}"
    return f"{value.mean:{form}} [{value.low:{form}}, {value.high:{form}}]"


def percent(value: Estimate) -> str:
    """Return ``+4.2 % [-1.0, +9.4]``."""
    if not math.isfinite(value.mean):
        return "–"
    if not value.has_interval:
        return f"{100 * value.mean:+.1f} %"
    return f"{100 * value.mean:+.1f} % [{100 * value.low:+.1f}, {100 * value.high:+.1f}]"


def p_value(value: float) -> str:
    """Return ``p = 0.034``, ``p < 0.001``, or ``–`` when there is none."""
    if not math.isfinite(value):
        return "–"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def direction(comparison: Paired | None, first: str, second: str, *, digits: int = 3) -> str:
    """Say in words which of two is higher, from the interval of their difference."""
    if comparison is None or not comparison.difference.has_interval:
        return f"too few runs have finished to compare {first} and {second}"
    gap = comparison.difference
    said = f"{with_interval(gap, digits, '+')}, {p_value(comparison.p)}, {comparison.n} seeds"
    if gap.low > 0:
        return f"{first} is higher than {second} ({said})"
    if gap.high < 0:
        return f"{first} is lower than {second} ({said})"
    return f"{first} and {second} cannot be told apart ({said})"


def sentence(text: str) -> str:
    """Return a text with a capital and a full stop."""
    text = text.strip()
    ended = text if text.endswith((".", "?", "!")) else text + "."
    return ended[:1].upper() + ended[1:]
