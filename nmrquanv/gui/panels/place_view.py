"""A place of the spectrum: trace, sum of the fitted lines, the line itself, what is left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.plot.axes import dress_axes
from nmrquanv.models.explained import DrawnPlace

_HEIGHT = 210
_PARTS = ("trace", "all lines as fitted in the end", "the line itself", "what they leave")
_LEFT_OUT = "the line as it was tried, and left out"


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
        dress_axes(plot.plotItem, self.font())
        colours = (look.trace, look.accent, look.cnn, look.muted)
        for curve, colour in zip(self._curves, colours, strict=True):
            curve.setPen(pg.mkPen(QColor(colour), width=1 if colour == look.muted else 1.6))
            plot.addItem(curve)
        self._place.setPen(pg.mkPen(QColor(look.muted), width=1))
        plot.addItem(self._place, ignoreBounds=True)
        named = zip(_PARTS, colours, strict=True)
        self._words = [_legend(name, colour) for name, colour in named]
        self._left_out = _legend(_LEFT_OUT, colours[2])
        in_column(plot, self.legend, on=self, margins=0, spacing=2)

    def show_place(self, drawn: DrawnPlace | None, ppm: float) -> None:
        """Draw a place; nothing for None. The rest stands below the trace."""
        self.setVisible(drawn is not None)
        if drawn is None:
            return
        parts = (drawn.trace, drawn.fitted, drawn.line, drawn.rest)
        for curve, y in zip(self._curves, parts, strict=True):
            curve.setData(drawn.ppm, y)
        words = list(self._words)
        if not drawn.is_listed:
            words[2:3] = [self._left_out] if drawn.line.any() else []
        self._show_marks(ppm, words)

    def show_trace(self, ppm: NDArray[np.float64], trace: NDArray[np.float64], at: float) -> None:
        """Draw the trace alone, where nothing was fitted, and the place ``at`` on it."""
        self.show()
        self._curves[0].setData(ppm, trace)
        for curve in self._curves[1:]:
            curve.setData([], [])
        self._show_marks(at, self._words[:1])

    def _show_marks(self, ppm: float, words: Sequence[str]) -> None:
        self._place.setValue(ppm)
        self.legend.setText("&nbsp;&nbsp; ".join(words))


def _legend(name: str, colour: str) -> str:
    return f"<span style='color:{colour}'>■</span> {name}"
