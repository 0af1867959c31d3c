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


_PARTS, _PART, _EDGE = 16, 1 << 14, 512
"""Of traces longer than all these parts, evenly spread ones are enough for a statistic; towards
their ends, which are left out, they go smoothly to nothing, for a transform joins both ends."""


def calm(trace: Array, period: float) -> Array:
    """Return a trace as from an FID under a cosine window, without wiggles of a period.

    Parameters
    ----------
    trace : (n,) float64
    period : float, points
        Of the wiggles that a cut leaves: points of the spectrum over points that were measured.

    Returns
    -------
    (m,) float64
        The mean of the trace a quarter of the period to either side, exact between points: wiggles
        stand against each other there, and lines stay. Of a long trace evenly spread parts.
    """
    if trace.size <= _PARTS * _PART:
        return np.asarray(_calmed(trace[None, :], period)[0])
    starts = np.linspace(0, trace.size - _PART, _PARTS).astype(np.intp)
    parts = trace[starts[:, None] + np.arange(_PART)]
    edge = 0.5 - 0.5 * np.cos(np.pi * (np.arange(_EDGE) + 0.5) / _EDGE)
    parts[:, :_EDGE] *= edge
    parts[:, -_EDGE:] *= edge[::-1]
    return np.asarray(_calmed(parts, period)[:, 2 * _EDGE : -2 * _EDGE].ravel())


def _calmed(rows: Array, period: float) -> Array:
    """Return rows (k, n), each a trace, without wiggles."""
    from scipy.fft import irfft, next_fast_len, rfft

    n = rows.shape[1]
    size = next_fast_len(n, real=True)
    padded = np.pad(rows, ((0, 0), (0, size - n)), mode="wrap")
    turn = np.cos(2.0 * np.pi * np.arange(size // 2 + 1) / size * 0.25 * period)
    return np.asarray(irfft(rfft(padded) * turn, size)[:, :n])
