"""Ctrl+K: type some letters of a command, see its keys, run it with Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.plain_table import dress
from nmrquanv.gui.shell.palette_entries import PaletteEntry, matching
from nmrquanv.gui.shell.scale import open_at

_WIDTH, _HEIGHT = 620, 420
_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_ENTRY = Qt.ItemDataRole.UserRole


class Palette(Dialog):
    """A field, and under it the commands in which the typed letters stand.

    Parameters
    ----------
    entries : sequence of PaletteEntry
    parent : QWidget

    Signals
    -------
    ran(QAction)
        A command is about to be run.
    """

    ran = Signal(object)

    def __init__(self, entries: Sequence[PaletteEntry], parent: QWidget) -> None:
        super().__init__("Find a command", parent)
        self._entries = entries
        self._model = QStandardItemModel(0, 2, self)
        self.field, self.list, self.told = QLineEdit(self), QTableView(self), QLabel(self)
        self._build()
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.activated.connect(lambda _: self._run())
        self.list.clicked.connect(lambda _: self._run())
        self.list.selectionModel().currentRowChanged.connect(lambda *_: self._tell())
        self._show("")

    def _build(self) -> None:
        self.field.setPlaceholderText("Type some letters of a command")
        self.field.setAccessibleName("Command to look for")
        self.field.setClearButtonEnabled(True)
        view = self.list
        view.setModel(self._model)
        dress(view, "Commands", room=8)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.horizontalHeader().hide()
        view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        view.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(2 * self.fontMetrics().height())
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        in_column(self.field, view, self.told, on=self)
        open_at(self, _WIDTH, _HEIGHT)

    def eventFilter(self, _field: QObject, event: QEvent) -> bool:
        """Let arrows of the field move in the list, and Enter run what is chosen there."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
            return True
        if event.key() in _KEYS:
            self.list.event(event)
            return True
        return False

    def _show(self, typed: str) -> None:
        """List what fits, the best first and chosen."""
        self._model.removeRows(0, self._model.rowCount())
        self.list.clearSpans()
        muted = QColor(theme.current().muted)
        for entry in matching(self._entries, typed):
            where = f"{entry.menu} > " if entry.menu else ""
            cells = QStandardItem(f"{where}{entry.title}"), QStandardItem(entry.why or entry.keys)
            cells[0].setData(entry, _ENTRY)
            spoken = (where + entry.title, entry.keys, entry.why and f"not now: {entry.why}")
            cells[0].setAccessibleText(", ".join(filter(None, spoken)))
            for cell in cells:
                if entry.why:
                    cell.setForeground(muted)
            cells[1].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._model.appendRow(list(cells))
            if not cells[1].text():  # a long name takes the room of keys that there are not
                self.list.setSpan(self._model.rowCount() - 1, 0, 1, 2)
        if self._model.rowCount():
            self.list.selectRow(0)
        self._tell()

    def chosen(self) -> PaletteEntry | None:
        """Return the command that Enter would run."""
        index = self.list.currentIndex()
        return index.siblingAtColumn(0).data(_ENTRY) if index.isValid() else None

    def _tell(self) -> None:
        entry = self.chosen()
        if entry is None:
            self.told.setText("" if self._model.rowCount() else "No command has these letters.")
        else:
            tip = entry.tip or entry.title
            self.told.setText(f"Not now: {entry.why}. {tip}" if entry.why else tip)

    def _run(self) -> None:
        """Close and run the chosen command; say why where it cannot be used."""
        entry = self.chosen()
        if entry is None:
            return
        if entry.why:
            self._tell()
            return
        action = entry.action
        self.close()
        self.ran.emit(action)
        # once the palette has gone and the window has the keys again
        QTimer.singleShot(0, action, action.trigger)
