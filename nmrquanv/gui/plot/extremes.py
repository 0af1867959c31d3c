"""The least and greatest points of any stretch of a line, found without reading the line again.

A pyramid: each floor halves the number of groups of the one below and remembers, for every group,
where its least and its greatest value stand. Drawing a line of four million points then costs as
much as drawing one of ten thousand. Groups of few points are looked through when they are shown:
there are never many, and those of a whole line take longer than a frame.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST = 4
"""Points in the smallest group: below that every point is drawn."""

_FIRST = 64
"""Points in a group of the lowest floor."""


class Extremes:
    """Where the extremes of equal groups of a line stand, for groups of 64, 128, ... points.

    Parameters
    ----------
    y : (n,) float64
        Kept, not copied; it must not change.
    """

    def __init__(self, y: NDArray[np.float64]) -> None:
        self._y = y
        self._floors: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []

    def shown(
        self, first: float, last: float, columns: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the points of the line that show between two fractional indices.

        Parameters
        ----------
        first, last : float, points
            What the view spans, ``first < last``; may lie outside of the line.
        columns : int, pixels, >= 1

        Returns
        -------
        index, value : (m,) float64
            Every point while there are at most three a column; else the least and the greatest
            value of each group, one to two groups a column, in their order: no line is ever lost.

        Notes
        -----
        Groups start at multiples of their length, wherever the view stands: panning then moves the
        picture without shimmer.
        """
        size = len(self._y)
        start = int(np.clip(np.floor(first) - 1, 0, size))
        stop = int(np.clip(np.ceil(last) + 2, start, size))
        if stop - start <= 3 * columns:
            return np.arange(start, stop, dtype=np.float64), self._y[start:stop]
        length = max(_LEAST, (1 << int((stop - start) / columns).bit_length()) >> 1)
        groups = slice(start // length, -(-stop // length))
        if length < _FIRST:
            low, high = self._in_groups(length, groups)
        else:
            least, greatest = self._floor((length // _FIRST).bit_length() - 1)
            low, high = least[groups], greatest[groups]
        index = np.stack([np.minimum(low, high), np.maximum(low, high)], axis=1).ravel()
        return index.astype(np.float64), self._y[index]

    def _floor(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Build up to a floor; return where its groups have their least and greatest values."""
        while len(self._floors) <= number:
            self._floors.append(self._above() if self._floors else self._lowest())
        return self._floors[number]

    def _lowest(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        return self._in_groups(_FIRST, slice(0, -(-len(self._y) // _FIRST)))

    def _in_groups(self, length: int, groups: slice) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Look through groups of one length; the line's last one may be shorter."""
        first, size = groups.start * length, len(self._y)
        whole = min(groups.stop * length, size // length * length)
        rows = self._y[first:whole].reshape(-1, length)
        offset = first + np.arange(len(rows), dtype=np.int32) * length
        least = rows.argmin(axis=1).astype(np.int32) + offset
        greatest = rows.argmax(axis=1).astype(np.int32) + offset
        if groups.stop * length > size:
            rest = self._y[whole:]
            least = np.append(least, np.int32(whole + rest.argmin()))
            greatest = np.append(greatest, np.int32(whole + rest.argmax()))
        return least, greatest

    def _above(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        least, greatest = self._floors[-1]
        pairs = len(least) // 2
        a, b = least[: 2 * pairs : 2], least[1 : 2 * pairs : 2]
        c, d = greatest[: 2 * pairs : 2], greatest[1 : 2 * pairs : 2]
        low = np.where(self._y[b] < self._y[a], b, a)
        high = np.where(self._y[d] > self._y[c], d, c)
        if len(least) > 2 * pairs:
            low, high = np.append(low, least[-1]), np.append(high, greatest[-1])
        return low, high
