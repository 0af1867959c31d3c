"""F1: what mouse and keys do, in a sheet that scrolls."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextBrowser, QWidget

from nmrquanv.gui.actions import MOUSE
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.menu_texts_and_keys import TABLE
from nmrquanv.gui.plot.keys import PLOT_KEYS
from nmrquanv.gui.shell.own_keys import KeyBindings, shown

_SIZE = 640, 560


def sheet(bindings: KeyBindings, window: QWidget) -> str:
    """Return what mouse and keys do, as rich text, with the keys that the user has now.

    What they do in a window that says so itself comes first.
    """
    own = getattr(window, "MOUSE_AND_KEYS", ())
    title = window.windowTitle().partition(" – ")[0]
    commands = [
        (shown(bindings.keys(name)), TABLE[name].tip if name in TABLE else bindings.title(name))
        for name in bindings.names()
        if bindings.keys(name)
    ]
    here = ((title, own),) if own else ()
    parts = *here, ("Mouse", MOUSE), ("Keys of the plot", PLOT_KEYS), ("Keys of commands", commands)
    return "".join(f"<h3>{title}</h3>{_table(rows)}" for title, rows in parts)


def _table(rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> str:
    cells = (
        f"<tr><td><b>{escape(keys)}</b>&nbsp;&nbsp;</td><td>{escape(what)}</td></tr>"
        for keys, what in rows
    )
    return f"<table cellspacing='3'>{''.join(cells)}</table>"


class KeySheet(Dialog):
    """Shows a text that may be longer than the screen.

    Parameters
    ----------
    title, content : str
        ``content`` is rich text.
    parent : QWidget
    """

    def __init__(self, title: str, content: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(title)
        self.text.setHtml(content)
        self.add_buttons()
        in_column(self.text, self.buttons, on=self)
        width, height = _SIZE
        self.resize(min(width, parent.width()), min(height, parent.height() - 60))
