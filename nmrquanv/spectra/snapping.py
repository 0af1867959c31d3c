"""What a person points at in a spectrum snaps to the local maximum; its height, width, area.

For single lines that the user adds or drags. Overlapping lines need a fit, which is
``fitting.py``'s business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.noise import Noise
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.spectra.floor_at import TraceFloors

_WIDEST_HZ = 100.0
"""How far from the maximum a half height is looked for."""

_LEAST_RISE, _NOISE_RISE = 0.01, 4.0
"""A flank that rises by more than both, in shares of the height and in sigma, is another line."""

_BLOCK = 1 << 16

_SNAP_POINTS = 4.0
"""Reach of snapping where the caller says nothing, in points."""


def tallest_point(spectrum: Spectrum) -> int:
    """Return the index of the greatest magnitude, which no phase error moves."""
    data = spectrum.data
    # A block at a time: the magnitudes of millions of points would take longer than all else.
    size = [np.abs(data[i : i + _BLOCK]).max() for i in range(0, data.size, _BLOCK)]
    first = _BLOCK * int(np.argmax(size))
    return first + int(np.argmax(np.abs(data[first : first + _BLOCK])))


def height_at(spectrum: Spectrum, ppm: float) -> float:
    """Return the trace at a chemical shift, interpolated between points; signed."""
    point = float(np.clip(spectrum.axis.point(ppm), 0, spectrum.axis.size - 1))
    first = min(int(point), spectrum.axis.size - 2)
    pair = spectrum.trace[first : first + 2]
    return float(pair[0] + (pair[1] - pair[0]) * (point - first))


def snapped(spectrum: Spectrum, ppm: float, reach_ppm: float | None = None) -> float:
    """Return the chemical shift of the extremum that a click means.

    Parameters
    ----------
    ppm : float, ppm
        Where the user clicked.
    reach_ppm : float or None, ppm
        How far the extremum may be; a view passes some pixels' worth. None: four points.

    Returns
    -------
    float
        Of the greatest local extremum of the absolute trace within reach, between points by a
        parabola through the top three; the click itself where there is none.
    """
    axis = spectrum.axis
    reach = _SNAP_POINTS * axis.point_ppm if reach_ppm is None else abs(reach_ppm)
    reach = max(reach, 1.5 * axis.point_ppm)
    around = axis.span(ppm + reach, ppm - reach)
    first, last = max(around.start, 1), min(around.stop, axis.size - 1)
    if last <= first:
        return ppm
    heights = np.abs(spectrum.trace[first - 1 : last + 1])
    middle = heights[1:-1]
    is_top = (middle >= heights[:-2]) & (middle > heights[2:])
    if not is_top.any():
        return ppm
    best = int(np.argmax(np.where(is_top, middle, -1.0)))
    return float(axis.ppm(first + best + _parabola(heights[best : best + 3])[0]))


def uphill(spectrum: Spectrum, ppm: float) -> float | None:
    """Return the chemical shift of the top on whose flank a place is.

    Followed is the absolute trace, upwards; None where the top is farther off than its own FWHM.
    """
    size = np.abs(spectrum.trace)
    start = int(np.clip(round(float(spectrum.axis.point(ppm))), 1, size.size - 2))
    step = 1 if size[start + 1] > size[start - 1] else -1
    way = size[start::step]
    falls = np.flatnonzero(np.diff(way) <= 0)
    top = start + step * int(falls[0] if len(falls) else len(way) - 1)
    at = snapped(spectrum, float(spectrum.axis.ppm(top)))
    width_hz = measured(spectrum, at).fwhm_hz
    is_near = width_hz is not None and abs(at - ppm) * spectrum.axis.sf_mhz <= width_hz
    return at if is_near else None


def measured(
    spectrum: Spectrum,
    ppm: float,
    noise: Noise | None = None,
    *,
    is_on_top: bool = True,
    floors: TraceFloors | None = None,
) -> Peak:
    """Return a peak at a chemical shift with all that the trace says of it there.

    Parameters
    ----------
    noise : Noise or None
        The spectrum's, for the signal-to-noise ratio.
    is_on_top : bool
        False for a position on a slope (a free marker, a shoulder): then there is no width.
    floors : TraceFloors or None
        The spectrum's (:func:`floors_of`), where many places are asked for.

    Returns
    -------
    Peak
        Height above the local floor (:func:`nmrquanv.spectra.floor_at.floor_at`), from the parabola
        through the top; S/N is that over the noise at the place. FWHM from the half heights on both
        sides, or twice the one that a neighbour leaves free; area of a Lorentzian of these,
        ``pi/2 * height * fwhm``. Width and area are None where there is no line.
    """
    from nmrquanv.spectra.floor_at import floor_at, floor_room
    from nmrquanv.spectra.tops import Sight

    axis, sigma = spectrum.axis, noise.sigma if noise else 0.0
    point = float(axis.point(ppm))
    nearest = int(np.clip(round(point), 0, axis.size - 1))
    seen = height_at(spectrum, ppm)
    sign = 1.0 if spectrum.trace[nearest] >= 0 else -1.0
    reach = max(2, int(_WIDEST_HZ / axis.point_hz))
    room = max(reach, floor_room(axis)) if floors is None else reach
    first = max(0, nearest - room)
    trace = sign * spectrum.trace[first : nearest + room + 1]
    middle = nearest - first
    sight = Sight(sigma, axis.point_hz)
    floor = floor_at(trace, middle, sight) if floors is None else floors.at(nearest, sign)
    height, fwhm = max(sign * seen - floor, 0.0), None
    if is_on_top and 1 <= round(point) < axis.size - 1:
        top = trace[middle - 1 : middle + 2]
        if top[1] >= max(top[0], top[2]) and top[1] > floor:
            height = _parabola(top)[1] - floor
            rise = max(_LEAST_RISE * height, _NOISE_RISE * sigma)
            fwhm = _fwhm_points(trace - floor, point - first, height, reach, rise)
    fwhm_hz = None if fwhm is None else fwhm * axis.point_hz
    return Peak(
        ppm=ppm,
        height=sign * height,
        snr=height / float(noise.profile[nearest]) if noise else None,
        fwhm_hz=fwhm_hz,
        area=None if fwhm_hz is None else 0.5 * np.pi * sign * height * fwhm_hz,
        source="added",
    )


def floors_of(spectrum: Spectrum) -> TraceFloors:
    """Return what all places of a spectrum stand on, for :func:`measured` of many of them."""
    from nmrquanv.spectra.floor_at import TraceFloors
    from nmrquanv.spectra.tops import Sight

    return TraceFloors(spectrum.trace, Sight(spectrum.noise.sigma, spectrum.axis.point_hz))


def _parabola(three: NDArray[np.float64]) -> tuple[float, float]:
    """Return offset (points from the middle) and height of the vertex through three points."""
    left, middle, right = (float(x) for x in three)
    curvature = left - 2 * middle + right
    if curvature >= 0:
        return 0.0, middle
    offset = float(np.clip(0.5 * (left - right) / curvature, -0.5, 0.5))
    return offset, middle - 0.25 * (left - right) * offset


def _fwhm_points(
    trace: NDArray[np.float64], point: float, height: float, reach: int, rise: float
) -> float | None:
    """Return the full width at half height around a positive top, in points."""
    middle = round(point)
    right = _half_height(trace[middle : middle + reach], height, rise)
    left = _half_height(trace[max(0, middle - reach) : middle + 1][::-1], height, rise)
    sides = []
    if right is not None:
        sides.append(middle + right - point)
    if left is not None:
        sides.append(point - middle + left)
    if not sides:
        return None
    return sum(sides) if len(sides) == 2 else 2 * sides[0]


def _half_height(outward: NDArray[np.float64], height: float, rise: float) -> float | None:
    """Return where a trace that starts at the top first falls to half the height.

    None if it rises again before, by more than ``rise``: there stands another line.
    """
    below = np.flatnonzero(outward <= 0.5 * height)
    if not below.size or below[0] == 0:
        return None
    k = int(below[0])
    # The top may lie half a point beside the first value, so the start may rise towards it.
    lowest = np.minimum.accumulate(outward[1:k]) if k > 1 else outward[:1]
    if k > 1 and (outward[1:k] - lowest > rise).any():
        return None
    return k - 1 + float((outward[k - 1] - 0.5 * height) / (outward[k - 1] - outward[k]))
