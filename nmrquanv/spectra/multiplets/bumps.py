"""Bumps: lines too close to stand apart, read as one, as a person reads them.

Small couplings make bumps of the lines of a pattern. How many lines a fit finds under each is as
noise has it; where each bump stands, how wide it is and what it holds is not. So a row whose lines
fit no pattern is read once more by its bumps: its class comes from the splittings that are seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from nmrquanv.spectra.multiplets.first_order import quantile_of
from nmrquanv.spectra.multiplets.multiplet import intensity_of
from nmrquanv.spectra.peaks import Peak

APART_WIDTHS = 1.2
"""Tops, and bumps, that are nearer than so many of their widths are not told apart."""

SHOULDER_WIDTHS = 1.5
"""A line without a top of its own belongs to one that is nearer than this."""

_ALIKE = 2.0
"""Bumps of one pattern have one shape: their widths differ by less than this factor."""

_OTHER = 3.0
"""Widths of a line from which a bump beside it is another signal's: a few couplings that nobody
resolves make two of it."""

_ERROR_WIDTHS = 0.05
_LOPSIDED, _MAIN_SHARE = 0.1, 0.6
"""How far the main line is from a bump's middle, in its widths, and what it has of its area, where
a bump leans."""

_CLUSTER = 2.0

_FWHM_OF_SPREAD = 2.355


def bumps_of(row: Sequence[Peak], sf_mhz: float) -> list[Peak]:
    """Return a row, by rising ppm, with one peak for each bump; empty where they are no row.

    Parameters
    ----------
    row : sequence of Peak
        Of known widths.
    sf_mhz : float, MHz

    Returns
    -------
    list of Peak
        Of kind ``line``: two or more alike, farther apart than they are wide; else none.

    Notes
    -----
    A bump stands in the middle of what it holds. Two that lean to each other are those of a
    second-order system such as AA'XX': their tallest lines are as far apart as people read.
    """
    groups = grouped(row, sf_mhz)
    is_told = len(groups) == len(row) and all(p.kind != "unresolved" for p in row)
    if len(groups) < 2 or is_told:
        return []
    bumps = [_bump(group, sf_mhz) for group in groups]
    width = [p.fwhm_hz or 0.0 for p in bumps]
    apart = [(b.ppm - a.ppm) * sf_mhz for a, b in pairwise(bumps)]
    usual = quantile_of(np.array(width), 0.5)
    if max(width) > _ALIKE * min(width) or min(apart) < APART_WIDTHS * usual:
        return []
    return _on_tallest(groups, bumps, sf_mhz) if len(bumps) == 2 else bumps


def clusters_of(row: Sequence[Peak], sf_mhz: float) -> list[Peak]:
    """Return a row, by rising ppm, with one peak for each cluster; empty where there are no three.

    Of a triplet of triplets that is not quite of first order, as the protons of a phenyl group,
    people read the outer one: its clusters stand at least twice as far apart as lines within them.

    Parameters
    ----------
    row : sequence of Peak
        Of known widths.
    sf_mhz : float, MHz
    """
    gaps = [(b.ppm - a.ppm) * sf_mhz for a, b in pairwise(row)]
    falling = sorted(gaps, reverse=True)
    steps = [a / b if b > 0 else 1.0 for a, b in pairwise(falling)]
    wide = next((k + 1 for k, step in enumerate(steps) if step >= _CLUSTER), 0)
    if wide < 2:
        return []
    cuts = [k + 1 for k, gap in enumerate(gaps) if gap >= falling[wide - 1]]
    groups = [row[a:b] for a, b in pairwise([0, *cuts, len(row)])]
    return [_bump(group, sf_mhz) for group in groups]


def apart_in_width(row: list[Peak]) -> list[list[Peak]]:
    """Return a row in parts whose lines may be of one signal: a sharp line alone and broad bumps.

    Of several sharp lines beside a bump the bump may be more of the same, and they stay together.
    """
    sharp = [p for p in row if p.kind != "unresolved"]
    if len(sharp) != 1:
        return [row]
    least = _OTHER * (sharp[0].fwhm_hz or np.inf)
    other = [p for p in row if p.kind == "unresolved" and (p.fwhm_hz or 0.0) > least]
    rest = [p for p in row if p not in other]
    return [rest, *([p] for p in other)]


def line_width_hz(row: Sequence[Peak]) -> float:
    """Return the width of a row's lines: of the sharper ones, for what is hidden makes wide."""
    sharp = [p.fwhm_hz or 0.0 for p in row if p.kind != "unresolved"]
    return quantile_of(np.array(sharp or [p.fwhm_hz or 0.0 for p in row]), 0.25)


def grouped(row: Sequence[Peak], sf_mhz: float) -> list[list[Peak]]:
    """Return the lines of each bump of a row: tops that touch, and their shoulders."""
    width_hz = line_width_hz(row)
    hz = [p.ppm * sf_mhz for p in row]
    gaps = [b - a for a, b in pairwise(hz)]
    cuts = {k for k, gap in enumerate(gaps) if gap >= SHOULDER_WIDTHS * width_hz}
    tops = [k for k, p in enumerate(row) if p.top_ppm is not None or p.kind == "unresolved"]
    for a, b in pairwise(tops):
        if hz[b] - hz[a] >= APART_WIDTHS * width_hz:
            cuts.add(max(range(a, b), key=lambda k: gaps[k]))
        else:
            cuts -= set(range(a, b))
    ends = [k + 1 for k in sorted(cuts)]
    return [list(row[a:b]) for a, b in pairwise([0, *ends, len(row)])]


def _bump(group: Sequence[Peak], sf_mhz: float) -> Peak:
    """Return one peak for lines that are not told apart."""
    tallest = max(group, key=lambda p: abs(p.height))
    if len(group) == 1 and tallest.kind != "unresolved":
        return tallest
    weight = [abs(intensity_of(p)) for p in group]  # plain lists: they are asked by the thousand
    whole = sum(weight)
    share = [w / whole for w in weight] if whole else [1.0 / len(group)] * len(group)
    hz = [p.ppm * sf_mhz for p in group]
    middle = sum(s * x for s, x in zip(share, hz, strict=True))
    own = sum(s * (p.fwhm_hz or 0.0) ** 2 for s, p in zip(share, group, strict=True))
    spread = sum(s * (x - middle) ** 2 for s, x in zip(share, hz, strict=True))
    fwhm_hz = math.sqrt(own + _FWHM_OF_SPREAD**2 * spread)
    return replace(
        tallest,
        kind="line",
        least_lines=1,
        ppm=middle / sf_mhz,
        ppm_err=_ERROR_WIDTHS * fwhm_hz / sf_mhz,
        fwhm_hz=fwhm_hz,
        area=float(sum(intensity_of(p) for p in group)),
    )


def _on_tallest(groups: Sequence[Sequence[Peak]], bumps: list[Peak], sf_mhz: float) -> list[Peak]:
    """Return two bumps, on their main lines where they lean to or from each other."""
    main = [max(group, key=lambda p: abs(intensity_of(p))) for group in groups]
    share = min(
        abs(intensity_of(p) / (intensity_of(b) or 1.0)) for p, b in zip(main, bumps, strict=True)
    )
    tallest = [p.ppm for p in main]
    low, high = (
        (at - p.ppm) * sf_mhz / (p.fwhm_hz or 1.0) for at, p in zip(tallest, bumps, strict=True)
    )
    if share < _MAIN_SHARE or low * high >= 0 or min(abs(low), abs(high)) < _LOPSIDED:
        return bumps
    return [replace(p, ppm=at) for at, p in zip(tallest, bumps, strict=True)]
