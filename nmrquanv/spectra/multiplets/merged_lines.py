"""Two doublets whose inner lines are one top: what looks like a triplet, and is none.

The methyl groups of an isopropyl group stand so: three lines, the middle one with the area of both
others together. A pattern of one nucleus mirrors itself about its middle; so where the middle line
is broader than the others and does not stand half way between them, it is a line of each of two.
Its breadth tells how far these are apart, and partners elsewhere which of them is whose.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet, have_widths, intensity_of, shared
from nmrquanv.spectra.multiplets.shared_line import is_known
from nmrquanv.spectra.peaks import Peak

_BROADER, _ALIKE = 1.2, 1.25
"""How many times as broad as both outer lines the middle one is at least, and they as each other
at most; their areas too."""

_SUM_SHARE = 0.4
"""The middle line's area is that of both others within this part: a broad line's feet are much."""

_OFF_WIDTHS, _OFF_ERRORS = 0.2, 4.0
"""How far the middle line stands from half way, twice, in widths and in standard errors."""

_ROOM_WIDTHS = 2.5

_APART = 0.54
"""Two Lorentzian lines of one width that make one top are so far apart, in units of the root of the
difference of its squared width and theirs: within 3 % up to two thirds of a width."""

_APART_ERROR = 0.2
"""Of that distance: the line shape is no Lorentzian's quite."""


def merged_doublets(row: Sequence[Peak], sf_mhz: float) -> list[list[Peak]]:
    """Return three lines as two doublets that share the middle one; empty where they are not.

    Parameters
    ----------
    row : sequence of Peak
        By rising ppm.
    sf_mhz : float, MHz

    Returns
    -------
    list of list of Peak
        What each has of its lines. The middle line's place is as sure as its halves are near.
    """
    if len(row) != 3 or not have_widths(row):
        return []
    low, middle, high = row
    width, area = [p.fwhm_hz or 0.0 for p in row], [abs(intensity_of(p)) for p in row]
    outer = area[0] + area[2]
    is_one = (
        width[1] < _BROADER * max(width[0], width[2])
        or max(width[0], width[2]) > _ALIKE * min(width[0], width[2])
        or max(area[0], area[2]) > _ALIKE * min(area[0], area[2])
        or abs(area[1] - outer) > _SUM_SHARE * outer
        or min(middle.ppm - low.ppm, high.ppm - middle.ppm) * sf_mhz < _ROOM_WIDTHS * width[1]
        or not _is_off_middle(row, sf_mhz)
    )
    if is_one:
        return []
    share = area[0] / outer
    unsure = replace(middle, ppm_err=0.5 * _apart_hz(row) / sf_mhz)
    return [
        [low, shared(unsure, share, sf_mhz)],
        [shared(unsure, 1.0 - share, sf_mhz), high],
    ]


def _is_off_middle(row: Sequence[Peak], sf_mhz: float) -> bool:
    """Tell whether the middle line does not stand half way; its top is surer than its fit."""
    place = [(p.top_ppm if p.top_ppm is not None else p.ppm) * sf_mhz for p in row]
    error = [
        (p.fwhm_hz or 0.0) / (p.snr or math.inf)
        if p.top_ppm is not None
        else (p.ppm_err or 0.0) * sf_mhz
        for p in row
    ]
    least = min(p.fwhm_hz or 0.0 for p in row)
    limit = max(_OFF_WIDTHS * least, _OFF_ERRORS * math.hypot(error[0], 2.0 * error[1], error[2]))
    return abs(place[0] + place[2] - 2.0 * place[1]) > limit


def _apart_hz(row: Sequence[Peak]) -> float:
    """Return how far the two lines of the middle one are apart, from its breadth."""
    own = 0.5 * ((row[0].fwhm_hz or 0.0) + (row[2].fwhm_hz or 0.0))
    return _APART * math.sqrt(max((row[1].fwhm_hz or 0.0) ** 2 - own**2, 0.0))


def settled_by_partners(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float
) -> list[Multiplet]:
    """Return multiplets, two doublets with a merged line with couplings that others have.

    Each has the nearer of its two lines, or each the farther one: one of these pairs of couplings
    has more partners than the other. Where it has not, they stay as unsure as they are.

    Parameters
    ----------
    found : sequence of Multiplet
    peaks : mapping of str to Peak
    sf_mhz : float, MHz
    """
    new: dict[str, Multiplet] = {}
    for pair, row in _merged_pairs(found, peaks, sf_mhz):
        by_hz = 0.5 * _apart_hz(row)
        known = [c for m in found if m not in pair for c in m.couplings]
        ways = [tuple(_with_inner_line(m, row, by, sf_mhz) for m in pair) for by in (-by_hz, by_hz)]
        nearer, farther = (sum(is_known(m.couplings[0], known) for m in way) for way in ways)
        if nearer != farther:
            new |= {m.id: m for m in ways[int(farther > nearer)]}
    return [new.get(m.id, m) for m in found]


def _merged_pairs(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float
) -> Iterator[tuple[tuple[Multiplet, Multiplet], list[Peak]]]:
    """Yield two doublets with a merged line, by rising ppm, and their three lines."""
    doublets = sorted((m for m in found if m.kind == "d" and m.shares), key=lambda m: m.ppm)
    for low, high in pairwise(doublets):
        if low.peak_ids[0] == high.peak_ids[-1]:
            row = [peaks[i] for i in (low.peak_ids[-1], low.peak_ids[0], high.peak_ids[0])]
            if merged_doublets(row, sf_mhz):
                yield (low, high), row


def _with_inner_line(one: Multiplet, row: Sequence[Peak], by_hz: float, sf_mhz: float) -> Multiplet:
    """Return a doublet whose inner line stands farther from its outer one than the merged line."""
    outer = row[0] if one.peak_ids[-1] == row[0].id else row[2]
    side = 1.0 if row[1].ppm > outer.ppm else -1.0
    error_hz = math.hypot(outer.ppm_err or 0.0, row[1].ppm_err or 0.0) * sf_mhz
    error_hz = math.hypot(error_hz, _APART_ERROR * abs(by_hz))
    j_hz = abs(row[1].ppm - outer.ppm) * sf_mhz + by_hz
    middle = outer.ppm + 0.5 * side * j_hz / sf_mhz
    return replace(one, ppm=middle, couplings=(Coupling(j_hz, error_hz, 1),))
