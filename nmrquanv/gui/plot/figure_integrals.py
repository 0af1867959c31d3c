"""The integrals of a figure: brackets under the trace, their numbers, and running areas over it.

Numbers stand under their brackets; where they would touch they are upright, and led to them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from nmrquanv.gui.plot.figure_base import MARGIN, UNITS_PER_MM, figure_pen
from nmrquanv.gui.plot.figure_content import Figure, FigureIntegral, FigureStyle
from nmrquanv.gui.plot.figure_layout import Layout
from nmrquanv.gui.plot.label_places import place_labels

_COLOUR = QColor("#3b3b9e")
_CURVE_SHARE = 0.3
"""Of the plot area: height of the largest integral's curve."""

_GAP, _BRACKET, _LEADER, _AIR = 0.35, 0.3, 0.9, 0.15
"""In lines of text: over a bracket, its depth, from it to an upright number, below the numbers."""

_CLOSE, _MOST = 0.92, 0.25
"""Distance of upright numbers in lines; how far one is led, as a share of the width."""


class FigureIntegrals:
    """Paints the integrals of one figure.

    Parameters
    ----------
    painter : QPainter
        With the figure's font.
    figure : Figure
    style : FigureStyle
    metrics : QFontMetricsF
    """

    def __init__(
        self, painter: QPainter, figure: Figure, style: FigureStyle, metrics: QFontMetricsF
    ) -> None:
        self._painter, self._metrics = painter, metrics
        self._integrals = figure.integrals if style.has_integrals else ()
        self._page = style.width_mm * UNITS_PER_MM
        ends = figure.high_ppm, figure.low_ppm
        self._ends = ends
        across = Layout(MARGIN, self._page - MARGIN, 0.0, 1.0, *ends, 0.0, 1.0)
        self._places = [self._place(across, one) for one in self._integrals]
        self._is_upright = self._touch()

    @property
    def height(self) -> float:
        """Of brackets and numbers, units."""
        if not self._integrals:
            return 0.0
        line = self._metrics.height()
        longest = max(self._metrics.horizontalAdvance(one.text) for one in self._integrals)
        numbers = _LEADER * line + longest if self._is_upright else line
        return (_GAP + _BRACKET + _AIR) * line + numbers

    def draw(self, layout: Layout, top: float, width: float) -> None:
        """Draw all of it from a height of the page on, with lines of a width."""
        line = self._metrics.height()
        y, foot = top + _GAP * line, top + (_GAP + _BRACKET) * line
        pen = figure_pen(_COLOUR, width)
        self._painter.setPen(pen)
        for one in self._integrals:
            left, right = self._place(layout, one)
            self._line((left, y), (left, foot), (right, foot), (right, y))
            self._draw_curve(layout, one)
        if self._is_upright:
            self._draw_upright(foot)
            return
        for (left, right), one in zip(self._places, self._integrals, strict=True):
            wide = self._metrics.horizontalAdvance(one.text)
            start = float(np.clip(0.5 * (left + right - wide), 0.0, max(0.0, self._page - wide)))
            self._painter.drawText(QPointF(start, foot + self._metrics.ascent()), one.text)

    def _place(self, layout: Layout, one: FigureIntegral) -> tuple[float, float]:
        """Return from where to where a bracket reaches."""
        high, low = self._ends
        return float(layout.x(min(one.high_ppm, high))), float(layout.x(max(one.low_ppm, low)))

    def _touch(self) -> bool:
        """Whether numbers under their brackets would touch each other."""
        texts = (one.text + "0" for one in self._integrals)
        halves = [0.5 * self._metrics.horizontalAdvance(text) for text in texts]
        pairs = zip(self._places, halves, strict=True)
        spans = sorted((0.5 * sum(ends) - half, 0.5 * sum(ends) + half) for ends, half in pairs)
        return any(a[1] > b[0] for a, b in pairwise(spans))

    def _draw_upright(self, foot: float) -> None:
        """Write the numbers upright, each led to its bracket; the last ones where there is room."""
        line = self._metrics.height()
        wanted = np.array([0.5 * sum(ends) for ends in self._places])
        spacing = _CLOSE * line
        limits = (0.5 * spacing, self._page - 0.5 * spacing)
        order = np.arange(wanted.size, 0, -1.0)
        kept, places = place_labels(wanted, order, spacing, limits, _MOST * self._page)
        step = _LEADER * line / 4.0
        for index, x in zip(kept.tolist(), places.tolist(), strict=True):
            text, at = self._integrals[index].text, float(wanted[index])
            self._line((at, foot), (at, foot + step), (x, foot + 3 * step), (x, foot + 3.6 * step))
            self._painter.save()
            self._painter.translate(x, foot + 4 * step + self._metrics.horizontalAdvance(text))
            self._painter.rotate(-90)
            middle = 0.5 * (self._metrics.ascent() - self._metrics.descent())
            self._painter.drawText(QPointF(0, middle), text)
            self._painter.restore()

    def _draw_curve(self, layout: Layout, one: FigureIntegral) -> None:
        """Draw the running area over its stretch, to the scale of the largest one."""
        zero = layout.y_inside(0.0) - 0.04 * (layout.bottom - layout.top)
        reach = _CURVE_SHARE * (layout.bottom - layout.top)
        points = [
            (float(layout.x(ppm)), zero - share * reach)
            for ppm, share in one.curve
            if layout.low_ppm <= ppm <= layout.high_ppm
        ]
        if len(points) > 1:
            self._line(*points)

    def _line(self, *corners: tuple[float, float]) -> None:
        self._painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in corners]))
