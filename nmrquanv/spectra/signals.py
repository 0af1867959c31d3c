"""Signals as papers list them, ``1.33 ppm, d, 7.0 Hz``, and their first-order lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LINES = {"s": 1, "d": 2, "t": 3, "q": 4}


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One entry of a list, expanded to first order.

    Parameters
    ----------
    shift_ppm : float
        Of its centre.
    offset_hz : (n,) float64
        Of its lines, rising.
    weight : (n,) float64
        Their shares of the intensity.
    """

    shift_ppm: float
    offset_hz: NDArray[np.float64]
    weight: NDArray[np.float64]


def first_order(multiplicity: str, couplings_hz: tuple[float, ...]) -> Signal | None:
    """Expand a multiplet about 0 ppm; None when its lines cannot be told from the list.

    Parameters
    ----------
    multiplicity : str
        Letters s, d, t, q, such as ``dt``; empty for a singlet.
    couplings_hz : tuple of float
        One for each letter but s.
    """
    letters = (multiplicity.strip().lower() or "s").replace("s", "")
    if set(letters) - set(_LINES) or len(letters) != len(couplings_hz):
        return None
    offset, weight = np.zeros(1), np.ones(1)
    for letter, coupling in zip(letters, couplings_hz, strict=True):
        n = _LINES[letter] - 1
        steps = (np.arange(n + 1) - n / 2) * coupling
        shares = np.array([1.0])
        for _ in range(n):
            shares = np.convolve(shares, (0.5, 0.5))
        offset = (offset[:, None] + steps).ravel()
        weight = (weight[:, None] * shares).ravel()
    order = np.argsort(offset, kind="stable")
    return Signal(0.0, offset[order], weight[order])
