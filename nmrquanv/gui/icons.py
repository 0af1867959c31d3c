"""The program's own icons: SVG files drawn with ``currentColor``, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
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
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    look = theme.current()
    result = QIcon()
    for mode, ink in (
        (QIcon.Mode.Normal, colour or look.text),
        (QIcon.Mode.Disabled, theme.mixed(look.muted, look.window, 0.45)),
    ):
        svg = QSvgRenderer(QByteArray(drawing.replace("currentColor", ink).encode()))
        for size in _SIZES:
            result.addPixmap(_render(svg, size), mode)
    return result


def _render(svg: QSvgRenderer, size: int) -> QPixmap:
    """Return a drawing as a square pixmap."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    svg.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
