"""What stands in a figure between trace and axis: the finders' lanes, the solvents' names.

Solvents are tinted bands behind everything. Colours are those of the light theme.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import layer_colour, layer_shape
from nmrquanv.gui.plot.figure_content import Figure, FigureLane, FigureStyle
from nmrquanv.gui.plot.figure_layout import Layout

_LANE, _TICK, _SHAPE, _COLUMN = 170.0, 110.0, 120.0, 8.0
"""Drawing units, 1/100 mm: height of a lane, of its ticks and its shape, ticks told apart."""
_FAINT, _TINT, _DASHED = 0.6, 0.10, (4.0, 3.0)


class FigureFoot:
    """Paints the lanes and bands of one figure.

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
        self._lanes = figure.lanes if style.has_lanes else ()
        self._bands = figure.bands if style.has_solvents else ()

    @property
    def lanes_height(self) -> float:
        """Of all lanes, units."""
        return _LANE * len(self._lanes)

    @property
    def names_height(self) -> float:
        """Of the line with the solvents' names, units."""
        return 1.15 * self._metrics.height() if self._bands else 0.0

    def draw_bands(self, layout: Layout, axis_y: float, width: float) -> None:
        """Tint where solvent and water are expected, down to their names over the axis."""
        ink = QColor(theme.LIGHT.solvent)
        ground = QColor(ink)
        ground.setAlphaF(_TINT)
        pen = QPen(ink, width)
        pen.setDashPattern(_DASHED)
        foot = axis_y - self.names_height
        taken = -1e9
        for band in sorted(self._bands, key=lambda b: -b.ppm):
            left = max(float(layout.x(band.high_ppm)), layout.left)
            right = min(float(layout.x(band.low_ppm)), layout.right)
            self._painter.fillRect(
                QRectF(left, layout.top, right - left, foot - layout.top), ground
            )
            middle = float(layout.x(band.ppm))
            self._painter.setPen(pen)
            self._painter.drawLine(QLineF(middle, layout.top, middle, foot))
            wide = self._metrics.horizontalAdvance(band.name)
            start = min(max(middle - wide / 2, layout.left), layout.right - wide)
            if start < taken:
                continue  # names that would touch step aside
            self._painter.setPen(ink)
            self._painter.drawText(QPointF(start, foot + self._metrics.ascent()), band.name)
            taken = start + wide + self._metrics.averageCharWidth()

    def draw_lanes(self, layout: Layout, width: float) -> None:
        """Draw a tick for each peak of each finder, its shape at the left."""
        for number, lane in enumerate(self._lanes):
            self._draw_lane(layout, lane, layout.bottom + (number + 0.5) * _LANE, width)

    def _draw_lane(self, layout: Layout, lane: FigureLane, y: float, width: float) -> None:
        painter, colour = self._painter, layer_colour(lane.finder, theme.LIGHT)
        columns = np.rint(np.atleast_1d(layout.x(np.array(lane.ppm))) / _COLUMN)
        painter.setOpacity(_FAINT)
        painter.setPen(QPen(colour, width))
        half = _TICK / 2
        painter.drawLines(
            [QLineF(x, y - half, x, y + half) for x in (np.unique(columns) * _COLUMN).tolist()]
        )
        painter.setOpacity(1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPath(layer_shape(lane.finder, _SHAPE).translated(layout.left - _SHAPE / 2, y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
