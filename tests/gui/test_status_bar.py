"""What the status bar says of one spectrum is not said of another, nor once that was closed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nmrquanv.gui.main_window import MainWindow


@pytest.fixture
def two(make_main_window, make_document) -> MainWindow:
    """A window with two spectra; the second is shown."""
    window = make_main_window()
    for name in ("first", "second"):
        window.workspace._add([make_document(name=name)])
    return window


def said(window: MainWindow) -> str:
    return window.status.message.text()


def search(window: MainWindow, qtbot) -> None:
    with qtbot.waitSignal(window.finding.succeeded, timeout=20_000):
        qtbot.mouseClick(window.find_controls.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.find_controls.button.text() == "Find peaks")


def test_it_says_no_more_what_was_found_once_the_spectrum_is_closed(two, qtbot) -> None:
    search(two, qtbot)
    assert said(two).startswith("Peaks found")
    two.closing.agree()
    two.closing.close_document(two.workspace.current)
    assert two.workspace.current.name == "first"
    assert said(two) == ""
    search(two, qtbot)
    two.closing.close_document(two.workspace.current)
    assert two.workspace.current is None
    assert said(two) == ""


def test_it_says_no_more_what_was_found_while_another_spectrum_is_shown(two, qtbot) -> None:
    search(two, qtbot)
    two.workspace.set_current(two.workspace.documents[0])
    assert said(two) == ""


def test_what_happened_to_a_file_stays_said(two, tmp_path) -> None:
    two.status.announce("Saved it")
    two.closing.agree()
    two.closing.close_document(two.workspace.current)
    assert said(two) == "Saved it"
    two.status.say("No peaks are shown")
    two.workspace.set_current(None)
    assert said(two) == ""


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_search_that_was_cancelled_by_closing_is_not_spoken_of(
    make_main_window, make_document, endless, qtbot, is_shown
) -> None:
    window = make_main_window(endless)
    for name in ("other", "searched"):
        window.workspace._add([make_document(name=name)])
    other, searched = window.workspace.documents
    qtbot.mouseClick(window.find_controls.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(endless.started.is_set)
    qtbot.waitUntil(window.status.progress.isVisible)
    if not is_shown:
        window.workspace.set_current(other)
    window.closing.agree()
    heard = []
    window.finding.cancelled.connect(lambda *_: heard.append(said(window)))
    window.closing.close_document(searched)
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.waitUntil(lambda: not window.status.progress.isVisible())
    assert said(window) == ""
    assert window.find_controls.button.text() == "Find peaks"


@pytest.mark.parametrize("percent", [100, 150])
def test_the_place_of_the_cursor_is_whole_whatever_the_size_of_letters(
    two, settings, percent
) -> None:
    """Its first digit was cut once the letters had grown."""
    two.resize(1280, 800)
    settings.ui_scale = percent
    QApplication.processEvents()
    two.status.facts.setText("¹H  ·  400.11 MHz  ·  DMSO-d6")
    two.status.source.setText("1r, PROCNO spectrum  ·  16384 points")
    two.status.announce("Peaks found: 105 quantum, 100 CNN, 98 classical, in 1.7 s " * 2)
    two.status.show_cursor(-107.7654, -243_000.0, "ppm", -43_123.4)
    QApplication.processEvents()
    label = two.status.cursor_text
    needed = label.fontMetrics().horizontalAdvance(label.text())
    assert label.width() >= needed
    settings.ui_scale = 100
