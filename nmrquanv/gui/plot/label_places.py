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
    wanted. Positions have the least total squared shift: pool-adjacent-violators on
    ``wanted[k] - k * spacing``.
    """
    low, high = limits
    inside = np.flatnonzero((wanted >= low - spacing) & (wanted <= high + spacing))
    if high < low or not len(inside):
        return np.zeros(0, dtype=np.intp), np.zeros(0)
    strip = _Strip(spacing, limits, most_shift)
    kept: list[int] = []
    for candidate in inside[np.argsort(-priority[inside], kind="stable")].tolist():
        where = strip.put(float(wanted[candidate]))
        if where is not None:
            kept.insert(where, candidate)
    return np.array(kept, dtype=np.intp), np.array(strip.positions, dtype=np.float64)


class _Strip:
    """The labels that have a place so far, from low to high.

    Notes
    -----
    For each label: ``_first``, the farthest down that it can be pushed by the labels below it and
    by its own limit, and ``_last``, the farthest up; both less its number times the spacing. A
    new label has room if, of all stretches around it, none would have to begin above its end.
    """

    def __init__(self, spacing: float, limits: tuple[float, float], most_shift: float) -> None:
        self._spacing, self._limits, self._most = spacing, limits, most_shift
        self._wanted: list[float] = []
        self._first: list[float] = []
        self._last: list[float] = []
        self.positions: list[float] = []

    def put(self, at: float) -> int | None:
        """Give a label a place and return its number among the others; None without room."""
        where = bisect_right(self._wanted, at)
        if not self._has_room(at, where):
            return None
        trial = [*self._wanted[:where], at, *self._wanted[where:]]
        if self._stands_alone(at, where):
            positions = [*self.positions[:where], at, *self.positions[where:]]
        else:
            positions = self._spread_out(trial)
            if not positions:
                return None
        self._wanted, self.positions = trial, positions
        self._remember_reach()
        return where

    def _has_room(self, at: float, where: int) -> bool:
        low, high = self._limits
        first = max(low, at - self._most) - where * self._spacing
        last = min(high, at + self._most) - where * self._spacing
        if where:
            first = max(first, self._first[where - 1])
        if where < len(self._last):
            last = min(last, self._last[where] - self._spacing)
        return first <= last + 1e-6

    def _stands_alone(self, at: float, where: int) -> bool:
        """Tell whether a label can stand where it is wanted with no other moving."""
        low, high = self._limits
        below = self.positions[where - 1] + self._spacing if where else low
        above = self.positions[where] - self._spacing if where < len(self.positions) else high
        return max(low, below) <= at <= min(high, above)

    def _spread_out(self, wanted: list[float]) -> list[float]:
        """Return positions for all labels; empty if one had to stand too far away."""
        trial = np.array(wanted)
        spread = _spread(trial, self._spacing, *self._limits)
        is_inside = spread[0] >= self._limits[0] - 1e-6 and spread[-1] <= self._limits[1] + 1e-6
        is_near = float(np.abs(spread - trial).max()) <= self._most
        return spread.tolist() if is_inside and is_near else []

    def _remember_reach(self) -> None:
        wanted, steps = np.array(self._wanted), np.arange(len(self._wanted)) * self._spacing
        first = np.maximum(self._limits[0], wanted - self._most) - steps
        last = np.minimum(self._limits[1], wanted + self._most) - steps
        self._first = np.maximum.accumulate(first).tolist()
        self._last = np.minimum.accumulate(last[::-1])[::-1].tolist()


def _spread(
    wanted: NDArray[np.float64], spacing: float, low: float, high: float
) -> NDArray[np.float64]:
    """Return the nearest positions (least squares) that are ``spacing`` apart and in limits.

    Where there are more than the limits hold, the last ones stand beyond ``high``.
    """
    steps = np.arange(len(wanted)) * spacing
    pools: list[tuple[float, int]] = []
    for value in (wanted - steps).tolist():
        mean, count = value, 1
        while pools and pools[-1][0] >= mean:
            other, size = pools.pop()
            mean = (mean * count + other * size) / (count + size)
            count += size
        pools.append((mean, count))
    level = np.repeat([mean for mean, _ in pools], [count for _, count in pools])
    return np.maximum(np.minimum(level, high - steps[-1]), low) + steps
