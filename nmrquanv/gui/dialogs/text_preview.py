"""What a form makes of a text: its first lines as a table, and the trace as a small curve."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.io.text_guess import TextPreview
from nmrquanv.text_words import ROLES

ROLE_NAMES = {"x": "x (shift)", "real": "real", "imaginary": "imaginary", "ignore": "ignore"}
_MARGIN = 6.0
_MOST_COLUMNS = 24


class ColumnTable(QTableWidget):
    """The first lines of a text; over each column a box says what it is.

    Signals
    -------
    roles_changed()
        The user chose another role for a column.
    """

    roles_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("First lines of the file")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.setWordWrap(False)
        self.boxes: list[QComboBox] = []

    def roles(self) -> tuple[str, ...]:
        """Return the role of each column."""
        return tuple(str(box.currentData()) for box in self.boxes)

    def show_preview(self, shown: TextPreview) -> None:
        """Show lines above the numbers, then rows of numbers under the boxes of their roles."""
        count = min(_MOST_COLUMNS, max((len(row) for row in shown.rows), default=0))
        self._make_boxes(count)
        self._choose(shown.form.columns or ())
        head = len(shown.head)
        self.clearSpans()
        self.setRowCount(1 + head + len(shown.rows))
        muted = QBrush(QColor(theme.current().muted))
        for number, line in enumerate(shown.head, 1):
            self._put(number, 0, line, muted)
            for column in range(1, count):
                self._put(number, column, "", muted)
            if count > 1:
                self.setSpan(number, 0, 1, count)
        for number, cells in enumerate(shown.rows, 1 + head):
            for column in range(count):
                self._put(number, column, cells[column] if column < len(cells) else "", None)

    def _put(self, row: int, column: int, text: str, brush: QBrush | None) -> None:
        item = QTableWidgetItem(text)
        if brush is not None:
            item.setForeground(brush)
        elif column:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setItem(row, column, item)

    def _make_boxes(self, count: int) -> None:
        """Have one box over each column; those that there are stay, as the user may hold one."""
        if count == len(self.boxes):
            return
        self.setRowCount(max(1, self.rowCount()))
        self.setColumnCount(count)
        self.boxes = self.boxes[:count]
        for column in range(len(self.boxes), count):
            box = QComboBox(self)
            for role in ROLES:
                box.addItem(ROLE_NAMES[role], role)
            box.setCurrentIndex(ROLES.index("ignore"))
            box.setAccessibleName(f"What column {column + 1} is")
            box.activated.connect(lambda _index, chosen=column: self._on_chosen(chosen))
            self.boxes.append(box)
            self.setCellWidget(0, column, box)
            self.setColumnWidth(column, 130)
        self.setRowHeight(0, self.boxes[0].sizeHint().height() + 4 if self.boxes else 24)

    def _choose(self, columns: tuple[str, ...]) -> None:
        for number, box in enumerate(self.boxes):
            role = columns[number] if number < len(columns) else "ignore"
            box.setCurrentIndex(ROLES.index(role))

    def _on_chosen(self, column: int) -> None:
        """Let a role move: another column that had it is ignored now."""
        role = self.boxes[column].currentData()
        for number, box in enumerate(self.boxes):
            if number != column and role != "ignore" and box.currentData() == role:
                box.setCurrentIndex(ROLES.index("ignore"))
        self.roles_changed.emit()


class SmallTrace(QWidget):
    """A curve without axes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The spectrum as it would be read")
        self.setMinimumHeight(110)
        self._curve: tuple[tuple[float, float], ...] = ()

    def sizeHint(self) -> QSize:
        """Return a size that shows lines."""
        return QSize(400, 140)

    def show_curve(self, curve: tuple[tuple[float, float], ...]) -> None:
        """Show points of which both coordinates run from 0 to 1; none empties it."""
        self._curve = curve
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and the curve."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line)))
        painter.setBrush(QColor(colours.plot))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if not self._curve:
            return
        width, height = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        points = [
            QPointF(_MARGIN + x * width, _MARGIN + (1.0 - y) * height) for x, y in self._curve
        ]
        painter.setPen(QPen(QColor(colours.trace), 1.0))
        painter.drawPolyline(QPolygonF(points))
