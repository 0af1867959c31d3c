"""The integrals as a table: limits, area, and the number of nuclei that one of them is set to."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.number_delegate import NumberDelegate
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN, ppm_refusal
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.numbers import fixed, is_plain, measured, parse_number, significant
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import facts_of, level_integral, set_foot, why_no_areas
from nmrquanv.spectra.integrals import Integral, caution

_FROM, _TO, _AREA, _NUMBER, _FIT, _BIAS, _SLOPE, _SATELLITES = range(8)
_EDITABLE = (_FROM, _TO, _NUMBER, _BIAS, _SLOPE)
_TIPS = {
    _AREA: "Running integral of the trace between the limits, intensity x Hz",
    _NUMBER: "Number of nuclei by the running integral: type it for one, the others follow",
    _FIT: "Sum of the fitted areas of the peaks between the limits, intensity x Hz",
    _BIAS: "Height of the line that is taken for the foot, in the middle of the region",
    _SLOPE: "Slope of that line, intensity per ppm",
    _SATELLITES: "Whether the 13C satellites of its lines, 1.1 % of them, lie in the region",
}


class Integrals(DocumentPanel):
    """Panel with the integrals of a document.

    Signals
    -------
    show_ppm(float)
        A person chose a row: show its middle.
    wanted()
        Integrate the signals.
    sum_wanted()
        Ask for the sum of all integrals.
    """

    show_ppm = Signal(float)
    wanted = Signal()
    sum_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PlainTable(8, "Integrals", self)
        self.remove_button = QPushButton("Remove", self)
        self.auto_button = QPushButton("Integrate Signals", self)
        self.level_button = QPushButton("Level", self)
        self.sum_button = QPushButton("Set Sum…", self)
        self.caution = QLabel(self)
        self.empty_text = QLabel(self)
        self._build()
        self._connect()
        self._refresh()

    def selected_id(self) -> str | None:
        """Return the id of the integral in the current row."""
        integrals, row = self._integrals(), self.table.currentRow()
        return integrals[row].id if 0 <= row < len(integrals) else None

    def _build(self) -> None:
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.empty_text.setText(
            "No integrals yet.\nChoose the integral tool and drag over a signal; then type here "
            "how many nuclei one of them stands for."
        )
        self.empty_text.setWordWrap(True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setContentsMargins(12, 12, 12, 12)
        self.remove_button.setToolTip("Remove the selected integrals (Del)")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 2, 6, 6)
        self.auto_button.setToolTip("Integrate every multiplet that no integral covers yet")
        self.level_button.setToolTip(
            "Lay a line through both ends of the region under it (bias and slope), or take it away"
        )
        self.sum_button.setToolTip("Let all integrals count so many nuclei together")
        self.caution.setWordWrap(True)
        self.caution.setContentsMargins(8, 2, 8, 2)
        for button in (self.auto_button, self.level_button, self.sum_button, self.remove_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        in_column((self.table, 1), (self.empty_text, 1), self.caution, buttons, on=self, margins=0)

    def _connect(self) -> None:
        self.table.cellChanged.connect(self._on_cell_changed)
        self.table.currentCellChanged.connect(self._on_row_changed)
        self.table.delete_pressed.connect(self._on_remove)
        self.table.setItemDelegate(NumberDelegate(self._refusal, self.table))
        self.remove_button.clicked.connect(self._on_remove)
        self.level_button.clicked.connect(self._on_level)
        self.auto_button.clicked.connect(self.wanted)
        self.sum_button.clicked.connect(self.sum_wanted)

    def _integrals(self) -> tuple[Integral, ...]:
        return self._document.integrals if self._document is not None else ()

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return (
            document.integrals_changed,
            document.spectrum_changed,
            document.shown_peaks_changed,
        )

    def _refresh(self) -> None:
        integrals = self._integrals()
        nucleus = self._document.sample.nucleus if self._document is not None else ""
        element = nucleus.lstrip("0123456789") or "Nuclei"
        titles = ("From ppm", "to ppm", "Integral", element, "Fit area", "Bias", "Slope")
        self.table.setHorizontalHeaderLabels((*titles, "13C sat."))
        for column, tip in _TIPS.items():
            if (head := self.table.horizontalHeaderItem(column)) is not None:
                head.setToolTip(tip)
        texts = self._texts(self._document) if self._document is not None else []
        row, column = self.table.currentRow(), self.table.currentColumn()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(integrals))
            for number, integral in enumerate(integrals):
                self._fill(number, integral, texts[number])
            if integrals and row >= 0:
                self.table.setCurrentCell(min(row, len(integrals) - 1), column)
        self.table.setVisible(bool(integrals))
        self.empty_text.setVisible(not integrals)
        self._tell(nucleus)
        self._enable()

    def _fill(self, row: int, integral: Integral, values: tuple[str, ...]) -> None:
        for column, text in enumerate(values):
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column not in _EDITABLE:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            font = item.font()
            font.setBold(column == _NUMBER and integral.set_to is not None)
            item.setFont(font)
            self.table.setItem(row, column, item)

    def _texts(self, document: Document) -> list[tuple[str, ...]]:
        """Return what stands in each row."""
        values, facts = document.integral_values(), facts_of(document)
        has_hz = document.has_hz
        plain = is_plain(max((abs(area) for area, _ in values.values() if area), default=0.0))
        rows: list[tuple[str, ...]] = []
        for one in document.integrals:
            area, number = values[one.id]
            fact, fit = facts[one.id], facts[one.id].fitted_area
            rows.append(
                (
                    fixed(one.high_ppm, 3),
                    fixed(one.low_ppm, 3),
                    measured(area, fact.area_error, plain=plain)
                    if has_hz and area is not None
                    else UNKNOWN,
                    UNKNOWN if number is None else fixed(number, 2),
                    measured(fit, fact.fit_error, plain=plain)
                    if has_hz and fit is not None
                    else UNKNOWN,
                    significant(one.bias, 3),
                    significant(one.slope, 3),
                    fact.satellites or UNKNOWN,
                )
            )
        return rows

    def _tell(self, nucleus: str) -> None:
        """Say what to know of areas of this spectrum."""
        document = self._document
        reason = why_no_areas(document) if document is not None else ""
        told = reason or (caution(nucleus) if self._integrals() else "")
        self.caution.setText(told[:1].upper() + told[1:])
        self.caution.setVisible(bool(told))

    def _enable(self) -> None:
        """Offer what can be done now."""
        document, has_rows = self._document, bool(self._integrals())
        is_off = document is None or bool(why_no_areas(document))
        has_row = self.selected_id() is not None
        for button in (self.remove_button, self.level_button, self.sum_button):
            button.setVisible(has_rows)
        self.remove_button.setEnabled(has_row)
        self.level_button.setEnabled(has_row)
        self.sum_button.setEnabled(has_rows and not is_off)
        self.auto_button.setEnabled(not is_off)

    def _refusal(self, row: int, column: int, value: float) -> str:
        """Return why a number cannot stand in a cell; empty if it can."""
        if column == _NUMBER:
            return "" if value > 0 else f"{value:g} nuclei cannot be: type a number above 0."
        if column in (_BIAS, _SLOPE):
            return ""
        integral = self._integrals()[row]
        other = integral.low_ppm if column == _FROM else integral.high_ppm
        if fixed(value, 3) == fixed(other, 3):
            return f"{fixed(value, 3)} ppm is the other limit: an integral needs two."
        return ppm_refusal(value)

    def _on_cell_changed(self, row: int, column: int) -> None:
        """Take over what was typed; the delegate has refused what cannot be."""
        document, integrals = self._document, self._integrals()
        item = self.table.item(row, column)
        if document is None or item is None or not 0 <= row < len(integrals):
            return
        integral, value = integrals[row], parse_number(item.text())
        if column == _NUMBER:
            document.edit.calibrate_integral(integral.id, value)
        elif column == _FROM:
            document.edit.change_integral(integral.id, value, integral.low_ppm)
        elif column == _TO:
            document.edit.change_integral(integral.id, integral.high_ppm, value)
        elif column == _BIAS:
            set_foot(document, integral.id, bias=value)
        elif column == _SLOPE:
            set_foot(document, integral.id, slope=value)
        self._refresh()

    def _on_row_changed(self, row: int) -> None:
        integrals = self._integrals()
        self._enable()
        if 0 <= row < len(integrals):
            self.show_ppm.emit(0.5 * (integrals[row].high_ppm + integrals[row].low_ppm))

    def _on_level(self) -> None:
        chosen = self.selected_id()
        if self._document is not None and chosen is not None:
            level_integral(self._document, chosen)

    def _on_remove(self) -> None:
        integrals = self._integrals()
        if self._document is not None:
            chosen = [integrals[row].id for row in self.table.rows_chosen()]
            self._document.edit.remove_integrals(chosen)
