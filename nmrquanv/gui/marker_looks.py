"""How a finder is called and what its layer looks like: a colour AND a shape.

The marks of the working list say in the same way who agrees on a peak.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap, QPolygonF

from nmrquanv.finders import CLASSICAL, CNN, QUANV, USER, known_finder
from nmrquanv.gui import theme
from nmrquanv.session.agreement import ALL, MINE, SOME

TRUE_LINES = "true lines"
"""Stands for the known lines of a synthetic spectrum where a finder's name would."""

_OTHER_TITLES = {
    USER: "By hand",
    TRUE_LINES: "True lines",
    "paper-slots": "QuanvNN, five slots (study)",
}


def finder_title(finder: str) -> str:
    """Return what a finder is called in the window; a user's own models keep their name."""
    known = known_finder(finder)
    return known.title if known is not None else _OTHER_TITLES.get(finder, finder)


def finder_word(finder: str) -> str:
    """Return the finder's name as it stands in a sentence."""
    known = known_finder(finder)
    return known.word if known is not None else finder


def kind_title(kind: str, n_finders: int) -> str:
    """Return what the marks of a kind of agreement say, where so many finders were asked."""
    known = known_finder(kind)
    name = known.short if known is not None else kind
    alone = name if n_finders == 1 else f"{name} only"
    return {ALL: "all finders", SOME: "some finders", MINE: "mine"}.get(kind, alone)


def layer_shape(finder: str, size: float) -> QPainterPath:
    """Return the outline of a layer's mark, or of a kind of agreement's.

    It is centred on the origin, ``size`` wide and high.
    """
    r = size / 2
    path = QPainterPath()
    if finder == QUANV:
        corners = [(-r, -r * 0.8), (r, -r * 0.8), (0, r * 0.9)]
    elif finder == CNN:
        s = r * 0.85
        corners = [(-s, -s), (s, -s), (s, s), (-s, s)]
    elif finder == CLASSICAL:
        corners = [(0, -r), (r, 0), (0, r), (-r, 0)]
    elif finder == SOME:
        s, t = r * 0.9, r * 0.36
        corners = [(-s, -r), (s, -r), (s, -r + 2 * t), (t, -r + 2 * t), (t, r), (-t, r)]
        corners += [(-t, -r + 2 * t), (-s, -r + 2 * t)]
    elif finder == MINE:
        corners = [_on_circle(r * (1.12, 0.48)[i % 2], 36.0 * i) for i in range(10)]
    elif finder == ALL:
        path.addRect(QRectF(-size * 0.14, -r, size * 0.28, size))
        return path
    elif finder == TRUE_LINES:
        path.addRect(QRectF(-size * 0.1, -r, size * 0.2, size))
        return path
    else:
        path.addEllipse(QPointF(0, 0), r * 0.9, r * 0.9)
        return path
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def _on_circle(radius: float, angle_deg: float) -> tuple[float, float]:
    """Return the corner of a star; 0 degrees is up."""
    angle = math.radians(angle_deg)
    return radius * math.sin(angle), -radius * math.cos(angle)


def layer_colour(finder: str, look: theme.Theme | None = None) -> QColor:
    """Return the colour of a layer, or of a kind of agreement, in a theme; that in use."""
    look = look or theme.current()
    known = {TRUE_LINES: look.true_line, ALL: look.text, SOME: look.muted, MINE: look.mine}
    return QColor(known[finder]) if finder in known else theme.layer_colour(finder, look)


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
