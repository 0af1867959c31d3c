"""Dilated convolutions with fewer products than they have weights.

A convolution of width ``r`` makes ``m`` answers out of ``n = m + r - 1`` points: coefficients of a
product of polynomials, which ``n`` values of it determine. So ``n`` products do, each of one matrix
with as many points at once, in place of ``m r``: at width 7 a third.

References
----------
S. Winograd, *Arithmetic Complexity of Computations*, SIAM (1980), for the product of A. L. Toom
and S. A. Cook; A. Lavin, S. Gray, CVPR (2016), for convolutions of networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Array = NDArray[np.float64]

_PLACES = np.array([0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 0.75, -0.75, 1.4])
"""Where polynomials are evaluated, besides at infinity: of such small numbers, taken in this order,
rounding grows to some 4e-13 of the answer, from 1e-15."""

_MOST_ANSWERS = 5
_AT_A_TIME = 640
"""Points that a convolution works on at a time, so that they stay in the cache."""


@dataclass(frozen=True, slots=True)
class WindowRows:
    """Windows that lie one behind the other in the rows of an array, with zeros between.

    Parameters
    ----------
    count, points : int
    gap : int
        Rows of zeros before each, at least as many as any convolution reaches.
    """

    count: int
    points: int
    gap: int

    @property
    def step(self) -> int:
        """Rows from the start of a window to that of the next."""
        return self.points + self.gap

    def inside(self, rows: NDArray[np.float64], first: int = 0, stop: int | None = None) -> Array:
        """Return what of rows lies in windows ``first`` to ``stop``: (windows, points, columns)."""
        stop = self.count if stop is None else stop
        own = rows[self.gap + first * self.step : self.gap + stop * self.step]
        return own.reshape(stop - first, self.step, rows.shape[1])[:, : self.points]


@dataclass(frozen=True, slots=True, eq=False)
class Dilated:
    """A dilated convolution with a bias, rectified.

    Parameters
    ----------
    weight : (n, in, out) float64
        One matrix for each value of the polynomials.
    bias : (out,) float64
    dilation, width : int
    before : (n, n) float64
        From points to the values that the matrices want.
    after : (m, n) float64
        From products to answers.
    """

    weight: Array
    bias: Array
    dilation: int
    width: int
    before: Array
    after: Array

    @classmethod
    def of(cls, taps: Array, bias: Array, dilation: int) -> Dilated:
        """Return the convolution with the weights ``taps`` (width, in, out)."""
        after, before, values = _ways(len(taps))
        weight = np.tensordot(values, taps, 1)
        return cls(weight, bias, dilation, len(taps), before, after)

    @property
    def reach(self) -> int:
        """Points that it sees on either side of its own."""
        return self.dilation * (self.width - 1) // 2

    def rows(self, windows: WindowRows) -> int:
        """Return how many rows an array of windows must have: what is made last reaches beyond."""
        blocks = -(-windows.points // (len(self.after) * self.dilation))
        made = blocks * len(self.after) * self.dilation
        return windows.gap + windows.count * windows.step + made - windows.points

    def __call__(self, x: Array, windows: WindowRows, answer: Array | None = None) -> Array:
        """Return the rectified answer to rows (rows, in); 0 outside windows.

        Parameters
        ----------
        x : (rows, in) float64
        windows : WindowRows
        answer : (rows, out) float64 or None
            Where it is put: zeros outside windows. None makes it.

        Raises
        ------
        ValueError
            Fewer rows than :meth:`rows` tells, or gaps that are too short.
        """
        if len(x) < self.rows(windows) or windows.gap < self.reach:
            raise ValueError(f"{len(x)} rows do not hold {windows} for a reach of {self.reach}")
        if answer is None:
            answer = np.zeros((len(x), self.weight.shape[2]))
        size = min(max(1, _AT_A_TIME // windows.points), windows.count)
        room = self._room(windows, size)
        for first in range(0, windows.count, size):
            stop = min(first + size, windows.count)
            told = windows.inside(answer, first, stop)
            np.add(self._made(x, windows, (first, stop), room), self.bias, out=told)
            np.maximum(told, 0, out=told)
        return answer

    def _blocks(self, windows: WindowRows) -> int:
        return -(-windows.points // (len(self.after) * self.dilation))

    def _room(self, windows: WindowRows, count: int) -> tuple[Array, Array, Array]:
        """Return where values, products and sums of so many windows are put, again and again."""
        (m, n), (_, entering, leaving) = self.after.shape, self.weight.shape
        places = count * self._blocks(windows) * self.dilation
        return (
            np.empty(n * places * entering),
            np.empty(n * places * leaving),
            np.empty(m * places * leaving),
        )

    def _made(
        self,
        x: Array,
        windows: WindowRows,
        part: tuple[int, int],
        room: tuple[Array, Array, Array],
    ) -> Array:
        """Return the sums in some windows, (windows, points, out)."""
        (m, n), (_, entering, leaving) = self.after.shape, self.weight.shape
        (first, stop), dilation, blocks = part, self.dilation, self._blocks(windows)
        count = stop - first
        start, row = windows.gap + first * windows.step - self.reach, x.strides[0]
        # Points that are a dilation apart make one answer: as many lie side by side in a block.
        points = as_strided(
            x[start:],
            (count, blocks, n, dilation * entering),
            (windows.step * row, m * dilation * row, dilation * row, x.strides[1]),
            writeable=False,
        )
        places = count * blocks * dilation
        values = room[0][: n * places * entering].reshape(n, count, blocks, -1)
        np.matmul(self.before, points, out=values.transpose(1, 2, 0, 3))
        products = room[1][: n * places * leaving].reshape(n, places, leaving)
        np.matmul(values.reshape(n, -1, entering), self.weight, out=products)
        in_blocks = products.reshape(n, count, blocks, -1).transpose(1, 2, 0, 3)
        answers = room[2][: m * places * leaving].reshape(count, blocks, m, -1)
        np.matmul(self.after, in_blocks, out=answers)
        return np.asarray(answers.reshape(count, -1, leaving)[:, : windows.points])


def _ways(width: int) -> tuple[Array, Array, Array]:
    """Return how products become answers (m, n), points values (n, n), weights values (n, width).

    A convolution that is too wide for few places is its weights' products, added up.
    """
    m = min(_MOST_ANSWERS, _PLACES.size + 2 - width)
    if m < 2 or width < 2:
        return np.ones((1, width)), np.eye(width), np.eye(width)
    n = m + width - 1

    def powers(count: int) -> Array:
        at_infinity = np.eye(count)[-1:]
        return np.concatenate([np.vander(_PLACES[: n - 1], count, increasing=True), at_infinity])

    before = np.asarray(np.linalg.inv(powers(n)).T, np.float64)
    return powers(m).T, before, powers(width)
