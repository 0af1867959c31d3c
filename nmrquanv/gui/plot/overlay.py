"""Ground of everything drawn in the plot: an item that paints in pixels of the view.

Layers are children of the view box itself, not of its data coordinates: text stays upright,
markers keep their size, lines are one pixel wide, and intensities of 1e9 never meet Qt's
transforms. ``x_px`` and ``y_px`` are the one mapping from ppm and intensity to the screen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsObject


def draw_whole(plot: pg.PlotWidget) -> None:
    """Let a plot cover its ground itself, in one go: its layers change all at once."""
    plot.setCacheMode(plot.CacheModeFlag.CacheNone)
    plot.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    for side in ("left", "right", "top"):  # not shown, but written anew at each step of a drag
        plot.getAxis(side).unlinkFromView()


def in_bold(painter: QPainter) -> QFontMetricsF:
    """Let a painter write in bold, and return how large that is."""
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    return QFontMetricsF(font)


class Overlay(QGraphicsObject):
    """A layer that covers the view and is repainted with it, whenever the range or size changes."""

    def __init__(self, view_box: pg.ViewBox, z: float) -> None:
        super().__init__(view_box)
        self.view_box = view_box
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(self.GraphicsItemFlag.ItemHasNoContents)  # until it is given some
        view_box.sigResized.connect(self._on_resized)

    def boundingRect(self) -> QRectF:
        """Return the whole view, in pixels."""
        return self.view_box.rect()

    def x_px(self, x: Any) -> Any:
        """Map ppm (or seconds) to pixels from the view's left; numbers or arrays."""
        (low, high), rect = self.view_box.state["viewRange"][0], self.view_box.rect()
        share = (np.asarray(x, dtype=np.float64)[()] - low) / (high - low)
        if self.view_box.state["xInverted"]:
            share = 1.0 - share
        return rect.left() + share * rect.width()

    def y_px(self, y: Any) -> Any:
        """Map intensity to pixels from the view's top; numbers or arrays."""
        (low, high), rect = self.view_box.state["viewRange"][1], self.view_box.rect()
        return (
            rect.bottom()
            - (np.asarray(y, dtype=np.float64)[()] - low) / (high - low) * rect.height()
        )

    def has_content(self) -> bool:
        """Tell whether there is anything to draw; Qt passes over layers that have nothing."""
        return True

    def redraw(self) -> None:
        """Draw the plot anew, this layer with what it has now."""
        self.setFlag(self.GraphicsItemFlag.ItemHasNoContents, not self.has_content())
        self.view_box.update()  # its layers with it; one that has become empty cannot ask for it

    def _on_resized(self, *_: object) -> None:
        self.prepareGeometryChange()
