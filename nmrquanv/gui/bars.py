"""Tool bar and menu bar of the main window, made from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from nmrquanv.gui import actions as table
from nmrquanv.gui.focus_ring import PressedOnly
from nmrquanv.gui.shell.scale import ICON
from nmrquanv.gui.source_box import SourceBox

UNDO_KEYS, REDO_KEYS = ("Ctrl+Z",), ("Ctrl+Shift+Z", "Ctrl+Y")


def make_tool_bar(
    window: QMainWindow,
    actions: Mapping[str, QAction],
    find_button: QWidget,
    history: Sequence[QAction],
    source_box: SourceBox,
) -> QToolBar:
    """Add the tool bar to a window and return it; ``history`` are undo and redo."""
    bar = QToolBar("Tools", window)
    bar.setObjectName("tools")
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.setIconSize(QSize(ICON, ICON))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    window.addToolBar(bar)
    bar.addActions([actions["open_file"], actions["open_folder"]])
    bar.addSeparator()
    bar.addWidget(find_button)
    bar.addSeparator()
    bar.addActions([actions[name] for name in table.SHOWN_TOOLS])
    bar.addSeparator()
    bar.addActions(list(history))
    bar.addSeparator()
    views = ("full_view", "fit_height", "previous_view", "show_fid")
    bar.addActions([actions[name] for name in views])
    room = QWidget(bar)
    room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(room)
    source_box.put_into(bar)
    bar.addActions([actions["retrain"], actions["export"]])
    PressedOnly(bar, *bar.findChildren(QToolButton))
    return bar


class Menus:
    """The menu bar of a window, and those of its menus that are filled by the window.

    Parameters
    ----------
    window : QMainWindow
    actions : mapping of str to QAction
        Of the table, by id.
    history : (QAction, QAction)
        Undo and redo.
    """

    def __init__(
        self, window: QMainWindow, actions: Mapping[str, QAction], history: Sequence[QAction]
    ) -> None:
        self.recent, self.examples = QMenu("Open &Recent", window), QMenu("E&xamples", window)
        self.recent.setToolTipsVisible(True)
        own = {
            "<undo>": history[0],
            "<redo>": history[1],
            "<recent>": self.recent.menuAction(),
            "<examples>": self.examples.menuAction(),
        }
        below = {name: QMenu(title, window) for name, (title, _) in table.SUBMENUS.items()}
        for name, menu in below.items():
            _fill(menu, table.SUBMENUS[name][1], actions)
            own[name] = menu.menuAction()
        self.panels = below["<panels>"]
        for title, rows in table.MENUS.items():
            _fill(window.menuBar().addMenu(title), rows, {**actions, **own})
        PressedOnly(window, window.menuBar())


def _fill(menu: QMenu, rows: Sequence[str], actions: Mapping[str, QAction]) -> None:
    for row in rows:
        if row == "-":
            menu.addSeparator()
        else:
            menu.addAction(actions[row])


def undo_actions(group: QUndoGroup, window: QMainWindow) -> tuple[QAction, QAction]:
    """Return undo and redo of the document that is shown, known to the window."""
    undo = group.createUndoAction(window, "Undo")
    redo = group.createRedoAction(window, "Redo")
    undo.setShortcuts([QKeySequence(keys) for keys in UNDO_KEYS])
    redo.setShortcuts([QKeySequence(keys) for keys in REDO_KEYS])
    window.addActions([undo, redo])
    return undo, redo
