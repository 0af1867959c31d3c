"""The peak table as it is seen, and its keys: Delete, Space to confirm, copy."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from nmrquanv.gui.panels.peak_table_columns import COLUMNS
from nmrquanv.gui.panels.peak_table_model import PeakTableModel
from nmrquanv.gui.panels.peak_table_painting import MARGIN, RowPainter
from nmrquanv.gui.panels.still_bar import StillBar


class PeakTableView(QTableView):
    """The table itself; its keys win over shortcuts of the window while it has the focus."""

    delete_pressed = Signal()
    confirm_pressed = Signal()
    copy_pressed = Signal()
    columns_fitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = RowPainter(self)
        self.setAccessibleName("Peak table")
        self.setAccessibleDescription("One peak a row: Space confirms, Delete deletes")
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBar(StillBar(Qt.Orientation.Horizontal, self))
        self.setVerticalScrollBar(StillBar(Qt.Orientation.Vertical, self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(self.fontMetrics().horizontalAdvance("0000"))
        header.setResizeContentsPrecision(50)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are seen."""
        model = self.model()
        if isinstance(model, PeakTableModel):
            self._painter.paint(QPainter(self.viewport()), event.rect(), model)

    def updateGeometries(self) -> None:
        """Set the scroll bars; their room is dealt out anew only where one comes or goes.

        Qt does that whenever a list gets longer, and draws the whole table once more for it. Bars
        that are not at their beginning are left to Qt: where they stand may change, too.
        """
        bars = [
            bar
            for bar in (self.horizontalScrollBar(), self.verticalScrollBar())
            if bar.value() == bar.minimum()
        ]
        needed = [bar.maximum() > bar.minimum() for bar in bars]
        before = [bar.blockSignals(True) for bar in bars]
        super().updateGeometries()
        for bar, was_needed, was_blocked in zip(bars, needed, before, strict=True):
            bar.blockSignals(was_blocked)
            if (bar.maximum() > bar.minimum()) != was_needed:
                bar.rangeChanged.emit(bar.minimum(), bar.maximum())

    def fit_columns(self) -> None:
        """Make each column as wide as what it says, also when it is confirmed."""
        self.resizeColumnsToContents()
        bold, sample = QFont(self.font()), "00000.0000"
        bold.setBold(True)
        plain = self.fontMetrics().horizontalAdvance(sample)
        metrics = QFontMetricsF(bold)
        wider, check = metrics.horizontalAdvance(sample) / plain, metrics.horizontalAdvance(" ✓")
        for number, column in enumerate(COLUMNS[:-1]):
            more = MARGIN + (0.0 if column.is_number else check)
            self.setColumnWidth(number, math.ceil(wider * self.columnWidth(number) + more))
        # fitting the columns undoes the stretch of the last one; an empty one takes what is left
        self.horizontalHeader().setStretchLastSection(False)
        self.resizeColumnToContents(len(COLUMNS) - 1)
        self.horizontalHeader().setStretchLastSection(True)
        self.columns_fitted.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to letters of another size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            # later: the header has not got its letters yet
            QTimer.singleShot(0, self, self._fit_filled)

    def _fit_filled(self) -> None:
        header = self.horizontalHeader()
        header.setMinimumSectionSize(self.fontMetrics().horizontalAdvance("0000"))
        if isinstance(model := self.model(), PeakTableModel) and model.rowCount():
            self.fit_columns()

    def event(self, event: QEvent) -> bool:
        """Claim Del, Space and copy before a shortcut of the window takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            ours = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space)
            if event.key() in ours or event.matches(QKeySequence.StandardKey.Copy):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn keys into signals."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_pressed.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        elif event.key() == Qt.Key.Key_Space:
            self.confirm_pressed.emit()
        else:
            super().keyPressEvent(event)
