"""Marks that are stamped look as if they had been drawn one by one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.panels.layer_swatch import layer_shape
from nmrquanv.gui.plot.stamps import MARKER_SIZE, Stamps

SIDE = 60


def painted(paint, ratio: float = 1.0) -> np.ndarray:
    """Return what is drawn on a white ground: (rows, columns, 3) of 0 to 255."""
    pixels = round(SIDE * ratio)
    image = QImage(pixels, pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    flat = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(pixels, pixels, 4)
    return flat[:, :, :3].astype(int)


@pytest.mark.parametrize("finder", ["quanv", "cnn", "classical", "mine"])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_stamp_is_the_mark_in_its_place(qapp, finder: str, ratio: float) -> None:
    at = np.array([15.5, 40.5]) if ratio == 1 else np.array([15.25, 40.25])

    def one_by_one(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.current().plot), 1))
        painter.setBrush(theme.layer_colour(finder))
        for x in at:
            painter.drawPath(layer_shape(finder, MARKER_SIZE).translated(QPointF(x, at[0])))

    stamped = painted(lambda p: Stamps().put_layer(p, finder, True, at, np.full(2, at[0])), ratio)
    drawn = painted(one_by_one, ratio)
    assert (drawn != 255).any()
    assert np.abs(stamped - drawn).max() <= 4


def test_a_mark_of_a_negative_line_stands_on_its_head(qapp) -> None:
    at = np.array([30.5])
    up, down = (
        painted(lambda p, u=is_up: Stamps().put_layer(p, "quanv", u, at, at))
        for is_up in (True, False)
    )
    assert (up != down).any()
    assert np.abs(up[::-1][:-1] - down[1:]).max() <= 4


def test_an_open_head_shows_the_ground_and_a_full_one_does_not(qapp) -> None:
    at = np.array([30.5])
    middles = [
        painted(lambda p, f=is_full: Stamps().put_heads(p, "#000000", f, at, at))[30, 30].max()
        for is_full in (False, True)
    ]
    assert middles[0] > 200 > 50 > middles[1]


def test_a_theme_has_its_own_stamps(qapp) -> None:
    at, stamps = np.array([30.5]), Stamps()
    before = painted(lambda p: stamps.put_ticks(p, theme.LIGHT.text, 1.4, at, at))
    after = painted(lambda p: stamps.put_ticks(p, theme.DARK.text, 1.4, at, at))
    assert (before != after).any()


def test_nothing_to_mark_draws_nothing(qapp) -> None:
    none = np.zeros(0)
    image = painted(lambda p: Stamps().put_ticks(p, "#000000", 1.4, none, none))
    assert (image == 255).all()
