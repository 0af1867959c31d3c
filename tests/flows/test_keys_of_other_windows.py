"""Keys of the main window in the windows beside it: what makes sense there works there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from nmrquanv.gui import clipboard
from nmrquanv.gui.dialogs.explanation import ExplainDialog
from nmrquanv.gui.dialogs.journal import JournalDialog
from nmrquanv.gui.dialogs.models import ModelsDialog
from nmrquanv.gui.dialogs.training import TrainingDialog
from nmrquanv.gui.pages.batch_page import BatchPage
from nmrquanv.gui.shell.guide import Guide
from nmrquanv.gui.shell.key_sheet import KeySheet
from nmrquanv.gui.shell.palette import Palette
from tests.flows.processing_user import file_typed
from tests.flows.test_several import StackUser, at_stack, opened  # noqa: F401

CTRL, SHIFT, PLAIN = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
KEY = Qt.Key
PAGES = {
    "stack": (KEY.Key_K, CTRL | SHIFT),
    "batch": (KEY.Key_B, CTRL | SHIFT),
    "circuit": (KEY.Key_C, CTRL | SHIFT),
    "playground": (KEY.Key_P, CTRL | SHIFT),
    "study": (KEY.Key_U, CTRL | SHIFT),
}
DIALOGS = {
    Guide: (KEY.Key_F1, SHIFT),
    ModelsDialog: (KEY.Key_M, CTRL | SHIFT),
    TrainingDialog: (KEY.Key_T, CTRL),
    ExplainDialog: (KEY.Key_E, SHIFT),
    JournalDialog: (KEY.Key_J, CTRL),
}


@pytest.fixture(autouse=True)
def nothing_copied(qapp):
    """Leave no data made in Python on the clipboard: Qt crashes over them at the end."""
    yield
    clipboard.leave()


def press(user, window, key, modifiers=PLAIN) -> None:
    """Press a key where the keys are in a window."""
    window.activateWindow()
    user.qtbot.waitUntil(window.isActiveWindow)
    user.qtbot.keyClick(window.focusWidget() or window, key, modifiers)


def over(user, window, kind: type[QDialog]):
    """Return the open dialog of a kind that stands over a window."""

    def found() -> list[QDialog]:
        return [d for d in window.findChildren(kind) if d.isVisible()]

    user.qtbot.waitUntil(lambda: len(found()) == 1)
    return found()[0]


@pytest.fixture
def at_menthol(user, menthol):
    user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(KEY.Key_M)
    user.press(KEY.Key_Tab)  # a peak is selected, which can be explained
    return user


def page_of(user, name: str):
    user.press(*PAGES[name])
    page = getattr(user.window.side_pages, name)
    user.qtbot.waitExposed(page)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_the_sheet_the_palette_and_ctrl_w(at_menthol, name) -> None:
    user, page = at_menthol, page_of(at_menthol, name)
    press(user, page, KEY.Key_F1)
    sheet = over(user, page, KeySheet)
    press(user, sheet, KEY.Key_Escape)
    press(user, page, KEY.Key_K, CTRL)
    palette = over(user, page, Palette)
    user.qtbot.keyClicks(palette.field, "full view")
    user.qtbot.keyClick(palette.field, KEY.Key_Escape)
    press(user, page, KEY.Key_W, CTRL)
    user.qtbot.waitUntil(lambda: not page.isVisible())
    assert user.window.workspace.documents  # it closed its window, not the spectrum


@pytest.mark.parametrize("kind", DIALOGS)
def test_every_dialog_that_stays_open_has_them_too(at_menthol, kind) -> None:
    user = at_menthol
    user.press(*DIALOGS[kind])
    dialog = user.dialog(kind)
    press(user, dialog, KEY.Key_F1)
    press(user, over(user, dialog, KeySheet), KEY.Key_Escape)
    press(user, dialog, KEY.Key_K, CTRL)
    user.qtbot.keyClick(over(user, dialog, Palette).field, KEY.Key_Escape)
    press(user, dialog, KEY.Key_W, CTRL)
    user.qtbot.waitUntil(
        lambda: not any(d.isVisible() for d in user.window.findChildren(kind)), timeout=5000
    )
    assert user.window.workspace.documents


@pytest.mark.parametrize("kind", [ExplainDialog, JournalDialog])
def test_what_follows_the_spectrum_undoes_and_redoes(at_menthol, kind) -> None:
    user = at_menthol
    user.press(*DIALOGS[kind])
    dialog, found = user.dialog(kind), len(user.document.multiplets)
    press(user, dialog, KEY.Key_Z, CTRL)
    assert not user.document.multiplets
    press(user, dialog, KEY.Key_Y, CTRL)
    assert len(user.document.multiplets) == found


def test_a_dialog_that_has_nothing_to_do_with_the_spectrum_undoes_nothing(at_menthol) -> None:
    user = at_menthol
    user.press(*DIALOGS[ModelsDialog])
    press(user, user.dialog(ModelsDialog), KEY.Key_Z, CTRL)
    assert user.document.multiplets


def test_the_stack_is_zoomed_scaled_and_shown_whole_by_the_plots_keys(at_stack) -> None:  # noqa: F811
    user: StackUser = at_stack
    box = user.plot.view_box

    def width() -> float:
        low, high = box.current_view().x
        return high - low

    whole = width()
    user.press(KEY.Key_Plus)
    assert width() == pytest.approx(whole / 1.5)
    low = box.current_view().x[0]
    user.press(KEY.Key_Right, CTRL)
    assert box.current_view().x[0] < low
    user.press(KEY.Key_Backspace)
    user.press(KEY.Key_F)
    assert width() == pytest.approx(whole)
    heights = box.current_view().y
    user.press(KEY.Key_Asterisk)
    assert user.plot._gain == 2.0
    user.press(KEY.Key_V)
    assert user.plot._gain == 1.0
    assert box.current_view().y == pytest.approx(heights)
    user.click("region")
    user.press(KEY.Key_Z)
    assert user.plot.tool.mode == "zoom"


def test_the_stacks_sheet_begins_with_its_own_keys_and_its_palette_presses_its_buttons(
    at_stack,  # noqa: F811
) -> None:
    user: StackUser = at_stack
    user.press(KEY.Key_F1)
    sheet = over(user.user, user.page, KeySheet)
    assert sheet.text.toPlainText().startswith("Several Spectra")
    press(user.user, sheet, KEY.Key_Escape)
    user.press(KEY.Key_K, CTRL)
    palette = over(user.user, user.page, Palette)
    user.qtbot.keyClicks(palette.field, "equally")
    user.qtbot.keyClick(palette.field, KEY.Key_Return)
    user.qtbot.waitUntil(lambda: user.undo_text == "Equally Tall")
    assert QApplication.activeWindow() is not user.user.window
    user.undo()
    assert user.undo_text == ""


def test_a_command_of_the_main_window_that_is_found_elsewhere_leads_there(at_stack) -> None:  # noqa: F811
    user: StackUser = at_stack
    user.press(KEY.Key_K, CTRL)
    palette = over(user.user, user.page, Palette)
    user.qtbot.keyClicks(palette.field, "show fid")
    user.qtbot.keyClick(palette.field, KEY.Key_Escape)
    user.press(KEY.Key_K, CTRL)
    palette = over(user.user, user.page, Palette)
    user.qtbot.keyClicks(palette.field, "hz axis")
    user.qtbot.keyClick(palette.field, KEY.Key_Return)
    user.qtbot.waitUntil(lambda: user.user.view.state.unit == "hz")
    user.qtbot.waitUntil(user.user.window.isActiveWindow)


def test_keys_of_ones_own_hold_in_every_window(at_stack) -> None:  # noqa: F811
    user: StackUser = at_stack
    bindings = user.user.window.shell.bindings
    bindings.assign("full_view", "Ctrl+H")
    box = user.plot.view_box
    whole = box.current_view().x
    user.press(KEY.Key_Plus)
    user.press(KEY.Key_F)
    assert box.current_view().x != pytest.approx(whole)
    user.press(KEY.Key_H, CTRL)
    assert box.current_view().x == pytest.approx(whole)


def test_save_in_the_stack_saves_the_spectrum_and_says_so_there(at_stack, tmp_path) -> None:  # noqa: F811
    user: StackUser = at_stack
    path = tmp_path / "kept.nmrq"
    user.press(KEY.Key_S, CTRL)
    file_typed(user.user, path)
    user.qtbot.waitUntil(path.exists)
    user.qtbot.waitUntil(lambda: "Saved" in user.page.said.text())
    user.page.say("")
    user.press(KEY.Key_S, CTRL)
    user.qtbot.waitUntil(lambda: user.page.said.text() == f"Saved {path}")


@pytest.mark.parametrize("name", ["batch", "playground", "study"])
def test_save_in_a_page_says_so_there_and_in_the_main_window_it_does_not(
    at_menthol, name, tmp_path
) -> None:
    user, path = at_menthol, tmp_path / "kept.nmrq"
    page = page_of(user, name)
    line = page.controls.state if name == "study" else page.state
    press(user, page, KEY.Key_S, CTRL)
    file_typed(user, path)
    user.qtbot.waitUntil(lambda: line.text() == f"Saved {path}")
    page.say("")
    with user.qtbot.waitSignal(user.window.workspace.saving.saved):
        user.press(KEY.Key_S, CTRL)
    assert user.window.status.message.text() == f"Saved {path}"
    assert line.text() == ""


def test_one_page_leads_to_another_and_letters_grow_in_any(at_menthol) -> None:
    user = at_menthol
    batch = page_of(user, "batch")
    assert isinstance(batch, BatchPage)
    press(user, batch, *PAGES["stack"])
    user.qtbot.waitUntil(lambda: user.window.side_pages.stack is not None)
    before = user.window.settings.ui_scale
    press(user, user.window.side_pages.stack, KEY.Key_Equal, CTRL)
    assert user.window.settings.ui_scale > before
