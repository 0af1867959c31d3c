"""Integrals: areas of stretches of a spectrum, calibrated to a number of nuclei.

The trace is taken as it stands: baseline and phase are the recipe's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import new_peak_id
from nmrquanv.spectra.spectrum import Spectrum


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
    id : str
        Identity that survives edits.
    """

    high_ppm: float
    low_ppm: float
    set_to: float | None = None
    id: str = field(default_factory=new_peak_id)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.high_ppm) and np.isfinite(self.low_ppm)):
            raise ValueError(f"an integral needs finite limits, got {self}")
        if not self.high_ppm > self.low_ppm:
            raise ValueError(f"an integral runs from high to low ppm, got {self}")
        if self.set_to is not None and not (np.isfinite(self.set_to) and self.set_to > 0):
            raise ValueError(f"an integral is set to a positive number, got {self.set_to}")

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
