"""Integrals: the running area as a curve over its stretch, bracket and number under the trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.label_places import place_labels
from nmrquanv.gui.plot.overlay import Overlay, in_bold
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.spectra.integrals import Integral, nuclei, running_area

STRIP = 66.0
"""Room under the baseline for the finders' lanes, brackets and numbers, pixels at the usual size
of letters."""

_CURVE_SHARE = 0.30
_FOOT = 36.0
"""Of the brackets over the axis, pixels at the usual size of letters: numbers stand below them,
solvents' names lower still."""

_CURVE_POINTS = 400
_APART = 4.0
"""Between numbers, pixels."""


@dataclass(frozen=True, slots=True)
class DrawnIntegral:
    """One integral as it is drawn.

    Parameters
    ----------
    integral : Integral
    ppm, so_far : (n,) float64
        The running area, as ``running_area`` gives it.
    text : str
        Number of nuclei, or the area relative to the largest where nothing is calibrated.
    """

    integral: Integral
    ppm: NDArray[np.float64]
    so_far: NDArray[np.float64]
    text: str


def drawn_integrals(document: Document) -> tuple[DrawnIntegral, ...]:
    """Return integrals with curves and numbers; uncalibrated ones relative to the largest.

    None where areas of the spectrum count nothing.
    """
    if why_no_areas(document):
        return ()
    spectrum, integrals = document.spectrum, document.integrals
    curves = [running_area(spectrum, integral) for integral in integrals]
    counts = nuclei(spectrum, integrals)
    largest = max((abs(float(so_far[-1])) for _, so_far in curves), default=0.0) or 1.0
    drawn = []
    for integral, (ppm, so_far) in zip(integrals, curves, strict=True):
        count = counts[integral.id]
        relative = f"{fixed(100.0 * float(so_far[-1]) / largest, 1)} %"
        drawn.append(
            DrawnIntegral(integral, ppm, so_far, relative if count is None else fixed(count, 2))
        )
    return tuple(drawn)


class IntegralCurves(Overlay):
    """All integrals of the document."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=10)
        self._drawn: tuple[DrawnIntegral, ...] = ()
        self._scale = 1.0

    def set_integrals(self, drawn: tuple[DrawnIntegral, ...]) -> None:
        """Show these integrals, their curves to one common scale."""
        self._drawn = drawn
        self._scale = max((abs(float(d.so_far[-1])) for d in drawn), default=0.0) or 1.0
        self.redraw()

    @property
    def drawn(self) -> tuple[DrawnIntegral, ...]:
        """What is shown."""
        return self._drawn

    def hit(self, at: QPointF) -> Integral | None:
        """Return the integral under the mouse."""
        ppm = self.view_box.x_at(at.x())
        over = (d.integral for d in self._drawn)
        return next((i for i in over if i.low_ppm <= ppm <= i.high_ppm), None)

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._drawn)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw curves, brackets and numbers."""
        rect = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = in_bold(painter)
        foot = rect.bottom() - scaled(_FOOT)
        seen, middles = list[DrawnIntegral](), list[float]()
        for drawn in self._drawn:
            left = float(self.x_px(drawn.integral.high_ppm))
            right = float(self.x_px(drawn.integral.low_ppm))
            if right < 0 or left > rect.width():
                continue
            self._paint_curve(painter, drawn)
            self._paint_bracket(painter, left, right, foot)
            seen.append(drawn)
            middles.append((left + right) / 2)
        self._paint_numbers(painter, seen, np.array(middles), metrics)

    def _paint_numbers(
        self,
        painter: QPainter,
        seen: list[DrawnIntegral],
        middles: NDArray[np.float64],
        metrics: QFontMetricsF,
    ) -> None:
        """Write the numbers side by side; where there is no room the smallest are left out."""
        rect, widths = self.boundingRect(), [metrics.horizontalAdvance(d.text) for d in seen]
        spacing = max(widths, default=0.0) + _APART
        areas = np.array([abs(float(d.so_far[-1])) for d in seen])
        limits = (spacing / 2, rect.width() - spacing / 2)
        kept, places = place_labels(middles, areas, spacing, limits, spacing / 2)
        for number, place in zip(kept.tolist(), places.tolist(), strict=True):
            start = place - widths[number] / 2
            box = QRectF(start, rect.bottom() - scaled(_FOOT) + 2, widths[number], metrics.height())
            self._paint_number(painter, box, seen[number])

    def _paint_curve(self, painter: QPainter, drawn: DrawnIntegral) -> None:
        step = max(1, len(drawn.ppm) // _CURVE_POINTS)
        ppm = np.append(drawn.ppm[:-1:step], drawn.ppm[-1])
        so_far = np.append(drawn.so_far[:-1:step], drawn.so_far[-1])
        rect = self.boundingRect()
        zero = min(max(float(self.y_px(0.0)), rect.top()), rect.bottom())
        y = zero - 14.0 - so_far / self._scale * rect.height() * _CURVE_SHARE
        painter.setPen(QPen(QColor(theme.current().integral), 1.6))
        painter.drawPolyline(pg.functions.arrayToQPolygonF(self.x_px(ppm), y))

    @staticmethod
    def _paint_bracket(painter: QPainter, left: float, right: float, foot: float) -> None:
        painter.setPen(QPen(QColor(theme.current().integral), 1.2))
        painter.drawLine(QPointF(left, foot), QPointF(right, foot))
        for x in (left, right):
            painter.drawLine(QPointF(x, foot), QPointF(x, foot - 5))

    @staticmethod
    def _paint_number(painter: QPainter, box: QRectF, drawn: DrawnIntegral) -> None:
        ground = QColor(theme.current().plot)
        ground.setAlphaF(0.85)
        painter.fillRect(box, ground)
        painter.setPen(QColor(theme.current().integral))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        painter.drawText(box, int(flags), drawn.text)
