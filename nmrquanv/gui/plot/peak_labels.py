"""Draws the chemical shifts over the peaks: upright text in a strip, a leader to each peak."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from nmrquanv.gui import theme
from nmrquanv.numbers import fixed
from nmrquanv.spectra.peaks import Peak

LEAST_STRIP = 58.0
"""Height of the strip where nobody gave a peak a text of their own, pixels."""

_MOST_STRIP = 130.0
_SHIFT = "00.000"
_MORE_DECIMALS = 2
_LEADER = 13.0
_MARGIN = 5.0
_LINE = 0.86
_BEHIND_TEXT = 0.82
_MOST_PICTURES = 2000


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
    least = max(LEAST_STRIP, metrics.horizontalAdvance(_SHIFT) + _LEADER + _MARGIN)
    return min(max(least, widest + _LEADER + _MARGIN + 4.0), max(least, _MOST_STRIP))


class LabelPictures:
    """Texts as they are drawn, upright and on a ground: turning letters costs more than the rest.

    Lines that are taller than the view do not cross a text: the ground hides them.
    """

    def __init__(self) -> None:
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    def paint(self, painter: QPainter, labels: Sequence[Label], strip: float, font: QFont) -> None:
        """Draw labels in a strip ``strip`` pixels high; those with a reach in the accent colour."""
        foot, look = strip - _LEADER, theme.current()
        muted = QColor(look.muted)
        muted.setAlphaF(0.65)
        plain = [label for label in labels if label.reach is None]
        _paint_leaders(painter, plain, strip, muted)
        led = [label for label in labels if label.reach is not None]
        _paint_leaders(painter, led, strip, QColor(look.accent))
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        said = (font.toString(), look.name, ratio, foot)
        wide = QFontMetricsF(font).height() * _LINE
        for label in labels:
            key = (label.text, label.reach is None, *said)
            picture = self._pictures.get(key) or self._made(key, label, font, wide)
            at = QPointF(label.at - wide / 2, foot - 2 - picture.deviceIndependentSize().height())
            # on whole pixels: a picture between them would be blurred
            painter.drawPixmap(QPointF(round(at.x() * ratio) / ratio, round(at.y())), picture)

    def _made(self, key: tuple[object, ...], label: Label, font: QFont, wide: float) -> QPixmap:
        if len(self._pictures) >= _MOST_PICTURES:
            self._pictures.clear()
        ratio, foot = float(key[-2]), float(key[-1])  # type: ignore[arg-type]
        self._pictures[key] = made = _picture(label, font, QSizeF(wide, foot - _MARGIN), ratio)
        return made


def _paint_leaders(
    painter: QPainter, labels: Sequence[Label], strip: float, colour: QColor
) -> None:
    """Draw the lines from texts to peaks."""
    foot, knee = strip - _LEADER, strip - 3
    painter.setPen(QPen(colour, 1))
    lines = [QLineF(label.at, foot, label.peak_x, knee) for label in labels]
    ends = [max(strip + 4, label.reach or 0.0) for label in labels]
    lines += [
        QLineF(label.peak_x, knee, label.peak_x, end)
        for label, end in zip(labels, ends, strict=True)
    ]
    painter.drawLines(lines)


def _picture(label: Label, font: QFont, most: QSizeF, ratio: float) -> QPixmap:
    """Return a text from bottom to top on its ground, at most so wide and high."""
    metrics, look = QFontMetricsF(font), theme.current()
    high = min(math.ceil(metrics.horizontalAdvance(label.text) + 4.0), most.height())
    text = metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, most.height())
    picture = QPixmap(math.ceil(most.width() * ratio), math.ceil(high * ratio))
    picture.setDevicePixelRatio(ratio)
    ground = QColor(look.plot)
    ground.setAlphaF(_BEHIND_TEXT)
    picture.fill(ground)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(QColor(look.text if label.reach is None else look.accent))
    painter.translate(most.width() / 2, high)
    painter.rotate(-90.0)
    painter.drawText(QPointF(0.0, (metrics.ascent() - metrics.descent()) / 2), text)
    painter.end()
    return picture
