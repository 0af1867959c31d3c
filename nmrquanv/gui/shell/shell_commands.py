"""What the commands about the program itself do: find a command, keys, help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtWidgets import QMainWindow, QWidget

from nmrquanv.errors import FormatError
from nmrquanv.gui.actions import Slots, connect_actions
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.shell.layout_memory import LayoutMemory
from nmrquanv.gui.shell.own_keys import KeyBindings
from nmrquanv.gui.shell.shared_keys import SharedKeys
from nmrquanv.session.program_log import log_path, log_text
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace


class TellsKeys(Protocol):
    """A panel with a text that names keys."""

    def tell_keys(self, told: Callable[[str], str]) -> None:
        """Write the text anew: ``told`` puts keys in the places of actions' ids."""


class ShellCommands(QObject):
    """Opens what they open; each is imported when it is first asked for.

    Parameters
    ----------
    window : QMainWindow
    actions : mapping of str to QAction
        By id, with ``<undo>`` and ``<redo>``.
    settings : Settings
    workspace : Workspace
    layout : LayoutMemory
    """

    def __init__(
        self,
        window: QMainWindow,
        actions: Mapping[str, QAction],
        settings: Settings,
        workspace: Workspace,
        layout: LayoutMemory,
    ) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._settings, self._workspace = settings, workspace
        self.layout = layout
        self.bindings = KeyBindings(actions, settings, self)
        self.shared = SharedKeys(actions, self.bindings, window)
        connect_actions(actions, self._slots())

    def tell_keys_to(self, *panels: TellsKeys) -> None:
        """Let panels name the keys that commands have, now and whenever these change."""
        for panel in panels:
            panel.tell_keys(self.bindings.told)
            self.bindings.changed.connect(partial(panel.tell_keys, self.bindings.told))

    def _slots(self) -> Slots:
        return {
            "palette": self.show_palette,
            "shortcuts": self.show_shortcuts,
            "reset_layout": self.layout.reset,
            "keys": self.show_keys,
            "guide": self.show_guide,
            "log": self.show_log,
            "about": self.show_about,
        }

    def show_palette(self) -> None:
        """List every command, to be found by some letters."""
        from nmrquanv.gui.shell.palette import Palette
        from nmrquanv.gui.shell.palette_entries import entries_of

        has_spectrum = self._workspace.current is not None
        bar = self._window.menuBar()
        entries = entries_of(bar, self._actions, has_spectrum=has_spectrum)
        over = self.shared.window()
        palette = Palette(self.shared.entries(over, entries), over)
        palette.ran.connect(lambda action: self._follow(over, action))
        palette.open()

    def _follow(self, over: QWidget, action: QAction) -> None:
        """Go to the main window where a command that was run in another one is at work there."""
        if not self.shared.stays(over, action):
            self._window.raise_()
            self._window.activateWindow()

    def show_shortcuts(self) -> None:
        """Show the keys of all commands, to be changed."""
        from nmrquanv.gui.shell.shortcuts import Shortcuts

        Shortcuts(self.bindings, self._window).open()

    def show_keys(self) -> None:
        """Say what mouse and keys do."""
        from nmrquanv.gui.shell.key_sheet import KeySheet, sheet

        over = self.shared.window()
        KeySheet("Mouse and keys", sheet(self.bindings, over), over).open()

    def show_guide(self) -> None:
        """Show user guide and documentation; the window stays usable."""
        from nmrquanv.gui.shell.guide import Guide
        from nmrquanv.session.guide_pages import chapters, documentation

        try:
            found = (*chapters(), *documentation())
        except FormatError as error:
            show_error("The guide could not be opened", error, self._window)
            return
        guide = Guide(found, self._window)
        self.shared.give(guide)
        guide.show()

    def show_log(self) -> None:
        """Show the newest part of the log, and where it is."""
        from nmrquanv.gui.shell.key_sheet import KeySheet

        where = escape(str(log_path()))
        text = f"<p>{where}</p><pre>{escape(log_text())}</pre>"
        sheet = KeySheet("Log", text, self._window)
        sheet.text.moveCursor(QTextCursor.MoveOperation.End)
        # the newest lines are read from their beginning
        sheet.text.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        sheet.open()

    def show_about(self) -> None:
        """Say what the program is."""
        from nmrquanv.gui.dialogs.about import AboutBox

        AboutBox(self._window).open()
