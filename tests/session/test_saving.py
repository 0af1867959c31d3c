"""Documents are saved, reopened, closed and kept: nothing of them is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.io.document_file import read_document
from nmrquanv.io.document_options import AUTO, Choice
from nmrquanv.session import saving
from nmrquanv.session.workspace import Workspace


@pytest.fixture
def workspace(settings, qapp) -> Workspace:
    return Workspace(settings)


@pytest.fixture
def opened(workspace, examples, qtbot):
    """Two documents without a file, both worked on."""
    for name in ("bruker_1h_menthol/10", "bruker_1h_aspirin_fidonly/1"):
        with qtbot.waitSignal(workspace.opened, timeout=20_000):
            workspace.open(examples / name)
    for document in workspace.documents:
        document.edit.add_peak(2.0)
        document.edit.add_integral(3.0, 2.5)
    return workspace.documents


def save(workspace, qtbot, *arguments) -> None:
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.save(*arguments)


def test_a_saved_document_is_reopened_as_it_was(
    opened, workspace, settings, qtbot, tmp_path, difference
):
    document, path = opened[0], tmp_path / "a.nmrq"
    save(workspace, qtbot, document, path)
    assert document.file == path
    assert not document.has_unsaved_edits
    assert document.undo_stack.canUndo()  # saving does not clear it
    assert settings.recent_files[0] == str(path)
    state, name = document.state, document.name
    document.edit.add_peak(4.0)
    assert document.has_unsaved_edits
    workspace.close(document)
    with qtbot.waitSignal(workspace.opened, timeout=20_000):
        workspace.open(path)
    again = workspace.current
    assert difference(state, again.state) is None
    assert again.name == name
    assert again.is_saved
    assert not again.undo_stack.canUndo()


def test_the_same_file_opened_twice_is_one(opened, workspace, qtbot, tmp_path, monkeypatch):
    save(workspace, qtbot, opened[0], tmp_path / "a.nmrq")
    assert workspace.current is opened[1]
    monkeypatch.chdir(tmp_path)
    workspace.open("a.nmrq")
    assert workspace.current is opened[0]
    assert len(workspace.documents) == 2


def test_a_spectrum_that_is_closed_stays_in_its_file(
    opened, workspace, qtbot, tmp_path, difference
):
    path = tmp_path / "both.nmrq"
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.files.save(opened, path, workspace.current)
    first, second = opened
    states = first.state, second.state
    first.edit.add_peak(1.5)  # not saved: closing without saving loses this, and this alone
    workspace.close(first)
    second.edit.add_peak(1.7)
    save(workspace, qtbot, second)
    assert [s.name for s in read_document(path).manifest.spectra] == [second.name, first.name]
    after = second.state
    workspace.close(second)
    with qtbot.waitSignals([workspace.opened, workspace.opened], timeout=20_000):
        workspace.open(path)
    one, other = sorted(workspace.documents, key=lambda d: d.name != first.name)
    assert difference(one.state, states[0]) is None
    assert difference(other.state, after) is None
    assert workspace.current is other  # the one that was shown


def test_opening_the_file_again_brings_back_what_was_closed_of_it(
    opened, workspace, qtbot, tmp_path, difference
):
    path = tmp_path / "both.nmrq"
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.files.save(opened, path, workspace.current)
    first, second = opened
    state, name = first.state, first.name
    first.edit.add_peak(1.5)  # not saved
    workspace.close(first)
    with qtbot.waitSignal(workspace.opened, timeout=20_000):
        workspace.open(path)
    assert [d.name for d in workspace.documents] == [second.name, name]
    assert difference(workspace.current.state, state) is None
    assert not workspace.current.has_unsaved_edits
    workspace.open(path)
    assert len(workspace.documents) == 2


def test_a_spectrum_is_removed_from_its_file_with_the_next_save(opened, workspace, qtbot, tmp_path):
    path = tmp_path / "both.nmrq"
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.files.save(opened, path, workspace.current)
    first, second = opened
    assert workspace.files.can_remove(first)
    name = first.name
    workspace.remove_from_file(first)
    assert workspace.documents == (second,)
    assert second.has_unsaved_edits  # closing now asks: the file still holds both
    assert len(read_document(path).manifest.spectra) == 2
    assert not workspace.files.can_remove(second)  # a file without a spectrum is none
    save(workspace, qtbot, second)
    assert not second.has_unsaved_edits
    assert [s.name for s in read_document(path).manifest.spectra] == [second.name]
    assert workspace.files.removed_name == name


@pytest.mark.parametrize("is_saved_meanwhile", [False, True])
def test_a_removed_spectrum_can_be_put_back(
    opened, workspace, qtbot, tmp_path, difference, is_saved_meanwhile
):
    path = tmp_path / "both.nmrq"
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.files.save(opened, path, workspace.current)
    first, second = opened
    first.edit.add_peak(1.5)
    state = first.state
    workspace.remove_from_file(first)
    if is_saved_meanwhile:
        save(workspace, qtbot, second)
    workspace.put_back()
    again = workspace.current
    assert difference(again.state, state) is None
    assert again.file == path
    assert again.has_unsaved_edits
    save(workspace, qtbot, again)
    assert len(read_document(path).manifest.spectra) == 2
    assert not workspace.files.removed_name
    workspace.put_back()
    assert len(workspace.documents) == 2


def test_one_file_under_two_names_is_one(opened, workspace, qtbot, tmp_path) -> None:
    path, other = tmp_path / "a.nmrq", tmp_path / "b.nmrq"
    save(workspace, qtbot, opened[0], path)
    other.symlink_to(path)
    workspace.open(other)
    assert workspace.current is opened[0]
    assert len(workspace.documents) == 2
    with qtbot.waitSignal(workspace.saving.failed) as told:
        workspace.save(opened[1], other)
    assert "is open here" in str(told.args[1])


def test_a_file_that_is_asked_for_twice_at_once_is_opened_once(
    opened, workspace, qtbot, tmp_path
) -> None:
    path = tmp_path / "a.nmrq"
    save(workspace, qtbot, opened[0], path)
    workspace.close(opened[0])
    workspace.open(path)
    workspace.open(path)
    qtbot.waitUntil(lambda: not workspace.is_opening, timeout=20_000)
    assert len(workspace.documents) == 2


def test_spectra_of_several_files_are_saved_in_one(opened, workspace, qtbot, tmp_path) -> None:
    first, second = opened
    save(workspace, qtbot, first, tmp_path / "first.nmrq")
    save(workspace, qtbot, second, tmp_path / "second.nmrq")
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.files.save(workspace.documents, tmp_path / "all.nmrq", first)
    manifest = read_document(tmp_path / "all.nmrq").manifest
    assert [s.name for s in manifest.spectra] == [first.name, second.name]
    assert manifest.current == 0
    assert first.file == second.file == tmp_path / "all.nmrq"
    assert len(read_document(tmp_path / "first.nmrq").manifest.spectra) == 1


def test_what_a_file_holds_besides_is_remembered(opened, workspace, qtbot, tmp_path) -> None:
    path, choice = tmp_path / "a.nmrq", Choice("linked", has_names=False)
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.save(opened[0], path, choice)
    workspace.close(opened[0])
    with qtbot.waitSignal(workspace.opened, timeout=20_000):
        workspace.open(path)
    assert workspace.saving.choice_of(workspace.current) == choice
    workspace.current.edit.add_peak(1.1)
    save(workspace, qtbot, workspace.current)
    manifest = read_document(path).manifest
    assert manifest.choice == choice
    assert {edit.by for edit in manifest.spectra[0].edits} == {""}


def test_save_as_makes_a_copy_and_goes_on_with_it(opened, workspace, qtbot, tmp_path):
    document = opened[0]
    save(workspace, qtbot, document, tmp_path / "a.nmrq")
    before = (tmp_path / "a.nmrq").read_bytes()
    document.edit.add_peak(1.2)
    save(workspace, qtbot, document, tmp_path / "b.nmrq")
    assert document.file == tmp_path / "b.nmrq"
    assert (tmp_path / "a.nmrq").read_bytes() == before


def test_a_file_that_another_document_has_is_not_replaced(opened, workspace, qtbot, tmp_path):
    save(workspace, qtbot, opened[0], tmp_path / "a.nmrq")
    before = (tmp_path / "a.nmrq").read_bytes()
    with qtbot.waitSignal(workspace.saving.failed) as told:
        workspace.save(opened[1], tmp_path / "a.nmrq")
    assert "is open here" in str(told.args[1])
    assert (tmp_path / "a.nmrq").read_bytes() == before
    assert opened[1].has_unsaved_edits


def test_a_failed_save_leaves_the_edits_and_says_where(opened, workspace, qtbot, tmp_path):
    with qtbot.waitSignal(workspace.saving.failed, timeout=20_000) as told:
        workspace.save(opened[0], tmp_path / "missing" / "a.nmrq")
    assert isinstance(told.args[1], ExportError)
    assert "missing" in str(told.args[1])
    assert opened[0].file is None
    assert opened[0].has_unsaved_edits


def test_what_is_edited_while_saving_is_not_called_saved(
    opened, workspace, qtbot, tmp_path, monkeypatch
):
    document, path = opened[0], tmp_path / "a.nmrq"
    saved = document.state
    with qtbot.waitSignal(workspace.saving.saved, timeout=20_000):
        workspace.save(document, path)
        document.edit.add_peak(1.1)
    assert document.has_unsaved_edits
    document.undo_stack.undo()
    assert document.state is saved
    assert not document.has_unsaved_edits


def test_quitting_waits_for_what_is_being_written(opened, workspace, tmp_path) -> None:
    saved = []
    workspace.saving.saved.connect(saved.append)
    workspace.save(opened[0], tmp_path / "a.nmrq")
    assert saved == []
    workspace.saving.finish()
    assert saved == [tmp_path / "a.nmrq"]
    assert not opened[0].has_unsaved_edits
    assert read_document(tmp_path / "a.nmrq").manifest.spectra[0].name == opened[0].name


def test_reverting_is_one_step_that_can_be_undone(opened, workspace, qtbot, tmp_path) -> None:
    document = opened[0]
    save(workspace, qtbot, document, tmp_path / "a.nmrq")
    saved = document.state
    document.edit.add_peak(1.1)
    edited = document.state
    document.edit.revert()
    assert document.state is saved
    assert not document.has_unsaved_edits
    document.undo_stack.undo()
    assert document.state is edited


def test_a_damaged_file_is_told_and_opens_nothing(workspace, qtbot, tmp_path) -> None:
    path = tmp_path / "bad.nmrq"
    path.write_bytes(b"PK nothing")
    with qtbot.waitSignal(workspace.open_failed, timeout=20_000) as told:
        workspace.open(path)
    assert isinstance(told.args[1], FormatError)
    assert workspace.documents == ()


@pytest.mark.measures_time
def test_save_and_reopen_of_a_large_spectrum_take_a_second_at_most(document, found, tmp_path):
    import time

    from nmrquanv.session.storing import packed, written

    many = found()
    peaks = tuple(
        type(p)(p.ppm, p.height, id=f"{n}-{k}", finder="quanv")
        for k in range(250)
        for n, p in enumerate(many.peaks)
    )
    layer = type(many)(peaks, many.provenance, many.sigma)
    document.edit.set_layer_results({"quanv": layer, "cnn": layer, "classical": layer})
    took = []
    for _ in range(3):  # the collector may look at all that other tests have left meanwhile
        started = time.thread_time()
        one = packed("n", document.state, document.spectrum, "0")
        written(tmp_path / "a.nmrq", [one], 0, AUTO)
        saving.opened(Path(tmp_path / "a.nmrq"))
        took.append(time.thread_time() - started)
    assert min(took) < 1.0
