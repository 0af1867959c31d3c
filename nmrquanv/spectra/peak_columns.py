"""A peak list as columns, so that thresholds act on thousands of peaks at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.thresholds import Thresholds

Mask = NDArray[np.bool_]


def _confidence(peak: Peak) -> float:
    """Return what a least confidence is held against: nothing, of a visible top."""
    if peak.confidence is None or peak.top_ppm is not None:
        return np.inf
    return peak.confidence


@dataclass(frozen=True, slots=True, eq=False)
class PeakColumns:
    """What thresholds ask of each peak of a list; what is not known passes, so it is infinite.

    Parameters
    ----------
    peaks : PeakList
        Of n peaks.
    snr, height, confidence : (n,) float64
        Heights without their sign.
    is_users, is_satellite : (n,) bool
    """

    peaks: PeakList
    snr: NDArray[np.float64]
    height: NDArray[np.float64]
    confidence: NDArray[np.float64]
    is_users: Mask
    is_satellite: Mask

    @classmethod
    def of(cls, peaks: PeakList) -> PeakColumns:
        """Return the columns of a list."""
        return cls(
            peaks,
            np.array([np.inf if p.snr is None else p.snr for p in peaks], dtype=np.float64),
            np.abs(np.array([p.height for p in peaks], dtype=np.float64)),
            np.array([_confidence(p) for p in peaks], dtype=np.float64),
            np.array([p.is_users for p in peaks], dtype=np.bool_),
            np.array([p.peak_class == "satellite" for p in peaks], dtype=np.bool_),
        )

    def hidden(self, thresholds: Thresholds, tallest: float) -> tuple[Mask, Mask, Mask, Mask]:
        """Return which peaks each threshold hides: S/N, height, confidence, being satellites."""
        is_open = ~self.is_users
        return (
            is_open & (self.snr < thresholds.min_snr),
            is_open & (self.height < thresholds.min_height * tallest),
            is_open & (self.confidence < thresholds.min_confidence),
            is_open & self.is_satellite & (not thresholds.shows_satellites),
        )

    def passing(self, thresholds: Thresholds, tallest: float) -> PeakList:
        """Return the peaks that pass, as :meth:`Thresholds.passes` says of each."""
        keeps = ~np.logical_or.reduce(self.hidden(thresholds, tallest))
        if keeps.all():
            return self.peaks
        return self.peaks.part(compress(self.peaks.peaks, keeps.tolist()))
