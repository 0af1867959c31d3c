"""A list's lines over the trace, alone and together, and what they leave of it, around zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane

if TYPE_CHECKING:
    from nmrquanv.spectra.fitted_trace import FittedTrace, LineCurve

_LEAST_WIDTH = 2.0
"""Of a line that is drawn alone, pixels."""


class _Sum(Trace):
    """The lines together."""

    def colour(self) -> str:
        """Return the colour of the list that a person edits."""
        return theme.current().mine


class _Rest(Trace):
    """The trace less the lines."""

    def colour(self) -> str:
        """Return a colour that is neither the trace's nor the sum's."""
        return theme.current().classical


class _Single(Overlay):
    """Each line alone, where it is wide enough to be told from the trace."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=1)
        self.lines: tuple[LineCurve, ...] = ()

    def set_lines(self, lines: tuple[LineCurve, ...]) -> None:
        """Show these."""
        self.lines = lines
        self.redraw()

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self.lines)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw what is in view."""
        low, high = self.view_box.state["viewRange"][0]
        least = _LEAST_WIDTH * (high - low) / max(self.boundingRect().width(), 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().region), 1.0))
        for line in self.lines:
            if line.width_ppm >= least and line.ppm[0] < high and line.ppm[-1] > low:
                x, y = self.x_px(line.ppm), self.y_px(line.values)
                painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))


class FitCurves(QObject):
    """All curves; they are computed beside the window and follow the list.

    Signals
    -------
    told(str)
        Of how many lines the curves are, once they are drawn.
    """

    told = Signal(str)

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__()
        self.rest, self.sum = _Rest(view_box, z=2), _Sum(view_box, z=3)
        self.single = _Single(view_box)
        self._lane = Lane(is_newest_first=True, parent=self)
        self._shown: tuple[object, ...] = ()

    def setVisible(self, is_visible: bool) -> None:
        """Show or hide all, as overlays are."""
        self.single.setVisible(is_visible)
        self.sum.setVisible(is_visible)
        self.rest.setVisible(is_visible)

    def show(self, document: Document | None) -> None:
        """Draw a document's shown peaks; None draws nothing."""
        if document is None:
            self._lane.cancel()
            self._shown = ()
            self._draw(np.zeros(0), np.zeros(0), 0.0, 1.0)
            self.single.set_lines(())
            return
        spectrum, peaks = document.spectrum, document.shown_peaks()
        if self._shown == (spectrum, peaks):
            return
        self._shown = spectrum, peaks
        from nmrquanv.spectra.fitted_trace import fitted_trace, shapes_of

        shapes = shapes_of(document.layers)
        job = Job(lambda report: fitted_trace(spectrum.axis, peaks, report, shapes=shapes))

        def draw(fitted: FittedTrace) -> None:
            axis = spectrum.axis
            rest = spectrum.trace - fitted.values
            self._draw(fitted.values[::-1], rest[::-1], axis.limits_ppm[1], axis.point_ppm)
            self.single.set_lines(fitted.single)
            out = f"; without a width, left out: {fitted.left_out}" if fitted.left_out else ""
            self.told.emit(f"Lines in the fit: {fitted.lines}{out}")

        job.succeeded.connect(draw)
        self._lane.submit(job)

    def _draw(self, of_lines: np.ndarray, rest: np.ndarray, low: float, step: float) -> None:
        self.sum.set_data(of_lines, low, step)
        self.rest.set_data(rest, low, step)
