"""Which peaks of a document the thresholds show, remembered as long as nothing of it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from itertools import compress
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nmrquanv.session import edits
from nmrquanv.session.remembered import Remembered
from nmrquanv.session.state import State
from nmrquanv.spectra import kept_patterns
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import PeakList

HIDING = ("snr", "height", "confidence", "number", "place")
"""What hides peaks, in the order in which it is told."""


class HiddenCounts(NamedTuple):
    """How many peaks each threshold hides on its own; by confidence for each finder."""

    by_snr: int = 0
    by_height: int = 0
    by_confidence: Mapping[str, int] = MappingProxyType({})
    as_satellites: int = 0
    by_number: int = 0
    by_place: int = 0


class ShownPeaks:
    """Applies a state's thresholds to its lists; ``name`` tells which list is remembered."""

    def __init__(self) -> None:
        self._remembered = Remembered()
        self._latest: dict[str, PeakColumns] = {}

    def of(self, state: State, name: str, peaks: PeakList) -> PeakList:
        """Return the peaks of the working list (name ``""``), or of a layer, that pass."""
        # one change is asked about by many: a state never becomes another
        return self._remembered.get(
            f"of {name}", (state, peaks), lambda: self._of(state, name, peaks)
        )

    def _of(self, state: State, name: str, peaks: PeakList) -> PeakList:
        height, columns = edits.reference_height(state), self._columns(name, peaks)
        limits = {f: edits.limits(state, name or f) for f in columns.finders}
        said = (x for finder in limits.values() for x in astuple(finder))
        scale = kept_patterns.Scale.of(state.processed.dataset.data)
        return self._remembered.get(
            f"passing {name}",
            (peaks, height, scale.sf_mhz, scale.nucleus, *said),
            lambda: kept_patterns.passing(columns, limits, height, scale),
        )

    def hidden_counts(self, state: State) -> HiddenCounts:
        """Return how many peaks of the working list each threshold hides on its own."""
        columns, judged = self._judged(state)
        hidden = judged.hidden
        doubtful = np.bincount(columns.by[hidden.by_confidence], minlength=len(columns.finders))
        return HiddenCounts(
            int(hidden.by_snr.sum()),
            int(hidden.by_height.sum()),
            dict(zip(columns.finders, doubtful.tolist(), strict=True)),
            int(hidden.as_satellites.sum()),
            int(judged.by_number.sum()),
            int(hidden.by_place.sum()),
        )

    def hidden(self, state: State, kind: str) -> PeakList:
        """Return the peaks of the working list that a threshold, one of :data:`HIDING`, hides."""
        _, judged = self._judged(state)
        hidden = judged.hidden
        masks = (hidden.by_snr, hidden.by_height, hidden.by_confidence)
        mask = dict(zip(HIDING, (*masks, judged.by_number, hidden.by_place), strict=True))[kind]
        return state.peaks.part(compress(state.peaks.peaks, mask.tolist()))

    def _judged(self, state: State) -> tuple[PeakColumns, kept_patterns.Judged]:
        columns = self._columns("", state.peaks)
        limits = {f: edits.limits(state, f) for f in columns.finders}
        scale = kept_patterns.Scale.of(state.processed.dataset.data)
        height = edits.reference_height(state)
        # what a pattern keeps is shown whatever threshold would hide it
        return columns, kept_patterns.judged(columns, limits, height, scale)

    def _columns(self, name: str, peaks: PeakList) -> PeakColumns:
        known = self._latest.get(name)
        if known is None or known.peaks is not peaks:
            known = PeakColumns.of(peaks) if known is None else PeakColumns.after(known, peaks)
            self._latest[name] = known
        return known
