"""Low rows beside tall lines: what is minor beside a neighbour may be a line of a low pattern.

A methyl group's lines are so many times as tall as those of one proton beside them that some of
the proton's pass for minor ones and others do not. Each low part is divided once more with the
minor lines around it, and stays so where that explains them with less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from nmrquanv.spectra.multiplets.division import cost_of
from nmrquanv.spectra.multiplets.minor_lines import MINOR_SHARE
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

_CHEAPER = 0.5
"""What is divided anew must explain its lines with a coupling less, at least."""

_MOST_SMALL, _MOST_TALL = 2, 2.0
"""Lines of a part that may be a piece of one beside it, and how many times as tall as that."""

_MOST_LINES = 12
"""Of a part and what is around it, beyond which it is not asked: that would take long."""

Divide = Callable[[Sequence[Peak]], list[list[Peak]]]


def with_low_rows(
    parts: Sequence[list[Peak]],
    minor: Sequence[Peak],
    gap_ppm: float,
    asked: RowPatterns,
    divide: Divide,
) -> tuple[list[list[Peak]], list[Peak]]:
    """Return parts, low ones with the minor lines that belong to them, and what is left.

    Parameters
    ----------
    parts : sequence of list of Peak
    minor : sequence of Peak
        Lines that are in no part.
    gap_ppm : float, ppm
        How far couplings reach.
    asked : RowPatterns
    divide : callable
        Returns lines, by rising ppm, in parts.

    Returns
    -------
    list of list of Peak
    list of Peak
        Minor lines that no part has taken.
    """
    result, left = list(parts), list(minor)
    times = Counter(p.id for part in parts for p in part)
    whole_parts = [part for part in parts if all(times[p.id] == 1 for p in part)]
    for part in sorted(whole_parts, key=len, reverse=True):
        near = [p for p in left if _may_be_of(p, part, gap_ppm)]
        if not near or not any(row is part for row in result):
            continue
        small = [
            row
            for row in result
            if row is not part
            and all(times[p.id] < 2 for p in row)
            and len(row) <= _MOST_SMALL
            and all(_may_be_of(p, part, gap_ppm) for p in row)
        ]
        rows = [part, *small]
        lines = _rising([*near, *(p for row in rows for p in row)])
        if len(lines) > _MOST_LINES:
            continue
        whole = divide(lines)
        alone = [*rows, *divide(_rising(near))]
        costs = [sum(cost_of(row, asked) for row in way) for way in (whole, alone)]
        if costs[0] > costs[1] - _CHEAPER or not all(_is_explained(row, asked) for row in whole):
            continue
        result = [row for row in result if not any(row is other for other in rows)] + whole
        taken = {p.id for p in near}
        left = [p for p in left if p.id not in taken]
    return result, left


def _is_explained(row: Sequence[Peak], asked: RowPatterns) -> bool:
    """Tell whether a pattern tells each line of a row from the others."""
    found = asked.pattern(row)
    return found is not None and not found.unexplained


def _rising(row: Iterable[Peak]) -> list[Peak]:
    return sorted(row, key=lambda p: p.ppm)


def _may_be_of(peak: Peak, part: Sequence[Peak], gap_ppm: float) -> bool:
    """Tell whether a line beside or in a part is no minor one of it."""
    tallest = max(abs(p.height) for p in part)
    first, last = min(p.ppm for p in part), max(p.ppm for p in part)
    is_near = first - gap_ppm <= peak.ppm <= last + gap_ppm
    return is_near and MINOR_SHARE * tallest <= abs(peak.height) <= _MOST_TALL * tallest
