"""A stretch of a spectrum, and under it how often each of its peaks survives, with error bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.plot.axes import dress_axes
from nmrquanv.gui.shell.scale import scaled

if TYPE_CHECKING:
    from nmrquanv.spectra.spectrum import Spectrum
    from nmrquanv.study.circuits.repeated import Survey

_AXIS_WIDTH = 56
"""At letters of the usual size, pixels."""

_SURVIVAL_RANGE = (-0.1, 1.14)
"""With room for half a letter under 0 and over 100 %, also where letters are large."""


class SurvivalPlot(QWidget):
    """Trace above, survival below, over one ppm axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = pg.GraphicsLayoutWidget(self)
        self.canvas.setAccessibleName("Spectrum and survival of its peaks")
        self.trace = self.canvas.addPlot(row=0, col=0)
        self.survival = self.canvas.addPlot(row=1, col=0)
        self.curve = self.trace.plot()
        self.curve.setDownsampling(auto=True, method="peak")
        self.curve.setClipToView(True)
        self.bars = pg.ErrorBarItem(beam=0.0)
        self.points = pg.ScatterPlotItem(size=7)
        self.survival.addItem(self.bars)
        self.survival.addItem(self.points)
        self.survival.setXLink(self.trace)
        self.survival.setYRange(*_SURVIVAL_RANGE, padding=0)
        for plot in (self.trace, self.survival):
            plot.setMouseEnabled(x=True, y=False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.invertX(True)
            plot.getAxis("bottom").enableAutoSIPrefix(False)  # ppm have no thousandths
        for side in ("left", "bottom"):
            self.trace.getAxis(side).setStyle(showValues=False)
        self.survival.getAxis("left").setTicks([[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]])
        in_column(self.canvas, on=self, margins=0)
        self._fit_axes()
        self.apply_theme()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_axes()

    def _fit_axes(self) -> None:
        for plot in (self.trace, self.survival):
            plot.getAxis("left").setWidth(scaled(_AXIS_WIDTH))

    def show_spectrum(self, spectrum: Spectrum | None, high: float, low: float) -> None:
        """Show a stretch of a spectrum, without what was found in another."""
        self.show_survey(None)
        if spectrum is None:
            self.curve.setData([], [])
            return
        # what is clipped to the view must rise
        self.curve.setData(spectrum.axis.all_ppm()[::-1], spectrum.trace[::-1])
        self.trace.setXRange(low, high, padding=0.02)
        inside = spectrum.trace[spectrum.axis.span(high, low)]
        if inside.size:
            self.trace.setYRange(float(inside.min()), float(inside.max()), padding=0.06)

    def show_survey(self, survey: Survey | None) -> None:
        """Show how often each peak survived.

        The vertical bar is the interval, the other the standard deviation of its position.
        """
        peaks = survey.peaks if survey is not None else ()
        x = np.array([one.peak.ppm for one in peaks])
        rates = [one.rate for one in peaks]
        y = np.array([r.value for r in rates])
        self.bars.setData(
            x=x,
            y=y,
            top=np.array([r.high - r.value for r in rates]),
            bottom=np.array([r.value - r.low for r in rates]),
            left=np.nan_to_num(np.array([one.ppm_sd for one in peaks])),
            right=np.nan_to_num(np.array([one.ppm_sd for one in peaks])),
        )
        self.points.setData(x, y)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        self.canvas.setBackground(look.plot)
        for plot in (self.trace, self.survival):
            dress_axes(plot, self.font())
        self.survival.getAxis("bottom").setLabel("chemical shift, ppm")
        self.survival.getAxis("left").setLabel("survival")
        self.curve.setPen(QColor(look.trace))
        self.bars.setData(pen=pg.mkPen(QColor(look.muted)))
        self.points.setPen(None)
        self.points.setBrush(QColor(look.quanv))
