"""Multiplets in a figure, as on screen: the name over its lines, a bar or the tree of couplings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui.plot.figure_layout import Layout
from nmrquanv.gui.plot.multiplets import DrawnMultiplet, free_foot
from nmrquanv.spectra.multiplets.tree import Level

_INK = QColor("#7a1f52")
_OVER_LINES, _LEVEL, _LEAST_TREE, _GAP = 260.0, 140.0, 150.0, 40.0
"""Drawing units, 1/100 mm: over a line and its mark, a splitting, the least width of a tree."""


class FigureMultiplets:
    """Draws the multiplets of one figure.

    Parameters
    ----------
    painter : QPainter
        With the figure's font.
    layout : Layout
    metrics : QFontMetricsF
    """

    def __init__(self, painter: QPainter, layout: Layout, metrics: QFontMetricsF) -> None:
        self._painter, self._layout, self._metrics = painter, layout, metrics
        self._taken: list[QRectF] = []

    def draw(self, multiplets: Sequence[DrawnMultiplet], width: float) -> int:
        """Draw those that find room, the strongest first; return how many did not.

        Parameters
        ----------
        multiplets : sequence of DrawnMultiplet
        width : float, units
            Of the lines.
        """
        layout = self._layout
        inside = [
            one
            for one in multiplets
            if one.lines_ppm
            and min(one.lines_ppm) >= layout.low_ppm
            and max(one.lines_ppm) <= layout.high_ppm
        ]
        inside.sort(key=lambda one: -abs(one.multiplet.area))
        self._painter.setPen(QPen(_INK, width))
        return sum(not self._draw_one(one) for one in inside)

    def _draw_one(self, one: DrawnMultiplet) -> bool:
        layout, line = self._layout, self._metrics.height()
        left, right = (float(layout.x(end(one.lines_ppm))) for end in (max, min))
        levels = one.tree if right - left >= _LEAST_TREE else ()
        depth = len(levels) * _LEVEL
        foot = layout.y_inside(max(one.height, 0.0)) - _OVER_LINES
        highest = layout.top + depth + line
        foot = max(foot, highest)
        middle, head = float(layout.x(one.multiplet.ppm)), foot - depth
        wide = self._metrics.horizontalAdvance(one.multiplet.name)
        box = QRectF(middle - wide / 2, head - line, wide, line)
        room = box.united(QRectF(left, head, max(right - left, 1.0), depth + 1.0))
        room.adjust(-_GAP, 0.0, _GAP, 0.0)
        lowest = layout.y_inside(0.0)
        at = free_foot(room, foot, (highest, lowest) if levels else (foot, foot), self._taken)
        if at is None:
            return False
        for part in (box, room):
            part.translate(0.0, at - foot)
        foot, head = at, at - depth
        self._taken.append(room)
        self._draw_tree(levels, head)
        if not levels:
            self._painter.drawLine(QPointF(left, foot), QPointF(right, foot))
        corner = QPointF(box.left(), box.top() + self._metrics.ascent() - 0.15 * line)
        self._painter.drawText(corner, one.multiplet.name)
        return True

    def _draw_tree(self, levels: tuple[Level, ...], head: float) -> None:
        x = self._layout.x
        for number, level in enumerate(levels):
            y = head + number * _LEVEL
            for above, below in level:
                start, end = float(x(above)), float(x(below))
                slope = QLineF(start, y, end, y + 0.6 * _LEVEL)
                self._painter.drawLines([slope, QLineF(slope.p2(), QPointF(end, y + _LEVEL))])
