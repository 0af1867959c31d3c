"""How far the lines of a spectrum are from the model line: the shape error of its magnet.

Field, truncation and apodization give all lines of a spectrum one imperfect shape. What a fit
leaves of lines that stand alone and clear of the noise tells how much of any other line it cannot
explain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.groups import LineValues
from nmrquanv.spectra.fitting.lines import FittedLines

Array = NDArray[np.float64]

LEAST, MOST = 0.001, 0.03
"""No spectrum is taken to be better or worse; as shares of a line's height."""

UNKNOWN = 0.01
"""For spectra without lines to tell from: what well-shimmed spectra have."""

_CLEAR_SNR, _ALONE_WIDTHS, _FEWEST = 50.0, 2.0, 3
_NEIGHBOURS, _REACH = 20, 1.0

_LEVELS, _SLANT_SNR, _MOST, _MOST_SLANT, _FINE = (0.35, 0.85), 100.0, 120, 0.5, 121
_LEAST_SEEN = 5
"""Of a line's stretch, that a residual can be told from."""

_SEEN_AT, _CHANCE = 33, 1.5
"""Points at which a line is looked at, at most, and what of the noise's variance is chance."""

_PART = 65_536
"""Points of lines that are looked at together."""

_OWN = 0.25
_SLANT_NOISE = 1.2
"""In widths, of a line of one sigma: what noise moves the middles by, from the slopes of a
Lorentzian at both levels."""


def shape_error(trace: Array, sigma: float, lines: FittedLines) -> float:
    """Return the share of a line's height that the model line leaves, for a spectrum's usual line.

    Parameters
    ----------
    trace : (m,) float64
    sigma : float
    lines : FittedLines
        In the trace's points.

    Notes
    -----
    The median over lines of 50 sigma and more that have no neighbour within two widths (or, where
    there are fewer than three, over all of 50 sigma): root mean square of the residual within one
    width, freed of a straight line and of the noise, over the height.
    """
    order = np.argsort(lines.position)
    which = _clear(sigma, lines, order, _CLEAR_SNR)
    if which.size < _FEWEST:
        return UNKNOWN
    state = lines.state()
    first = np.maximum(0, (state.position - _REACH * np.exp(state.log_fwhm)).astype(np.int64))
    last = (state.position + _REACH * np.exp(state.log_fwhm)).astype(np.int64) + 2
    ends = np.stack([first, np.minimum(last, trace.size)], axis=1)[which]
    size = ends[:, 1] - ends[:, 0]
    left, row = np.zeros(which.size), np.argsort(size)
    start = 0
    while start < which.size:  # all of a part are padded to its longest, the last
        fit_in = size[row[start:]] * np.arange(1, which.size - start + 1) <= _PART
        stop = start + max(1, int(fit_in.sum()))
        own = row[start:stop]
        left[own] = _left(trace, sigma, state, (which[own], ends[own]), order)
        start = stop
    return float(np.clip(np.median(left), LEAST, MOST))


def misses(trace: Array, sigma: float, lines: FittedLines) -> Array:
    """Return the share of its height by which each line misses the trace, beyond noise: (n,).

    NaN for a line that too few points, or no height, tell of.

    Parameters
    ----------
    trace : (m,) float64
    sigma : float
    lines : FittedLines
        In the trace's points.

    Notes
    -----
    Root mean square within one width of what all lines leave, freed of a straight line. What
    noise leaves by chance does not count. A neighbour's wiggle is seen here, where the usual
    line of the spectrum (:func:`shape_error`) says nothing of it.
    """
    if lines.position.size == 0:
        return np.zeros(0)
    order = np.argsort(lines.position)
    fwhm = np.maximum(lines.fwhm, 1e-3)
    state = lines.state()
    u = np.linspace(-_REACH, _REACH, _SEEN_AT)
    x = np.round(lines.position[:, None] + fwhm[:, None] * u)
    is_new = (np.diff(x, axis=1, prepend=-np.inf) > 0) & (x >= 0) & (x < trace.size)
    x = np.clip(x, 0, trace.size - 1)
    rank = np.argsort(order)
    beside = rank[:, None] + np.arange(-_NEIGHBOURS // 2, _NEIGHBOURS // 2)
    inside = (beside >= 0) & (beside < order.size)
    near = np.where(inside, order[np.clip(beside, 0, order.size - 1)], -1)
    rest = trace[x.astype(int)] - state.profile(near, x)
    points = np.maximum(is_new.sum(axis=1, keepdims=True), 1)
    rest = (rest - (rest * is_new).sum(axis=1, keepdims=True) / points) * is_new
    away = (u - (u * is_new).sum(axis=1, keepdims=True) / points) * is_new
    spread = np.maximum((away**2).sum(axis=1, keepdims=True), 1e-12)
    rest -= away * (away * rest).sum(axis=1, keepdims=True) / spread
    squares = (rest**2).sum(axis=1) / points[:, 0] - _CHANCE * sigma**2
    can_tell = (points[:, 0] >= _LEAST_SEEN) & (lines.height > sigma)
    share = np.sqrt(np.maximum(squares, 0.0)) / np.maximum(lines.height, sigma)
    return np.asarray(np.where(can_tell, np.minimum(share, 1.0), np.nan))


def _clear(
    sigma: float, lines: FittedLines, order: NDArray[np.int64], snr: float
) -> NDArray[np.int64]:
    """Return the lines that stand clear of the noise, those alone where there are enough."""
    gap = np.full(order.size, np.inf)
    if order.size > 1:
        step = np.diff(lines.position[order])
        gap[order] = np.minimum(np.append(np.inf, step), np.append(step, np.inf))
    is_clear = lines.height > snr * sigma
    which = np.flatnonzero(is_clear & (gap > _ALONE_WIDTHS * lines.fwhm))
    return which if which.size >= _FEWEST else np.flatnonzero(is_clear)


def slants(trace: Array, sigma: float, lines: FittedLines) -> Array:
    """Return how far the middle of each line moves between a third and most of its height.

    Parameters
    ----------
    trace : (m,) float64
    sigma : float
    lines : FittedLines
        In the trace's points.

    Returns
    -------
    (n,) float64, widths
        Freed of the noise. Of lines that are not clear or not alone the median of the others; 0
        where there are none. A phase error and a lopsided field move it, an even shape does not.
    """
    order = np.argsort(lines.position)
    which = _clear(sigma, lines, order, _SLANT_SNR)
    if which.size < _FEWEST:
        return np.zeros(order.size)
    state = lines.state()
    which = which[np.argsort(-lines.height[which])][:_MOST]
    squares = _middles_move(trace, state, which, order) ** 2
    squares -= (_SLANT_NOISE * sigma / lines.height[which]) ** 2
    if not np.isfinite(squares).any():
        return np.zeros(order.size)
    usual = max(0.0, float(np.nanmedian(squares)))
    result = np.full(order.size, usual)
    result[which] = np.where(np.isfinite(squares), np.maximum(squares, _OWN * usual), usual)
    return np.asarray(np.minimum(np.sqrt(result), _MOST_SLANT), dtype=np.float64)


def _middles_move(
    trace: Array, state: LineValues, which: NDArray[np.int64], order: NDArray[np.int64]
) -> Array:
    """Return how far lines' middles move on the way up, (n,) widths; NaN where one has no sides."""
    from scipy.ndimage import spline_filter1d

    fwhm = np.exp(state.log_fwhm[which])
    fine = state.position[which][:, None] + fwhm[:, None] * np.linspace(-1.5, 1.5, _FINE)
    step = fine[:, 1] - fine[:, 0]
    curve = _between_points(spline_filter1d(trace, 3, mode="mirror"), fine)
    rank = np.searchsorted(state.position[order], state.position[which])
    beside = rank[:, None] + np.arange(-_NEIGHBOURS // 2, _NEIGHBOURS // 2)
    near = order[np.clip(beside, 0, order.size - 1)]
    is_other = (beside >= 0) & (beside < order.size) & (near != which[:, None])
    curve -= state.profile(np.where(is_other, near, -1), fine)
    top, row = np.argmax(curve, axis=1), np.arange(which.size)
    tall = curve[row, top]
    middles = []
    for level in _LEVELS:
        low = curve < level * tall[:, None]
        beyond = low & (np.arange(_FINE) >= top[:, None])
        right = np.argmax(beyond, axis=1)
        before = low & (np.arange(_FINE) <= top[:, None])
        left = _FINE - 1 - np.argmax(before[:, ::-1], axis=1)
        has_sides = beyond.any(axis=1) & before.any(axis=1) & (tall > 0)
        ends = np.zeros(which.size)
        for inner, outer in ((right - 1, right), (left + 1, left)):
            inner, outer = np.clip(inner, 0, _FINE - 1), np.clip(outer, 0, _FINE - 1)
            fall = np.where(has_sides, curve[row, inner] - curve[row, outer], 1.0)
            part = (curve[row, inner] - level * tall) / fall
            ends += fine[row, inner] + part * (outer - inner) * step
        middles.append(np.where(has_sides, 0.5 * ends, np.nan))
    return np.asarray((middles[1] - middles[0]) / fwhm)


def _between_points(spline: Array, x: Array) -> Array:
    """Return a trace between its points from its cubic spline's coefficients; 0 outside."""
    from scipy.ndimage import map_coordinates

    return np.asarray(map_coordinates(spline, [x], order=3, prefilter=False, cval=0.0))


def _left(
    trace: Array,
    sigma: float,
    state: LineValues,
    lines: tuple[NDArray[np.int64], NDArray[np.int64]],
    order: NDArray[np.int64],
) -> Array:
    """Return what the fit leaves of lines on their stretches (n, 2), as shares of their heights."""
    which, ends = lines
    count, middle = ends[:, 1:] - ends[:, :1], state.position[which][:, None]
    place = np.arange(max(int(count.max()), _LEAST_SEEN))
    is_point, x = place < count, ends[:, :1] + place
    rank = np.searchsorted(state.position[order], middle)
    beside = rank + np.arange(-_NEIGHBOURS // 2, _NEIGHBOURS // 2)
    inside = (beside >= 0) & (beside < order.size)
    near = np.where(inside, order[np.clip(beside, 0, order.size - 1)], -1)
    x = np.minimum(x, trace.size - 1)
    rest = (trace[x] - state.profile(near, x.astype(np.float64))) * is_point
    points, away = np.maximum(count, 1), (x - middle) * is_point
    away = (away - away.sum(axis=1, keepdims=True) / points) * is_point
    rest = (rest - rest.sum(axis=1, keepdims=True) / points) * is_point
    spread = np.maximum((away**2).sum(axis=1, keepdims=True), 1e-12)
    rest -= away * (away * rest).sum(axis=1, keepdims=True) / spread
    squares = (rest**2).sum(axis=1) / points[:, 0] - sigma**2
    left = np.sqrt(np.maximum(squares, 0.0)) / state.height[which]
    return np.where(count[:, 0] < _LEAST_SEEN, 0.0, left)
