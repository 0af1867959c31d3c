"""What the thresholds hide is told, and shown when it is clicked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.panels.thresholds import ThresholdsPanel
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.session.document import Document


class Window(QWidget):
    """A plot and the thresholds' panel, connected as in the main window."""

    def __init__(self) -> None:
        super().__init__()
        self.view, self.thresholds_panel = SpectrumView(None, self), ThresholdsPanel(self)
        layout = QHBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.thresholds_panel)
        self.thresholds_panel.hidden_line.follow(self.view.state)
        self.resize(1200, 600)

    def set_document(self, document: Document | None) -> None:
        self.view.set_document(document)
        self.thresholds_panel.set_document(document)


@pytest.fixture
def window(qtbot, document) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.set_document(document)
    window.show()
    qtbot.waitExposed(window)
    document.edit.set_thresholds(replace(document.thresholds, min_snr=1200.0))
    return window


def click(qtbot, window, kind: str) -> None:
    button = window.thresholds_panel.hidden_line.by_kind[kind]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def ringed(window) -> list[float]:
    return [round(p.ppm, 2) for p in window.view.layers.hidden.peaks]


def test_each_kind_is_counted_and_a_click_shows_its_peaks(qtbot, window) -> None:
    line = window.thresholds_panel.hidden_line
    assert line.by_kind["snr"].text() == "2 S/N"
    assert line.by_kind["height"].text() == "1 height"
    assert not line.by_kind["confidence"].isEnabled()
    click(qtbot, window, "snr")
    assert ringed(window) == [3.0, 1.2]
    click(qtbot, window, "height")
    assert ringed(window) == [1.2]
    assert [kind for kind, b in line.by_kind.items() if b.isChecked()] == ["height"]
    click(qtbot, window, "height")
    assert ringed(window) == []


def test_the_rings_are_drawn_over_the_lines_and_follow_the_threshold(qtbot, window) -> None:
    view, document = window.view, window.view.document
    click(qtbot, window, "snr")
    x, y = float(view.trace.x_px(3.0)), float(view.trace.y_px(20.0)) - 8.0
    place = view.plot.mapFromScene(view.view_box.mapToScene(x, y))

    def has_ring() -> bool:
        image, steps = view.plot.viewport().grab().toImage(), range(-6, 7)
        near = [QColor(image.pixel(place.x() + a, place.y() + b)) for a in steps for b in steps]
        hue = QColor(theme.current().warning).hue()
        return sum(c.saturation() > 100 and abs(c.hue() - hue) < 8 for c in near) > 8

    assert has_ring()
    document.edit.set_thresholds(replace(document.thresholds, min_snr=100.0))
    assert ringed(window) == [1.2]
    assert not has_ring()


def test_what_a_maximum_and_a_region_hide_is_told_only_where_they_do(qtbot, window) -> None:
    line, document = window.thresholds_panel.hidden_line, window.view.document
    assert not line.by_kind["number"].isVisible()
    assert not line.by_kind["place"].isVisible()
    changed = replace(document.thresholds, min_snr=6.0, max_peaks=2, excluded=((7.1, 6.9),))
    document.edit.set_thresholds(changed)
    assert line.by_kind["number"].text() == "2 number"
    assert line.by_kind["place"].text() == "1 region"
    click(qtbot, window, "place")
    assert ringed(window) == [7.0]
    click(qtbot, window, "number")
    assert ringed(window) == [3.0, 1.2]
