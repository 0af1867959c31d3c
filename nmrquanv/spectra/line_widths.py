"""How wide the clear lines of a trace are, robustly, before any of them is fitted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.noise import noise_sigma

_SMOOTHINGS = (0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2)
_CLEAR_BEND, _LEAST_BEND = 9.0, 0.03
_RESOLVED, _ENOUGH_LINES = 1.35, 4
_BESIDE = 1.5
"""A smoothed line bends so many times as much as both of its sides, a wiggle hardly more than the
next."""

_MEASURING = "looking at the widths of lines"


def line_widths_points(
    trace: NDArray[np.float64], report: Report = silent_report
) -> NDArray[np.float64]:
    """Return the widths at half height of the clear lines of a trace, in points, ascending.

    Parameters
    ----------
    trace : (n,) float64
    report : Report
        May cancel.

    Returns
    -------
    (m,) float64
        Of lines of either sign; empty when nothing stands clear of the noise even after smoothing.

    Notes
    -----
    Widths at half height grow where lines overlap. The second derivative tells lines apart long
    before the trace does: it is negative over ``fwhm / sqrt(3)`` of a Lorentzian. The trace is
    smoothed by ever wider Gaussians until a few lines stand out of its noise; what the smoothing
    (a stretch of twice its sigma) adds is taken off as in the width of a Voigt line. A stretch
    that a larger one of the other sign touches is the side of a line or a wiggle, not a line.
    Lines that the least smoothing leaves unresolved count as wide as they can be, 1.6 points.

    References
    ----------
    Width of a Voigt line: Olivero and Longbothum, J. Quant. Spectrosc. Radiat. Transfer 17 (1977)
    233.
    """
    from scipy.ndimage import gaussian_filter1d

    found: list[NDArray[np.float64]] = []
    for number, smoothing in enumerate(_SMOOTHINGS):
        report(number, len(_SMOOTHINGS), _MEASURING)
        bend = -gaussian_filter1d(trace, smoothing, order=2, mode="nearest")
        report(number, len(_SMOOTHINGS), _MEASURING)
        size = np.abs(bend)
        least = max(_CLEAR_BEND * noise_sigma(bend), _LEAST_BEND * float(size.max()))
        change = np.flatnonzero((bend[:-1] > 0) != (bend[1:] > 0))
        if least <= 0 or change.size < 4:
            continue
        report(number, len(_SMOOTHINGS), _MEASURING)
        tallest = np.maximum.reduceat(size, change + 1)[:-1]
        crossing = change + bend[change] / (bend[change] - bend[change + 1])
        length, top = np.diff(crossing)[1:-1], tallest[1:-1]
        is_line = (top > least) & (top > tallest[:-2]) & (top > tallest[2:])
        least_length = _RESOLVED * 2 * smoothing
        is_wide = length > least_length
        if number == 0:  # no finer one would see lines that are narrower than the points
            is_wide |= top > _BESIDE * np.maximum(tallest[:-2], tallest[2:])
        length = np.maximum(length[is_line & is_wide], least_length)
        found.append(np.sqrt(3.0) * _without_gaussian(length, 2 * smoothing))
        if sum(part.size for part in found) >= _ENOUGH_LINES:
            break
    return np.sort(np.concatenate(found)) if found else np.zeros(0)


def _without_gaussian(voigt: NDArray[np.float64], gaussian: float) -> NDArray[np.float64]:
    """Return the Lorentzian width in ``V = a L + sqrt(b L^2 + G^2)``."""
    a, b = 0.5346, 0.2166
    root = np.sqrt(b * voigt**2 + (a * a - b) * gaussian**2)
    return np.asarray((a * voigt - root) / (a * a - b), dtype=np.float64)
