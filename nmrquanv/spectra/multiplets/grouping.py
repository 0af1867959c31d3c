"""Which lines belong together: peaks to multiplets.

A row of lines is cut where a gap is wider than couplings are; each piece is then divided so that
its parts are explained with the fewest shifts and couplings. A pattern that is explained costs one
for its shift and half for every coupling; lines without a pattern cost nearly one each, so that two
singlets become a doublet only where intensities and widths agree with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from nmrquanv.spectra.multiplets.ab_system import ab_system
from nmrquanv.spectra.multiplets.multiplet import (
    Multiplet,
    have_widths,
    intensity_of,
    lines_of,
    reach_ppm,
    with_breadth,
)
from nmrquanv.spectra.multiplets.patterns import MAX_LINES, is_symmetric
from nmrquanv.spectra.multiplets.roofs import without_lone_roofs
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

WIDEST_COUPLING_HZ = {"1H": 22.0, "19F": 60.0, "31P": 45.0}
"""Gaps wider than this divide multiplets. 1H: geminal couplings reach 20 Hz; larger ones, to P or
F, are for the user to join."""

MINOR_SHARE = 0.04
"""A line lower than this part of a taller one within coupling's reach is no line of its pattern:
a foot of its shape, an impurity. The outer lines of a septet have 5 %."""

FOOT_WIDTHS = 4.0
"""A minor line so near to a taller one, in widths of that, is put to its multiplet."""

_STRADDLE, _STRADDLE_HZ = 1.0, 6.0
"""What it costs to divide lines that stand close, and the distance at which it costs a third:
lines of one multiplet are seldom farther from each other than those of two."""

_UNEXPLAINED, _SYMMETRIC = 0.9, 0.2
_SHIFT, _COUPLING, _MISFIT = 1.0, 0.5, 0.3
_UNLIKE = 3.0


def multiplets_of(peaks: Iterable[Peak], sf_mhz: float, nucleus: str) -> tuple[Multiplet, ...]:
    """Group peaks into multiplets, highest ppm first.

    Parameters
    ----------
    peaks : iterable of Peak
        Those of class "signal" count. A line of solvent or water stays in a multiplet that only
        with it has a pattern; other classes are left out.
    sf_mhz : float, MHz
        Of 0 ppm.
    nucleus : str
        Couplings are looked for in 1H, 19F and 31P; every line of another nucleus (13C under
        decoupling) is a singlet.
    """
    peaks = tuple(peaks)
    row = sorted((p for p in peaks if p.peak_class == "signal"), key=lambda p: p.ppm)
    gap_ppm = WIDEST_COUPLING_HZ.get(nucleus, 0.0) / sf_mhz
    usual = float(np.median([p.fwhm_hz for p in row if p.fwhm_hz] or [0.0]))
    asked = RowPatterns(sf_mhz)
    parts: list[list[Peak]] = []
    left = row
    while left:
        main, minor = _main(left, gap_ppm) if gap_ppm else (left, [])
        for piece in _pieces(main, gap_ppm):
            parts += _divided(piece, asked)
        left = _put_to(parts, minor, sf_mhz)
    foreign = [p for p in peaks if p.peak_class in ("solvent", "water")]
    if gap_ppm:
        parts = [_with_foreign(part, foreign, asked) for part in parts]
    by_id = {p.id: p for p in (*row, *foreign)}
    found = without_lone_roofs([_described(part, asked) for part in parts], by_id, sf_mhz)
    marked = (with_breadth(m, by_id, usual) for m in found)
    return tuple(sorted(marked, key=lambda m: -m.ppm))


def _with_foreign(part: list[Peak], foreign: Sequence[Peak], asked: RowPatterns) -> list[Peak]:
    """Return a part with a line of the solvent that lies in it, where that makes a pattern of it.

    A solvent's line over one of the multiplet's own leaves a hole in it.
    """
    if len(part) < 2:
        return part
    row = sorted(part, key=lambda p: p.ppm)
    inside = [p for p in foreign if row[0].ppm < p.ppm < row[-1].ppm]
    if not inside or asked.pattern(row) is not None:
        return part
    for peak in inside:
        whole = sorted((*row, peak), key=lambda p: p.ppm)
        if asked.pattern(whole) is not None:
            return whole
    return part


def _main(row: Sequence[Peak], gap_ppm: float) -> tuple[list[Peak], list[Peak]]:
    """Tell lines that make patterns from the low ones beside a tall one."""
    ppm = np.array([p.ppm for p in row])
    height = np.array([abs(p.height) for p in row])
    first = np.searchsorted(ppm, ppm - gap_ppm)
    last = np.searchsorted(ppm, ppm + gap_ppm, side="right")
    tallest = np.array([height[a:b].max() for a, b in zip(first, last, strict=True)])
    is_minor = (height < MINOR_SHARE * tallest).tolist()
    main = [p for p, minor in zip(row, is_minor, strict=True) if not minor]
    return main, [p for p, minor in zip(row, is_minor, strict=True) if minor]


def _put_to(parts: list[list[Peak]], minor: list[Peak], sf_mhz: float) -> list[Peak]:
    """Put feet of tall lines to their multiplets; return the other minor lines."""
    owners = [(p, part) for part in parts for p in part]
    left = []
    for peak in minor:
        near = min(owners, key=lambda own: abs(own[0].ppm - peak.ppm), default=None)
        if near is not None:
            reach_ppm = FOOT_WIDTHS * (near[0].fwhm_hz or 0.0) / sf_mhz
            is_foot = abs(peak.height) < MINOR_SHARE * abs(near[0].height)
            if is_foot and abs(near[0].ppm - peak.ppm) <= reach_ppm:
                near[1].append(peak)
                continue
        left.append(peak)
    return left


def multiplet_of(peaks: Sequence[Peak], sf_mhz: float, *, is_by_hand: bool = False) -> Multiplet:
    """Describe peaks that are known to belong together, as first order if they are, else ``m``.

    Raises
    ------
    ValueError
        No peak.
    """
    if not peaks:
        raise ValueError("a multiplet needs at least one peak")
    return replace(_described(peaks, RowPatterns(sf_mhz)), is_by_hand=is_by_hand)


def _described(peaks: Sequence[Peak], asked: RowPatterns) -> Multiplet:
    """Describe peaks that belong together; see :func:`multiplet_of`."""
    sf_mhz = asked.sf_mhz
    every = row = sorted(peaks, key=lambda p: p.ppm)
    pattern = asked.pattern(row)
    if pattern is None:
        tallest = max(abs(p.height) for p in every)
        row = [p for p in every if abs(p.height) >= MINOR_SHARE * tallest]
        pattern = asked.pattern(row)
    ab = ab_system(row, sf_mhz) if pattern is None else None
    ids = tuple(p.id for p in reversed(every))
    if ab is not None:
        return replace(ab, peak_ids=ids)
    area = float(sum(intensity_of(p) for p in every))
    weights = np.array([abs(intensity_of(p)) for p in row])
    middle = float(np.average([p.ppm for p in row], weights=weights if weights.sum() else None))
    return Multiplet(
        ids,
        row[-1].ppm + reach_ppm(row[-1], sf_mhz),
        row[0].ppm - reach_ppm(row[0], sf_mhz),
        middle if pattern is None else pattern.centre_hz / sf_mhz,
        "m" if pattern is None else pattern.name,
        couplings=() if pattern is None else pattern.couplings,
        area=area,
    )


def partners(multiplets: Sequence[Multiplet]) -> tuple[tuple[str, int, str, int], ...]:
    """Pair couplings of different multiplets that agree within their errors.

    Returns
    -------
    tuple of (id, index of the coupling, id, index of the coupling)
        The best match of each; a coupling stands in at most one pair.

    Notes
    -----
    Two couplings agree within three standard errors of their difference, at least 0.25 Hz.
    """
    every = [(m.id, k, c) for m in multiplets for k, c in enumerate(m.couplings)]
    every.sort(key=lambda one: one[2].hz)
    widest = max((6.0 * c.error_hz for _, _, c in every), default=0.0)
    pairs = []
    for i, (first_id, first_k, first) in enumerate(every):
        for second_id, second_k, second in every[i + 1 :]:
            limit = max(3.0 * float(np.hypot(first.error_hz, second.error_hz)), 0.25)
            away = second.hz - first.hz
            if away > max(widest, 0.25):
                break
            if first_id != second_id and away <= limit:
                pairs.append((away, (first_id, first_k, second_id, second_k)))
    taken: set[tuple[str, int]] = set()
    chosen = []
    for _, (first_id, first_k, second_id, second_k) in sorted(pairs):
        ends = {(first_id, first_k), (second_id, second_k)}
        if not ends & taken:
            taken |= ends
            chosen.append((first_id, first_k, second_id, second_k))
    return tuple(chosen)


def _pieces(row: Sequence[Peak], gap_ppm: float) -> list[list[Peak]]:
    """Cut a row of peaks, rising in ppm, at its wide gaps and where the sign changes."""
    pieces: list[list[Peak]] = []
    for peak in row:
        last = pieces[-1][-1] if pieces else None
        is_near = last is not None and peak.ppm - last.ppm <= gap_ppm
        if last is not None and is_near and (last.height > 0) == (peak.height > 0):
            pieces[-1].append(peak)
        else:
            pieces.append([peak])
    return pieces


def _divided(piece: list[Peak], asked: RowPatterns) -> list[list[Peak]]:
    """Divide a piece into the parts that cost least (dynamic programming)."""
    sf_mhz = asked.sf_mhz
    n = len(piece)
    cost, came = [0.0] + [np.inf] * n, [0] * (n + 1)
    hz = np.array([p.ppm * sf_mhz for p in piece])
    slack = [2.0 * max(p.fwhm_hz or 0.0, 4.0 * (p.ppm_err or 0.0) * sf_mhz) for p in piece]
    for end in range(1, n + 1):
        for start in range(max(0, end - MAX_LINES), end):
            sums = hz[start:end] + hz[start:end][::-1]
            if end - start > 2 and np.ptp(sums) > max(slack[start:end]):
                # nothing that mirrors itself: no pattern needs to be looked for
                here = cost[start] + _SHIFT + _UNEXPLAINED * (end - start - 1)
            else:
                here = cost[start] + _cost(piece[start:end], asked)
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


def _cost(part: list[Peak], asked: RowPatterns) -> float:
    pattern, sf_mhz = asked.pattern(part), asked.sf_mhz
    if pattern is not None:
        return _SHIFT + _COUPLING * len(pattern.couplings) + _MISFIT * pattern.misfit
    if len(part) == 1:
        return _SHIFT
    if ab_system(part, sf_mhz) is not None:
        return 2 * _SHIFT + _COUPLING
    if len(part) == 2 and _are_unlike(part):
        return 2.0 * _SHIFT + _STRADDLE + _MISFIT
    if have_widths(part) and is_symmetric(lines_of(part, sf_mhz)):
        return _SHIFT + _SYMMETRIC * (len(part) - 1)
    return _SHIFT + _UNEXPLAINED * (len(part) - 1)


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
