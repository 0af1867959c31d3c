"""Known multiplets where a trace shows them, and what a list makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.signal_places import place_of
from nmrquanv.models.windows import FWHM_POINTS, Grid, grids, narrow_width_points
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.signals import Signal
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]

_NEAR_POINTS = 0.4 * FWHM_POINTS
_AROUND_POINTS = 1.0 * FWHM_POINTS


@dataclass(frozen=True, slots=True)
class Held:
    """What a list makes of known multiplets.

    Parameters
    ----------
    patterns, exact : int
        Multiplets that the trace shows, and those with the right number of lines.
    lines, found, marks, surplus : int
        Lines of these, those with a peak on them, peaks among them, and those beyond a pattern's
        number of lines.
    """

    patterns: int = 0
    exact: int = 0
    lines: int = 0
    found: int = 0
    marks: int = 0
    surplus: int = 0

    def __add__(self, other: Held) -> Held:
        names = [f.name for f in fields(Held)]
        return Held(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def f1(self) -> float:
        """Agreement of lines and peaks; NaN where there are no lines."""
        return 2 * self.found / (self.lines + self.marks) if self.lines else float("nan")


@dataclass(frozen=True, slots=True)
class PlacedPatterns:
    """The lines of known multiplets on a grid; patterns that overlap another are left out.

    Parameters
    ----------
    grid : Grid
    places : tuple of (n,) float64, points
        One row of tops for each pattern.
    told : int
        How many signals were looked for.
    """

    grid: Grid
    places: tuple[Array, ...]
    told: int

    def held(self, shown: PeakList) -> Held:
        """Hold a list against them."""
        mark = np.sort(np.array([self.grid.axis.point(p.ppm) for p in shown], dtype=np.float64))
        total = Held()
        for place in self.places:
            low, high = _ends(place)
            own = mark[(mark >= low) & (mark <= high)]
            near = np.abs(place[:, None] - own).min(axis=1, initial=np.inf) <= _NEAR_POINTS
            total += Held(
                patterns=1,
                exact=int(own.size == place.size),
                lines=place.size,
                found=int(near.sum()),
                marks=own.size,
                surplus=max(0, own.size - place.size),
            )
        return total


def placed(spectrum: Spectrum, signals: Sequence[Signal]) -> PlacedPatterns:
    """Look for known signals on a spectrum's finest grid, each moved as a whole."""
    grid = grids(spectrum, narrow_width_points(spectrum), 1.0)[0]
    places = [place for signal in signals if (place := place_of(grid, signal)) is not None]
    ends = [_ends(place) for place in places]
    alone = [
        place
        for k, place in enumerate(places)
        if not any(
            ends[k][0] < high and ends[k][1] > low for i, (low, high) in enumerate(ends) if i != k
        )
    ]
    return PlacedPatterns(grid, tuple(alone), len(signals))


def _ends(place: Array) -> tuple[float, float]:
    return float(place.min()) - _AROUND_POINTS, float(place.max()) + _AROUND_POINTS
