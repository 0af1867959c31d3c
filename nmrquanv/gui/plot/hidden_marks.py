"""Rings over those peaks that a threshold hides, while a person wants to see them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtGui import QPainter

from nmrquanv.gui.plot.marked_peaks import MarkedPeaks
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.stamps import Stamps
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.spectra.peaks import Peak

_OVER, _ROOM = 8.0, 8.0


class HiddenMarks(Overlay):
    """The rings of one plot; where they would touch, only the tallest lines have one."""

    def __init__(self, view_box: SpectrumViewBox, trace: Trace) -> None:
        super().__init__(view_box, z=28)
        self._trace = trace
        self._marked = MarkedPeaks.of(())
        self._stamps = Stamps()

    def set_peaks(self, peaks: Iterable[Peak]) -> None:
        """Show rings over these peaks, and no others."""
        self._marked = MarkedPeaks.of(peaks)
        self.redraw()

    @property
    def peaks(self) -> tuple[Peak, ...]:
        """What has rings."""
        return self._marked.peaks

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._marked.peaks)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the rings."""
        marked, rect = self._marked, self.boundingRect()
        if not marked.peaks:
            return
        x = np.atleast_1d(self.x_px(marked.ppm))
        level = np.zeros(len(x), dtype=np.intp)
        drawn = marked.apart(x, rect.width(), _ROOM, level)
        top = self.y_px(self._trace.apex(marked.ppm[drawn], marked.sign[drawn]))
        y = np.clip(top - _OVER * marked.sign[drawn], rect.top() + 4, rect.bottom() - 4)
        self._stamps.put_rings(painter, x[drawn], y)
