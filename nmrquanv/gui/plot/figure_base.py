"""What all figures are painted with: letters, pens, curves, the axis.

Everything is painted in 1/100 mm on a white page; who calls scales that to pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from nmrquanv.gui.plot.axis_scale import AxisScale
from nmrquanv.gui.plot.figure_content import FigureStyle
from nmrquanv.gui.plot.figure_layout import Layout, nice_step, tick_text, ticks

UNITS_PER_MM = 100
"""Drawing units: everything is painted in 1/100 mm, then scaled to pixels."""

UNITS_PER_PT = UNITS_PER_MM * 25.4 / 72
MARGIN = 2.0 * UNITS_PER_MM
AXIS_LINES = 2.6
"""Lines of text that the axis takes below the plot area."""

INK = "#000000"


def figure_font(style: FigureStyle) -> QFont:
    """Return the letters of a figure."""
    font = QFont("Helvetica")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setPixelSize(max(1, round(style.font_pt * UNITS_PER_PT)))
    return font


def figure_pen(colour: QColor | str, width: float) -> QPen:
    """Return a pen of a width in drawing units, without caps that lengthen lines."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def draw_points(
    painter: QPainter, layout: Layout, ppm: NDArray[np.float64], height: NDArray[np.float64]
) -> None:
    """Draw a line through points of a spectrum."""
    # Vector programs choke on far-off coordinates: lines stop just beyond the clipped area.
    reach = 2 * (layout.bottom - layout.top)
    y = np.clip(layout.y(height), layout.top - reach, layout.bottom + reach)
    points = (QPointF(a, b) for a, b in zip(layout.x(ppm).tolist(), y.tolist(), strict=True))
    painter.drawPolyline(QPolygonF(list(points)))


class FigureAxis:
    """Paints the axis of one figure.

    Parameters
    ----------
    painter : QPainter
        With the figure's font.
    scale : AxisScale
        Of its numbers.
    style : FigureStyle
    metrics : QFontMetricsF
    """

    def __init__(
        self, painter: QPainter, scale: AxisScale, style: FigureStyle, metrics: QFontMetricsF
    ) -> None:
        self._painter, self._scale, self._metrics = painter, scale, metrics
        self._page = style.width_mm * UNITS_PER_MM
        self._width = 0.7 * style.line_pt * UNITS_PER_PT

    def draw(self, layout: Layout, y: float) -> None:
        """Draw line, ticks, numbers and what they mean, at a height of the page."""
        major, minor = 1.4 * UNITS_PER_MM, 0.8 * UNITS_PER_MM
        self._painter.setPen(figure_pen(INK, self._width))
        lines = [QLineF(layout.left, y, layout.right, y)]
        widest = self._metrics.horizontalAdvance("-0000.0")
        room = max(2, min(14, int((layout.right - layout.left) / (1.6 * widest))))
        scale = self._scale
        low, high = sorted(map(scale.told, (layout.low_ppm, layout.high_ppm)))
        step = nice_step(high - low, room)
        small = step / (4 if round(step / 10 ** np.floor(np.log10(step))) == 2 else 5)
        between = layout.x(scale.ppm(ticks(low, high, small))).tolist()
        lines += [QLineF(x, y, x, y + minor) for x in between]
        shown = ticks(low, high, step)
        places = layout.x(scale.ppm(shown)).tolist()
        lines += [QLineF(x, y, x, y + major) for x in places]
        self._painter.drawLines(lines)
        line = self._metrics.height()
        for x, value in zip(places, shown.tolist(), strict=True):
            self.write(x, y + major + 0.1 * line, tick_text(value, step))
        middle = 0.5 * (layout.left + layout.right)
        self.write(middle, y + major + 1.05 * line, scale.text)

    def write(self, middle: float, top: float, text: str) -> None:
        """Write a line of text, centred, but never over the page's edge."""
        width = self._metrics.horizontalAdvance(text)
        left = float(np.clip(middle - width / 2, 0, max(0.0, self._page - width)))
        self._painter.drawText(QPointF(left, top + self._metrics.ascent()), text)
