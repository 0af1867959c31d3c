"""A ring around whatever has the keyboard, the same in every window.

Fusion tells the widget with the keyboard by a darker edge or a thin line inside, which is hardly
seen; the ring is Qt's own frame for that (``QFocusFrame``), over all that stands beside the widget.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from shiboken6 import Shiboken

FRAMES_ITSELF = "frames_itself"
"""A widget with this property shows that it has the keyboard."""


class _AboveAll(QProxyStyle):
    """Fusion, but that the ring lies over its widget's neighbours and parents."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: QStyleHintReturn | None = None,
    ) -> int:
        """Say that it lies above."""
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, data)


class FocusRing(QObject):
    """Puts the ring where the keyboard goes, but for a click of the mouse."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._style = _AboveAll("fusion")
        self._style.setParent(self)
        self._ring = self._make()
        app.focusChanged.connect(self._on_focus_changed)

    def _make(self) -> QFocusFrame:
        ring = QFocusFrame()
        ring.setStyle(self._style)
        return ring

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not Shiboken.isValid(self._ring):  # it has died with the window that it was in
            self._ring = self._make()
        is_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        wanted = now if now is not None and not is_mouse and _is_ringed(now) else None
        self._ring.setWidget(wanted)  # type: ignore[arg-type]  # Qt takes none, its stub does not


def _is_ringed(widget: QWidget) -> bool:
    """Tell whether nothing else shows that a widget has the keyboard, as in menus."""
    is_menu = widget.window().windowType() == Qt.WindowType.Popup
    return not is_menu and not widget.property(FRAMES_ITSELF)
