"""A page in a window of its own, beside the spectrum: closes with Ctrl+W, follows the theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nmrquanv.gui.menu_texts_and_keys import TABLE
from nmrquanv.gui.shell.scale import open_at, scaled

_SIZE = 1180, 740
_TEXT_WIDTH, _MOST_TEXT_WIDTH = 760, 1100


class Page(QWidget):
    """A top-level window; what it shows lives on while it is closed.

    Attributes
    ----------
    own_actions : dict of str to QAction
        What it does itself at keys of the main window's commands, by their ids.
    MOUSE_AND_KEYS : tuple of (str, str)
        What these do in it, beside that, for the help sheet.
    """

    MOUSE_AND_KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, title: str) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle(f"{title} – nmrquanv")
        open_at(self, *_SIZE)
        self.own_actions: dict[str, QAction] = {}
        self.does("close", "Close", self.close)

    def does(self, name: str, text: str, do: Callable[[], object]) -> None:
        """Let the page do something at the keys of a command of the main window."""
        self.own_actions[name] = action = QAction(text, self)
        action.setShortcuts([QKeySequence(keys) for keys in TABLE[name].shortcuts])
        action.triggered.connect(lambda: do())
        self.addAction(action)

    def say(self, text: str) -> None:
        """Show words in its line for them; a page without one shows none."""

    def bring_up(self) -> None:
        """Show the page in front of the other windows, inside the screen."""
        if not self.isVisible():
            room = self.screen().availableGeometry()
            self.resize(self.size().boundedTo(room.size()))
        self.show()
        self.raise_()
        self.activateWindow()

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme, and of the size of letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            # later: Qt is walking through the widgets, none of which may go away meanwhile
            QTimer.singleShot(0, self, self.apply_theme)


def explanation(text: str, parent: QWidget, width: int | None = None) -> QLabel:
    """Return a label for a sentence that explains, which wraps.

    Parameters
    ----------
    text : str
    parent : QWidget
    width : int, pixels, or None
        Its least; None is for one that goes across a page, and follows the size of letters.
    """
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    # a label that wraps asks for the height that it needs at its least width
    across = min(scaled(_TEXT_WIDTH), _MOST_TEXT_WIDTH)
    label.setMinimumWidth(across if width is None else width)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def heading(text: str, parent: QWidget) -> QLabel:
    """Return a label for the head of a section."""
    label = QLabel(text, parent)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label
