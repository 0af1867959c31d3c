"""Every real data set opens from an archive as it does from its folder."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, read
from nmrquanv.io.summaries import summary


def pack(archive: zipfile.ZipFile, data_set: Path, above: str) -> None:
    files = [data_set] if data_set.is_file() else [p for p in data_set.rglob("*") if p.is_file()]
    for file in sorted(files):
        archive.write(file, f"{above}/{file.relative_to(data_set.parent)}")


def test_real_data_sets_open_from_an_archive_with_the_same_axis(
    examples: Path, shared_data: Path | None, tmp_path: Path
) -> None:
    folder = shared_data or examples
    wanted = {}
    for number, path in enumerate(data_sets(folder)):
        try:
            wanted[number] = (Path(path), read(path))
        except FormatError:
            continue
    assert len(wanted) >= 4
    inner, outer = tmp_path / "inner.zip", tmp_path / "outer.zip"
    half = len(wanted) // 2
    with zipfile.ZipFile(inner, "w") as archive:
        for number in list(wanted)[:half]:
            pack(archive, wanted[number][0], f"sample {number}")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "older/inner.zip")
        for number in list(wanted)[half:]:
            pack(archive, wanted[number][0], f"sample {number}")
    listed = data_sets(outer)
    assert len(listed) == len(wanted)
    for place in listed:
        number = int(next(part for part in Path(place).parts if part.startswith("sample "))[7:])
        original, data = wanted[number][1], read(place)
        assert data.data.axis == original.data.axis
        assert np.array_equal(data.data.data, original.data.data)
        assert data.source.sha256 == original.source.sha256
        assert summary(place).sample.nucleus == summary(wanted[number][0]).sample.nucleus


@pytest.mark.measures_time
@pytest.mark.slow
def test_five_hundred_experiments_list_in_two_seconds(examples: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"  # links stay on one device
    shutil.copytree(examples / "bruker_1h_aspirin_fidonly" / "1", source)
    for number in range(1, 501):
        folder = tmp_path / "archive" / str(number)
        folder.mkdir(parents=True)
        for name in ("acqus", "fid"):
            (folder / name).hardlink_to(source / name)
    started = time.process_time()
    found = data_sets(tmp_path / "archive")
    assert all(summary(path).sample.nucleus == "1H" for path in found)
    assert len(found) == 500
    assert time.process_time() - started < 2
