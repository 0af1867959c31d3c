"""The range or box that is drawn while the mouse drags one open."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay


class RubberBand(Overlay):
    """The range or box that a drag has opened so far."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, z=90)
        self._box: QRectF | None = None
        self._colour = ""

    def show_box(self, box: QRectF | None, colour: str = "") -> None:
        """Draw a box in a colour, or nothing."""
        self._box, self._colour = box, colour
        self.redraw()

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return self._box is not None

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the band with its two edges."""
        if self._box is None:
            return
        colour = QColor(self._colour or theme.current().accent)
        painter.setPen(QPen(colour, 1))
        colour.setAlphaF(0.16)
        painter.setBrush(colour)
        painter.drawRect(self._box)
