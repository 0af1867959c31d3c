"""The traces of a stack as a table: visible or not, colour, value, scale, shift."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidgetItem, QWidget

from nmrquanv.gui.number_delegate import NumberDelegate
from nmrquanv.gui.panels.peak_table_columns import ppm_refusal
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.gui.plot.stack_layers import colour_of
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.numbers import fixed, parse_number, significant
from nmrquanv.session.stack import Stack, StackTrace

_NAME, _VALUE, _SCALE, _SHIFT = range(4)
_HEADS = ("Spectrum", "Value", "Scale", "Shift ppm")
_TIPS = (
    "The tick shows or hides it",
    "What it is plotted against: a delay, a time, a concentration",
    "It is drawn, and counted in sums, so many times as tall; negative turns it over",
    "By how much its axis is moved",
)
_SWATCH = 12


class StackTable(PlainTable):
    """Rows from the highest trace to the lowest, as they are drawn.

    Signals
    -------
    edited(str, Stack)
        A person changed something, in the words of an undo step; the page hands it on.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(len(_HEADS), "Traces of the stack", parent)
        self._stack = Stack()
        self.setHorizontalHeaderLabels(list(_HEADS))
        for column, tip in enumerate(_TIPS):
            if (head := self.horizontalHeaderItem(column)) is not None:
                head.setToolTip(tip)
        self.setTextElideMode(Qt.TextElideMode.ElideLeft)  # names begin alike, and end otherwise
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.setToolTip("Drag rows, or Alt+Up, Alt+Down: another order")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setItemDelegate(NumberDelegate(self._refusal, self))
        self.cellChanged.connect(self._on_cell_changed)

    def show_stack(self, stack: Stack) -> None:
        """Show the traces; what is selected stays so."""
        chosen, self._stack = set(self.selected_ids()), stack
        with QSignalBlocker(self), QSignalBlocker(self.selectionModel()):
            self.setRowCount(len(stack.traces))
            for row, trace in enumerate(self._rows()):
                self._fill(row, trace)
            self.clearSelection()
            self._select_rows(chosen)

    def whole_width(self) -> int:
        """Return how wide the table is with names and numbers that are whole."""
        header, frame = self.horizontalHeader(), 2 * self.frameWidth()
        columns = range(len(_HEADS))
        needed = (max(header.sectionSizeHint(c), self.sizeHintForColumn(c)) for c in columns)
        return sum(needed) + frame + self.verticalScrollBar().sizeHint().width()

    def selected_ids(self) -> tuple[str, ...]:
        """Return the selected traces, from the top."""
        rows = self._rows()
        return tuple(rows[row].id for row in self.rows_chosen() if row < len(rows))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selected traces up or down in the stack."""
        steps, ids = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}, self.selected_ids()
        step = steps.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier or not ids:
            super().keyPressEvent(event)
            return
        self._move(self._stack.moved(ids, step))
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Move the rows that are dragged to the place where they are dropped."""
        at = event.position().toPoint()
        target, ids = self.indexAt(at).row(), self.selected_ids()
        rows = self._rows()
        target = len(rows) if target < 0 else target
        if (
            target < len(rows)
            and at.y() > self.visualRect(self.model().index(target, 0)).center().y()
        ):
            target += 1
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the rows are filled anew
        event.accept()
        below = sum(trace.id not in ids for trace in rows[target:])
        self._move(self._stack.placed(ids, below))

    def _move(self, stack: Stack) -> None:
        if stack != self._stack:
            self.edited.emit("Move Trace", stack)

    def choose(self, trace_id: str) -> None:
        """Select one trace."""
        self.clearSelection()
        self._select_rows({trace_id})

    def _select_rows(self, ids: set[str]) -> None:
        for row, trace in enumerate(self._rows()):
            for column in range(len(_HEADS) if trace.id in ids else 0):
                if (item := self.item(row, column)) is not None:
                    item.setSelected(True)

    def _rows(self) -> tuple[StackTrace, ...]:
        return self._stack.traces[::-1]

    def _fill(self, row: int, trace: StackTrace) -> None:
        number = len(self._stack.traces) - 1 - row
        name = QTableWidgetItem(trace.name)
        flags = name.flags() | Qt.ItemFlag.ItemIsUserCheckable
        name.setFlags(flags & ~Qt.ItemFlag.ItemIsEditable)
        shown = Qt.CheckState.Checked if trace.is_visible else Qt.CheckState.Unchecked
        name.setCheckState(shown)
        swatch = QPixmap(scaled(_SWATCH), scaled(_SWATCH))
        swatch.fill(QColor(colour_of(trace, number)))
        name.setIcon(QIcon(swatch))
        name.setToolTip(f"{trace.name}  {trace.label}".strip())
        self.setItem(row, _NAME, name)
        texts = {
            _VALUE: "" if trace.value is None else f"{trace.value:.6g}",
            _SCALE: significant(trace.scale, 4),
            _SHIFT: fixed(trace.shift_ppm, 4),
        }
        for column, text in texts.items():
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)

    def _refusal(self, _row: int, column: int, value: float) -> str:
        """Return why a number cannot stand in a cell; empty if it can."""
        if column == _SCALE and value == 0:
            return "A trace 0 times as tall is not there: take its tick away instead."
        return ppm_refusal(value) if column == _SHIFT else ""

    def _on_cell_changed(self, row: int, column: int) -> None:
        """Take over a tick or a number; the delegate has refused what cannot be."""
        rows, item = self._rows(), self.item(row, column)
        if item is None or not 0 <= row < len(rows):
            return
        trace, stack = rows[row], self._stack
        if column == _NAME:
            shown = item.checkState() == Qt.CheckState.Checked
            text = f"{'Show' if shown else 'Hide'} Trace"
            self.edited.emit(text, stack.changed(trace.id, lambda t: replace(t, is_visible=shown)))
            return
        number = parse_number(item.text())
        text, change = {
            _VALUE: ("Change Value", lambda t: replace(t, value=number)),
            _SCALE: ("Change Scale", lambda t: replace(t, scale=number)),
            _SHIFT: ("Change Shift", lambda t: replace(t, shift_ppm=number)),
        }[column]
        self.edited.emit(text, stack.changed(trace.id, change))
