"""Keys of one's own: given in a dialog, kept for the next start, conflicts told, had back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from nmrquanv.gui.shell.key_sheet import KeySheet
from nmrquanv.gui.shell.shortcuts import Shortcuts
from nmrquanv.session.settings import Settings

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shortcuts(window, qtbot) -> Shortcuts:
    window.actions_by_id["shortcuts"].trigger()
    (found,) = window.findChildren(Shortcuts)
    qtbot.waitExposed(found)
    return found


def press(qtbot, box: Shortcuts, name: str, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier):
    box.choose(name)
    qtbot.keyClick(box.keys, key, modifiers)
    qtbot.waitUntil(lambda: not box.keys.keySequence().isEmpty())


def test_a_command_gets_other_keys_which_work_and_stay(window, shortcuts, qtbot, settings) -> None:
    press(qtbot, shortcuts, "theme_dark", Qt.Key.Key_F9)
    assert shortcuts.told.text() == ""
    qtbot.mouseClick(shortcuts.assign_button, LEFT)
    shortcuts.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert settings.theme == "dark"
    assert "(F9)" in window.actions_by_id["theme_dark"].toolTip()
    settings.save()
    assert Settings(settings.path).shortcuts == {"theme_dark": ("F9",)}


def test_keys_of_another_command_are_told_and_taken_from_it(window, shortcuts, qtbot) -> None:
    bindings = window.shell.bindings
    press(qtbot, shortcuts, "labels", Qt.Key.Key_E, CTRL)
    assert "belongs to 'Export…' now" in shortcuts.told.text()
    qtbot.mouseClick(shortcuts.assign_button, LEFT)
    assert bindings.keys("labels") == ("Ctrl+E",)
    assert bindings.keys("export") == ()
    shortcuts.choose("export")
    qtbot.mouseClick(shortcuts.reset_button, LEFT)
    assert bindings.keys("export") == ("Ctrl+E",)
    assert bindings.keys("labels") == ()
    shortcuts.close()


def test_all_are_had_back_as_usual(window, shortcuts, qtbot, settings) -> None:
    bindings = window.shell.bindings
    usual = {name: bindings.keys(name) for name in bindings.names()}
    press(qtbot, shortcuts, "export", Qt.Key.Key_F, CTRL)
    qtbot.mouseClick(shortcuts.assign_button, LEFT)
    assert bindings.keys("find") == ("F5",)
    shortcuts.choose("find")
    qtbot.mouseClick(shortcuts.remove_button, LEFT)
    assert bindings.keys("find") == ()
    qtbot.mouseClick(shortcuts.reset_all_button, LEFT)
    assert {name: bindings.keys(name) for name in bindings.names()} == usual
    assert settings.shortcuts == {}
    shortcuts.close()


def test_keys_of_the_plot_and_of_saved_views_cannot_be_given_away(shortcuts, qtbot, window) -> None:
    for key, whose in ((Qt.Key.Key_Space, "the plot"), (Qt.Key.Key_3, "saved views")):
        press(qtbot, shortcuts, "export", key)
        assert f"belongs to {whose}" in shortcuts.told.text()
        assert not shortcuts.assign_button.isEnabled()
    with pytest.raises(ValueError, match="saved views"):
        window.shell.bindings.assign("export", "3")
    shortcuts.close()


def test_settings_edited_by_hand_give_no_keys_twice(make_main_window, settings) -> None:
    settings.shortcuts = {
        "export": ("Ctrl+O", "3"), "close": ("Ctrl+O",), "gone": ("Ctrl+9",), "quit": ("zz top",),
    }  # fmt: skip
    window = make_main_window()
    actions = window.shell._actions.values()
    keys = [k.toString() for action in actions for k in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert window.actions_by_id["export"].shortcuts() == [QKeySequence("Ctrl+O")]
    assert window.actions_by_id["open_file"].shortcuts() == []
    assert "3" not in keys


def test_the_filter_shows_commands_by_letters_or_keys(shortcuts, qtbot) -> None:
    qtbot.keyClicks(shortcuts.filter, "ctrl+e")
    assert [shortcuts._model.item(0).text()] == ["Export…"]
    assert shortcuts._model.rowCount() == 1
    shortcuts.close()


def test_the_sheet_of_keys_fits_a_small_screen_scrolls_and_has_the_keys_of_now(
    window, qtbot
) -> None:
    window.resize(1280, 800)
    window.shell.bindings.assign("export", "F9")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    (sheet,) = window.findChildren(KeySheet)
    qtbot.waitExposed(sheet)
    assert sheet.height() <= 740
    assert sheet.buttons.geometry().bottom() <= sheet.height()
    assert sheet.text.verticalScrollBar().maximum() > 0
    told = sheet.text.toPlainText()
    for words in ("Wheel", "Confirm the selected peaks", "1 … 9", "Ctrl+O", "F9"):
        assert words in told
    qtbot.keyClick(sheet.text, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(KeySheet))


def test_texts_that_name_keys_follow_them(window, qtbot, menthol) -> None:
    with qtbot.waitSignal(window.workspace.opened, timeout=30_000):
        window.workspace.open(menthol)
    table, multiplets = window.peak_table.empty_text, window.multiplets.empty_text
    assert "pick tool (P)" in table.text()
    assert "multiplet tool (J)" in multiplets.text()
    bindings = window.shell.bindings
    bindings.assign("pick_tool", "F8")
    bindings.remove("multiplet_tool")
    assert "pick tool (F8)" in table.text()
    assert "multiplet tool a drag" in multiplets.text()
    bindings.reset_all()
    assert "pick tool (P)" in table.text()
    assert "{" not in table.text() + multiplets.text()
