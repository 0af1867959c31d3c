"""Many small marks of one look: a picture is made once, and put in all its places at once.

A thousand marks drawn one by one take Python longer than all else that is drawn. A picture stands
on whole pixels of the screen, so that marks of one look are equally sharp.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QTransform

from nmrquanv.gui import theme
from nmrquanv.gui.panels.layer_swatch import layer_shape

MARKER_SIZE = 10.0
"""Width and height of a finder's mark, pixels."""

TICK_LENGTH = 9.0
"""Of the working list's ticks, pixels."""

_HEAD_RADIUS = 3.0
_FLIPPED = QTransform.fromScale(1.0, -1.0)
_FIELDS = 10  # of a QPainter.PixmapFragment: place, part of the picture, scales, rotation, opacity

Paint = Callable[[QPainter], None]


class Stamps:
    """The pictures of marks, made when they are first asked for."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, _FIELDS)

    def put_layer(
        self, painter: QPainter, name: str, is_up: bool, x: NDArray[np.float64],
        y: NDArray[np.float64],
    ) -> None:  # fmt: skip
        """Draw a finder's mark, upright or upside down, centred on each place (pixels)."""
        colour, edge = theme.layer_colour(name), theme.current().plot

        def paint(on: QPainter) -> None:
            shape = layer_shape(name, MARKER_SIZE)
            on.setPen(QPen(QColor(edge), 1))
            on.setBrush(colour)
            on.drawPath(shape if is_up else _FLIPPED.map(shape))

        self._put(painter, (name, is_up, colour.name(), edge), paint, (x, y))

    def put_ticks(
        self, painter: QPainter, colour: str, wide: float, x: NDArray[np.float64],
        y: NDArray[np.float64],
    ) -> None:  # fmt: skip
        """Draw a tick of the working list, ``wide`` pixels wide, centred on each place."""

        def paint(on: QPainter) -> None:
            on.setPen(QPen(QColor(colour), wide))
            on.drawLine(QPointF(0.0, -TICK_LENGTH / 2), QPointF(0.0, TICK_LENGTH / 2))

        self._put(painter, ("tick", wide, colour), paint, (x, y))

    def put_heads(
        self, painter: QPainter, colour: str, is_full: bool, x: NDArray[np.float64],
        y: NDArray[np.float64],
    ) -> None:  # fmt: skip
        """Draw the head of a tick that a person is behind, full or open, centred on each place."""
        fill = colour if is_full else theme.current().plot

        def paint(on: QPainter) -> None:
            on.setPen(QPen(QColor(colour), 1.4))
            on.setBrush(QColor(fill))
            on.drawEllipse(QPointF(0.0, 0.0), _HEAD_RADIUS, _HEAD_RADIUS)

        self._put(painter, ("head", colour, fill), paint, (x, y))

    def _put(
        self,
        painter: QPainter,
        key: tuple[object, ...],
        paint: Paint,
        places: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        count = len(places[0])
        if not count:
            return
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        key = (*key, ratio)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = _picture(paint, ratio)
        self._fragments.resize(count)
        fragments = self._fragments.ndarray()
        side = picture.width()
        fragments[:] = (0.0, 0.0, 0.0, 0.0, side, side, 1 / ratio, 1 / ratio, 0.0, 1.0)
        fragments[:, 0], fragments[:, 1] = places
        first, number = self._fragments.drawargs()
        painter.drawPixmapFragments(first, number, picture)


def _picture(paint: Paint, ratio: float) -> QPixmap:
    """Return a picture of one mark; its middle is the middle of a pixel."""
    side = 2 * math.ceil((MARKER_SIZE / 2 + 2) * ratio) + 1
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.scale(ratio, ratio)
    paint(painter)
    painter.end()
    return picture
