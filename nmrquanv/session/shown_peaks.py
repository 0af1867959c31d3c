"""Which peaks of a document the thresholds show, remembered as long as nothing of it changes."""

from __future__ import annotations

from nmrquanv.session import edits
from nmrquanv.session.remembered import Remembered
from nmrquanv.session.state import State
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import PeakList


class ShownPeaks:
    """Applies a state's thresholds to its lists; ``name`` tells which list is remembered."""

    def __init__(self) -> None:
        self._remembered = Remembered()

    def of(self, state: State, name: str, peaks: PeakList) -> PeakList:
        """Return the peaks of the working list (name ``""``), or of a layer, that pass."""
        height, thresholds = edits.reference_height(state), state.thresholds
        return self._remembered.get(
            f"passing {name}",
            (peaks, thresholds, height),
            lambda: self._columns(name, peaks).passing(thresholds, height),
        )

    def hidden_counts(self, state: State) -> tuple[int, int, int, int]:
        """Return how many peaks of the working list each threshold hides on its own."""
        columns = self._columns("", state.peaks)
        by = columns.hidden(state.thresholds, edits.reference_height(state))
        by_snr, by_height, by_confidence, as_satellites = (int(mask.sum()) for mask in by)
        return by_snr, by_height, by_confidence, as_satellites

    def _columns(self, name: str, peaks: PeakList) -> PeakColumns:
        return self._remembered.get(f"columns {name}", (peaks,), lambda: PeakColumns.of(peaks))
