"""The sum of the list's lines and the residual, in the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from nmrquanv.gui import theme
from nmrquanv.spectra.peaks import PeakList


@pytest.fixture
def shown(window, document):
    """The window with a spectrum whose lines are known."""
    window.workspace._add([document])
    return window


def drawn(window) -> np.ndarray:
    return window.view.layers.fit.sum.values


def test_a_key_draws_sum_and_residual_and_takes_them_away(shown, qtbot) -> None:
    window, trace = shown, shown.view.document.spectrum.trace
    QTest.keyClick(window.view, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: drawn(window).size > 0)
    rest = window.view.layers.fit.rest.values
    assert drawn(window) + rest == pytest.approx(trace[::-1])
    # the lines that the list has are gone from the residual, whatever they were as tall
    assert np.abs(rest).max() < 0.02 * np.abs(trace).max()
    assert (
        window.status.message.text()
        == f"Lines in the fit: {len(window.view.document.shown_peaks())}"
    )
    assert len(window.view.layers.fit.single.lines) == len(window.view.document.shown_peaks())
    QTest.keyClick(window.view, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert drawn(window).size == 0
    assert window.view.layers.fit.single.lines == ()


def test_each_line_is_painted_in_a_colour_of_its_own_when_one_zooms_in(shown, qtbot) -> None:
    window, document = shown, shown.view.document
    one = next(p for p in document.peaks if round(p.ppm) == 5)
    beside = replace(one, ppm=one.ppm + 0.004, id="beside")
    document.edit.set_layer_results({"quanv": PeakList((one, beside))})
    document.edit.choose_working("quanv")
    window.view.state.show_fit(True)
    qtbot.waitUntil(lambda: drawn(window).size > 0)
    colour = QColor(theme.current().region).rgb()

    def dots() -> int:
        picture = window.view.grab().toImage()
        places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
        return sum(picture.pixel(x, y) == colour for x, y in places)

    window.view.full_view(both=True)
    assert dots() == 0
    window.view.view_box.show_view((4.97, 5.03))
    window.view.fit_height()
    assert dots() > 10


def test_the_curves_follow_the_list_and_its_undo(shown, qtbot) -> None:
    window, document = shown, shown.view.document
    window.view.state.show_fit(True)
    qtbot.waitUntil(lambda: drawn(window).size > 0)
    whole = drawn(window).max()
    tallest = max(document.shown_peaks(), key=lambda p: p.height)
    document.edit.delete_peaks([tallest.id])
    qtbot.waitUntil(lambda: drawn(window).max() < 0.7 * whole)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: drawn(window).max() == pytest.approx(whole))


def test_nothing_of_a_closed_spectrum_stays(shown, qtbot) -> None:
    window = shown
    window.view.state.show_fit(True)
    qtbot.waitUntil(lambda: drawn(window).size > 0)
    window.view.set_document(None)
    assert drawn(window).size == 0
