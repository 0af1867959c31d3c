"""The spectrum's (or FID's) line: native resolution, drawn from one extreme pair per pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.extremes import Extremes
from nmrquanv.gui.plot.overlay import Overlay

if TYPE_CHECKING:
    from nmrquanv.gui.plot.view_box import SpectrumViewBox


class Trace(Overlay):
    """One line of equally spaced points; ``x`` ascends with the index."""

    def __init__(self, view_box: SpectrumViewBox, z: float = 0) -> None:
        super().__init__(view_box, z)
        self._y: NDArray[np.float64] = np.zeros(0)
        self._x0, self._dx = 0.0, 1.0
        self._extremes = Extremes(self._y)
        # the dearest of all that is drawn: kept as a picture while only what is over it changes
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_data(self, y: NDArray[np.float64], x0: float, dx: float) -> None:
        """Show values at ``x0 + dx * index``, ``dx > 0``."""
        self._y, self._x0, self._dx = np.ascontiguousarray(y), x0, dx
        self._extremes = Extremes(self._y)
        self.update()

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
        if not len(self._y):
            return np.full(width, np.inf), np.full(width, -np.inf)
        index, value = self._shown(width)
        x, y = self.x_px(self._x0 + self._dx * index), self.y_px(value)
        order = np.argsort(x, kind="stable")
        between = np.interp(np.arange(width) + 0.5, x[order], y[order])
        highest, lowest = between.copy(), between
        inside = (x >= 0) & (x < width)
        column = x[inside].astype(np.intp)
        np.minimum.at(highest, column, y[inside])
        np.maximum.at(lowest, column, y[inside])
        near = [np.pad(a, around, mode="edge") for a in (highest, lowest)]
        windows = [np.lib.stride_tricks.sliding_window_view(a, 2 * around + 1) for a in near]
        return windows[0].min(axis=1), windows[1].max(axis=1)

    def _shown(self, columns: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return index and value of the points that show in so many columns."""
        low, high = self.view_box.state["viewRange"][0]
        return self._extremes.shown(
            (low - self._x0) / self._dx, (high - self._x0) / self._dx, columns
        )

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw what the view shows."""
        if not len(self._y):
            return
        columns = max(1, round(self.view_box.rect().width() * self._device_ratio(painter)))
        index, value = self._shown(columns)
        if not len(index):
            return
        # far outside of the view the exact height no longer matters, but Qt's rasteriser
        # slows down with coordinates of a million pixels
        y = np.clip(self.y_px(value), -20_000.0, 20_000.0)
        path = pg.functions.arrayToQPolygonF(self.x_px(self._x0 + self._dx * index), y)
        pen = QPen(QColor(self.colour()), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolyline(path)

    def colour(self) -> str:
        """Return the colour in which the line is drawn."""
        return theme.current().trace

    @staticmethod
    def _device_ratio(painter: QPainter) -> float:
        device = painter.device()
        return device.devicePixelRatioF() if device is not None else 1.0
