"""The sum of the list's lines and the residual, in the window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


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
    QTest.keyClick(window.view, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert drawn(window).size == 0


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
