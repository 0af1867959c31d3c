"""Pieces of larger things: small patterns among lines that nothing explains.

Two lines as tall as each other make a doublet anywhere, so of lines that no pattern explains as a
whole some always seem to be doublets. Each pattern is asked how much speaks for it: places and
intensities that it foretells, a partner with its coupling that leans as the distance says, room
around it. Where two or more that stand together have too little, they are one ``m``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nmrquanv.spectra.multiplets.company import without_class
from nmrquanv.spectra.multiplets.minor_lines import MINOR_SHARE, without_feet
from nmrquanv.spectra.multiplets.multiplet import Multiplet, intensity_of, own_lines
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

_ENOUGH, _ENOUGH_BESIDE = 2, 5
"""Things that speak for a class, so that it is sure; and beside lines that nothing explains."""

_MISFIT = 0.3
"""From this part of what places may be off on, they tell one thing less."""

_LEANS = 1.2
"""Ratio of two halves from which a pattern leans: then intensities tell one thing less."""

_STEEP, _LEANT_TO = 1.5, 0.3
"""Ratio of two halves from which a pattern leans steeply, and the least height, beside its own, of
lines that it leans to: they are coupled strongly, or one thing."""

_ROOM_HZ, _ROOM_WIDTHS = 11.0, 1.5
"""Room on both sides, beyond the pattern's own breadth so many times, that speaks for it."""

_TALL, _TALLER = 1.7, 2.5
"""A singlet so much taller than all lines beside it is one; other patterns have one or two things
more that speak for them."""

_SIBLING, _SIBLING_HZ, _SIBLING_ROOF, _SIBLING_APART_HZ = 5, 0.12, 0.4, 18.0
"""What speaks against pieces that are split alike, within so much, and lean to each other less
than this part of what two partners would; how far apart they are at most."""

_COUPLING_HZ, _ROOF = 0.25, 1.25


@dataclass(frozen=True, slots=True)
class _Piece:
    """A multiplet and what is asked of it."""

    multiplet: Multiplet
    row: tuple[Peak, ...]
    tallest: float
    lines: int
    lean: float
    misfit: float


def without_fragments(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], asked: RowPatterns, gap_ppm: float
) -> list[Multiplet]:
    """Return multiplets with those that are pieces of something larger as one ``m``.

    Parameters
    ----------
    found : sequence of Multiplet
    peaks : mapping of str to Peak
    asked : RowPatterns
    gap_ppm : float, ppm
        How far couplings reach.
    """
    pieces = [_piece(m, peaks, asked) for m in sorted(found, key=lambda m: m.low_ppm)]
    result: list[Multiplet] = []
    for group in _groups(pieces, gap_ppm):
        told = [_told(piece, group, pieces, asked) for piece in group]
        unsure = {k for k, x in enumerate(told) if x < _ENOUGH}
        if len(unsure) > 1 or any(told[k] == -np.inf for k in unsure):
            unsure |= {k for k in range(len(group)) if _is_beside(k, unsure, group, told, asked)}
        if len(group) < 2 or len(unsure) < 2:
            result += [piece.multiplet for piece in group]
            continue
        result += _joined(group, unsure, asked)
    return result


def _is_beside(
    k: int, unsure: set[int], group: Sequence[_Piece], told: Sequence[float], asked: RowPatterns
) -> bool:
    """Tell whether a piece stands so close to one that is not sure that it needs more."""
    near = [group[i] for i in unsure if group[i].tallest >= MINOR_SHARE * group[k].tallest]
    return told[k] < _ENOUGH_BESIDE and k not in unsure and not _has_room(group[k], near, asked)


def _piece(one: Multiplet, peaks: Mapping[str, Peak], asked: RowPatterns) -> _Piece:
    row = sorted(own_lines(one, peaks, asked.sf_mhz), key=lambda p: p.ppm)
    main = without_feet(row)
    pattern = asked.pattern(main)
    hidden, misfit = (0, 0.0) if pattern is None else (pattern.unexplained, pattern.misfit)
    middle = one.ppm
    low = sum(abs(intensity_of(p)) for p in main if p.ppm < middle)
    high = sum(abs(intensity_of(p)) for p in main if p.ppm > middle)
    lean = high / low if low and high else 1.0
    return _Piece(
        one, tuple(row), max(abs(p.height) for p in row), len(main) - hidden, lean, misfit
    )


def _groups(pieces: Sequence[_Piece], gap_ppm: float) -> list[list[_Piece]]:
    """Return rows of pieces of one sign that stand as near as couplings reach."""
    groups: list[list[_Piece]] = []
    for is_up in (True, False):
        high = -np.inf
        for piece in pieces:
            if (piece.row[0].height > 0) != is_up:
                continue
            if piece.multiplet.low_ppm - high <= gap_ppm:
                groups[-1].append(piece)
            else:
                groups.append([piece])
            high = max(high, piece.multiplet.high_ppm)
    return groups


def _told(
    piece: _Piece, group: Sequence[_Piece], every: Sequence[_Piece], asked: RowPatterns
) -> float:
    """Return how much speaks for a multiplet's class: how many things it foretells rightly."""
    one = piece.multiplet
    beside = [p for p in group if p is not piece]
    tallest = max((p.tallest for p in beside), default=0.0)
    is_minor = one.kind == "s" and piece.tallest < MINOR_SHARE * tallest
    if one.shares or one.is_broad or one.kind == "AB" or is_minor:
        return np.inf
    if one.kind == "m":
        return -np.inf
    if any(_leans_to(piece, other, asked.sf_mhz) for other in beside):
        return 0
    has_room = _has_room(piece, beside, asked)
    if one.kind == "s":
        is_alone = has_room and piece.tallest > 0.5 * tallest
        return np.inf if piece.tallest > _TALL * tallest or is_alone else 0
    told = 2 * piece.lines - 2 - len(one.couplings) + int(has_room) - int(piece.misfit > _MISFIT)
    told -= int(max(piece.lean, 1.0 / piece.lean) > _LEANS)
    others = max((p.tallest for p in beside if p.multiplet.kind in ("m", "s")), default=0.0)
    told += sum(piece.tallest > ratio * others > 0.0 for ratio in (_TALL, _TALLER))
    told -= _SIBLING * any(_are_siblings(piece, other, asked.sf_mhz) for other in beside)
    if told < _ENOUGH_BESIDE:
        partners = (p for p in every if p is not piece)
        told += 2 * int(any(_is_partner(piece, other, asked.sf_mhz) for other in partners))
    return told


def _leans_to(piece: _Piece, other: _Piece, sf_mhz: float) -> bool:
    """Tell whether a pattern leans to lines of no pattern that stand nearer than its coupling."""
    one, its = piece.multiplet, other.multiplet
    if not one.couplings or its.kind != "m" or other.tallest < _LEANT_TO * piece.tallest:
        return False
    is_above = its.ppm > one.ppm
    lean = piece.lean if is_above else 1.0 / piece.lean
    gap_ppm = its.low_ppm - one.high_ppm if is_above else one.low_ppm - its.high_ppm
    return lean > _STEEP and gap_ppm * sf_mhz < one.couplings[0].hz


def _has_room(piece: _Piece, beside: Sequence[_Piece], asked: RowPatterns) -> bool:
    breadth_hz = (piece.multiplet.high_ppm - piece.multiplet.low_ppm) * asked.sf_mhz
    return _room_ppm(piece, beside) * asked.sf_mhz > max(_ROOM_HZ, _ROOM_WIDTHS * breadth_hz)


def _room_ppm(piece: _Piece, beside: Sequence[_Piece]) -> float:
    one = piece.multiplet
    gaps = (
        max(p.multiplet.low_ppm - one.high_ppm, one.low_ppm - p.multiplet.high_ppm) for p in beside
    )
    return min(gaps, default=np.inf)


def _are_siblings(piece: _Piece, other: _Piece, sf_mhz: float) -> bool:
    """Tell whether two pieces are split alike and do not lean to each other: parts of one thing.

    Two signals that stand so near and have one coupling are partners, and lean.
    """
    apart_hz = (other.multiplet.ppm - piece.multiplet.ppm) * sf_mhz
    if _room_ppm(piece, [other]) * sf_mhz > _SIBLING_APART_HZ:
        return False
    for coupling in piece.multiplet.couplings:
        for theirs in other.multiplet.couplings:
            if abs(theirs.hz - coupling.hz) > _SIBLING_HZ:
                continue
            r = float(np.hypot(apart_hz, coupling.hz))
            roof = 1.0 + _SIBLING_ROOF * ((r + coupling.hz) / (r - coupling.hz) - 1.0)
            if (piece.lean if apart_hz > 0 else 1.0 / piece.lean) < roof:
                return True
            if (1.0 / other.lean if apart_hz > 0 else other.lean) < roof:
                return True
    return False


def _is_partner(piece: _Piece, other: _Piece, sf_mhz: float) -> bool:
    """Tell whether another multiplet has a coupling of this one, and both lean as they should."""
    one = piece.multiplet
    apart_hz = (other.multiplet.ppm - one.ppm) * sf_mhz
    for coupling in one.couplings:
        for theirs in other.multiplet.couplings:
            limit = max(3.0 * float(np.hypot(coupling.error_hz, theirs.error_hz)), _COUPLING_HZ)
            if abs(theirs.hz - coupling.hz) > limit:
                continue
            r = float(np.hypot(apart_hz, coupling.hz))
            roof = ((r + coupling.hz) / (r - coupling.hz)) ** (1 if apart_hz > 0 else -1)
            if all(1 / _ROOF < own / roof < _ROOF for own in _leans(piece, other)):
                return True
    return False


def _leans(piece: _Piece, other: _Piece) -> tuple[float, ...]:
    """Return how much a doublet leans to higher ppm, and how much the other one away from it."""
    leans = []
    if piece.multiplet.kind == "d":
        leans.append(piece.lean)
    if other.multiplet.kind == "d":
        leans.append(1.0 / other.lean)
    return tuple(leans)


def _joined(group: Sequence[_Piece], unsure: set[int], asked: RowPatterns) -> list[Multiplet]:
    """Return a group with neighbours that are not sure as one ``m`` each."""
    result: list[Multiplet] = []
    run: list[_Piece] = []
    for k, piece in enumerate([*group, None]):
        if piece is not None and k in unsure:
            run.append(piece)
            continue
        if run:
            result.append(_as_m(run, asked))
        run = []
        if piece is not None:
            result.append(piece.multiplet)
    return result


def _as_m(run: Sequence[_Piece], asked: RowPatterns) -> Multiplet:
    first = run[0].multiplet
    if len(run) == 1 and first.kind in ("m", "s"):
        return first
    row = sorted({p.id: p for piece in run for p in piece.row}.values(), key=lambda p: p.ppm)
    area = sum(piece.multiplet.area for piece in run)
    return without_class(replace(first, area=area, shares=()), row, asked.sf_mhz)
