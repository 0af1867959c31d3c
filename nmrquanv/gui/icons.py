"""The program's own icons: SVG files drawn with ``currentColor``, in the theme's colours."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nmrquanv.gui import theme
from nmrquanv.paths import resource


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
    """Return an icon in two colours, the second for what is greyed out."""
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    return QIcon(_Drawing(drawing, dark, pale))


class _Drawing(QIconEngine):
    """Draws an icon in the sizes that are asked for, each when it is: most are never shown."""

    def __init__(self, drawing: str, dark: str, pale: str) -> None:
        super().__init__()
        self._drawing, self._dark, self._pale = drawing, dark, pale
        self._kept: dict[tuple[int, int, str], QPixmap] = {}

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon in a size."""
        colour = self._pale if mode == QIcon.Mode.Disabled else self._dark
        key = (size.width(), size.height(), colour)
        if key not in self._kept:
            self._kept[key] = self._rendered(size, colour)
        return self._kept[key]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon where it belongs."""
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.pixmap(rect.size() * ratio, mode, state))

    def clone(self) -> QIconEngine:
        """Return another one that draws the same."""
        return _Drawing(self._drawing, self._dark, self._pale)

    def _rendered(self, size: QSize, colour: str) -> QPixmap:
        """Return the drawing in the middle of a pixmap."""
        pixmap, side = QPixmap(size), min(size.width(), size.height())
        pixmap.fill(Qt.GlobalColor.transparent)
        svg = QSvgRenderer(QByteArray(self._drawing.replace("currentColor", colour).encode()))
        painter = QPainter(pixmap)
        left, top = (size.width() - side) // 2, (size.height() - side) // 2
        svg.render(painter, QRectF(left, top, side, side))
        painter.end()
        return pixmap
