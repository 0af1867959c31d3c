"""Few lines on a stretch each, fitted with the shape that all lines of their spectrum share.

Every line is a Lorentzian of its own width, spread by the field (:class:`Spread`), and where asked
for by a Gaussian of its own. Heights and the straight baseline are linear: only positions and
widths are searched (variable projection), for all stretches at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.normal_equations import inverted, solved
from nmrquanv.spectra.fitting.spread import GAUSS_NODES, GAUSS_SHARES, Spread
from nmrquanv.spectra.fitting.stretches import Question, Shaped, Stretches

Array = NDArray[np.float64]

_ITERATIONS, _SHRINK = 20, 0.3
_FULL_STEP, _STUCK, _LEAST_SIZE = 0.02, 100.0, 0.01
_LEAST_LOG, _MOST_LOG, _MOST_GAUSS, _FARTHEST = -1.2, 1.0, 0.6, 0.5
_RIDGE, _FIRST_GAUSS = 1e-9, 0.15
_ENOUGH = (0.05, 1e-3)
_CACHED = 49_152
"""Numbers of an array that are worked on at a time."""


def fit_shaped(stretches: Stretches, spread: Spread | Sequence[Spread], asked: Question) -> Shaped:
    """Fit lines in a field.

    Parameters
    ----------
    stretches : Stretches
    spread : Spread or sequence of Spread
        Of all, or one for each stretch.
    asked : Question

    Returns
    -------
    Shaped
        Position errors are those of the weights, so of whatever they hold.
    """
    problem = _Problem(stretches, _Parts.of(spread), asked)
    gauss = np.full((len(asked.start), 1 if asked.has_gauss else 0), _FIRST_GAUSS)
    theta = np.concatenate([asked.start, asked.log_width[:, None], gauss], axis=1)
    result, open_ones, part = theta.copy(), np.arange(len(theta)), problem
    now = part.at(theta)
    damping, unknown = np.full(len(theta), 1e-2), np.arange(theta.shape[1])
    for _ in range(_ITERATIONS if len(theta) else 0):
        turned = now.slope.transpose(0, 2, 1)
        normal, gradient = turned @ now.slope, -(turned @ now.rest[:, :, None])[:, :, 0]
        # What stands at its bound and would go beyond takes no part in the step.
        low, high = part.bounds
        is_free = ~(((theta <= low) & (gradient < 0)) | ((theta >= high) & (gradient > 0)))
        normal *= is_free[:, :, None] & is_free[:, None, :]
        size = normal[:, unknown, unknown]
        # No Gaussian at all: the residuals do not change with it at first.
        size = np.maximum(size, _LEAST_SIZE * size.max(axis=1, keepdims=True))
        normal[:, unknown, unknown] += damping[:, None] * size + ~is_free
        step = solved(normal, (gradient * is_free)[:, :, None])[:, :, 0]
        trial = np.clip(theta + step, low, high)
        new = part.at(trial)
        is_better = new.value < now.value
        gain = np.where(is_better, now.value - new.value, 0.0)
        theta[is_better] = trial[is_better]
        now.put(is_better, new)
        is_small = gain < _ENOUGH[0] + _ENOUGH[1] * now.value
        # A short step that gains little says nothing.
        is_done = is_small & np.where(is_better, damping <= _FULL_STEP, damping > _STUCK)
        damping = np.clip(np.where(is_better, damping / 5, damping * 8), 1e-9, 1e6)
        result[open_ones] = theta
        if is_done.all():
            break
        if is_done.mean() > _SHRINK:
            kept = ~is_done
            open_ones, part, now = open_ones[kept], part.chosen(kept), now.chosen(kept)
            theta, damping = theta[kept], damping[kept]
    return problem.answer(result)


@dataclass(slots=True, eq=False)
class _At:
    """Residuals at some parameters.

    ``rest`` (n, p + 1) weighted, the prior's last; ``value`` (n,) their squares; ``slope``
    (n, p + 1, parameters) their derivatives.
    """

    rest: Array
    value: Array
    slope: Array

    def put(self, where: NDArray[np.bool_], other: _At) -> None:
        self.rest[where], self.slope[where] = other.rest[where], other.slope[where]
        self.value = np.where(where, other.value, self.value)

    def chosen(self, which: NDArray[np.bool_]) -> _At:
        return _At(self.rest[which], self.value[which], self.slope[which])


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Where the parts of a sample put lines, and their shares: (n, m), or (1, m) for all alike."""

    shift: Array
    share: Array

    @classmethod
    def of(cls, spread: Spread | Sequence[Spread]) -> _Parts:
        each = [spread] if isinstance(spread, Spread) else spread
        shift = np.zeros((len(each), max(own.shift.size for own in each)))
        share = np.zeros_like(shift)
        for i, own in enumerate(each):
            shift[i, : own.shift.size], share[i, : own.share.size] = own.shift, own.share
        return cls(shift, share)

    def chosen(self, which: NDArray[np.bool_]) -> _Parts:
        if len(self.shift) == 1:
            return self
        return _Parts(self.shift[which], self.share[which])


class _Problem:
    """Residuals of stretches as functions of positions, width and Gaussian."""

    def __init__(self, stretches: Stretches, parts: _Parts, asked: Question) -> None:
        self._s, self._parts, self._asked = stretches, parts, asked
        self._k = asked.start.shape[1]
        self._root = np.sqrt(stretches.weight)
        self._u = (stretches.x - stretches.middle[:, None]) / stretches.fwhm[:, None]
        self._straight = np.stack([np.ones_like(self._u), self._u], axis=2)

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Return how low and how high parameters may go (n, parameters)."""
        start, log = self._asked.start, self._asked.log_width[:, None]
        gauss = np.zeros((len(log), 1 if self._asked.has_gauss else 0))
        low = [start - _FARTHEST, log + _LEAST_LOG, gauss]
        high = [start + _FARTHEST, log + _MOST_LOG, gauss + _MOST_GAUSS]
        return np.concatenate(low, axis=1), np.concatenate(high, axis=1)

    def chosen(self, which: NDArray[np.bool_]) -> _Problem:
        """Return the problem of some stretches."""
        own = self._asked
        asked = Question(own.start[which], own.log_width[which], own.width_err, own.has_gauss)
        return _Problem(self._s.chosen(which), self._parts.chosen(which), asked)

    def _lines(self, theta: Array) -> tuple[Array, list[Array]]:
        """Return lines of unit height (n, p, k), and the derivatives of each of them.

        Those are by own position, width and, where asked for, Gaussian, (n, p, 2 or 3).
        """
        shift = self._parts.shift / self._s.fwhm[:, None]
        share = self._parts.share[:, :, None]
        by_node = share
        if self._asked.has_gauss:
            node = theta[:, self._k + 1 :, None] * GAUSS_NODES
            shift = (shift[:, :, None] + node).reshape(len(theta), -1)
            share = (share * GAUSS_SHARES).reshape(len(share), -1, 1)
            nodes = np.tile(GAUSS_NODES, self._parts.shift.shape[1])[:, None]
            by_node = np.concatenate([share, share * nodes], axis=2)
        half = 0.5 * np.exp(theta[:, self._k])[:, None]
        heights, slopes = [], []
        for i in range(self._k):
            away = (self._u - theta[:, i : i + 1]) / half
            height, by_place, by_width = _sums(away, shift / half, share, by_node)
            by_place *= (2.0 / half)[:, :, None]
            heights.append(height)
            slopes.append(
                np.concatenate([by_place[:, :, :1], by_width, by_place[:, :, 1:]], axis=2)
            )
        return np.concatenate(heights, axis=2), slopes

    def _linear(self, lines: Array) -> tuple[Array, Array, Array]:
        """Return the weighted design, its normal equations, and the heights and baseline."""
        design = np.concatenate([lines, self._straight], axis=2) * self._root[:, :, None]
        normal = design.transpose(0, 2, 1) @ design
        unknown = np.arange(normal.shape[1])
        normal[:, unknown, unknown] *= 1.0 + _RIDGE
        right = design.transpose(0, 2, 1) @ (self._root * self._s.y)[:, :, None]
        return design, normal, solved(normal, right)[:, :, 0]

    def at(self, theta: Array) -> _At:
        """Return residuals and their derivatives."""
        return self._solved(theta)[0]

    def _solved(self, theta: Array) -> tuple[_At, Array, Array]:
        """Return residuals and derivatives, lines of unit height, and heights and baseline.

        Notes
        -----
        Heights and baseline follow the parameters: what they take up of a derivative is taken off
        (L. Kaufman, BIT 15, 49 (1975)).
        """
        k = self._k
        lines, slopes = self._lines(theta)
        design, normal, linear = self._linear(lines)
        rest = (design @ linear[:, :, None])[:, :, 0] - self._root * self._s.y
        by = [slope * linear[:, None, i : i + 1] for i, slope in enumerate(slopes)]
        columns = [own[:, :, 0] for own in by]
        columns += [np.sum([own[:, :, c] for own in by], axis=0) for c in range(1, by[0].shape[2])]
        slope = np.stack(columns, axis=2) * self._root[:, :, None]
        slope -= design @ solved(normal, design.transpose(0, 2, 1) @ slope)
        prior = (theta[:, k] - self._asked.log_width) / self._asked.width_err
        last = np.zeros((len(theta), 1, slope.shape[2]))
        last[:, 0, k] = 1.0 / self._asked.width_err
        rest = np.concatenate([rest, prior[:, None]], axis=1)
        value = np.einsum("gp,gp->g", rest, rest)
        return _At(rest, value, np.concatenate([slope, last], axis=1)), lines, linear

    def answer(self, theta: Array) -> Shaped:
        """Return what was found, in points."""
        k, fwhm = self._k, self._s.fwhm
        at, lines, linear = self._solved(theta)
        whole, slope = np.concatenate([lines, self._straight], axis=2), at.slope
        left = self._s.y - (whole @ linear[:, :, None])[:, :, 0]
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


def _sums(away: Array, shift: Array, share: Array, by_node: Array) -> tuple[Array, Array, Array]:
    """Return sums over the parts of a sample, some stretches at a time, which stay in the cache.

    Parameters
    ----------
    away : (n, p) float64, half widths
    shift : (n, m) float64, half widths
    share, by_node : (n or 1, m, 1 or c) float64

    Returns
    -------
    height, by_place, by_width : (n, p, 1 or c) float64
        Of the line; of its derivatives by place (for each two half widths) and by the logarithm of
        its width.
    """
    (n, points), parts = away.shape, shift.shape[1]
    height, by_place = np.empty((n, points, 1)), np.empty((n, points, by_node.shape[2]))
    by_width, size = np.empty_like(height), max(1, _CACHED // (points * parts))
    for first in range(0, n, size):
        own = slice(first, first + size)
        z = away[own, :, None] - shift[own, None, :]
        line = z * z
        line += 1.0
        np.reciprocal(line, out=line)
        squares = line * line
        height[own] = _over_parts(line, share, own)
        # dL / d log(width) = 2 z^2 L^2 = 2 (L - L^2)
        by_width[own] = 2.0 * (height[own] - _over_parts(squares, share, own))
        z *= squares
        by_place[own] = _over_parts(z, by_node, own)
    return height, by_place, by_width


def _over_parts(values: Array, shares: Array, own: slice) -> Array:
    """Return sums over the parts of a sample: (n, p, m) and (all or 1, m, c) to (n, p, c)."""
    if len(shares) > 1:
        return np.asarray(values @ shares[own])
    flat = values.reshape(-1, values.shape[2]) @ shares[0]
    return np.asarray(flat.reshape(*values.shape[:2], shares.shape[2]))
