"""What is known of the peak under the mouse, beside its marker."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.numbers import fixed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak

_GAP = 14.0
_PAD = 8.0


def peak_facts(peak: Peak, axis: Axis, layer: str) -> tuple[tuple[str, str], ...]:
    """Return what is known of a peak as pairs of name and value; unknown values are left out."""
    facts = [("δ", f"{fixed(peak.ppm, 4)} ppm")]
    if axis.has_hz:
        facts.append(("ν", f"{fixed(axis.hz(peak.ppm), 2)} Hz"))
    if peak.snr is not None:
        facts.append(("S/N", fixed(peak.snr, 0) if peak.snr >= 10 else fixed(peak.snr, 1)))
    if peak.fwhm_hz is not None and axis.has_hz:
        points = fixed(peak.fwhm_hz / axis.point_hz, 1)
        facts.append(("FWHM", f"{fixed(peak.fwhm_hz, 2)} Hz ({points} points)"))
    if peak.confidence is not None:
        facts.append(("Confidence", f"{fixed(100 * peak.confidence, 0)} %"))
    if peak.peak_class != "signal":
        of = "" if peak.parent_ppm is None else f" of {fixed(peak.parent_ppm, 4)} ppm"
        facts.append(("Class", peak.peak_class + of))
    if peak.kind != "line":
        least = f", {peak.least_lines} lines or more" if peak.least_lines > 1 else ""
        facts.append(("Kind", peak.kind + least))
    state = {"added": "added by you", "moved": "moved by you"}.get(peak.source, "")
    if peak.is_confirmed:
        state = f"{state}, confirmed" if state else "confirmed"
    if state:
        facts.append(("State", state))
    if peak.label:
        facts.append(("Label", peak.label))
    facts.append(("Found by", layer))
    return tuple(facts)


class HoverCard(Overlay):
    """A small card; it stays inside the view and off the marker."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=80)
        self._facts: tuple[tuple[str, str], ...] = ()
        self._at = QPointF()

    def show_facts(self, facts: tuple[tuple[str, str], ...], at: QPointF) -> None:
        """Show facts beside a point, in pixels; empty facts hide the card."""
        if facts or self._facts:
            self._facts, self._at = facts, at
            self.redraw()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the card says."""
        return self._facts

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self._facts)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the card."""
        if not self._facts:
            return
        metrics = QFontMetricsF(painter.font())
        names = max(metrics.horizontalAdvance(name) for name, _ in self._facts)
        values = max(metrics.horizontalAdvance(value) for _, value in self._facts)
        line = metrics.height() + 1.0
        size = (names + values + 3 * _PAD + 4, line * len(self._facts) + 2 * _PAD - 2)
        box = self._box(*size)
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.line), 1))
        ground = QColor(look.raised)
        ground.setAlphaF(0.97)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        y = box.top() + _PAD - 1
        for name, value in self._facts:
            painter.setPen(QColor(look.muted))
            left = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip)
            painter.drawText(QRectF(box.left() + _PAD, y, names, line), left, name)
            painter.setPen(QColor(look.text))
            start = box.left() + 2 * _PAD + 4 + names
            painter.drawText(QRectF(start, y, values, line), left, value)
            y += line

    def _box(self, width: float, height: float) -> QRectF:
        rect = self.boundingRect()
        left = self._at.x() + _GAP
        if left + width > rect.right() - 4:
            left = self._at.x() - _GAP - width
        top = min(max(self._at.y() - height / 2, rect.top() + 4), rect.bottom() - height - 4)
        return QRectF(max(left, rect.left() + 4), top, width, height)
