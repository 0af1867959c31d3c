"""A page in a window of its own, beside the spectrum: closes with Ctrl+W, follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nmrquanv.gui.shell.scale import open_at, scaled

_SIZE = 1180, 740
_TEXT_WIDTH, _MOST_TEXT_WIDTH = 760, 1100


class Page(QWidget):
    """A top-level window; what it shows lives on while it is closed."""

    def __init__(self, title: str) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle(f"{title} – nmrquanv")
        open_at(self, *_SIZE)
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)

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
