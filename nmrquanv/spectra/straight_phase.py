"""From the phases of single lines to one ph0 and ph1: a robust straight line through angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PH1_SCALE_DEG = 150.0
"""How large ph1 usually is: settles what few lines leave open. Its distribution has long tails,
for a receiver that opens a point late turns ph1 by 360 degrees."""

PH1_LIMIT_DEG = 720.0
"""Largest ph1 that is tried: beyond it a wrong group delay is the likelier reason."""

_OUTLIERS = 0.02
"""Likelihood of a line whose phase says nothing, against that of a perfect one."""

_ANTIPHASE = 0.3
"""Likelihood of a line that points the other way, against one that points with the rest."""

HEIGHT_POWER = 0.7
"""Lines below the fourth tallest count less: tall lines must be in phase first of all."""

_ROUNDS = 4
_CH3_PPM, _CH2_PPM, _CHO_PPM = 25.0, 45.0, 90.0


@dataclass(frozen=True, slots=True)
class LinePhase:
    """The phase of one cluster of lines.

    Parameters
    ----------
    fraction : float
        Place in the sweep: ``k / SI``.
    phase_deg, error_deg : float, degrees
        Of the tallest line, and its standard error.
    height : float
        Magnitude of the tallest line.
    """

    fraction: float
    phase_deg: float
    error_deg: float
    height: float


@dataclass(frozen=True, slots=True)
class _Lines:
    """Arrays over lines; ``x`` counts from a pivot, ``sigma`` includes their common scatter."""

    x: Floats
    angle: Floats
    sigma: Floats
    weight: Floats


def _wrapped(angle_deg: Floats) -> Floats:
    """Return angles modulo 180 degrees, from -90 to 90."""
    return (angle_deg + 90) % 180 - 90


def _search(lines: _Lines) -> Floats:
    """Return the best (angle at the pivot, slope) of a grid: wrapping leaves many maxima."""
    ph1 = np.arange(-PH1_LIMIT_DEG, PH1_LIMIT_DEG + 1, 4.0)
    ph0 = np.arange(0.0, 360.0, 2.0)
    cost = np.repeat(2 * np.log1p((ph1[:, None] / PH1_SCALE_DEG) ** 2), ph0.size, axis=1)
    for x, angle, sigma, weight in zip(
        lines.x, lines.angle, lines.sigma, lines.weight, strict=True
    ):
        turned = (angle + ph0 + ph1[:, None] * x) % 360
        likely = (1 + (_wrapped(turned) / sigma) ** 2 / 3) ** -2.0
        likely[(turned > 90) & (turned < 270)] *= _ANTIPHASE
        cost -= 2 * weight * np.log(likely + _OUTLIERS)
    best1, best0 = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return np.array([ph0[best0], ph1[best1]])


def _refine(lines: _Lines, values: Floats) -> Floats:
    """Go from a point of the grid to the maximum near it (reweighted least squares)."""
    columns = np.stack([np.ones_like(lines.x), lines.x], axis=1)
    for _ in range(40):
        off = _wrapped(lines.angle + columns @ values)
        prior = np.array([0.0, 2 / (PH1_SCALE_DEG**2 + values[1] ** 2)])
        closeness = 1 + (off / lines.sigma) ** 2 / 3
        inlier = closeness**-2 / (closeness**-2 + _OUTLIERS)
        trust = inlier * 4 * lines.weight / (3 * lines.sigma**2) / closeness
        normal = columns.T @ (trust[:, None] * columns) + np.diag(prior)
        normal[0, 0] += 1e-12
        values = values - np.linalg.solve(normal, columns.T @ (trust * off) + prior * values)
    return values


def height_weights(phases: tuple[LinePhase, ...]) -> Floats:
    """Return how much each line counts: 1 down to the fourth tallest, then less."""
    height = np.array([p.height for p in phases])
    tall = np.sort(height)[::-1][min(3, height.size - 1)]
    return np.asarray(np.minimum(1.0, height / tall) ** HEIGHT_POWER)


def straight_phase(phases: tuple[LinePhase, ...]) -> tuple[float, float]:
    """Return the ph0 and ph1 that bring lines into phase or antiphase.

    Parameters
    ----------
    phases : tuple of LinePhase, not empty

    Returns
    -------
    ph0_deg, ph1_deg : float, degrees
        Not yet decided which way up.

    Notes
    -----
    Maximum of the posterior with Student's t errors (3 degrees of freedom, so that a few
    distorted lines do not count) and a Cauchy-like prior for ph1. Where most lines scatter more
    than their own errors say (DEPT with unequal couplings does by 10 degrees), that scatter is
    added to all errors and the line sought again, so that none is fitted at another's cost.
    """
    x = np.array([p.fraction for p in phases])
    error = np.array([p.error_deg for p in phases])
    angle = np.array([p.phase_deg for p in phases])
    weight = height_weights(phases)
    pivot = float((weight * x).sum() / weight.sum())
    scatter, values = 0.0, np.zeros(2)
    for _ in range(_ROUNDS):
        lines = _Lines(x - pivot, angle, np.hypot(error, scatter), weight)
        values = _refine(lines, _search(lines))
        off = np.abs(_wrapped(angle + values[0] + values[1] * lines.x))
        found = 1.4826 * float(np.median(off))
        if found <= 1.2 * max(scatter, float(np.median(error))):
            break
        scatter = found
    return float(values[0] - values[1] * pivot), float(values[1])


def upright_share(
    phases: tuple[LinePhase, ...], angles_deg: tuple[float, float], votes: Floats, *, capped: bool
) -> float:
    """Return how far the signal points the right way: 1 all of it, -1 none.

    Parameters
    ----------
    phases : tuple of LinePhase, not empty
    angles_deg : (float, float), degrees
        ph0 and ph1.
    votes : (lines,) float64
        Which way each line should point, and how surely: 1 up, -1 down.
    capped : bool
        No line counts more than the fifth tallest: a huge one would decide alone.
    """
    heights = np.array([p.height for p in phases])
    if capped:
        heights = np.minimum(heights, np.sort(heights)[::-1][min(4, heights.size - 1)])
    ph0_deg, ph1_deg = angles_deg
    angles = np.deg2rad([p.phase_deg + ph0_deg + ph1_deg * p.fraction for p in phases])
    total = float((heights * np.abs(votes)).sum())
    return float((np.cos(angles) * heights * votes).sum()) / total


def dept_votes(ppm: Floats) -> Floats:
    """Return how surely 13C lines of a DEPT-135 point up (CH, CH3) or down (CH2).

    Parameters
    ----------
    ppm : (lines,) float64

    Returns
    -------
    (lines,) float64

    Notes
    -----
    A rule of thumb: below 25 ppm mostly CH3, from 25 to 45 mostly CH2, then CH next to N or O,
    above 90 ppm mostly CH of double bonds and rings.
    """
    return np.select(
        [ppm < _CH3_PPM, ppm < _CH2_PPM, ppm < _CHO_PPM], [1.0, -1.0, 0.5], default=1.0
    )
