"""Where the chemical shifts are written over crowded peaks: no two labels touch.

Pure mathematics in pixels, along one line of labels; no Qt.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray


def place_labels(
    wanted: NDArray[np.float64],
    priority: NDArray[np.float64],
    spacing: float,
    limits: tuple[float, float],
    most_shift: float,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Spread labels along a line; leave out the least important where there is no room.

    Parameters
    ----------
    wanted : (n,) float64, pixels
        Where each label would stand if it were alone.
    priority : (n,) float64
        The greater, the longer a label is kept.
    spacing : float, pixels, > 0
        Least distance of neighbouring labels.
    limits : (low, high), pixels
        Between which all labels stand.
    most_shift : float, pixels
        No label stands farther than this from where it is wanted.

    Returns
    -------
    kept : (m,) intp
        Indices into ``wanted``, in rising order of ``wanted``.
    position : (m,) float64, pixels
        At least ``spacing`` apart, inside the limits.

    Notes
    -----
    Labels go in by falling priority, each only if all can still stand near where they are
    wanted. Positions have the least total squared shift (pool-adjacent-violators on
    ``wanted[k] - k * spacing``) as far as the limits let them.
    """
    low, high = limits
    inside = np.flatnonzero((wanted >= low - spacing) & (wanted <= high + spacing))
    if high < low or not len(inside):
        return np.zeros(0, dtype=np.intp), np.zeros(0)
    strip = _Strip(spacing, limits, most_shift)
    kept: list[int] = []
    falling = inside[np.argsort(-priority[inside], kind="stable")]
    for candidate, at in zip(falling.tolist(), wanted[falling].tolist(), strict=True):
        where = strip.put(at)
        if where is not None:
            kept.insert(where, candidate)
    return np.array(kept, dtype=np.intp), strip.positions()


class _Strip:
    """The labels that have a place so far, from low to high.

    Notes
    -----
    For each label the lowest and the highest place that its own limits and the labels below or
    above it leave: a new label has room if its lowest is not beyond its highest. A label that is
    put in changes those of its neighbours only as far as they touch.
    """

    def __init__(self, spacing: float, limits: tuple[float, float], most_shift: float) -> None:
        self._spacing, self._limits, self._most = spacing, limits, most_shift
        self._wanted: list[float] = []
        self._lowest: list[float] = []
        self._highest: list[float] = []

    def put(self, at: float) -> int | None:
        """Take a label in and return its number among the others; None without room."""
        where = bisect_right(self._wanted, at)
        lowest = max(self._limits[0], at - self._most)
        highest = min(self._limits[1], at + self._most)
        if where:
            lowest = max(lowest, self._lowest[where - 1] + self._spacing)
        if where < len(self._wanted):
            highest = min(highest, self._highest[where] - self._spacing)
        if lowest > highest + 1e-6:
            return None
        self._wanted.insert(where, at)
        self._lowest.insert(where, lowest)
        self._highest.insert(where, highest)
        self._push_apart(where)
        return where

    def _push_apart(self, new: int) -> None:
        for k in range(new + 1, len(self._lowest)):
            pushed = self._lowest[k - 1] + self._spacing
            if pushed <= self._lowest[k]:
                break
            self._lowest[k] = pushed
        for k in range(new - 1, -1, -1):
            pushed = self._highest[k + 1] - self._spacing
            if pushed >= self._highest[k]:
                break
            self._highest[k] = pushed

    def positions(self) -> NDArray[np.float64]:
        """Return where the labels stand, pixels."""
        if not self._wanted:
            return np.zeros(0)
        spread = _spread(np.array(self._wanted), self._spacing)
        return np.minimum(np.maximum(spread, self._lowest), self._highest)


def _spread(wanted: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """Return the nearest positions (least squares) that are ``spacing`` apart."""
    steps = np.arange(len(wanted)) * spacing
    pools: list[tuple[float, int]] = []
    for value in (wanted - steps).tolist():
        mean, count = value, 1
        while pools and pools[-1][0] >= mean:
            other, size = pools.pop()
            mean = (mean * count + other * size) / (count + size)
            count += size
        pools.append((mean, count))
    return np.repeat([mean for mean, _ in pools], [count for _, count in pools]) + steps
