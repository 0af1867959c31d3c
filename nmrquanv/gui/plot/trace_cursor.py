"""A cursor on the trace for the keyboard: arrows move it, and a peak can be added where it is."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox

_RADIUS = 4.0
_EDGE = 12.0
"""Nearer to an edge of the view than this the view goes along, pixels."""


class TraceCursor(Overlay):
    """Shown from the first arrow until Esc.

    Signals
    -------
    moved(float or None, ppm)
    """

    moved = Signal(object)

    def __init__(self, view_box: SpectrumViewBox, trace: Trace) -> None:
        super().__init__(view_box, z=60)
        self._trace = trace
        self._ppm: float | None = None

    @property
    def ppm(self) -> float | None:
        """Where it is; None while it is not shown."""
        return self._ppm

    def step(self, pixels: float) -> None:
        """Go to the right; the first step shows it in the middle of the view."""
        rect = self.boundingRect()
        if self._ppm is None or not 0 <= self.x_px(self._ppm) <= rect.width():
            x = rect.width() / 2
        else:
            x = float(self.x_px(self._ppm)) + pixels
        self.go_to(self.view_box.x_at(x))

    def go_to(self, ppm: float) -> None:
        """Stand at a chemical shift; the view goes along where that is at its edge or beyond."""
        low, high = self.view_box.limits_x
        self._ppm = min(max(ppm, low), high)
        if not _EDGE <= self.x_px(self._ppm) <= self.boundingRect().width() - _EDGE:
            self.view_box.centre_on(self._ppm)
        self.redraw()
        self.moved.emit(self._ppm)

    def leave(self) -> None:
        """Hide it."""
        if self._ppm is not None:
            self._ppm = None
            self.redraw()
            self.moved.emit(None)

    def place(self) -> QPointF | None:
        """Return where it stands on the trace, pixels of the view."""
        if self._ppm is None or self._trace.value_at(self._ppm) is None:
            return None
        return self.place_of(self._ppm)

    def place_of(self, ppm: float) -> QPointF:
        """Return where the trace is drawn at a chemical shift, pixels of the view."""
        rect = self.boundingRect()
        y = float(self.y_px(self._trace.value_at(ppm) or 0.0))
        return QPointF(float(self.x_px(ppm)), min(max(y, rect.top() + 1), rect.bottom() - 1))

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return self._ppm is not None

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw a line with a ring where it meets the trace."""
        at = self.place()
        if at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.current().accent), 1, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        rect = self.boundingRect()
        painter.drawLine(QLineF(at.x(), rect.top(), at.x(), rect.bottom()))
        painter.setPen(QPen(QColor(theme.current().accent), 2))
        painter.drawEllipse(at, _RADIUS, _RADIUS)
