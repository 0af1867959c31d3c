"""What neighbouring values of a trace tell of its noise, where its stretches do not.

A trace that was written with few digits has values a *step* apart, and noise below the step looks
like none. A trace full of lines has no quiet stretch, but lines are smoother than noise: in
differences of a high enough order white noise alone is left.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

UNIFORM = 12.0**-0.5
"""Standard deviation of what rounding to whole steps leaves: uniform over one step."""

_FIRST_LOOK, _SAMPLE = 4096, 1 << 16
_REPEATED, _FEWEST_LEVELS = 0.5, 8
_ROUNDING = 1e-9
"""Of the tallest point: values of a file that differ by less are one."""

_ORDERS, _SHARE, _SHARE_SIGMAS = (2, 4, 6, 8), 0.2, 0.2533
"""The fifth of normal deviates that is smallest lies within 0.2533 sigma: where most differences
hold a line, these do not."""

_SETTLED = 1.5
"""By how much less a higher order may give for noise to be white: of correlated noise each gives
two to ten times less than the one before."""


def least_step(trace: Array) -> float:
    """Return the least distance between the values of a trace; 0 where hardly any value recurs.

    Nor is there a step in fewer than eight different values: those are no digits of a measurement.
    """
    first = trace[:: -(-trace.size // _FIRST_LOOK)]
    if np.unique(first).size > _REPEATED * first.size:
        return 0.0
    values = np.unique(trace[:: -(-trace.size // _SAMPLE)])
    gaps = np.diff(values)
    gaps = gaps[gaps > _ROUNDING * max(-values[0], values[-1])]
    return float(gaps.min()) if gaps.size >= _FEWEST_LEVELS - 1 else 0.0


def difference_sigma(trace: Array) -> float | None:
    """Return the noise of a trace as differences of neighbours see it.

    None where differences of higher orders go on giving less: noise is correlated then (zero
    filling, apodization), and they tell nothing.
    """
    if trace.size < 8 * _ORDERS[-1]:
        return None
    seen = [_of_order(trace, order) for order in _ORDERS]
    for this, higher in pairwise(seen):
        if this < _SETTLED * higher:
            return this
    return None


def _of_order(trace: Array, order: int) -> float:
    size = np.sort(np.abs(np.diff(trace, order)))
    within = float(size[int(_SHARE * size.size)])
    return within / (_SHARE_SIGMAS * float(np.sqrt(comb(2 * order, order))))
