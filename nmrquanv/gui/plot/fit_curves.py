"""The sum of a list's lines over the trace, and what they leave of it, around zero."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from nmrquanv.gui import theme
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.fitted_trace import FittedTrace, fitted_trace


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


class FitCurves(QObject):
    """Both curves; they are computed beside the window and follow the list.

    Signals
    -------
    told(str)
        Of how many lines the curves are, once they are drawn.
    """

    told = Signal(str)

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__()
        self.rest, self.sum = _Rest(view_box, z=2), _Sum(view_box, z=3)
        self._lane = Lane(is_newest_first=True, parent=self)
        self._shown: tuple[object, ...] = ()

    def setVisible(self, is_visible: bool) -> None:
        """Show or hide both, as overlays are."""
        self.sum.setVisible(is_visible)
        self.rest.setVisible(is_visible)

    def show(self, document: Document | None) -> None:
        """Draw a document's shown peaks; None draws nothing."""
        if document is None:
            self._lane.cancel()
            self._shown = ()
            self._draw(np.zeros(0), np.zeros(0), 0.0, 1.0)
            return
        spectrum, peaks = document.spectrum, document.shown_peaks()
        if self._shown == (spectrum, peaks):
            return
        self._shown = spectrum, peaks
        job = Job(lambda report: fitted_trace(spectrum.axis, peaks, report))

        def draw(fitted: FittedTrace) -> None:
            axis = spectrum.axis
            rest = spectrum.trace - fitted.values
            self._draw(fitted.values[::-1], rest[::-1], axis.limits_ppm[1], axis.point_ppm)
            out = f"; without a width, left out: {fitted.left_out}" if fitted.left_out else ""
            self.told.emit(f"Lines in the fit: {fitted.lines}{out}")

        job.succeeded.connect(draw)
        self._lane.submit(job)

    def _draw(self, of_lines: np.ndarray, rest: np.ndarray, low: float, step: float) -> None:
        self.sum.set_data(of_lines, low, step)
        self.rest.set_data(rest, low, step)
