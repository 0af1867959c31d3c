from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from nmrquanv.gui.example_spectra import examples
from nmrquanv.gui.pages.welcome import Welcome
from nmrquanv.io.readers import READERS


@pytest.fixture
def welcome(qtbot) -> Welcome:
    page = Welcome(examples())
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    qtbot.waitExposed(page)
    return page


def test_every_bundled_spectrum_is_offered_and_is_there(welcome) -> None:
    assert len(welcome.cards) == len(examples()) + 1
    assert all(Path(example.path).is_dir() for example in examples())


def test_a_click_on_a_card_opens_its_spectrum(welcome, qtbot) -> None:
    with qtbot.waitSignal(welcome.path_chosen) as told:
        qtbot.mouseClick(welcome.cards[0], Qt.MouseButton.LeftButton)
    assert told.args == [examples()[0].path]


def test_the_last_card_makes_a_synthetic_spectrum(welcome, qtbot) -> None:
    with qtbot.waitSignal(welcome.synthetic_chosen):
        qtbot.mouseClick(welcome.cards[-1], Qt.MouseButton.LeftButton)


def test_buttons_ask_for_files_and_folders(welcome, qtbot) -> None:
    with qtbot.waitSignal(welcome.file_wanted):
        qtbot.mouseClick(welcome.open_file, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(welcome.folder_wanted):
        qtbot.mouseClick(welcome.open_folder, Qt.MouseButton.LeftButton)


def test_recent_files_are_offered(welcome, qtbot) -> None:
    welcome.set_recent(("/data/menthol/10", "/data/aspirin/1"))
    with qtbot.waitSignal(welcome.path_chosen) as told:
        qtbot.mouseClick(welcome.recent_buttons[1], Qt.MouseButton.LeftButton)
    assert told.args == ["/data/aspirin/1"]
    welcome.set_recent(())
    assert welcome.recent_buttons == []


@pytest.mark.parametrize("width", [700, 1000, 1600])
def test_no_text_of_a_card_is_cut(welcome, qtbot, width) -> None:
    welcome.resize(width, 600)
    qtbot.waitUntil(
        lambda: all(
            label.height() >= label.heightForWidth(label.width())
            for card in welcome.cards
            for label in card.findChildren(QLabel)
        ),
        timeout=1000,
    )


def test_the_hint_names_every_format_that_can_be_read(welcome) -> None:
    told = " ".join(label.text() for label in welcome.findChildren(QLabel))
    named = [reader.title for reader in READERS]
    assert len(named) >= 11
    for title in (*named, "JCAMP-DX", "JEOL Delta", "Magritek Spinsolve", "NMRium", "zip"):
        assert title in told
