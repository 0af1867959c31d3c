"""Save As, Save Together, and what a document's file does not hold: driven through the window."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from nmrquanv.gui.dialogs.save_as import SaveAsDialog
from nmrquanv.io.document_file import read_document
from nmrquanv.io.document_options import AUTO, Choice
from nmrquanv.spectra.spectrum import Fid, Spectrum

WAIT_MS = 20_000


@pytest.fixture
def data(examples, tmp_path) -> Path:
    shutil.copytree(examples / "bruker_1h_aspirin_fidonly" / "1", tmp_path / "data" / "1")
    return tmp_path / "data" / "1"


def opened(qtbot, window, path: Path):
    with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        window.opening.open_paths([str(path)])
    return window.workspace.current


def do(window, name: str) -> None:
    action = window.actions_by_id[name]
    assert action.isEnabled()
    action.trigger()


def answer(box, words: str) -> None:
    next(b for b in box.buttons() if b.text().replace("&", "") == words).click()


def save_as(qtbot, window, path: Path, **ticks: bool) -> None:
    do(window, "save_as")
    dialog = window.saves.content
    for name, is_on in ticks.items():
        button = dialog.has_names if name == "has_names" else dialog.data[name]
        button.setChecked(is_on)
    dialog.accept()
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        window.saves.dialog.fileSelected.emit(str(path))
    window.saves.dialog.close()


def test_what_was_chosen_once_is_offered_again_and_held_to(qtbot, window, data, tmp_path) -> None:
    document = opened(qtbot, window, data)
    save_as(qtbot, window, tmp_path / "a.nmrq", linked=True)
    assert read_document(tmp_path / "a.nmrq").manifest.choice == Choice("linked")
    document.edit.add_peak(2.0)
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        do(window, "save")
    assert read_document(tmp_path / "a.nmrq").manifest.choice == Choice("linked")
    do(window, "save_as")
    assert window.saves.content.choice() == Choice("linked")
    window.saves.content.reject()


def test_a_document_to_be_shared_names_nobody(qtbot, window, data, tmp_path) -> None:
    opened(qtbot, window, data).edit.add_peak(7.4)
    save_as(qtbot, window, tmp_path / "b.nmrq", has_names=False)
    told = str(read_document(tmp_path / "b.nmrq").manifest)
    assert str(tmp_path) not in told
    assert read_document(tmp_path / "b.nmrq").manifest.spectra[0].data.files == ()


def test_without_names_nothing_can_be_linked(make_document, qtbot) -> None:
    dialog = SaveAsDialog([make_document()], (), Choice("linked"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.documents()  # none is ticked
    dialog.has_names.setChecked(False)
    assert dialog.choice() == Choice("auto", has_names=False)
    assert not dialog.data["linked"].isEnabled()
    assert "name persons" in dialog.told.text()


def test_several_spectra_are_saved_together_and_one_can_be_left_out(
    qtbot, window, data, examples, tmp_path
) -> None:
    opened(qtbot, window, data)
    opened(qtbot, window, examples / "bruker_1h_menthol" / "10")
    opened(qtbot, window, examples / "bruker_1h_cyclosporin" / "1")
    do(window, "save_together")
    dialog = window.saves.content
    assert len(dialog.documents()) == 3
    dialog.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    dialog.accept()
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        window.saves.dialog.fileSelected.emit(str(tmp_path / "all.nmrq"))
    window.saves.dialog.close()
    first, second, third = window.workspace.documents
    assert first.file == third.file == tmp_path / "all.nmrq"
    assert second.file is None
    names = [s.name for s in read_document(tmp_path / "all.nmrq").manifest.spectra]
    assert names == [first.name, third.name]


def test_a_spectrum_is_removed_and_put_back_from_the_menu(
    qtbot, window, data, examples, tmp_path
) -> None:
    first = opened(qtbot, window, data)
    second = opened(qtbot, window, examples / "bruker_1h_menthol" / "10")
    assert not window.actions_by_id["remove_from_file"].isEnabled()
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        window.workspace.files.save((first, second), tmp_path / "a.nmrq", second)
    do(window, "remove_from_file")
    assert window.workspace.documents == (first,)
    assert window.isWindowModified()
    assert "menthol" in window.actions_by_id["put_back"].text()
    do(window, "put_back")
    assert len(window.workspace.documents) == 2
    with qtbot.waitSignal(window.workspace.saving.saved, timeout=WAIT_MS):
        do(window, "save")
    assert not window.isWindowModified()
    assert not window.actions_by_id["put_back"].isEnabled()
    assert len(read_document(tmp_path / "a.nmrq").manifest.spectra) == 2


def linked_and_alone(qtbot, window, data, tmp_path):
    """Open a document whose data have gone to another place."""
    opened(qtbot, window, data)
    save_as(qtbot, window, tmp_path / "a.nmrq", linked=True)
    assert not window.actions_by_id["find_data"].isEnabled()
    window.workspace.close(window.workspace.current)
    shutil.move(data, tmp_path / "far")
    return opened(qtbot, window, tmp_path / "a.nmrq")


def test_data_that_moved_are_asked_for_and_found(qtbot, window, data, tmp_path) -> None:
    document = linked_and_alone(qtbot, window, data, tmp_path)
    assert isinstance(document.dataset.data, Spectrum)
    do(window, "find_data")
    question = window.file_commands.question
    assert isinstance(question, QMessageBox)
    assert str(data) in question.informativeText()
    answer(question, "Choose a Folder…")
    qtbot.waitUntil(lambda: isinstance(window.file_commands.question, QFileDialog))
    with qtbot.waitSignal(window.workspace.rereading.data_found, timeout=WAIT_MS):
        window.file_commands.question.fileSelected.emit(str(tmp_path / "far"))
    window.file_commands.question.close()
    assert isinstance(document.dataset.data, Fid)
    assert not window.actions_by_id["find_data"].isEnabled()
    document.undo_stack.undo()
    assert isinstance(document.dataset.data, Spectrum)
    assert window.actions_by_id["find_data"].isEnabled()


def test_other_data_are_said_and_taken_only_if_a_person_says_so(
    qtbot, window, data, tmp_path
) -> None:
    document = linked_and_alone(qtbot, window, data, tmp_path)
    fid = tmp_path / "far" / "fid"
    fid.write_bytes(fid.read_bytes()[:-4] + b"\1\2\3\4")
    rereading = window.workspace.rereading
    for words, kind in (("Cancel", Spectrum), ("Use Them", Fid)):
        with qtbot.waitSignal(rereading.data_differ, timeout=WAIT_MS):
            rereading.find_data(document, str(tmp_path / "far"))
        question = window.file_commands.question
        assert "fid" in question.informativeText()
        answer(question, words)
        qtbot.waitUntil(lambda kind=kind: isinstance(document.dataset.data, kind))
    assert document.has_stale_peaks is False  # nothing was searched


def test_a_place_without_data_is_told_and_changes_nothing(qtbot, window, data, tmp_path) -> None:
    document = linked_and_alone(qtbot, window, data, tmp_path)
    state = document.state
    do(window, "find_data")
    answer(window.file_commands.question, "Look There")
    with qtbot.waitSignal(window.workspace.rereading.failed, timeout=WAIT_MS):
        pass
    assert document.state is state


def test_zoom_and_hidden_layers_are_kept_in_the_file(qtbot, window, data, tmp_path) -> None:
    document = opened(qtbot, window, data)
    window.view.view_box.show_view((6.5, 8.5), (-1e5, 4e6))
    kept = window.view.view_box.current_view()
    window.view.state.show_layer("cnn", False)
    save_as(qtbot, window, tmp_path / "a.nmrq")
    window.workspace.close(document)
    window.view.state.show_layer("cnn", True)
    opened(qtbot, window, tmp_path / "a.nmrq")
    shown = window.view.view_box.current_view()
    assert shown.x == pytest.approx(kept.x)
    assert shown.y == pytest.approx(kept.y)
    window.resize(1200, 700)
    qtbot.wait(50)
    assert window.view.view_box.current_view().x == pytest.approx(kept.x)
    assert not window.view.state.is_shown("cnn")
    assert not window.isWindowModified()  # a view is no edit


@pytest.mark.parametrize(
    "view",
    [{"x": 3}, {"x": [2, 1], "y": [0, 1]}, {"x": [1, 2]}, {"hidden": "cnn"}, {"of later": [1]}],
)
def test_a_view_that_cannot_be_shown_is_passed_over(qtbot, window, make_document, view) -> None:
    document = make_document()
    document.view = view
    window.workspace._add([document])
    assert window.workspace.current is document
    assert window.workspace.saving.choice_of(document) == AUTO
