"""The list of what can be recovered, as a person meets it at the next start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import SIGNAL, Qt
from PySide6.QtWidgets import QApplication

from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.io.recovery_file import STATE
from nmrquanv.session.copies import DAMAGED, OWNER, Copy, recoveries
from nmrquanv.session.recovery import Recovery
from nmrquanv.session.workspace import Workspace

WAIT_MS = 20_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def leave(settings, qtbot, examples, tmp_path):
    """Leave what a killed program would: spectra that were opened and edited."""

    def leave(*names: str) -> Copy:
        workspace = Workspace(settings)
        autosave = Recovery(workspace, workspace).autosave
        for name in names:
            with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
                workspace.open(examples / name)
            workspace.current.edit.add_integral(3.0, 2.5)
        autosave.write_now()
        autosave.keep_all()
        copy = autosave.copy
        for document in workspace.documents:
            workspace.close(document)
        autosave.finish()
        owner = copy.folder / OWNER
        owner.write_text(json.dumps({"pid": 1, "began": 1.0}))
        return copy

    return leave


@pytest.fixture
def offered(leave, make_main_window, qtbot):
    """Start a window after a crash; return it when it offers what was left."""

    def offered(*names: str):
        leave(*names)
        window = make_main_window()
        qtbot.waitUntil(lambda: window.dialogs.recovery is not None, timeout=WAIT_MS)
        return window, window.dialogs.recovery

    return offered


MENTHOL, ASPIRIN = "bruker_1h_menthol/10", "bruker_1h_aspirin_fidonly/1"


def names(dialog) -> list[str]:
    rows = range(dialog.list.topLevelItemCount())
    return sorted(dialog.list.topLevelItem(row).text(0) for row in rows)


def choose(dialog, name: str) -> None:
    dialog.list.clearSelection()
    (item,) = dialog.list.findItems(name, Qt.MatchFlag.MatchExactly, 0)
    item.setSelected(True)


def test_all_is_chosen_and_opened_by_one_click(offered, qtbot) -> None:
    window, dialog = offered(MENTHOL, ASPIRIN)
    assert names(dialog) == sorted((MENTHOL, ASPIRIN))
    assert dialog.open_button.text() == "&Open 2"
    item = dialog.list.topLevelItem(0)
    assert (item.text(2), item.text(3)) == ("Add Integral", "not saved yet")
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.waitUntil(lambda: len(window.workspace.documents) == 2, timeout=WAIT_MS)
    assert all(d.has_unsaved_edits and len(d.integrals) == 1 for d in window.workspace.documents)
    assert window.isWindowModified()
    assert window.dialogs.recovery is None


def test_later_leaves_everything_for_the_next_start(offered, make_main_window, qtbot) -> None:
    window, dialog = offered(MENTHOL, ASPIRIN)
    choose(dialog, MENTHOL)
    qtbot.mouseClick(dialog.open_button, LEFT)
    assert names(dialog) == [ASPIRIN]
    qtbot.waitUntil(lambda: len(window.workspace.documents) == 1, timeout=WAIT_MS)
    qtbot.mouseClick(dialog.later_button, LEFT)
    assert window.dialogs.recovery is None
    second = make_main_window()  # while the first one works on what it opened
    qtbot.waitUntil(lambda: second.dialogs.recovery is not None, timeout=WAIT_MS)
    assert names(second.dialogs.recovery) == [ASPIRIN]


def test_discard_asks_first(offered, make_main_window, qtbot) -> None:
    window, dialog = offered(MENTHOL, ASPIRIN)
    choose(dialog, MENTHOL)
    qtbot.mouseClick(dialog.discard_button, LEFT)
    assert MENTHOL in dialog.question.text()
    dialog.question.reject()
    assert len(names(dialog)) == 2
    choose(dialog, MENTHOL)
    qtbot.mouseClick(dialog.discard_button, LEFT)
    (yes,) = (b for b in dialog.question.buttons() if b.text() == "Discard")
    qtbot.mouseClick(yes, LEFT)
    assert names(dialog) == [ASPIRIN]
    dialog.close()
    window.actions_by_id["recover"].trigger()
    qtbot.waitUntil(lambda: window.dialogs.recovery is not None, timeout=WAIT_MS)
    assert names(window.dialogs.recovery) == [ASPIRIN]


def test_the_keyboard_is_enough(offered, qtbot) -> None:
    window, dialog = offered(MENTHOL)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.workspace.current is not None, timeout=WAIT_MS)
    assert [window.workspace.current.name] == [MENTHOL]


def test_a_person_who_asks_is_told_that_there_is_nothing(make_main_window, qtbot) -> None:
    window = make_main_window()
    assert window.recovery._looking is None, "a start shows the window first"
    with qtbot.waitSignal(window.recovery.listed, timeout=WAIT_MS):
        pass
    assert window.status.message.text() == ""  # nobody asked
    window.actions_by_id["recover"].trigger()
    qtbot.waitUntil(lambda: "no unsaved work" in window.status.message.text(), timeout=WAIT_MS)


def test_what_is_damaged_is_named_once(leave, make_main_window, qtbot) -> None:
    copy = leave(MENTHOL)
    (state,) = copy.folder.glob(f"*/{STATE}")
    state.write_bytes(b"{")
    window = make_main_window()
    qtbot.waitUntil(lambda: window.dialogs.recovery is not None, timeout=WAIT_MS)
    dialog = window.dialogs.recovery
    assert str(recoveries() / DAMAGED) in dialog.damaged.text()
    assert not dialog.list.isVisible()
    assert not dialog.open_button.isVisible()
    qtbot.mouseClick(dialog.later_button, LEFT)
    again = make_main_window()
    with qtbot.waitSignal(again.recovery.listed, timeout=WAIT_MS):
        pass
    assert again.dialogs.recovery is None


def test_unsaved_work_that_cannot_be_kept_is_said(
    make_main_window, qtbot, examples, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("nmrquanv.session.autosave.DELAY_S", 0.0)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "file" / "data"))
    window = make_main_window()
    with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        window.workspace.open(Path(examples) / MENTHOL)
    window.workspace.current.edit.add_integral(3.0, 2.5)

    def told() -> list[ErrorDialog]:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog)]
        return [w for w in shown if w.isVisible()]

    qtbot.waitUntil(lambda: bool(told()), timeout=WAIT_MS)
    assert "not protected" in told()[0].text.text()
    told()[0].close()


def test_the_desktops_logout_asks_nothing_and_keeps_everything(
    make_main_window, qtbot, qapp, examples
) -> None:
    from nmrquanv.gui.ending import Ending

    window = make_main_window()
    with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        window.workspace.open(Path(examples) / MENTHOL)
    document = window.workspace.current
    document.edit.add_integral(3.0, 2.5)
    ending = Ending(window.work, window.closing, window)
    request = SIGNAL("commitDataRequest(QSessionManager&)")
    heard_by = qapp.receivers(request)
    ending.install(qapp)
    try:
        assert qapp.receivers(request) == heard_by + 1
        ending._on_logout()  # only a desktop can make what comes with the request
    finally:
        ending.uninstall()
    assert window.recovery.autosave.is_all_safe
    assert len(list(recoveries().glob(f"*/*/{STATE}"))) == 1
    assert window.close()  # as the desktop does when all have answered
    assert window.closing.question is None
    assert len(list(recoveries().glob(f"*/*/{STATE}"))) == 1
