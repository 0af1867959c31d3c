"""The one visible axis: chemical shift below a spectrum, seconds below a FID."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from nmrquanv.gui import theme
from nmrquanv.gui.plot.figure_layout import tick_text

_ROOM = 18.0
"""Of the ticks, and between the lines, pixels."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def nucleus_text(nucleus: str) -> str:
    """Return ``"13C"`` as ¹³C; other text stays as it is."""
    digits = "".join(ch for ch in nucleus if ch.isdigit())
    rest = nucleus.removeprefix(digits)
    return digits.translate(_SUPERSCRIPT) + rest if digits and rest else nucleus


class BottomAxis(pg.AxisItem):
    """A thin axis with ticks outside of the plot, in the theme's colours."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=6, tickTextOffset=5, maxTickLevel=1, hideOverlappingLabels=True)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the numbers at the ticks: as many decimals as their distance needs, no -0.0."""
        step = spacing * scale
        return [tick_text(value * scale, step) for value in values]

    def show_quantity(self, text: str) -> None:
        """Write what the axis measures, with its unit."""
        self.setLabel(text)

    def apply_theme(self, font: QFont) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        self.setPen(QColor(look.muted))
        self.setTickPen(QColor(look.muted))
        self.setTextPen(QColor(look.text))
        self.setTickFont(font)
        self.setHeight(_ROOM + 2 * QFontMetricsF(font).height())
        self.label.setFont(font)
        self.label.setDefaultTextColor(QColor(look.muted))
