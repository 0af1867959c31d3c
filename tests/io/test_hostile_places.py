"""Pipes, devices, loops of links and giants in the place of any file: refused at once."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.io.text_form import TextForm
from nmrquanv.io.text_guess import guessed

pytestmark = pytest.mark.measures_time

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only on Linux: pipes, devices, sparse files"
)
KINDS = ("pipe", "device", "link to a device", "loop", "giant", "folder")
AT_ONCE_S = 1.5


def put(kind: str, path: Path) -> None:
    """Put something else in a file's place."""
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "link to a device":
            (path.parent / "between").unlink(missing_ok=True)
            (path.parent / "between").symlink_to("/dev/zero")
            path.symlink_to("between")
        case "loop":
            path.symlink_to(path.name)
        case "giant":
            with path.open("wb") as file:
                file.truncate(1 << 40)
        case "folder":
            path.mkdir()


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """End a test that hangs."""

    def fail(*_args: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(90)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def all_ways(path: Path) -> Iterator[str]:
    """Yield what each way to read a path says; only ``FormatError`` may come of it."""
    ways = (
        lambda: read(path),
        lambda: outline(path),
        lambda: data_sets(path),
        lambda: read(path, text=TextForm()),
        lambda: guessed(path, is_said=True),
    )
    for way in ways:
        begun = time.process_time()
        try:
            way()
            yield ""
        except FormatError as error:
            yield str(error)
        assert time.process_time() - begun < AT_ONCE_S


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name", ["a.csv", "a.txt", "a.dx", "a.jdf", "a.fid", "1r", "a.zip", "a.nmrq"]
)
def test_nothing_of_the_kind_is_read_as_a_file(tmp_path, kind, name) -> None:
    path = tmp_path / name
    put(kind, path)
    told = list(all_ways(path))
    assert told[0]
    assert str(path) in told[0]
    assert told[3]
    if kind != "folder":
        assert told[4]


@pytest.mark.parametrize("kind", KINDS)
def test_nor_in_the_place_of_any_file_of_a_data_set(tmp_path, originals, kind) -> None:
    for number, original in enumerate(originals.ORIGINALS.values()):
        folder = tmp_path / str(number)
        original.write(folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        assert files
        for path in files[:8]:
            content = path.read_bytes()
            put(kind, path)
            list(all_ways(folder / original.opened))
            path.rmdir() if kind == "folder" else path.unlink()
            path.write_bytes(content)
