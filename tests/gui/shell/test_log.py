"""The log: rotates, names formats and no data, and is shown by Help > Show Log."""

from __future__ import annotations

import logging

import pytest

from nmrquanv.gui import app
from nmrquanv.gui.shell.key_sheet import KeySheet
from nmrquanv.session.program_log import LOG_BYTES, log_path, log_text


@pytest.fixture
def log():
    handler = app.start_log()
    yield logging.getLogger("nmrquanv")
    app.stop_log(handler)


def test_the_log_says_which_format_was_opened_and_nothing_of_the_data(
    log, qtbot, settings, menthol
) -> None:
    window = app.make_window(settings)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.workspace.opened, timeout=30_000):
        window.workspace.open(menthol)
    text = log_text()
    assert "opened: Bruker, spectrum of 32768 points" in text
    assert "menthol" not in text.lower()
    window.closing.agree()
    window.close()


def test_it_rotates_and_the_newest_lines_are_shown(log) -> None:
    for number in range(2_400):
        log.info("%06d %s", number, "x" * 1000)
    assert log_path().stat().st_size <= LOG_BYTES
    assert log_path().with_name("nmrquanv.log.1").exists()
    text = log_text()
    assert "002399 xxx" in text
    assert "000001 xxx" not in text
    assert len(text) <= 200_000
    assert text.startswith("20")  # begins with a whole line


def test_the_window_shows_it_with_its_place(log, window, qtbot) -> None:
    log.warning("a <b>careful</b> note")
    window.actions_by_id["log"].trigger()
    (sheet,) = window.findChildren(KeySheet)
    qtbot.waitExposed(sheet)
    told = sheet.text.toPlainText()
    assert "a <b>careful</b> note" in told
    assert str(log_path()) in told
    sheet.close()


def test_without_a_log_it_says_so() -> None:
    assert log_text() == "The log is empty."


def test_the_newest_lines_are_read_from_their_beginning(window, log, qtbot) -> None:
    for number in range(200):
        log.info("opened: %s, spectrum of %d points", "Bruker" * 40, number)
    window.actions_by_id["log"].trigger()
    sheet = next(s for s in window.findChildren(KeySheet) if s.isVisible())
    qtbot.waitExposed(sheet)
    assert sheet.text.horizontalScrollBar().maximum() > 0
    assert sheet.text.horizontalScrollBar().value() == 0
    assert sheet.text.verticalScrollBar().value() > 0
    sheet.close()
