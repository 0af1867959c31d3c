"""Where the chemical shifts are written over crowded peaks: no two labels touch.

Pure mathematics in pixels, along one line of labels; no Qt.
"""

from __future__ import annotations

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
    Least total squared shift for those kept: pool-adjacent-violators on
    ``wanted[k] - k * spacing``. Pools that are shifted too far lose their least important label
    and the line is spread again.
    """
    low, high = limits
    inside = np.flatnonzero((wanted >= low - most_shift) & (wanted <= high + most_shift))
    room = int((high - low) // spacing) + 1 if high >= low else 0
    inside = inside[np.argsort(-priority[inside], kind="stable")[: max(room, 0)]]
    kept = inside[np.argsort(wanted[inside], kind="stable")]
    while len(kept):
        position = _spread(wanted[kept], spacing, low, high)
        shift = np.abs(position - wanted[kept])
        worst = int(shift.argmax())
        if shift[worst] <= most_shift:
            return kept, position
        kept = np.delete(kept, _least_of_cluster(position, priority[kept], worst, spacing))
    return kept, np.zeros(0)


def _least_of_cluster(
    position: NDArray[np.float64], priority: NDArray[np.float64], member: int, spacing: float
) -> int:
    """Return the least important of those labels that touch a label in an unbroken row."""
    gaps = np.diff(position) > spacing * 1.001
    first = int(np.flatnonzero(gaps[:member]).max(initial=-1)) + 1
    after = np.flatnonzero(gaps[member:])
    last = member + int(after[0]) if len(after) else len(position) - 1
    return first + int(priority[first : last + 1].argmin())


def _spread(
    wanted: NDArray[np.float64], spacing: float, low: float, high: float
) -> NDArray[np.float64]:
    """Return the nearest positions (least squares) that are ``spacing`` apart and in limits."""
    steps = np.arange(len(wanted)) * spacing
    pools: list[tuple[float, int]] = []
    for value in wanted - steps:
        mean, count = float(value), 1
        while pools and pools[-1][0] >= mean:
            other, size = pools.pop()
            mean = (mean * count + other * size) / (count + size)
            count += size
        pools.append((mean, count))
    level = np.repeat([mean for mean, _ in pools], [count for _, count in pools])
    return np.clip(level, low, high - steps[-1]) + steps
