"""Peaks that are marked in the plot, as arrays: drawing, culling and the hit test need no loop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak

_CELL = 7.0

Places = tuple[NDArray[np.float64], NDArray[np.float64]]
"""x and y of each peak, pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkedPeaks:
    """A layer's peaks, or the working list's.

    Parameters
    ----------
    peaks : tuple of Peak
        Of n peaks.
    ppm, height, sign : (n,) float64
        Sign of the height: +1 or -1.
    """

    peaks: tuple[Peak, ...]
    ppm: NDArray[np.float64]
    height: NDArray[np.float64]
    sign: NDArray[np.float64]

    @classmethod
    def of(cls, peaks: Iterable[Peak]) -> MarkedPeaks:
        """Return peaks as arrays."""
        kept = tuple(peaks)
        height = np.array([p.height for p in kept], dtype=np.float64)
        ppm = np.array([p.ppm for p in kept], dtype=np.float64)
        return cls(kept, ppm, height, np.where(height < 0, -1.0, 1.0))

    def apart(self, places: Places, width: float) -> NDArray[np.intp]:
        """Return which marks to draw in a view: of those that would cover each other, the tallest.

        Parameters
        ----------
        places : (n,) and (n,) float64, pixels
        width : float, pixels
            Of the view.
        """
        x, y = places
        seen = np.flatnonzero((x > -8) & (x < width + 8))
        tallest_first = seen[np.argsort(-np.abs(self.height[seen]), kind="stable")]
        column, row = x[tallest_first] // _CELL, y[tallest_first] // _CELL
        _, first = np.unique(column * 2.0**20 + row, return_index=True)
        return tallest_first[first]
