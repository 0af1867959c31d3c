"""Keys that belong to the plot alone: Space, Tab, arrows and Enter; and the nine saved views.

Everything else is a shortcut of the window (``gui/actions.py``). These cannot be: Space pans while
it is held and presses buttons elsewhere, Tab must still move the focus outside of the plot, arrows
and Enter are a table's and a field's too.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from nmrquanv.gui.focus_ring import FRAMES_ITSELF
from nmrquanv.gui.plot.focus_frame import FocusFrame
from nmrquanv.gui.plot.peak_editing import PeakEditing
from nmrquanv.gui.plot.pointer import EXACTLY
from nmrquanv.gui.plot.tool_keys import ToolKeys
from nmrquanv.gui.plot.trace_cursor import TraceCursor
from nmrquanv.gui.plot.view_box import SpectrumViewBox, View

_ACCEPT = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_REJECT = {Qt.Key.Key_Delete}
_STEPS = {Qt.Key.Key_N: 1, Qt.Key.Key_P: -1}
_VERSIONS = {Qt.Key.Key_A: "A", Qt.Key.Key_B: "B"}
_OF_REVIEW = {*_ACCEPT, *_REJECT, *_STEPS, *_VERSIONS}
_ARROWS = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}
_SHIFTED = 10.0
_ZOOMS = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}
_ALONG = 0.25
"""Of the view that Ctrl with an arrow moves along."""
PLOT_KEYS: tuple[tuple[str, str], ...] = (
    ("Tab, Shift+Tab", "Next peak, peak before; without peaks as anywhere"),
    ("Space", "Confirm the selected peaks, or take it back; held: drag moves along"),
    ("←, →", "Nudge the selected peak, else move the cursor on the trace (Shift: tenfold)"),
    ("Enter", "Add a peak on the top at the cursor (Shift: exactly there); accept, in a review"),
    ("Enter, ← →, Enter", "With a tool that drags: take hold at the cursor, drag, let go"),
    ("+, -", "Zoom in and out at the cursor, the selected peak, or the middle"),
    ("Ctrl+←, Ctrl+→", "Move along at the same width"),
    ("Menu, Shift+F10", "Menu of what is at the cursor or of the selected peak"),
    ("Del", "Delete the selected peaks; reject, in a review"),
    ("N, P, A, B", "In a review: on, back, take what the first or the second network says"),
    ("1 … 9", "Show a saved view, or save it (Ctrl: save anew)"),
)
"""What the keys of this module do, for the help sheet."""
_ELSEWHERE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Review(Protocol):
    """A walk over doubtful lines that may be on."""

    @property
    def is_on(self) -> bool:
        """Whether a line is looked at."""

    def accept(self) -> None:
        """Agree with the line."""

    def reject(self) -> None:
        """Say that there is none."""

    def step(self, direction: int = 1) -> None:
        """Go to the next line, or to the one before."""

    def take_letter(self, letter: str) -> None:
        """Take the version of finder A or B."""


def is_typing() -> bool:
    """Tell whether a text field has the keyboard."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit))


def zoom_or_move(view_box: SpectrumViewBox, event: QKeyEvent, centre_ppm: float) -> bool:
    """Zoom at a place, or move along; False for other keys."""
    key, held = Qt.Key(event.key()), event.modifiers() & _ELSEWHERE
    if key in _ZOOMS and not held:
        view_box.zoom_x(_ZOOMS[key], centre_ppm)
        return True
    if key in _ARROWS and held == Qt.KeyboardModifier.ControlModifier:
        view_box.move_along(_ALONG * _ARROWS[key])
        return True
    return False


class PlotKeys(QObject):
    """Takes the keys of the plot's widget before anything else does.

    Tab walks along the peaks, without peaks it leaves the plot as anywhere; held Space pans, and
    a Space that did not pan confirms the selected peaks. Left and Right nudge the selected peak,
    else move the cursor on the trace, where Enter adds a peak; Shift goes ten times as far. With a
    tool that drags they are the tool's. Plus and minus zoom, Ctrl with arrows moves along. In a
    review Enter accepts a line and Delete rejects it, N and P go on and back, A and B take what
    the first or the second network says.
    """

    def __init__(
        self,
        view_box: SpectrumViewBox,
        editing: PeakEditing,
        cursor: TraceCursor,
        widget: QWidget,
    ) -> None:
        super().__init__(widget)
        self._view_box, self._editing, self._cursor = view_box, editing, cursor
        self._frame = FocusFrame(view_box)
        widget.setProperty(FRAMES_ITSELF, True)
        self.tool = ToolKeys(view_box, editing, cursor)
        self.review: Review | None = None
        widget.installEventFilter(self)

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        """Take a key, or leave it; the answer says which."""
        kind = event.type()
        if isinstance(event, QFocusEvent):
            self._frame.show_for(event.reason() if event.gotFocus() else None)
            if event.lostFocus():  # the release of a held Space will go elsewhere
                self._let_space_go()
        if isinstance(event, QContextMenuEvent):  # what the key Menu becomes
            return event.reason() == QContextMenuEvent.Reason.Keyboard and self._open_menu()
        if not isinstance(event, QKeyEvent):
            return False
        is_space = event.key() == Qt.Key.Key_Space
        if is_space and kind == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if is_space and kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if not event.isAutoRepeat():
                self._on_space(is_down=kind == QEvent.Type.KeyPress)
            return True
        if self._is_of_review(event):
            # they are shortcuts of the window too; in a review they are the review's
            event.accept()
            if kind == QEvent.Type.KeyPress:
                self._on_review(Qt.Key(event.key()))
            return True
        return kind == QEvent.Type.KeyPress and (
            self._on_tab(event)
            or self._on_arrow(event)
            or self._on_enter(event)
            or zoom_or_move(self._view_box, event, self.middle_ppm())
            or self._on_menu(event)
        )

    def _on_menu(self, event: QKeyEvent) -> bool:
        is_shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        return event.key() == Qt.Key.Key_F10 and is_shifted and self._open_menu()

    def _open_menu(self) -> bool:
        """Open the menu of the place where the keyboard is at work, once."""
        if QApplication.activePopupWidget() is not None:
            return True  # some systems send the key as well as what it means
        at = self._cursor.place_of(self.middle_ppm())
        plot = self._view_box.getViewWidget()
        inside = plot.mapFromScene(self._view_box.mapToScene(at))
        where = QPointF(plot.viewport().mapToGlobal(inside))
        self._view_box.menu_requested.emit(at, where)
        return True

    def middle_ppm(self) -> float:
        """Return where the keyboard is at work: at the cursor, the selected peak, the middle."""
        low, high = self._view_box.current_view().x
        peak = self._editing.selected_peak() if self._editing.is_active else None
        for at in (self._cursor.ppm, peak.ppm if peak is not None else None):
            if at is not None and low <= at <= high:
                return at
        return (low + high) / 2

    def _is_of_review(self, event: QKeyEvent) -> bool:
        is_plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        is_on = self.review is not None and self.review.is_on
        return is_on and is_plain and event.key() in _OF_REVIEW

    def _on_review(self, key: Qt.Key) -> None:
        assert self.review is not None
        if key in _STEPS:
            self.review.step(_STEPS[key])
        elif key in _VERSIONS:
            self.review.take_letter(_VERSIONS[key])
        elif key in _ACCEPT:
            self.review.accept()
        else:
            self.review.reject()

    def _on_arrow(self, event: QKeyEvent) -> bool:
        """Nudge the selected peak, else move the cursor; False for other keys."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & _ELSEWHERE or not self._editing.is_active:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= _SHIFTED
        if self.tool.are_wanted:
            self.tool.step(step)
        elif not self._editing.nudge(step):
            self._cursor.step(step)
        return True

    def _on_enter(self, event: QKeyEvent) -> bool:
        """Add a peak where the cursor is, with Shift exactly there; False without a cursor.

        With a tool that has the keys it is the tool's.
        """
        if event.key() in _ACCEPT and self.tool.are_wanted and self._editing.is_active:
            self.tool.enter(event.modifiers())
            return True
        at = self._cursor.place()
        if event.key() not in _ACCEPT or at is None or not self._editing.is_active:
            return False
        is_free = bool(event.modifiers() & EXACTLY)
        self._editing.add_peak_at(at, is_free=is_free)
        return True

    def _on_tab(self, event: QKeyEvent) -> bool:
        """Walk along the peaks with Tab; False for other keys, and without peaks."""
        is_tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if not is_tab or event.modifiers() & _ELSEWHERE:
            return False
        is_back = event.key() == Qt.Key.Key_Backtab
        is_back = is_back or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return self._editing.select_next(-1 if is_back else 1)

    def _on_space(self, *, is_down: bool) -> None:
        if is_down:
            self._view_box.is_space_held, self._view_box.space_was_used = True, False
            self._view_box.setCursor(Qt.CursorShape.OpenHandCursor)
            return
        self._let_space_go()
        if not self._view_box.space_was_used:
            self._editing.confirm_selected()

    def _let_space_go(self) -> None:
        if self._view_box.is_space_held:
            self._view_box.is_space_held = False
            tool = self._view_box.tool
            self._view_box.setCursor(Qt.CursorShape.ArrowCursor if tool is None else tool.cursor)


class SavedViews(QObject):
    """Nine views that the user keeps by their number.

    Signals
    -------
    saved(int)
        Number of the view that was saved.
    """

    saved = Signal(int)

    def __init__(self, view_box: SpectrumViewBox, parent: QObject) -> None:
        super().__init__(parent)
        self._view_box = view_box
        self._views: dict[int, View] = {}

    def take_keys(self, window: QWidget) -> None:
        """Let 1 to 9 show the views in a window, and Ctrl with them save the present one."""
        for number in range(1, 10):
            for keys, is_new in ((str(number), False), (f"Ctrl+{number}", True)):
                QShortcut(QKeySequence(keys), window).activated.connect(
                    lambda n=number, new=is_new: self.show_view(n, is_new=new)
                )

    def show_view(self, number: int, *, is_new: bool = False) -> None:
        """Show a saved view; save the present one where there is none, or when asked."""
        if is_new or number not in self._views:
            self._views[number] = self._view_box.current_view()
            self.saved.emit(number)
        else:
            view = self._views[number]
            self._view_box.show_view(view.x, view.y)
