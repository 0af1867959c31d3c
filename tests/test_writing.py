"""The one way out for files: whole or as before, whatever fails, and no other way."""

from __future__ import annotations

import ast
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nmrquanv
from nmrquanv import writing
from nmrquanv.folders import make_private_folder, move_folder, write_folder
from nmrquanv.writing import is_protected, write_together, write_whole

PACKAGE = Path(nmrquanv.__file__).parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="only on systems with POSIX permissions")


class QuickDisk(writing.Disk):
    """A disk that forces nothing, which takes most of the time."""

    def sync(self, handle: int) -> None:
        os.fstat(handle)

    def sync_folder(self, folder: Path) -> None:
        folder.stat()


class FailingDisk(QuickDisk):
    """A disk whose n-th operation fails, or writes a part; counts the operations."""

    def __init__(self, fails_at: int = -1, error: int = errno.EIO) -> None:
        self.done, self.fails_at, self.error = 0, fails_at, error

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found

        def counted(*words: Any) -> Any:
            self.done += 1
            if self.done == self.fails_at:
                if name == "close":
                    found(*words)
                if name == "write" and self.error == 0:
                    return found(words[0], words[1][:1])  # a short write, which is no failure
                raise OSError(self.error or errno.EIO, os.strerror(self.error or errno.EIO))
            return found(*words)

        return counted


OLD = {"a.csv": b"old table", "a.csv.json": b"old facts"}
NEW = {"a.csv": b"new table, longer", "a.csv.json": b"new facts", "b.csv": b"not there before"}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def operations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    folder = tmp_path / "counted"
    folder.mkdir()
    for name, data in OLD.items():
        (folder / name).write_bytes(data)
    monkeypatch.setattr(writing, "disk", disk := FailingDisk())
    write_together({folder / name: data for name, data in NEW.items()})
    assert contents(folder) == NEW
    return disk.done


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, 0])
def test_whatever_operation_fails_all_files_are_the_old_or_the_new_ones(
    tmp_path, monkeypatch, error
) -> None:
    total = operations(tmp_path, monkeypatch)
    assert total > 15
    for number in range(1, total + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, data in OLD.items():
            (folder / name).write_bytes(data)
        monkeypatch.setattr(writing, "disk", FailingDisk(number, error))
        try:
            write_together({folder / name: data for name, data in NEW.items()})
            has_failed = False
        except OSError:
            has_failed = True
        left = contents(folder)
        rest = {n: left.pop(n) for n in list(left) if n.endswith(".part")}
        # A failure after the last replacement (of the clearing up) leaves the new files.
        assert left in (OLD, NEW), number
        assert left == OLD or not has_failed, number
        # Only a failing removal itself may leave one working file behind.
        assert len(rest) <= 1, number


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_a_folder_appears_whole_or_not_at_all(tmp_path, monkeypatch, error) -> None:
    files = {"acqus": b"1", "fid": b"2", "pdata/1/1r": b"3"}
    monkeypatch.setattr(writing, "disk", disk := FailingDisk())
    write_folder(tmp_path / "10", files)
    got = {
        p.relative_to(tmp_path / "10").as_posix(): p.read_bytes()
        for p in (tmp_path / "10").rglob("*")
        if p.is_file()
    }
    assert got == files
    with pytest.raises(FileExistsError):
        write_folder(tmp_path / "10", files)
    for number in range(1, disk.done + 1):
        monkeypatch.setattr(writing, "disk", FailingDisk(number, error))
        folder = tmp_path / f"n{number}"
        with pytest.raises(OSError, match=os.strerror(error)):
            write_folder(folder, files)
        assert not folder.exists() or (folder / "pdata" / "1" / "1r").read_bytes() == b"3"
    assert list(tmp_path.glob(".*")) == []


@POSIX
def test_permissions_stay_and_new_files_follow_the_umask(tmp_path) -> None:
    path = tmp_path / "mine"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "fresh", b"new")
        write_folder(tmp_path / "folder", {"x": b""})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "folder" / "x").stat().st_mode) == 0o640


@POSIX
def test_what_is_private_is_for_its_user_alone(tmp_path) -> None:
    folder = tmp_path / "mine" / "inner"
    before = os.umask(0)
    try:
        make_private_folder(folder)
        write_whole(folder / "a", b"x", is_private=True)
        write_whole(folder / "a", b"y", is_private=True)
    finally:
        os.umask(before)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (folder.parent, folder)] == [0o700, 0o700]
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o600
    assert (folder / "a").read_bytes() == b"y"


def test_a_folder_moves_whole_or_not_at_all(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_bytes(b"1")
    move_folder(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b" / "x").read_bytes() == b"1"
    with pytest.raises(OSError, match="missing"):
        move_folder(tmp_path / "b", tmp_path / "missing" / "b")
    assert (tmp_path / "b" / "x").read_bytes() == b"1"


@POSIX
def test_a_write_protected_file_is_replaced_only_when_that_is_said(tmp_path) -> None:
    path = tmp_path / "protected"
    path.write_bytes(b"old")
    path.chmod(0o444)
    assert is_protected(path)
    with pytest.raises(PermissionError, match="write-protected"):
        write_together({tmp_path / "other": b"x", path: b"new"})
    assert contents(tmp_path) == {"protected": b"old"}
    write_whole(path, b"new", is_forced=True)
    assert path.read_bytes() == b"new"
    assert is_protected(path)
    path.chmod(0o644)


@POSIX
def test_links_are_followed_and_pipes_are_written_to(tmp_path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(target)
    write_whole(link, b"through")
    assert link.is_symlink()
    assert target.read_bytes() == b"through"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"peaks")
    assert os.read(reader, 10) == b"peaks"
    os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["x" * 300, "nul\0name", "", "folder", "missing/x"])
def test_names_that_cannot_be_are_the_systems_error(tmp_path, name) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r".+"):
        write_whole(tmp_path / name, b"x")
    assert contents_of_names(tmp_path) == ["folder"]


def contents_of_names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_name_of_the_greatest_length_can_be_written(tmp_path) -> None:
    path = tmp_path / ("ä" * 127)
    write_whole(path, b"x")
    write_whole(path, b"y")
    assert path.read_bytes() == b"y"


@pytest.mark.parametrize(
    "link", ["report.html", "run.checkpoint", "runs", "runs/x.json", "gone.json", "up"]
)
@pytest.mark.parametrize(
    "words", ["study table --output", "train --run", "train --config x --output"]
)
def test_a_folder_from_elsewhere_leads_no_writing_out_of_it(
    run_command, tmp_path, link, words
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_text("mine")
    folder = tmp_path / "study"
    (folder / link).parent.mkdir(parents=True)
    target = {"runs": victim, "gone.json": victim / "none", "up": Path("..", "victim")}
    (folder / link).symlink_to(target.get(link, victim / "file"))
    (folder / "inner").mkdir()
    (folder / "inner.json").symlink_to(folder / "inner")  # inside: no harm
    code, _, err = run_command(*words.split(), folder)
    assert code == 2
    assert f"{folder / link}: is a link to {victim}" in err
    assert (victim / "file").read_text() == "mine"
    assert sorted(p.name for p in victim.iterdir()) == ["file"]


# --- no other way ----------------------------------------------------------------------------

METHODS = {"write_text", "write_bytes", "tofile", "mkstemp", "NamedTemporaryFile", "copyfile"}
METHODS |= {"save_file", "savetxt", "copytree", "copy2", "setFileName", "to_csv"}
MODULES = {("os", "replace"), ("os", "rename"), ("shutil", "move"), ("shutil", "copy")}
MODULES |= {("json", "dump"), ("pickle", "dump")}
CLASSES = {"QFile", "QSaveFile", "QTextStream", "FileHandler", "RotatingFileHandler"}
INTO = {"save", "savez", "savez_compressed", "savefig", "QPdfWriter", "QImageWriter"}
"""What writes into a file or into memory, as its first argument says."""

OWNERS = {"np", "torch", "canvas", "figure", "image", "pixmap"}
"""Whose ``save`` writes a file; documents and painters save otherwise."""


def writing_calls(source: str) -> Iterator[int]:
    """Tell the lines on which a file is written, unless they say append-only."""
    lines, tree = source.splitlines(), ast.parse(source)
    in_memory = {
        ast.unparse(node.targets[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and ast.unparse(node.value).startswith(("io.BytesIO(", "io.StringIO(", "QBuffer("))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _writes(node, in_memory):
            near = lines[max(0, node.lineno - 3) : node.lineno]
            if not any("append-only" in line for line in near):
                yield node.lineno


def _writes(call: ast.Call, in_memory: set[str]) -> bool:
    func = call.func
    name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
    if name in INTO or (name == "ZipFile" and _has_writing_mode(call.args[1:2], call)):
        owner = ast.unparse(func.value) if isinstance(func, ast.Attribute) else ""
        is_file = name != "save" or owner.split(".")[-1].lstrip("_") in OWNERS
        return is_file and ast.unparse(call.args[0]) not in in_memory
    if name == "posix_spawnp":
        return True  # may open files for the process
    if isinstance(func, ast.Name):
        return func.id in CLASSES or (func.id == "open" and _has_writing_mode(call.args[1:2], call))
    if not isinstance(func, ast.Attribute):
        return False
    owner = func.value.id if isinstance(func.value, ast.Name) else ""
    if (owner, func.attr) == ("os", "open"):
        return any(f"O_{word}" in ast.unparse(call) for word in ("CREAT", "TRUNC"))
    if func.attr == "open":
        return _has_writing_mode(call.args[:1], call)
    return func.attr in METHODS or (owner, func.attr) in MODULES


def _has_writing_mode(place: list[ast.expr], call: ast.Call) -> bool:
    given = place + [k.value for k in call.keywords if k.arg == "mode"]
    texts = [n.value for g in given for n in ast.walk(g) if isinstance(n, ast.Constant)]
    return any(isinstance(t, str) and set(t) & set("wax+") and len(t) < 4 for t in texts)


@pytest.mark.parametrize(
    "line",
    [
        "path.write_text('x')",
        "open(path, 'w')",
        "open(path, mode='ab')",
        "path.open('wb')",
        "path.open('a' if goes_on else 'w')",
        "np.save(path, x)",
        "np.savez(path, x=x)",
        "os.replace(a, b)",
        "os.open(p, os.O_WRONLY | os.O_CREAT)",
        "tempfile.mkstemp()",
        "json.dump(x, file)",
        "torch.save(x, path)",
        "canvas.savefig(path)",
        "QPdfWriter(path)",
        "QImageWriter(path)",
        "image.save(path)",
        "generator.setFileName(path)",
        "zipfile.ZipFile(path, 'w')",
        "RotatingFileHandler(path)",
    ],
)
def test_the_search_for_writing_calls_finds_each_kind(line) -> None:
    assert list(writing_calls(line)) == [1]
    assert list(writing_calls(f"# append-only: a log\n{line}")) == []


def test_no_file_is_written_in_another_way() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "writing.py"
        for line in writing_calls(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "use nmrquanv.writing"
