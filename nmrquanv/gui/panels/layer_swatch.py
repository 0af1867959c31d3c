"""How a finder is called and what its layer looks like: a colour AND a shape."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap, QPolygonF

from nmrquanv.finders import CLASSICAL, CNN, QUANV, USER, known_finder
from nmrquanv.gui import theme

TRUE_LINES = "true lines"
"""Stands for the known lines of a synthetic spectrum where a finder's name would."""

_OTHER_TITLES = {USER: "By hand", TRUE_LINES: "True lines"}


def finder_title(finder: str) -> str:
    """Return what a finder is called in the window; a user's own models keep their name."""
    known = known_finder(finder)
    return known.title if known is not None else _OTHER_TITLES.get(finder, finder)


def finder_word(finder: str) -> str:
    """Return the finder's name as it stands in a sentence."""
    known = known_finder(finder)
    return known.word if known is not None else finder


def layer_shape(finder: str, size: float) -> QPainterPath:
    """Return the outline of a layer's mark, centred on the origin, ``size`` wide and high."""
    r = size / 2
    path = QPainterPath()
    if finder == QUANV:
        corners = [(-r, -r * 0.8), (r, -r * 0.8), (0, r * 0.9)]
    elif finder == CNN:
        s = r * 0.85
        corners = [(-s, -s), (s, -s), (s, s), (-s, s)]
    elif finder == CLASSICAL:
        corners = [(0, -r), (r, 0), (0, r), (-r, 0)]
    elif finder == TRUE_LINES:
        path.addRect(QRectF(-size * 0.1, -r, size * 0.2, size))
        return path
    else:
        path.addEllipse(QPointF(0, 0), r * 0.9, r * 0.9)
        return path
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def layer_colour(finder: str) -> QColor:
    """Return the colour of a layer in the theme in use."""
    if finder == TRUE_LINES:
        return QColor(theme.current().true_line)
    return theme.layer_colour(finder)


def layer_icon(finder: str, size: int = 14) -> QIcon:
    """Return the mark of a layer as an icon, sharp on dense screens."""
    ratio = 3
    pixmap = QPixmap(size * ratio, size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(size / 2, size / 2)
    painter.fillPath(layer_shape(finder, size - 2), layer_colour(finder))
    painter.end()
    return QIcon(pixmap)
