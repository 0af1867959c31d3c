"""Layers of stretches and lines: reviewed regions, solvent and water, a synthetic truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.spectra.solvent_tables import SolventBand

if TYPE_CHECKING:
    from nmrquanv.gui.plot.view_box import SpectrumViewBox
    from nmrquanv.spectra.spectrum import TrueLine
    from nmrquanv.spectra.user_marks import Region

_FOOT = 16.0


class Regions(Overlay):
    """Reviewed regions: a tinted stretch with a bar along its foot."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=-20)
        self._regions: tuple[Region, ...] = ()

    def set_regions(self, regions: tuple[Region, ...]) -> None:
        """Show these regions."""
        self._regions = regions
        self.redraw()

    def hit(self, at: QPointF) -> Region | None:
        """Return the region under the mouse."""
        ppm = self.view_box.x_at(at.x())
        return next((r for r in self._regions if r.low_ppm <= ppm <= r.high_ppm), None)

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._regions)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw every region that the view shows."""
        rect = self.boundingRect()
        edge = QColor(theme.current().region)
        ground = QColor(edge)
        ground.setAlphaF(0.13)
        for region in self._regions:
            left, right = float(self.x_px(region.high_ppm)), float(self.x_px(region.low_ppm))
            if right < 0 or left > rect.width():
                continue
            painter.fillRect(QRectF(left, 0, right - left, rect.height()), ground)
            painter.fillRect(QRectF(left, rect.bottom() - 4, right - left, 4), edge)
            painter.setPen(QPen(edge, 1))
            for x in (left, right):
                painter.drawLine(QPointF(x, 0), QPointF(x, rect.bottom()))


class SolventLines(Overlay):
    """Where solvent and water are expected: a dashed line with the name at its foot."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=-10)
        self._bands: tuple[SolventBand, ...] = ()

    def set_bands(self, bands: tuple[SolventBand, ...]) -> None:
        """Mark these expectations."""
        self._bands = bands
        self.redraw()

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._bands)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw every band that the view shows; names that would touch step aside."""
        rect = self.boundingRect()
        colour = QColor(theme.current().solvent)
        ground = QColor(colour)
        ground.setAlphaF(0.10)
        dashes = QPen(colour, 1, Qt.PenStyle.DashLine)
        dashes.setCosmetic(True)
        metrics = QFontMetricsF(painter.font())
        taken = -1e9
        for band in sorted(self._bands, key=lambda b: -b.ppm):
            x = float(self.x_px(band.ppm))
            if not -50 < x < rect.width() + 50:
                continue
            left, right = float(self.x_px(band.high_ppm)), float(self.x_px(band.low_ppm))
            painter.fillRect(QRectF(left, 0, right - left, rect.height()), ground)
            painter.setPen(dashes)
            painter.drawLine(QPointF(x, 0), QPointF(x, rect.bottom() - scaled(_FOOT)))
            width = metrics.horizontalAdvance(band.name)
            start = min(max(x - width / 2, 2.0), rect.width() - width - 2.0)
            if start < taken + 6:
                continue
            painter.setPen(colour)
            painter.drawText(QPointF(start, rect.bottom() - 4), band.name)
            taken = start + width


class TrueLines(Overlay):
    """The known lines of a synthetic spectrum: thin bars from the foot to the line's height."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=-5)
        self._lines: tuple[TrueLine, ...] = ()

    def set_lines(self, lines: tuple[TrueLine, ...]) -> None:
        """Show these lines."""
        self._lines = lines
        self.redraw()

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._lines)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw every line that the view shows; excused ones are dotted."""
        rect = self.boundingRect()
        colour = QColor(theme.current().true_line)
        # wider than the trace, which lies on top of them
        solid = QPen(colour, 3)
        dotted = QPen(colour, 2, Qt.PenStyle.DotLine)
        zero = float(self.y_px(0.0))
        for line in self._lines:
            x = float(self.x_px(line.ppm))
            if not -2 < x < rect.width() + 2:
                continue
            painter.setPen(dotted if line.is_excused else solid)
            end = min(max(float(self.y_px(line.height)), rect.top()), rect.bottom())
            painter.drawLine(QPointF(x, zero), QPointF(x, end))
