"""How far noise remembers: its autocorrelation, from where a trace is quiet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MOST_POINTS, _AT_A_TIME = 1 << 19, 1 << 16
"""Of longer traces evenly spread parts tell as much: half a million points give a correlation to
0.2 %. And how many are transformed together."""


def noise_correlation(
    trace: NDArray[np.float64], sigma: float, lags: int = 24
) -> NDArray[np.float64]:
    """Return the autocorrelation of the noise at lags 0..``lags``, from the quiet stretches.

    Parameters
    ----------
    trace : (n,) float64
    sigma : float
        Noise of the trace.
    lags : int, points

    Returns
    -------
    (lags + 1,) float64
        1 at lag 0. White when no stretch is quiet enough to tell.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    length = max(4 * lags, 96)
    count = trace.size // length
    white = np.zeros(lags + 1)
    white[0] = 1.0
    if count == 0:
        return white
    blocks = trace[: count * length].reshape(count, length)
    blocks = blocks[:: -(-count * length // _MOST_POINTS)]
    x = np.linspace(-1.0, 1.0, length)
    basis = np.linalg.qr(np.stack([np.ones(length), x, x**2], axis=1))[0]
    flat = blocks - (blocks @ basis) @ basis.T
    quiet = flat[np.abs(flat).max(axis=1) < 4.5 * sigma]
    if len(quiet) < 3:
        return white
    power = np.zeros(1)
    size = next_fast_len(length + lags, real=True)
    for part in np.array_split(quiet, -(-quiet.size // _AT_A_TIME)):
        power = power + (np.abs(rfft(part, size, axis=1)) ** 2).sum(axis=0)
    products = irfft(power, size)[: lags + 1] / (length - np.arange(lags + 1.0))
    correlation = np.asarray(products / max(products[0], np.finfo(np.float64).tiny))
    # Beyond the first stretch below 5 % there is only the estimate's own scatter.
    below = np.flatnonzero(np.abs(correlation) < 0.05)
    if below.size > 1:
        correlation[below[1] :] = 0.0
    return correlation
