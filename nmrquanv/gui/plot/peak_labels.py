"""Draws the chemical shifts over the peaks: upright text in a strip, a leader to each peak."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from nmrquanv.gui import theme
from nmrquanv.gui.plot.stamps import FRAGMENT_FIELDS
from nmrquanv.numbers import fixed
from nmrquanv.spectra.peaks import Peak

LEAST_STRIP = 58.0
"""Height of the strip where nobody gave a peak a text of their own, pixels."""

_MOST_STRIP = 130.0
_SHIFT = "00.000"
_MORE_DECIMALS, _USUAL_DECIMALS = 2, 3
_LEADER = 13.0
_MARGIN = 5.0
_LINE = 0.86
_BEHIND_TEXT = 0.82
_IN_ROW, _ROWS = 64, 16
"""Texts on a sheet."""


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


def longest_texts(
    peaks: Sequence[Peak], text_of: Callable[[Peak], str], decimals: int
) -> list[str]:
    """Return texts among which the longest of all is, without writing each number.

    Parameters
    ----------
    peaks : sequence of Peak
        In order of shift: the longest numbers are at the ends.
    text_of : callable
    decimals : int
        With few, one more is counted: shifts that would read alike get it.
    """
    own = [text_of(peak) for peak in peaks if peak.label]
    finer = "0" if decimals < _USUAL_DECIMALS else ""
    return [*own, *(text_of(peak) + finer for peak in (*peaks[:1], *peaks[-1:]))]


def strip_height(texts: Iterable[str], font: QFont) -> float:
    """Return the height of the strip in which these texts fit, up to a limit."""
    metrics = QFontMetricsF(font)
    widest = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
    least = max(LEAST_STRIP, metrics.horizontalAdvance(_SHIFT) + _LEADER + _MARGIN)
    return min(max(least, widest + _LEADER + _MARGIN + 4.0), max(least, _MOST_STRIP))


class LabelPictures:
    """Texts as they are drawn, upright and on a ground: turning letters costs more than the rest.

    Lines that are taller than the view do not cross a text: the ground hides them. All stand on
    one sheet, from which those of a view are put in their places at once.
    """

    def __init__(self) -> None:
        self._said: tuple[object, ...] = ()
        self._sheet = QPixmap()
        self._slots: dict[tuple[str, bool], tuple[float, float, float]] = {}
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, FRAGMENT_FIELDS)
        self._lines = PrimitiveArray(QLineF, 4)

    def paint(self, painter: QPainter, labels: Sequence[Label], strip: float, font: QFont) -> None:
        """Draw labels in a strip ``strip`` pixels high; those with a reach in the accent colour."""
        foot, look = strip - _LEADER, theme.current()
        muted = QColor(look.muted)
        muted.setAlphaF(0.65)
        self._paint_leaders(painter, [n for n in labels if n.reach is None], strip, muted)
        led = [label for label in labels if label.reach is not None]
        self._paint_leaders(painter, led, strip, QColor(look.accent))
        if not labels:
            return
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        most = QSizeF(QFontMetricsF(font).height() * _LINE, foot - _MARGIN)
        self._turn_sheet((font.toString(), look.name, ratio, foot), len(labels), most)
        slots = np.array([self._slot(label, font, most, ratio) for label in labels])
        wide, high = float(math.ceil(most.width() * ratio)), slots[:, 2]
        # on whole pixels: a picture between them would be blurred
        left = np.rint((np.array([n.at for n in labels]) - most.width() / 2) * ratio) / ratio
        self._fragments.resize(len(labels))
        put = self._fragments.ndarray()
        put[:, 0] = left + wide / (2 * ratio)
        put[:, 1] = np.rint(foot - 2 - high / ratio) + high / (2 * ratio)
        put[:, 2:4], put[:, 4], put[:, 5] = slots[:, :2], wide, high
        put[:, 6:] = (1 / ratio, 1 / ratio, 0.0, 1.0)
        first, number = self._fragments.drawargs()
        painter.drawPixmapFragments(first, number, self._sheet)

    def _paint_leaders(
        self, painter: QPainter, labels: Sequence[Label], strip: float, colour: QColor
    ) -> None:
        """Draw the lines from texts to peaks."""
        if not labels:
            return
        foot, knee = strip - _LEADER, strip - 3
        self._lines.resize(2 * len(labels))
        lines = self._lines.ndarray()
        at, peak_x = np.array([(label.at, label.peak_x) for label in labels]).T
        to_knee, down = lines[: len(labels)], lines[len(labels) :]
        to_knee[:, 0], to_knee[:, 1], to_knee[:, 2], to_knee[:, 3] = at, foot, peak_x, knee
        down[:, 0], down[:, 1], down[:, 2] = peak_x, knee, peak_x
        down[:, 3] = [max(strip + 4, label.reach or 0.0) for label in labels]
        painter.setPen(QPen(colour, 1))
        painter.drawLines(*self._lines.drawargs())

    def _turn_sheet(self, said: tuple[object, ...], count: int, most: QSizeF) -> None:
        """Begin a new sheet where the look is another, or the old one has no room for so many."""
        if said == self._said and len(self._slots) + count <= _IN_ROW * _ROWS:
            return
        ratio = float(said[2])  # type: ignore[arg-type]
        wide, high = math.ceil(most.width() * ratio), math.ceil(most.height() * ratio)
        rows = max(_ROWS, math.ceil(count / _IN_ROW))
        self._said, self._slots = said, {}
        self._sheet = QPixmap(_IN_ROW * wide, rows * high)
        self._sheet.fill(Qt.GlobalColor.transparent)

    def _slot(
        self, label: Label, font: QFont, most: QSizeF, ratio: float
    ) -> tuple[float, float, float]:
        """Return where on the sheet a text is, and how high; all in pixels of the screen."""
        key = label.text, label.reach is None
        slot = self._slots.get(key)
        if slot is None:
            picture, number = _picture(label, font, most, ratio), len(self._slots)
            left = (number % _IN_ROW) * math.ceil(most.width() * ratio)
            top = (number // _IN_ROW) * math.ceil(most.height() * ratio)
            high = float(picture.height())
            picture.setDevicePixelRatio(1.0)
            painter = QPainter(self._sheet)
            painter.drawPixmap(left, top, picture)
            painter.end()
            slot = self._slots[key] = (float(left), float(top), high)
        return slot


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
