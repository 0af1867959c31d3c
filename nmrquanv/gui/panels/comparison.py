"""Two finders side by side: what both found, what only one found, and who was right.

Compares layers as the thresholds show them. A click on a row shows the peak in the plot; the
buttons make the working list from the layers. Where the true lines are known (a synthetic
spectrum) each finder's precision, recall and position error stand beside them; else its twin tells
what to expect (``twin_box.py``).
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.finders import stacked
from nmrquanv.gui.layouts import in_form, in_row
from nmrquanv.gui.marker_looks import (
    TRUE_LINES,
    finder_title,
    finder_word,
    layer_icon,
)
from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.panels.comparison_model import Rows, pair_rows, single_rows
from nmrquanv.gui.panels.comparison_table import ComparisonTable
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.layer_boxes import LayerBoxes
from nmrquanv.gui.panels.truth_table import TruthTable
from nmrquanv.gui.panels.twin_box import TwinBox
from nmrquanv.gui.panels.working_choice import WorkingChoice
from nmrquanv.gui.view_state import ViewState
from nmrquanv.session.derived import Remembered
from nmrquanv.session.document import Document
from nmrquanv.session.working_list import COMBINATIONS
from nmrquanv.spectra.comparison import DEFAULT_TOLERANCE_HZ, PeakComparison, compare
from nmrquanv.spectra.peaks import PeakList


class Comparison(DocumentPanel):
    """Panel that compares two layers.

    Signals
    -------
    show_ppm(float)
        A person clicked a row: show this chemical shift.
    """

    show_ppm = Signal(float)

    def __init__(self, state: ViewState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = LayerBoxes(state or ViewState(self), self)
        self.first, self.second = QComboBox(self), QComboBox(self)
        self.own_tolerance = QCheckBox("½ FWHM", self)
        self.tolerance = NumberBox(self)
        self.counts_text = QLabel(self)
        self.tables = tuple(ComparisonTable(self) for _ in range(3))
        self.tabs = QTabWidget(self)
        self.truth, self.twin = TruthTable(self), TwinBox(self)
        self.working = WorkingChoice(self)
        self._remembered, self._picked = Remembered(), ("", "")
        self._build()
        self._connect()
        self._refresh()

    def compared(self) -> PeakComparison | None:
        """Return what the two chosen finders agree on, or None with fewer than two."""
        document, first, second = (
            self._document,
            self._chosen(self.first),
            self._chosen(self.second),
        )
        if document is None or not first or not second or first == second:
            return None
        axis = document.spectrum.axis
        return compare(self._shown(first), self._shown(second), axis, self._tolerance_hz())

    def _build(self) -> None:
        for box, name in ((self.first, "First finder"), (self.second, "Second finder")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.own_tolerance.setChecked(True)
        self.own_tolerance.setToolTip(
            "Peaks closer than half a line's FWHM are the same line; 1 Hz where it is unknown"
        )
        self.tolerance.setAccessibleName("Greatest distance of a pair")
        self.tolerance.setEnabled(False)
        self.counts_text.setWordWrap(True)
        self.counts_text.setTextFormat(Qt.TextFormat.RichText)
        tolerance = in_row((self.own_tolerance, 1), self.tolerance)
        form = in_form(("Compare", self.first), ("with", self.second), ("Within", tolerance))
        layout = QVBoxLayout(self)
        layout.addWidget(self.layers)
        layout.addLayout(form)
        layout.addWidget(self.counts_text)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.truth)
        layout.addWidget(self.twin)
        layout.addWidget(self.working)
        layout.addStretch(0)  # takes the room as long as there are no tables
        self._build_tabs()

    def _build_tabs(self) -> None:
        for table in self.tables:
            self.tabs.addTab(table, "")
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setIconSize(QSize(12, 12))

    def _connect(self) -> None:
        for box in (self.first, self.second):
            box.activated.connect(self._on_picked)
        self.own_tolerance.toggled.connect(self._on_own_tolerance)
        self.tolerance.valueChanged.connect(self._refresh_comparison)
        for table in self.tables:
            table.show_ppm.connect(self.show_ppm)
        self.working.chosen.connect(self._on_choice)

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return document.shown_peaks_changed, document.spectrum_changed

    def _refresh(self) -> None:
        document = self._document
        finders = stacked(document.layers) if document is not None else []
        self.layers.show_counts(self._counts(finders))
        self._refresh_combos(finders)
        self._refresh_unit()
        self.working.show_choices(finders, document.working_choice if document is not None else "")
        self._refresh_comparison()

    def _counts(self, finders: list[str]) -> dict[str, str]:
        """Return what each layer holds: of the finders, and of the true lines where known."""
        document = self._document
        if document is None:
            return {}
        counts = {f: f"{len(self._shown(f))} / {len(document.layers[f])}" for f in finders}
        has_truth = bool(document.true_lines)
        return counts | ({TRUE_LINES: str(len(document.true_lines))} if has_truth else {})

    def _refresh_combos(self, finders: list[str]) -> None:
        # layers come one by one: only what a person chose goes before the usual order
        for number, box in enumerate((self.first, self.second)):
            with QSignalBlocker(box):
                box.clear()
                for finder in finders:
                    box.addItem(layer_icon(finder), finder_title(finder), finder)
                place = box.findData(self._picked[number])
                box.setCurrentIndex(place if place >= 0 else min(number, len(finders) - 1))
            box.setEnabled(len(finders) > 1)
        if len(finders) > 1 and self.first.currentIndex() == self.second.currentIndex():
            with QSignalBlocker(self.second):
                self.second.setCurrentIndex(int(self.first.currentIndex() == 0))

    def _refresh_unit(self) -> None:
        """Ask for the tolerance in Hz, or in ppm where Hz are unknown."""
        has_hz = self._document is None or self._document.spectrum.axis.has_hz
        suffix = " Hz" if has_hz else " ppm"
        if self.tolerance.suffix() == suffix:
            return
        with QSignalBlocker(self.tolerance):
            self.tolerance.setSuffix(suffix)
            self.tolerance.setDecimals(2 if has_hz else 4)
            self.tolerance.setRange(0.0, 100.0 if has_hz else 1.0)
            self.tolerance.setSingleStep(0.1 if has_hz else 0.001)
            self.tolerance.setValue(DEFAULT_TOLERANCE_HZ if has_hz else 0.0025)

    def _refresh_comparison(self) -> None:
        """Compare anew, unless nothing of what is compared is another."""
        self._remembered.get("comparison", self._compared_parts(), self._show_comparison)

    def _compared_parts(self) -> tuple[object, ...]:
        """Return what the comparison and the scores are made of."""
        document = self._document
        first, second = self._chosen(self.first), self._chosen(self.second)
        if document is None:
            return (None,)
        shown = (self._shown(finder) for finder in stacked(document.layers))
        tolerance = self._tolerance_hz()
        true_lines = document.dataset.true_lines
        return first, second, document.spectrum, tolerance, true_lines, *shown

    def _show_comparison(self) -> None:
        result = self.compared()
        first, second = self._chosen(self.first), self._chosen(self.second)
        axis = self._document.spectrum.axis if self._document is not None else None
        if result is None or axis is None:
            self.counts_text.setText("Find peaks with two finders to compare them.")
            for table in self.tables:
                table.rows.set_rows(Rows())
            self.tabs.hide()
        else:
            names = finder_word(first), finder_word(second)
            n = len(result.pairs), len(result.only_first), len(result.only_second)
            self.counts_text.setText(
                f"<b>{n[0]}</b> matched, <b>{n[1]}</b> only {names[0]}, "
                f"<b>{n[2]}</b> only {names[1]}"
            )
            self.tables[0].rows.set_rows(pair_rows(result.pairs, (first, second), axis))
            self.tables[1].rows.set_rows(single_rows(result.only_first, axis))
            self.tables[2].rows.set_rows(single_rows(result.only_second, axis))
            self._show_tabs(n, (first, second))
        self._refresh_truth()

    def _show_tabs(self, n: tuple[int, int, int], finders: tuple[str, str]) -> None:
        """Name the tabs; a finder's mark stands for its long name."""
        words = [finder_word(f) for f in finders]
        tips = ("Matched pairs", f"Only {words[0]}", f"Only {words[1]}")
        for number, tip in enumerate(tips):
            text = f"Both {n[0]}" if number == 0 else f"Only {n[number]}"
            self.tabs.setTabText(number, text)
            self.tabs.setTabToolTip(number, f"{tip}: {n[number]}")
            if number:
                self.tabs.setTabIcon(number, layer_icon(finders[number - 1]))
            self.tables[number].setAccessibleName(tip)
        self.tabs.show()
        # the columns hold numbers of one form: they are fitted once for a kind of spectrum
        parts = (*finders, self._document is not None and self._document.has_hz)
        self._remembered.get("columns", parts, self._fit_columns)

    def _fit_columns(self) -> None:
        for table in self.tables:
            table.resizeColumnsToContents()

    def _refresh_truth(self) -> None:
        document = self._document
        if document is None:
            self.truth.show_scores({}, (), None, None)
            return
        finders = stacked(document.layers)
        layers = {finder: self._shown(finder) for finder in finders}
        spectrum = document.spectrum
        sigma = spectrum.noise.sigma if document.true_lines else None
        self.truth.show_scores(layers, document.true_lines, spectrum.axis, sigma)

    def _shown(self, finder: str) -> PeakList:
        assert self._document is not None
        return self._document.shown_layer(finder)

    def _tolerance_hz(self) -> float | None:
        """Return the greatest distance of a pair; None for half the line's width."""
        if self.own_tolerance.isChecked():
            return None
        assert self._document is not None
        axis = self._document.spectrum.axis
        return self.tolerance.value() * (1.0 if axis.has_hz else axis.sf_mhz)

    @staticmethod
    def _chosen(box: QComboBox) -> str:
        return str(box.currentData() or "")

    def _on_picked(self) -> None:
        self._picked = self._chosen(self.first), self._chosen(self.second)
        self._refresh_comparison()

    def _on_own_tolerance(self, is_own: bool) -> None:
        self.tolerance.setEnabled(not is_own)
        self._refresh_comparison()

    def _on_choice(self, choice: str) -> None:
        document, finders = self._document, (self._chosen(self.first), self._chosen(self.second))
        if document is not None and choice in COMBINATIONS:
            document.edit.choose_working(choice, finders, self._tolerance_hz())
        elif document is not None:
            document.edit.choose_working(choice)
        self._refresh()
