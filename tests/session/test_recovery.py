"""What a killed program has left is found, opened as it was, and never lost, offered twice or in
a loop."""

from __future__ import annotations

import os
import stat
from datetime import datetime

import pytest
from PySide6.QtCore import QCoreApplication

from nmrquanv.io.document_file import read_document
from nmrquanv.io.recovery_file import STATE
from nmrquanv.session import autosave as autosaving
from nmrquanv.session.copies import OWNER, recoveries
from nmrquanv.session.recovery import Listing

WAIT_MS = 20_000
USUAL_DELAY_S = autosaving.DELAY_S


def edit(document) -> None:
    document.edit.add_peak(2.0)
    document.edit.add_integral(3.0, 2.5)
    document.edit.add_region(4.0, 3.0)


def found_in(document, found):
    document.edit.set_layer_results({name: found(name) for name in ("quanv", "cnn", "classical")})


def test_what_was_edited_is_recovered_as_it_was(start, found, difference) -> None:
    first = start()
    document = first.open()
    found_in(document, found)
    edit(document)
    state, name = document.state, document.name
    first.die()

    second = start()
    (one,) = second.look().found
    assert (one.name, one.action, one.file, one.note) == (name, "Mark as Reviewed", None, "")
    assert abs((datetime.now(one.changed.tzinfo) - one.changed).total_seconds()) < 60
    again = second.recover([one])
    assert difference(state, again.state) is None
    assert again.name == name
    assert again.has_unsaved_edits
    again.undo_stack.undo()
    assert not again.peaks
    again.undo_stack.redo()
    assert difference(state, again.state) is None


def test_nothing_is_kept_of_what_nobody_changed_or_what_is_saved(start, tmp_path) -> None:
    program = start()
    document = program.open()
    assert program.autosave.is_all_safe
    assert not recoveries().exists()
    edit(document)
    program.settle()
    assert len(program.folders()) == 1
    document.undo_stack.undo()
    document.undo_stack.undo()
    document.undo_stack.undo()
    program.settle()
    assert program.folders() == []
    edit(document)
    program.settle()
    program.save(document, tmp_path / "a.nmrq")
    program.settle()
    assert program.folders() == []


def test_closing_on_purpose_leaves_nothing(start) -> None:
    program = start()
    edit(program.open())
    program.settle()
    program.quit()
    assert list(recoveries().iterdir()) == []
    assert start().look() == Listing()


@pytest.mark.skipif(os.name == "nt", reason="only on systems with permissions")
def test_only_the_user_can_read_it(start) -> None:
    program = start()
    edit(program.open())
    program.settle()
    (folder,) = program.folders()
    for path in (recoveries(), folder.parent, folder):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (folder.parent / OWNER, *folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_large_arrays_are_written_once(start) -> None:
    program = start()
    document = program.open()
    edit(document)
    program.settle()
    (folder,) = program.folders()
    arrays = {p: p.stat().st_mtime_ns for p in folder.glob("*.npy")}
    assert arrays
    before = (folder / STATE).read_bytes()
    document.edit.add_peak(1.0)
    program.settle()
    assert {p: p.stat().st_mtime_ns for p in folder.glob("*.npy")} == arrays
    assert (folder / STATE).read_bytes() != before
    points = document.spectrum.axis.size
    document.reprocess.reference(2.0, 2.1)
    program.settle()  # the trace is the same one, moved
    assert set(folder.glob("*.npy")) == set(arrays)
    assert document.spectrum.axis.size == points


def test_a_new_trace_takes_the_place_of_the_old_one(start, qtbot, difference) -> None:
    from nmrquanv.spectra.recipe import Phase

    first = start()
    document = first.open()
    edit(document)
    arrays = []
    for ph0_deg in (30.0, 40.0):
        with qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
            document.reprocess.set_step(Phase("manual", ph0_deg))
        first.settle()
        (folder,) = first.folders()
        arrays.append(set(folder.glob("*.npy")))
    assert len(arrays[0]) == len(arrays[1])
    assert len(arrays[0] - arrays[1]) == 1
    state = document.state
    first.die()
    second = start()
    again = second.recover(second.look().found)
    assert difference(state, again.state) is None


def test_a_search_is_written_at_once_and_an_edit_soon(start, found, monkeypatch, qtbot) -> None:
    assert USUAL_DELAY_S < 5  # with what a write takes, less than the ten that are promised
    monkeypatch.setattr(autosaving, "DELAY_S", 60.0)
    program = start()
    document = program.open()
    edit(document)
    QCoreApplication.processEvents()
    assert not program.autosave.is_all_safe
    with qtbot.waitSignal(program.autosave.written, timeout=5_000):
        found_in(document, found)
    program.settle()


def test_a_document_of_a_file_comes_back_into_it(start, tmp_path, difference) -> None:
    """The other spectra of the file stay in it when the recovered one is saved."""
    path = tmp_path / "both.nmrq"
    first = start()
    for name in ("bruker_1h_menthol/10", "bruker_1h_aspirin_fidonly/1"):
        edit(first.open(name))
    with first._qtbot.waitSignal(first.workspace.saving.saved, timeout=WAIT_MS):
        first.workspace.files.save(first.workspace.documents, path, None)
    one, other = first.workspace.documents
    saved, untouched = one.state, other.state
    one.edit.add_peak(1.3)
    state, name = one.state, one.name
    first.die()

    second = start()
    (left,) = second.look().found
    assert left.file == path
    with second._qtbot.waitSignals([second.workspace.opened] * 2, timeout=WAIT_MS):
        second.recovery.open([left])
    again = second.workspace.current
    assert again.name == name
    assert again.file == path
    assert difference(state, again.state) is None
    assert difference(saved, again.saved_state) is None
    assert again.has_unsaved_edits
    (beside,) = (d for d in second.workspace.documents if d is not again)
    assert difference(untouched, beside.state) is None
    assert not beside.has_unsaved_edits
    second.save(again)
    assert len(read_document(path).manifest.spectra) == 2
    assert not again.has_unsaved_edits


def test_two_documents_of_one_file_come_back_to_their_own_places(start, tmp_path) -> None:
    path = tmp_path / "twice.nmrq"
    first = start()
    for _ in range(2):  # the same data set, so that only their work differs
        first.open()
    with first._qtbot.waitSignal(first.workspace.saving.saved, timeout=WAIT_MS):
        first.workspace.files.save(first.workspace.documents, path, None)
    for ppm, document in zip((1.0, 2.0), first.workspace.documents, strict=True):
        document.edit.add_peak(ppm, snap=False)
    first.die()
    second = start()
    found = second.look().found
    assert len(found) == 2
    with second._qtbot.waitSignals([second.workspace.opened] * 2, timeout=WAIT_MS):
        second.recovery.open(found)
    second._qtbot.waitUntil(lambda: not second.workspace.is_opening, timeout=WAIT_MS)
    peaks = [[round(p.ppm, 1) for p in d.peaks] for d in second.workspace.documents]
    assert sorted(peaks) == [[1.0], [2.0]]


def test_a_file_that_is_gone_or_newer_is_said(start, tmp_path) -> None:
    first = start()
    document = first.open()
    first.save(document, tmp_path / "a.nmrq")
    document.edit.add_peak(1.3)
    first.die()
    second = start()
    (one,) = second.look().found
    assert one.note == ""
    late = one.changed.timestamp() + 5
    os.utime(tmp_path / "a.nmrq", (late, late))
    (one,) = second.look().found
    assert one.note == "older than the saved file"
    (tmp_path / "a.nmrq").unlink()
    (one,) = second.look().found
    assert one.note == "its file is not there any more"
    told = []
    second.recovery.noted.connect(told.append)
    again = second.recover([one])
    assert again.file is None
    assert again.has_unsaved_edits
    assert "without its file" in told[0]


def test_a_recovered_document_is_protected_from_its_first_second(start, difference) -> None:
    first = start()
    document = first.open()
    edit(document)
    state = document.state
    first.die()
    second = start()
    found = second.look().found
    folders = []
    second.workspace.opened.connect(lambda _: folders.extend(second.folders()))
    second.recover(found)
    assert len(folders) == 1  # it was there when the document appeared
    second.settle()
    second.die()
    third = start()
    (one,) = third.look().found
    assert difference(state, third.recover([one]).state) is None


def test_what_a_running_copy_works_on_is_not_offered(start) -> None:
    first = start()
    edit(first.open())
    first.settle()
    second = start()
    assert second.look() == Listing()
    first.die()
    assert len(second.look().found) == 1
    third = start()  # it is being offered elsewhere
    assert third.look() == Listing()
    second.recovery.let_go()
    assert len(third.look().found) == 1


def test_discard_removes_it_for_good(start) -> None:
    first = start()
    edit(first.open())
    first.die()
    second = start()
    second.recovery.discard(second.look().found)
    assert second.look() == Listing()
    assert list(recoveries().iterdir()) == []
