"""Few lines on a stretch each, fitted with the shape that all lines of their spectrum share.

Every line is a Lorentzian of its own width, spread by the field (:class:`Spread`), and where asked
for by a Gaussian of its own. Heights and the straight baseline are linear: only positions and
widths are searched (variable projection), for all stretches at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.normal_equations import inverted, solved
from nmrquanv.spectra.fitting.spread import GAUSS_NODES, GAUSS_SHARES, Spread

Array = NDArray[np.float64]

_ITERATIONS, _STEP = 10, 1e-4
_LEAST_LOG, _MOST_LOG, _MOST_GAUSS, _FARTHEST = -1.2, 1.0, 0.6, 0.5
_RIDGE, _FIRST_GAUSS = 1e-9, 0.15
_ENOUGH = (0.05, 1e-3)
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
class Stretches:
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
    def cut(cls, trace: Array, places: Places, sigma: float, error: float) -> Stretches:
        """Cut stretches of 2.5 widths on either side out of a trace.

        Parameters
        ----------
        trace : (m,) float64
        places : Places
        sigma : float
        error : float
            Of the shape, as a share of the local signal and a tenth of the tallest: tails hold
            more than the shape's own.
        """
        points = int(min(_MOST_POINTS, 2 * _REACH * places.fwhm.max() + 2))
        u = np.linspace(-_REACH, _REACH, points)
        x = np.round(places.middle[:, None] + u * places.fwhm[:, None])
        is_new = np.diff(x, axis=1, prepend=-1.0) > 0
        is_new &= (x >= places.low[:, None]) & (x <= places.high[:, None])
        y = trace[np.clip(x, 0, trace.size - 1).astype(int)]
        size = np.abs(y) * is_new
        size += _TAIL_SHARE * size.max(axis=1, keepdims=True)
        weight = np.where(is_new, 1.0 / (sigma**2 + (error * size) ** 2), 0.0)
        return cls(x, y, weight, places.middle, places.fwhm)

    def chosen(self, which: NDArray[np.generic]) -> Stretches:
        """Return some of them."""
        return Stretches(*(getattr(self, f.name)[which] for f in fields(self)))


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
class Shaped:
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

    def chosen(self, which: NDArray[np.generic]) -> Shaped:
        """Return some of them."""
        return Shaped(*(getattr(self, f.name)[which] for f in fields(self)))

    def put(self, where: NDArray[np.generic], other: Shaped) -> None:
        """Put others in the place of some."""
        for f in fields(self):
            getattr(self, f.name)[where] = getattr(other, f.name)


def fit_shaped(stretches: Stretches, spread: Spread, asked: Question) -> Shaped:
    """Fit lines in a field.

    Parameters
    ----------
    stretches : Stretches
    spread : Spread
    asked : Question

    Returns
    -------
    Shaped
        Position errors are those of the weights, so of whatever they hold.
    """
    problem = _Problem(stretches, spread, asked)
    gauss = np.full((len(asked.start), 1 if asked.has_gauss else 0), _FIRST_GAUSS)
    theta = np.concatenate([asked.start, asked.log_width[:, None], gauss], axis=1)
    rest, best = problem.rest(theta)
    damping, unknown = np.full(len(theta), 1e-2), np.arange(theta.shape[1])
    for _ in range(_ITERATIONS):
        slope = problem.slope(theta, rest)
        normal = slope.transpose(0, 2, 1) @ slope
        gradient = -(slope.transpose(0, 2, 1) @ rest[:, :, None])
        normal[:, unknown, unknown] *= 1.0 + damping[:, None]
        trial = problem.bounded(theta + solved(normal, gradient)[:, :, 0])
        new_rest, value = problem.rest(trial)
        is_better = value < best
        gain = np.where(is_better, best - value, 0.0)
        theta = np.where(is_better[:, None], trial, theta)
        rest = np.where(is_better[:, None], new_rest, rest)
        best = np.where(is_better, value, best)
        damping = np.clip(np.where(is_better, damping / 5, damping * 8), 1e-9, 1e6)
        if ((gain < _ENOUGH[0] + _ENOUGH[1] * best) & (is_better | (damping > 1.0))).all():
            break
    return problem.answer(theta, rest)


class _Problem:
    """Residuals of stretches as functions of positions, width and Gaussian."""

    def __init__(self, stretches: Stretches, spread: Spread, asked: Question) -> None:
        self._s, self._spread, self._asked = stretches, spread, asked
        self._k = asked.start.shape[1]
        self._root = np.sqrt(stretches.weight)
        self._u = (stretches.x - stretches.middle[:, None]) / stretches.fwhm[:, None]
        self._straight = np.stack([np.ones_like(self._u), self._u], axis=2)

    def bounded(self, theta: Array) -> Array:
        """Return parameters within bounds."""
        k, start, log = self._k, self._asked.start, self._asked.log_width[:, None]
        theta[:, :k] = np.clip(theta[:, :k], start - _FARTHEST, start + _FARTHEST)
        theta[:, k : k + 1] = np.clip(theta[:, k : k + 1], log + _LEAST_LOG, log + _MOST_LOG)
        theta[:, k + 1 :] = np.clip(theta[:, k + 1 :], 0.0, _MOST_GAUSS)
        return theta

    def slope(self, theta: Array, rest: Array) -> Array:
        """Return the residuals' derivatives (n, p + 1, parameters)."""
        steps = _STEP * np.eye(theta.shape[1])
        return np.stack([(self.rest(theta + s)[0] - rest) / _STEP for s in steps], axis=2)

    def _design(self, theta: Array) -> Array:
        """Return lines of unit height and the straight line, (n, p, k + 2)."""
        k, spread = self._k, self._spread
        shift = spread.shift[None] / self._s.fwhm[:, None]
        share = np.broadcast_to(spread.share, shift.shape)
        if self._asked.has_gauss:
            node = theta[:, k + 1 :, None] * GAUSS_NODES
            shift = (shift[:, :, None] + node).reshape(len(theta), -1)
            share = (share[:, :, None] * GAUSS_SHARES).reshape(len(theta), -1)
        half = 0.5 * np.exp(theta[:, k])[:, None, None]
        lines = []
        for i in range(k):
            away = (self._u - theta[:, i : i + 1])[:, :, None] - shift[:, None, :]
            away /= half
            np.square(away, out=away)
            away += 1.0
            np.reciprocal(away, out=away)
            lines.append((away @ share[:, :, None])[:, :, 0])
        return np.concatenate([np.stack(lines, axis=2), self._straight], axis=2)

    def _linear(self, theta: Array) -> tuple[Array, Array]:
        """Return the design, and the best heights and baseline (n, k + 2)."""
        design = self._design(theta)
        weighted = design * self._root[:, :, None]
        normal = weighted.transpose(0, 2, 1) @ weighted
        unknown = np.arange(normal.shape[1])
        normal[:, unknown, unknown] *= 1.0 + _RIDGE
        right = weighted.transpose(0, 2, 1) @ (self._root * self._s.y)[:, :, None]
        return design, solved(normal, right)[:, :, 0]

    def rest(self, theta: Array) -> tuple[Array, Array]:
        """Return weighted residuals with the prior's last (n, p + 1), and their squares."""
        design, linear = self._linear(theta)
        rest = self._root * ((design @ linear[:, :, None])[:, :, 0] - self._s.y)
        prior = (theta[:, self._k] - self._asked.log_width) / self._asked.width_err
        whole = np.concatenate([rest, prior[:, None]], axis=1)
        return whole, np.einsum("gp,gp->g", whole, whole)

    def answer(self, theta: Array, rest: Array) -> Shaped:
        """Return what was found, in points."""
        k, fwhm = self._k, self._s.fwhm
        design, linear = self._linear(theta)
        left = self._s.y - (design @ linear[:, :, None])[:, :, 0]
        slope = self.slope(theta, rest)
        normal = slope.transpose(0, 2, 1) @ slope
        unknown = np.arange(theta.shape[1])
        normal[:, unknown, unknown] += 1e-6
        spread = np.sqrt(np.maximum(np.einsum("gii->gi", inverted(normal)), 0.0))
        gauss = theta[:, k + 1] * fwhm if self._asked.has_gauss else np.zeros(len(theta))
        return Shaped(
            self._s.middle[:, None] + theta[:, :k] * fwhm[:, None],
            spread[:, :k] * fwhm[:, None],
            np.exp(theta[:, k]) * fwhm,
            gauss,
            linear[:, :k],
            linear[:, k:],
            np.einsum("gp,gp->g", self._s.weight, left**2),
            left,
        )
