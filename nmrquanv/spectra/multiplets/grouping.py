"""Which lines belong together: peaks to multiplets.

A row of lines is cut where a gap is wider than couplings are; each piece is then divided so that
its parts are explained with the fewest shifts and couplings: see ``division.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from nmrquanv.spectra.multiplets.ab_system import ab_system, with_ab_systems, without_strong_pairs
from nmrquanv.spectra.multiplets.bumps import apart_in_width
from nmrquanv.spectra.multiplets.company import has_company, without_class
from nmrquanv.spectra.multiplets.division import cost_of, divided
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.foreign_lines import with_foreign
from nmrquanv.spectra.multiplets.fragments import without_fragments
from nmrquanv.spectra.multiplets.low_rows import with_low_rows
from nmrquanv.spectra.multiplets.merged_lines import merged_doublets, settled_by_partners
from nmrquanv.spectra.multiplets.minor_lines import (
    by_height,
    main_and_minor,
    put_to,
    without_feet,
    without_shoulders,
)
from nmrquanv.spectra.multiplets.multiplet import (
    Multiplet,
    intensity_of,
    shared,
    with_breadth,
)
from nmrquanv.spectra.multiplets.outer_lines import with_outer_lines
from nmrquanv.spectra.multiplets.roofs import without_lone_roofs
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.multiplets.shared_line import with_shared_lines
from nmrquanv.spectra.multiplets.wide import with_wide_couplings
from nmrquanv.spectra.multiplets.woven import unwoven
from nmrquanv.spectra.peaks import Peak

_WOVEN_MORE = 0.2
_SURE_HZ, _FAR = 0.03, 0.3
"""Couplings are hardly known better; signals that far apart, of all in view, rarely couple."""
"""Patterns among each other's lines agree with all intensities; so they may cost this more than
others that stand beside each other."""

WIDEST_COUPLING_HZ = {"1H": 22.0, "19F": 60.0, "31P": 45.0}
"""Gaps wider than this divide multiplets. 1H: geminal couplings reach 20 Hz; larger ones, to P or
F: see ``wide.py``."""


def multiplets_of(
    peaks: Iterable[Peak], sf_mhz: float, nucleus: str, known: Sequence[Coupling] = ()
) -> tuple[Multiplet, ...]:
    """Group peaks into multiplets, highest ppm first.

    Parameters
    ----------
    peaks : iterable of Peak
        Those of class "signal" count. A line of solvent or water stays in a multiplet that only
        with it has a pattern; other classes are left out.
    sf_mhz : float, MHz
        Of 0 ppm.
    nucleus : str
        Couplings are looked for in 1H, 19F and 31P; lines of another nucleus (13C under
        decoupling) are singlets, but for rows that only a wide coupling makes (CF3).
    known : sequence of Coupling
        What spectra of another nucleus of the same sample have: a pair of signals that look the
        same is one where it is as far apart.
    """
    peaks = tuple(peaks)
    row = sorted((p for p in peaks if p.peak_class == "signal"), key=lambda p: p.ppm)
    gap_ppm = WIDEST_COUPLING_HZ.get(nucleus, 0.0) / sf_mhz
    usual = float(np.median([p.fwhm_hz for p in row if p.fwhm_hz] or [0.0]))
    asked = RowPatterns(sf_mhz)
    foreign = [p for p in peaks if p.peak_class in ("solvent", "water")]
    if gap_ppm:
        sharp = [p for p in row if p.kind != "broad"]
        alike = (own for part in _parts(sharp, gap_ppm, asked) for own in apart_in_width(part))
        parts = [*alike, *([p] for p in row if p.kind == "broad")]
        parts = with_foreign(parts, foreign, asked)
    else:
        parts = [[p] for p in row]
    by_id = {p.id: p for p in (*row, *foreign)}
    found = [_with_shares(_described(part, asked), part, by_id) for part in parts]
    found = with_ab_systems(found, by_id, sf_mhz) if gap_ppm else found
    found = without_lone_roofs(found, by_id, sf_mhz, gap_ppm)
    found = [_alone_or_part(m, found, by_id, asked, gap_ppm) for m in found]
    found = without_fragments(found, by_id, asked, gap_ppm) if gap_ppm else found
    found = without_strong_pairs(found, by_id, sf_mhz) if gap_ppm else found
    if gap_ppm:
        found = with_shared_lines(found, by_id, asked)
        found = settled_by_partners(found, by_id, sf_mhz)
    found = with_wide_couplings(found, by_id, asked, nucleus, known)
    marked = (with_breadth(m, by_id, usual) for m in found)
    return tuple(sorted(marked, key=lambda m: -m.ppm))


def _alone_or_part(
    one: Multiplet,
    others: Sequence[Multiplet],
    peaks: Mapping[str, Peak],
    asked: RowPatterns,
    gap_ppm: float,
) -> Multiplet:
    """Return a bump among other signals as an ``m``: it may be part of one of them."""
    row = [peaks[i] for i in reversed(one.peak_ids)]
    is_bump = one.kind == "s" and row[0].kind == "unresolved"
    if is_bump and has_company(one, others, peaks, gap_ppm):
        return without_class(one, row, asked.sf_mhz)
    return one


def _parts(row: list[Peak], gap_ppm: float, asked: RowPatterns) -> list[list[Peak]]:
    """Divide lines of an usual width; minor ones among themselves, if they are no feet."""
    parts: list[list[Peak]] = []
    left = row
    while left:
        main, minor = main_and_minor(left, gap_ppm, asked.sf_mhz)
        found = _all_parts(main, gap_ppm, asked)
        found, minor = with_outer_lines(found, minor, gap_ppm, asked)
        found, minor = with_low_rows(
            found, minor, gap_ppm, asked, lambda row: _divided_all(row, gap_ppm, asked)
        )
        parts += found
        left = put_to(parts, minor, asked.sf_mhz)
    return parts


def _all_parts(row: Sequence[Peak], gap_ppm: float, asked: RowPatterns) -> list[list[Peak]]:
    pieces = _pieces(row, gap_ppm)
    parts = [part for piece in pieces for part in _in_parts(piece, gap_ppm, asked)]
    return [own for part in parts for own in merged_doublets(part, asked.sf_mhz) or [part]]


def _divided_all(row: Sequence[Peak], gap_ppm: float, asked: RowPatterns) -> list[list[Peak]]:
    """Return parts that stand beside each other: what is among others' lines takes longer."""
    return [part for piece in _pieces(row, gap_ppm) for part in divided(piece, asked)]


def _in_parts(piece: list[Peak], gap_ppm: float, asked: RowPatterns) -> list[list[Peak]]:
    """Return a piece in parts that stand beside each other, or where that fails, in each other."""
    parts = divided(piece, asked)
    if len(parts) == 1 and asked.pattern(piece) is not None:
        return parts
    woven = unwoven(piece, asked)
    if woven and all((p := asked.pattern(part)) and not p.unexplained for part in parts):
        costs = [sum(cost_of(part, asked) for part in way) for way in (woven, parts)]
        return woven if costs[0] < costs[1] + _WOVEN_MORE else parts
    return woven or _layered(piece, gap_ppm, asked) or parts


def _layered(piece: Sequence[Peak], gap_ppm: float, asked: RowPatterns) -> list[list[Peak]]:
    """Return a piece as what its tall lines make and what the low ones do; empty if that is not so.

    A methyl group's lines are some times as tall as those of one proton that stand among them.
    """
    tall, low = by_height(piece)
    if not low or len(tall) < 2:
        return []
    found = []
    for row in _pieces(tall, gap_ppm):
        for way in (divided(row, asked), unwoven(row, asked, is_tall=True)):
            if way and all(len(part) > 1 and asked.pattern(part) for part in way):
                found += way
                break
        else:
            return []
    return [
        *found,
        *(part for row in _pieces(low, gap_ppm) for part in _in_parts(row, gap_ppm, asked)),
    ]


def _with_shares(one: Multiplet, part: Sequence[Peak], peaks: Mapping[str, Peak]) -> Multiplet:
    """Return a multiplet that says what it has of each line."""
    own = {p.id: p.height / peaks[p.id].height if peaks[p.id].height else 1.0 for p in part}
    if all(share == 1.0 for share in own.values()):
        return one
    return replace(one, shares=tuple(own[i] for i in one.peak_ids))


def multiplet_of(
    peaks: Sequence[Peak],
    sf_mhz: float,
    *,
    is_by_hand: bool = False,
    shares: Mapping[str, float] | None = None,
) -> Multiplet:
    """Describe peaks that are known to belong together, as first order if they are, else ``m``.

    Parameters
    ----------
    peaks : sequence of Peak
    sf_mhz : float, MHz
    is_by_hand : bool
    shares : mapping of str to float, optional
        By id, what it has of lines that another multiplet shares, 0 to 1.

    Raises
    ------
    ValueError
        No peak.
    """
    if not peaks:
        raise ValueError("a multiplet needs at least one peak")
    own = [shared(p, (shares or {}).get(p.id, 1.0), sf_mhz) for p in peaks]
    described = _described(own, RowPatterns(sf_mhz))
    whole = _with_shares(described, own, {p.id: p for p in peaks})
    return replace(whole, is_by_hand=is_by_hand)


def _described(peaks: Sequence[Peak], asked: RowPatterns) -> Multiplet:
    """Describe peaks that belong together; see :func:`multiplet_of`."""
    sf_mhz = asked.sf_mhz
    every = row = sorted(peaks, key=lambda p: p.ppm)
    pattern = asked.pattern(row)
    if pattern is None:
        row = without_feet(every)
        pattern = asked.pattern(row)
    ab = ab_system(row, sf_mhz) if pattern is None else None
    ids = tuple(p.id for p in reversed(every))
    if ab is not None:
        return replace(ab, peak_ids=ids)
    if pattern is None:
        row = without_shoulders(row, sf_mhz)
        pattern = asked.pattern(row)
    area = float(sum(intensity_of(p) for p in every))
    plain = without_class(Multiplet(ids, 0.0, 0.0, 0.0, "m", area=area), row, sf_mhz)
    plain = replace(plain, peak_ids=ids)
    if pattern is None:
        is_bump = len(every) == 1 and row[0].kind == "unresolved" and row[0].least_lines == 2
        return replace(plain, kind="s", is_broad=True) if is_bump else plain
    ppm = pattern.centre_hz / sf_mhz
    return replace(plain, ppm=ppm, kind=pattern.name, couplings=pattern.couplings)


def partners(multiplets: Sequence[Multiplet]) -> tuple[tuple[str, int, str, int], ...]:
    """Pair couplings of different multiplets that agree within their errors.

    Returns
    -------
    tuple of (id, index of the coupling, id, index of the coupling)
        The best match of each; a coupling stands in at most one pair, one to another nucleus in
        none.

    Notes
    -----
    Two couplings agree within three standard errors of their difference, at least 0.25 Hz. Of
    several that agree the match is best where the difference is small by its error and the shifts
    are near: of couplings of 7 Hz there are many, and spins at a few bonds' distance are rarely
    far apart.
    """
    places = {m.id: m.ppm for m in multiplets}
    far = _FAR * (max(places.values()) - min(places.values())) if places else 0.0
    every = [(m.id, k, c) for m in multiplets for k, c in enumerate(m.couplings) if not c.to]
    every.sort(key=lambda one: one[2].hz)
    widest = max((6.0 * c.error_hz for _, _, c in every), default=0.0)
    pairs = []
    for i, (first_id, first_k, first) in enumerate(every):
        for second_id, second_k, second in every[i + 1 :]:
            error = float(np.hypot(first.error_hz, second.error_hz))
            limit = max(3.0 * error, 0.25)
            away = second.hz - first.hz
            if away > max(widest, 0.25):
                break
            if first_id != second_id and away <= limit:
                apart = places[first_id] - places[second_id]
                worse = (away / max(error, _SURE_HZ)) ** 2 + (apart / (far or 1.0)) ** 2
                pairs.append((worse, (first_id, first_k, second_id, second_k)))
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
