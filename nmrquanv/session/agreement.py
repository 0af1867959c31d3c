"""Who agrees on each peak of the working list: all finders, some, one alone, or a person.

What a finder says counts as the thresholds show it, like everywhere in the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import stacked
from nmrquanv.session.derived import Remembered
from nmrquanv.session.document import Document
from nmrquanv.spectra.comparison import DEFAULT_TOLERANCE_HZ
from nmrquanv.spectra.matching import nearest
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import PeakList

ALL, SOME, MINE = "all", "some", "mine"
"""Beside the finders' names, which stand for one that found a peak alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Who stands behind each peak of a list.

    Parameters
    ----------
    kinds : tuple of str
        ``"all"``, ``"some"``, the finders' names, ``"mine"``, as a legend lists them.
    kind : (n,) intp
        Which of them each peak is of.
    """

    kinds: tuple[str, ...] = ()
    kind: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    @classmethod
    def of(cls, peaks: PeakColumns) -> Agreement:
        """Return the agreement where nobody but each peak's own finder was asked."""
        return _counted(peaks, {})

    def part(self, places: Sequence[int]) -> Agreement:
        """Return the agreement on some of the peaks, by their places in the list."""
        return replace(self, kind=self.kind[np.array(places, dtype=np.intp)])

    def counts(self) -> dict[str, int]:
        """Return how many peaks there are of each kind that occurs."""
        counts = np.bincount(self.kind, minlength=len(self.kinds)).tolist()
        return {kind: n for kind, n in zip(self.kinds, counts, strict=True) if n}


class Agreements:
    """Who agrees on the peaks that a document shows, remembered while nobody says otherwise."""

    def __init__(self) -> None:
        self._remembered = Remembered()

    def of(self, document: Document) -> Agreement:
        """Return who stands behind each of :meth:`Document.shown_peaks`."""
        shown = document.shown.working(document.state)
        layers = {name: document.shown_layer(name) for name in stacked(document.layers)}
        reach = _reach_ppm(shown, document.spectrum.axis.sf_mhz)
        votes = {name: self._votes(name, shown.ppm, reach, layer) for name, layer in layers.items()}
        return _counted(shown, votes)

    def _votes(
        self, name: str, ppm: NDArray[np.float64], reach: NDArray[np.float64], layer: PeakList
    ) -> NDArray[np.bool_]:
        """Tell for which places a layer has a peak; a confirmation or a label moves none."""
        parts = (layer, ppm.tobytes(), reach.tobytes())
        return self._remembered.get(name, parts, lambda: nearest(ppm, layer.positions_ppm(), reach))


def _reach_ppm(shown: PeakColumns, sf_mhz: float) -> NDArray[np.float64]:
    """Return how far another's mark of the same line may be from each peak, ppm."""
    width = shown.fwhm_hz
    return np.where(width > 0, np.maximum(width / 2, 1e-3), DEFAULT_TOLERANCE_HZ) / sf_mhz


def _counted(peaks: PeakColumns, votes: Mapping[str, NDArray[np.bool_]]) -> Agreement:
    n, is_mine = len(peaks.peaks), peaks.is_mine
    alone = np.bincount(peaks.by[~is_mine], minlength=len(peaks.finders))
    found = {peaks.finders[by] for by in np.flatnonzero(alone).tolist()}
    names = stacked({*votes, *found})
    kinds = (ALL, SOME, *names, MINE)
    place = {name: number + 2 for number, name in enumerate(names)}
    own = np.array([place.get(finder, 0) for finder in peaks.finders], dtype=np.intp)[peaks.by]
    said = np.zeros((len(kinds), n), dtype=bool)
    for name, vote in votes.items():
        said[place[name]] = vote
    asked = np.zeros(len(kinds), dtype=bool)
    asked[[place[name] for name in votes]] = True
    has_layer = asked[own]
    said[own[has_layer], np.flatnonzero(has_layer)] = True
    count = said.sum(axis=0)
    kind = np.where(count == 1, said.argmax(axis=0), np.where(count == 0, own, 1))
    kind[(count == len(votes)) & (len(votes) > 1)] = 0
    kind[is_mine] = len(kinds) - 1
    return Agreement(kinds, kind)
