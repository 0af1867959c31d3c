"""Whether one phase of a spectrum is better than another: by how far it leaves its lines turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.straight_phase import LinePhase, height_weights, upright_share

Angles = tuple[float, float]
"""ph0 and ph1, degrees."""

_SAME_DEG = 0.5
"""Two phases that differ by less at every tall line are the same: no line's own is known better."""

_NEAR_DEG, _GAIN_DEG = 2.0, 0.3
"""Nor is a phase changed for another near it that leaves the lines turned by hardly less."""

_AS_GOOD_DEG = 1.0
_UNSURE_DEG, _LOST_DEG = 5.0, 45.0
"""A line whose own phase is known to so much counts half; one that is off by more is distorted."""

_CLEARLY_DOWN = -0.5
"""Signal below this share of upright points down on the whole: it is turned over. Between, lines
of both signs are meant, as in APT, and who measured them knew which way."""

_TALL_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class JudgedLines:
    """The lines of a spectrum whose phase is judged.

    Parameters
    ----------
    phases : tuple of LinePhase, not empty
        Of its lines.
    votes : (lines,) float64
        Which way each line should point, and how surely.
    """

    phases: tuple[LinePhase, ...]
    votes: NDArray[np.float64]


def _turned_deg(judged: JudgedLines, first: Angles, second: Angles) -> NDArray[np.float64]:
    """Return by how much two phases differ at each line, from -180 to 180 degrees."""
    fractions = np.array([p.fraction for p in judged.phases])
    change = first[0] - second[0] + (first[1] - second[1]) * fractions
    return (change + 180) % 360 - 180


def left_over(judged: JudgedLines, angles: Angles) -> float:
    """Return by how much lines are out of phase, of whichever sign: their weighted mean, degrees.

    Tall lines count more, and those whose own phase is well known.
    """
    off = np.array([p.phase_deg + angles[0] + angles[1] * p.fraction for p in judged.phases])
    off = np.minimum(np.abs((off + 90) % 180 - 90), _LOST_DEG)
    error = np.array([p.error_deg for p in judged.phases])
    weights = height_weights(judged.phases) / (1 + (error / _UNSURE_DEG) ** 2)
    return float(np.average(off, weights=weights))


def is_same(judged: JudgedLines, found: Angles, present: Angles) -> bool:
    """Tell whether a phase that was found differs by nothing that matters from the present one."""
    is_tall = height_weights(judged.phases) >= _TALL_WEIGHT
    change = float(np.abs(_turned_deg(judged, found, present)[is_tall]).max())
    gain = left_over(judged, present) - left_over(judged, found)
    return change < _SAME_DEG or (change < _NEAR_DEG and gain < _GAIN_DEG)


def why_worse(judged: JudgedLines, found: Angles, present: Angles) -> str:
    """Return why a phase that was found is no better than the present one; empty if it is."""
    before, after = left_over(judged, present), left_over(judged, found)
    upright, by_height = (
        upright_share(judged.phases, present, judged.votes, capped=capped)
        for capped in (True, False)
    )
    if upright >= 0 and before < after:
        return "what was found is worse than the phase that is there, which stays"
    is_over = bool(np.cos(np.deg2rad(_turned_deg(judged, found, present))).mean() < 0)
    if is_over and min(upright, by_height) > _CLEARLY_DOWN and before <= after + _AS_GOOD_DEG:
        return "it would only turn a spectrum over whose lines point both ways; it stays as it is"
    return ""
