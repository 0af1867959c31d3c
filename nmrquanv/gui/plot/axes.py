"""The one visible axis: chemical shift, Hz or points below a spectrum, seconds below a FID.

The plot itself always counts in ppm: only the numbers and their ticks are others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.axis_scale import AxisScale, scale_of
from nmrquanv.gui.plot.figure_layout import tick_text
from nmrquanv.gui.view_state import AxisUnit, ViewState
from nmrquanv.spectra.axis import Axis

_ROOM = 18.0
"""Of the ticks, and between the lines, pixels."""
_TICK, _OFFSET = 6.0, 5.0
_FILLED = ((6, 0.2), (4, 0.4), (2, 0.6), (0, 0.8))
"""Numbers already written, and the share of the axis above which no finer ones follow."""
_MOST_SIZES = 2000


class BottomAxis(pg.AxisItem):
    """A thin axis with ticks outside of the plot, in the theme's colours."""

    def __init__(self, state: ViewState | None = None) -> None:
        super().__init__("bottom")
        self._state = state
        self._scale = AxisScale()
        self._shown: tuple[Axis, str] | None = None
        if state is not None:
            state.unit_changed.connect(self._show_unit)
        self.enableAutoSIPrefix(False)
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)  # scaling leaves it as it is
        self._sizes: dict[str, QSizeF] = {}
        self.setStyle(maxTickLevel=1, hideOverlappingLabels=True)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the numbers at the ticks: as many decimals as their distance needs, no -0.0."""
        step = spacing * scale
        told = map(self._scale.told, values)
        return [tick_text(value * scale, step) for value in told]

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, Sequence[float]]]:
        """Return where the ticks stand: at round numbers of the unit that is shown."""
        ends = sorted(map(self._scale.told, (minVal, maxVal)))
        levels = super().tickValues(*ends, size)
        return [
            (step, self._scale.ppm(np.asarray(values, dtype=np.float64)).tolist())
            for step, values in levels
        ]

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the line, its ticks and those numbers that have room."""
        width, (low, high) = self.size().width(), self.range
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen())
        painter.drawLine(QLineF(-1.0, 1.0, width + 1.0, 1.0))
        painter.setFont(self.style["tickFont"])
        scale = width / ((high - low) or 1.0)
        drawn, filled = 0, 0.0
        for number, (step, values) in enumerate(self.tickValues(low, high, width)):
            at = [(value - low) * scale for value in values]
            inside = [0.0 <= x <= width for x in at]
            length, colour = _TICK / (0.5 * number + 1.0), QColor(self.tickPen().color())
            colour.setAlpha(255 // (number + 1))
            painter.setPen(QPen(colour, self.tickPen().widthF()))
            painter.drawLines(
                [QLineF(x, 0.0, x, length) for x, seen in zip(at, inside, strict=True) if seen]
            )
            texts = self.tickStrings(values, 1.0, step)
            told = [(x, t) for x, t, seen in zip(at, texts, inside, strict=True) if seen]
            filled += sum(self._size(text, painter).width() for _, text in told)
            if number and any(drawn >= n and filled >= share * width for n, share in _FILLED):
                continue
            drawn += self._write(painter, told, width)

    def _write(self, painter: QPainter, told: list[tuple[float, str]], width: float) -> int:
        """Write numbers under their ticks; return how many are not cut off by the ends."""
        painter.setPen(self.textPen())
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        drawn = 0
        for x, text in told:
            size = self._size(text, painter)
            if size.width() / 2 <= x <= width - size.width() / 2:
                left = x - size.width() / 2
                box = QRectF(left, _TICK + _OFFSET, size.width(), size.height())
                painter.drawText(box, flags | int(Qt.TextFlag.TextDontClip), text)
                drawn += 1
        return drawn

    def _size(self, text: str, painter: QPainter) -> QSizeF:
        """Return the size of a number, measured once."""
        size = self._sizes.get(text)
        if size is None:
            if len(self._sizes) > _MOST_SIZES:
                self._sizes.clear()
            size = QFontMetricsF(painter.font()).boundingRect(
                QRectF(0, 0, 100, 100), int(Qt.AlignmentFlag.AlignCenter), text
            ).size()  # fmt: skip
            self._sizes[text] = size
        return size

    def show_spectrum(self, axis: Axis, nucleus: str) -> None:
        """Write the numbers of a spectrum in the unit that a person chose."""
        self._shown = axis, nucleus
        self._show_unit()

    @property
    def unit(self) -> AxisUnit:
        """The unit in use: ppm where Hz are chosen and not known."""
        chosen: AxisUnit = self._state.unit if self._state is not None else "ppm"
        is_known = self._shown is None or self._shown[0].has_hz
        return chosen if chosen != "hz" or is_known else "ppm"

    def _show_unit(self) -> None:
        if self._shown is None:
            return
        shown = self._shown
        scale = scale_of(shown[0], self.unit, shown[1])
        self.show_quantity(scale.text)
        self._shown, self._scale = shown, scale
        self.update()

    def show_quantity(self, text: str) -> None:
        """Write what the axis measures, with its unit; its numbers are the plot's own."""
        self._shown, self._scale = None, AxisScale()
        self.setLabel(text)

    def apply_theme(self, font: QFont) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        self.setPen(QColor(look.muted))
        self.setTickPen(QColor(look.muted))
        self.setTextPen(QColor(look.text))
        self._sizes.clear()
        self.setTickFont(font)
        self.setHeight(_ROOM + 2 * QFontMetricsF(font).height())
        self.label.setFont(font)
        self.label.setDefaultTextColor(QColor(look.muted))


def dress_axes(plot: pg.PlotItem, font: QFont) -> None:
    """Give a plot's axes the colours of the theme in use, and their titles letters of a size."""
    look = theme.current()
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(QColor(look.muted))
        axis.setTextPen(QColor(look.text))
        axis.label.setFont(font)
