"""Low lines beside tall ones: feet and impurities, which are no lines of a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak

MINOR_SHARE = 0.04
"""A line lower than this part of a taller one within coupling's reach is no line of its pattern:
a foot of its shape, an impurity. The outer lines of a septet have 5 %."""

FOOT_WIDTHS = 4.0
"""A minor line so near to a taller one, in widths of that, is put to its multiplet."""

_LAYER, _EVEN = 2.5, 0.3
"""Tall lines are so many times as tall as the low ones among them; and which part of the low ones'
height stands on either side of the tall ones' middle, where they may be theirs."""

_FOOT_SHARE, _SHOULDER_WIDTHS, _SHARPEST = 0.1, 3.0, 0.5
"""A line lower than this part of a taller one, so near to it, and not half as sharp, is a foot too:
a shoulder of its shape, or what a second-order system has beside its tall lines."""


def main_and_minor(
    row: Sequence[Peak], gap_ppm: float, sf_mhz: float
) -> tuple[list[Peak], list[Peak]]:
    """Tell lines that make patterns from the low ones beside a tall one.

    Parameters
    ----------
    row : sequence of Peak
        By rising ppm.
    gap_ppm : float, ppm
        How far couplings reach.
    sf_mhz : float, MHz
    """
    ppm = np.array([p.ppm for p in row])
    height = np.array([abs(p.height) for p in row])
    first = np.searchsorted(ppm, ppm - gap_ppm)
    last = np.searchsorted(ppm, ppm + gap_ppm, side="right")
    tallest = np.array([height[a:b].max() for a, b in zip(first, last, strict=True)])
    is_minor = height < MINOR_SHARE * tallest
    is_minor |= height < _FOOT_SHARE * _beside(row, ppm, height, sf_mhz)
    is_main = (~is_minor).tolist()
    main = [p for p, keeps in zip(row, is_main, strict=True) if keeps]
    return main, [p for p, keeps in zip(row, is_main, strict=True) if not keeps]


def _beside(
    row: Sequence[Peak], ppm: NDArray[np.float64], height: NDArray[np.float64], sf_mhz: float
) -> NDArray[np.float64]:
    """Return the height of the tallest line that each may be a foot of; 0 where there is none."""
    width = np.array([p.fwhm_hz or 0.0 for p in row]) / sf_mhz
    reach = _SHOULDER_WIDTHS * width
    first = np.searchsorted(ppm, ppm - reach)
    last = np.searchsorted(ppm, ppm + reach, side="right")
    greatest = np.zeros_like(height)
    for owner, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        is_like = width[a:b] >= _SHARPEST * width[owner]
        greatest[a:b] = np.maximum(greatest[a:b], np.where(is_like, height[owner], 0.0))
    return greatest


def by_height(row: Sequence[Peak]) -> tuple[list[Peak], list[Peak]]:
    """Tell the tall lines of a row from the low ones, where their heights leave a gap.

    Where the low ones mirror each other about the middle of the tall ones they are theirs, as the
    outer lines of an AB system: then all are tall.
    """
    falling = sorted((abs(p.height) for p in row), reverse=True)
    steps = [a / b if b else np.inf if a else 1.0 for a, b in pairwise(falling)]
    cut = next((k for k, step in enumerate(steps) if step >= _LAYER), None)
    if cut is None:
        return list(row), []
    least = falling[cut]
    tall = [p for p in row if abs(p.height) >= least]
    low = [p for p in row if abs(p.height) < least]
    middle = 0.5 * (tall[0].ppm + tall[-1].ppm)
    below = sum(abs(p.height) for p in low if p.ppm < middle)
    whole = sum(abs(p.height) for p in low)
    is_even = _EVEN * whole < below < (1.0 - _EVEN) * whole
    return (list(row), []) if is_even else (tall, low)


def put_to(parts: list[list[Peak]], minor: list[Peak], sf_mhz: float) -> list[Peak]:
    """Put feet of tall lines to their multiplets; return the other minor lines."""
    owners = [(p, part) for part in parts for p in part]
    left = []
    for peak in minor:
        near = min(owners, key=lambda own: abs(own[0].ppm - peak.ppm), default=None)
        if near is not None and _is_foot(peak, near[0], sf_mhz):
            near[1].append(peak)
        else:
            left.append(peak)
    return left


def _is_foot(peak: Peak, owner: Peak, sf_mhz: float) -> bool:
    away = abs(owner.ppm - peak.ppm) * sf_mhz / (owner.fwhm_hz or np.inf)
    share = abs(peak.height) / (abs(owner.height) or np.inf)
    is_shoulder = share < _FOOT_SHARE and away <= _SHOULDER_WIDTHS
    return is_shoulder or (share < MINOR_SHARE and away <= FOOT_WIDTHS)


def without_feet(row: Sequence[Peak]) -> list[Peak]:
    """Return the lines of one multiplet that make its pattern."""
    tallest = max(abs(p.height) for p in row)
    return [p for p in row if abs(p.height) >= MINOR_SHARE * tallest]


def without_shoulders(row: Sequence[Peak], sf_mhz: float) -> list[Peak]:
    """Return the lines of one multiplet, by rising ppm, but those that are shoulders of others."""
    height = np.array([abs(p.height) for p in row])
    beside = _beside(row, np.array([p.ppm for p in row]), height, sf_mhz)
    is_main = (height >= _FOOT_SHARE * beside).tolist()
    return [p for p, keeps in zip(row, is_main, strict=True) if keeps]
