"""The curves of a figure: the trace, the lines alone and together, and what they leave of it.

The fit has the light theme's colours of the screen's curves, and a line that says what they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from nmrquanv.gui import theme
from nmrquanv.gui.plot.figure_base import INK, draw_points, figure_pen
from nmrquanv.gui.plot.figure_content import Figure, FigureStyle
from nmrquanv.gui.plot.figure_layout import Layout, decimated
from nmrquanv.numbers import fixed

COLUMN_UNITS = 4.0
"""Width of a column of a thinned curve: 0.04 mm, finer than print resolves."""

_SAMPLE = 300.0
"""Length of a curve's sample in the legend, drawing units: 3 mm."""

_GAP = 80.0
_SINGLE = theme.LIGHT.region
_LEAST_WIDTH = 25.0
"""Of a line that is drawn alone, drawing units: a quarter of a millimetre."""


class FigureCurves:
    """Paints the curves of one figure.

    Parameters
    ----------
    painter : QPainter
        With the figure's font.
    figure : Figure
    style : FigureStyle
    width : float, units
        Of the trace's line.
    """

    def __init__(self, painter: QPainter, figure: Figure, style: FigureStyle, width: float) -> None:
        self._painter, self._figure, self._width = painter, figure, width
        self._fit = figure.fit if style.has_fit else None
        self._has_single = False

    @property
    def has_legend(self) -> bool:
        """Whether there are curves that must be told from the trace."""
        return self._fit is not None

    def draw(self, layout: Layout) -> None:
        """Draw residual, trace and sum, one over the other as on the screen; nothing outside."""
        self._painter.save()
        area = QRectF(QPointF(layout.left, layout.top), QPointF(layout.right, layout.bottom))
        self._painter.setClipRect(area)
        trace = self._figure.spectrum.trace
        if self._fit is not None:
            self._draw_single(layout)
            self._draw(layout, trace - self._fit.values, theme.LIGHT.classical)
        self._draw(layout, trace, INK)
        if self._fit is not None:
            self._draw(layout, self._fit.values, theme.LIGHT.mine)
        self._painter.restore()

    def _draw_single(self, layout: Layout) -> None:
        """Draw each line alone, where it is wide enough to be told from the trace."""
        least = _LEAST_WIDTH * (layout.high_ppm - layout.low_ppm) / (layout.right - layout.left)
        for line in self._fit.single if self._fit is not None else ():
            if line.width_ppm < least:
                continue
            if line.ppm[0] < layout.high_ppm and line.ppm[-1] > layout.low_ppm:
                self._draw_points(layout, line.ppm, line.values, _SINGLE)
                self._has_single = True

    def _draw(self, layout: Layout, values: NDArray[np.float64], colour: str) -> None:
        columns = max(2, int((layout.right - layout.left) / COLUMN_UNITS))
        axis, ends = self._figure.spectrum.axis, (self._figure.high_ppm, self._figure.low_ppm)
        self._draw_points(layout, *decimated(axis, values, ends, columns), colour)

    def _draw_points(
        self, layout: Layout, ppm: NDArray[np.float64], height: NDArray[np.float64], colour: str
    ) -> None:
        self._painter.setPen(figure_pen(colour, self._width))
        draw_points(self._painter, layout, ppm, height)

    def draw_legend(self, left: float, middle: float, metrics: QFontMetricsF) -> None:
        """Write in a line which curve is which, and of how many lines the sum is."""
        if self._fit is None:
            return
        of = fixed(self._fit.lines, 0)
        out = f" ({fixed(self._fit.left_out, 0)} without a width)" if self._fit.left_out else ""
        x, foot = left, middle + (metrics.ascent() - metrics.descent()) / 2
        for colour, text in (
            (theme.LIGHT.mine, f"sum of {of} lines{out}"),
            *(((_SINGLE, "each line"),) if self._has_single else ()),
            (theme.LIGHT.classical, "residual"),
        ):
            self._painter.setPen(figure_pen(colour, self._width))
            self._painter.drawLine(QLineF(x, middle, x + _SAMPLE, middle))
            self._painter.setPen(QColor(INK))
            x += _SAMPLE + _GAP
            self._painter.drawText(QPointF(x, foot), text)
            x += metrics.horizontalAdvance(text) + 3 * _GAP
