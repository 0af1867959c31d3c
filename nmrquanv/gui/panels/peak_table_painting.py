"""Draws the rows of the peak table that are seen.

Qt's own way asks the model seven times for each cell and lets the style sheet match its rules for
each: half of what an edit of a list may take. Here a cell is a text at a place.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import QTableView

from nmrquanv.gui.panels.peak_table_columns import COLUMNS, Row
from nmrquanv.gui.panels.peak_table_model import PeakTableModel
from nmrquanv.spectra.peaks import Peak

MARGIN = 4
"""Between a text and the edges of its cell, pixels."""


class Section(NamedTuple):
    """A column that is seen: its number, left edge and width in pixels."""

    column: int
    left: int
    width: int


def row_font(base: QFont, peak: Peak) -> QFont:
    """Return the font of a row: bold if a person confirmed the peak, slanted if no signal."""
    font = QFont(base)
    font.setBold(peak.is_confirmed)
    font.setItalic(peak.peak_class != "signal")
    return font


class RowPainter:
    """Paints the rows of one table."""

    def __init__(self, view: QTableView, model: PeakTableModel) -> None:
        self._view, self._model = view, model

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Draw the rows that an area of the viewport holds."""
        view, model = self._view, self._model
        first, last = view.rowAt(area.top()), view.rowAt(area.bottom())
        if first < 0:
            return
        if last < 0:
            last = model.rowCount() - 1
        sections = self._sections(area)
        selected = {index.row() for index in view.selectionModel().selectedRows()}
        for number in range(first, last + 1):
            self._paint_row(painter, number, sections, number in selected)
        self._paint_current(painter)

    def _sections(self, area: QRect) -> list[Section]:
        header, found = self._view.horizontalHeader(), []
        for column in range(len(COLUMNS)):
            left, width = self._view.columnViewportPosition(column), header.sectionSize(column)
            is_seen = left < area.right() and left + width > area.left()
            if is_seen and not header.isSectionHidden(column):
                found.append(Section(column, left, width))
        return found

    def _paint_row(
        self, painter: QPainter, number: int, sections: list[Section], is_selected: bool
    ) -> None:
        view, row = self._view, self._model.row_at(number)
        top, height = view.rowViewportPosition(number), view.rowHeight(number)
        palette, role = view.palette(), QPalette.ColorRole
        ground = role.Highlight if is_selected else role.AlternateBase
        if is_selected or number % 2:
            rect = QRect(0, top, view.viewport().width(), height)
            painter.fillRect(rect, palette.color(ground))
        ink = palette.color(role.HighlightedText if is_selected else role.Text)
        self._write(painter, row, sections, (top, height), ink)

    def _write(
        self,
        painter: QPainter,
        row: Row,
        sections: list[Section],
        place: tuple[int, int],
        ink: QColor,
    ) -> None:
        font = row_font(self._view.font(), row.peak)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(ink)
        top, height = place
        baseline = top + (height + metrics.ascent() - metrics.descent()) / 2
        for section in sections:
            column = COLUMNS[section.column]
            text, room = column.said(row), section.width - 2 * MARGIN
            wide = metrics.horizontalAdvance(text)
            if wide > room:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
                wide = metrics.horizontalAdvance(text)
            left = section.left + MARGIN + (room - wide if column.is_number else 0.0)
            painter.drawText(QPointF(left, baseline), text)

    def _paint_current(self, painter: QPainter) -> None:
        """Draw a frame around the cell that the keys are on, while the table has them."""
        view = self._view
        current = view.currentIndex()
        if current.isValid() and view.hasFocus():
            painter.setPen(view.palette().color(QPalette.ColorRole.Text))
            painter.drawRect(view.visualRect(current).adjusted(0, 0, -1, -1))
