"""The spectrum's (or FID's) line: native resolution, drawn from one extreme pair per pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.columns import Columns, covered, reach_beside
from nmrquanv.gui.plot.extremes import Extremes
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.session.derived import Remembered

if TYPE_CHECKING:
    from nmrquanv.gui.plot.view_box import SpectrumViewBox


class Trace(Overlay):
    """One line of equally spaced points; ``x`` ascends with the index."""

    def __init__(self, view_box: SpectrumViewBox, z: float = 0) -> None:
        super().__init__(view_box, z)
        self._y: NDArray[np.float64] = np.zeros(0)
        self._x0, self._dx = 0.0, 1.0
        self._extremes = Extremes(self._y)
        self._remembered = Remembered()
        self._bars = PrimitiveArray(QLineF, 4)

    def set_data(self, y: NDArray[np.float64], x0: float, dx: float) -> None:
        """Show values at ``x0 + dx * index``, ``dx > 0``."""
        self._y, self._x0, self._dx = np.ascontiguousarray(y), x0, dx
        self._extremes = Extremes(self._y)
        self.redraw()

    @property
    def values(self) -> NDArray[np.float64]:
        """The values, in ascending x."""
        return self._y

    def limits(self) -> tuple[float, float]:
        """Return the x of the first and of the last point."""
        return self._x0, self._x0 + self._dx * max(1, len(self._y) - 1)

    def value_at(self, x: float) -> float | None:
        """Return the value of the nearest point, None outside of the line."""
        index = round((x - self._x0) / self._dx)
        return float(self._y[index]) if 0 <= index < len(self._y) else None

    def apex(self, x: NDArray[np.float64], sign: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value at peaks: the extreme, up or down, of the three nearest points."""
        if not len(self._y):
            return np.zeros(len(x))
        index = np.rint((x - self._x0) / self._dx).astype(np.intp)
        near = np.clip(index[:, None] + np.arange(-1, 2), 0, len(self._y) - 1)
        return np.asarray((self._y[near] * sign[:, None]).max(axis=1) * sign)

    def extent(self, low: float, high: float) -> tuple[float, float]:
        """Return the least and the greatest value between two x; zeros when there is none."""
        first = int(np.clip(np.ceil((low - self._x0) / self._dx), 0, len(self._y)))
        last = int(np.clip(np.floor((high - self._x0) / self._dx) + 1, first, len(self._y)))
        part = self._y[first:last]
        return (float(part.min()), float(part.max())) if part.size else (0.0, 0.0)

    def silhouette(self, around: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far up and down the line reaches near each column of pixels of the view.

        Parameters
        ----------
        around : int, pixels
            How far to either side of a column.

        Returns
        -------
        highest, lowest : (width,) float64
            y in pixels; the highest is the least.
        """
        width = max(1, round(self.view_box.rect().width()))
        return self._remembered.get(
            "silhouette",
            (*self._view(), around),
            lambda: reach_beside(self._covered(width) or self._joined(width), width, around),
        )

    def _view(self) -> tuple[object, ...]:
        """Return all that decides where points stand on the screen."""
        rect, (x, y) = self.view_box.rect(), self.view_box.state["viewRange"]
        inverted = self.view_box.state["xInverted"]
        return (self._y, *self.limits(), *x, *y, rect.width(), rect.height(), inverted)

    def _shown(self) -> tuple[float, float]:
        """Return the fractional indices at the ends of the view."""
        low, high = self.view_box.state["viewRange"][0]
        return (low - self._x0) / self._dx, (high - self._x0) / self._dx

    def _covered(self, width: int) -> Columns | None:
        """Return what is covered of so many columns, or None where single points show."""
        return self._remembered.get(
            f"columns {width}", (*self._view(), width), lambda: self._covered_now(width)
        )

    def _covered_now(self, width: int) -> Columns | None:
        groups = self._extremes.groups(*self._shown(), width)
        if groups is None:
            return None
        ratio = width / self.view_box.rect().width()
        index = groups.middle + groups.length * np.arange(len(groups.least))
        x = ratio * self.x_px(self._x0 + self._dx * index)
        high, low = self.y_px(groups.greatest), self.y_px(groups.least)
        high, low = np.minimum(high, low), np.maximum(high, low)  # a stack may turn traces over
        if x[-1] < x[0]:
            x, high, low = x[::-1], high[::-1], low[::-1]
        return covered(x, high, low, width)

    def _joined(self, width: int) -> Columns:
        """Return what single points and the lines between them cover of so many columns."""
        index, value = self._extremes.points(*self._shown())
        if not len(index):
            return Columns(0, np.zeros(0), np.zeros(0))
        x, y = self.x_px(self._x0 + self._dx * index), self.y_px(value)
        if x[-1] < x[0]:
            x, y = x[::-1], y[::-1]
        middles = np.arange(width) + 0.5
        between = middles[(middles > x[0]) & (middles < x[-1])]
        x, y = np.append(x, between), np.append(y, np.interp(between, x, y))
        order = np.argsort(x, kind="stable")
        return covered(x[order], y[order], y[order], width)

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(len(self._y))

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw what the view shows: a bar a column, or a line through single points."""
        ratio = self._device_ratio(painter)
        columns = self._covered(max(1, round(self.view_box.rect().width() * ratio)))
        pen = QPen(QColor(self.colour()), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        if columns is not None:
            self._paint_bars(painter, columns, ratio)
            return
        index, value = self._extremes.points(*self._shown())
        if not len(index):
            return
        # far outside of the view the exact height no longer matters, but Qt's rasteriser
        # slows down with coordinates of a million pixels
        y = np.clip(self.y_px(value), -20_000.0, 20_000.0)
        path = pg.functions.arrayToQPolygonF(self.x_px(self._x0 + self._dx * index), y)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolyline(path)

    def _paint_bars(self, painter: QPainter, columns: Columns, ratio: float) -> None:
        """Fill each column from end to end: without smoothing, which would cost ten times that."""
        bottom = self.view_box.rect().height()
        high, low = (np.clip(y, -1.0, bottom + 1.0) for y in (columns.highest, columns.lowest))
        self._bars.resize(len(high))
        bars = self._bars.ndarray()
        bars[:, 0] = bars[:, 2] = (columns.first + np.arange(len(high)) + 0.5) / ratio
        bars[:, 1], bars[:, 3] = high, np.maximum(low, high + 0.5 / ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLines(*self._bars.drawargs())

    def colour(self) -> str:
        """Return the colour in which the line is drawn."""
        return theme.current().trace

    @staticmethod
    def _device_ratio(painter: QPainter) -> float:
        device = painter.device()
        return device.devicePixelRatioF() if device is not None else 1.0
