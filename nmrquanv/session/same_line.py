"""Whether a place is the line of a peak that a document has already, shown or hidden."""

from __future__ import annotations

from collections.abc import Iterable

from nmrquanv.session.document import Document
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.snapping import measured
from nmrquanv.spectra.spectrum import Spectrum

_LEAST_WIDTHS, _LEAST_POINTS = 0.1, 1.5
"""Two peaks nearer than both, in widths of the line and points of the axis, are one."""


def same_line(peaks: Iterable[Peak], ppm: float, spectrum: Spectrum) -> Peak | None:
    """Return the peak beside which another at a place would be the same line once more."""
    axis = spectrum.axis
    nearest = min(peaks, key=lambda p: abs(p.ppm - ppm), default=None)
    if nearest is None:
        return None
    width_hz = nearest.fwhm_hz or measured(spectrum, ppm).fwhm_hz or 0.0
    least = max(_LEAST_POINTS * axis.point_ppm, _LEAST_WIDTHS * width_hz / axis.sf_mhz)
    return nearest if abs(nearest.ppm - ppm) < least else None


def hidden_of(document: Document) -> PeakList:
    """Return the peaks of the working list that are not shown."""
    return document.peaks.remove(p.id for p in document.shown_peaks())


def hidden_at(document: Document, top_ppm: float) -> Peak | None:
    """Return the peak of a top that the list has and does not show; no shown one is nearer."""
    from nmrquanv.spectra.top_near import peak_near

    near = peak_near(document.peaks, top_ppm, document.spectrum.axis)
    return None if near is None else hidden_of(document).find(near.id)
