"""Published signals over the spectrum: found, missing, and what the spectrum has besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.numbers import fixed

if TYPE_CHECKING:
    from nmrquanv.spectra.multiplets.published import PublishedCheck

_BAR = 5.0
_TEXT_GAP = 4.0


class PublishedSignals(Overlay):
    """A bar along the foot of the plot for each signal; missing ones go up as a dashed line."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=24)
        self.comparison: PublishedCheck | None = None

    def set_comparison(self, comparison: PublishedCheck | None) -> None:
        """Show a published line held against the spectrum, or none."""
        self.comparison = comparison
        self.redraw()

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return self.comparison is not None

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw what the view shows."""
        if self.comparison is None:
            return
        look, rect = theme.current(), self.boundingRect()
        taken = -1e9
        for one in self.comparison.signals:
            signal = one.signal
            left, right = float(self.x_px(signal.high_ppm)), float(self.x_px(signal.low_ppm))
            colour = QColor(look.classical if one.is_found else look.cnn)
            if right < 0 or left > rect.width():
                continue
            style = Qt.PenStyle.SolidLine if one.is_found else Qt.PenStyle.DashLine
            painter.setPen(QPen(colour, 1.4, style))
            top = rect.bottom() - 26.0 if one.is_found else rect.top() + 0.3 * rect.height()
            for x in {left, right}:
                painter.drawLine(QPointF(x, top), QPointF(x, rect.bottom() - _BAR))
            bar = QRectF(left - 2.0, rect.bottom() - _BAR, max(right - left, 0.0) + 4.0, _BAR)
            painter.fillRect(bar, colour)
            taken = self._name(painter, one.is_found, signal.ppm, (left + right) / 2, taken)
        for extra in self.comparison.extra:
            x = float(self.x_px(extra.ppm))
            if 0 <= x <= rect.width():
                painter.setPen(QPen(QColor(look.other), 1.4, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, rect.bottom() - 18.0), QPointF(x, rect.bottom()))

    def _name(
        self, painter: QPainter, is_found: bool, ppm: float, middle: float, taken: float
    ) -> float:
        """Write which signal is missing; return where the text ends."""
        if is_found:
            return taken
        text = f"{fixed(ppm, 2)} missing"
        metrics = QFontMetricsF(painter.font())
        start = middle + _TEXT_GAP
        if start < taken:
            return taken
        top = self.boundingRect().top() + 0.3 * self.boundingRect().height()
        painter.drawText(QPointF(start, top + metrics.ascent()), text)
        return start + metrics.horizontalAdvance(text) + _TEXT_GAP
