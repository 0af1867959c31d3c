"""Editors of table cells: a text is judged when it is finished, as the number fields do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nmrquanv.errors import NumberError
from nmrquanv.gui.number_box import ENTER, tell_refusal
from nmrquanv.numbers import parse_number

TYPED = Qt.ItemDataRole.UserRole + 1
"""Of a cell that shows more than what is typed into it: the text that editing begins with."""


class CheckedDelegate(QStyledItemDelegate):
    """Editor of table cells: a refused text stays in its cell at Enter.

    Parameters
    ----------
    check : callable
        Takes row, column and text, and returns why it cannot stand there; empty if it can.
    parent : QObject
    """

    def __init__(self, check: Callable[[int, int, str], str], parent: QObject) -> None:
        super().__init__(parent)
        self._judge = check
        self._cell, self._start = QPersistentModelIndex(), ""

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Return a plain line: the text is judged when it is finished."""
        self._cell = QPersistentModelIndex(index)
        editor = QLineEdit(parent)
        editor.setFrame(False)
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Show the cell's text, and remember it: what was not changed is not judged."""
        super().setEditorData(editor, index)
        typed = index.data(TYPED)
        if typed is not None and isinstance(editor, QLineEdit):
            editor.setText(typed)
        self._start = str(index.data(Qt.ItemDataRole.EditRole) if typed is None else typed)

    def setModelData(
        self,
        editor: QWidget,
        model: QAbstractItemModel,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Take over what was typed; where nothing was, the cell stays as it is."""
        if not isinstance(editor, QLineEdit) or editor.text() != self._start:
            super().setModelData(editor, model, index)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Stop Enter and Tab over a refused text; say what leaving the cell drops."""
        if not isinstance(editor, QLineEdit) or editor.text() == self._start:
            return super().eventFilter(editor, event)
        key = event.key() if isinstance(event, QKeyEvent) else None
        is_key = event.type() == QEvent.Type.KeyPress
        is_end = is_key and key in (*ENTER, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if is_key and key == Qt.Key.Key_Escape:
            self._start = editor.text()
        if is_end or event.type() == QEvent.Type.FocusOut:
            refusal = self.refusal(editor.text())
            if refusal:
                tell_refusal(editor, refusal)
                if is_end:
                    return True
                self._start = editor.text()
                self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.RevertModelCache)
                return True
        return super().eventFilter(editor, event)

    def refusal(self, text: str) -> str:
        """Return why a text cannot stand in the cell that is edited; empty if it can."""
        return self._judge(self._cell.row(), self._cell.column(), text)


class NumberDelegate(CheckedDelegate):
    """Editor of table cells that hold numbers.

    Parameters
    ----------
    check : callable
        Takes row, column and number, and returns why it cannot stand there; empty if it can.
    parent : QObject
    """

    def __init__(self, check: Callable[[int, int, float], str], parent: QObject) -> None:
        def judge(row: int, column: int, text: str) -> str:
            try:
                return check(row, column, parse_number(text))
            except NumberError as error:
                return str(error)

        super().__init__(judge, parent)
