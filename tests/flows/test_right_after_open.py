"""Keys pressed right after Open, while the spectrum is still being read: they are meant for it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from nmrquanv.gui import clipboard
from nmrquanv.gui.dialogs.export import ExportDialog
from nmrquanv.gui.dialogs.synthetic import SyntheticDialog
from nmrquanv.session.requests import Request
from tests.flows.peak_user import saved_as

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
WAIT_MS = 60_000


class SlowDisk:
    """Readings that go on when they are let."""

    def __init__(self, monkeypatch) -> None:
        self._may_read, read = threading.Event(), Request.read

        def read_slowly(request, *how):
            assert self._may_read.wait(WAIT_MS / 1000)
            return read(request, *how)

        monkeypatch.setattr(Request, "read", read_slowly)

    def let(self) -> None:
        self._may_read.set()


@pytest.fixture(autouse=True)
def nothing_copied(qapp):
    """Leave no data made in Python on the clipboard: Qt crashes over them at the end."""
    yield
    clipboard.leave()


@pytest.fixture
def shown(user, menthol):
    """A person with a spectrum on the screen who searches with the fastest finder."""
    document = user.open(menthol)
    user.choose_finders("classical")
    return document


@pytest.fixture
def disk(monkeypatch):
    """Comes after what a test opens before."""
    disk = SlowDisk(monkeypatch)
    yield disk
    disk.let()


@pytest.fixture
def other(examples) -> Path:
    return examples / "bruker_1h_aspirin_fidonly" / "1"


def test_find_right_after_open_searches_what_was_opened(user, shown, disk, other) -> None:
    user.drop(other)
    user.press(Qt.Key.Key_F, CTRL)
    notice = user.window.waiting.notice
    assert notice.isVisible()
    assert notice.text() == "Then: Find Peaks"
    assert not user.window.finding.is_running
    with user.qtbot.waitSignal(user.window.finding.succeeded, timeout=WAIT_MS) as found:
        disk.let()
    assert found.args[0] is user.document is not shown
    assert not shown.layers
    assert not notice.isVisible()


def test_the_button_too_and_while_the_spectrum_that_is_shown_is_not_there(
    user, settings, disk, other
) -> None:
    settings.finders = ["classical"]  # chosen in a window before this one
    button = user.window.find_controls.button
    assert not button.isEnabled()
    user.drop(other)
    user.qtbot.waitUntil(button.isEnabled)
    user.click(button)
    user.window.activateWindow()
    user.qtbot.keyClick(user.window, Qt.Key.Key_F, CTRL)  # twice is once
    with user.qtbot.waitSignal(user.window.finding.succeeded, timeout=WAIT_MS) as found:
        disk.let()
    assert found.args[0] is user.document
    user.wait_until_idle()
    assert user.document.undo_stack.count() == 1


def test_save_export_and_copy_right_after_open_are_of_what_was_opened(
    user, shown, disk, other
) -> None:
    user.drop(other)
    user.press(Qt.Key.Key_E, CTRL)
    user.press(Qt.Key.Key_S, CTRL)
    user.press(Qt.Key.Key_C, CTRL | ALT)
    assert not user.window.findChildren(ExportDialog)
    assert user.window.waiting.notice.text() == "Then: Export, Save, Copy Figure"
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        disk.let()
    assert "aspirin" in user.dialog(ExportDialog).path.text()
    user.qtbot.waitUntil(lambda: user.window.saves.dialog is not None)
    (name,) = user.window.saves.dialog.selectedFiles()
    assert "aspirin" in name
    assert QGuiApplication.clipboard().mimeData().hasImage()


def test_who_goes_back_to_an_open_spectrum_means_that(user, shown, disk, other, menthol) -> None:
    user.press(Qt.Key.Key_N, CTRL)
    user.qtbot.keyClick(user.dialog(SyntheticDialog), Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: len(user.window.workspace.documents) == 2, timeout=WAIT_MS)
    user.drop(other)
    user.press(Qt.Key.Key_Tab, CTRL)
    assert user.document is shown
    with user.qtbot.waitSignal(user.window.finding.succeeded, timeout=WAIT_MS) as found:
        user.press(Qt.Key.Key_F, CTRL)
    assert found.args[0] is shown
    assert user.document is shown  # the other one is still being read


@pytest.mark.parametrize("how", ["cancelled", "damaged"])
def test_where_nothing_is_opened_nothing_is_done_and_it_is_said(
    user, shown, disk, tmp_path, other, how
) -> None:
    (tmp_path / "1r").write_bytes(b"no spectrum")
    user.drop(other if how == "cancelled" else tmp_path / "1r")
    user.press(Qt.Key.Key_F, CTRL)
    with user.qtbot.waitSignal(user.window.workspace.openings_ended, timeout=WAIT_MS):
        if how == "cancelled":
            user.click(user.window.status.cancel_button)
        disk.let()
    told = user.window.status.message.text()
    assert told == "Nothing was opened; not done: Find Peaks"
    assert not user.window.waiting.notice.isVisible()
    assert not shown.layers
    assert not user.window.finding.is_running
    if how == "damaged":
        assert "could not be opened" in user.error_text()


def test_a_spectrum_as_a_table_is_awaited_from_the_first_moment(user, shown, tmp_path) -> None:
    rows = "".join(f"{10 - 0.01 * i:.2f},{i % 9}\n" for i in range(600))
    (tmp_path / "sure.csv").write_text(f"# MHz: 400.13\n# Nucleus: 1H\nppm,intensity\n{rows}")
    user.drop(tmp_path / "sure.csv")
    user.press(Qt.Key.Key_E, CTRL)
    assert "sure" in user.dialog(ExportDialog).path.text()


def test_a_document_asked_for_twice_leaves_no_bar_behind(user, shown, tmp_path) -> None:
    file = tmp_path / "kept.nmrq"
    saved_as(user, file)
    user.press(Qt.Key.Key_W, CTRL)
    with user.qtbot.waitSignal(user.window.workspace.openings_ended, timeout=WAIT_MS):
        user.drop(file, file)
    user.qtbot.waitUntil(lambda: not user.window.status.progress.isVisible())
    assert len(user.window.workspace.documents) == 1


def test_many_that_wait_do_not_widen_the_window(user, shown, disk, other) -> None:
    user.drop(other)
    user.qtbot.waitUntil(user.window.status.progress.isVisible)
    before = user.window.minimumSizeHint().width()
    notice, shift = user.window.waiting.notice, CTRL | SHIFT
    for key, held in (("F", CTRL), ("E", CTRL), ("J", CTRL), ("C", CTRL | ALT), ("T", shift),
                      ("E", shift), ("K", shift), ("J", shift)):  # fmt: skip
        user.press(Qt.Key[f"Key_{key}"], held)
    assert notice.text().count(",") == 7
    assert notice.toolTip() == notice.text()
    user.qtbot.wait(50)
    assert user.window.minimumSizeHint().width() <= before + 40
    user.click(user.window.status.cancel_button)
    disk.let()
    user.qtbot.waitUntil(lambda: not notice.isVisible())
