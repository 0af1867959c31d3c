"""A ring around whatever has the keyboard, the same in every window.

Fusion tells the widget with the keyboard by a darker edge or a thin line inside, which is hardly
seen. Qt's own frame for that, ``QFocusFrame``, lies above its neighbours only with a style of its
own, and a widget with a style of its own under an application's style sheet is a crash when that
sheet changes (Qt 6.10). So this is a plain frame, laid over the window.

It is there while the keyboard is used, as ``:focus-visible`` in browsers: from the first key on,
until the mouse is pressed. Qt's reason of a change of focus does not tell: it gives Tab also where
what had the keyboard was hidden.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget
from shiboken6 import Shiboken

FRAMES_ITSELF = "frames_itself"
"""A widget with this property shows that it has the keyboard."""

NAME = "focus_ring"
"""Of the frame, for the style sheet."""

_MARGIN = 2
_KIND = QEvent.Type
_MOVES = frozenset({_KIND.Move, _KIND.Resize, _KIND.Show, _KIND.Hide, _KIND.ZOrderChange})
_KEYS = frozenset({_KIND.KeyPress, _KIND.ShortcutOverride})
_ONLY_HELD = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta})


class Ring(QFrame):
    """Lies around a widget, in its window and above all else there; takes no clicks."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._widget: QWidget | None = None
        self._watched: list[QWidget] = []

    def widget(self) -> QWidget | None:
        """Return what it lies around."""
        return self._widget

    def go_to(self, widget: QWidget | None) -> None:
        """Lie around a widget, wherever that goes; None hides the ring."""
        for one in self._watched:
            if Shiboken.isValid(one):
                one.removeEventFilter(self)
        self._widget, self._watched = widget, [] if widget is None else _up_from(widget)
        for one in self._watched:
            one.installEventFilter(self)
        if self._watched and self.parentWidget() is not self._watched[-1]:
            self.setParent(self._watched[-1])
        self._place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the widget and all that it is in."""
        if event.type() in _MOVES:
            self._place()
        return False

    def _place(self) -> None:
        """Lie where the widget is seen."""
        widget = self._widget
        if widget is None or not Shiboken.isValid(widget) or not widget.isVisible():
            self.hide()
            return
        window, edge = self._watched[-1], _MARGIN
        place = _in(window, widget).adjusted(-edge, -edge, edge, edge)
        for one in self._watched[1:]:
            area = one.parentWidget()
            if isinstance(area, QAbstractScrollArea) and area.viewport() is one:
                place &= _in(window, one).adjusted(-edge, -edge, edge, edge)
        if place.isEmpty():
            self.hide()
            return
        if place != self.geometry():
            self.setGeometry(place)
        self.raise_()
        self.show()


class FocusRing(QObject):
    """Puts the ring where the keyboard goes while keys are used, and away with the mouse.

    Attributes
    ----------
    is_by_keys : bool
        Keys are used: one was pressed later than the mouse.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring = Ring()
        self._heard: list[QWidget] = []
        self.is_by_keys = False
        app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hear keys and the mouse where the keyboard is."""
        match event:
            case QKeyEvent() if event.type() in _KEYS and event.key() not in _ONLY_HELD:
                self._use_keys(are_used=True)
            case QMouseEvent() if event.type() == _KIND.MouseButtonPress:
                self.use_mouse()
        return False

    def use_mouse(self) -> None:
        """Take the ring away: the mouse was pressed."""
        self._use_keys(are_used=False)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.is_by_keys = False
        self._go_to(now)

    def _use_keys(self, *, are_used: bool) -> None:
        if are_used != self.is_by_keys:
            self.is_by_keys = are_used
            self._go_to(QApplication.focusWidget())

    def _go_to(self, widget: QWidget | None) -> None:
        if not Shiboken.isValid(self._ring):  # it has died with the window that it was in
            self._ring = Ring()
        self._hear(widget)
        is_wanted = widget is not None and self.is_by_keys and _is_ringed(widget)
        self._ring.go_to(widget if is_wanted else None)

    def _hear(self, widget: QWidget | None) -> None:
        """Hear what has the keyboard and what it is made of; without any, the active window.

        Not the window of the system, whose events are those of all that is in it: PySide takes
        the new one of a list that is opened again for the last one, which is gone.
        """
        for one in self._heard:
            if Shiboken.isValid(one):
                one.removeEventFilter(self)
        window = QApplication.activeWindow()
        if widget is not None:
            parts = (one for one in widget.children() if isinstance(one, QWidget))
            self._heard = [widget, *(parts if self.is_by_keys else ())]
        else:
            self._heard = [] if window is None else [window]
        for one in self._heard:
            one.installEventFilter(self)


class PressedOnly(QObject):
    """Tells the ring of presses on what the mouse gives no keyboard: buttons of bars, tabs.

    Parameters
    ----------
    parent : QObject
    *widgets : QWidget
        They live as long as it does.
    """

    def __init__(self, parent: QObject, *widgets: QWidget) -> None:
        super().__init__(parent)
        for one in widgets:
            one.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hear the mouse."""
        if event.type() == _KIND.MouseButtonPress and (ring := _ring()) is not None:
            ring.use_mouse()
        return False


def are_keys_used() -> bool:
    """Tell whether a key was pressed later than the mouse."""
    ring = _ring()
    return ring is not None and ring.is_by_keys


def _ring() -> FocusRing | None:
    app = QApplication.instance()
    return None if app is None else app.findChild(FocusRing)


def _up_from(widget: QWidget) -> list[QWidget]:
    """Return a widget and all that it is in, its window last."""
    window, found = widget.window(), [widget]
    while found[-1] is not window and (parent := found[-1].parentWidget()) is not None:
        found.append(parent)
    return found


def _in(window: QWidget, widget: QWidget) -> QRect:
    """Return where a widget lies in its window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _is_ringed(widget: QWidget) -> bool:
    """Tell whether nothing else shows that a widget has the keyboard, as in menus."""
    is_menu = widget.window().windowType() == Qt.WindowType.Popup
    return not is_menu and not widget.property(FRAMES_ITSELF)
