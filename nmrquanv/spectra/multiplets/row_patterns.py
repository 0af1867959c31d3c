"""Which first-order pattern explains a row of peaks, if any does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import inf
from operator import attrgetter

from nmrquanv.spectra.multiplets.bumps import bumps_of, clusters_of
from nmrquanv.spectra.multiplets.first_order import POSITION_WIDTHS, Pattern
from nmrquanv.spectra.multiplets.multiplet import (
    are_told_apart,
    have_widths,
    lines_of,
)
from nmrquanv.spectra.multiplets.patterns import is_symmetric, pattern_of
from nmrquanv.spectra.peaks import Peak

READ = ("ppm", "height", "snr", "fwhm_hz", "area", "ppm_err", "peak_class", "kind", "top_ppm")
"""All of a peak that decides on patterns: a confirmation or a label groups nothing anew."""

_content = attrgetter(*READ)

_UNEVEN = 1.5
_REMEMBERED = 8192


class RowPatterns:
    """Patterns of rows of peaks, each looked for once."""

    def __init__(self, sf_mhz: float) -> None:
        self.sf_mhz = sf_mhz
        self._known: dict[tuple[tuple[str, float], ...], Pattern | None] = {}

    def pattern(self, row: Sequence[Peak]) -> Pattern | None:
        """Return what explains a row, by rising ppm; None when nothing does."""
        key = tuple((p.id, p.height) for p in row)  # a shared line has less of it
        if key not in self._known:
            self._known[key] = _of_content(RowContent(row), self.sf_mhz)
        return self._known[key]


class RowContent:
    """A row that is the same as another that makes the same patterns: see :data:`READ`."""

    __slots__ = ("_key", "peaks")

    def __init__(self, peaks: Sequence[Peak]) -> None:
        self.peaks = peaks
        self._key = tuple(map(_content, peaks))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowContent) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=_REMEMBERED)
def _of_content(row: RowContent, sf_mhz: float) -> Pattern | None:
    """Return what explains a row; an edit of one line asks about most others again."""
    return _explained(row.peaks, sf_mhz)


def _explained(row: Sequence[Peak], sf_mhz: float) -> Pattern | None:
    if not have_widths(row):
        if len(row) > 1 or not are_told_apart(row):
            return None
        only = row[0]
        return Pattern(only.ppm * sf_mhz, (only.ppm_err or 0.0) * sf_mhz, (), 0.0, 1.0)
    found = _of_lines(row, sf_mhz) if are_told_apart(row) else None
    if found is None and (bumps := bumps_of(row, sf_mhz)):
        found = _of_lines(bumps, sf_mhz)
        if found is not None:
            found = replace(found, unexplained=len(row) - len(bumps))
    return found or _of_clusters(row, sf_mhz)


def _of_clusters(row: Sequence[Peak], sf_mhz: float) -> Pattern | None:
    """Return what explains the clusters of a row that mirrors itself, line by line."""
    if not are_told_apart(row) or not may_mirror(row, sf_mhz):
        return None
    clusters = clusters_of(row, sf_mhz)
    if not clusters or not is_symmetric(lines_of(row, sf_mhz)):
        return None
    found = _of_lines(clusters, sf_mhz)
    return found and replace(found, unexplained=len(row) - len(clusters))


def _of_lines(row: Sequence[Peak], sf_mhz: float) -> Pattern | None:
    """Return what explains lines, each as one."""
    if len(row) == 1:
        return pattern_of(lines_of(row, sf_mhz))
    if not may_mirror(row, sf_mhz):
        return None
    width = [p.fwhm_hz or 0.0 for p in row]
    # what the fit gave to one of two neighbours in width, and so in area, it took from the other
    by_height = max(width) > _UNEVEN * min(width)
    found = pattern_of(lines_of(row, sf_mhz, by_height=by_height))
    return found or pattern_of(lines_of(row, sf_mhz, by_height=not by_height))


def may_mirror(row: Sequence[Peak], sf_mhz: float) -> bool:
    """Tell whether lines can mirror each other within what a pattern allows them to be off.

    Most rows that a division asks for do not, and plain numbers tell that at once.

    Parameters
    ----------
    row : sequence of Peak
        By rising ppm.
    sf_mhz : float, MHz
    """
    width = [p.fwhm_hz or 0.0 for p in row]
    usual = sorted(width)[(len(width) + 2) // 4]  # or a little more than a quarter are below
    off = [
        max(4.0 * (p.ppm_err or 0.0) * sf_mhz, POSITION_WIDTHS * max(w, usual))
        for p, w in zip(row, width, strict=True)
    ]
    least, greatest = -inf, inf
    for k in range((len(row) + 1) // 2):
        middle, both = (row[k].ppm + row[-1 - k].ppm) * sf_mhz, 2.0 * max(off[k], off[-1 - k])
        least, greatest = max(least, middle - both), min(greatest, middle + both)
    return least <= greatest
