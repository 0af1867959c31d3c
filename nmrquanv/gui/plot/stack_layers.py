"""What a stack is drawn with: its traces, their colours and names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.stack_figure import GROUND, name_feet
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.theme import Theme
from nmrquanv.session.stack import StackTrace

_NAME_GAP = 4.0
_EMPTY = "Open spectra in the main window,\nthen press Add Open Spectra."


def colours(look: Theme | None = None) -> tuple[str, ...]:
    """Return the colours that traces get in turn, told apart by people with colour-blindness."""
    look = look or theme.current()
    return look.trace, look.quanv, look.cnn, look.classical, look.other, look.mine, look.region


def colour_of(trace: StackTrace, number: int, look: Theme | None = None) -> str:
    """Return the colour of a trace: its own, or the next of the theme."""
    known = colours(look)
    return trace.colour or known[number % len(known)]


def trace_text(trace: StackTrace) -> str:
    """Return a trace's name, with its label where that says more."""
    return f"{trace.name}  {trace.label}" if trace.label not in ("", trace.name) else trace.name


class StackedTrace(Trace):
    """A trace that is scaled and lifted where it is drawn."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box)
        self.shown: StackTrace | None = None
        self._colour, self._scale, self._lift = "", 1.0, 0.0

    def show_trace(self, trace: StackTrace, colour: str) -> None:
        """Show a spectrum where its axis was moved to."""
        before, self.shown, self._colour = self.shown, trace, colour
        is_same = before is not None and before.spectrum is trace.spectrum
        if not (is_same and before is not None and before.shift_ppm == trace.shift_ppm):
            axis = trace.spectrum.axis
            low = axis.limits_ppm[1] + trace.shift_ppm
            self.set_data(trace.spectrum.trace[::-1], low, axis.point_ppm)
        self.redraw()

    def place(self, scale: float, lift: float) -> None:
        """Draw so many times as tall, from a baseline on."""
        self._scale, self._lift = scale, lift
        self.redraw()

    def _view(self) -> tuple[object, ...]:
        return (*super()._view(), self._scale, self._lift)

    def y_px(self, y: Any) -> Any:
        """Map intensity to pixels from the view's top."""
        return super().y_px(self._scale * y + self._lift)

    def colour(self) -> str:
        """Return the colour in which the line is drawn."""
        return self._colour


class TraceNames(Overlay):
    """Names at the left end of the baselines, or at the top where traces lie over each other."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=40)
        self._names: list[tuple[str, str, float]] = []

    def set_names(self, names: list[tuple[str, str, float]]) -> None:
        """Write texts in colours at intensities."""
        self._names = names
        self.redraw()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Write what fits."""
        metrics, ground = QFontMetricsF(painter.font()), QColor(theme.current().plot)
        line, baselines = metrics.height(), [float(self.y_px(n[2])) for n in self._names]
        ground.setAlphaF(GROUND)
        feet = name_feet(baselines, line, self.boundingRect().height(), _NAME_GAP)
        for number, y in feet.items():
            text, colour = self._names[number][:2]
            painter.fillRect(
                QRectF(6.0, y - metrics.ascent(), metrics.horizontalAdvance(text) + 4.0, line),
                ground,
            )
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(8.0, y), text)
        if not self._names:
            painter.setPen(QColor(theme.current().muted))
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, _EMPTY)

    def has_content(self) -> bool:
        """Draw also where there is nothing: what to do is said then."""
        return True
