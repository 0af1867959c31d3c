"""The marks of a figure's peaks, as on the screen: one each, by who agrees; and what they mean.

Colours are those of the light theme, for paper is white whatever the window's look is.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import kind_title, layer_colour, layer_shape
from nmrquanv.gui.plot.figure_content import Figure
from nmrquanv.gui.plot.figure_layout import Layout
from nmrquanv.gui.plot.marked_peaks import MarkedPeaks

_SIZE = 170.0
"""Of a mark, drawing units: 1.7 mm, the letters' height."""

_GAP = 40.0
_ROOM = 0.9 * _SIZE
_LONG_STEM = 1.5 * _SIZE


def legend_of(figure: Figure) -> tuple[tuple[str, str], ...]:
    """Return the kinds of marks of a figure, each with its words; none where all are of one."""
    counts = figure.agreement.counts()
    if len(counts) < 2:
        return ()
    return tuple((kind, kind_title(kind, figure.n_finders)) for kind in counts)


class FigureMarks:
    """Paints the marks of one figure."""

    def __init__(self, painter: QPainter, figure: Figure, layout: Layout) -> None:
        self._painter, self._figure, self._layout = painter, figure, layout
        self._marked = MarkedPeaks.of(figure.peaks, figure.agreement)

    def draw(self, pen: QPen) -> None:
        """Draw a mark for each peak, the tallest where they would touch; stems with a pen."""
        marked, layout = self._marked, self._layout
        x = np.atleast_1d(layout.x(marked.ppm)) - layout.left
        level = np.zeros(len(x), dtype=np.intp)
        for number in marked.apart(x, layout.right - layout.left, _ROOM, level).tolist():
            self._draw_mark(number, pen)

    def _draw_mark(self, number: int, pen: QPen) -> None:
        marked, layout, sign = self._marked, self._layout, self._marked.sign[number]
        kind = marked.agreement.kinds[marked.agreement.kind[number]]
        x = float(layout.x(marked.ppm[number]))
        top = layout.y_inside(self._reach(number, 0.0))
        foot = layout.y_inside(self._reach(number, _SIZE / 2 + 10.0))
        middle = foot - sign * (_GAP + _SIZE / 2)
        middle = min(max(middle, layout.top + _SIZE / 2), layout.bottom - _SIZE / 2)
        if abs(top - foot) > _GAP / 2:
            is_long = abs(top - foot) > _LONG_STEM  # or one takes it for a line of the spectrum
            pen.setStyle(Qt.PenStyle.DotLine if is_long else Qt.PenStyle.SolidLine)
            self._painter.setPen(pen)
            self._painter.drawLine(QLineF(x, top - sign * _GAP / 2, x, foot - sign * _GAP))
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(layer_colour(kind, theme.LIGHT))
        self._painter.drawPath(layer_shape(kind, _SIZE).translated(x, middle))
        if marked.peaks[number].is_confirmed:
            self._draw_check(QPointF(x, middle - sign * 0.95 * _SIZE), kind)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_check(self, at: QPointF, kind: str) -> None:
        self._painter.setPen(QPen(layer_colour(kind, theme.LIGHT), 0.16 * _SIZE))
        corners = ((-0.35, 0.0), (-0.1, 0.28), (0.35, -0.28))
        self._painter.drawPolyline([at + QPointF(_SIZE * a, _SIZE * b) for a, b in corners])

    def _reach(self, number: int, around: float) -> float:
        """Return how far the trace reaches to the peak's side, within some units of its place."""
        spectrum, layout = self._figure.spectrum, self._layout
        ppm = float(self._marked.ppm[number])
        per_unit = (layout.high_ppm - layout.low_ppm) / (layout.right - layout.left)
        half = max(around * per_unit, 2 * spectrum.axis.point_ppm)
        near = spectrum.trace[spectrum.axis.span(ppm + half, ppm - half)]
        if not len(near):
            return float(self._marked.sign[number] * self._marked.height[number])
        return float(near.min() if self._marked.sign[number] < 0 else near.max())

    def draw_legend(self, left: float, middle: float, metrics: QFontMetricsF) -> None:
        """Write what the marks mean in a line."""
        x = left
        for kind, text in legend_of(self._figure):
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(layer_colour(kind, theme.LIGHT))
            self._painter.drawPath(layer_shape(kind, _SIZE).translated(x + _SIZE / 2, middle))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.setPen(layer_colour("all", theme.LIGHT))
            x += 1.4 * _SIZE
            foot = middle + (metrics.ascent() - metrics.descent()) / 2
            self._painter.drawText(QPointF(x, foot), text)
            x += metrics.horizontalAdvance(text) + 2 * _SIZE
