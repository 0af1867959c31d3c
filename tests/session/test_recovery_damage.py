"""Recovery files that are damaged, that end the program, or that cannot be written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import NmrQuanvError
from nmrquanv.io import recovery_file
from nmrquanv.io.recovery_file import OPENING, STATE
from nmrquanv.session import autosave as autosaving
from nmrquanv.session.copies import DAMAGED, recoveries
from nmrquanv.session.recovery import Listing

WAIT_MS = 20_000
USUAL_DELAY_S = autosaving.DELAY_S


def edit(document) -> None:
    document.edit.add_peak(2.0)
    document.edit.add_integral(3.0, 2.5)
    document.edit.add_region(4.0, 3.0)


def found_in(document, found):
    document.edit.set_layer_results({name: found(name) for name in ("quanv", "cnn", "classical")})


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


@pytest.mark.parametrize("limit", ["_MAX_STATE_BYTES", "MAX_BYTES"])
def test_what_could_not_be_recovered_is_said_and_nothing_is_written(
    start, monkeypatch, qtbot, limit
) -> None:
    monkeypatch.setattr(autosaving, "RETRY_S", 0.05)
    monkeypatch.setattr(recovery_file, limit, 2000)
    program = start()
    told = []
    program.autosave.failed.connect(told.append)
    edit(program.open())
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    qtbot.wait(300)
    (error,) = told
    assert "not protected" in str(error)
    assert "MiB" in str(error)
    assert not list(recoveries().rglob("*.npy"))


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
