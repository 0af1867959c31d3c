"""The steps of a recipe as a list: ticked on and off, moved with mouse or keys, removed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from nmrquanv.gui.panels.step_words import told
from nmrquanv.spectra.recipe import FourierTransform, GroupDelay, Recipe, Step
from nmrquanv.spectra.steps import TITLES, is_on

FIXED: tuple[type[Step], ...] = (GroupDelay, FourierTransform)
"""Steps that cannot be removed: what a recipe for a FID cannot do without."""

_ROWS_SHOWN = 11


class StepList(QListWidget):
    """One row for each step, first to last.

    Space ticks, Alt+Up and Alt+Down move, Del removes the current one; a drag moves as well. The
    list only asks: it shows what the document's recipe is.

    Signals
    -------
    switched(type of Step, bool)
    moved(type of Step, int)
        To this place, counted from 0.
    removed(type of Step)
    chosen(type of Step or None)
        Another row is the current one.
    """

    switched = Signal(object, bool)
    moved = Signal(object, int)
    removed = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: tuple[type[Step], ...] = ()
        self.setAccessibleName("Processing steps")
        self.setToolTip("Tick: on or off. Drag or Alt+Up, Alt+Down: another order. Del: remove.")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemChanged.connect(self._on_item_changed)
        self.currentRowChanged.connect(lambda _: self.chosen.emit(self.kind()))

    def kind(self) -> type[Step] | None:
        """Return the kind of the current step."""
        row = self.currentRow()
        return self._kinds[row] if 0 <= row < len(self._kinds) else None

    def choose(self, kind: type[Step]) -> None:
        """Make a step the current one."""
        if kind in self._kinds:
            self.setCurrentRow(self._kinds.index(kind))

    def show_recipe(self, recipe: Recipe) -> None:
        """Show the steps of a recipe; the current one stays current."""
        before, kinds = self.kind(), tuple(type(step) for step in recipe.steps)
        with QSignalBlocker(self):
            if kinds != self._kinds:
                self._kinds = kinds
                self.clear()
                for _ in kinds:
                    self.addItem(QListWidgetItem())
                self._fit()
            for row, step in enumerate(recipe.steps):
                self._fill(self.item(row), step)
            if before in kinds:
                self.setCurrentRow(kinds.index(before))
        if self.kind() is not before:
            self.chosen.emit(self.kind())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._fit)  # rows have the letters by then

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the current step, or remove it."""
        kind, row = self.kind(), self.currentRow()
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if kind is not None and is_alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(kind, row + (-1 if event.key() == Qt.Key.Key_Up else 1))
        elif kind is not None and event.key() == Qt.Key.Key_Delete:
            if kind not in FIXED:
                self.removed.emit(kind)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the place on which a row was dropped."""
        kind, row = self.kind(), self.currentRow()
        at = event.position().toPoint()
        target = self.indexAt(at).row()
        if target < 0:
            target = len(self._kinds)
        elif at.y() > self.visualItemRect(self.item(target)).center().y():
            target += 1
        place = target - 1 if target > row else target
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if kind is not None and place != row:
            self.moved.emit(kind, place)

    def _fill(self, item: QListWidgetItem, step: Step) -> None:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if not isinstance(step, FourierTransform):
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled
            state = Qt.CheckState.Checked if is_on(step) else Qt.CheckState.Unchecked
            item.setCheckState(state)
        item.setFlags(flags)
        said = told(step)
        text = TITLES[type(step)] + (f": {said}" if said else "")
        item.setText(text)
        item.setToolTip(text)
        state_words = "" if is_on(step) else ", off"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text + state_words)

    def _fit(self) -> None:
        rows = min(max(len(self._kinds), 3), _ROWS_SHOWN)
        self.setFixedHeight(rows * max(self.sizeHintForRow(0), 12) + 2 * self.frameWidth() + 2)

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        row = self.row(item)
        if 0 <= row < len(self._kinds):
            self.switched.emit(self._kinds[row], item.checkState() == Qt.CheckState.Checked)
