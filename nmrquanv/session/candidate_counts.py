"""How the candidates of a document spread over S/N and confidence, and how far one can trust them.

The *reliability curve* stands in a model's card: of candidates with so much confidence, the share
that were lines of the simulated spectra on which the model was judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import known_finder
from nmrquanv.session.derived import Remembered
from nmrquanv.session.document import Document
from nmrquanv.session.state_changes import working_layers
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import PeakList

LEAST_LOG_SNR, MOST_LOG_SNR = 0.0, 5.0
"""Of the histogram, decades; what lies beyond counts at the ends."""

_SNR_BINS, _CONFIDENCE_BINS = 40, 25


@dataclass(frozen=True, slots=True)
class Histogram:
    """Candidates by a number.

    Parameters
    ----------
    low, high : float
        Ends of the axis: log10 of S/N, or confidence.
    counts : tuple of int
        Of bins of equal width.
    limit : float
        Of the threshold, on the same axis.
    curve : tuple of (float, float)
        Confidence and the share that was right; empty where nobody has judged it.
    """

    low: float
    high: float
    counts: tuple[int, ...]
    limit: float
    curve: tuple[tuple[float, float], ...] = ()

    @property
    def below(self) -> int:
        """How many bins end at or below the threshold."""
        share = (self.limit - self.low) / (self.high - self.low)
        return int(np.floor(min(max(share, 0.0), 1.0) * len(self.counts) + 1e-9))


def by_snr(document: Document, known: Remembered | None = None) -> Histogram:
    """Return how many candidates of the working list have how much S/N, in decades.

    What was ``known`` is counted again only where the list is another one.
    """
    limit = document.limits().min_snr
    place = np.log10(limit) if limit > 0 else LEAST_LOG_SNR
    columns = document.shown.candidates(document.state)
    counts = (known or Remembered()).get("S/N", (columns,), lambda: _snr_counts(columns))
    return Histogram(LEAST_LOG_SNR, MOST_LOG_SNR, counts, float(place))


def by_confidence(document: Document, known: Remembered | None = None) -> Histogram:
    """Return how many candidates have how much confidence, and the curve of their finder."""
    finder = next(iter(working_layers(document.state)), "")
    peaks = document.peaks
    counts = (known or Remembered()).get("sure", (peaks,), lambda: _confidence_counts(peaks))
    limit = document.limits(finder).min_confidence
    return Histogram(0.0, 1.0, counts, limit, reliability(finder))


def _snr_counts(peaks: PeakColumns) -> tuple[int, ...]:
    is_known = np.isfinite(peaks.snr) & (peaks.snr > 0)
    return _counts(np.log10(peaks.snr[is_known]), (LEAST_LOG_SNR, MOST_LOG_SNR), _SNR_BINS)


def _confidence_counts(peaks: PeakList) -> tuple[int, ...]:
    sure = np.array([p.confidence for p in peaks if p.confidence is not None])
    return _counts(sure, (0.0, 1.0), _CONFIDENCE_BINS)


def _counts(values: NDArray[np.float64], ends: tuple[float, float], bins: int) -> tuple[int, ...]:
    # what numpy.histogram counts, in a tenth of its time: this is asked at every edit
    edges = np.linspace(*ends, bins + 1)
    number = np.searchsorted(edges, np.clip(values, *ends), side="right") - 1
    return tuple(np.bincount(np.minimum(number, bins - 1), minlength=bins).tolist())


@lru_cache(maxsize=32)
def reliability(finder: str) -> tuple[tuple[float, float], ...]:
    """Return the reliability curve of a finder's card; empty of one without, or without a card."""
    known = known_finder(finder)
    if not finder or (known is not None and not known.is_network):
        return ()
    from nmrquanv.models.cards import read_card
    from nmrquanv.models.library import find_card

    try:
        figures = read_card(find_card(finder)).metrics.get("confidence")
    except NmrQuanvError:  # a list of a model that is no longer in the library
        return ()
    curve = figures.get("reliability") if isinstance(figures, dict) else None
    if not isinstance(curve, list):
        return ()
    points = (p for p in curve if isinstance(p, list) and len(p) > 1)
    return tuple((float(sure), float(right)) for sure, right, *_ in points)
