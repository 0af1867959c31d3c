"""Where lines are listed and where not, as the user said: veils over all that does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.session.place_edits import PlaceKind
from nmrquanv.spectra.thresholds import Ranges, Thresholds

if TYPE_CHECKING:
    from nmrquanv.gui.plot.view_box import SpectrumViewBox

_VEIL, _HATCH = 0.16, 0.5
_BAR = 4.0


class PlaceBands(Overlay):
    """Excluded stretches are hatched; beside searched ones all else is veiled."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=-15)
        self._searched: Ranges = ()
        self._excluded: Ranges = ()

    def set_places(self, thresholds: Thresholds | None) -> None:
        """Show what a document says of places, or nothing."""
        self._searched = thresholds.searched if thresholds is not None else ()
        self._excluded = thresholds.excluded if thresholds is not None else ()
        self.redraw()

    def hit(self, at: QPointF) -> tuple[PlaceKind, tuple[float, float]] | None:
        """Return the stretch under the mouse, and what it is."""
        ppm = self.view_box.x_at(at.x())
        kinds: tuple[tuple[PlaceKind, Ranges], ...] = (
            ("excluded", self._excluded),
            ("searched", self._searched),
        )
        for kind, places in kinds:
            for place in places:
                if place[1] <= ppm <= place[0]:
                    return kind, place
        return None

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._searched or self._excluded)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw what the view shows of them."""
        rect, look = self.boundingRect(), theme.current()
        veil, hatch = QColor(look.muted), QColor(look.muted)
        veil.setAlphaF(_VEIL)
        hatch.setAlphaF(_HATCH)
        for gap in self._beside(rect) if self._searched else ():
            painter.fillRect(gap, veil)
        for left, right in self._ends(self._searched):
            bar = QRectF(left, rect.bottom() - _BAR, right - left, _BAR)
            painter.fillRect(bar, QColor(look.accent))
        for left, right in self._ends(self._excluded):
            stretch = QRectF(left, 0, right - left, rect.height())
            painter.fillRect(stretch, veil)
            painter.fillRect(stretch, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(hatch, 1))
            for x in (left, right):
                painter.drawLine(QPointF(x, 0), QPointF(x, rect.bottom()))

    def _ends(self, places: Ranges) -> list[tuple[float, float]]:
        """Return left and right end of those stretches that the view shows, pixels."""
        width = self.boundingRect().width()
        ends = [(float(self.x_px(high)), float(self.x_px(low))) for high, low in places]
        return [(max(a, -2.0), min(b, width + 2.0)) for a, b in ends if b > 0 and a < width]

    def _beside(self, rect: QRectF) -> list[QRectF]:
        """Return what of the view is not searched."""
        gaps, start = [], rect.left()
        for left, right in sorted(self._ends(self._searched)):
            if left > start:
                gaps.append(QRectF(start, 0, left - start, rect.height()))
            start = max(start, right)
        if start < rect.right():
            gaps.append(QRectF(start, 0, rect.right() - start, rect.height()))
        return gaps
