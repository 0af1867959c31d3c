"""Multiplets over the trace: the class on a bar over the lines, the tree of their couplings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay, in_bold
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.tree import Level, tree_of

_LEVEL = 13.0
"""Height of one splitting, pixels."""

_OVER_LINES = 26.0
_LEAST_TREE = 14.0
"""A tree is drawn where its branches are so far apart in all, pixels."""

_GAP, _OVER_NAME, _OVER_AXIS = 3.0, 6.0, 60.0
_BESIDE = 7.0
"""From the tallest line to a name that has no room above its mark, pixels."""


@dataclass(frozen=True, slots=True)
class DrawnMultiplet:
    """One multiplet as it is drawn.

    Parameters
    ----------
    multiplet : Multiplet
    lines_ppm : tuple of float, ppm
        Where its lines are.
    top_ppm : float, ppm
    height : float, intensity
        Of its tallest line.
    tree : tuple of Level
    """

    multiplet: Multiplet
    lines_ppm: tuple[float, ...]
    top_ppm: float
    height: float
    tree: tuple[Level, ...]


def drawn_multiplets(
    multiplets: Iterable[Multiplet], lines: dict[str, tuple[float, float]], sf_mhz: float
) -> tuple[DrawnMultiplet, ...]:
    """Return multiplets with what is drawn of them.

    Parameters
    ----------
    multiplets : iterable of Multiplet
    lines : dict of str to (ppm, intensity)
        Every peak of the working list, by its id.
    sf_mhz : float, MHz
    """
    drawn = []
    for one in multiplets:
        own = [lines[i] for i in one.peak_ids if i in lines]
        top_ppm, height = max(own, default=(one.ppm, 0.0), key=lambda line: abs(line[1]))
        tree = tree_of(one, sf_mhz)
        drawn.append(DrawnMultiplet(one, tuple(ppm for ppm, _ in own), top_ppm, height, tree))
    return tuple(drawn)


def free_foot(
    room: QRectF, foot: float, limits: tuple[float, float], taken: Sequence[QRectF]
) -> float | None:
    """Return where a multiplet's branches end so that it lies over no other; None if nowhere.

    Parameters
    ----------
    room : QRectF
        That it takes if its branches end at ``foot``.
    foot : float
        Where they should.
    limits : (float, float)
        How high and how low they may end: one that stands among another's lines, or has one in
        common with it, is drawn over or under that. Equal limits leave it where it is.
    taken : sequence of QRectF
    """
    over = [foot + other.top() - room.bottom() for other in taken]
    under = [foot + other.bottom() - room.top() for other in taken]
    others = sorted((*over, *under), key=lambda at: abs(at - foot))
    for at in (foot, *(at for at in others if limits[0] <= at <= limits[1])):
        moved = room.translated(0.0, at - foot)
        if not any(moved.adjusted(0.0, 0.5, 0.0, -0.5).intersects(other) for other in taken):
            return at
    return None


class Multiplets(Overlay):
    """All multiplets of the document; ``top`` is the height of the strip of labels, pixels."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=22)
        self._drawn: tuple[DrawnMultiplet, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self._boxes: list[tuple[QRectF, str]] = []
        self.top = 0.0

    def set_multiplets(self, drawn: Sequence[DrawnMultiplet]) -> None:
        """Show these multiplets."""
        self._drawn = tuple(drawn)
        self.redraw()

    def set_chosen(self, ids: Iterable[str]) -> None:
        """Emphasise these multiplets."""
        self._chosen = frozenset(ids)
        self.redraw()

    @property
    def drawn(self) -> tuple[DrawnMultiplet, ...]:
        """What is shown."""
        return self._drawn

    def headroom(self, x: tuple[float, float], highest: float) -> list[tuple[float, float]]:
        """Return what the multiplets between two shifts need over their lines.

        Parameters
        ----------
        x : (float, float), ppm
            Low and high end of what is to be seen.
        highest : float, intensity
            Lines taller than this are not to be seen whole, and need nothing.

        Returns
        -------
        list of (intensity, pixels)
        """
        font = QFont(QApplication.font())
        font.setBold(True)
        line, per_ppm = QFontMetricsF(font).height(), self.boundingRect().width() / (x[1] - x[0])
        needed = []
        for one in self._drawn if self.isVisible() else ():
            lines = one.lines_ppm
            if lines and x[0] <= one.multiplet.ppm <= x[1] and 0.0 < one.height <= highest:
                is_wide = per_ppm * (max(lines) - min(lines)) >= _LEAST_TREE
                depth = _LEVEL * len(one.tree) * is_wide
                needed.append((one.height, _OVER_LINES + depth + line + _OVER_NAME))
        return needed

    def hit(self, at: QPointF) -> Multiplet | None:
        """Return the multiplet whose name is under the mouse."""
        if not self.isVisible():
            return None
        found = next((i for box, i in self._boxes if box.contains(at)), None)
        return next((d.multiplet for d in self._drawn if d.multiplet.id == found), None)

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._drawn)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw names, bars and trees; names that would lie over others are left out."""
        rect = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = in_bold(painter)
        self._boxes = []
        seen = []
        for drawn in self._drawn:
            ends = [float(self.x_px(p)) for p in drawn.lines_ppm]
            if ends and max(ends) >= 0 and min(ends) <= rect.width():
                seen.append(drawn)
        # the chosen ones first, then the strongest: they get the room
        seen.sort(key=lambda d: (d.multiplet.id not in self._chosen, -abs(d.multiplet.area)))
        taken: list[QRectF] = []
        for drawn in seen:
            self._paint_one(painter, drawn, metrics, taken)

    def _paint_one(
        self, painter: QPainter, drawn: DrawnMultiplet, metrics: QFontMetricsF, taken: list[QRectF]
    ) -> None:
        rect, line = self.boundingRect(), metrics.height()
        left, right = (float(self.x_px(f(drawn.lines_ppm))) for f in (max, min))
        levels = drawn.tree if right - left >= _LEAST_TREE else ()
        depth = len(levels) * _LEVEL
        wanted = float(self.y_px(max(drawn.height, 0.0))) - _OVER_LINES
        highest = rect.top() + self.top + depth + line + _OVER_NAME
        lowest = rect.bottom() - _OVER_AXIS
        foot = min(max(wanted, highest), lowest)
        middle = float(self.x_px(drawn.multiplet.ppm))
        width = metrics.horizontalAdvance(drawn.multiplet.name) + 8.0
        head = foot - depth
        box = QRectF(middle - width / 2, head - line - 1.0, width, line)
        if foot > wanted + _GAP:
            box.moveLeft(float(self.x_px(drawn.top_ppm)) + _BESIDE)
        room = box.united(QRectF(left, head, max(right - left, 1.0), depth + 1.0))
        room.adjust(-_GAP, 0.0, _GAP, 0.0)
        at = free_foot(room, foot, (highest, lowest) if levels else (foot, foot), taken)
        if at is None:
            return
        for part in (box, room):
            part.translate(0.0, at - foot)
        foot, head = at, at - depth
        taken.append(room)
        self._boxes.append((box, drawn.multiplet.id))
        is_chosen = drawn.multiplet.id in self._chosen
        colour = QColor(theme.current().accent if is_chosen else theme.current().multiplet)
        self._paint_tree(painter, levels, head, QPen(colour, 2.0 if is_chosen else 1.2))
        if not levels:
            painter.setPen(QPen(colour, 2.0 if is_chosen else 1.2))
            painter.drawLine(QPointF(left, foot), QPointF(right, foot))
        self._paint_name(painter, box, drawn.multiplet, colour)

    def _paint_tree(
        self, painter: QPainter, levels: tuple[Level, ...], head: float, pen: QPen
    ) -> None:
        painter.setPen(pen)
        for number, level in enumerate(levels):
            y = head + number * _LEVEL
            for above, below in level:
                start, end = float(self.x_px(above)), float(self.x_px(below))
                painter.drawLines(
                    [
                        QLineF(start, y, end, y + 0.6 * _LEVEL),
                        QLineF(end, y + 0.6 * _LEVEL, end, y + _LEVEL),
                    ]
                )

    @staticmethod
    def _paint_name(painter: QPainter, box: QRectF, one: Multiplet, colour: QColor) -> None:
        ground = QColor(theme.current().plot)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3.0, 3.0)
        painter.setPen(colour)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        painter.drawText(box, int(flags), one.name)
