"""What each finder says, as faint lanes of ticks at the foot of the plot, under the trace.

The marks over the lines are the working list's; the lanes are results and cannot be edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.finders import stacked
from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import layer_colour, layer_shape
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.stamps import Stamps
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.session.derived import Remembered
from nmrquanv.spectra.peaks import Peak, PeakList

LANE_STEP = 7.0
"""From one lane to the next, pixels."""

LANES_FOOT = 43.0
"""Of the lowest lane over the axis, pixels at the usual size of letters: the integrals' brackets
stand below."""

_REACH = 4.0
_SHAPE = 6.0
_LEFT = 6.0


class FinderLanes(Overlay):
    """One lane for each finder's result that is shown."""

    def __init__(self, view_box: SpectrumViewBox, state: ViewState) -> None:
        super().__init__(view_box, z=-3)
        self._state = state
        self._lanes: dict[str, tuple[tuple[Peak, ...], NDArray[np.float64]]] = {}
        self._stamps, self._remembered = Stamps(), Remembered()
        state.hovered_changed.connect(self.redraw)

    def set_layers(self, layers: Mapping[str, PeakList]) -> None:
        """Show these finders' results, and no others."""
        self._lanes = {n: (layers[n].peaks, layers[n].positions_ppm()) for n in stacked(layers)}
        self.redraw()

    def middle(self, name: str) -> float:
        """Return the y of a lane that is shown, pixels."""
        number = len(self._lanes) - 1 - list(self._lanes).index(name)
        return self.boundingRect().bottom() - scaled(LANES_FOOT) - (number + 0.5) * LANE_STEP

    def hit(self, at: QPointF) -> Hit | None:
        """Return the tick under the mouse."""
        for name, (peaks, ppm) in self._lanes.items():
            if peaks and abs(at.y() - self.middle(name)) <= LANE_STEP / 2:
                apart = np.abs(self.x_px(ppm) - at.x())
                nearest = int(apart.argmin())
                return Hit(peaks[nearest], name) if apart[nearest] <= _REACH else None
        return None

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._lanes)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw each lane: its finder's shape at the left, then its ticks, one a column."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.boundingRect().width()
        hovered = self._state.hovered
        for name, (_, ppm) in self._lanes.items():
            y = self.middle(name)
            parts = (ppm, *self.view_box.state["viewRange"][0], width)
            x = self._remembered.get(name, parts, partial(self._columns, ppm, width))
            self._stamps.put_ticks(painter, name, x, np.full(x.shape, y))
            painter.fillRect(QRectF(0, y - LANE_STEP / 2, 2 * _LEFT, LANE_STEP), _ground())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(layer_colour(name))
            painter.drawPath(layer_shape(name, _SHAPE).translated(_LEFT, y))
            if hovered is not None and hovered.layer == name:
                self._paint_hovered(painter, float(self.x_px(hovered.peak.ppm)), y)

    def _columns(self, ppm: NDArray[np.float64], width: float) -> NDArray[np.float64]:
        """Return the columns in which ticks stand, pixels."""
        x = self.x_px(ppm)
        return np.unique(np.rint(x[(x >= 0) & (x <= width)]))

    @staticmethod
    def _paint_hovered(painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QPen(QColor(theme.current().accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), 5.0, 5.0)


def _ground() -> QColor:
    """Return the colour of the plot, a little transparent."""
    ground = QColor(theme.current().plot)
    ground.setAlphaF(0.8)
    return ground
