"""The candidates as two small histograms: over S/N, and over confidence with its reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_row
from nmrquanv.numbers import fixed
from nmrquanv.session.derived import Remembered
from nmrquanv.session.document import Document

if TYPE_CHECKING:
    from nmrquanv.session.candidate_counts import Histogram

_FOOT, _HEAD, _SIDE = 15.0, 15.0, 4.0
_TALLEST = 300


class HistogramView(QWidget):
    """One histogram: bars, the threshold, and the curve where there is one.

    Parameters
    ----------
    title : str
    ticks : tuple of (float, str)
        Places on the axis, and what stands there.
    """

    def __init__(self, title: str, ticks: tuple[tuple[float, str], ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._ticks = title, ticks
        self._shown: Histogram | None = None
        self.setAccessibleName(f"Candidates by {title}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_histogram(self, shown: Histogram | None) -> None:
        """Show a histogram, or none."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleDescription(self.text())
            self.update()

    def text(self) -> str:
        """Return in words what is drawn."""
        shown = self._shown
        if shown is None:
            return "nothing yet"
        below = sum(shown.counts[: shown.below])
        return f"{below} of {sum(shown.counts)} candidates lie below the threshold"

    def sizeHint(self) -> QSize:
        """Be as tall as one can read."""
        return QSize(120, 96)

    def minimumSizeHint(self) -> QSize:
        """Give way where a window is low."""
        return QSize(60, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars on a root scale, so that few candidates are seen beside many."""
        shown = self._shown
        if shown is None:
            return
        painter, look = QPainter(self), theme.current()
        font = self.font()
        font.setPointSizeF(0.8 * font.pointSizeF())
        painter.setFont(font)
        area = QRectF(self.rect()).adjusted(_SIDE, _HEAD, -_SIDE, -_FOOT)
        painter.setPen(QColor(look.text))
        head = QRectF(area.left(), 0, area.width(), _HEAD)
        painter.drawText(head, int(Qt.AlignmentFlag.AlignLeft), self._title)
        painter.setPen(QColor(look.muted))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if not area.height() > 0:
            return
        self._draw_bars(painter, area, shown)
        for place, text in self._ticks:
            x = self._x(area, shown, place)
            width = painter.fontMetrics().horizontalAdvance(text)
            start = min(max(x - width / 2, 0.0), self.width() - width)
            painter.drawText(QPointF(start, self.height() - 3.0), text)
        painter.setPen(QPen(QColor(look.warning), 1.5))
        x = self._x(area, shown, shown.limit)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        self._draw_curve(painter, area, shown)

    @staticmethod
    def _x(area: QRectF, shown: Histogram, place: float) -> float:
        share = (place - shown.low) / (shown.high - shown.low)
        return area.left() + area.width() * min(max(share, 0.0), 1.0)

    def _draw_bars(self, painter: QPainter, area: QRectF, shown: Histogram) -> None:
        look, most = theme.current(), max(shown.counts, default=0)
        width = area.width() / len(shown.counts)
        colours = QColor(look.accent), QColor(look.muted)
        for number, count in enumerate(shown.counts):
            if not count:
                continue
            height = area.height() * (count / most) ** 0.5
            left = area.left() + number * width
            bar = QRectF(left, area.bottom() - height, max(width - 1.0, 1.0), height)
            painter.fillRect(bar, colours[number < shown.below])

    def _draw_curve(self, painter: QPainter, area: QRectF, shown: Histogram) -> None:
        """Draw the share that was right, from 0 at the foot to 1 at the head."""
        if not shown.curve:
            return
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [
            QPointF(self._x(area, shown, sure), area.bottom() - right * area.height())
            for sure, right in shown.curve
        ]
        painter.setPen(QPen(QColor(look.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        painter.setPen(QPen(QColor(look.text), 1.2))
        painter.drawPolyline(places)
        painter.setBrush(QColor(look.text))
        for place in places:
            painter.drawEllipse(place, 1.6, 1.6)


class CandidatesView(QWidget):
    """Both histograms of a document."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counted = Remembered()
        decades = ((0.0, "1"), (1.0, "10"), (2.0, "100"), (3.0, "1k"), (4.0, "10k"))
        self.snr = HistogramView("S/N", decades, self)
        shares = tuple((x, fixed(x, 1)) for x in (0.0, 0.5, 1.0))
        self.confidence = HistogramView("confidence", shares, self)
        self.snr.setToolTip("How many candidates have how much S/N; the line is the threshold")
        self.confidence.setToolTip(
            "How many candidates have how much confidence; the line is the threshold.\n"
            "Dots: the share of such candidates that were true when the model was judged on\n"
            "simulated spectra (its card). On the dotted diagonal confidence means what it says."
        )
        in_row(self.snr, self.confidence, on=self, margins=0, spacing=6)
        self.setMaximumHeight(_TALLEST)

    def show_document(self, document: Document | None) -> None:
        """Show the candidates of a document's working list."""
        if document is None or not len(document.peaks):
            self.snr.show_histogram(None)
            self.confidence.show_histogram(None)
            return
        from nmrquanv.session.candidate_counts import by_confidence, by_snr

        self.snr.show_histogram(by_snr(document, self._counted))
        self.confidence.show_histogram(by_confidence(document, self._counted))
