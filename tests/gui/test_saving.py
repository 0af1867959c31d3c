"""Save, Save As, Revert, and the questions that closing asks."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.saving import file_name
from nmrquanv.io.document_file import read_document

WAIT_MS = 20_000


@pytest.fixture
def edited(qtbot, window, menthol):
    """A spectrum with a peak that a person added."""
    with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        window.opening.open_paths([str(menthol)])
    window.workspace.current.edit.add_peak(3.4)
    return window.workspace.current


def do(window, name: str) -> None:
    action = window.actions_by_id[name]
    assert action.isEnabled()
    action.trigger()


def name_it(window, path) -> None:
    """Take a name in the dialog that asks for one."""
    window.saves.dialog.fileSelected.emit(str(path))
    window.saves.dialog.close()


def answer(box: QMessageBox, words: str) -> None:
    next(b for b in box.buttons() if b.text().replace("&", "") == words).click()


def test_the_first_save_asks_for_a_name_and_the_next_does_not(qtbot, window, edited, tmp_path):
    path = tmp_path / "mine.nmrq"
    do(window, "save")
    assert "menthol" in window.saves.dialog.selectedFiles()[0]
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        name_it(window, path)
    assert edited.file == path
    assert not window.isWindowModified()
    assert str(path) in window.status.message.text()
    edited.edit.add_peak(0.9)
    assert window.isWindowModified()
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        do(window, "save")
    assert window.saves.dialog is None
    assert not window.isWindowModified()
    assert len(read_document(path).manifest.spectra[0].peaks.peaks) == 2


def test_revert_goes_back_to_what_is_saved(qtbot, window, edited, tmp_path) -> None:
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        window.workspace.save(edited, tmp_path / "a.nmrq")
    edited.edit.add_peak(0.9)
    do(window, "revert")
    assert len(edited.peaks) == 1
    assert not window.isWindowModified()


def test_a_document_dropped_on_the_window_opens_as_it_was(qtbot, window, edited, tmp_path):
    path = tmp_path / "a.nmrq"
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        window.workspace.save(edited, path)
    window.workspace.close(edited)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy = QPointF(50, 50), Qt.DropAction.CopyAction
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, plain)
    QApplication.sendEvent(window, enter)
    drop = QDropEvent(at, copy, data, left, plain)
    with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        QApplication.sendEvent(window, drop)
    assert [round(p.ppm, 1) for p in window.workspace.current.peaks] == [3.4]
    assert not window.isWindowModified()
    assert window.settings.recent_files[0] == str(path)


def test_closing_a_spectrum_saves_it_first_where_that_is_wanted(qtbot, window, edited, tmp_path):
    do(window, "close")
    answer(window.closing.question, "Cancel")
    assert window.workspace.documents == (edited,)
    do(window, "close")
    answer(window.closing.question, "Save")
    qtbot.waitUntil(lambda: window.saves.dialog is not None)
    with qtbot.waitSignal(window.workspace.closed, timeout=WAIT_MS):
        name_it(window, tmp_path / "a.nmrq")
    assert len(read_document(tmp_path / "a.nmrq").manifest.spectra[0].peaks.peaks) == 1


def test_quitting_asks_once_for_all_and_saves_them(qtbot, window, edited, examples, tmp_path):
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        window.workspace.save(edited, tmp_path / "a.nmrq")
    edited.edit.add_peak(0.9)
    for name in ("bruker_1h_cyclosporin/1", "bruker_1h_aspirin_fidonly/1"):
        with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
            window.opening.open_paths([str(examples / name)])
        window.workspace.current.edit.add_peak(2.0)
    window.close()
    question = window.closing.question
    assert question.informativeText().count("'") == 6
    answer(question, "Save")
    qtbot.waitUntil(lambda: window.saves.dialog is not None)
    assert window.isVisible()
    name_it(window, tmp_path / "rest.nmrq")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
    assert len(read_document(tmp_path / "a.nmrq").manifest.spectra[0].peaks.peaks) == 2
    assert len(read_document(tmp_path / "rest.nmrq").manifest.spectra) == 2


def test_a_save_that_fails_keeps_the_window_open_and_says_why(qtbot, window, edited, tmp_path):
    window.close()
    answer(window.closing.question, "Save")
    qtbot.waitUntil(lambda: window.saves.dialog is not None)
    with qtbot.waitSignal(window.workspace.saving.failed, timeout=WAIT_MS):
        name_it(window, tmp_path / "no" / "folder" / "a.nmrq")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog))
    assert os.path.join("no", "folder", "a.nmrq") in dialog.text.text()
    dialog.close()
    assert window.isVisible()
    assert edited.has_unsaved_edits


@pytest.mark.parametrize(
    ("name", "file"),
    [("menthol/10", "menthol_10.nmrq"), ("..", "spectrum.nmrq"), ("a\0b:c", "a_b_c.nmrq")],
)
def test_a_documents_name_becomes_a_files(name: str, file: str) -> None:
    assert file_name(name) == file
