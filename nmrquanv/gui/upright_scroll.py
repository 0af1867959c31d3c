"""Room for what is taller than a screen: whole where it fits, else scrolled up and down."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST_HEIGHT = 120


class UprightScroll(QScrollArea):
    """Holds one widget of any height; it is never scrolled sideways.

    Parameters
    ----------
    content : QWidget
    parent : QWidget or None
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        self.setWidget(content)
        # the ground is the window's, not that of a list
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def height_for(self, width: int) -> int:
        """Return the height in pixels that shows all at this width."""
        layout = self._content.layout()
        if layout is None:
            return self._content.sizeHint().height()
        layout.activate()
        least = layout.totalMinimumSize().height()
        return max(layout.totalHeightForWidth(width), least)

    def sizeHint(self) -> QSize:
        """Ask for room for all of it."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Ask for its width, and for little height."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + bar, _LEAST_HEIGHT)

    def fit_window(self) -> None:
        """Give its window the height that all needs, as far as the screen goes, and keep it there.

        The window has one column, in which it stands.
        """
        window = self.window()
        layout, room = window.layout(), window.screen().availableGeometry()
        width = max(window.width(), window.minimumWidth())
        if layout is not None:
            layout.activate()
            margins = layout.contentsMargins()
            around = layout.totalMinimumSize().height() - self.minimumSizeHint().height()
            border = window.frameGeometry().height() - window.height()
            wanted = around + self.height_for(width - margins.left() - margins.right())
            window.resize(width, min(wanted, room.height() - border))
        beyond = window.frameGeometry().bottom() - room.bottom()
        if window.isVisible() and beyond > 0:
            window.move(window.x(), max(room.top(), window.y() - beyond))
