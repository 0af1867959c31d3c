"""Mouse and keys as the system sends them: to windows, through everything that Qt does with them.

Each event may make its window go away, so the next one of the same click or key stroke is sent
only while there is a window: Qt's own ``QTest`` would send it to what is no longer there.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def click(
    widget: QWidget,
    at: QPoint,
    button: Qt.MouseButton = LEFT,
    held: Qt.KeyboardModifier = PLAIN,
) -> None:
    """Press and release the mouse."""
    drag(widget, at, button, held, by=QPoint())


def drag(
    widget: QWidget,
    start: QPoint,
    button: Qt.MouseButton,
    held: Qt.KeyboardModifier,
    *,
    by: QPoint,
) -> None:
    """Press, move unless it is a click, release."""
    window, first = _in_window(widget, start)
    inside = window.size() - QSize(1, 1)
    last = QPoint(
        min(max(0, first.x() + by.x()), inside.width()),
        min(max(0, first.y() + by.y()), inside.height()),
    )
    steps = range(1, 5) if not by.isNull() else ()
    places = [first + (last - first) * step / 4 for step in steps]
    _send(
        window,
        lambda: QTest.mouseMove(window, first),
        lambda: QTest.mousePress(window, button, held, first),
        *(lambda at=at: QTest.mouseMove(window, at) for at in places),
        lambda: QTest.mouseRelease(window, button, held, last),
    )


def turn_wheel(widget: QWidget, at: QPoint, turns: int, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Turn the wheel, away from the user for positive turns."""
    window, place = _in_window(widget, at)
    turned = QPoint(0, 120 * turns)
    _send(window, lambda: QTest.wheelEvent(window, QPointF(place), turned, QPoint(), held))


def press(widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Press and release a key where the keyboard is in the window of a widget.

    Not in the system's window: Qt's ``QTest`` handles events between the keys that are held and
    the key itself, and goes on with a window that may be no longer there.
    """
    for event in (QTest.keyPress, QTest.keyRelease):
        if is_there(widget):
            event(widget.window().focusWidget() or widget, key, held)


def is_there(thing: QWidget | QWindow) -> bool:
    """Tell whether a widget or window still exists, also where Python was never told its end."""
    if not Shiboken.isValid(thing):
        return False
    known = QApplication.allWidgets() if isinstance(thing, QWidget) else QApplication.allWindows()
    return thing in known


def _send(window: QWindow | None, *events: Callable[[], None]) -> None:
    for event in events:
        if window is not None and is_there(window):
            event()


def _in_window(widget: QWidget, at: QPoint) -> tuple[QWindow, QPoint]:
    """Return the system's window that a place of a widget is in, and the place there."""
    top = widget.window()
    place = widget.mapTo(top, at)
    # what is scrolled away lies outside
    return top.windowHandle(), QPoint(
        min(max(0, place.x()), top.width() - 1), min(max(0, place.y()), top.height() - 1)
    )


class Rescue(QObject):
    """Frees a step that stands in a loop of its own, such as a drag of Qt's or a modal question.

    Events within an event are sent from here, for whoever acts waits until its own has ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_acting = False
        self._timer = QTimer(self, interval=400)
        self._timer.timeout.connect(self._free)
        self._timer.start()

    def _free(self) -> None:
        if not self.is_acting:
            return
        widget = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        widget = widget or QApplication.activeWindow()
        window = widget.windowHandle() if widget is not None else None
        _send(window, lambda: QTest.mouseRelease(window, LEFT))
        if widget is not None and is_there(widget):
            press(widget, Qt.Key.Key_Escape)
