"""What a person does to process a spectrum: by mouse and keys in list, forms, menus and dialogs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QMenu

from tests.flows.conftest import CTRL, LEFT

WAIT_MS = 30_000


def after(user, do, document=None) -> np.ndarray:
    """Do what processes a spectrum anew, the one that is shown, and return its trace."""
    document = document or user.document
    with user.qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        do()
    return document.spectrum.trace


def _row(user, kind) -> QPoint:
    """Return where the row of a step begins."""
    steps = user.window.processing.steps
    row = next(k for k in range(steps.count()) if steps._kinds[k] is kind)
    place = steps.visualItemRect(steps.item(row))
    return QPoint(place.left(), place.center().y())


def chosen(user, kind) -> None:
    """Click a step of the list, right of its tick."""
    steps = user.window.processing.steps
    user.qtbot.mouseClick(steps.viewport(), LEFT, pos=_row(user, kind) + QPoint(90, 0))
    assert steps.kind() is kind


def ticked(user, kind) -> None:
    """Click the tick of a step."""
    viewport = user.window.processing.steps.viewport()
    user.qtbot.mouseClick(viewport, LEFT, pos=_row(user, kind) + QPoint(10, 0))


def added(user, title: str) -> None:
    """Add a step by the button's menu."""
    buttons = user.window.processing.buttons
    user.click(buttons.add)
    user.qtbot.waitUntil(buttons.menu.isVisible)
    user.choose(buttons.menu, title)


def field(user, kind, name: str):
    """Return a field of a step's form."""
    return user.window.processing.forms.by_kind[kind].fields[name]


def menu_entry(user, title: str, *way: str) -> None:
    """Open a menu of the bar by the mouse, and menus in it, and click an entry."""
    bar = user.window.menuBar()
    action = next(a for a in bar.actions() if a.text().replace("&", "") == title)
    user.qtbot.mouseClick(bar, LEFT, pos=bar.actionGeometry(action).center())
    menu: QMenu = action.menu()
    for words in way:
        user.qtbot.waitUntil(menu.isVisible)
        entry = user.entry(menu, words)
        user.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
        menu = entry.menu()


def file_typed(user, path: Path) -> None:
    """Paste a file's name into the open file dialog, and press Enter.

    Qt's dialog completes what is typed letter by letter, on the way to another folder.
    """
    dialog = user.dialog(QFileDialog)
    dialog.activateWindow()
    user.qtbot.waitUntil(dialog.isActiveWindow)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    QGuiApplication.clipboard().setText(str(path))
    name.selectAll()
    user.qtbot.keyClick(name, Qt.Key.Key_V, CTRL)
    user.qtbot.keyClick(name, Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: not user.window.findChildren(QFileDialog))


def taken(user, box: QComboBox, words: str) -> None:
    """Open a list by the mouse and click the entry that begins with some words."""
    user.click(box)
    view = box.view()
    user.qtbot.waitUntil(view.isVisible)
    entry = view.model().index(box.findText(words, Qt.MatchFlag.MatchStartsWith), 0)
    view.scrollTo(entry)
    user.qtbot.mouseMove(view.viewport(), view.visualRect(entry).center())
    user.qtbot.wait(200)  # a popup takes no click at once after it opened
    user.qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(entry).center())
    user.qtbot.waitUntil(lambda: not view.isVisible())


def pressed(user, dialog, which) -> None:
    """Click a button of a dialog, which closes it."""
    user.click(dialog.buttons.button(which))
    user.qtbot.waitUntil(lambda: not dialog.isVisible())
