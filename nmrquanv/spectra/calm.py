"""The noise of a spectrum whose FID was cut while it rang: wiggles fill what would be quiet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST_POINTS = 2.0
"""Of a period of wiggles: fewer points hold less than all that was measured."""

KEPT = 0.5
"""Share of its variance that noise keeps: what is as loud from the beginning of an FID to its end,
as where lines ring to the end, has the mean of the window's squares; of other noise more is kept,
so that what is made of it is no less than there is."""

LOUDER = 0.9
"""Only noise that is so much less without wiggles is believed to have had some: estimates scatter
by some hundredths."""


def calm(trace: Array, period: float) -> Array:
    """Return a trace as from an FID under a cosine window, without wiggles of a period.

    Parameters
    ----------
    trace : (n,) float64
    period : float, points
        Of the wiggles that a cut leaves: points of the spectrum over points that were measured.

    Returns
    -------
    (n,) float64
        The mean of the trace a quarter of the period to either side, exact between points: wiggles
        stand against each other there, and lines stay.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(trace.size, real=True)
    padded = np.pad(trace, (0, size - trace.size), mode="wrap")
    turn = np.cos(2.0 * np.pi * np.arange(size // 2 + 1) / size * 0.25 * period)
    return np.asarray(irfft(rfft(padded) * turn, size)[: trace.size])
