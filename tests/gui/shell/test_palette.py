"""Ctrl+K: every command by some letters of its name, with its keys and why it is greyed out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from nmrquanv.gui.dialogs.settings import SettingsDialog
from nmrquanv.gui.shell.palette import Palette
from nmrquanv.gui.shell.palette_entries import abbreviation, entries_of, matching

CTRL = Qt.KeyboardModifier.ControlModifier


def dialog(window, qtbot, kind: type[QDialog]):
    def found() -> list[QDialog]:
        return [d for d in window.findChildren(kind) if d.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1)
    return found()[0]


@pytest.fixture
def palette(window, qtbot):
    """Press Ctrl+K in the window as it is now."""

    def opened() -> Palette:
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
        return dialog(window, qtbot, Palette)

    return opened


@pytest.fixture
def opened(window, qtbot, menthol):
    with qtbot.waitSignal(window.workspace.opened, timeout=30_000):
        window.workspace.open(menthol)
    return window.workspace.current


def test_beginnings_of_words_abbreviate_a_name_and_other_letters_do_not() -> None:
    assert abbreviation("fp", "Find Peaks") > abbreviation("fp", "Find All Impure Peaks")
    assert abbreviation("finpe", "Find Peaks") is not None
    assert abbreviation("settg", "Settings") is not None
    assert abbreviation("exp", "Next Peak") is None
    assert abbreviation("pf", "Find Peaks") is None
    assert abbreviation("stgs", "Settings, Signs") is None, "one gap, not two"


def titles_of(window, typed: str) -> list[str]:
    entries = entries_of(window.menuBar(), window.shell._actions, has_spectrum=True)
    return [entry.title for entry in matching(entries, typed)]


def test_what_is_typed_begins_words_of_all_that_is_listed(window) -> None:
    assert titles_of(window, "export")[0] == "Export…"
    assert set(titles_of(window, "export")) >= {"Export…", "Export History as Script…"}
    assert titles_of(window, "find peaks")[0] == "Find Peaks"
    assert titles_of(window, "peaks find")[0] == "Find Peaks"
    assert titles_of(window, "journal") == ["Journal Text…"]
    assert titles_of(window, "fpv") == ["Find Peaks in View"]
    assert {"Light", "Dark"} <= set(titles_of(window, "theme"))
    assert titles_of(window, "phase") == ["Processing"]
    assert titles_of(window, "qqzx") == []
    # a tool's tip has the word, its name does not: listed where no name has it
    assert "Region Tool" in titles_of(window, "retraining")


@pytest.mark.parametrize("typed", ["multi", "integ", "undo", "zoom", "model", "spectrum", "fid"])
def test_few_commands_fit_a_word_and_each_has_it(window, typed) -> None:
    entries = entries_of(window.menuBar(), window.shell._actions, has_spectrum=True)
    found = matching(entries, typed)
    assert 0 < len(found) < 25
    assert all(typed in f"{e.menu} {e.title} {e.tip}".lower() for e in found)
    assert typed in found[0].title.lower()


def test_some_letters_and_enter_run_a_command(palette, window, qtbot) -> None:
    box = palette()
    qtbot.keyClicks(box.field, "settg")
    assert box.chosen().title == "Settings…"
    assert box.told.text().startswith("Thresholds")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    dialog(window, qtbot, SettingsDialog).close()
    qtbot.waitUntil(lambda: not window.findChildren(Palette))


def test_arrows_move_in_the_list_and_escape_leaves(palette, window, qtbot) -> None:
    box = palette()
    qtbot.keyClicks(box.field, "theme")
    titles = {"As the System", "Light", "Dark"}
    assert box.chosen().title in titles
    first = box.chosen().title
    qtbot.keyClick(box.field, Qt.Key.Key_Down)
    assert box.chosen().title in titles - {first}
    qtbot.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(Palette))


def test_what_cannot_be_used_is_listed_says_why_and_is_not_run(palette, window, qtbot) -> None:
    box = palette()
    qtbot.keyClicks(box.field, "export")
    row = next(r for r in range(box._model.rowCount()) if "Export…" in box._model.item(r).text())
    box.list.selectRow(row)
    assert box._model.item(row, 1).text() == "open a spectrum first"
    assert box.told.text().startswith("Not now: open a spectrum first")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert box.isVisible()
    box.close()


def test_every_command_of_the_window_is_in_it_once(window) -> None:
    actions = window.shell._actions
    entries = entries_of(window.menuBar(), actions, has_spectrum=False)
    listed = [entry.action for entry in entries]
    assert set(actions.values()) <= set(listed)
    assert len(listed) == len(set(listed))
    panels = {dock.toggleViewAction() for dock in window.docks.values()}
    assert panels <= set(listed)
    assert all(entry.title for entry in entries)
    keys = {entry.title: entry.keys for entry in entries}
    assert keys["Confirm Peaks"] == "Space"
    assert keys["Export…"] == "Ctrl+E"


def test_whatever_is_greyed_out_has_a_reason_of_its_own(window, opened) -> None:
    for has_spectrum in (True, False):
        if not has_spectrum:
            window.work.close(opened)
        entries = entries_of(window.menuBar(), window.shell._actions, has_spectrum=has_spectrum)
        reasons = {e.title: e.why for e in entries if not e.action.isEnabled()}
        assert len(reasons) > 5
        assert all(reasons.values())
        assert "not possible now" not in reasons.values(), reasons
        assert not any(e.why for e in entries if e.action.isEnabled())
