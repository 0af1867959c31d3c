"""What processing shows over the trace: the pivot of the phase, and all about the baseline.

The pivot is a line that is dragged by its tag at the top. Of a baseline the curve that is taken
out is drawn, the points that it goes through, and the regions that say nothing of it.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.peak_labels import LEAST_STRIP, label_font
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.numbers import fixed

Regions = tuple[tuple[float, float], ...]
"""(high, low) in ppm."""

_PAD, _TOP, _BESIDE, _RADIUS, _REACH = 5.0, 4.0, 14.0, 4.5, 8.0
_CURVE_POINTS = 2000


class ProcessingMarks(Overlay):
    """The marks of one plot.

    Signals
    -------
    pivot_dragged(float)
        A person dragged the pivot to this chemical shift.
    anchors_asked(tuple of float)
        A person wants the baseline to go through the trace at these shifts.
    left_out_asked(tuple of (high, low))
        A person wants these regions to say nothing of it.
    """

    pivot_dragged = Signal(float)
    anchors_asked = Signal(object)
    left_out_asked = Signal(object)

    held_shape = Qt.CursorShape.SizeHorCursor

    def __init__(self, view_box: SpectrumViewBox, trace: Trace) -> None:
        super().__init__(view_box, z=39)  # under the tag of the least S/N
        self._trace = trace
        self._held = self._is_hovered = False
        self.pivot_ppm: float | None = None
        self.top = LEAST_STRIP
        self.anchors: tuple[float, ...] = ()
        self.left_out: Regions = ()
        self._curve: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        view_box.handles.append(self)

    @property
    def has_curve(self) -> bool:
        """Whether a baseline's curve is drawn."""
        return self._curve is not None

    def show_pivot(self, ppm: float | None) -> None:
        """Show the pivot, or none."""
        if ppm != self.pivot_ppm:
            self.pivot_ppm = ppm
            self.redraw()

    def show_baseline(self, anchors: tuple[float, ...] = (), left_out: Regions = ()) -> None:
        """Show a baseline's points and the regions that it leaves out, ppm."""
        if (anchors, left_out) != (self.anchors, self.left_out):
            self.anchors, self.left_out = anchors, left_out
            self.redraw()

    def show_curve(self, x0: float, dx: float, values: NDArray[np.float64] | None) -> None:
        """Show the curve that is taken out, at ``x0 + dx * index``; None for none."""
        if values is None:
            self._curve = None
        else:
            step = max(1, values.size // _CURVE_POINTS)
            x = np.asarray(x0 + dx * np.arange(0, values.size, step), dtype=np.float64)
            self._curve = (x, values[::step])
        self.redraw()

    def anchor_at(self, at: QPointF) -> float | None:
        """Return the point under the mouse."""
        near = [(abs(float(self.x_px(ppm)) - at.x()), ppm) for ppm in self.anchors]
        best = min(near, default=None)
        return best[1] if best is not None and best[0] <= _REACH else None

    def region_at(self, at: QPointF) -> tuple[float, float] | None:
        """Return the region under the mouse."""
        ppm = self.view_box.x_at(at.x())
        return next((r for r in self.left_out if r[1] <= ppm <= r[0]), None)

    def tag(self) -> QRectF:
        """Return where the pivot's tag stands, pixels of the view; empty without a pivot."""
        if self.pivot_ppm is None or self.scene() is None:
            return QRectF()
        metrics = QFontMetricsF(label_font(self.scene().font()))
        wide, rect = metrics.horizontalAdvance(self._text()) + 2 * _PAD, self.boundingRect()
        # beside its line and under the labels: what stands over the tallest line stays seen
        x = float(self.x_px(self.pivot_ppm))
        left = x + _BESIDE if x + _BESIDE + wide < rect.right() else x - _BESIDE - wide
        left = min(max(left, rect.left() + 1), rect.right() - wide - 1)
        return QRectF(left, rect.top() + self.top + _TOP, wide, metrics.height() + 2)

    def hover(self, at: QPointF | None) -> bool:
        """Tell whether the mouse is on the tag."""
        is_hovered = at is not None and self.isVisible() and self.tag().contains(at)
        if is_hovered != self._is_hovered:
            self._is_hovered = is_hovered
            self.redraw()
        return is_hovered

    def drag(self, pointer: Pointer) -> bool:
        """Follow a drag that began on the tag; False for others."""
        if pointer.is_start:
            self._held = self.hover(pointer.start)
        if not self._held:
            return False
        low, high = self.view_box.limits_x
        self.pivot_dragged.emit(min(max(self.view_box.x_at(pointer.at.x()), low), high))
        self._held = not pointer.is_finish
        return True

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self.anchors or self.left_out) or self.has_curve or self.pivot_ppm is not None

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw regions, curve, points and pivot."""
        look, rect = theme.current(), self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(look.warning)
        ground.setAlphaF(0.16)
        for high, low in self.left_out:
            left, right = float(self.x_px(high)), float(self.x_px(low))
            painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), ground)
        if self._curve is not None:
            painter.setPen(QPen(QColor(look.accent), 1.6, Qt.PenStyle.DashLine))
            x, y = self.x_px(self._curve[0]), self.y_px(self._curve[1])
            painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))
        painter.setPen(QPen(QColor(look.plot), 1))
        painter.setBrush(QColor(look.accent))
        for ppm in self.anchors:
            height = self._trace.value_at(ppm)
            if height is not None:
                at = QPointF(float(self.x_px(ppm)), float(self.y_px(height)))
                painter.drawEllipse(at, _RADIUS, _RADIUS)
        self._paint_pivot(painter)

    def _text(self) -> str:
        return "" if self.pivot_ppm is None else f"pivot {fixed(self.pivot_ppm, 3)} ppm"

    def _paint_pivot(self, painter: QPainter) -> None:
        if self.pivot_ppm is None:
            return
        look, rect, tag = theme.current(), self.boundingRect(), self.tag()
        x = float(self.x_px(self.pivot_ppm))
        if not rect.left() <= x <= rect.right():
            return
        painter.setPen(QPen(QColor(look.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, tag.top(), x, rect.bottom()))
        near = tag.left() if tag.left() > x else tag.right()
        painter.drawLine(QLineF(x, tag.center().y(), near, tag.center().y()))
        painter.setPen(QPen(QColor(look.accent), 2 if self._is_hovered else 1))
        painter.setBrush(QColor(look.raised))
        painter.drawRoundedRect(tag, 3, 3)
        painter.setFont(label_font(self.scene().font()))
        painter.setPen(QColor(look.text))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), self._text())
