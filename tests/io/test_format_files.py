"""One list says what files are called: searches, archives and refusals have it from there."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, jcamp, nmrml, nmrpipe, read
from nmrquanv.io.archives import may_hold_data
from nmrquanv.io.format_files import DATA_FILES
from nmrquanv.io.readers import format_titles

WRITTEN = {"JCAMP-DX": "_jcamp", "JEOL Delta": "_jeol", "NMRPipe": "_pipe",
           "SIMPSON": "_simpson", "nmrML": "_nmrml", "NMRium": "_nmrium"}  # fmt: skip
"""Formats of one file, and what writes one."""


LITTLE_SAID = {module.FORMAT: module.ENDINGS for module in (jcamp, nmrpipe, nmrml)}


def endings_of(title: str) -> tuple[str, ...]:
    return LITTLE_SAID.get(title, DATA_FILES[title])


def test_the_list_has_every_format() -> None:
    assert tuple(DATA_FILES) == format_titles()


@pytest.mark.parametrize("title", WRITTEN)
def test_a_file_of_each_ending_is_found_in_folders_and_archives(
    tmp_path: Path, originals: ModuleType, title: str
) -> None:
    getattr(originals, WRITTEN[title])(tmp_path / "made")
    (made,) = [
        path for path in (tmp_path / "made").rglob("*") if path.suffix.lower() in endings_of(title)
    ]
    for ending in endings_of(title):
        folder = tmp_path / ending[1:]
        folder.mkdir()
        path = folder / f"Sample 1{ending.upper()}"
        shutil.copy(made, path)
        assert data_sets(folder) == (str(path),)
        archive = tmp_path / f"{ending[1:]}.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.write(path, "study/" + path.name)
        assert may_hold_data(archive) == (ending in DATA_FILES[title])
        assert len(data_sets(archive)) == 1


@pytest.mark.parametrize("content", [b"no numbers here at all\n", b"\x00\x01\x02" * 50])
def test_what_does_not_open_is_told_what_does(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "notes.dat"
    path.write_bytes(content)
    for asked in (path, path.parent):
        with pytest.raises(FormatError) as refused:
            read(asked)
        for title, names in DATA_FILES.items():
            assert f"{title} ({', '.join(names)})" in str(refused.value)
        assert "zip archives" in str(refused.value)


PACKED = {
    "a.rar": (
        b"Rar!\x1a\x07\x01\x00" + bytes(60),
        "archives of RAR are not looked into: unpack it first",
    ),
    "a.7z": (
        b"7z\xbc\xaf\x27\x1c" + bytes(60),
        "archives of 7z are not looked into: unpack it first",
    ),
    "a.tar": (
        b"name".ljust(257, b"\0") + b"ustar\x0000",
        "archives of tar are not looked into: unpack it first",
    ),
    "a.tar.gz": (
        b"\x1f\x8b\x08" + bytes(60),
        "archives of gzip are not looked into: unpack it first",
    ),
    "a.tar.xz": (b"\xfd7zXZ\0" + bytes(60), "archives of xz are not looked into: unpack it first"),
    "a.tar.bz2": (
        b"BZh91AY&SY" + bytes(60),
        "archives of bzip2 are not looked into: unpack it first",
    ),
    "empty.zip": (b"PK\x05\x06" + bytes(18), "the zip archive is empty: pack it again"),
    "cut.zip": (
        b"PK\x03\x04" + bytes(90),
        "a zip archive that is damaged, cut or too large: copy it again",
    ),
}


@pytest.mark.parametrize("name", PACKED)
def test_archives_that_are_not_read_are_called_so(tmp_path: Path, name: str) -> None:
    content, said = PACKED[name]
    (tmp_path / "sent" / "inside").mkdir(parents=True)
    path = tmp_path / "sent" / name
    path.write_bytes(content)
    (tmp_path / "sent" / "letter.txt").write_text("the data are in the archive")
    archive = tmp_path / "outer.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(path, name)
    for asked in (path, path.parent, archive):
        with pytest.raises(FormatError, match=said):
            read(asked)
