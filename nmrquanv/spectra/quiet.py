"""Where nothing stands in a trace: what level it has there, how loud its noise is; its floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.noise import MAD_TO_SIGMA, row_medians

Array = NDArray[np.float64]

FLOOR_POINTS = 81
"""Default reach of :func:`local_floor`: ten widths of a line of 8 points."""

_BLOCK, _QUIET = 256, 2.0


def quiet_sigma(trace: Array, block: int = 256) -> float:
    """Return the noise of the quietest tenth of a trace's blocks, each freed of a straight line.

    Notes
    -----
    For measures that must not depend on how the finders see noise
    (:func:`nmrquanv.spectra.noise.noise_sigma`). 0 for a trace shorter than a block.
    """
    blocks = trace[: trace.size // block * block].reshape(-1, block)
    x = np.arange(block) - (block - 1) / 2
    slope = (blocks @ x) / (x @ x)
    rest = np.abs(blocks - blocks.mean(axis=1, keepdims=True) - slope[:, None] * x)
    sigmas = MAD_TO_SIGMA * row_medians(rest)
    sigmas = sigmas[sigmas > 0]
    return float(np.percentile(sigmas, 10)) if sigmas.size else 0.0


def quiet_blocks(trace: Array, sigma: float) -> tuple[Array, Array]:
    """Return the middles (points) of the blocks where nothing stands, and the trace's level there.

    Parameters
    ----------
    trace : (n,) float64
    sigma : float
    """
    blocks = trace[: trace.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    level = row_medians(blocks)
    spread = MAD_TO_SIGMA * row_medians(np.abs(blocks - level[:, None]))
    quiet = np.flatnonzero(spread < _QUIET * sigma)
    return np.asarray((quiet + 0.5) * _BLOCK, dtype=np.float64), level[quiet]


def quiet_level(trace: Array, sigma: float) -> Array:
    """Return what a trace is where nothing stands, bridged over lines.

    Where nothing is quiet it is 0, or what of the trace comes nearest to it.
    """
    at, level = quiet_blocks(trace, sigma)
    if not at.size:
        return np.full(trace.size, np.clip(0.0, trace.min(), trace.max()))
    return np.interp(np.arange(trace.size), at, level)


def local_floor(x: NDArray[np.float64], reach: int = FLOOR_POINTS) -> NDArray[np.float64]:
    """Return what a trace stands on, point by point: rolling baseline, feet, tails of tall lines.

    Parameters
    ----------
    x : (m,) float64, in units of sigma
    reach : int, points
        Some ten line widths.

    Notes
    -----
    A morphological opening over ``reach`` points, smoothed. Dips far below the
    surrounding medians are filled first: a negative line is no floor.
    """
    from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

    count = max(4, min(64, x.size // 256))
    length, longer = divmod(x.size, count)
    split = longer * (length + 1)
    parts = (x[:split].reshape(longer, length + 1), x[split:].reshape(count - longer, length))
    medians = np.concatenate([row_medians(part) for part in parts])
    low = minimum_filter1d(medians, 9, mode="nearest") - 8.0
    clip = np.interp(np.arange(x.size), (np.arange(count) + 0.5) * x.size / count, low)
    smooth = uniform_filter1d(np.maximum(x, clip), 5, mode="nearest")
    lowest = minimum_filter1d(smooth, reach, mode="nearest")
    opened = maximum_filter1d(lowest, reach, mode="nearest")
    floor = uniform_filter1d(opened, reach // 2, mode="nearest")
    return np.asarray(floor, dtype=np.float64)
