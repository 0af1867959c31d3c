"""Which peaks of a document the thresholds show, remembered as long as nothing of it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from itertools import compress
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nmrquanv.session import state_changes
from nmrquanv.session.derived import Remembered
from nmrquanv.session.state import State
from nmrquanv.spectra import kept_patterns
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.thresholds import Limits

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
        return self._passing(state, name, peaks).peaks

    def working(self, state: State) -> PeakColumns:
        """Return the peaks of the working list that pass, as columns."""
        return self._passing(state, "", state.peaks)

    def candidates(self, state: State) -> PeakColumns:
        """Return all peaks of the working list as columns."""
        return self._columns("", state.peaks)

    def _passing(self, state: State, name: str, peaks: PeakList) -> PeakColumns:
        # one change is asked about by many: a state never becomes another
        return self._remembered.get(
            f"of {name}", (state, peaks), lambda: self._of(state, name, peaks)
        )

    def _of(self, state: State, name: str, peaks: PeakList) -> PeakColumns:
        columns, judged = self._judged(state, name, peaks)
        return self._remembered.get(
            f"passing {name}", (columns, judged), lambda: columns.part(judged.shown)
        )

    def hidden_counts(self, state: State) -> HiddenCounts:
        """Return how many peaks of the working list each threshold hides on its own."""
        columns, judged = self._judged(state, "", state.peaks)
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
        _, judged = self._judged(state, "", state.peaks)
        hidden = judged.hidden
        masks = (hidden.by_snr, hidden.by_height, hidden.by_confidence)
        mask = dict(zip(HIDING, (*masks, judged.by_number, hidden.by_place), strict=True))[kind]
        return state.peaks.part(compress(state.peaks.peaks, mask.tolist()))

    def _judged(
        self, state: State, name: str, peaks: PeakList
    ) -> tuple[PeakColumns, kept_patterns.Fates]:
        height, columns = _reference_height(state, peaks), self._columns(name, peaks)
        limits = self._limits(state, name, columns.finders)
        said = (x for finder in limits.values() for x in astuple(finder))
        scale = kept_patterns.CouplingScale.of(state.processed.dataset.data)
        # what a pattern keeps is shown whatever threshold would hide it
        judged = self._remembered.get(
            f"judged {name}",
            (peaks, height, *astuple(scale), *said),
            lambda: kept_patterns.judged(columns, limits, height, scale),
        )
        return columns, judged

    def _limits(self, state: State, name: str, finders: tuple[str, ...]) -> Mapping[str, Limits]:
        return self._remembered.get(
            f"limits {name}",
            (state.thresholds, state.layers, state.working_choice, state.combined, finders),
            lambda: {f: state_changes.limits(state, name or f) for f in finders},
        )

    def _columns(self, name: str, peaks: PeakList) -> PeakColumns:
        known = self._latest.get(name)
        if known is None or known.peaks is not peaks:
            known = PeakColumns.of(peaks) if known is None else PeakColumns.after(known, peaks)
            self._latest[name] = known
        return known


def _reference_height(state: State, peaks: PeakList) -> float:
    """Return what relative thresholds refer to; of millions of points it is not asked in vain."""
    return state_changes.reference_height(state) if peaks.peaks else 1.0
