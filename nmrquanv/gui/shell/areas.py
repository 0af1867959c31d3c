"""F6: the keyboard goes from the plot through every open panel to tabs and tool bar, and back.

Tab goes through what is seen, and not through panels that stand behind others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import cast

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QGridLayout,
    QLayout,
    QMainWindow,
    QTabWidget,
    QWidget,
)

from nmrquanv.gui.actions import Slots
from nmrquanv.gui.panels.document_panel import DocumentPanel

REASON = Qt.FocusReason.ShortcutFocusReason
_MOST_BEHIND = 500
"""Stops in panels that stand behind others, more than there are."""


class AreasWindow(QMainWindow):
    """A window whose Tab passes by what stands in panels behind others.

    Qt lays such panels outside of the window, where Tab would go on to with nothing to be seen.
    """

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Give the keyboard to the next widget that can be seen, or to the one before.

        Qt asks this too while a widget that has the keyboard is taken apart: asking such a one
        whether it is shown or enabled ends the program (``tests/faults/test_cycles.py``).
        """
        if (dock := _dock_of(QApplication.focusWidget())) is not None:
            in_reading_order(dock)  # a click led here, and fields may have been made meanwhile
        for _ in range(_MOST_BEHIND):
            if not super().focusNextPrevChild(is_next):
                return False
            if not _is_behind(QApplication.focusWidget()):
                return True
        return False


class Areas(QObject):
    """Gives the keyboard to the next part of a window that has a place for it.

    Parameters
    ----------
    docks : mapping of str to QDockWidget
        Open ones are stops, brought to the front; closed ones are passed by.
    middle : QWidget
        What the docks stand around.
    *bars : QWidget
        The last stops.
    """

    def __init__(self, docks: Mapping[str, QDockWidget], middle: QWidget, *bars: QWidget) -> None:
        super().__init__(middle)
        self._docks, self._middle, self._bars = docks, middle, bars

    def slots(self) -> Slots:
        """Return what the actions of the window's table do."""
        return {"next_area": self.go, "previous_area": lambda: self.go(-1)}

    def go(self, direction: int = 1) -> None:
        """Go on from the part that has the keyboard."""
        docks = (dock for dock in self._docks.values() if not dock.isHidden())
        stops = (self._middle, *docks, *self._bars)
        focus = QApplication.focusWidget()
        here = next((n for n, stop in enumerate(stops) if _holds(stop, focus)), 0)
        way = [stops[(here + direction * step) % len(stops)] for step in range(1, len(stops) + 1)]
        self._go_along(way)

    def _go_along(self, way: Sequence[QWidget]) -> None:
        """Give the keyboard to the first part on the way that takes it."""
        if not way:
            return
        stop = way[0]
        if isinstance(stop, QDockWidget):
            stop.raise_()
        if isinstance(stop, QDockWidget) and isinstance(panel := stop.widget(), DocumentPanel):
            panel.catch_up()  # behind others it has waited with what is new
        # what was made just now is not shown before the event loop has been there
        QTimer.singleShot(0, stop, lambda: self._enter(way))

    def _enter(self, way: Sequence[QWidget]) -> None:
        in_reading_order(way[0])
        first = next(takers(way[0]), None)
        if first is not None:
            first.setFocus(REASON)
        else:
            self._go_along(way[1:])


def _dock_of(widget: QWidget | None) -> QDockWidget | None:
    """Return the panel that a widget is in."""
    while widget is not None and not isinstance(widget, QDockWidget):
        widget = widget.parentWidget()
    return widget


def _is_behind(widget: QWidget | None) -> bool:
    """Tell whether a widget is in a panel that is laid outside of its window."""
    dock = _dock_of(widget)
    if dock is None or (window := dock.parentWidget()) is None or dock.isWindow():
        return False
    return not dock.geometry().intersects(window.rect())


def _holds(stop: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (stop is focus or stop.isAncestorOf(focus))


def in_reading_order(part: QWidget) -> None:
    """Let Tab go through a part as it is laid out, not as its widgets were made."""
    for tabs in part.findChildren(QTabWidget):
        # Tab would go to its bar from where it stood itself: round and round, past all between
        tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    stops = [widget for widget in _as_laid_out(part) if takes_keys(widget)]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def takers(part: QWidget) -> Iterator[QWidget]:
    """Yield what takes the keyboard in a part of a window now, as it is laid out."""
    for widget in _as_laid_out(part):
        if widget.isEnabled() and widget.isVisibleTo(part) and takes_keys(widget):
            yield widget


def takes_keys(widget: QWidget) -> bool:
    """Tell whether Tab stops at a widget while it is shown and enabled."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def _as_laid_out(widget: QWidget) -> Iterator[QWidget]:
    """Yield a widget and all in it, by the layouts, and what has no place in any at the end."""
    yield widget
    placed = list(_placed(widget.layout()))
    others = [
        child
        for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child not in placed and not child.isWindow()
    ]
    for child in (*placed, *others):
        yield from _as_laid_out(child)


def _placed(layout: QLayout | None) -> Iterator[QWidget]:
    """Yield the widgets of a layout: in a grid row by row, else as they were added."""
    if layout is None:
        return
    numbers = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        numbers.sort(key=lambda number: cast("tuple[int, ...]", layout.getItemPosition(number))[:2])
    for number in numbers:
        item = layout.itemAt(number)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield widget
        else:
            yield from _placed(item.layout())
