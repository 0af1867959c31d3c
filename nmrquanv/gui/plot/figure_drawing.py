"""Paints a spectrum as it is printed: trace, axis, marks, chemical shifts, integrals.

Everything is painted in 1/100 mm on a white page; who calls scales that to pixels.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from nmrquanv.gui.plot.figure_base import (
    AXIS_LINES,
    INK,
    MARGIN,
    UNITS_PER_MM,
    UNITS_PER_PT,
    FigureAxis,
    figure_font,
    figure_pen,
)
from nmrquanv.gui.plot.figure_content import Figure, FigureStyle
from nmrquanv.gui.plot.figure_curves import FigureCurves
from nmrquanv.gui.plot.figure_foot import FigureFoot
from nmrquanv.gui.plot.figure_integrals import FigureIntegrals
from nmrquanv.gui.plot.figure_layout import Layout
from nmrquanv.gui.plot.figure_marks import FigureMarks, legend_of
from nmrquanv.gui.plot.figure_multiplets import FigureMultiplets
from nmrquanv.gui.plot.label_places import place_labels
from nmrquanv.gui.plot.peak_labels import distinct_texts
from nmrquanv.numbers import drawn
from nmrquanv.spectra.peaks import Peak

_INK = QColor(INK)
_MARK = QColor("#5a5a5a")


class FigureDrawing:
    """Paints one figure.

    Parameters
    ----------
    painter : QPainter
        Scaled to 1/100 mm.
    figure : Figure
    style : FigureStyle
    """

    def __init__(self, painter: QPainter, figure: Figure, style: FigureStyle) -> None:
        self._painter = painter
        self._figure = figure
        self._style = style
        self._font = figure_font(style)
        self._metrics = QFontMetricsF(self._font)
        self._thin = 0.5 * style.line_pt * UNITS_PER_PT
        self._axis = FigureAxis(painter, figure.scale, style, self._metrics)
        self._foot = FigureFoot(painter, figure, style, self._metrics)
        self._integrals = FigureIntegrals(painter, figure, style, self._metrics)
        line = style.line_pt * UNITS_PER_PT
        self._curves = FigureCurves(painter, figure, style, line)
        self._layout = self._laid_out()

    def draw(self) -> int:
        """Paint everything; return how many labels found no room."""
        self._painter.setFont(self._font)
        self._foot.draw_bands(self._layout, self._axis_y(), self._thin)
        self._curves.draw(self._layout)
        self._axis.draw(self._layout, self._axis_y())
        self._foot.draw_lanes(self._layout, self._thin)
        self._integrals.draw(
            self._layout, self._layout.bottom + self._foot.lanes_height, self._thin * 1.4
        )
        left_out = self._draw_peaks()
        if self._style.has_multiplets:
            multiplets = FigureMultiplets(self._painter, self._layout, self._metrics)
            multiplets.draw(self._figure.multiplets, self._thin * 1.4)
        return left_out

    def _has_labels(self) -> bool:
        return self._style.has_labels and bool(self._figure.peaks)

    def _label_texts(self) -> list[str]:
        scale = self._figure.scale
        peaks = [(p, scale.told(p.ppm)) for p in self._figure.peaks]
        decimals = self._style.decimals if scale.decimals is None else scale.decimals
        return [drawn(text) for text in distinct_texts(peaks, decimals)]

    def _laid_out(self) -> Layout:
        """Return the plot area: what labels, integrals and axis leave of the page."""
        style, figure, line = self._style, self._figure, self._metrics.height()
        margin = MARGIN
        top = margin + 1.3 * line * (bool(legend_of(figure)) + self._curves.has_legend)
        if self._has_labels():
            longest = max(self._metrics.horizontalAdvance(t) for t in self._label_texts())
            top += longest + self._leader_height()
        bottom = style.height_mm * UNITS_PER_MM - margin - AXIS_LINES * line
        bottom = max(bottom - self._strips(), top + line)
        right = style.width_mm * UNITS_PER_MM - margin
        return Layout(
            margin,
            right,
            top,
            bottom,
            figure.high_ppm,
            figure.low_ppm,
            figure.bottom,
            figure.top,
        )

    def _strips(self) -> float:
        """Return the height of what stands between trace and axis."""
        return self._foot.lanes_height + self._integrals.height + self._foot.names_height

    def _leader_height(self) -> float:
        return 4.0 * UNITS_PER_MM

    def _axis_y(self) -> float:
        return self._layout.bottom + self._strips() + 0.5 * UNITS_PER_MM

    def _draw_peaks(self) -> int:
        """Mark the peaks; write as many chemical shifts as fit."""
        peaks = self._figure.peaks
        marks = FigureMarks(self._painter, self._figure, self._layout)
        marks.draw(figure_pen(_MARK, self._thin))
        line = self._metrics.height()
        left, middle = self._layout.left, 2.0 * UNITS_PER_MM + 0.4 * line
        marks.draw_legend(left, middle, self._metrics)
        middle += 1.3 * line if legend_of(self._figure) else 0.0
        self._curves.draw_legend(left, middle, self._metrics)
        return self._draw_labels(peaks) if self._has_labels() else 0

    def _draw_labels(self, peaks: tuple[Peak, ...]) -> int:
        layout, count = self._layout, len(peaks)
        said = [(p, text) for p, text in zip(peaks, self._label_texts(), strict=True) if text]
        peaks, texts = tuple(p for p, _ in said), [text for _, text in said]
        spacing = 0.92 * self._metrics.height()
        half = 0.5 * spacing
        wanted = np.asarray(layout.x(np.array([p.ppm for p in peaks])), dtype=np.float64)
        priority = np.array([abs(p.height) for p in peaks])
        limits = (half, self._style.width_mm * UNITS_PER_MM - half)
        most = 0.25 * (layout.right - layout.left)
        kept, places = place_labels(wanted, priority, spacing, limits, most)
        foot = layout.top - self._leader_height()
        step = self._leader_height() / 4
        for index, place in zip(kept.tolist(), places.tolist(), strict=True):
            x = float(wanted[index])
            self._painter.setPen(figure_pen(_MARK, self._thin))
            corners = [
                (place, foot + 0.3 * step),
                (place, foot + step),
                (x, foot + 3 * step),
                (x, foot + 4 * step),
            ]
            self._painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in corners]))
            self._upright(place, foot, texts[index])
        return count - len(kept)

    def _upright(self, x: float, foot: float, text: str) -> None:
        """Write a text from bottom to top, its foot at a point."""
        self._painter.save()
        self._painter.setPen(_INK)
        self._painter.translate(x, foot)
        self._painter.rotate(-90)
        middle = 0.5 * (self._metrics.ascent() - self._metrics.descent())
        self._painter.drawText(QPointF(0, middle), text)
        self._painter.restore()
