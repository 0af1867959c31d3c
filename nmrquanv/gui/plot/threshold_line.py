"""The least S/N as a line over the trace: dragged by its tag, which counts the peaks that pass.

The tag stands at the right edge and is all of the line that can be taken hold of: drags that begin
on the baseline are for zooming. It is small, and counts, only while the mouse has it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.peak_labels import label_font
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.numbers import fixed
from nmrquanv.session.undo import new_gesture

LEAST_SNR, MOST_SNR = 1.0, 100_000.0
_PAD = 5.0
_OFF_BASELINE = 5.0
"""Nearer to the baseline than this the line itself is not drawn, pixels."""


@dataclass(frozen=True, slots=True)
class SnrLimit:
    """The least S/N of a document, and what it leaves.

    Parameters
    ----------
    snr : float
    sigma : float, intensity
        Noise of the trace.
    count : int
        Peaks that pass all thresholds.
    is_both : bool
        Whether lines of both signs are listed: then a second line stands below the baseline.
    """

    snr: float
    sigma: float
    count: int
    is_both: bool = False


class ThresholdLine(Overlay):
    """The line of one plot.

    Signals
    -------
    dragged(float, int)
        A person dragged it to this S/N; the number is the key of the gesture.
    """

    dragged = Signal(float, int)
    held_shape = Qt.CursorShape.SizeVerCursor

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=40)
        self._limit: SnrLimit | None = None
        self._gesture = 0
        self._held = self._is_hovered = False
        view_box.handles.append(self)

    @property
    def limit(self) -> SnrLimit | None:
        """What is shown."""
        return self._limit

    def show_limit(self, limit: SnrLimit | None) -> None:
        """Show a limit, or none."""
        if limit != self._limit:
            self._limit = limit
            self.redraw()

    def text(self) -> str:
        """Return what the tag says; the count only while the mouse has it."""
        if self._limit is None:
            return ""
        count = f" · {self._limit.count} peaks" if self._held or self._is_hovered else ""
        return f"S/N {fixed(self._limit.snr, 1)}{count}"

    def tag(self) -> QRectF:
        """Return where the tag stands, pixels of the view; empty without a limit."""
        if self._limit is None:
            return QRectF()
        metrics, rect = QFontMetricsF(label_font(self.scene().font())), self.boundingRect()
        wide, high = metrics.horizontalAdvance(self.text()) + 2 * _PAD, metrics.height() + 2.0
        y = float(self.y_px(self._limit.snr * self._limit.sigma))
        middle = min(max(y, rect.top() + high / 2 + 1), rect.bottom() - high / 2 - 1)
        return QRectF(rect.right() - wide - 1, middle - high / 2, wide, high)

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
            self._gesture = new_gesture()
        if not self._held or self._limit is None:
            return False
        height = self.view_box.y_at(pointer.at.y())
        snr = min(max(height / self._limit.sigma, LEAST_SNR), MOST_SNR)
        self.dragged.emit(round(snr, 1), self._gesture)
        self._held = not pointer.is_finish
        return True

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return self._limit is not None

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the line, its mirror where lines point down too, and the tag."""
        limit = self._limit
        if limit is None:
            return
        look, rect, tag = theme.current(), self.boundingRect(), self.tag()
        pen = QPen(QColor(look.muted), 1, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        height = limit.snr * limit.sigma
        for level in (height, -height) if limit.is_both else (height,):
            y = float(self.y_px(level))
            if abs(y - float(self.y_px(0.0))) > _OFF_BASELINE and rect.top() < y < rect.bottom():
                painter.drawLine(QLineF(rect.left(), y, rect.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.muted), 1))
        painter.setBrush(QColor(look.raised))
        painter.drawRoundedRect(tag, 3, 3)
        painter.setFont(label_font(self.scene().font()))
        painter.setPen(QColor(look.text))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), self.text())
