"""Texts that change at every tick of a slider, or every edit, in a room that stays as it is.

A QLabel or a button asks the whole window to be laid out anew each time that its text changes.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyleOptionButton,
    QWidget,
)


class StillLabel(QLabel):
    """A text on one line, cut where it has no room.

    It takes what room the layout leaves.

    Parameters
    ----------
    parent : QWidget
    longest : str
        A text for which there is always room; empty keeps none.
    """

    def __init__(self, parent: QWidget, longest: str = "") -> None:
        super().__init__(parent)
        self._said, self._longest = "", longest
        width = QSizePolicy.Policy.Minimum if longest else QSizePolicy.Policy.Ignored
        self.setSizePolicy(width, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return what is said."""
        return self._said

    def setText(self, text: str) -> None:
        """Say something else; nothing is laid out anew."""
        if text != self._said:
            self._said = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line, as wide as the longest text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._longest), metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: the room of the longest text stays."""
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the text."""
        if not self._said:
            return
        metrics = self.fontMetrics()
        text = metrics.elidedText(self._said, Qt.TextElideMode.ElideRight, self.width())
        role, flags = self.foregroundRole(), int(self.alignment())
        painter, style = QPainter(self), self.style()
        style.drawItemText(
            painter, self.rect(), flags, self.palette(), self.isEnabled(), text, role
        )


class StillButton(QPushButton):
    """A button whose text changes.

    Parameters
    ----------
    longest : str
        A text for which there is room.
    parent : QWidget
    """

    def __init__(self, longest: str, parent: QWidget) -> None:
        super().__init__(longest, parent)
        self._said = longest

    def text(self) -> str:
        """Return what is said."""
        return self._said

    def setText(self, text: str) -> None:
        """Say something else; nothing is laid out anew."""
        if text != self._said:
            self._said = text
            self.setAccessibleName(text)
            self.update()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Let the style draw what is said."""
        super().initStyleOption(option)
        option.text = self._said
