"""Where the parts of a sample put a line, and what a line looks like for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GAUSS_NODES = 0.6 * np.arange(-6.0, 7.0)
GAUSS_SHARES = np.exp(-0.5 * GAUSS_NODES**2) / np.exp(-0.5 * GAUSS_NODES**2).sum()
"""A Gaussian as thirteen parts at even steps, in standard deviations. For a Lorentzian their error
falls off with ``exp(-pi width / step)``: fewer at the places of Gauss and Hermite are single lines
that a spectrum of S/N 1,000 tells apart."""

_FORM_REACH, _FORM_POINTS = 1.5, 241


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Where the parts of a sample put a line, as the field has it there.

    Parameters
    ----------
    shift : (m,) float64, points
    share : (m,) float64
        They add to 1.
    """

    shift: Array
    share: Array

    @classmethod
    def gaussian(cls, deviation: float) -> Spread:
        """Return a Gaussian of a standard deviation, points."""
        if deviation <= 0:
            return EVEN
        return cls(deviation * GAUSS_NODES, GAUSS_SHARES)

    def line(self, x: Array, width: float) -> Array:
        """Return a line of a Lorentzian width at 0, as the field spreads it, at points ``x``."""
        away = (x[:, None] - self.shift) / (0.5 * width)
        return np.asarray((self.share / (1.0 + away**2)).sum(axis=1))

    def with_gaussian(self, deviation: float) -> Spread:
        """Return the spread with a Gaussian more."""
        own = Spread.gaussian(deviation)
        shift = (self.shift[:, None] + own.shift).ravel()
        return Spread(shift, (self.share[:, None] * own.share).ravel())

    def form(self, width: float) -> Form:
        """Return what a line of a Lorentzian width and height 1 looks like."""
        reach = _FORM_REACH * (width + float(np.ptp(self.shift)))
        x = np.linspace(-reach, reach, _FORM_POINTS)
        y = self.line(x, width)
        top = int(np.clip(np.argmax(y), 1, y.size - 2))
        left, middle, right = (float(v) for v in y[top - 1 : top + 2])
        bend = left - 2 * middle + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        height = middle - 0.25 * (left - right) * shift
        ends = []
        for side in (y[top:], y[top::-1]):
            k = max(1, int(np.argmax(side < 0.5 * height)))
            ends.append(k - 1 + (side[k - 1] - 0.5 * height) / (side[k - 1] - side[k]))
        step = float(x[1] - x[0])
        return Form(float(x[top]) + shift * step, float(sum(ends)) * step, height)


@dataclass(frozen=True, slots=True)
class Form:
    """Where a line has its top (points from its own place), its width there, its height."""

    top: float
    fwhm: float
    height: float


EVEN = Spread(np.zeros(1), np.ones(1))
"""A field that leaves lines as they are."""
