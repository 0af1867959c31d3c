"""The one visible axis: chemical shift, Hz or points below a spectrum, seconds below a FID.

The plot itself always counts in ppm: only the numbers and their ticks are others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from nmrquanv.gui import theme
from nmrquanv.gui.plot.axis_scale import AxisScale, scale_of
from nmrquanv.gui.plot.figure_layout import tick_text
from nmrquanv.gui.view_state import AxisUnit, ViewState
from nmrquanv.spectra.axis import Axis

_ROOM = 18.0
"""Of the ticks, and between the lines, pixels."""


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
        self.setStyle(tickLength=6, tickTextOffset=5, maxTickLevel=1, hideOverlappingLabels=True)

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
        self.picture = None
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
        self.setTickFont(font)
        self.setHeight(_ROOM + 2 * QFontMetricsF(font).height())
        self.label.setFont(font)
        self.label.setDefaultTextColor(QColor(look.muted))
