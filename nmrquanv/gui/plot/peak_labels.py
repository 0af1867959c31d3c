"""Draws the chemical shifts over the peaks: upright text in a strip, a leader to each peak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.numbers import fixed
from nmrquanv.spectra.peaks import Peak

LEAST_STRIP = 58.0
"""Height of the strip where nobody gave a peak a text of their own, pixels."""

_MOST_STRIP = 130.0
_MORE_DECIMALS = 2
_LEADER = 13.0
_MARGIN = 5.0
_LINE = 0.86
_BEHIND_TEXT = 0.82


@dataclass(frozen=True, slots=True)
class Label:
    """One label as it is drawn.

    Parameters
    ----------
    text : str
    at : float, pixels
        Where the text stands.
    peak_x : float, pixels
        Where its peak is.
    reach : float or None, pixels
        How far down the leader goes; None for the foot of the strip.
    """

    text: str
    at: float
    peak_x: float
    reach: float | None = None


def label_text(peak: Peak, ppm: float, decimals: int) -> str:
    """Return what is written over a peak: chemical shift and the user's own text."""
    return f"{fixed(ppm, decimals)} {peak.label}".rstrip()


def distinct_texts(peaks: Sequence[tuple[Peak, float]], decimals: int) -> list[str]:
    """Return what is written over peaks, each with its chemical shift, so that none repeats.

    Shifts that would read alike get more decimals; where even those are alike, only the first of
    the peaks has a text.
    """
    texts = [label_text(peak, ppm, decimals) for peak, ppm in peaks]
    for finer in range(decimals + 1, decimals + _MORE_DECIMALS + 1):
        count = Counter(texts)
        if len(count) == len(texts):
            return texts
        texts = [
            label_text(peak, ppm, finer) if count[text] > 1 else text
            for text, (peak, ppm) in zip(texts, peaks, strict=True)
        ]
    first = {text: i for i, text in reversed(list(enumerate(texts)))}
    return [text if first[text] == i else "" for i, text in enumerate(texts)]


def label_font(base: QFont) -> QFont:
    """Return the font of the labels: a little smaller than the window's."""
    font = QFont(base)
    font.setPointSizeF(max(7.5, font.pointSizeF() * 0.9))
    return font


def label_spacing(font: QFont) -> float:
    """Return the least distance of two labels, pixels."""
    return QFontMetricsF(font).height() * _LINE


def strip_height(texts: Iterable[str], font: QFont) -> float:
    """Return the height of the strip in which these texts fit, up to a limit."""
    metrics = QFontMetricsF(font)
    widest = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
    return min(max(LEAST_STRIP, widest + _LEADER + _MARGIN + 4.0), _MOST_STRIP)


def paint_labels(painter: QPainter, labels: Sequence[Label], strip: float, font: QFont) -> None:
    """Draw labels in a strip ``strip`` pixels high; those with a reach in the accent colour."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    foot = strip - _LEADER
    look = theme.current()
    muted = QColor(look.muted)
    muted.setAlphaF(0.65)
    for label in labels:
        painter.setPen(QPen(QColor(look.accent) if label.reach is not None else muted, 1))
        painter.drawLine(QPointF(label.at, foot), QPointF(label.peak_x, strip - 3))
        end = max(strip + 4, label.reach or 0.0)
        painter.drawLine(QPointF(label.peak_x, strip - 3), QPointF(label.peak_x, end))
    _paint_ground(painter, labels, foot, metrics)
    for label in labels:
        painter.setPen(QColor(look.text if label.reach is None else look.accent))
        _paint_text(painter, label, foot, metrics)


def _paint_ground(
    painter: QPainter, labels: Sequence[Label], foot: float, metrics: QFontMetricsF
) -> None:
    """Keep lines that are taller than the view from crossing the text.

    Upright and not antialiased: turned, half-transparent boxes cost more than all the rest.
    """
    ground = QColor(theme.current().plot)
    ground.setAlphaF(_BEHIND_TEXT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    wide = metrics.height() * _LINE
    for label in labels:
        high = min(metrics.horizontalAdvance(label.text) + 4.0, foot - _MARGIN)
        painter.fillRect(QRectF(label.at - wide / 2, foot - 2 - high, wide, high), ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _paint_text(painter: QPainter, label: Label, foot: float, metrics: QFontMetricsF) -> None:
    space = foot - _MARGIN
    text = metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, space)
    painter.save()
    painter.translate(label.at, foot - 2.0)
    painter.rotate(-90.0)
    painter.drawText(QPointF(0.0, (metrics.ascent() - metrics.descent()) / 2), text)
    painter.restore()
