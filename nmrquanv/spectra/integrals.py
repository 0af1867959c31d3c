"""Integrals: areas of stretches of a spectrum, calibrated to a number of nuclei.

The trace is taken as it stands, but for a line (bias and slope) that a person lays under it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.peaks import new_peak_id
from nmrquanv.spectra.spectrum import Spectrum

MAGNITUDES = "lines of magnitude spectra add magnitudes, not areas, so that integrals are off"
"""Why areas are not counted there."""

NONE_BELOW = "no point of the trace lies below zero, as in magnitude spectra"
"""What tells them where nothing is said of them."""

_BLOCK = 1 << 16
"""Points that are looked at together."""


@dataclass(frozen=True, slots=True)
class Integral:
    """A stretch of the axis whose area counts nuclei.

    Parameters
    ----------
    high_ppm, low_ppm : float, ppm
        Left and right end, ``high_ppm > low_ppm``.
    set_to : float or None
        The number of nuclei (of H, in 1H) that the user gave this one; the others follow from
        it. At most one integral of a spectrum has it.
    bias, slope : float, intensity; intensity per ppm
        Of the line that is taken for the foot of the signals, in the middle of the stretch; zero
        takes the trace as it stands.
    id : str
        Identity that survives edits.
    """

    high_ppm: float
    low_ppm: float
    set_to: float | None = None
    bias: float = 0.0
    slope: float = 0.0
    id: str = field(default_factory=new_peak_id)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.high_ppm) and np.isfinite(self.low_ppm)):
            raise ValueError(f"an integral needs finite limits, got {self}")
        if not self.high_ppm > self.low_ppm:
            raise ValueError(f"an integral runs from high to low ppm, got {self}")
        if self.set_to is not None and not (np.isfinite(self.set_to) and self.set_to > 0):
            raise ValueError(f"an integral is set to a positive number, got {self.set_to}")

    def foot(self, ppm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the line under the signals at some chemical shifts, intensity."""
        return self.bias + self.slope * (ppm - 0.5 * (self.high_ppm + self.low_ppm))

    def shifted(self, by_ppm: float) -> Integral:
        """Return the integral after a re-referencing."""
        return replace(self, high_ppm=self.high_ppm + by_ppm, low_ppm=self.low_ppm + by_ppm)


def area(spectrum: Spectrum, integral: Integral) -> float:
    """Return the signed area of the trace between the limits, intensity x Hz.

    Notes
    -----
    Trapezium rule; the ends fall between points and are interpolated linearly, so that areas
    of neighbouring integrals add up exactly. What lies outside the axis counts nothing.
    """
    return float(running_area(spectrum, integral)[1][-1])


def area_error(spectrum: Spectrum, integral: Integral) -> float:
    """Return the standard deviation of an integral by even noise, intensity x Hz.

    Notes
    -----
    That of a sum of ``n`` points, ``sigma * sqrt(n)``; what neighbouring points have in common,
    where zero filling has made them, and the foot's own error are left out.
    """
    points = spectrum.axis.span(integral.high_ppm, integral.low_ppm)
    count = max(points.stop - points.start, 0)
    return spectrum.noise.sigma * math.sqrt(count) * spectrum.axis.point_ppm * spectrum.axis.sf_mhz


def running_area(
    spectrum: Spectrum, integral: Integral
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the integral's curve as it is drawn: ``(ppm, area so far)``, from high to low ppm.

    Returns
    -------
    ppm : (n,) float64, falling, n >= 2
    so_far : (n,) float64, intensity x Hz
        Starts at 0 and ends at the area.
    """
    axis = spectrum.axis
    ends = np.clip(
        axis.point(np.array([integral.high_ppm, integral.low_ppm])), 0.0, axis.size - 1.0
    )
    inner = np.arange(np.floor(ends[0]) + 1, np.ceil(ends[1]))
    points = np.concatenate((ends[:1], inner, ends[1:]))
    heights = np.interp(points, np.arange(axis.size), spectrum.trace)
    heights = heights - integral.foot(axis.ppm(points))
    steps = 0.5 * (heights[1:] + heights[:-1]) * np.diff(points) * axis.point_hz
    return axis.ppm(points), np.concatenate(([0.0], np.cumsum(steps)))


def nuclei(spectrum: Spectrum, integrals: Iterable[Integral]) -> dict[str, float | None]:
    """Return the number of nuclei of every integral, by its id.

    Without a calibrated integral, or if its area is zero, every number is None: areas alone
    count nothing.
    """
    integrals = tuple(integrals)
    areas = {i.id: area(spectrum, i) for i in integrals}
    reference = next((i for i in integrals if i.set_to is not None), None)
    if reference is None or reference.set_to is None or areas[reference.id] == 0.0:
        return dict.fromkeys(areas)
    factor = reference.set_to / areas[reference.id]
    return {key: value * factor for key, value in areas.items()}


def values_of(
    spectrum: Spectrum, integrals: Sequence[Integral]
) -> dict[str, tuple[float, float | None]]:
    """Return area (intensity x Hz) and number of nuclei (None: not set) of each integral."""
    numbers = nuclei(spectrum, integrals)
    return {i.id: (area(spectrum, i), numbers[i.id]) for i in integrals}


def level(spectrum: Spectrum, integral: Integral) -> Integral:
    """Return the integral with the line through both of its ends under it.

    Each end is the mean of a twentieth of the stretch, so that noise does not tilt the line.
    """
    part = spectrum.axis.span(integral.high_ppm, integral.low_ppm)
    trace = spectrum.trace[part]
    if trace.size < 2:
        return integral
    ppm = spectrum.axis.ppm(np.arange(part.start, part.stop))
    count = max(1, trace.size // 20)
    left, right = float(trace[:count].mean()), float(trace[-count:].mean())
    at_left, at_right = float(ppm[:count].mean()), float(ppm[-count:].mean())
    slope = (left - right) / (at_left - at_right) if at_left != at_right else 0.0
    middle = 0.5 * (integral.high_ppm + integral.low_ppm)
    return replace(integral, bias=left + slope * (middle - at_left), slope=slope)


def set_sum(
    spectrum: Spectrum, integrals: Sequence[Integral], nuclei_in_all: float
) -> tuple[Integral, ...]:
    """Return integrals whose numbers of nuclei add up to a number; they follow the largest.

    Raises
    ------
    ProcessingError
        Their areas add up to nothing.
    """
    areas = [area(spectrum, one) for one in integrals]
    total = sum(areas)
    if not areas or total == 0.0 or max(areas, key=abs) / total <= 0:
        raise ProcessingError(
            "the areas of the integrals add up to nothing that could be divided: "
            "leave out those that are negative"
        )
    largest = areas.index(max(areas, key=abs))
    share = nuclei_in_all * areas[largest] / total
    return tuple(
        replace(one, set_to=share if number == largest else None)
        for number, one in enumerate(integrals)
    )


def why_not(spectrum: Spectrum) -> str:
    """Return why areas of a spectrum count nothing; empty where they may.

    A magnitude spectrum of which nothing is known has no point below zero, noise that is phased
    has. Under a baseline it may have some, and so may the difference of two.
    """
    if spectrum.is_magnitude:
        return MAGNITUDES
    trace = spectrum.trace
    starts = range(0, trace.size, _BLOCK)  # of most spectra the first block tells already
    if trace.size and all(float(trace[i : i + _BLOCK].min()) >= 0.0 for i in starts):
        return f"{NONE_BELOW}: {MAGNITUDES}"
    return ""


def caution(nucleus: str) -> str:
    """Return what to know of areas of a nucleus; empty for protons."""
    if nucleus in ("", "1H"):
        return ""
    return (
        f"{nucleus}: areas count nuclei only after long delays and without NOE; usual spectra "
        "have neither"
    )
