"""How far the lines of a spectrum are from the model line: the shape error of its magnet.

Field, truncation and apodization give all lines of a spectrum one imperfect shape. What a fit
leaves of lines that stand alone and clear of the noise tells how much of any other line it cannot
explain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.groups import State
from nmrquanv.spectra.fitting.lines import FittedLines

Array = NDArray[np.float64]

LEAST, MOST = 0.001, 0.03
"""No spectrum is taken to be better or worse; as shares of a line's height."""

UNKNOWN = 0.01
"""For spectra without lines to tell from: what well-shimmed spectra have."""

_CLEAR_SNR, _ALONE_WIDTHS, _FEWEST = 50.0, 2.0, 3
_NEIGHBOURS, _REACH = 20, 1.0


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
    gap = np.full(order.size, np.inf)
    if order.size > 1:
        step = np.diff(lines.position[order])
        gap[order] = np.minimum(np.append(np.inf, step), np.append(step, np.inf))
    is_clear = lines.height > _CLEAR_SNR * sigma
    which = np.flatnonzero(is_clear & (gap > _ALONE_WIDTHS * lines.fwhm))
    if which.size < _FEWEST:
        which = np.flatnonzero(is_clear)
    if which.size < _FEWEST:
        return UNKNOWN
    log_fwhm = np.log(np.maximum(lines.fwhm, 1e-3))
    state = State(lines.position, log_fwhm, lines.height, lines.eta)
    left = [_left(trace, sigma, state, int(i), order) for i in which]
    return float(np.clip(np.median(left), LEAST, MOST))


def _left(trace: Array, sigma: float, state: State, line: int, order: NDArray[np.int64]) -> float:
    """Return what the fit leaves of one line, as a share of its height."""
    middle, fwhm = state.position[line], np.exp(state.log_fwhm[line])
    first = max(0, int(middle - _REACH * fwhm))
    x = np.arange(first, min(trace.size, int(middle + _REACH * fwhm) + 2), dtype=np.float64)
    if x.size < 5:
        return 0.0
    rank = int(np.searchsorted(state.position[order], middle))
    near = order[max(0, rank - _NEIGHBOURS // 2) : rank + _NEIGHBOURS // 2]
    rest = trace[first : first + x.size] - state.profile(near[None], x[None])[0]
    straight = np.linalg.qr(np.stack([np.ones(x.size), x - middle], axis=1))[0]
    rest = rest - straight @ (straight.T @ rest)
    return float(np.sqrt(max(0.0, np.mean(rest**2) - sigma**2)) / state.height[line])
