"""The outermost lines of a pattern of many: so low that they are taken for other signals."""

from __future__ import annotations

from collections.abc import Sequence

from nmrquanv.spectra.multiplets.patterns import UNSEEN_SHARE
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

_LEAST, _MOST_PART, _MOST_ENDS = 5, 2, 2


def with_outer_lines(
    parts: Sequence[list[Peak]], minor: Sequence[Peak], gap_ppm: float, asked: RowPatterns
) -> tuple[list[list[Peak]], list[Peak]]:
    """Return parts with the low lines at their ends that make patterns of them, and what is left.

    Parameters
    ----------
    parts : sequence of list of Peak
        Those of a few lines may be the ends of others.
    minor : sequence of Peak
        Lines that are in no part.
    gap_ppm : float, ppm
        How far couplings reach.
    asked : RowPatterns

    Returns
    -------
    list of list of Peak
    list of Peak
        Minor lines that no part has taken.
    """
    taken: set[str] = set()
    whole: dict[int, list[Peak]] = {}
    free = [*minor, *(p for part in parts if len(part) <= _MOST_PART for p in part)]
    for number, part in enumerate(parts):
        if len(part) >= _LEAST and asked.pattern(part) is None:
            able = [p for p in free if p.id not in taken]
            ends = _ends(sorted(part, key=lambda p: p.ppm), able, gap_ppm, asked)
            taken |= {p.id for p in ends}
            whole[number] = [*part, *ends]
    kept = (whole.get(k) or [p for p in part if p.id not in taken] for k, part in enumerate(parts))
    return [part for part in kept if part], [p for p in minor if p.id not in taken]


def _ends(
    row: Sequence[Peak], able: Sequence[Peak], gap_ppm: float, asked: RowPatterns
) -> list[Peak]:
    """Return low lines, as many on either side, with which a row has a pattern; else none."""
    most = UNSEEN_SHARE * max(abs(p.height) for p in row)
    low = sorted((p for p in able if abs(p.height) < most), key=lambda p: p.ppm)
    below = [p for p in low if row[0].ppm - gap_ppm <= p.ppm < row[0].ppm][::-1]
    above = [p for p in low if row[-1].ppm < p.ppm <= row[-1].ppm + gap_ppm]
    for count in range(1, _MOST_ENDS + 1):
        ends = [*below[:count], *above[:count]]
        if len(ends) < 2 * count:
            return []
        found = asked.pattern(sorted((*row, *ends), key=lambda p: p.ppm))
        if found is not None:
            return ends
    return []
