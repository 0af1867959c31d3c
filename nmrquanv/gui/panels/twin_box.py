"""What to expect of each finder on spectra like this one: from the spectrum's synthetic twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
    QPushButton,
    QWidget,
)

from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.panels.score_grid import ScoreGrid
from nmrquanv.numbers import fixed
from nmrquanv.session.twins import MeasuredTwin
from nmrquanv.spectra.scoring import COUNTED_SNR

if TYPE_CHECKING:
    from nmrquanv.statistics import Interval

_TIP = (
    "The listed lines simulated anew with this spectrum's field, resolution, noise and baseline, "
    "so that all are known: how many of them each finder finds, and how many of its peaks are "
    "right"
)
_STALE = "Of the list and thresholds before: measure again."
_LACKS = "Lines that nobody found here are not in the twin."


class TwinBox(QWidget):
    """Button, progress, and a row of expectations for each finder.

    Signals
    -------
    measure_wanted(), cancel_wanted(), open_wanted()
    """

    measure_wanted = Signal()
    cancel_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self.title = QLabel("On spectra like this one", self)
        self.button, self.open_button = QPushButton("Measure", self), QPushButton("Open", self)
        self.progress, self.grid = QProgressBar(self), ScoreGrid(("Recall", "Precision"), self)
        self.note = QLabel(self)
        self._build()
        self.button.clicked.connect(self._on_clicked)
        self.open_button.clicked.connect(self.open_wanted)
        self.set_possible(is_possible=False)
        self.show_result(None)

    def set_possible(self, *, is_possible: bool) -> None:
        """Say whether there is a list that a twin can be made of."""
        self.button.setEnabled(is_possible or self._is_running)
        self.button.setToolTip(_TIP if is_possible else "Find peaks first: a twin has their lines")

    def show_running(self, *, is_running: bool) -> None:
        """Show whether a measurement runs; from its first step on, how far it is."""
        if is_running and not self._is_running:
            self.progress.setRange(0, 0)
        self._is_running = is_running
        self.button.setText("Cancel" if is_running else "Measure")
        self.progress.setVisible(is_running)
        if is_running:
            self.button.setEnabled(True)

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far it is."""
        self.progress.setRange(0, max(total, 0))
        self.progress.setValue(done)
        self.progress.setFormat(f"{text} %p %")
        self.progress.setAccessibleDescription(text)

    def show_result(self, measured: MeasuredTwin | None, *, is_stale: bool = False) -> None:
        """Show what a twin told; nothing for None."""
        self.open_button.setVisible(measured is not None)
        self.note.setVisible(measured is not None)
        self.grid.setVisible(measured is not None)
        if measured is None:
            self.grid.show_rows({})
            return
        from nmrquanv.bench.on_twin import CAVEAT

        result = measured.result
        rows = {f: (_share(o.recall), _share(o.precision)) for f, o in result.finders.items()}
        self.grid.show_rows(rows)
        n = f"{result.lines} lines of {COUNTED_SNR:g} sigma and more, {result.draws} draws of noise"
        self.note.setText(f"{_STALE if is_stale else ''} {n}. {_LACKS}".strip())
        self.note.setToolTip(f"{result.words()}\n\n{CAVEAT}")

    def _build(self) -> None:
        self.title.setToolTip(_TIP)
        self.button.setAccessibleName("Measure the finders on the synthetic twin")
        self.open_button.setAccessibleName("Open the synthetic twin")
        self.open_button.setToolTip("Open the twin as a spectrum of its own, with its true lines")
        self.progress.setAccessibleName("Progress of the twin")
        self.progress.setFixedHeight(self.fontMetrics().height() + 4)
        self.progress.hide()
        self.note.setWordWrap(True)
        self.note.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        row = in_row((self.title, 1), self.open_button, self.button)
        in_column(
            row, self.progress, self.grid, self.note, on=self, margins=(0, 4, 0, 4), spacing=4
        )

    def _on_clicked(self) -> None:
        (self.cancel_wanted if self._is_running else self.measure_wanted).emit()


def _share(value: Interval) -> str:
    """Return ``93 % (86-97)``."""
    if value.value != value.value:
        return "–"
    whole, low, high = (fixed(100 * x, 0) for x in (value.value, value.low, value.high))
    return f"{whole} % ({low}–{high})"
