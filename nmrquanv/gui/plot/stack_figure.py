"""The figure of a stack: what its plot shows, and how that is painted on a white page."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from nmrquanv.gui import theme
from nmrquanv.gui.plot.axis_scale import AxisScale
from nmrquanv.gui.plot.figure_base import (
    AXIS_LINES,
    MARGIN,
    UNITS_PER_MM,
    UNITS_PER_PT,
    FigureAxis,
    draw_points,
    figure_font,
    figure_pen,
)
from nmrquanv.gui.plot.figure_content import FigureStyle
from nmrquanv.gui.plot.figure_curves import COLUMN_UNITS
from nmrquanv.gui.plot.figure_layout import Layout, decimated
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.spectrum import Spectrum

GROUND = 0.8
"""How much of the trace behind a name is covered."""

REGION_TINT = 0.13
_LEGEND_SHARE = 0.5
_GAP = 40.0
_FOOT = 0.6 * UNITS_PER_MM


def name_feet(
    baselines: Sequence[float], line: float, height: float, gap: float
) -> dict[int, float]:
    """Return where names of traces are written, so that none touches another.

    Parameters
    ----------
    baselines : sequence of float
        Of the traces from the lowest to the highest, from the top of the plot down.
    line, height, gap : float
        Height of a line of text and of the plot, room between baseline and name; one unit.

    Returns
    -------
    dict of int to float
        The foot of each name, by the number of its trace. Where baselines stand nearer than names
        may, all names stand at the top, the highest first, if they fit in its half; otherwise
        those that would touch another are left out.
    """
    near = any(abs(b - a) < line for a, b in itertools.pairwise(baselines))
    last = len(baselines) - 1
    if near and len(baselines) * line <= _LEGEND_SHARE * height:
        return {n: (last - n + 1) * line for n in range(len(baselines))}
    feet: dict[int, float] = {}
    for number, baseline in enumerate(baselines):
        foot = baseline - gap
        if 0.5 * line < foot < height and all(abs(foot - x) >= line for x in feet.values()):
            feet[number] = foot
    return feet


@dataclass(frozen=True, slots=True)
class FigureTrace:
    """A trace as it is drawn.

    Parameters
    ----------
    spectrum : Spectrum
    name, colour : str
    factor : float
        It is drawn so many times as tall.
    lift : float, intensity
        Of its baseline.
    shift_ppm : float, ppm
        By how much it is moved.
    """

    spectrum: Spectrum
    name: str
    colour: str
    factor: float = 1.0
    lift: float = 0.0
    shift_ppm: float = 0.0


@dataclass(frozen=True, slots=True)
class StackFigure:
    """What is drawn of a stack.

    Parameters
    ----------
    traces : tuple of FigureTrace
        From the lowest to the highest; at least one.
    high_ppm, low_ppm : float, ppm
    bottom, top : float, intensity
        The visible part.
    regions : tuple of (high_ppm, low_ppm)
    scale : AxisScale
    """

    traces: tuple[FigureTrace, ...]
    high_ppm: float
    low_ppm: float
    bottom: float
    top: float
    regions: tuple[PpmRange, ...] = ()
    scale: AxisScale = field(default_factory=AxisScale)

    @property
    def title(self) -> str:
        """What the file says that it is."""
        return ", ".join(trace.name for trace in self.traces)

    @property
    def sources(self) -> tuple[str, ...]:
        """Paths of the measured data, none of which is replaced unasked."""
        return tuple(trace.spectrum.source.path for trace in self.traces)


class StackDrawing:
    """Paints the figure of one stack.

    Parameters
    ----------
    painter : QPainter
        Scaled to 1/100 mm.
    figure : StackFigure
    style : FigureStyle
    """

    def __init__(self, painter: QPainter, figure: StackFigure, style: FigureStyle) -> None:
        self._painter, self._figure, self._style = painter, figure, style
        self._font = figure_font(style)
        self._metrics = QFontMetricsF(self._font)
        line, page = self._metrics.height(), style.height_mm * UNITS_PER_MM
        self._layout = Layout(
            MARGIN,
            style.width_mm * UNITS_PER_MM - MARGIN,
            MARGIN,
            max(page - MARGIN - AXIS_LINES * line, MARGIN + line),
            figure.high_ppm,
            figure.low_ppm,
            figure.bottom,
            figure.top,
        )

    def draw(self) -> int:
        """Paint everything; return how many names found no room."""
        self._painter.setFont(self._font)
        self._draw_regions()
        self._draw_traces()
        axis = FigureAxis(self._painter, self._figure.scale, self._style, self._metrics)
        axis.draw(self._layout, self._layout.bottom + 0.5 * UNITS_PER_MM)
        return self._draw_names()

    def _draw_regions(self) -> None:
        layout, edge = self._layout, QColor(theme.LIGHT.region)
        ground = QColor(edge)
        ground.setAlphaF(REGION_TINT)
        for high, low in self._figure.regions:
            left = max(float(layout.x(high)), layout.left)
            right = min(float(layout.x(low)), layout.right)
            if right <= left:
                continue
            box = QRectF(QPointF(left, layout.top), QPointF(right, layout.bottom))
            self._painter.fillRect(box, ground)
            box.setTop(layout.bottom - _FOOT)
            self._painter.fillRect(box, edge)
            self._painter.setPen(figure_pen(edge, 0.5 * self._style.line_pt * UNITS_PER_PT))
            for x in (left, right):
                self._painter.drawLine(QLineF(x, layout.top, x, layout.bottom))

    def _draw_traces(self) -> None:
        """Draw the traces as the screen does, one over the other; nothing outside."""
        layout, width = self._layout, self._style.line_pt * UNITS_PER_PT
        columns = max(2, int((layout.right - layout.left) / COLUMN_UNITS))
        ends = layout.high_ppm, layout.low_ppm
        self._painter.save()
        area = QRectF(QPointF(layout.left, layout.top), QPointF(layout.right, layout.bottom))
        self._painter.setClipRect(area)
        for trace in self._figure.traces:
            axis = trace.spectrum.axis.shifted(trace.shift_ppm)
            ppm, height = decimated(axis, trace.spectrum.trace, ends, columns)
            self._painter.setPen(figure_pen(trace.colour, width))
            draw_points(self._painter, layout, ppm, trace.factor * height + trace.lift)
        self._painter.restore()

    def _draw_names(self) -> int:
        """Write the names where the screen has them; return how many found no room."""
        layout, line = self._layout, self._metrics.height()
        traces = self._figure.traces
        baselines = [float(layout.y(trace.lift)) - layout.top for trace in traces]
        feet = name_feet(baselines, line, layout.bottom - layout.top, _GAP)
        ground = QColor("white")
        ground.setAlphaF(GROUND)
        for number, foot in feet.items():
            trace, y = traces[number], layout.top + foot
            wide = self._metrics.horizontalAdvance(trace.name)
            box = QRectF(layout.left, y - self._metrics.ascent(), wide, line)
            self._painter.fillRect(box, ground)
            self._painter.setPen(QColor(trace.colour))
            self._painter.drawText(QPointF(layout.left, y), trace.name)
        return len(traces) - len(feet)
