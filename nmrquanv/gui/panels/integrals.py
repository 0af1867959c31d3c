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
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui.number_delegate import NumberDelegate
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN, ppm_refusal
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.numbers import fixed, parse_number, significant
from nmrquanv.session.document import Document
from nmrquanv.spectra.integrals import Integral

_FROM, _TO, _AREA, _NUMBER = range(4)


class Integrals(DocumentPanel):
    """Panel with the integrals of a document.

    Signals
    -------
    show_ppm(float)
        A person chose a row: show its middle.
    """

    show_ppm = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PlainTable(4, "Integrals", self)
        self.remove_button = QPushButton("Remove", self)
        self.empty_text = QLabel(self)
        self._build()
        self._connect()
        self._refresh()

    def selected_id(self) -> str | None:
        """Return the id of the integral in the current row."""
        integrals, row = self._integrals(), self.table.currentRow()
        return integrals[row].id if 0 <= row < len(integrals) else None

    def _build(self) -> None:
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.empty_text.setText(
            "No integrals yet.\nChoose the integral tool and drag over a signal; then type here "
            "how many nuclei one of them stands for."
        )
        self.empty_text.setWordWrap(True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setContentsMargins(12, 12, 12, 12)
        self.remove_button.setToolTip("Remove the selected integral (Del)")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 2, 6, 6)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty_text, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.table.cellChanged.connect(self._on_cell_changed)
        self.table.currentCellChanged.connect(self._on_row_changed)
        self.table.delete_pressed.connect(self._on_remove)
        self.table.setItemDelegate(NumberDelegate(self._refusal, self.table))
        self.remove_button.clicked.connect(self._on_remove)

    def _integrals(self) -> tuple[Integral, ...]:
        return self._document.integrals if self._document is not None else ()

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return document.integrals_changed, document.spectrum_changed

    def _refresh(self) -> None:
        integrals = self._integrals()
        nucleus = self._document.sample.nucleus if self._document is not None else ""
        element = nucleus.lstrip("0123456789") or "Nuclei"
        self.table.setHorizontalHeaderLabels(["From ppm", "to ppm", "Area", element])
        if (head := self.table.horizontalHeaderItem(_NUMBER)) is not None:
            head.setToolTip("Number of nuclei: type it for one integral, the others follow")
        values = self._document.integral_values() if self._document is not None else {}
        row = self.table.currentRow()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(integrals))
            for number, integral in enumerate(integrals):
                self._fill(number, integral, *values[integral.id])
            if integrals and row >= 0:
                self.table.setCurrentCell(min(row, len(integrals) - 1), _NUMBER)
        self.table.setVisible(bool(integrals))
        self.empty_text.setVisible(not integrals)
        self.remove_button.setVisible(bool(integrals))
        self.remove_button.setEnabled(self.selected_id() is not None)

    def _fill(self, row: int, integral: Integral, area: float, number: float | None) -> None:
        has_hz = self._document is not None and self._document.has_hz
        texts = (
            fixed(integral.high_ppm, 3),
            fixed(integral.low_ppm, 3),
            significant(area, 4) if has_hz else UNKNOWN,
            UNKNOWN if number is None else fixed(number, 2),
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column == _AREA:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            font = item.font()
            font.setBold(column == _NUMBER and integral.set_to is not None)
            item.setFont(font)
            self.table.setItem(row, column, item)

    def _refusal(self, row: int, column: int, value: float) -> str:
        """Return why a number cannot stand in a cell; empty if it can."""
        if column == _NUMBER:
            return "" if value > 0 else f"{value:g} nuclei cannot be: type a number above 0."
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
        self._refresh()

    def _on_row_changed(self, row: int) -> None:
        integrals = self._integrals()
        self.remove_button.setEnabled(self.selected_id() is not None)
        if 0 <= row < len(integrals):
            self.show_ppm.emit(0.5 * (integrals[row].high_ppm + integrals[row].low_ppm))

    def _on_remove(self) -> None:
        chosen = self.selected_id()
        if self._document is not None and chosen is not None:
            self._document.edit.remove_integral(chosen)
