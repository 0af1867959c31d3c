"""A place of a spectrum as it is drawn to explain it: the trace, and the lines of the list there.

They are those that the search ends with, with the shape that it learnt from all of them: what they
leave of the trace is what the listed peak leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import Polarity
from nmrquanv.models.explained import DrawnPlace
from nmrquanv.models.finder import final_lines
from nmrquanv.models.first_fit import Where
from nmrquanv.progress import Report
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.models.library import LoadedModel

Array = NDArray[np.float64]

NEAR_POINTS, NEAR_WIDTHS = 1.5, 0.5
"""How far from a place a line may stand and still be the place's own: the greater of the two."""

_DRAWN_WIDTHS, _REACH_WIDTHS = 6.0, 100.0
"""How far the view reaches from a line, and how far a line reaches into it."""


@dataclass(slots=True, eq=False)
class Settled:
    """The lines that a search ends with; those of the last one are kept for the next place."""

    _asked: tuple[Spectrum, str, Polarity] | None = None
    _lines: dict[float, FittedLines] = field(default_factory=dict)

    def lines(
        self, spectrum: Spectrum, loaded: LoadedModel, polarity: Polarity, report: Report
    ) -> dict[float, FittedLines]:
        """Return the lines of each sign that was looked for, native points."""
        asked = spectrum, loaded.card.digest(), polarity
        if self._asked is None or self._asked[0] is not spectrum or self._asked[1:] != asked[1:]:
            found = final_lines(spectrum, loaded, Where(polarity=polarity), report)
            self._asked, self._lines = asked, {part.sign: part.marked.lines for part in found}
        return self._lines


def line_at(lines: FittedLines, at: float) -> int | None:
    """Return which line stands at a place, native points; None where none does."""
    if not lines.position.size:
        return None
    away = np.abs(lines.position - at)
    i = int(np.argmin(away))
    return i if away[i] <= max(NEAR_POINTS, NEAR_WIDTHS * float(lines.fwhm[i])) else None


def drawn_place(
    spectrum: Spectrum,
    place: tuple[float, float],
    sign: float,
    ended: FittedLines | None,
    tried: FittedLines,
) -> DrawnPlace:
    """Return the trace about a place and what the lines that a search ends with make of it.

    Parameters
    ----------
    spectrum : Spectrum
    place : (point, points)
        Where, and how far the view reaches at least to either side.
    sign : +1.0 or -1.0
    ended : FittedLines or None
        All lines of this sign at the end, native points; None where they were not looked for.
    tried : FittedLines
        The candidate of the first fit there, or none. Where the search left it out it is drawn as
        it was tried, and is no part of the sum.
    """
    at, least = place
    lines = FittedLines.blank(0) if ended is None else ended
    index = line_at(lines, at)
    own = tried if index is None else lines.chosen(np.array([index]))
    half = max(least, _DRAWN_WIDTHS * float(own.fwhm.max(initial=0.0)))
    first, last = max(0, int(at - half)), min(spectrum.axis.size, int(at + half) + 2)
    points = np.arange(first, last, dtype=np.float64)
    near = np.abs(lines.position - at) < half + _REACH_WIDTHS * lines.fwhm
    return DrawnPlace(
        np.asarray(spectrum.axis.ppm(points)),
        np.array(spectrum.trace[first:last], dtype=np.float64),
        sign * _sum(lines.chosen(near), points),
        sign * _sum(own, points),
        is_listed=index is not None,
    )


def _sum(lines: FittedLines, points: Array) -> Array:
    """Return the sum of lines at native points."""
    every = np.arange(lines.position.size)[None]
    return np.asarray(lines.state().profile(every, points[None])[0])
