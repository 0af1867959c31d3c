"""Marks that are stamped look as if they had been drawn one by one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import layer_colour, layer_shape
from nmrquanv.gui.plot.stamps import MARKER_SIZE, Stamps


@pytest.mark.parametrize("finder", ["quanv", "cnn", "classical", "all", "some", "mine", "a model"])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_stamp_is_the_mark_in_its_place(painted, finder: str, ratio: float) -> None:
    at = np.array([15.5, 40.5]) if ratio == 1 else np.array([15.25, 40.25])

    def one_by_one(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.current().plot), 1))
        painter.setBrush(layer_colour(finder))
        for x in at:
            painter.drawPath(layer_shape(finder, MARKER_SIZE).translated(QPointF(x, at[0])))

    stamped = painted(lambda p: Stamps().put_shapes(p, finder, at, np.full(2, at[0])), ratio)
    drawn = painted(one_by_one, ratio)
    assert (drawn != 255).any()
    assert np.abs(stamped - drawn).max() <= 4


def test_every_kind_of_mark_has_a_colour_and_a_shape_of_its_own(painted) -> None:
    names = ("all", "some", "quanv", "cnn", "classical", "mine", "a model")
    for look in (theme.LIGHT, theme.DARK):
        assert len({layer_colour(name, look).name() for name in names}) == len(names)
        ground = QColor(look.plot)
        assert all(contrast(layer_colour(name, look), ground) > 3 for name in names)
    at = np.array([30.5])
    shapes = [painted(lambda p, n=n: Stamps().put_shapes(p, n, at, at)).min(axis=2) for n in names]
    outlines = {(shape < 200).tobytes() for shape in shapes}
    assert len(outlines) == len(names)


def test_a_long_stem_is_dotted_so_that_nobody_takes_it_for_a_line(painted) -> None:
    x, start, end = np.array([10.5, 30.5]), np.array([50.0, 50.0]), np.array([40.0, 5.0])
    image = painted(lambda p: Stamps().put_stems(p, QColor("black"), x, start, end)).min(axis=2)
    short, long = image[41:49, 10], image[6:49, 30]
    assert (short < 128).all()
    assert 0.3 < (long < 128).mean() < 0.7


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours as WCAG counts it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_a_theme_has_its_own_stamps(painted, monkeypatch) -> None:
    at, stamps = np.array([30.5]), Stamps()
    monkeypatch.setitem(theme._state, "current", theme.LIGHT)
    before = painted(lambda p: stamps.put_ticks(p, "quanv", at, at))
    monkeypatch.setitem(theme._state, "current", theme.DARK)
    after = painted(lambda p: stamps.put_ticks(p, "quanv", at, at))
    assert (before != after).any()


def test_nothing_to_mark_draws_nothing(painted) -> None:
    none = np.zeros(0)
    image = painted(lambda p: Stamps().put_ticks(p, "quanv", none, none))
    assert (image == 255).all()
