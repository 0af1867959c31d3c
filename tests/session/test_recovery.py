"""What a killed program has left is found, opened as it was, and never lost, offered twice or in
a loop."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from nmrquanv.errors import NmrQuanvError
from nmrquanv.io.document_file import read_document
from nmrquanv.io.recovery_file import OPENING, STATE
from nmrquanv.session import autosave as autosaving
from nmrquanv.session.copies import DAMAGED, OWNER, recoveries
from nmrquanv.session.recovery import Listing, Recovery
from nmrquanv.session.workspace import Workspace

WAIT_MS = 20_000
USUAL_DELAY_S = autosaving.DELAY_S


class Program:
    """A workspace with its recovery, as one running copy of the program has them."""

    def __init__(self, settings, qtbot, examples: Path) -> None:
        self.workspace = Workspace(settings)
        self.recovery = Recovery(self.workspace, self.workspace)
        self.autosave = self.recovery.autosave
        self._qtbot, self._examples = qtbot, examples

    def open(self, path: Path | str = "bruker_1h_menthol/10"):
        with self._qtbot.waitSignal(self.workspace.opened, timeout=WAIT_MS):
            self.workspace.open(self._examples / path)
        return self.workspace.current

    def save(self, document, path: Path | None = None) -> None:
        with self._qtbot.waitSignal(self.workspace.saving.saved, timeout=WAIT_MS):
            self.workspace.save(document, path)

    def settle(self) -> None:
        """Wait until everything that was changed is written."""
        self._qtbot.waitUntil(lambda: self.autosave.is_all_safe, timeout=WAIT_MS)

    def look(self) -> Listing:
        with self._qtbot.waitSignal(self.recovery.listed, timeout=WAIT_MS) as told:
            self.recovery.look()
        return told.args[0]

    def recover(self, chosen):
        with self._qtbot.waitSignals([self.workspace.opened] * len(chosen), timeout=WAIT_MS):
            self.recovery.open(chosen)
        return self.workspace.current

    def folders(self) -> list[Path]:
        """Return the folders of its own documents."""
        return sorted(p.parent for p in self.autosave.copy.folder.glob(f"*/{STATE}"))

    def die(self) -> None:
        """Leave on the disk what kill -9 would, with the number of a process that has ended."""
        self.autosave.write_now()
        self.autosave._keeps_all = True
        copy = self.autosave.copy
        if copy._held is not None:
            copy._held.let_go()
            copy._held = None
            (copy.folder / OWNER).write_text(json.dumps({"pid": 1, "began": 1.0}))
        for document in self.workspace.documents:
            self.workspace.close(document)

    def quit(self) -> None:
        """End as the window does."""
        for document in self.workspace.documents:
            self.workspace.close(document)
        self.recovery.shut_down()


@pytest.fixture
def start(settings, qtbot, examples, monkeypatch):
    """Start copies of the program, which write soon."""
    monkeypatch.setattr(autosaving, "DELAY_S", 0.05)
    started: list[Program] = []

    def start() -> Program:
        started.append(Program(settings, qtbot, examples))
        return started[-1]

    yield start
    for program in started:
        program.quit()


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


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / STATE).write_bytes(b"{"),
        lambda folder: (folder / STATE).write_bytes(b""),
        lambda folder: (folder / STATE).write_bytes(
            (folder / STATE).read_bytes().replace(b"recovery/1", b"recovery/9")
        ),
    ],
)
def test_a_damaged_one_is_put_aside_named_and_told_once(start, damage) -> None:
    first = start()
    edit(first.open())
    first.settle()
    (folder,) = first.folders()
    first.die()
    damage(folder)
    second = start()
    listing = second.look()
    assert listing.found == ()
    (told,) = listing.damaged
    assert STATE in told
    (place,) = (recoveries() / DAMAGED).iterdir()
    assert str(place) in told
    assert list(place.glob("*.npy"))  # nothing of it is lost
    assert second.look() == Listing()
    assert start().look() == Listing()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [flip, Path.unlink, lambda path: path.write_bytes(b"")])
def test_damaged_numbers_are_found_on_opening(start, damage, qtbot) -> None:
    first = start()
    edit(first.open())
    first.settle()
    (folder,) = first.folders()
    first.die()
    damage(next(folder.glob("*.npy")))
    second = start()
    found = second.look().found
    with qtbot.waitSignal(second.workspace.open_failed, timeout=WAIT_MS) as told:
        second.recovery.open(found)
    error = told.args[1]
    assert isinstance(error, NmrQuanvError)
    assert DAMAGED in str(error)
    second.quit()
    assert start().look() == Listing()


def test_one_that_ended_the_program_while_it_was_opened_is_said(start) -> None:
    first = start()
    edit(first.open())
    first.settle()
    (folder,) = first.folders()
    first.die()
    (folder / OPENING).write_bytes(b"")
    second = start()
    (one,) = second.look().found
    assert "ended while this was being opened" in one.note
    second.recover([one])
    second.settle()
    assert not (second.folders()[0] / OPENING).exists()


def test_a_place_that_cannot_be_written_is_said_once_and_the_edits_stay(
    start, monkeypatch, tmp_path, qtbot
) -> None:
    monkeypatch.setattr(autosaving, "RETRY_S", 0.05)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "file" / "data"))
    program = start()
    told = []
    program.autosave.failed.connect(told.append)
    document = program.open()
    edit(document)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    document.edit.add_peak(1.1)
    qtbot.wait(300)
    assert len(told) == 1
    assert "not protected" in str(told[0])
    assert str(tmp_path / "file") in str(told[0])
    assert len(document.peaks) == 2


def test_it_goes_on_when_the_disk_has_room_again(start, monkeypatch, qtbot) -> None:
    from nmrquanv import writing

    monkeypatch.setattr(autosaving, "RETRY_S", 0.05)
    program = start()
    document = program.open()

    class Full(writing.Disk):
        def write(self, handle: int, data: memoryview) -> int:
            raise OSError(28, "No space left on device")

    with qtbot.waitSignal(program.autosave.failed, timeout=WAIT_MS) as told:
        monkeypatch.setattr(writing, "disk", Full())
        edit(document)
    assert "No space left" in str(told.args[0])
    monkeypatch.setattr(writing, "disk", writing.Disk())
    program.settle()
    assert len(program.folders()) == 1
    np.testing.assert_equal(len(document.peaks), 1)
