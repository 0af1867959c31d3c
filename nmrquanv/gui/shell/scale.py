"""How large letters, rows and icons of the window are, in percent of what the system says."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QTabBar, QTableView, QToolBar, QWidget

STEP, USUAL = 10, 100
ICON = 20
_ROOM = 6
_FRAME = QSize(16, 48)
"""What a desktop puts around a window, at most, in pixels."""
CROSS = 1.1
"""Side of the cross that closes a tab or a dock, in the height of letters."""
_KINDS = ("QMenuBar", "QMenu", "QDockWidget", "QDockWidgetTitle")
"""Kinds of widgets for which platforms have letters of their own."""
_usual: dict[str, QFont] = {}


def scaled(pixels: float) -> int:
    """Return a width that holds as many letters as these pixels hold at the usual size."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    usual = _usual.setdefault("font", QFont(app.font()))
    return round(pixels * app.font().pointSizeF() / usual.pointSizeF())


def open_at(window: QWidget, width: int, height: int) -> None:
    """Give a window its first size, which grows with the letters as far as the screen goes.

    Parameters
    ----------
    window : QWidget
    width, height : int, pixels
        At the usual size of letters.
    """
    room = window.screen().availableGeometry().size() - _FRAME
    window.resize(QSize(scaled(width), scaled(height)).boundedTo(room))


def apply_scale(percent: int, window: QWidget) -> bool:
    """Give the application letters of this size, and a window's rows and icons what fits them.

    Parameters
    ----------
    percent : int
        100 is the system's size.
    window : QWidget

    Returns
    -------
    bool
        Whether they had another size before.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    usual = _usual.setdefault("font", QFont(app.font()))
    font = QFont(usual)
    font.setPointSizeF(usual.pointSizeF() * percent / USUAL)
    if font == app.font():
        return False
    # under a style sheet, widgets keep the letters that they were given with it, and what was never
    # shown does not notice that it goes
    for widget in window.findChildren(QWidget):
        widget.ensurePolished()
    sheet = app.styleSheet()
    app.setStyleSheet("")
    app.setFont(font)
    for kind in _KINDS:
        app.setFont(font, kind)  # type: ignore[arg-type]  # PySide takes str, its stub says bytes
    app.setStyleSheet(sheet)
    # one that was never shown is at times left with the letters from before: seen with Qt 6.11
    for tabs in window.findChildren(QTabBar):
        tabs.setFont(font)
        fit_crosses(tabs)
    for table in window.findChildren(QTableView):
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + _ROOM)
    side = round(ICON * percent / USUAL)
    for bar in window.findChildren(QToolBar):
        bar.setIconSize(QSize(side, side))
    return True


def fit_crosses(tabs: QTabBar) -> None:
    """Make what closes tabs as large as its letters want: Qt knows one size."""
    extent = round(CROSS * tabs.fontMetrics().height())
    for number in range(tabs.count()):
        for side in QTabBar.ButtonPosition:
            if (cross := tabs.tabButton(number, side)) is not None:
                cross.resize(extent, extent)
