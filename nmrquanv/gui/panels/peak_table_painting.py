"""Draws the rows of the peak table that are seen.

Qt's own way asks the model seven times for each cell and lets the style sheet match its rules for
each: half of what an edit of a list may take. Here a cell is a text at a place.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QTableView

from nmrquanv.gui.panels.peak_table_columns import COLUMNS, Row
from nmrquanv.gui.panels.peak_table_model import PeakTableModel
from nmrquanv.spectra.peaks import Peak

MARGIN = 4
"""Between a text and the edges of its cell, pixels."""

_MOST_PICTURES = 256


class Section(NamedTuple):
    """A column that is seen: its number, left edge and width in pixels."""

    column: int
    left: int
    width: int


class DrawnRow(NamedTuple):
    """A row as it is drawn: every second one (``parity`` 1) on another ground."""

    row: Row
    height: int
    parity: int
    is_selected: bool


def row_font(base: QFont, peak: Peak) -> QFont:
    """Return the font of a row: bold if a person confirmed the peak, slanted if no signal."""
    font = QFont(base)
    font.setBold(peak.is_confirmed)
    font.setItalic(peak.peak_class != "signal")
    return font


class RowPainter:
    """Paints the rows of one table.

    A row is a picture that is put in its place: an edit changes one of them, and may move others.
    """

    def __init__(self, view: QTableView) -> None:
        self._view = view
        self._look: tuple[object, ...] = ()
        self._pictures: dict[DrawnRow, QPixmap] = {}

    def paint(self, painter: QPainter, area: QRect, model: PeakTableModel) -> None:
        """Draw the rows that an area of the viewport holds."""
        view = self._view
        first, last = view.rowAt(area.top()), view.rowAt(area.bottom())
        if first < 0:
            return
        if last < 0:
            last = model.rowCount() - 1
        sections = self._sections()
        self._forget_older(sections)
        selected = {index.row() for index in view.selectionModel().selectedRows()}
        for number in range(first, last + 1):
            drawn = DrawnRow(
                model.row_at(number), view.rowHeight(number), number % 2, number in selected
            )
            top = view.rowViewportPosition(number)
            if view.devicePixelRatioF() % 1:  # between whole pixels a picture would be blurred
                painter.translate(0, top)
                self._draw(painter, drawn, sections)
                painter.translate(0, -top)
            else:
                painter.drawPixmap(0, top, self._picture(drawn, sections))
        self._paint_current(painter)

    def _sections(self) -> list[Section]:
        """Return the columns of which the viewport shows anything."""
        header, found, room = self._view.horizontalHeader(), [], self._view.viewport().width()
        for column in range(len(COLUMNS)):
            left, width = self._view.columnViewportPosition(column), header.sectionSize(column)
            is_seen = left < room and left + width > 0
            if is_seen and not header.isSectionHidden(column):
                found.append(Section(column, left, width))
        return found

    def _forget_older(self, sections: list[Section]) -> None:
        """Forget all pictures where rows look otherwise now, or there are many."""
        view = self._view
        look = (
            view.font(), view.palette().cacheKey(), view.palette().currentColorGroup(),
            view.devicePixelRatioF(), view.viewport().width(), *sections,
        )  # fmt: skip
        if look != self._look or len(self._pictures) > _MOST_PICTURES:
            self._look, self._pictures = look, {}

    def _picture(self, drawn: DrawnRow, sections: list[Section]) -> QPixmap:
        """Return a row on its ground, without which its letters would be less sharp."""
        picture = self._pictures.get(drawn)
        if picture is None:
            ratio = self._view.devicePixelRatioF()
            picture = QPixmap(QSize(self._view.viewport().width(), drawn.height) * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(self._view.palette().color(QPalette.ColorRole.Base))
            painter = QPainter(picture)
            self._draw(painter, drawn, sections)
            painter.end()
            self._pictures[drawn] = picture
        return picture

    def _draw(self, painter: QPainter, drawn: DrawnRow, sections: list[Section]) -> None:
        """Draw a row whose top is at 0."""
        palette, role = self._view.palette(), QPalette.ColorRole
        ground = role.AlternateBase if drawn.parity else role.Base
        ground, ink = (
            (role.Highlight, role.HighlightedText) if drawn.is_selected else (ground, role.Text)
        )
        rect = QRect(0, 0, self._view.viewport().width(), drawn.height)
        painter.fillRect(rect, palette.color(ground))
        font = row_font(self._view.font(), drawn.row.peak)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(palette.color(ink))
        baseline = (drawn.height + metrics.ascent() - metrics.descent()) / 2
        for section in sections:
            column = COLUMNS[section.column]
            text, room = column.said(drawn.row), section.width - 2 * MARGIN
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
