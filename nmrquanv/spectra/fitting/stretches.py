"""Stretches of a trace with few lines on each: what is cut out, asked for and answered."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import ArrayRows

Array = NDArray[np.float64]

_REACH, _MOST_POINTS, _TAIL_SHARE = 2.5, 64, 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where lines stand, arrays over ``n``; points.

    Parameters
    ----------
    middle, fwhm : (n,) float64
    low, high : (n,) float64
        Beyond, something else stands.
    """

    middle: Array
    fwhm: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True, eq=False)
class Stretches(ArrayRows):
    """Stretches of a trace with one or two lines on each.

    Parameters
    ----------
    x : (n, p) float64, points
    y : (n, p) float64
        Without the neighbours' tails.
    weight : (n, p) float64
        Inverse variance; 0 on padding.
    middle, fwhm : (n,) float64, points
        Of what stands there, roughly.
    """

    x: Array
    y: Array
    weight: Array
    middle: Array
    fwhm: Array

    @classmethod
    def cut(
        cls, trace: Array, places: Places, sigma: float, error: float, level: Array
    ) -> Stretches:
        """Cut stretches of 2.5 widths on either side out of a trace.

        Parameters
        ----------
        trace : (m,) float64
        places : Places
        sigma : float
        error : float
            Of the shape, as a share of the local signal and a tenth of the tallest: tails hold
            more than the shape's own.
        level : (n,) float64
            What each stretch stands on; one number, for what bends is no level.
        """
        points = int(min(_MOST_POINTS, 2 * _REACH * places.fwhm.max() + 2))
        u = np.linspace(-_REACH, _REACH, points)
        x = np.round(places.middle[:, None] + u * places.fwhm[:, None])
        is_new = np.diff(x, axis=1, prepend=-1.0) > 0
        is_new &= (x >= places.low[:, None]) & (x <= places.high[:, None])
        y = trace[np.clip(x, 0, trace.size - 1).astype(int)] - level[:, None]
        size = np.abs(y) * is_new
        size += _TAIL_SHARE * size.max(axis=1, keepdims=True)
        weight = np.where(is_new, 1.0 / (sigma**2 + (error * size) ** 2), 0.0)
        return cls(x, y, weight, places.middle, places.fwhm)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """How many lines are asked for, and what is expected of them.

    Parameters
    ----------
    start : (n, k) float64, fwhm
        Where they start, from the middle.
    log_width : (n,) float64
        Of the starting Lorentzian width over ``fwhm``.
    width_err : float
        How well that is known; infinite where it is not.
    has_gauss : bool
    """

    start: Array
    log_width: Array
    width_err: float = np.inf
    has_gauss: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Shaped(ArrayRows):
    """What was fitted; arrays over ``n`` stretches of ``k`` lines.

    Parameters
    ----------
    position, position_err : (n, k) float64, points
    width : (n,) float64, points
        Lorentzian, of each of the lines.
    gauss : (n,) float64, points
        Standard deviation of the Gaussian of their own.
    height : (n, k) float64
        Of the Lorentzian before it is spread.
    base : (n, 2) float64
        Level, and slope for each ``fwhm``.
    chi : (n,) float64
        Weighted squares of what is left.
    left : (n, p) float64
    """

    position: Array
    position_err: Array
    width: Array
    gauss: Array
    height: Array
    base: Array
    chi: Array
    left: Array

    @classmethod
    def empty(cls, n: int, k: int, points: int) -> Shaped:
        """Return zeros for ``n`` stretches of ``k`` lines."""
        lines, one = np.zeros((n, k)), np.zeros(n)
        return cls(
            lines,
            lines.copy(),
            one,
            one.copy(),
            lines.copy(),
            np.zeros((n, 2)),
            one.copy(),
            np.zeros((n, points)),
        )

    def put(self, where: NDArray[np.generic], other: Shaped) -> None:
        """Put others in the place of some."""
        for f in fields(self):
            getattr(self, f.name)[where] = getattr(other, f.name)
