"""The keys of every command in a table, and a field to give other ones."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.plain_table import dress
from nmrquanv.gui.shell.own_keys import KeyBindings, shown
from nmrquanv.gui.shell.scale import open_at

_COLUMNS = ("Command", "Keys", "Usual")
_NAME = Qt.ItemDataRole.UserRole
_SIZE = 620, 560


class Shortcuts(Dialog):
    """Changes keys at once; nothing is lost, for the usual ones can be had back.

    Parameters
    ----------
    bindings : KeyBindings
    parent : QWidget
    """

    def __init__(self, bindings: KeyBindings, parent: QWidget) -> None:
        super().__init__("Shortcuts", parent)
        self._bindings = bindings
        self._model = QStandardItemModel(0, len(_COLUMNS), self)
        self.filter, self.table = QLineEdit(self), QTableView(self)
        self.keys, self.told = QKeySequenceEdit(self), QLabel(self)
        self.assign_button = QPushButton("&Assign", self)
        self.remove_button = QPushButton("&Remove", self)
        self.reset_button = QPushButton("&Usual Keys", self)
        self.reset_all_button = QPushButton("A&ll as Usual", self)
        self.add_buttons()
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self._model.setHorizontalHeaderLabels(_COLUMNS)
        self.filter.setPlaceholderText("Show commands with these letters, or these keys")
        self.filter.setAccessibleName("Commands to show")
        self.filter.setClearButtonEnabled(True)
        table = self.table
        table.setModel(self._model)
        dress(table, "Commands and their keys")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.keys.setAccessibleName("New keys")
        for field in self.keys.findChildren(QLineEdit):
            field.setAccessibleName("New keys")
        self.keys.setMaximumSequenceLength(1)
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(2 * self.fontMetrics().height())
        label = QLabel("&New keys", self)
        label.setBuddy(self.keys)
        row, usual = QHBoxLayout(), QHBoxLayout()
        for part in (label, self.keys, self.assign_button, self.remove_button):
            row.addWidget(part)
        usual.addWidget(self.reset_button)
        usual.addWidget(self.reset_all_button)
        usual.addStretch(1)
        usual.addWidget(self.buttons)
        in_column(self.filter, (table, 1), row, self.told, usual, on=self)
        open_at(self, *_SIZE)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._show)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._refresh())
        self.keys.keySequenceChanged.connect(self._refresh)
        self.assign_button.clicked.connect(self._assign)
        self.remove_button.clicked.connect(lambda: self._bindings.remove(self.name()))
        self.reset_button.clicked.connect(lambda: self._bindings.reset(self.name()))
        self.reset_all_button.clicked.connect(self._bindings.reset_all)
        self._bindings.changed.connect(self._show)

    def name(self) -> str:
        """Return the id of the chosen command; empty if none is chosen."""
        index = self.table.currentIndex()
        return index.siblingAtColumn(0).data(_NAME) if index.isValid() else ""

    def choose(self, name: str) -> None:
        """Choose the row of a command, if it is shown."""
        for row in range(self._model.rowCount()):
            if self._model.item(row).data(_NAME) == name:
                self.table.selectRow(row)

    def _show(self) -> None:
        """List the commands that fit the filter, and keep the chosen one."""
        before, bindings = self.name(), self._bindings
        typed = self.filter.text().strip().lower()
        self._model.removeRows(0, self._model.rowCount())
        for name in bindings.names():
            texts = bindings.title(name), shown(bindings.keys(name)), shown(bindings.usual(name))
            if typed not in texts[0].lower() and typed != texts[1].lower():
                continue
            cells = [QStandardItem(text) for text in texts]
            cells[0].setData(name, _NAME)
            font = self.font()
            font.setBold(texts[1] != texts[2])
            cells[1].setFont(font)
            self._model.appendRow(cells)
        self.table.resizeColumnToContents(1)
        self.table.resizeColumnToContents(2)
        self.choose(before)
        self._refresh()

    def _refresh(self) -> None:
        """Say what Assign would do, and offer what is possible."""
        name, typed = self.name(), self._typed()
        refusal = self._bindings.refusal(typed)
        self.assign_button.setEnabled(bool(name and typed) and not refusal)
        self.remove_button.setEnabled(bool(name) and bool(self._bindings.keys(name)))
        is_own = bool(name) and self._bindings.keys(name) != self._bindings.usual(name)
        self.reset_button.setEnabled(is_own)
        self.told.setText(refusal or self._conflict(name, typed))

    def _conflict(self, name: str, typed: str) -> str:
        owner = self._bindings.owner(typed) if typed else ""
        if not name:
            return "Choose a command, then press the keys that it shall have."
        if owner and owner != name:
            title = self._bindings.title(owner)
            return f"{shown([typed])} belongs to '{title}' now: Assign takes it from there."
        return ""

    def _typed(self) -> str:
        sequence = self.keys.keySequence()
        return sequence.toString(QKeySequence.SequenceFormat.PortableText)

    def _assign(self) -> None:
        self._bindings.assign(self.name(), self._typed())
        self.keys.clear()
