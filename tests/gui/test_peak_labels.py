"""Texts that are put from one sheet look as if each had been drawn in its place."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from nmrquanv.gui.plot import peak_labels
from nmrquanv.gui.plot.peak_labels import (
    Label,
    LabelPictures,
    distinct_texts,
    label_text,
    longest_texts,
    strip_height,
)
from nmrquanv.spectra.peaks import Peak

SIZE, STRIP = (300, 80), 64.0


def in_strip(picture: np.ndarray, ratio: float) -> np.ndarray:
    """Return the part in which texts stand, without the lines that lead to the peaks."""
    return picture[: round((STRIP - peak_labels._LEADER - 2) * ratio)]


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_texts_from_the_sheet_are_those_drawn_one_by_one(qapp, painted, ratio) -> None:
    font = QFont(qapp.font())
    wide = QFontMetricsF(font).height() * peak_labels._LINE
    most = QSizeF(wide, STRIP - peak_labels._LEADER - peak_labels._MARGIN)
    labels = [
        Label(f"{7 - n / 3:.3f}", 20.3 + 22.7 * n, 20.0 + 22 * n, 90.0 if n == 3 else None)
        for n in range(9)
    ]

    def one_by_one(painter: QPainter) -> None:
        for label in labels:
            picture = peak_labels._picture(label, font, most, ratio)
            left = round((label.at - wide / 2) * ratio) / ratio
            high = picture.deviceIndependentSize().height()
            painter.drawPixmap(QPointF(left, round(STRIP - 15.0 - high)), picture)

    pictures = LabelPictures()
    for _ in range(2):  # the second time nothing is made anew
        ours = in_strip(
            painted(lambda p: pictures.paint(p, labels, STRIP, font), ratio, SIZE), ratio
        )
        theirs = in_strip(painted(one_by_one, ratio, SIZE), ratio)
        assert (theirs < 128).sum() > 500
        assert np.abs(ours - theirs).max() <= 4


def test_a_full_sheet_is_turned_and_nothing_is_lost(qapp, painted, monkeypatch) -> None:
    monkeypatch.setattr(peak_labels, "_ROWS", 1)
    monkeypatch.setattr(peak_labels, "_IN_ROW", 4)
    font, pictures = QFont(qapp.font()), LabelPictures()

    def of(first: int, count: int, on: LabelPictures) -> np.ndarray:
        labels = [Label(f"{first + n}.5", 20.0 + 25 * n, 20.0 + 25 * n) for n in range(count)]
        return painted(lambda p: on.paint(p, labels, STRIP, font), 1.0, SIZE)

    for first, count in ((0, 3), (3, 3), (0, 3), (10, 9)):
        drawn = of(first, count, pictures)
        np.testing.assert_array_equal(drawn, of(first, count, LabelPictures()))


@pytest.mark.parametrize(
    ("told", "decimals"),
    [(float, 2), (lambda ppm: 470.3 * ppm, 1), (lambda ppm: -1e4 * ppm, 0)],
    ids=["ppm", "hz", "points"],
)
def test_long_numbers_are_whole(qapp, told, decimals) -> None:
    """Fluorine's shifts, Hz and points have more digits than a proton's shift."""
    peaks = [Peak(ppm, 10.0) for ppm in (-82.134, -125.152, -125.154)]

    def text_of(peak: Peak) -> str:
        return label_text(peak, told(peak.ppm), decimals)

    font = QFont(qapp.font())
    strip = strip_height(longest_texts(peaks, text_of, decimals), font)
    room = strip - peak_labels._LEADER - peak_labels._MARGIN
    texts = distinct_texts([(peak, told(peak.ppm)) for peak in peaks], decimals)
    assert len(set(texts)) == 3
    for text in texts:
        assert QFontMetricsF(font).horizontalAdvance(text) <= room
