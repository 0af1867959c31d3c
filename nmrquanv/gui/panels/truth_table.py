"""How well each finder did where the true lines are known: a synthetic spectrum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QLabel, QWidget

from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN
from nmrquanv.gui.panels.score_grid import ScoreGrid
from nmrquanv.numbers import fixed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.scoring import COUNTED_SNR, EXISTING_SNR, Score, score
from nmrquanv.spectra.spectrum import TrueLine

_TITLES = ("Precision", "Recall", "F1", "Error Hz")


class TruthTable(QWidget):
    """One row of scores for each finder; hidden where nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores: dict[str, Score] = {}
        self._grid = ScoreGrid(_TITLES, self)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        in_column(self._grid, self.note, on=self, margins=(0, 4, 0, 4), spacing=2)
        self.setToolTip(
            f"Lines of {COUNTED_SNR:g} sigma and more count. Lines of {EXISTING_SNR:g} to "
            f"{COUNTED_SNR:g} sigma, satellites and sidebands are neither missed nor false.\n"
            "A peak is right within half a FWHM (0.4 of the distance to the next line)."
        )

    def show_scores(
        self,
        layers: Mapping[str, PeakList],
        lines: Sequence[TrueLine],
        axis: Axis | None,
        sigma: float | None,
    ) -> None:
        """Score every layer against the lines, or hide when there is nothing to say."""
        self.scores = {}
        if lines and axis is not None and sigma:
            self.scores = {f: score(peaks, lines, axis, sigma) for f, peaks in layers.items()}
        self.setVisible(bool(self.scores))
        self._grid.show_rows({f: _numbers(result) for f, result in self.scores.items()})
        if self.scores:
            one = next(iter(self.scores.values()))
            n = one.n_right + one.n_missed
            self.note.setText(f"Against {n} true lines of 6 sigma and more")


def _numbers(result: Score) -> tuple[str, ...]:
    """Return what stands under the titles."""
    numbers = (result.precision, result.recall, result.f1, result.error_hz)
    return tuple(UNKNOWN if number is None else fixed(number, 3) for number in numbers)
