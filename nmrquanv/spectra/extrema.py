"""Maxima that stand out of a trace and the valleys between them, quick on millions of points.

In noise every third point is a local maximum. What scipy says of how far each stands out takes
most of a second for a million points; nearly all can be dismissed by looking at their neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_GOES_ON = 0.9
"""Share of the maxima that a round must leave for there to be no other."""


def maxima(trace: Array, least: float) -> Index:
    """Return the local maxima of a trace that may have at least some prominence, ascending.

    Parameters
    ----------
    trace : (m,) float64
    least : float, intensity
        Of the prominence.

    Notes
    -----
    None that has it is left out; of those that have it not, most are. The prominence of a maximum
    is at most its height above the lowest point between it and a higher one: where that is too
    little on one side it is dismissed, again and again, until hardly any more are.
    """
    from scipy.signal import find_peaks

    found = find_peaks(trace)[0].astype(np.int64)
    if found.size < 2:
        return found
    height = trace[found]
    lowest = np.minimum.reduceat(trace[: found[-1]], found[:-1])
    while True:
        is_left_taller = height[:-1] > height[1:]
        is_shallow = np.minimum(height[:-1], height[1:]) - lowest < least
        is_small = np.zeros(found.size, dtype=bool)
        is_small[1:] = is_left_taller & is_shallow
        is_small[:-1] |= (height[:-1] < height[1:]) & is_shallow
        kept = np.flatnonzero(~is_small)
        if kept.size < 2 or kept.size > _GOES_ON * found.size:
            return found[kept]
        found, height = found[kept], height[kept]
        lowest = np.minimum.reduceat(lowest[: kept[-1]], kept[:-1])


def prominent(trace: Array, least: float | Array) -> tuple[Index, Array, Array]:
    """Return the maxima of at least some prominence, with prominence and width (points).

    Parameters
    ----------
    trace : (m,) float64
    least : float or (m,) float64, intensity
        Of the prominence, everywhere or at each point.

    Notes
    -----
    Widths are at half prominence. The same as ``scipy.signal.find_peaks`` gives for
    ``prominence=least, width=0``.
    """
    from scipy.signal import peak_prominences, peak_widths

    found = maxima(trace, float(np.min(least)))
    tall, left, right = peak_prominences(trace, found)
    clear = tall >= (least[found] if isinstance(least, np.ndarray) else least)
    found, data = found[clear], (tall[clear], left[clear], right[clear])
    return found, data[0], peak_widths(trace, found, 0.5, prominence_data=data)[0]


def valleys(trace: Array, maximum: Index) -> Index:
    """Return the lowest point between each of the maxima and the next, the first of equal ones."""
    if maximum.size < 2:
        return np.zeros(0, dtype=np.int64)
    part = trace[maximum[0] : maximum[-1]]
    first = maximum[:-1] - maximum[0]
    lowest = np.minimum.reduceat(part, first)
    is_lowest = np.flatnonzero(part == np.repeat(lowest, np.diff(maximum)))
    return np.asarray(maximum[0] + is_lowest[np.searchsorted(is_lowest, first)], dtype=np.int64)
