"""Lines of the solvent that stand among those of a multiplet, or are taken for the solvent's.

A solvent's line over one of the multiplet's own leaves a hole in its pattern; and where none of the
solvent is seen, a line of the multiplet is what stands in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from nmrquanv.spectra.multiplets.multiplet import have_widths
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

_LEAST_WITH_FOREIGN = 4
"""Lines of a pattern that takes in a neighbour of the solvent: fewer fit by chance."""


def with_foreign(
    parts: Sequence[list[Peak]], foreign: Sequence[Peak], asked: RowPatterns
) -> list[list[Peak]]:
    """Return parts with the solvent's lines that lie in or at them and make one pattern of them.

    Parameters
    ----------
    parts : sequence of list of Peak
    foreign : sequence of Peak
        Lines of solvent and water.
    asked : RowPatterns
    """
    rows = sorted((sorted(part, key=lambda p: p.ppm) for part in parts), key=lambda r: r[0].ppm)
    for peak in foreign:
        near = _around(rows, peak)
        for first, last in ((near[0], near[1]), (near[0], near[0]), (near[1], near[1])):
            whole = _whole(rows[first : last + 1], peak, asked)
            if whole is not None:
                rows[first : last + 1] = [whole]
                break
    return rows


def _around(rows: Sequence[list[Peak]], peak: Peak) -> tuple[int, int]:
    """Return the place of the row that holds or is left of a peak, and of that right of it."""
    before = [k for k, row in enumerate(rows) if row[0].ppm < peak.ppm]
    first = before[-1] if before else 0
    is_inside = bool(rows) and peak.ppm < rows[first][-1].ppm
    return first, first if is_inside else min(first + 1, len(rows) - 1)


def _whole(rows: Sequence[list[Peak]], peak: Peak, asked: RowPatterns) -> list[Peak] | None:
    """Return rows and a foreign peak as one, if they are a pattern and were none without it."""
    lines = [p for row in rows for p in row]
    if len(lines) + 1 < _LEAST_WITH_FOREIGN or not have_widths(lines):
        return None
    if len(rows) == 1 and asked.pattern(rows[0]) is not None:
        return None
    whole = sorted((*lines, peak), key=lambda p: p.ppm)
    found = asked.pattern(whole)
    return whole if found is not None and found.couplings else None
