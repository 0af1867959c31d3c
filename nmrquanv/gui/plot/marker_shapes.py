"""Shapes of the layers' markers: each finder has its own, in the plot, the panels and the menus."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

ORDER = ("quanv", "cnn", "classical")
"""Layers stack over a peak in this order, nearest first; a user's own models come after."""

_SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "quanv": ((-4.8, -4.2), (4.8, -4.2), (0.0, 4.6)),
    "cnn": ((-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)),
    "classical": ((0.0, -5.2), (5.2, 0.0), (0.0, 5.2), (-5.2, 0.0)),
}
_STEM, _ARM = 1.7, 5.0
_CROSS = (
    (-_ARM, _STEM), (-_STEM, _STEM), (-_STEM, _ARM), (_STEM, _ARM), (_STEM, _STEM),
    (_ARM, _STEM), (_ARM, -_STEM), (_STEM, -_STEM), (_STEM, -_ARM), (-_STEM, -_ARM),
    (-_STEM, -_STEM), (-_ARM, -_STEM),
)  # fmt: skip


def shape(finder: str) -> QPolygonF:
    """Return a finder's marker about the origin, in pixels, pointing down at its peak."""
    return QPolygonF([QPointF(x, y) for x, y in _SHAPES.get(finder, _CROSS)])


def stacked(finders: Iterable[str]) -> list[str]:
    """Return finders in the order in which their markers stack over a peak."""
    return sorted(finders, key=lambda f: (ORDER.index(f) if f in ORDER else len(ORDER), f))
