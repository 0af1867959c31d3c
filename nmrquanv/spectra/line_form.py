"""What a common line shape looks like as instruments are judged by: widths in Hz, and its lean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.spread import Spread

Array = NDArray[np.float64]

LEVELS = (0.5, 0.0055, 0.0011)
"""Shares of the height at which widths are quoted: half, that of the 13C satellites of
chloroform, and a fifth of that."""

_DRAWN, _DRAWN_POINTS, _STEPS = 4.0, 481, 2400


@dataclass(frozen=True, slots=True, eq=False)
class LineForm:
    """A line of the usual width in the field of its spectrum.

    Parameters
    ----------
    offset_hz : (n,) float64, Hz
        From the top, towards high ppm.
    line, ideal : (n,) float64
        Of height 1: the line, and the Lorentzian of the same half width.
    width_hz : (3,) float64, Hz
        At the shares of ``LEVELS`` of the height.
    ideal_hz : (3,) float64, Hz
        Of that Lorentzian.
    lean : float
        The share of the half width by which the side of high ppm is the wider one; -1 to 1.
    """

    offset_hz: Array
    line: Array
    ideal: Array
    width_hz: Array
    ideal_hz: Array
    lean: float

    @classmethod
    def of(cls, spread: Spread, width: float, point_hz: float) -> LineForm:
        """Return what a line of a Lorentzian width (points) looks like.

        Parameters
        ----------
        spread : Spread
            In points, which count towards low ppm.
        width : float, points
        point_hz : float, Hz
        """
        form = spread.form(width)
        ends = np.array([_ends(spread, width, form.top, level) for level in LEVELS])
        whole = ends.sum(axis=1)
        away = np.linspace(-_DRAWN, _DRAWN, _DRAWN_POINTS) * whole[0]
        line = spread.line(form.top - away, width) / form.height
        ideal = 1.0 / (1.0 + (2.0 * away / whole[0]) ** 2)
        return cls(
            away * point_hz,
            line,
            ideal,
            whole * point_hz,
            point_hz * whole[0] * np.sqrt(1.0 / np.array(LEVELS) - 1.0),
            float((ends[0, 1] - ends[0, 0]) / whole[0]),
        )


def _ends(spread: Spread, width: float, top: float, level: float) -> tuple[float, float]:
    """Return how far from its top a line falls to a share of its height: low ppm, high ppm."""
    reach = float(np.ptp(spread.shift)) + width / np.sqrt(level)
    away = np.linspace(0.0, reach, _STEPS)
    height = float(spread.line(np.array([top]), width)[0])
    ends = []
    for side in (1.0, -1.0):
        above = spread.line(top + side * away, width) >= level * height
        last = min(int(np.flatnonzero(above)[-1]), away.size - 2)
        pair = spread.line(top + side * away[last : last + 2], width)
        part = (pair[0] - level * height) / (pair[0] - pair[1])
        ends.append(float(away[last] + part * (away[1] - away[0])))
    return ends[0], ends[1]


def measured_hz(trace: Array, top: int, least: float, point_hz: float) -> Array:
    """Return the widths of a line as a trace has them; NaN where noise or a neighbour hides them.

    Parameters
    ----------
    trace : (m,) float64
        The line points up; its level taken off.
    top : int, points
    least : float
        Height below which the trace tells nothing.
    point_hz : float, Hz
    """
    height, widths = float(trace[top]), []
    for level in LEVELS:
        sides = [_fall(side, level * height) for side in (trace[top:], trace[top::-1])]
        is_told = level * height >= least
        widths.append(sum(sides) * point_hz if is_told else np.nan)
    return np.array(widths)


def _fall(side: Array, to: float) -> float:
    """Return after how many points a side has fallen to a height; NaN where it rises before."""
    below = np.flatnonzero(side < to)
    if not below.size:
        return np.nan
    first = int(below[0])
    lowest = np.minimum.accumulate(side[: first + 1])
    if np.any(side[: first + 1] > lowest + to):
        return np.nan
    return first - 1 + float((side[first - 1] - to) / (side[first - 1] - side[first]))
