"""Multiplets whose lines stand among each other's, or on one another: found together.

From the outermost line inwards, as in ``patterns.py``, but a line may be left to another pattern,
and a line that is too strong for one is shared: what one pattern has of it is its own, the rest
another's. All lines must come out used up, with the fewest shifts and couplings.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nmrquanv.spectra.multiplets.first_order import RowLines
from nmrquanv.spectra.multiplets.multiplet import (
    are_told_apart,
    have_widths,
    intensity_of,
    lines_of,
    shared,
)
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

MOST_LINES = 24
"""Rows of more lines are not tried: they can be explained in too many ways."""

_INTENSITY_SHARE, _LEFT_SHARE = 0.2, 0.3
"""How far, in parts of itself, a line may be too weak for its patterns; what may be left of it."""

_WHOLE = 0.06
"""Areas are small whole numbers of one within this part of themselves."""

_MOST_PARTNERS, _MOST_PARTS, _STEPS = 5, 4, 1500
_SHIFT, _COUPLING, _SHARED = 1.0, 0.5, 0.25
_AMBIGUOUS = 0.3
"""Another explanation that costs so little more makes both doubtful."""


@dataclass(frozen=True, slots=True)
class Strand:
    """One pattern of several that are woven into each other.

    Parameters
    ----------
    lines : tuple of int
        Places in the row, rising.
    shares : tuple of float
        What the pattern has of each line's intensity, 0 to 1.
    couplings : int
        How many different ones.
    """

    lines: tuple[int, ...]
    shares: tuple[float, ...]
    couplings: int


@dataclass(frozen=True, slots=True)
class _Grown:
    """A pattern while it grows: its line at each sum of couplings, and how often each is used."""

    at: tuple[int, ...]
    sums: tuple[float, ...]
    couplings: tuple[float, ...]

    def uses(self) -> dict[int, int]:
        used: dict[int, int] = {}
        for line in self.at:
            used[line] = used.get(line, 0) + 1
        return used


class _Search:
    """The cheapest explanation of a row, and the next best one."""

    def __init__(self, hz: list[float], reach: list[float], intensity: list[float]) -> None:
        self._hz, self._reach, self._whole = hz, reach, intensity
        self._steps = 0
        self.found: list[tuple[float, tuple[Strand, ...]]] = []

    @property
    def is_cut_short(self) -> bool:
        return self._steps >= _STEPS

    def run(self, left: list[float], parts: tuple[Strand, ...], cost: float) -> None:
        """Explain what is left of the lines, from the lowest on."""
        first = next((k for k, x in enumerate(left) if x > 0), None)
        if first is None:
            self._keep(cost, parts)
            return
        if len(parts) == _MOST_PARTS or cost + _SHIFT >= self._dearest():
            return
        for grown in self._grown(left, first, _Grown((first,), (0.0,), ())):
            taken = self._taken(left, grown)
            if taken is None:
                continue
            after, strand, shared = taken
            here = _SHIFT + _COUPLING * strand.couplings + _SHARED * shared
            self.run(after, (*parts, strand), cost + here)

    def _dearest(self) -> float:
        return self.found[1][0] if len(self.found) > 1 else np.inf

    def _keep(self, cost: float, parts: tuple[Strand, ...]) -> None:
        same = frozenset(p.lines for p in parts)
        if all(frozenset(p.lines for p in other) != same for _, other in self.found):
            self.found = sorted([*self.found, (cost, parts)], key=lambda one: one[0])[:2]

    def _grown(self, left: list[float], first: int, grown: _Grown) -> Iterator[_Grown]:
        """Yield the patterns that begin at a line, longer ones before those that they hold."""
        unit = left[first]
        least = grown.couplings[-1] if grown.couplings else 0.0
        start = bisect_left(self._hz, self._hz[first] + least - self._reach[first])
        for line in range(max(start, first + 1), len(left)):
            if self.is_cut_short or len(grown.couplings) == _MOST_PARTNERS:
                break
            if left[line] < (1.0 - _INTENSITY_SHARE) * unit:
                continue
            self._steps += 1
            wider = self._widened(left, first, grown, self._hz[line] - self._hz[first])
            if wider is not None:
                yield from self._grown(left, first, wider)
        yield grown

    def _widened(
        self, left: list[float], first: int, grown: _Grown, coupling: float
    ) -> _Grown | None:
        at, sums = list(grown.at), list(grown.sums)
        for before in grown.sums:
            line = self._near(self._hz[first] + before + coupling)
            if line is None:
                return None
            at.append(line)
            sums.append(before + coupling)
        wider = _Grown(tuple(at), tuple(sums), (*grown.couplings, coupling))
        unit = left[first]
        for line, times in wider.uses().items():
            if left[line] < (1.0 - _INTENSITY_SHARE) * times * unit:
                return None
        return wider

    def _near(self, hz: float) -> int | None:
        k = bisect_left(self._hz, hz)
        best = min(
            (i for i in (k - 1, k) if 0 <= i < len(self._hz)), key=lambda i: abs(self._hz[i] - hz)
        )
        return best if abs(self._hz[best] - hz) <= self._reach[best] else None

    def _taken(self, left: list[float], grown: _Grown) -> tuple[list[float], Strand, int] | None:
        """Return what is left of the lines, the pattern, and how many lines it shares."""
        uses = grown.uses()
        unit = left[grown.at[0]]
        last = max(uses)
        if uses[last] != 1:
            return None
        if left[last] <= (1.0 + _LEFT_SHARE) * unit:
            unit = 0.5 * (unit + left[last])
        after, shares, shared = list(left), [], 0
        for line in sorted(uses):
            wanted = uses[line] * unit
            rest = left[line] - wanted
            if rest <= _LEFT_SHARE * wanted:
                wanted, rest = left[line], 0.0
            after[line] = rest
            shares.append(wanted / self._whole[line])
            shared += rest > 0
        apart = [b - a > self._reach[grown.at[0]] for a, b in pairwise(grown.couplings)]
        number = 1 + sum(apart) if grown.couplings else 0
        return after, Strand(tuple(sorted(uses)), tuple(shares), number), shared


def unwoven(row: Sequence[Peak], asked: RowPatterns, *, is_tall: bool = False) -> list[list[Peak]]:
    """Return a row, by rising ppm, as the multiplets that are woven into it; empty if not sure.

    A line of two multiplets stands in both, with its share of height and area.

    Parameters
    ----------
    row : sequence of Peak
        All lines of a stretch.
    asked : RowPatterns
    is_tall : bool
        They tower over all else there: less needs to speak for two doublets.
    """
    if not have_widths(row) or not are_told_apart(row):
        return []
    strands = strands_of(lines_of(row, asked.sf_mhz))
    if len(strands) < 2:
        return []
    parts = [_part(row, strand, asked) for strand in strands]
    patterns = [p for part in parts if (p := asked.pattern(part)) is not None]
    width_hz = max(p.fwhm_hz or 0.0 for p in row)
    if len(patterns) < len(parts) or _is_one_middle([p.centre_hz for p in patterns], width_hz):
        return []
    # what the lines tell, less what is chosen to explain them
    free = [2 * len(s.lines) - 2 - s.couplings for s in strands]
    told = 2 * len(row) - sum(2 + s.couplings for s in strands)
    told += _are_whole([sum(abs(intensity_of(p)) for p in part) for part in parts])
    least = len(parts) if is_tall else 2 * len(parts) - 1
    return parts if sum(f == 0 for f in free) <= 1 and told >= least else []


def _is_one_middle(centres_hz: Sequence[float], width_hz: float) -> bool:
    """Tell whether two patterns have one middle: those are of one second-order system."""
    ordered = sorted(centres_hz)
    return any(b - a < 0.5 * width_hz for a, b in pairwise(ordered))


def _are_whole(areas: Sequence[float]) -> bool:
    """Tell whether areas are in the proportion of small whole numbers."""
    unit = min(areas)
    return any(
        all(abs(a * n / unit - round(a * n / unit)) < _WHOLE * a * n / unit for a in areas)
        for n in (1, 2)
    )


def _part(row: Sequence[Peak], strand: Strand, asked: RowPatterns) -> list[Peak]:
    return [
        shared(row[k], share, asked.sf_mhz)
        for k, share in zip(strand.lines, strand.shares, strict=True)
    ]


def strands_of(lines: RowLines) -> tuple[Strand, ...]:
    """Return the patterns that explain a row of lines together; none where that is not sure.

    Parameters
    ----------
    lines : RowLines
        All lines of the row.
    """
    n = len(lines.hz)
    if not 3 <= n <= MOST_LINES or np.any(lines.intensity <= 0):
        return ()
    reach = np.maximum(2.0 * lines.error_hz, 0.2 * lines.fwhm_hz)
    best: list[tuple[float, tuple[Strand, ...]]] = []
    for is_turned in (False, True):
        hz, far, own = lines.hz, reach, lines.intensity
        if is_turned:
            hz, far, own = -hz[::-1], far[::-1], own[::-1]
        search = _Search(hz.tolist(), far.tolist(), own.tolist())
        search.run(own.tolist(), (), 0.0)
        if search.is_cut_short:
            return ()
        best += [(c, _turned(parts, n) if is_turned else parts) for c, parts in search.found]
    return _sure(best)


def _turned(parts: Sequence[Strand], n: int) -> tuple[Strand, ...]:
    return tuple(
        Strand(tuple(n - 1 - k for k in reversed(p.lines)), p.shares[::-1], p.couplings)
        for p in parts
    )


def _sure(found: Sequence[tuple[float, tuple[Strand, ...]]]) -> tuple[Strand, ...]:
    """Return the cheapest explanation, if no other one is nearly as cheap."""
    if not found:
        return ()
    cost, parts = min(found, key=lambda one: one[0])
    same = frozenset(p.lines for p in parts)
    others = (
        c
        for c, own in found
        # two lines by themselves are no explanation
        if frozenset(p.lines for p in own) != same and sum(not p.couplings for p in own) < 2
    )
    if min(others, default=np.inf) < cost + _AMBIGUOUS:
        return ()
    return parts
