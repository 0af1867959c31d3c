"""Zip archives: whole experiments, several, nested; limits; nothing outside, nothing left."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError, SeveralDataSetsError
from nmrquanv.io import archives, data_sets, outline, read
from nmrquanv.io.summaries import summary


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Unpack to a folder of the test's own, and from nothing."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    unpacked = archives._Unpacked()
    monkeypatch.setattr(archives, "_unpacked", unpacked)
    yield place
    unpacked.clear()
    assert list(place.iterdir()) == []


def packed(path: Path, *folders: Path, above: str = "") -> Path:
    """Pack folders under their own names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in folders:
            for file in sorted(folder.rglob("*")):
                archive.write(file, above + str(file.relative_to(folder.parent)))
    return path


def test_an_experiment_in_an_archive_opens_as_beside_it(expno: Path, tmp_path: Path) -> None:
    wanted = read(expno)
    for above in ("", "sample/", "a/b/"):
        path = packed(tmp_path / f"{len(above)}.zip", expno, above=above)
        data = read(path)
        assert np.array_equal(data.data.data, wanted.data.data)
        assert data.data.axis == wanted.data.axis
        assert data.source.sha256 == wanted.source.sha256
        inside = f"{path}{os.sep}{above.replace('/', os.sep)}10"
        assert data.source.path == inside
        assert data_sets(path) == (inside,)
        for source in ("fid", "1"):
            assert read(inside, source=source).source.kind == source
        assert read(Path(inside) / "pdata" / "1" / "1r").source.kind == "1"
        assert summary(inside).sample.solvent == "CDCl3"
        assert outline(inside).sample == wanted.sample


def test_several_and_nested_ones_are_offered(expno: Path, tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", expno)
    second = expno.rename(tmp_path / "20")
    outer = packed(tmp_path / "outer.zip", second)
    with zipfile.ZipFile(outer, "a") as archive:
        archive.write(inner, "more/inner.zip")
        archive.writestr("__MACOSX/._20", b"x")
    names = [str(outer / "20"), str(outer / "more" / "inner.zip" / "10")]
    assert list(data_sets(outer)) == names
    with pytest.raises(SeveralDataSetsError) as caught:
        read(outer)
    assert list(caught.value.choices) == names
    assert str(outer) in str(caught.value)
    for name in names:
        assert read(name).source.path == name


def test_an_archive_in_a_folder_is_listed_and_opened(expno: Path, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    path = packed(folder / "a.zip", expno)
    with zipfile.ZipFile(folder / "letters.zip", "w") as archive:
        archive.writestr("letter.txt", "Dear colleague")
    with zipfile.ZipFile(folder / "table.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("fid", "x")
    assert data_sets(folder) == (str(path),)
    assert read(folder).source.path == str(path / "10")


def refused(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        read(path)
    message = str(caught.value)
    assert str(path) in message
    assert "nmrquanv-zip" not in message
    assert "\n" not in message
    return message


def test_what_fails_inside_names_the_archive(expno: Path, tmp_path: Path) -> None:
    (expno / "pdata" / "1" / "1r").write_bytes(b"")
    (expno / "fid").unlink()
    path = packed(tmp_path / "one.zip", expno)
    assert str(path / "10" / "pdata" / "1" / "1r") in refused(path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("x")
    assert "holds no NMR" in refused(packed(tmp_path / "two.zip", tmp_path / "notes"))
    with pytest.raises(FormatError, match="no such file"):
        read(path / "11")


NAMES = ["../evil", "/evil", "a/../../evil", "C:\\evil", "a/C:evil", "..\\evil", "CON", "a/nul.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("10/fid", b"x")
        archive.writestr(zipfile.ZipInfo(name), b"evil")
    assert "lead elsewhere" in refused(path)
    assert list(tmp_path.rglob("*evil*")) == []


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    entry = zipfile.ZipInfo("10/fid")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "a link" in refused(path)


def test_bombs_are_refused_before_they_burst(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM_BYTES", 1 << 20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("10/fid", bytes(4 << 20))
    assert "beyond the limits" in refused(path)
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 1 << 20)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}/fid", os.urandom(1 << 19))
    assert "beyond the limits" in refused(path)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(11):
            archive.writestr(f"{number}", b"x")
    assert "beyond the limits (10 files" in refused(path)
    content = b"x"
    for _ in range(5):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.zip", content)
        content = stream.getvalue()
    path.write_bytes(content)
    assert "archives in one another" in refused(path)


def test_damaged_and_encrypted_archives_are_refused(expno: Path, tmp_path: Path) -> None:
    path = packed(tmp_path / "one.zip", expno)
    raw = path.read_bytes()
    path.write_bytes(raw[:-400])
    assert "a zip archive" in refused(path)
    flags = bytearray(raw)
    flags[raw.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(flags)
    assert "asks for a password" in refused(path)
    middle = bytearray(raw)
    middle[len(raw) // 3] ^= 0xFF
    path.write_bytes(middle)
    assert "cannot be unpacked" in refused(path)


@pytest.mark.parametrize("has_folders", [False, True])
def test_an_archive_with_backslashes_is_found_and_opened(
    expno: Path, tmp_path: Path, has_folders: bool
) -> None:
    path = tmp_path / "archives" / "from windows.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:

        def put(name: str, content: bytes) -> None:
            entry = zipfile.ZipInfo("x")  # whose constructor would mend the name on Windows
            entry.filename = name.replace("/", "\\")
            archive.writestr(entry, content)

        for folder in ("für\\10\\", "für\\10\\pdata\\") if has_folders else ():
            put(folder, b"")
        for file in (file for file in sorted(expno.rglob("*")) if file.is_file()):
            put(f"für/{file.relative_to(expno.parent).as_posix()}", file.read_bytes())
    wanted = read(expno)
    for opened in (path, path.parent):
        data = read(opened)
        assert np.array_equal(data.data.data, wanted.data.data)
        assert data.data.axis == wanted.data.axis
        assert data.source.path == str(path / "für" / "10")


def test_more_files_than_allowed_are_refused_before_any_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(archives, "write_whole", lambda path, _raw: written.append(path))
    monkeypatch.setattr(archives, "_locked", lambda _path: os.open(tmp_path, os.O_RDONLY))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(11):
            archive.writestr(f"10/{number}", b"x")
    assert "beyond the limits (10 files" in refused(path)
    assert not [path for path in written if path.name.isdigit()]


@pytest.mark.parametrize("is_64", [False, True])
def test_a_directory_of_gibibytes_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_64: bool
) -> None:
    claimed = 3 << 30
    end = [b"PK\5\6", 0, 0, 1, 1, claimed, 4, 0]
    raw = b""
    if is_64:
        end[3:7] = [0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF]
        raw = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, claimed, 4)
        raw += struct.pack("<4sLQL", b"PK\6\7", 0, 4 + claimed, 1)
    path = tmp_path / "hole.zip"
    with path.open("wb") as stream:
        stream.write(b"PK\3\4")
        stream.seek(4 + claimed)
        stream.write(raw + struct.pack("<4s4H2LH", *end))
    assert zipfile.is_zipfile(path)

    def opened(*_arguments: object) -> None:
        pytest.fail("zipfile would read it all")

    monkeypatch.setattr(zipfile, "ZipFile", opened)
    assert "too large" in refused(path)
    assert "hole.zip: a zip archive that is damaged, cut or too large" in refused(tmp_path)


def test_a_file_where_a_folder_is_needed_names_the_archive(expno: Path, tmp_path: Path) -> None:
    path = packed(tmp_path / "one.zip", expno)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive, zipfile.ZipFile(path) as first:
        archive.writestr("10", b"x")
        for name in first.namelist():
            archive.writestr(name, first.read(name))
    assert str(tmp_path / "two.zip") in refused(tmp_path / "two.zip")


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems where a process can be killed")
def test_what_a_killed_run_left_goes_at_the_next_start(
    expno: Path, tmp_path: Path, private: Path
) -> None:
    path = packed(tmp_path / "one.zip", expno)
    program = (
        "import os, signal, sys; from nmrquanv.io import data_sets;"
        "data_sets(sys.argv[1]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "TMPDIR": str(private)}
    subprocess.run([sys.executable, "-c", program, str(path)], env=environment, check=False)
    (left,) = private.iterdir()
    strange = private / "nmrquanv-zip-of-another"
    strange.mkdir()
    data_sets(path)
    assert not left.exists()
    archives.clear_left_behind()
    assert read(path).source.path == str(path / "10"), "what is in use stays"
    strange.rmdir()


def test_the_same_archive_is_unpacked_once_and_a_new_one_again(
    expno: Path, tmp_path: Path, private: Path
) -> None:
    path = packed(tmp_path / "one.zip", expno)
    for _ in range(3):
        read(path)
    (base,) = private.iterdir()
    assert sum(child.is_dir() for child in base.iterdir()) == 1
    expno.rename(tmp_path / "30")
    packed(path, tmp_path / "30")
    assert data_sets(path) == (str(path / "30"),)
