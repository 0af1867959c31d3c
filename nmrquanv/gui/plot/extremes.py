"""The least and greatest values of any stretch of a line, found without reading the line again.

A pyramid: each floor halves the number of groups of the one below and remembers the least and the
greatest value of every group. Drawing a line of four million points then costs as much as drawing
one of ten thousand. Groups of few points are folded when they are shown: there are never many, and
those of a whole line take longer than a frame.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LEAST = 2
"""Points in the smallest group."""

_FIRST = 64
"""Points in a group of the lowest floor."""

_CROWD = 3
"""Points in a column of pixels, at most, that are still drawn one by one."""

Floats = NDArray[np.float64]


class Groups(NamedTuple):
    """Neighbouring stretches of a line, all of one length.

    Parameters
    ----------
    middle : float, points
        Fractional index of the middle of the first one.
    length : int, points
    least, greatest : (m,) float64
        The extremes of each; the line's last stretch may be shorter than the others.
    """

    middle: float
    length: int
    least: Floats
    greatest: Floats


class Extremes:
    """The extremes of equal groups of a line, for groups of 64, 128, ... points.

    Parameters
    ----------
    y : (n,) float64
        Kept, not copied; it must not change.
    """

    def __init__(self, y: Floats) -> None:
        self._y = y
        self._floors: list[tuple[Floats, Floats]] = []

    def points(self, first: float, last: float) -> tuple[Floats, Floats]:
        """Return index and value of every point between two fractional indices, and one beyond."""
        start, stop = self._ends(first, last)
        return np.arange(start, stop, dtype=np.float64), self._y[start:stop]

    def groups(self, first: float, last: float, columns: int) -> Groups | None:
        """Return the extremes of what shows between two fractional indices.

        Parameters
        ----------
        first, last : float, points
            What the view spans, ``first < last``; may lie outside of the line.
        columns : int, pixels, >= 1

        Returns
        -------
        Groups or None
            One to two groups a column; None while there are at most three points a column, which
            are better drawn as they are.

        Notes
        -----
        Groups start at multiples of their length, wherever the view stands: panning then moves the
        picture without shimmer.
        """
        start, stop = self._ends(first, last)
        if last - first <= _CROWD * columns or stop - start < _LEAST:
            return None
        length = max(_LEAST, (1 << int((last - first) / columns).bit_length()) >> 1)
        low, high = start // length, -(-stop // length)
        if length < _FIRST:
            least, greatest = self._folded(low * length, high * length, length)
        else:
            floor = self._floor((length // _FIRST).bit_length() - 1)
            least, greatest = (part[low:high] for part in floor)
        return Groups(low * length + (length - 1) / 2, length, least, greatest)

    def _ends(self, first: float, last: float) -> tuple[int, int]:
        size = len(self._y)
        start = int(min(max(np.floor(first) - 1, 0), size))
        return start, int(min(max(np.ceil(last) + 2, start), size))

    def _floor(self, number: int) -> tuple[Floats, Floats]:
        """Build up to a floor; return the least and the greatest values of its groups."""
        while len(self._floors) <= number:
            if self._floors:
                least, greatest = self._floors[-1]
                self._floors.append((_halved(least, np.minimum), _halved(greatest, np.maximum)))
            else:
                # in one pass: halving millions of points again and again takes many times as long
                at = np.arange(0, len(self._y), _FIRST)
                extremes = (np.minimum.reduceat(self._y, at), np.maximum.reduceat(self._y, at))
                self._floors.append(extremes)
        return self._floors[number]

    def _folded(self, start: int, stop: int, length: int) -> tuple[Floats, Floats]:
        """Fold the points from one index to another in groups of a power of two."""
        least = greatest = self._y[start : min(stop, len(self._y))]
        while length > 1:
            least, greatest = _halved(least, np.minimum), _halved(greatest, np.maximum)
            length //= 2
        return least, greatest


def _halved(values: Floats, of_two: np.ufunc) -> Floats:
    """Return the extreme of each two neighbours; a last one that is alone stays."""
    whole = len(values) // 2 * 2
    halved: Floats = of_two(values[0:whole:2], values[1:whole:2])
    return halved if whole == len(values) else np.append(halved, values[-1])
