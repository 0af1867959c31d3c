"""A spectrum as windows of 200 points on a model's grid, and back to ppm.

200 points is a window, not a spectrum: at a suitable digital resolution a line is 4 to 16 points
wide, and windows with overlap cover the sweep. One spectrum may hold lines of very different
widths, so it is laid on several grids (*scales*), each three times as coarse as the one before;
at each scale the network answers for lines of 4 to 16 points only.

Words: *grid*, a resampled trace; *scale*, one of several grids; *features*, what a network sees of
a grid, per point. Networks themselves are in ``networks.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.regridding import Resampler
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.line_widths import line_widths_points
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.quiet import local_floor
from nmrquanv.spectra.spectrum import Spectrum

WINDOW_POINTS = 200
_MAX_WINDOW = 1 << 16
_STRIDE, _MARGIN, _RAMP = 0.6, 0.05, 0.3
"""Shares of a window: from one to the next, what its ends do not answer for, and from there to a
full say. Each answers for its middle, where it sees both sides."""

FWHM_POINTS = 7.5
"""Width that the narrow lines of a spectrum get on the finest grid."""

SCALE_RATIO = 3.0
"""How much coarser each grid is than the one before."""

MAX_SCALES = 4
FEATURES = ("compressed", "relative", "curvature", "amplitude")
"""Channels of a window, in order; see :func:`features`."""

MAX_GRID = 1 << 21
_USUAL_SPREAD = 1.15
"""Noise counts as louder only from here on: so far even noise seems to vary."""

_CURVATURE_POINTS = 1.6
_LAYING_OUT = "laying out grids"


@dataclass(frozen=True, slots=True)
class Window:
    """How a model sees a spectrum; its card says it.

    Parameters
    ----------
    points : int
        Length of a window.
    fwhm_points : float, points
        Width that the narrow lines of a spectrum get on the finest grid.
    """

    points: int = WINDOW_POINTS
    fwhm_points: float = FWHM_POINTS

    def __post_init__(self) -> None:
        if not 32 <= self.points <= _MAX_WINDOW or not 0 < self.fwhm_points <= self.points:
            raise ValueError(
                f"a window needs 32 to {_MAX_WINDOW} points and a line width within, got {self}"
            )


STANDARD = Window()


@dataclass(frozen=True, slots=True)
class Grid:
    """A trace resampled for the model, polarity applied.

    Parameters
    ----------
    trace : (m,) float64
        Where the noise is louder than elsewhere, divided by ``louder``: as loud everywhere.
    sigma : float
        Its noise.
    axis : Axis
        Of the resampled trace.
    louder : (m,) float64
        At least 1.
    """

    trace: NDArray[np.float64]
    sigma: float
    axis: Axis
    louder: NDArray[np.float64]


def narrow_width_points(spectrum: Spectrum, report: Report = silent_report) -> float:
    """Return the width of the spectrum's narrow lines in native points, robustly.

    Notes
    -----
    The lower fifth of the clear lines; 3 points where nothing is clear.
    """
    widths = line_widths_points(spectrum.trace, report)
    if widths.size == 0:
        return 3.0
    return float(np.clip(np.percentile(widths, 20), 1.2, spectrum.axis.size / 400))


def grids(
    spectrum: Spectrum,
    narrow_points: float,
    sign: float = 1.0,
    window: Window = STANDARD,
    report: Report = silent_report,
) -> tuple[Grid, ...]:
    """Return the spectrum on its scales, finest first.

    Parameters
    ----------
    spectrum : Spectrum
    narrow_points : float, native points
        Width that becomes ``window.fwhm_points`` on the finest grid.
    sign : +1.0 or -1.0
        -1 looks for negative lines.
    window : Window
    report : Report
        May cancel.
    """
    from scipy.fft import next_fast_len

    report(0, MAX_SCALES, _LAYING_OUT)
    native = spectrum.trace
    noise, resampler = spectrum.noise, Resampler.of(spectrum, report)
    result = []
    for k in range(MAX_SCALES):
        report(k, MAX_SCALES, _LAYING_OUT)
        ratio = window.fwhm_points / narrow_points / SCALE_RATIO**k
        size = next_fast_len(int(min(spectrum.axis.size * ratio, MAX_GRID)))
        if size < 2 * window.points and k > 0:
            break
        size = max(size, 2 * window.points)
        at = np.linspace(0, native.size, size, endpoint=False)
        usual = _USUAL_SPREAD * noise.sigma
        louder = np.maximum(np.interp(at, np.arange(native.size), noise.profile) / usual, 1.0)
        report(k, MAX_SCALES, _LAYING_OUT)
        trace = sign * resampler.on(size) / louder
        report(k, MAX_SCALES, _LAYING_OUT)
        sigma = noise_sigma(trace)
        if noise.is_full:
            sigma = min(sigma, noise.sigma * float(np.sqrt(min(1.0, size / native.size))))
        result.append(Grid(trace, sigma, spectrum.axis.resized(size), louder))
    return tuple(result)


def features(grid: Grid) -> NDArray[np.float32]:
    """Return what a network sees of every point of a grid.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    (4, m) float32
        *compressed*: asinh of the height above the local floor in sigma, / 8. *relative*: the same
        height over its maximum within half a window, at most 1; dips are cut at -1. *curvature*:
        minus the second derivative (Gaussian, 1.6 points) in units of its own noise, asinh / 8:
        it shows shoulders that the other two hide. *amplitude*: asinh of the rolling norm over a
        kernel of 32 points in sigma, / 8: the scale to which a quanvolution is blind.
    """
    from scipy.ndimage import gaussian_filter1d, maximum_filter1d, uniform_filter1d

    x = grid.trace / grid.sigma
    height = x - local_floor(x)
    tallest = maximum_filter1d(height, WINDOW_POINTS // 2 + 1, mode="nearest")
    bend = -gaussian_filter1d(x, _CURVATURE_POINTS, order=2, mode="nearest")
    norm = np.sqrt(np.maximum(uniform_filter1d(height**2, 32, mode="nearest"), 0.0))
    channels = (
        np.arcsinh(height) / 8.0,
        np.clip(height / np.maximum(tallest, 4.0), -1.0, 1.0),
        np.arcsinh(bend / noise_sigma(bend)) / 8.0,
        np.arcsinh(norm) / 8.0,
    )
    return np.stack(channels).astype(np.float32)


def window_starts(
    size: int, first: int = 0, stop: int | None = None, points: int = WINDOW_POINTS
) -> NDArray[np.int64]:
    """Return where windows start so that they cover points ``first`` to ``stop`` of a grid.

    Windows at the ends reach beyond the grid (negative starts): :func:`cut` pads them.
    """
    stop = size if stop is None else stop
    stride = round(_STRIDE * points)
    margin = (points - stride) // 2
    count = max(1, int(np.ceil((stop - first) / stride)))
    return first - margin + stride * np.arange(count)


def cut(
    channels: NDArray[np.float32], starts: NDArray[np.int64], points: int = WINDOW_POINTS
) -> NDArray[np.float32]:
    """Cut windows out of a grid's channels, ends padded with their last value.

    Parameters
    ----------
    channels : (c, m) float32
    starts : (b,) int64
    points : int

    Returns
    -------
    (b, c, points) float32
    """
    inside = np.clip(starts[:, None] + np.arange(points), 0, channels.shape[1] - 1)
    return np.ascontiguousarray(channels[:, inside].transpose(1, 0, 2))


def stitch(
    windows: NDArray[np.floating[Any]], starts: NDArray[np.int64], size: int
) -> NDArray[np.float32]:
    """Put windows' answers back on the grid, weighted towards each window's middle.

    Parameters
    ----------
    windows : (b, n) float
    starts : (b,) int64
    size : int
        Points of the grid.

    Returns
    -------
    (size,) float32
        0 where no window lies.
    """
    length = windows.shape[1]
    place = np.arange(length) + 0.5
    ramp = np.minimum(place, length - place)
    weight = np.clip((ramp - _MARGIN * length) / (_RAMP * length), 1e-3, 1.0)
    points = starts[:, None] + np.arange(length)
    inside = (points >= 0) & (points < size)
    weights = np.broadcast_to(weight, points.shape)[inside]
    total = np.bincount(points[inside], weights, size)
    value = np.bincount(points[inside], weights * windows[inside], size)
    return np.asarray(value / np.maximum(total, 1e-9), dtype=np.float32)
