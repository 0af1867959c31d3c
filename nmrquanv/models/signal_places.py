"""Where the trace shows a listed signal: its pattern, moved as a whole to where it fits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.windows import FWHM_POINTS, Grid
from nmrquanv.spectra.signals import Signal

REACH_PPM = 0.06
"""How far from its listed shift a signal is looked for."""

MIN_LIKENESS = 0.9
"""Least correlation of a signal's pattern with the trace under it."""

MIN_SNR = 10.0
"""Least amplitude of a pattern, in units of sigma."""

_MERGED_POINTS = 0.6 * FWHM_POINTS  # closer lines of a pattern have one top
_TOP_POINTS = 3  # from a line of the pattern to its top: couplings are listed to 0.1 Hz or so
_MARGIN_POINTS = 15


def place_of(grid: Grid, signal: Signal) -> NDArray[np.float64] | None:
    """Find a signal on a grid.

    Returns
    -------
    (n,) float64 or None
        Points of its tops, lines closer than 0.6 of a width as one; None when its pattern is not
        there within :data:`REACH_PPM`, or one of its lines has no top of its own.
    """
    offset, weight = _merged(-signal.offset_hz[::-1] / grid.axis.point_hz, signal.weight[::-1])
    low, high = int(np.floor(offset[0])) - _MARGIN_POINTS, int(np.ceil(offset[-1])) + _MARGIN_POINTS
    at = np.arange(low, high + 1)
    shape = (weight / (1.0 + ((at[:, None] - offset) / (0.5 * FWHM_POINTS)) ** 2)).sum(axis=1)
    top = shape.max()
    shape = (shape - shape.mean()) / top
    centre = float(grid.axis.point(signal.shift_ppm))
    reach = int(REACH_PPM / abs(grid.axis.point_ppm))
    first = max(round(centre) - reach + low, 0)
    part = grid.trace[first : max(round(centre) + reach + high + 1, 0)]
    if part.size < shape.size:
        return None
    stretches = np.lib.stride_tricks.sliding_window_view(part, shape.size)
    level = stretches - stretches.mean(axis=1, keepdims=True)
    along = level @ shape
    likeness = along / np.maximum(np.linalg.norm(level, axis=1) * np.linalg.norm(shape), 1e-300)
    amplitude = along / (shape @ shape)
    amplitude[(likeness < MIN_LIKENESS) | (amplitude < MIN_SNR * grid.sigma)] = -np.inf
    best = int(amplitude.argmax())
    if not np.isfinite(amplitude[best]):
        return None
    tops = [_top(grid.trace, first + best - low + x) for x in offset]
    if any(t is None for t in tops) or len(set(tops)) < len(tops):
        return None
    return np.array(tops, dtype=np.float64)


def _merged(
    offset: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Join lines that stand too close for tops of their own, at their centre of gravity."""
    groups = np.split(np.arange(offset.size), np.flatnonzero(np.diff(offset) > _MERGED_POINTS) + 1)
    weights = np.array([weight[g].sum() for g in groups])
    return np.array([(offset[g] * weight[g]).sum() for g in groups]) / weights, weights


def _top(trace: NDArray[np.float64], point: float) -> float | None:
    """Return the top nearest to a point, between points; None when there is none near."""
    middle = round(point)
    near = [
        i
        for i in range(max(middle - _TOP_POINTS, 1), min(middle + _TOP_POINTS, trace.size - 2) + 1)
        if trace[i - 1] < trace[i] >= trace[i + 1]
    ]
    if not near:
        return None
    i = min(near, key=lambda i: abs(i - point))
    left, here, right = trace[i - 1 : i + 2]
    return float(i + 0.5 * (left - right) / (left - 2 * here + right))
