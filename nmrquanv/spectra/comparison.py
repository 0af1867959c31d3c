"""Two peak lists side by side: which peaks stand for the same line, and which stand alone.

:func:`compare` never changes a list; thresholds are the caller's business. A list against lines
that are known is scored in ``scoring.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.matching import match
from nmrquanv.spectra.peaks import Peak, PeakList

DEFAULT_TOLERANCE_HZ = 1.0
"""Greatest distance of a pair where neither peak's width is known."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same line, found by two finders."""

    first: Peak
    second: Peak

    @property
    def distance_ppm(self) -> float:
        """Signed: second minus first."""
        return self.second.ppm - self.first.ppm


@dataclass(frozen=True, slots=True)
class PeakComparison:
    """What two finders agree on, and what only one of them found; highest ppm first."""

    pairs: tuple[Pair, ...]
    only_first: tuple[Peak, ...]
    only_second: tuple[Peak, ...]


def compare(
    first: PeakList, second: PeakList, axis: Axis, tolerance_hz: float | None = None
) -> PeakComparison:
    """Pair the peaks of two lists one to one, as many as possible, nearest in total.

    Parameters
    ----------
    first, second : PeakList
    axis : Axis
        Gives the scale between Hz and ppm.
    tolerance_hz : float or None, Hz, >= 0
        Greatest distance of a pair. None takes half the line's FWHM as the first list knows it,
        or :data:`DEFAULT_TOLERANCE_HZ` where that is unknown.
    """
    limit = np.array(
        [_half_width_hz(p) if tolerance_hz is None else tolerance_hz for p in first],
        dtype=np.float64,
    )
    found = match(first.positions_ppm(), second.positions_ppm(), limit / axis.sf_mhz)
    return PeakComparison(
        tuple(Pair(first.peaks[i], second.peaks[j]) for i, j in found.pairs),
        tuple(first.peaks[i] for i in found.only_first),
        tuple(second.peaks[j] for j in found.only_second),
    )


def _half_width_hz(peak: Peak) -> float:
    return DEFAULT_TOLERANCE_HZ if not peak.fwhm_hz else max(peak.fwhm_hz / 2, 1e-3)
