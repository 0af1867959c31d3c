"""The window that a front end slides over, and what its five channels answer at each place."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QLabel, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.pages.forms import signed_text
from nmrquanv.gui.plot.axes import dress_axes
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.models.channel_traces import ChannelTraces
from nmrquanv.models.circuits import N_QUBITS
from nmrquanv.numbers import fixed

_NAME_WIDTH, _VALUES_WIDTH = 82, 44
_AXIS_HEIGHT = 38


class ChannelPlots(QWidget):
    """Six plots over one ppm axis; under the mouse, a stretch of 32 points and its answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._made: ChannelTraces | None = None
        self.canvas = pg.GraphicsLayoutWidget(self)
        self.canvas.setAccessibleName("Channel traces")
        self.canvas.ci.layout.setVerticalSpacing(2)
        self.reading = QLabel(self)
        self.plots: list[pg.PlotItem] = []
        self.curves: list[pg.PlotDataItem] = []
        self._lines: list[pg.InfiniteLine] = []
        self._names: list[pg.LabelItem] = []
        for row in range(N_QUBITS + 1):
            self._add_plot(row)
        self._stretch = pg.LinearRegionItem(movable=False)
        self._stretch.setVisible(False)
        self.plots[0].addItem(self._stretch, ignoreBounds=True)
        rows = self.canvas.ci.layout
        rows.setRowStretchFactor(0, 2)
        in_column((self.canvas, 1), self.reading, on=self, margins=0, spacing=2)
        self.canvas.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.apply_theme()
        self.point_at(None)

    def set_traces(self, made: ChannelTraces | None) -> None:
        """Show another window, or nothing."""
        self._made = made
        self.point_at(None)
        if made is None:
            for curve in self.curves:
                curve.setData([], [])
            return
        self.curves[0].setData(made.ppm, made.seen)
        for curve, values in zip(self.curves[1:], made.channels, strict=True):
            curve.setData(made.centre_ppm, values)
        low, high = float(made.channels.min()), float(made.channels.max())
        room = 0.06 * max(high - low, 1e-3)
        for plot in self.plots:
            plot.setXRange(float(made.ppm[-1]), float(made.ppm[0]), padding=0)
        for plot in self.plots[1:]:
            plot.setYRange(min(low, 0.0) - room, max(high, 0.0) + room, padding=0)
            plot.getAxis("left").setTicks([_ends(low, high)])
        low, high = float(made.seen.min()), float(made.seen.max())
        room = 0.06 * max(high - low, 1e-3)
        self.plots[0].setYRange(low - room, high + room, padding=0)
        self.plots[0].getAxis("left").setTicks([_ends(low, high)])

    def point_at(self, ppm: float | None) -> None:
        """Show the stretch around a place and what the channels answer to it."""
        made = self._made
        is_shown = made is not None and ppm is not None
        self._stretch.setVisible(is_shown)
        for line in self._lines:
            line.setVisible(is_shown)
        if made is None or ppm is None:
            text = "Move the mouse over the plots: the 32 points that a place sees are shaded."
            self.reading.setText(text if made is not None else "")
            return
        at = int(np.abs(made.centre_ppm - ppm).argmin())
        centre = float(made.centre_ppm[at])
        half = 0.5 * made.span * abs(float(made.ppm[0] - made.ppm[1]))
        self._stretch.setRegion((centre - half, centre + half))
        for line in self._lines:
            line.setPos(centre)
        answers = ", ".join(signed_text(float(value)) for value in made.channels[:, at])
        self.reading.setText(f"At {fixed(centre, 4)} ppm the five channels answer {answers}.")

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        look, letters = theme.current(), f"{self.font().pointSizeF():g}pt"
        self.canvas.setBackground(look.plot)
        for row, plot in enumerate(self.plots):
            dress_axes(plot, self.font())
            name = "trace" if row == 0 else f"channel {row}"
            self._names[row].setText(name, color=look.text, size=letters)
            self._names[row].setFixedWidth(scaled(_NAME_WIDTH))
            self.curves[row].setPen(_pen(look.trace if row == 0 else look.quanv, 1.4))
        self.plots[-1].getAxis("bottom").setLabel("chemical shift, ppm")
        shade = QColor(look.accent)
        shade.setAlpha(50)
        self._stretch.setBrush(shade)
        for line in (*self._lines, *self._stretch.lines):
            line.setPen(_pen(look.muted, 1.0, Qt.PenStyle.DashLine))

    def _add_plot(self, row: int) -> None:
        name = self.canvas.addLabel(row=row, col=0, justify="left")
        self._names.append(name)
        plot = self.canvas.addPlot(row=row, col=1)
        plot.setMouseEnabled(x=False, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.invertX(True)
        left = plot.getAxis("left")
        left.setWidth(_VALUES_WIDTH)
        small = QFont(self.font())
        small.setPointSizeF(7.5)
        left.setStyle(tickFont=small, tickLength=0)
        bottom = plot.getAxis("bottom")
        if row < N_QUBITS:
            bottom.setStyle(showValues=False, tickLength=0)
            bottom.setHeight(3)
        else:
            bottom.setHeight(_AXIS_HEIGHT)
        line = pg.InfiniteLine(angle=90, movable=False)
        line.setVisible(False)
        plot.addItem(line, ignoreBounds=True)
        self.plots.append(plot)
        self.curves.append(plot.plot())
        self._lines.append(line)

    def _on_mouse_moved(self, at: QPointF) -> None:
        box = self.plots[0].getViewBox()
        place = box.mapSceneToView(at).x()
        low, high = box.viewRange()[0]
        self.point_at(place if low <= place <= high else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the stretch away with the mouse."""
        super().leaveEvent(event)
        self.point_at(None)


def _ends(low: float, high: float) -> list[tuple[float, str]]:
    """Return the ends of an axis that is low, as ticks, without one that another would cover."""
    ticks = [(value, signed_text(value) if round(value, 2) else "0") for value in (low, high)]
    return ticks if high - low > 1e-3 else ticks[:1]


def _pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setStyle(style)
    pen.setCosmetic(True)
    return pen
