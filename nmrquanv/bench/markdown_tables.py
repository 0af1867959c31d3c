"""Tables in Markdown, and numbers in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nmrquanv.statistics import Estimate, Interval

UNKNOWN = "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many digits; a dash for NaN."""
    return UNKNOWN if math.isnan(value) else f"{value:.{digits}f}"


def interval(value: Interval | Estimate | None, *, is_signed: bool = False) -> str:
    """Return ``0.950 (0.941-0.958)``; of differences with signs and "to"."""
    if value is None:
        return UNKNOWN
    middle = value.mean if isinstance(value, Estimate) else value.value
    if math.isnan(middle):
        return UNKNOWN
    form = "+.3f" if is_signed else ".3f"
    if math.isnan(value.low):
        return f"{middle:{form}}"
    between = " to " if is_signed else "–"
    return f"{middle:{form}} ({value.low:{form}}{between}{value.high:{form}})"
