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
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import layer_colour, layer_shape

MARKER_SIZE = 10.0
"""Width and height of a mark, pixels."""

RING_RADIUS = 3.5
"""Of the ring over a peak that is hidden, pixels."""

TICK_LENGTH = 5.0
"""Of the ticks in a finder's lane, pixels."""

_FAINT = 0.55
_SHORT = 14.0
"""Longer stems might be taken for lines, pixels."""

FRAGMENT_FIELDS = 10
"""Of a QPainter.PixmapFragment: place, part of the picture, scales, rotation, opacity."""

Floats = NDArray[np.float64]
Paint = Callable[[QPainter], None]


class Stamps:
    """The pictures of marks, made when they are first asked for."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, FRAGMENT_FIELDS)
        self._stems = PrimitiveArray(QLineF, 4)

    def put_shapes(self, painter: QPainter, name: str, x: Floats, y: Floats) -> None:
        """Draw the mark of a finder, or of a kind of agreement, centred on each place (pixels)."""
        colour, edge = layer_colour(name), theme.current().plot

        def paint(on: QPainter) -> None:
            on.setPen(QPen(QColor(edge), 1))
            on.setBrush(colour)
            on.drawPath(layer_shape(name, MARKER_SIZE))

        self._put(painter, (name, colour.name(), edge), paint, (x, y))

    def put_checks(self, painter: QPainter, name: str, x: Floats, y: Floats) -> None:
        """Draw the check over a mark that a person confirmed, centred on each place."""
        colour = layer_colour(name)

        def paint(on: QPainter) -> None:
            on.setPen(QPen(colour, 1.8))
            corners = ((-3.5, 0.0), (-1.0, 2.8), (3.5, -2.8))
            on.drawPolyline(QPolygonF([QPointF(*corner) for corner in corners]))

        self._put(painter, ("check", colour.name()), paint, (x, y))

    def put_rings(self, painter: QPainter, x: Floats, y: Floats) -> None:
        """Draw the ring of a hidden peak, centred on each place."""
        colour = QColor(theme.current().warning)

        def paint(on: QPainter) -> None:
            on.setPen(QPen(colour, 1.4))
            on.drawEllipse(QPointF(0.0, 0.0), RING_RADIUS, RING_RADIUS)

        self._put(painter, ("ring", colour.name()), paint, (x, y))

    def put_ticks(self, painter: QPainter, name: str, x: Floats, y: Floats) -> None:
        """Draw a tick of a finder's lane, centred on each place."""
        colour = layer_colour(name)

        def paint(on: QPainter) -> None:
            on.setOpacity(_FAINT)  # here, once: a painter that is faint itself takes twice as long
            on.setPen(QPen(colour, 1.2))
            on.drawLine(QPointF(0.0, -TICK_LENGTH / 2), QPointF(0.0, TICK_LENGTH / 2))

        self._put(painter, ("tick", colour.name()), paint, (x, y), TICK_LENGTH)

    def put_stems(
        self, painter: QPainter, colour: QColor, x: Floats, start: Floats, end: Floats
    ) -> None:
        """Draw upright lines; long ones in dots, or one takes them for lines of the spectrum."""
        is_long = np.abs(end - start) > _SHORT
        for style, ours in ((Qt.PenStyle.SolidLine, ~is_long), (Qt.PenStyle.DotLine, is_long)):
            painter.setPen(QPen(colour, 1, style))
            self._stems.resize(int(ours.sum()))
            stems = self._stems.ndarray()
            stems[:, 0] = stems[:, 2] = x[ours]
            stems[:, 1], stems[:, 3] = start[ours], end[ours]
            painter.drawLines(*self._stems.drawargs())

    def _put(
        self,
        painter: QPainter,
        key: tuple[object, ...],
        paint: Paint,
        places: tuple[Floats, Floats],
        size: float = MARKER_SIZE,
    ) -> None:
        count = len(places[0])
        if not count:
            return
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        key = (*key, ratio)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = _picture(paint, size, ratio)
        self._fragments.resize(count)
        fragments = self._fragments.ndarray()
        side = picture.width()
        fragments[:] = (0.0, 0.0, 0.0, 0.0, side, side, 1 / ratio, 1 / ratio, 0.0, 1.0)
        fragments[:, 0], fragments[:, 1] = places
        first, number = self._fragments.drawargs()
        painter.drawPixmapFragments(first, number, picture)


def _picture(paint: Paint, size: float, ratio: float) -> QPixmap:
    """Return a picture of one mark of a size; its middle is the middle of a pixel."""
    side = 2 * math.ceil((size / 2 + 2) * ratio) + 1
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.scale(ratio, ratio)
    paint(painter)
    painter.end()
    return picture
