"""What a spectrum needs so that peaks can be sought in it, and what is done about odd ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import SearchError
from nmrquanv.numbers import fixed
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.noise import power_of_two
from nmrquanv.spectra.peaks import REFERENCE_HEIGHT, Peak, PeakList
from nmrquanv.spectra.spectrum import Spectrum

MIN_POINTS = 32
"""Fewest points that can show a line and the noise beside it."""

_FEWEST_IN_REGION = 8
_LARGEST = 1e300
_LEAST_BEND = 1e-3
_STRETCH = 0.125
"""Of a broad line's width, to either side, over which it is looked how high the trace is."""

_SILENT, _SMOOTH = 1e-6, 0.01


def within_reason(
    spectrum: Spectrum,
    region: PpmRange | None,
    find: Callable[[Spectrum, PpmRange | None], PeakList],
) -> PeakList:
    """Find peaks in a spectrum whose numbers a finder can work with.

    Parameters
    ----------
    spectrum : Spectrum
    region : (ppm, ppm) or None
        Its ends in any order.
    find : callable
        Gets the spectrum in ordinary units and the region as (high, low).

    Raises
    ------
    SearchError
        Too few points, in the spectrum or in the region, or intensities that cannot be measured.

    Notes
    -----
    Intensities of any size can be had: extreme ones are counted in a power of two, which changes
    no digit. An imaginary part beside a real part of zeros says nothing of lines that one sees.
    """
    region = _inside(spectrum, region)
    size = spectrum.axis.size
    if size < MIN_POINTS:
        raise SearchError(
            f"the spectrum has only {size} points, finding peaks needs at least {MIN_POINTS}: "
            "process the FID with a larger size (SI), or open another spectrum"
        )
    largest = float(np.maximum(np.abs(spectrum.data.real), np.abs(spectrum.data.imag)).max())
    if largest > _LARGEST:
        raise SearchError(
            f"the spectrum has intensities up to {largest:.0e}, which no receiver gives and no "
            f"area can be computed from (the most is {_LARGEST:.0e}): check how it was written"
        )
    if not spectrum.trace.any():
        spectrum = spectrum.with_data(spectrum.trace)
    exponent = power_of_two(spectrum.data)
    if exponent == 0:
        return find(spectrum, region)
    found = find(spectrum.with_data(_times_power(spectrum.data, -exponent)), region)
    peaks = tuple(_counted(peak, exponent) for peak in found)
    sigma = None if found.sigma is None else float(np.ldexp(found.sigma, exponent))
    settings = dict(found.provenance.settings)
    if REFERENCE_HEIGHT in settings:
        settings[REFERENCE_HEIGHT] = float(np.ldexp(settings[REFERENCE_HEIGHT], exponent))
    provenance = replace(found.provenance, settings=settings)
    return replace(found, peaks=peaks, sigma=sigma, provenance=provenance)


def _times_power(data: NDArray[np.generic], exponent: int) -> NDArray[np.generic]:
    """Return data times a power of two, exactly."""
    if np.iscomplexobj(data):
        return np.asarray(np.ldexp(data.real, exponent) + 1j * np.ldexp(data.imag, exponent))
    return np.asarray(np.ldexp(data.real, exponent))


def _counted(peak: Peak, exponent: int) -> Peak:
    """Return a peak with its intensities times a power of two."""
    area = None if peak.area is None else float(np.ldexp(peak.area, exponent))
    return replace(peak, height=float(np.ldexp(peak.height, exponent)), area=area)


def _inside(spectrum: Spectrum, region: PpmRange | None) -> PpmRange | None:
    """Return the region as (high, low), or complain when it misses the spectrum."""
    if region is None:
        return None
    high, low = max(region), min(region)
    span = spectrum.axis.span(high, low)
    if span.stop - span.start < _FEWEST_IN_REGION:
        first, last = spectrum.axis.limits_ppm
        raise SearchError(
            f"the region {high:g} to {low:g} ppm holds fewer than {_FEWEST_IN_REGION} points of "
            f"the spectrum, which reaches from {fixed(first, 3)} to {fixed(last, 3)} ppm: "
            "choose a wider one"
        )
    return high, low


def is_calculated(spectrum: Spectrum) -> bool:
    """Tell whether a trace has no noise, or none from one point to the next: no receiver's.

    Notes
    -----
    Its noise is less than a millionth of its tallest point, or it hardly ever changes from convex
    to concave and back, which noise does every few points.
    """
    trace, sigma = spectrum.trace, spectrum.noise.sigma
    step = np.diff(trace)
    is_concave = step[1:] < step[:-1]
    changes = np.mean(is_concave[1:] != is_concave[:-1])
    return bool(sigma < _SILENT * np.abs(trace).max() or changes < _SMOOTH)


def bends(
    trace: NDArray[np.float64],
    position: NDArray[np.float64],
    fwhm: NDArray[np.float64],
    height: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which lines the trace bends over: a line that it does not is no line.

    Parameters
    ----------
    trace : (si,) float64
        Lines point up.
    position, fwhm : (n,) float64, points
    height : (n,) float64

    Returns
    -------
    (n,) bool
        False where within a width no second difference is as negative as a thousandth of the top's
        of such a line: on a ramp or an exponential, where a transform only rings at the ends.
    """
    first = np.clip(np.floor(position - np.maximum(fwhm, 2.0)), 0, trace.size - 1).astype(int)
    last = np.clip(np.ceil(position + np.maximum(fwhm, 2.0)), 0, trace.size - 1).astype(int)
    padded = np.pad(trace, 2, mode="edge")
    ends = zip(first.tolist(), last.tolist(), strict=True)
    deepest = np.array([np.diff(padded[a + 1 : b + 4], n=2).min() for a, b in ends])
    needed = _LEAST_BEND * 8.0 * height / np.maximum(fwhm, 1.0) ** 2
    return np.asarray(deepest <= -needed, dtype=bool).reshape(position.shape)


def stands_out(
    trace: NDArray[np.float64], position: NDArray[np.float64], fwhm: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which broad lines the trace itself stands higher for than a width off on either side.

    Parameters
    ----------
    trace : (si,) float64
        Lines point up.
    position, fwhm : (n,) float64, points

    Returns
    -------
    (n,) bool
        False on the slope of a dip or a roll. Medians are held against each other, which narrow
        lines that stand there do not move; beyond the ends of the trace nothing is asked.
    """
    told = []
    for middle, width in zip(position.tolist(), fwhm.tolist(), strict=True):
        half = max(1.0, _STRETCH * width)
        here, *beside = (
            _median(trace, at, half) for at in (middle, middle - width, middle + width)
        )
        told.append(all(np.isnan(one) or here > one for one in beside))
    return np.array(told, dtype=bool)


def _median(trace: NDArray[np.float64], middle: float, half: float) -> float:
    """Return the median of a stretch, NaN where there is none."""
    first, last = max(0, round(middle - half)), min(trace.size, round(middle + half) + 1)
    return float(np.median(trace[first:last])) if first < last else np.nan
