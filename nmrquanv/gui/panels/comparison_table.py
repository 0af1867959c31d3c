"""One table of the comparison: pairs, or peaks without a partner; a row shows its peak."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from nmrquanv.gui.panels.comparison_model import ComparisonModel


class ComparisonTable(QTableView):
    """A table of texts.

    Signals
    -------
    show_ppm(float)
        A person chose a row: show its chemical shift.
    """

    show_ppm = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ComparisonModel(self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(50)
        self.setMinimumHeight(90)
        self.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.clicked.connect(self._on_row_chosen)

    def _on_row_chosen(self, index: QModelIndex, *_: object) -> None:
        if index.isValid():
            self.show_ppm.emit(self.rows.ppm_at(index.row()))
