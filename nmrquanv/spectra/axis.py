"""The frequency axis of a spectrum: point, ppm and Hz.

Point 0 is the highest ppm; the axis falls from left to right, as it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

NOMINAL_SF_MHZ = 400.0
"""Stands in for an unknown reference frequency; only ratios of Hz mean anything then."""

MAX_UNEVENNESS = 0.1
"""How far given shifts may lie from equal spacing, in steps: an axis is right within that."""


PpmRange = tuple[float, float]
"""From high to low, ppm."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Chemical-shift axis of ``size`` equally spaced points.

    Parameters
    ----------
    size : int, points, >= 2
    sw_hz : float, Hz, > 0
        Spectral width: ``size`` times the distance of neighbouring points.
    sf_mhz : float, MHz, > 0
        Frequency of 0 ppm (Bruker SF), not the transmitter's.
    offset_ppm : float, ppm
        Chemical shift of point 0 (Bruker OFFSET).
    has_hz : bool
        False when the file did not say ``sf_mhz`` and a nominal value stands in: Hz must then
        not be shown or exported.

    Notes
    -----
    ``ppm(i) = offset_ppm - i * sw_hz / (sf_mhz * size)``, Bruker's rule for processed data.
    Hz count from 0 ppm: ``hz = ppm * sf_mhz``.
    """

    size: int
    sw_hz: float
    sf_mhz: float
    offset_ppm: float
    has_hz: bool = True

    def __post_init__(self) -> None:
        if self.size < 2:
            raise ValueError(f"an axis needs at least 2 points, got {self.size}")
        for name in ("sw_hz", "sf_mhz"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive number, got {value}")
        if not np.isfinite(self.offset_ppm):
            raise ValueError(f"offset_ppm must be finite, got {self.offset_ppm}")

    @classmethod
    def through(cls, ppm: NDArray[np.float64], sf_mhz: float | None = None) -> Axis:
        """Return the axis on which equally spaced, falling chemical shifts lie.

        Parameters
        ----------
        ppm : (size,) float64, ppm
        sf_mhz : float or None, MHz
            None leaves Hz unknown.

        Raises
        ------
        ValueError
            The shifts do not fall in equal steps.
        """
        if ppm.ndim != 1 or ppm.size < 2 or not np.isfinite(ppm).all():
            raise ValueError(f"expected a row of at least 2 finite shifts, got shape {ppm.shape}")
        step = float(ppm[0] - ppm[-1]) / (ppm.size - 1)
        uneven = np.abs(ppm - ppm[0] + step * np.arange(ppm.size)).max()
        if step <= 0 or uneven > MAX_UNEVENNESS * step:
            raise ValueError("the chemical shifts are not equally spaced")
        known = NOMINAL_SF_MHZ if sf_mhz is None else float(sf_mhz)
        if not known > 0:
            raise ValueError(f"sf_mhz must be a positive number, got {sf_mhz}")
        return cls(ppm.size, step * ppm.size * known, known, float(ppm[0]), sf_mhz is not None)

    @property
    def point_hz(self) -> float:
        """Distance of neighbouring points in Hz."""
        return self.sw_hz / self.size

    @property
    def point_ppm(self) -> float:
        """Distance of neighbouring points in ppm (positive)."""
        return self.point_hz / self.sf_mhz

    @property
    def limits_ppm(self) -> tuple[float, float]:
        """Chemical shift of the first and of the last point: ``(high, low)``."""
        return self.offset_ppm, float(self.ppm(self.size - 1))

    def all_ppm(self) -> NDArray[np.float64]:
        """Return the chemical shift of every point, falling, shape ``(size,)``."""
        return self.ppm(np.arange(self.size))

    @overload
    def ppm(self, point: float) -> float: ...
    @overload
    def ppm(self, point: NDArray[np.generic]) -> NDArray[np.float64]: ...
    def ppm(self, point: float | NDArray[np.generic]) -> float | NDArray[np.float64]:
        """Return the chemical shift at a (fractional) point."""
        return self.offset_ppm - np.asarray(point, dtype=np.float64)[()] * self.point_ppm

    @overload
    def point(self, ppm: float) -> float: ...
    @overload
    def point(self, ppm: NDArray[np.generic]) -> NDArray[np.float64]: ...
    def point(self, ppm: float | NDArray[np.generic]) -> float | NDArray[np.float64]:
        """Return the fractional point at a chemical shift; not clipped to the axis."""
        return (self.offset_ppm - np.asarray(ppm, dtype=np.float64)[()]) / self.point_ppm

    def hz(self, ppm: float) -> float:
        """Return the frequency of a chemical shift, Hz from 0 ppm."""
        return ppm * self.sf_mhz

    def span(self, high_ppm: float, low_ppm: float) -> slice:
        """Return the points that lie between two chemical shifts, in either order.

        The slice is clipped to the axis and may be empty.
        """
        high, low = max(high_ppm, low_ppm), min(high_ppm, low_ppm)
        first = int(np.clip(np.ceil(self.point(high) - 1e-9), 0, self.size))
        last = int(np.clip(np.floor(self.point(low) + 1e-9) + 1, 0, self.size))
        return slice(first, max(first, last))

    def resized(self, size: int) -> Axis:
        """Return the same sweep with another number of points (zero filling)."""
        return replace(self, size=size)

    def shifted(self, by_ppm: float) -> Axis:
        """Return the axis re-referenced: every chemical shift grows by ``by_ppm``."""
        return replace(self, offset_ppm=self.offset_ppm + by_ppm)
