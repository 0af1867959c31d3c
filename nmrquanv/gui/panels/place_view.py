"""A place of the spectrum: trace, sum of the fitted lines, the line itself, what is left."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nmrquanv.gui import theme
from nmrquanv.models.explained import Drawn

_HEIGHT = 210
_PARTS = ("trace", "all fitted lines", "the line itself", "what is left")


class PlaceView(QWidget):
    """A still plot with its legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = pg.PlotWidget(self)
        self.legend = QLabel(self)
        self._curves = [pg.PlotDataItem() for _ in _PARTS]
        self._place = pg.InfiniteLine(angle=90, movable=False)
        self._build()

    def _build(self) -> None:
        look, plot = theme.current(), self.plot
        plot.setBackground(look.plot)
        plot.setMouseEnabled(x=False, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setFixedHeight(_HEIGHT)
        plot.setAccessibleName("The place: trace, fit and what is left")
        plot.getPlotItem().invertX(True)
        plot.hideAxis("left")
        axis = plot.getAxis("bottom")
        axis.setPen(QColor(look.muted))
        axis.setTextPen(QColor(look.text))
        colours = (look.trace, look.accent, look.cnn, look.muted)
        for curve, colour in zip(self._curves, colours, strict=True):
            curve.setPen(pg.mkPen(QColor(colour), width=1 if colour == look.muted else 1.6))
            plot.addItem(curve)
        self._place.setPen(pg.mkPen(QColor(look.muted), width=1))
        plot.addItem(self._place, ignoreBounds=True)
        named = zip(_PARTS, colours, strict=True)
        words = [f"<span style='color:{colour}'>■</span> {name}" for name, colour in named]
        self.legend.setText("&nbsp;&nbsp; ".join(words))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(plot)
        layout.addWidget(self.legend)

    def show_place(self, drawn: Drawn | None, ppm: float) -> None:
        """Draw a place; nothing for None. The rest stands below the trace."""
        self.setVisible(drawn is not None)
        if drawn is None:
            return
        parts = (drawn.trace, drawn.fitted, drawn.line, drawn.rest)
        for curve, y in zip(self._curves, parts, strict=True):
            curve.setData(drawn.ppm, y)
        self._place.setValue(ppm)
