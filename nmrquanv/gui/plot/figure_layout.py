"""Where things stand in a figure: strips, ticks, and a trace thinned to what a page can show.

Lengths are in the figure's drawing units. Pure mathematics; no painting.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.numbers import drawn, fixed
from nmrquanv.spectra.axis import Axis


@dataclass(frozen=True, slots=True)
class Layout:
    """The plot area and the scales of a figure.

    Parameters
    ----------
    left, right, top, bottom : float, units
        Of the area in which the trace is drawn.
    high_ppm, low_ppm : float, ppm
        At the left and the right end.
    low_height, high_height : float, intensity
        At the bottom and the top.
    """

    left: float
    right: float
    top: float
    bottom: float
    high_ppm: float
    low_ppm: float
    low_height: float
    high_height: float

    def x(self, ppm: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where a chemical shift is drawn."""
        share = (self.high_ppm - np.asarray(ppm)) / (self.high_ppm - self.low_ppm)
        return self.left + share * (self.right - self.left)

    def y(self, height: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where an intensity is drawn; not clipped to the area."""
        share = (np.asarray(height) - self.low_height) / (self.high_height - self.low_height)
        return self.bottom - share * (self.bottom - self.top)

    def y_inside(self, height: float) -> float:
        """Return where an intensity is drawn, held inside the area."""
        return float(np.clip(self.y(height), self.top, self.bottom))


def nice_step(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 5 x 10^n that makes at most ``most`` steps of a span."""
    if not span > 0 or most < 1:
        raise ValueError(f"a span of {span} has no {most} steps")
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 5, 10):
        if factor * power >= raw * (1 - 1e-9):
            return factor * power
    return 10 * power


def ticks(low: float, high: float, step: float) -> NDArray[np.float64]:
    """Return the multiples of a step between two values."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.arange(first, last + 1, dtype=np.float64) * np.float64(step)


def tick_text(value: float, step: float) -> str:
    """Return a tick's number with as many decimals as its step needs."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return drawn(fixed(value, decimals))


def decimated(
    axis: Axis, values: NDArray[np.float64], ends_ppm: tuple[float, float], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the visible part of a curve with no more points than a page can show.

    Parameters
    ----------
    axis : Axis
    values : (si,) float64
        The curve's intensities.
    ends_ppm : (float, float), ppm
        High and low end of the visible part.
    columns : int
        Each keeps its lowest and highest point, in their order: no line gets lost.

    Returns
    -------
    ppm, height : (n,) float64
        ``n <= 2 * columns + 2``, or all points where there are fewer.
    """
    part = axis.span(*ends_ppm)
    start, stop = max(0, part.start - 1), min(axis.size, part.stop + 1)
    points, heights = np.arange(start, stop), values[start:stop]
    if len(points) <= 2 * columns:
        return axis.ppm(points), np.asarray(heights, dtype=np.float64)
    edges = np.linspace(0, len(points), columns + 1).astype(int)
    picks = []
    for begin, end in itertools.pairwise(edges):
        block = heights[begin:end]
        picks += sorted({begin + int(block.argmin()), begin + int(block.argmax())})
    kept = np.array(picks)
    return axis.ppm(points[kept]), np.asarray(heights[kept], dtype=np.float64)
