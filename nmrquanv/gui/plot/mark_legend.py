"""What the marks mean: a line over the plot with those kinds that occur, and how many of each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import kind_title, layer_colour, layer_shape
from nmrquanv.gui.plot.peak_labels import label_font
from nmrquanv.gui.plot.peak_markers import PeakMarkers

_SIDE = 10.0
_GAP, _SPACE = 5.0, 16.0
_MARGIN = 14.0


class MarkLegend(QWidget):
    """The legend of one plot; as high as a line of text, and empty without marks.

    Parameters
    ----------
    markers : PeakMarkers
    n_finders : function
        Returns how many finders were asked.
    parent : QWidget
    """

    def __init__(self, markers: PeakMarkers, n_finders: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._markers, self._n_finders = markers, n_finders
        self._said: tuple[tuple[str, str], ...] = ()
        self._rest = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("What the marks mean")
        markers.view_box.sigRangeChanged.connect(lambda *_: self.refresh())

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return the kinds of marks that occur, each with its words."""
        if not self._markers.isVisible():
            return ()
        counts, n = self._markers.agreement.counts(), self._n_finders()
        return tuple((kind, f"{kind_title(kind, n)} ({count})") for kind, count in counts.items())

    def thinned(self) -> str:
        """Return how many marks the view has no room for; empty when it has room for all."""
        if not self._markers.isVisible():
            return ""
        total, drawn = self._markers.in_view(), len(self._markers.drawn())
        return f"{drawn} of {total} marks: zoom in for the others" if drawn < total else ""

    def refresh(self) -> None:
        """Follow marks and view."""
        said, rest = self.entries(), self.thinned()
        if (said, rest) != (self._said, self._rest):
            self._said, self._rest = said, rest
            words = [text for _, text in said]
            self.setAccessibleDescription(", ".join((*words, rest)).rstrip(", "))
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line."""
        return QSize(0, round(QFontMetricsF(self._font()).height()) + 5)

    def _font(self) -> QFont:
        return label_font(self.font())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the entries from the left, and at the right what the view has no room for."""
        painter, look = QPainter(self), theme.current()
        painter.fillRect(self.rect(), QColor(look.plot))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        metrics = QFontMetricsF(painter.font())
        middle, x = self.height() / 2 + 1, _MARGIN
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        for kind, text in self._said:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(layer_colour(kind))
            at = QPointF(x + _SIDE / 2, middle)
            painter.drawPath(layer_shape(kind, _SIDE).translated(at))
            painter.setPen(QColor(look.text))
            painter.drawText(QPointF(x + _SIDE + _GAP, baseline), text)
            x += _SIDE + _GAP + metrics.horizontalAdvance(text) + _SPACE
        wide = metrics.horizontalAdvance(self._rest)
        if self._rest and x + wide < self.width() - _MARGIN:
            painter.setPen(QColor(look.muted))
            painter.drawText(QPointF(self.width() - _MARGIN - wide, baseline), self._rest)
