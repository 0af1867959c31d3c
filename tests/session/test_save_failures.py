"""Whatever a disk does to a save: a message, the old file whole, and the edits in memory."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nmrquanv import writing
from nmrquanv.errors import ExportError
from nmrquanv.io.document_file import read_document
from nmrquanv.session.workspace import Workspace

WAIT_MS = 20_000
POSIX = pytest.mark.skipif(os.name == "nt", reason="only on systems with POSIX permissions")


class Failing(writing.Disk):
    """A disk on which one operation fails with one error."""

    def __init__(self, operation: str, code: int) -> None:
        self._operation, self._error = operation, OSError(code, os.strerror(code))

    def _maybe(self, operation: str) -> None:
        if operation == self._operation:
            raise self._error

    def create(self, path: Path, mode: int) -> int:
        self._maybe("create")
        return super().create(path, mode)

    def write(self, handle: int, data: memoryview) -> int:
        self._maybe("write")
        return super().write(handle, data)

    def replace(self, path: Path, target: Path) -> None:
        self._maybe("replace")
        super().replace(path, target)


@pytest.fixture
def workspace(settings, qapp, examples, qtbot) -> Workspace:
    workspace = Workspace(settings)
    with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
        workspace.open(examples / "bruker_1h_menthol/10")
    return workspace


@pytest.fixture
def saved(workspace, qtbot, tmp_path) -> Path:
    """A document's file, after which the document was edited."""
    path = tmp_path / "media" / "a.nmrq"
    path.parent.mkdir()
    document = workspace.current
    document.edit.add_peak(2.0)
    with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
        workspace.save(document, path)
    document.edit.add_integral(3.0, 2.5)
    return path


def refused(workspace, qtbot, path: Path | None = None) -> str:
    """Save; return why that failed. The edits are in memory, and still not saved."""
    document = workspace.current
    state, file = document.state, document.file
    with qtbot.waitSignal(workspace.saving.failed, timeout=WAIT_MS) as told:
        workspace.save(document, path)
    where, error = told.args
    assert isinstance(error, ExportError)
    assert str(where) in str(error)
    assert document.state is state
    assert document.file == file
    assert document.has_unsaved_edits
    return str(error)


@pytest.mark.parametrize("operation", ["create", "write", "replace"])
@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.ENODEV, errno.EDQUOT]
)
def test_the_old_file_stays_whole(saved, workspace, qtbot, monkeypatch, operation, code) -> None:
    """Full, read-only, locked by another program, broken and vanished media."""
    before = saved.read_bytes()
    monkeypatch.setattr(writing, "disk", Failing(operation, code))
    told = refused(workspace, qtbot)
    monkeypatch.setattr(writing, "disk", writing.Disk())
    assert os.strerror(code) in told
    assert "choose another place" in told
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]
    with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
        workspace.save(workspace.current)
    assert len(read_document(saved).manifest.spectra[0].integrals) == 1


def test_a_medium_that_vanished_and_came_back(saved, workspace, qtbot, tmp_path) -> None:
    away = tmp_path / "away"
    shutil.move(saved.parent, away)
    assert str(saved) in refused(workspace, qtbot)
    shutil.move(away, saved.parent)
    with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
        workspace.save(workspace.current)
    assert not workspace.current.has_unsaved_edits


@pytest.mark.parametrize(
    "name", ["n" * 300 + ".nmrq", "ü" * 200 + ".nmrq", "/".join(["d" * 200] * 30) + "/a.nmrq"]
)
def test_a_name_that_is_too_long(saved, workspace, qtbot, name) -> None:
    before = saved.read_bytes()
    assert "cannot save" in refused(workspace, qtbot, saved.parent / name)
    assert saved.read_bytes() == before


@POSIX
def test_a_write_protected_file_is_not_replaced(saved, workspace, qtbot) -> None:
    before = saved.read_bytes()
    saved.chmod(0o444)
    assert "write-protected" in refused(workspace, qtbot)
    assert saved.read_bytes() == before


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_bytes(b"")])
def test_a_place_that_is_none(saved, workspace, qtbot, tmp_path, make: Callable) -> None:
    make(tmp_path / "taken")
    place = tmp_path / "taken"
    refused(workspace, qtbot, place if place.is_dir() else place / "a.nmrq")


HOLD = """
import sys
from pathlib import Path
from nmrquanv.writing import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_settings_that_another_copy_holds_are_said_and_kept(
    settings, tmp_path, qapp, monkeypatch
) -> None:
    real = writing.locked
    monkeypatch.setattr(
        "nmrquanv.session.settings_file.locked", lambda path: real(path, wait_s=0.1)
    )
    told = []
    settings.save_failed.connect(told.append)
    command = [sys.executable, "-c", HOLD, str(settings.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        settings.theme = "dark"
        assert not settings.save()
        other.stdin.write(b"\n")
        other.stdin.close()
        other.wait(20)
    assert "another running copy" in told[0]
    assert settings.save()
    assert b'"dark"' in settings.path.read_bytes()
