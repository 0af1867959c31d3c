"""The quantum playground: one's own spectrum under a noisy device, in a window of its own."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import Polarity
from nmrquanv.gui.dialogs.error_words import plain_words
from nmrquanv.gui.dialogs.questions import file_to_save
from nmrquanv.gui.layouts import in_column, in_form, in_row
from nmrquanv.gui.number_box import WholeBox, are_settled
from nmrquanv.gui.pages.noise_controls import NoiseControls
from nmrquanv.gui.pages.page import Page, explanation
from nmrquanv.gui.pages.survival_plot import SurvivalPlot
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.io.format_files import suggested_name
from nmrquanv.numbers import fixed, signed
from nmrquanv.session.background_measure import Measuring
from nmrquanv.session.document import Document
from nmrquanv.session.playground import PlaygroundChoice, export_survey, playground_work
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.study.circuits.repeated import Survey, Survival

_INTRODUCTION = (
    "The quantum network searches the spectrum again and again with the noise that the sliders "
    "say. A peak survives a repetition that finds it; how its place wanders is its error bar."
)
_HEADS = ("ppm", "± Hz", "Δ Hz", "Survival", "95 %", "Conf.", "Noisy", "S/N")
_HINTS = {False: "Open a spectrum first.", True: "Run tries this noise on the spectrum."}
_NONE = "–"
_PLOT_HEIGHT = 400


class PlaygroundPage(Page):
    """Window of the playground.

    Signals
    -------
    show_ppm(float)
        A person chose a peak.
    """

    show_ppm = Signal(float)

    def __init__(self, settings: Settings) -> None:
        super().__init__("Quantum Playground")
        self._settings = settings
        self._document: Document | None = None
        self._spectrum: Spectrum | None = None
        self._range = (0.0, 0.0)
        self.survey: Survey | None = None
        self.measuring = Measuring(self)
        self.controls, self.plot = NoiseControls(self), SurvivalPlot(self)
        self.scope, self.repeats = QComboBox(self), WholeBox(self)
        self.start_button, self.export_button = QPushButton("&Run", self), QPushButton("", self)
        self.bar, self.state = QProgressBar(self), QLabel(self)
        self.table = PlainTable(len(_HEADS), "Peaks under noise", self)
        self._build()
        self._connect()
        self._refresh()
        self.say(_HINTS[False])

    def set_document(self, document: Document | None) -> None:
        """Take the spectrum that the main window shows."""
        spectrum = document.spectrum if document is not None else None
        if document is not self._document or spectrum is not self._spectrum:
            self.measuring.cancel()
            self._document, self._spectrum, self.survey = document, spectrum, None
            self.say(_HINTS[document is not None])
            self._show_stretch()
            self._fill()
        self._refresh()

    def set_place(self, high_ppm: float, low_ppm: float) -> None:
        """Take the range that the main window shows."""
        self._range = (high_ppm, low_ppm)

    def run(self) -> None:
        """Try what the sliders say."""
        document = self._document
        if document is None or not are_settled(self):
            return
        region = self._range if self.scope.currentIndex() == 0 else None
        choice = PlaygroundChoice(self.controls.noise(), self.repeats.whole(), region)
        polarity = cast(Polarity, self._settings.polarity)
        try:
            work = playground_work(document, choice, polarity)
        except NmrQuanvError as error:
            self.say(plain_words(error))
            return
        self._show_stretch()
        self.measuring.start(document, work)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the stretch that the main window shows by now."""
        super().showEvent(event)
        if self.survey is None and self.measuring.document is None:
            self._show_stretch()

    def shut_down(self) -> None:
        """End what is going on; called as the main window closes."""
        self.measuring.cancel()

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        super().apply_theme()
        self.plot.apply_theme()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.scope.setAccessibleName("What is searched")
        self.scope.addItems(["What the main window shows", "The whole spectrum"])
        self.repeats.set_up((2, 200), 8, name="Repetitions")
        self.export_button.setText("&Export…")
        self.export_button.setToolTip("Write the table with the noise as CSV")
        self.bar.setAccessibleName("Progress of the repetitions")
        self.state.setAccessibleName("State of the playground")
        self.state.setWordWrap(True)
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        tips = {1: "Standard deviation of its place", 2: "Mean distance from the exact place",
                3: "Share of the repetitions that find it", 4: "95 % interval of that share",
                5: "Confidence without noise", 6: "Mean confidence under noise"}  # fmt: skip
        for number, tip in tips.items():
            if (head := self.table.horizontalHeaderItem(number)) is not None:
                head.setToolTip(tip)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setToolTip("Click a row to see the peak in the main window")
        self._arrange()

    def _arrange(self) -> None:
        """Lay the widgets out: controls on the left, plot over table on the right."""
        form = in_form(("Search", self.scope), ("Repetitions", self.repeats))
        left = QWidget(self)
        buttons = in_row(self.start_button, self.export_button)
        in_column(self.controls, form, buttons, self.bar, self.state, 1, on=left, margins=0)
        # as wide as its widgets' letters need, whatever their size and whatever the state says
        left.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.plot)
        split.addWidget(self.table)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([_PLOT_HEIGHT, 2 * _PLOT_HEIGHT // 3])
        row = in_row(left, (split, 1))
        in_column(explanation(_INTRODUCTION, self), (row, 1), on=self)

    def _connect(self) -> None:
        run = self.measuring
        run.started.connect(self._refresh)
        run.progressed.connect(self._on_progressed)
        run.succeeded.connect(self._on_succeeded)
        run.failed.connect(lambda _document, error: self._end(plain_words(error)))
        run.cancelled.connect(lambda _document: self._end("Cancelled."))
        self.start_button.clicked.connect(self._on_start)
        self.export_button.clicked.connect(self._on_export)
        self.table.currentCellChanged.connect(self._on_row)

    # --- what happens --------------------------------------------------------------------------

    @Slot()
    def _on_start(self) -> None:
        if self.measuring.document is not None:
            self.measuring.cancel()
        else:
            self.run()

    @Slot(int, int, str)
    def _on_progressed(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(done)
        self.say(text)

    @Slot(object, object)
    def _on_succeeded(self, document: Document, survey: Survey) -> None:
        if document is self._document:
            self.survey = survey
            self._fill()
            self.plot.show_survey(survey)
            self._end(survey.words())

    def _end(self, text: str) -> None:
        self.say(text)
        self._refresh()

    @Slot(int, int, int, int)
    def _on_row(self, row: int, *_: int) -> None:
        if self.survey is not None and 0 <= row < len(self.survey.peaks):
            self.show_ppm.emit(self.survey.peaks[row].peak.ppm)

    @Slot()
    def _on_export(self) -> None:
        if self._document is None:
            return
        name = f"{suggested_name(self._document.name)}-playground.csv"
        start = str(Path(self._settings.export_folder, name))
        dialog = file_to_save(self, "Export", start, "CSV tables", ".csv")
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write the table, and say where, or why not."""
        if self.survey is None:
            return
        try:
            export_survey(path, self.survey)
        except NmrQuanvError as error:
            self.say(plain_words(error))
        else:
            self._settings.export_folder = str(path.parent)
            self.say(f"Exported to {path}")

    # --- what is shown -------------------------------------------------------------------------

    def _show_stretch(self) -> None:
        spectrum = self._spectrum
        is_part = self.scope.currentIndex() == 0 and self._range != (0.0, 0.0)
        limits = spectrum.axis.limits_ppm if spectrum is not None else (1.0, 0.0)
        self.plot.show_spectrum(spectrum, *(self._range if is_part else limits))

    def _fill(self) -> None:
        peaks = self.survey.peaks if self.survey is not None else ()
        sf_mhz = self._document.spectrum.axis.sf_mhz if self._document is not None else 1.0
        self.table.blockSignals(True)
        self.table.setRowCount(len(peaks))
        for row, one in enumerate(peaks):
            for column, text in enumerate(_texts(one, sf_mhz)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.setCurrentCell(-1, -1)
        self.table.blockSignals(False)

    def _refresh(self) -> None:
        is_running = self.measuring.document is not None
        self.start_button.setText("&Cancel" if is_running else "&Run")
        self.start_button.setEnabled(is_running or self._document is not None)
        self.export_button.setEnabled(self.survey is not None and not is_running)
        self.bar.setVisible(is_running)
        self.controls.setEnabled(not is_running)

    def say(self, text: str) -> None:
        """Show words in the line below."""
        self.state.setText(text)


def _texts(one: Survival, sf_mhz: float) -> tuple[str, ...]:
    """Return a peak's row."""
    rate = one.rate
    known = one.peak.confidence
    return (
        fixed(one.peak.ppm, 4),
        _NONE if math.isnan(one.ppm_sd) else fixed(one.ppm_sd * sf_mhz, 3),
        _NONE if math.isnan(one.shift_ppm) else signed(one.shift_ppm * sf_mhz, 3),
        f"{fixed(100 * rate.value, 0)} %",
        f"{fixed(100 * rate.low, 0)}–{fixed(100 * rate.high, 0)}",
        _NONE if known is None else fixed(known, 2),
        _NONE if math.isnan(one.confidence) else fixed(one.confidence, 2),
        _NONE if one.peak.snr is None else fixed(one.peak.snr, 0),
    )
