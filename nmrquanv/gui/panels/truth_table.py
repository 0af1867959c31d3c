"""How well each finder did where the true lines are known: a synthetic spectrum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nmrquanv.finders import known_finder
from nmrquanv.gui.panels.layer_swatch import finder_title
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN
from nmrquanv.numbers import fixed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.scoring import COUNTED_SNR, EXISTING_SNR, Score, score
from nmrquanv.spectra.spectrum import TrueLine

_TITLES = ("", "Precision", "Recall", "F1", "Error Hz")


class TruthTable(QWidget):
    """One row of scores for each finder; hidden where nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores: dict[str, Score] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setForegroundRole(self.palette().ColorRole.PlaceholderText)
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
        self._clear()
        if not self.scores:
            return
        for column, title in enumerate(_TITLES):
            self._put(0, column, title)
        for row, (finder, result) in enumerate(self.scores.items(), start=1):
            self._put_finder(row, finder)
            numbers = (result.precision, result.recall, result.f1)
            for column, number in enumerate(numbers, start=1):
                self._put(row, column, UNKNOWN if number is None else fixed(number, 3))
            error = result.error_hz
            self._put(row, 4, UNKNOWN if error is None else fixed(error, 3))
        one = next(iter(self.scores.values()))
        self.note.setText(f"Against {one.n_right + one.n_missed} true lines of 6 sigma and more")
        self._grid.addWidget(self.note, len(self.scores) + 1, 0, 1, len(_TITLES))

    def _clear(self) -> None:
        for label in self.findChildren(QLabel):
            if label is not self.note:
                self._grid.removeWidget(label)
                label.setParent(None)
                label.deleteLater()

    def _put(self, row: int, column: int, text: str) -> None:
        label = QLabel(text, self)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if row == 0:
            label.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self._grid.addWidget(label, row, column)

    def _put_finder(self, row: int, finder: str) -> None:
        label = QLabel(known.short if (known := known_finder(finder)) is not None else finder, self)
        label.setToolTip(finder_title(finder))
        self._grid.addWidget(label, row, 0)
