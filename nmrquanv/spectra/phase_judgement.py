"""Whether one phase of a spectrum is better than another, by another measure than finds it.

An absorption line is narrow, a dispersion line has feet that fall off slowly: in a window around a
line, over the straight line through the window's ends, the real part covers the least area when
the line is in phase, whichever way it points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.line_detection import Scale
from nmrquanv.spectra.straight_phase import LinePhase, height_weights, upright_share

Angles = tuple[float, float]
"""ph0 and ph1, degrees."""

_SAME_DEG = 0.5
"""Two phases that differ by less at every tall line are the same: no line's own is known better."""

_AS_GOOD = 1.02
"""Areas within this factor are as good as each other."""

_CLEARLY_DOWN = -0.5
"""Signal below this share of upright points down on the whole: it is turned over. Between, lines
of both signs are meant, as in APT, and who measured them knew which way."""

_TALL_WEIGHT = 0.3
_REACH_WIDTHS, _LEAST_REACH, _MOST_REACH = 10, 16, 1500


@dataclass(frozen=True, slots=True)
class Judged:
    """A spectrum whose phase is judged.

    Parameters
    ----------
    scale : Scale
    phases : tuple of LinePhase, not empty
        Of its lines, as they stand in ``scale``.
    votes : (lines,) float64
        Which way each line should point, and how surely.
    """

    scale: Scale
    phases: tuple[LinePhase, ...]
    votes: NDArray[np.float64]


def _turned_deg(judged: Judged, first: Angles, second: Angles) -> NDArray[np.float64]:
    """Return by how much two phases differ at each line, from -180 to 180 degrees."""
    fractions = np.array([p.fraction for p in judged.phases])
    change = first[0] - second[0] + (first[1] - second[1]) * fractions
    return (change + 180) % 360 - 180


def is_same(judged: Judged, first: Angles, second: Angles) -> bool:
    """Tell whether two phases differ by nothing that shows at any tall line."""
    is_tall = height_weights(judged.phases) >= _TALL_WEIGHT
    return bool(np.abs(_turned_deg(judged, first, second)[is_tall]).max() < _SAME_DEG)


def covered_area(judged: Judged, angles: Angles) -> float:
    """Return the area that the lines' real parts cover, as a share of their magnitudes'.

    Notes
    -----
    Mean over the lines, the taller ones counting more (``height_weights``).
    """
    scale, shares = judged.scale, []
    for line in judged.phases:
        centre = round(line.fraction * scale.lines.size)
        width = scale.width(min(centre, scale.lines.size - 1))
        reach = int(np.clip(_REACH_WIDTHS * width, _LEAST_REACH, _MOST_REACH))
        first, last = max(0, centre - reach), min(scale.lines.size, centre + reach + 1)
        y = scale.spectrum[first:last]
        turn = angles[0] + angles[1] * np.arange(first, last) / scale.lines.size
        real = (y * np.exp(1j * np.deg2rad(turn))).real
        part = max(1, real.size // 20)
        ends = np.linspace(real[:part].mean(), real[-part:].mean(), real.size)
        shares.append(np.abs(real - ends).sum() / max(np.abs(y).sum(), 1e-300))
    return float(np.average(shares, weights=height_weights(judged.phases)))


def why_worse(judged: Judged, found: Angles, present: Angles) -> str:
    """Return why a phase that was found is no better than the present one; empty if it is."""
    before, after = covered_area(judged, present), covered_area(judged, found)
    upright = upright_share(judged.phases, *present, judged.votes)
    if upright >= 0 and before < after:
        return "what was found is worse than the phase that is there, which stays"
    is_over = bool(np.cos(np.deg2rad(_turned_deg(judged, found, present))).mean() < 0)
    if is_over and upright > _CLEARLY_DOWN and before <= _AS_GOOD * after:
        return "it would only turn a spectrum over whose lines point both ways; it stays as it is"
    return ""
