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
    places: list[float] = []
    kept: list[int] = []
    positions = np.zeros(0)
    for candidate in inside[np.argsort(-priority[inside], kind="stable")]:
        at = float(wanted[candidate])
        where = bisect_right(places, at)
        trial = np.array([*places[:where], at, *places[where:]])
        if not _has_room(trial, where, spacing, limits, most_shift):
            continue
        spread = _spread(trial, spacing, low, high)
        is_inside = spread[0] >= low - 1e-6 and spread[-1] <= high + 1e-6
        if is_inside and np.abs(spread - trial).max() <= most_shift:
            places, positions = trial.tolist(), spread
            kept.insert(where, int(candidate))
    return np.array(kept, dtype=np.intp), positions


def _has_room(
    wanted: NDArray[np.float64],
    new: int,
    spacing: float,
    limits: tuple[float, float],
    most_shift: float,
) -> bool:
    """Tell whether all labels can stand near where they are wanted, if those but one can.

    Every stretch of labels around the new one must find room between the farthest places that
    its first and its last label may take.
    """
    steps = np.arange(len(wanted)) * spacing
    first = np.maximum(limits[0], wanted[: new + 1] - most_shift) - steps[: new + 1]
    last = np.minimum(limits[1], wanted[new:] + most_shift) - steps[new:]
    return bool(first.max() <= last.min() + 1e-6)


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
