"""Where a row of lines is cut: its parts are explained with the fewest shifts and couplings.

A pattern that is explained costs one for its shift and half for every coupling; lines without a
pattern cost nearly one each, so that two singlets become a doublet only where intensities and
widths agree with one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.spectra.multiplets.ab_system import ab_system
from nmrquanv.spectra.multiplets.bumps import bumps_of, grouped
from nmrquanv.spectra.multiplets.multiplet import have_widths, intensity_of, lines_of
from nmrquanv.spectra.multiplets.patterns import LEAST_SYMMETRIC, MAX_LINES, is_symmetric
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns, may_mirror
from nmrquanv.spectra.peaks import Peak

_STRADDLE, _STRADDLE_HZ = 1.0, 6.0
"""What it costs to divide lines that stand close, and the distance at which it costs a third:
lines of one multiplet are seldom farther from each other than those of two."""

_UNEXPLAINED, _SYMMETRIC = 0.9, 0.2
_SHIFT, _COUPLING, _MISFIT = 1.0, 0.5, 0.3
_UNTOLD = 0.2
"""What a line costs that a pattern has in one bump with others."""

_UNLIKE = 3.0


def divided(piece: list[Peak], asked: RowPatterns) -> list[list[Peak]]:
    """Divide a piece into the parts that cost least (dynamic programming).

    Parameters
    ----------
    piece : list of Peak
        By rising ppm, without a wide gap.
    asked : RowPatterns

    Returns
    -------
    list of list of Peak
        By rising ppm; neighbours that no pattern explains are one part.
    """
    sf_mhz = asked.sf_mhz
    n = len(piece)
    cost, came = [0.0] + [np.inf] * n, [0] * (n + 1)
    mirrors = _Mirrors(piece, sf_mhz)
    for end in range(1, n + 1):
        for start in range(max(0, end - MAX_LINES), end):
            if end - start > 2 and not mirrors.may_be(start, end):
                # nothing that mirrors itself: no pattern needs to be looked for
                here = cost[start] + _SHIFT + _UNEXPLAINED * (end - start - 1)
            else:
                here = cost[start] + cost_of(piece[start:end], asked)
            if start:
                apart_hz = (piece[start].ppm - piece[start - 1].ppm) * sf_mhz
                here += _STRADDLE * float(np.exp(-apart_hz / _STRADDLE_HZ))
            if here < cost[end] - 1e-9:
                cost[end], came[end] = here, start
    parts: list[list[Peak]] = []
    end = n
    while end > 0:
        parts.append(piece[came[end] : end])
        end = came[end]
    return _joined_unexplained(parts[::-1], asked)


class _Mirrors:
    """Which stretches of a piece may mirror themselves, by their lines or by their bumps."""

    def __init__(self, piece: list[Peak], sf_mhz: float) -> None:
        self._hz = [p.ppm * sf_mhz for p in piece]
        self._slack = [
            2.0 * max(p.fwhm_hz or 0.0, 4.0 * (p.ppm_err or 0.0) * sf_mhz) for p in piece
        ]
        self._bump_at: list[int | None] = [None] * (len(piece) + 1)
        self._middle: list[float] = []
        groups = grouped(piece, sf_mhz) if have_widths(piece) else [[p] for p in piece]
        start = 0
        for group in groups:
            self._bump_at[start] = len(self._middle)
            weight = [abs(intensity_of(p)) or 1.0 for p in group]
            own = self._hz[start : start + len(group)]
            self._middle.append(sum(w * x for w, x in zip(weight, own, strict=True)) / sum(weight))
            start += len(group)
        self._bump_at[start] = len(self._middle)

    def may_be(self, start: int, end: int) -> bool:
        """Tell whether lines from ``start`` to before ``end`` may be those of one pattern."""
        slack = max(self._slack[start:end])
        if _is_mirrored(self._hz[start:end], slack):
            return True
        first, last = self._bump_at[start], self._bump_at[end]
        if first is None or last is None or last - first == end - start:
            return False
        return _is_mirrored(self._middle[first:last], slack)


def _is_mirrored(hz: list[float], slack_hz: float) -> bool:
    sums = [a + b for a, b in zip(hz, reversed(hz), strict=True)]
    return max(sums) - min(sums) <= slack_hz


def cost_of(part: list[Peak], asked: RowPatterns) -> float:
    """Return what it costs to say that lines, by rising ppm, are one multiplet."""
    pattern, sf_mhz = asked.pattern(part), asked.sf_mhz
    if pattern is not None:
        told = _SHIFT + _COUPLING * len(pattern.couplings) + _MISFIT * pattern.misfit
        return told + _UNTOLD * pattern.unexplained
    if len(part) == 1:
        return _SHIFT
    if ab_system(part, sf_mhz) is not None:
        return 2 * _SHIFT + _COUPLING
    if len(part) == 2 and _are_unlike(part):
        return 2.0 * _SHIFT + _STRADDLE + _MISFIT
    if len(part) >= LEAST_SYMMETRIC and have_widths(part) and _mirrors_itself(part, sf_mhz):
        return _SHIFT + _SYMMETRIC * (len(part) - 1)
    return _SHIFT + _UNEXPLAINED * (len(part) - 1)


def _mirrors_itself(part: Sequence[Peak], sf_mhz: float) -> bool:
    """Tell whether lines, or their bumps, are symmetric: by area, or by height.

    By height where a fit has shared areas badly between neighbours.
    """
    return any(
        is_symmetric(lines_of(row, sf_mhz, by_height=way))
        for row in (part, bumps_of(part, sf_mhz))
        if len(row) >= LEAST_SYMMETRIC and may_mirror(row, sf_mhz)
        for way in (False, True)
    )


def _are_unlike(pair: Sequence[Peak]) -> bool:
    """Tell whether two lines are too different in area to belong together."""
    first, second = (abs(intensity_of(p)) for p in pair)
    return max(first, second) > _UNLIKE * min(first, second)


def _joined_unexplained(parts: list[list[Peak]], asked: RowPatterns) -> list[list[Peak]]:
    """Make one ``m`` of neighbouring parts that touch and that no pattern explains."""
    result: list[list[Peak]] = []
    for part in parts:
        is_plain = len(part) > 1 and asked.pattern(part) is None
        was_plain = bool(result) and len(result[-1]) > 1
        if is_plain and was_plain and asked.pattern(result[-1]) is None:
            result[-1] = result[-1] + part
        else:
            result.append(part)
    return result
