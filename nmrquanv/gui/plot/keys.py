"""Keys that belong to the plot alone: Space and Tab; and the nine saved views.

Everything else is a shortcut of the window (``gui/actions.py``). These two cannot be: Space pans
while it is held and presses buttons elsewhere, Tab must still move the focus outside of the plot.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from nmrquanv.gui.plot.view_box import SpectrumViewBox, View


def is_typing() -> bool:
    """Tell whether a text field has the keyboard."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit))


class KeyedPlot(QWidget):
    """What the spectrum view is made of: a view box, and the keys that act on it.

    Signals
    -------
    view_saved(int)
        Number of the view that was saved.
    """

    view_saved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view_box = SpectrumViewBox()
        self._saved_views: dict[int, View] = {}

    def select_next(self, step: int = 1) -> bool:
        """Select the next peak to the right (``-1``: left); False without peaks."""
        raise NotImplementedError

    def confirm_selected(self) -> None:
        """Confirm the selected peaks, or take it back."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Claim Space before a shortcut of the window takes it."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Let Tab walk along the peaks; without peaks it leaves the plot as anywhere."""
        return self.select_next(1 if is_next else -1) or super().focusNextPrevChild(is_next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold Space to pan."""
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.view_box.is_space_held, self.view_box.space_was_used = True, False
            self.view_box.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Confirm the selected peaks with a Space that did not pan."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            super().keyReleaseEvent(event)
            return
        self._let_space_go()
        if not self.view_box.space_was_used:
            self.confirm_selected()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a held Space: its release will go elsewhere."""
        super().focusOutEvent(event)
        self._let_space_go()

    def _let_space_go(self) -> None:
        if self.view_box.is_space_held:
            self.view_box.is_space_held = False
            tool = self.view_box.tool
            self.view_box.setCursor(Qt.CursorShape.ArrowCursor if tool is None else tool.cursor)

    def saved_view(self, number: int, *, is_new: bool = False) -> None:
        """Show a saved view; save the present one where there is none, or when asked."""
        if is_new or number not in self._saved_views:
            self._saved_views[number] = self.view_box.current_view()
            self.view_saved.emit(number)
        else:
            view = self._saved_views[number]
            self.view_box.show_view(view.x, view.y)
