"""How much intensity the view shows, so that a line fills it below labels and above integrals."""

from __future__ import annotations

from collections.abc import Sequence

from nmrquanv.gui.plot.integrals import STRIP
from nmrquanv.gui.plot.peak_markers import MARKER_STACK
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.spectra.solvent_tables import SolventBand

_NEGATIVE_SHARE = 0.12
"""Lines deeper than this share of the tallest are shown whole (DEPT, APT); less is noise."""


def extent_outside(
    trace: Trace, x: tuple[float, float], bands: tuple[SolventBand, ...]
) -> tuple[float, float]:
    """Return the least and greatest value between two x, solvent and water left out.

    Where nothing lies outside of the bands, they count after all.
    """
    pieces, start = [], x[0]
    for band in sorted(bands, key=lambda b: b.low_ppm):
        if band.low_ppm > start:
            pieces.append((start, min(band.low_ppm, x[1])))
        start = max(start, band.high_ppm)
    pieces.append((start, x[1]))
    extents = [trace.extent(low, high) for low, high in pieces if high > low]
    if not extents:
        return trace.extent(*x)
    return min(e[0] for e in extents), max(e[1] for e in extents)


def framed_height(
    low: float,
    high: float,
    height: float,
    strip: float,
    over: Sequence[tuple[float, float]] = (),
) -> tuple[float, float]:
    """Return intensity limits of a view ``height`` pixels high in which ``low..high`` fits.

    ``strip`` pixels at the top are the labels'; each line of ``over``, an intensity, has so many
    pixels between itself and them.

    The greatest value stands just under markers and labels, the baseline just above the strip
    for integrals; values deeper than a few per cent below zero get room as well.
    """
    high = max(high, 0.0)
    size = max(high, -low)
    if size <= 0:
        return -0.1, 1.0
    is_deep = -low > _NEGATIVE_SHARE * size
    low = low if is_deep else 0.0
    top = strip + MARKER_STACK if high > 0 else 8.0
    bottom = scaled(STRIP) + (MARKER_STACK if is_deep else 0.0)
    room = max(height - top - bottom, 0.2 * height, 1.0)
    per_pixel = (high - low) / room
    for line, above in over:
        left = max(height - bottom - strip - above, 0.2 * height, 1.0)
        per_pixel = max(per_pixel, (line - low) / left)
    return low - bottom * per_pixel, low + (room + top) * per_pixel
