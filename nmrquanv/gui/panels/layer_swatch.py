"""How a finder is called and what its layer looks like: a colour AND a shape."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from nmrquanv.gui import theme
from nmrquanv.gui.plot import marker_shapes

TRUE_LINES = "true lines"
"""Stands for the known lines of a synthetic spectrum where a finder's name would."""

_TITLES = {
    "quanv": "Quantum (QuanvNN)",
    "cnn": "CNN",
    "classical": "Classical",
    "user": "By hand",
    TRUE_LINES: "True lines",
}
_SHAPE_WIDTH = 10.4
"""Of the widest of the plot's markers, pixels."""

_SHORT = {"quanv": "quantum", "cnn": "CNN", "classical": "classical"}


def finder_title(finder: str) -> str:
    """Return what a finder is called in the window; a user's own models keep their name."""
    return _TITLES.get(finder, finder)


def finder_word(finder: str) -> str:
    """Return the finder's name as it stands in a sentence."""
    return _SHORT.get(finder, finder)


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
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(layer_colour(finder))
    if finder == TRUE_LINES:
        painter.drawRect(QRectF(-1, 1 - size / 2, 2, size - 2))
    else:
        painter.scale((size - 2) / _SHAPE_WIDTH, (size - 2) / _SHAPE_WIDTH)
        painter.drawPolygon(marker_shapes.shape(finder))
    painter.end()
    return QIcon(pixmap)
