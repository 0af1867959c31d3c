"""Commands of the main window, and their keys, in the windows beside it.

A window keeps what it does itself at such keys (``own_actions``: its own undo, its own full view);
it gets the rest of what makes sense there. All follow the keys that the user has chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from nmrquanv.gui.actions import told_tip
from nmrquanv.gui.shell.own_keys import KeyBindings, plain, shown
from nmrquanv.gui.shell.palette_entries import PaletteEntry
from nmrquanv.gui.shell.why_not import why_not

EVERYWHERE = (
    "open_file", "open_folder", "save", "quit", "settings", "shortcuts", "palette", "keys", "guide",
    "larger", "smaller_letters", "usual_letters", "circuit", "study", "stack", "batch",
    "playground", "models", "retrain",
)  # fmt: skip
"""What makes sense in any window."""
OF_DOCUMENT = ("<undo>", "<redo>", "find", "save_as", "export", "journal")
"""What does so in those that follow the document of the main window."""
_GIVEN = "has_shared_keys"


class SharedKeys(QObject):
    """Gives them to windows.

    Parameters
    ----------
    actions : mapping of str to QAction
        Of the main window, by id, with ``<undo>`` and ``<redo>``.
    bindings : KeyBindings
    main : QWidget
        The main window.
    """

    def __init__(
        self, actions: Mapping[str, QAction], bindings: KeyBindings, main: QWidget
    ) -> None:
        super().__init__(main)
        self._actions, self._bindings, self._main = actions, bindings, main

    @Slot(object)
    def give(self, window: QWidget) -> None:
        """Let keys of the main window work in another one, once."""
        if window.property(_GIVEN):
            return
        window.setProperty(_GIVEN, True)
        own = {"close": _closing(window)} if isinstance(window, QDialog) else _own(window)
        names = (*EVERYWHERE, *(OF_DOCUMENT if getattr(window, "is_of_document", False) else ()))
        window.addActions([self._actions[name] for name in names if name not in own])
        for name, action in own.items():
            _Follower(action, name, self._bindings)

    def window(self) -> QWidget:
        """Return the window that is used, if it shares keys, else the main one."""
        active = QApplication.activeWindow()
        return active if active is not None and active.property(_GIVEN) else self._main

    def entries(
        self, window: QWidget, entries: tuple[PaletteEntry, ...]
    ) -> tuple[PaletteEntry, ...]:
        """Return the commands of a window: its own, then those of the main one but for its own."""
        if window is self._main:
            return entries
        own = _own(window)
        hidden = {self._actions[name] for name in own if name in self._actions}
        buttons = (_pressing(b) for b in window.findChildren(QPushButton) if b.isVisible())
        title = window.windowTitle().partition(" – ")[0]
        by_title = {plain(action.text()): action for action in (*buttons, *own.values())}
        told = [_entry(action, title) for action in by_title.values()]
        return (*told, *(entry for entry in entries if entry.action not in hidden))

    def stays(self, window: QWidget, action: QAction) -> bool:
        """Tell whether a command leaves its user in a window, since it is at work there."""
        parent = action.parent()
        is_its = isinstance(parent, QWidget) and parent.window() is window
        return is_its or window is self._main or action in window.actions()


class _Follower(QObject):
    """Keeps the keys of an action to those of a command of the main window."""

    def __init__(self, action: QAction, name: str, bindings: KeyBindings) -> None:
        super().__init__(action)
        self._name, self._bindings = name, bindings
        bindings.changed.connect(self._take)
        self._take()

    @Slot()
    def _take(self) -> None:
        action, keys = cast(QAction, self.parent()), self._bindings.keys(self._name)
        action.setShortcuts([QKeySequence(text) for text in keys])
        tip, has_keys, _ = action.toolTip().partition(" (")
        if has_keys:
            action.setToolTip(told_tip(tip, keys))


def _own(window: QWidget) -> Mapping[str, QAction]:
    return getattr(window, "own_actions", {})


def _closing(window: QWidget) -> QAction:
    action = QAction("Close", window)
    action.triggered.connect(window.close)
    window.addAction(action)
    return action


def _pressing(button: QPushButton) -> QAction:
    """Return an action that lives as long as its button, and presses it."""
    name = "press"
    action = button.findChild(QAction, name) or QAction(button)
    action.setObjectName(name)
    if not action.text():
        action.triggered.connect(button.click)
    action.setText(button.text())
    action.setToolTip(button.toolTip() or button.text())
    action.setEnabled(button.isEnabled())
    return action


def _entry(action: QAction, where: str) -> PaletteEntry:
    from nmrquanv.gui.shell.own_keys import plain

    title, tip = plain(action.text()), action.toolTip().partition(" (")[0]
    keys = shown(keys.toString() for keys in action.shortcuts())
    why = "" if action.isEnabled() else why_not("", has_spectrum=True)
    return PaletteEntry(action, title, where, keys, "" if tip == title else tip, why)
