"""A small table of texts: Del, copy and select all are its own while it has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QTableWidget, QWidget

_ROOM = 6


def dress(view: QTableView, name: str, room: int = _ROOM) -> None:
    """Give a table of texts its looks and manners: rows are chosen whole, Tab leaves it.

    Parameters
    ----------
    view : QTableView
    name : str
        For screen readers.
    room : int, pixels
        Of a row, beyond its letters.
    """
    view.setAccessibleName(name)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + room)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    view.horizontalHeader().setDefaultAlignment(left)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)


class PlainTable(QTableWidget):
    """Rows of texts that are chosen whole.

    Signals
    -------
    delete_pressed()
    copied()
        The table is on the clipboard.
    """

    delete_pressed = Signal()
    copied = Signal()

    def __init__(self, columns: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, columns, parent)
        dress(self, name)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        self._mode = QHeaderView.ResizeMode.Stretch
        header.setSectionResizeMode(self._mode)
        header.setHighlightSections(False)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit_columns)
        model = self.model()
        for signal in (model.dataChanged, model.rowsInserted, model.headerDataChanged):
            signal.connect(lambda *_: self._fitting.start())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._fitting.start()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_fitting"):
            self._fitting.start()

    def _fit_columns(self) -> None:
        """Let columns share the width evenly while all are whole so; else as each needs.

        Columns that their owner treats in another way stay as they are.
        """
        self._align_heads()
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        columns = [c for c in range(self.columnCount()) if not self.isColumnHidden(c)]
        if not columns or {header.sectionResizeMode(c) for c in columns} != {self._mode}:
            return
        needed = [max(header.sectionSizeHint(c), self.sizeHintForColumn(c)) for c in columns]
        room = self.viewport().width()
        is_even = max(needed) * len(columns) <= room
        mode = modes.Stretch if is_even else modes.ResizeToContents
        # rows reach the edge; with less room it would cut the last one
        header.setStretchLastSection(not is_even and sum(needed) <= room)
        if mode != self._mode:
            self._mode = mode
            header.setSectionResizeMode(mode)

    def _align_heads(self) -> None:
        """Let the head of a column stand as what is below it does: numbers on the right."""
        usual = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(self.columnCount()):
            head, first = self.horizontalHeaderItem(column), self.item(0, column)
            side = (first.textAlignment() if first is not None else 0) or usual
            if head is not None and int(head.textAlignment()) != int(side):
                head.setTextAlignment(Qt.AlignmentFlag(int(side)))

    def rows_chosen(self) -> tuple[int, ...]:
        """Return the selected rows from top to bottom."""
        return tuple(sorted(index.row() for index in self.selectionModel().selectedRows()))

    def as_tsv(self) -> str:
        """Return the table as tab-separated text with a header; of several selected rows these."""
        chosen = self.rows_chosen()
        rows = chosen if len(chosen) > 1 else range(self.rowCount())
        columns = [c for c in range(self.columnCount()) if not self.isColumnHidden(c)]
        heads = [self.horizontalHeaderItem(c) for c in columns]
        lines = ["\t".join("" if head is None else head.text() for head in heads)]
        for row in rows:
            cells = [self.item(row, c) for c in columns]
            texts = ("" if cell is None else " ".join(cell.text().split()) for cell in cells)
            lines.append("\t".join(texts))
        return "\n".join(lines) + "\n"

    def copy(self) -> None:
        """Put the table on the clipboard."""
        QGuiApplication.clipboard().setText(self.as_tsv())
        self.copied.emit()

    def event(self, event: QEvent) -> bool:
        """Claim Del, copy and select all before a shortcut of the window takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            is_own = event.matches(keys.Copy) or event.matches(keys.SelectAll)
            if is_own or event.key() == Qt.Key.Key_Delete:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn keys into what they mean here."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)
