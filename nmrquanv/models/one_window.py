"""A region of a spectrum on exactly one window of 200 points: the paper's own mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.regridding import resample
from nmrquanv.models.windows import MAX_GRID, WINDOW_POINTS, Grid
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.spectrum import Spectrum

VIEW_MARGIN = 4000
_SPLINE_REACH = 64
"""Points of a sweep beyond a window that a spline through it feels."""


@dataclass(frozen=True, slots=True, eq=False)
class WholeSweep:
    """A whole spectrum on points for windows of one width, with its noise.

    Parameters
    ----------
    axis : Axis
    trace : (axis.size,) float64
    sigma : float
    band : int
        Points that the windows' distance of points would give the sweep.
    """

    axis: Axis
    trace: NDArray[np.float64]
    sigma: float
    band: int


def sweep(spectrum: Spectrum, width_ppm: float, known: WholeSweep | None = None) -> WholeSweep:
    """Return a sweep for windows of a width; ``known`` when that will do."""
    from scipy.fft import next_fast_len

    own = spectrum.axis
    step_ppm = width_ppm / (WINDOW_POINTS - 1)
    band = max(WINDOW_POINTS, int(own.sw_hz / own.sf_mhz / step_ppm))
    if known is not None and abs(known.band - band) <= 1:  # widths differ by rounding alone
        return known
    size = next_fast_len(int(np.clip(4 * band, 2 * own.size, MAX_GRID)))
    trace = resample(spectrum, size, min(band, size))
    return WholeSweep(own.resized(size), trace, noise_sigma(trace), band)


def view_grid(
    spectrum: Spectrum,
    high_ppm: float,
    low_ppm: float,
    whole: WholeSweep | None = None,
    margin: int = VIEW_MARGIN,
) -> tuple[Grid, int]:
    """Resample so that a region has exactly 200 points: the paper's own mode, one window.

    Parameters
    ----------
    spectrum : Spectrum
    high_ppm, low_ppm : float, ppm
        Ends of the region: first and last point of the window.
    whole : WholeSweep or None
        For windows of this width, where several are laid.
    margin : int
        Points on each side beyond the region, at most, by which noise and floor can be judged.

    Returns
    -------
    Grid
        Of the same point distance, reaching beyond the region, not beyond the spectrum.
    int
        Index of the window's first point.

    Notes
    -----
    The whole sweep is resampled so that its points are at most as far apart as the window's, and
    faded when that is coarser than the data; the remaining fraction of a point is bridged by a
    cubic spline on a grid at least twice as fine as the band limit.
    """
    from scipy.interpolate import CubicSpline

    own = spectrum.axis
    step_ppm = (high_ppm - low_ppm) / (WINDOW_POINTS - 1)
    whole = whole or sweep(spectrum, high_ppm - low_ppm)
    first_ppm, last_ppm = own.limits_ppm
    before = int(np.clip((first_ppm - high_ppm) / step_ppm, 0, margin))
    after = int(np.clip((low_ppm - last_ppm) / step_ppm, 0, margin))
    count = before + WINDOW_POINTS + after
    start_ppm = high_ppm + before * step_ppm
    at = np.clip(whole.axis.point(start_ppm - step_ppm * np.arange(count)), 0, whole.axis.size - 1)
    near = slice(max(int(at.min()) - _SPLINE_REACH, 0), int(at.max()) + _SPLINE_REACH)
    known = np.arange(whole.axis.size)[near]
    values = CubicSpline(known, whole.trace[near])(at)
    laid = Axis(count, step_ppm * own.sf_mhz * count, own.sf_mhz, start_ppm, own.has_hz)
    even = np.ones(count)
    return Grid(np.asarray(values, dtype=np.float64), whole.sigma, laid, even), before
