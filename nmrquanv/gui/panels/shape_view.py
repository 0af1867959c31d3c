"""A usual line of a spectrum as its field makes it, over the Lorentzian of the same half width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmrquanv.gui import theme
from nmrquanv.numbers import fixed

if TYPE_CHECKING:
    from nmrquanv.spectra.line_form import LineForm

_SIDE, _BELOW = 6.0, -0.15
_LETTERS = 0.85
_WORDS = ("line", "Lorentzian", "difference")


class ShapeView(QWidget):
    """A still drawing; high ppm on the left, Hz from the top of the line below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form: LineForm | None = None
        self.setAccessibleName("Common line shape")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(
            "A line of the usual width as this spectrum's field makes it, the Lorentzian of the "
            "same half width, and their difference"
        )

    def show_form(self, form: LineForm | None) -> None:
        """Show a line, or nothing."""
        self._form = form
        told = (
            "nothing yet" if form is None else f"half width {fixed(float(form.width_hz[0]), 2)} Hz"
        )
        self.setAccessibleDescription(told)
        self.update()

    def sizeHint(self) -> QSize:
        """Be as large as one can read."""
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:
        """Give way where a window is low."""
        return QSize(160, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the curves, their legend, and the axis."""
        form = self._form
        if form is None:
            return
        painter, look = QPainter(self), theme.current()
        font = self.font()
        font.setPointSizeF(_LETTERS * font.pointSizeF())
        painter.setFont(font)
        line = painter.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(_SIDE, line + 2, -_SIDE, -line - 4)
        if not area.height() > line:
            return
        colours = (look.trace, look.accent, look.warning)
        self._draw_axis(painter, area, form)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        curves = (form.line, form.ideal, form.line - form.ideal)
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine)
        x = _SIDE
        for curve, colour, style, word in zip(curves, colours, styles, _WORDS, strict=True):
            painter.setPen(QPen(QColor(colour), 1.5, style))
            painter.drawPolyline(_polygon(area, form, curve))
            painter.drawLine(QPointF(x, 0.5 * line), QPointF(x + line, 0.5 * line))
            x += 1.4 * line
            painter.setPen(QColor(look.text))
            painter.drawText(QPointF(x, 0.8 * line), word)
            x += painter.fontMetrics().horizontalAdvance(word) + line

    @staticmethod
    def _draw_axis(painter: QPainter, area: QRectF, form: LineForm) -> None:
        look, reach = theme.current(), float(form.offset_hz[-1])
        painter.setPen(QColor(look.muted))
        zero = area.bottom() - area.height() * (0.0 - _BELOW) / (1.0 - _BELOW)
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.setPen(QColor(look.text))
        base = area.bottom() + painter.fontMetrics().ascent() + 2
        for place in (reach / 2, 0.0, -reach / 2):
            text = f"{fixed(place, 1)} Hz"
            width = painter.fontMetrics().horizontalAdvance(text)
            x = area.center().x() - 0.5 * area.width() * place / reach
            painter.drawText(QPointF(x - width / 2, base), text)


def _polygon(area: QRectF, form: LineForm, curve: NDArray[np.float64]) -> QPolygonF:
    """Return a curve in pixels, high ppm on the left."""
    reach = float(form.offset_hz[-1])
    x = area.center().x() - 0.5 * area.width() * form.offset_hz / reach
    y = area.bottom() - area.height() * (curve - _BELOW) / (1.0 - _BELOW)
    return QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
