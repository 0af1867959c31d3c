"""The program's own icons: SVG files drawn with ``currentColor``, in the theme's colours."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nmrquanv.gui import theme
from nmrquanv.paths import resource

_SIZES = (16, 20, 24, 32, 48, 64)


def icon(name: str, colour: str | None = None) -> QIcon:
    """Return ``resources/icons/<name>.svg`` in the theme's text colour, or in another one.

    Raises
    ------
    FileNotFoundError
        There is no icon of this name.
    """
    look = theme.current()
    return QIcon(_drawn(name, colour or look.text, theme.mixed(look.muted, look.window, 0.45)))


@lru_cache(maxsize=256)
def _drawn(name: str, dark: str, pale: str) -> QIcon:
    """Return an icon in two colours, the second for what is greyed out; drawn once."""
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    result, svg = QIcon(), QSvgRenderer(QByteArray(drawing.replace("currentColor", dark).encode()))
    for size in _SIZES:
        picture = _render(svg, size)
        result.addPixmap(picture, QIcon.Mode.Normal)
        result.addPixmap(_in_ink(picture, pale), QIcon.Mode.Disabled)
    return result


def _render(svg: QSvgRenderer, size: int) -> QPixmap:
    """Return a drawing as a square pixmap."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    svg.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _in_ink(picture: QPixmap, ink: str) -> QPixmap:
    """Return a drawing of one colour in another."""
    result = QPixmap(picture)
    painter = QPainter(result)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(result.rect(), QColor(ink))
    painter.end()
    return result
