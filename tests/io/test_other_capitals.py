"""Data sets whose files have other capitals than their format gives them open as the same."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io import data_sets, read
from nmrquanv.io.files import inside
from nmrquanv.io.placing import is_own_list
from nmrquanv.io.summaries import summary
from nmrquanv.spectra.dataset import DataSet

WAYS = (str.upper, str.capitalize)


def written_so(folder: Path, target: Path, way: Callable[[str], str]) -> Path:
    """Copy a data set with every name in it written another way."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            place = target.joinpath(*(way(part) for part in path.relative_to(folder).parts))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    return target


def require_same(found: DataSet, wanted: DataSet) -> None:
    assert np.array_equal(found.data.data, wanted.data.data)
    assert found.data.axis == wanted.data.axis
    assert (found.sample, found.recipe) == (wanted.sample, wanted.recipe)
    assert (found.sources, found.source.kind) == (wanted.sources, wanted.source.kind)
    assert found.source.notes == wanted.source.notes


@pytest.fixture(params=WAYS, ids=("capitals", "first letters"))
def other(request: pytest.FixtureRequest, tmp_path: Path, examples: Path) -> Path:
    """The bundled menthol with other capitals."""
    original = examples / "bruker_1h_menthol" / "10"
    return written_so(original, tmp_path / "menthol" / "10", request.param)


def test_bruker_opens_from_the_folder_its_parents_and_its_files(
    other: Path, examples: Path
) -> None:
    original = examples / "bruker_1h_menthol" / "10"
    for source in (None, "fid", "1"):
        require_same(read(other, source=source), read(original, source=source))
    assert data_sets(other.parent) == (str(other),)
    assert summary(other) == summary(original)
    require_same(read(other.parent), read(original))
    require_same(read(inside(other, "fid")), read(original, source="fid"))
    require_same(read(inside(other, "acqus")), read(original))
    require_same(read(inside(other, "pdata", "1", "1r")), read(original))
    require_same(read(inside(other, "pdata", "1")), read(original))
    require_same(read(inside(other, "pdata", "1", "title")), read(original))


def test_bruker_in_a_zip_archive(other: Path, examples: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(other.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(tmp_path))
    assert data_sets(path) == (f"{path}/menthol/10",)
    require_same(read(path), read(examples / "bruker_1h_menthol" / "10"))


def test_a_flat_folder_and_its_own_list(other: Path, examples: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    shutil.copytree(inside(other, "pdata", "1"), flat)
    wanted = read(examples / "bruker_1h_menthol" / "10").data
    assert np.array_equal(read(flat).data.data, wanted.data)
    own = inside(flat, "peaklist.xml")
    assert own.name != "peaklist.xml"
    assert is_own_list(own)


@pytest.mark.parametrize("way", WAYS)
def test_varian(tmp_path: Path, varian: Callable[..., Path], way: Callable[[str], str]) -> None:
    rng = np.random.default_rng(1)
    original = varian(rng.normal(size=256) + 1j * rng.normal(size=256))
    found = written_so(original, tmp_path / "copies" / "SAMPLE.FID", way)
    wanted = read(original)
    require_same(read(found), wanted)
    require_same(read(inside(found, "fid")), wanted)
    require_same(read(inside(found, "procpar")), wanted)
    assert data_sets(found.parent) == (str(found),)


def test_the_formats_own_name_goes_before_another(tmp_path: Path) -> None:
    for name in ("ACQUS", "acqus", "Fid", "FID"):
        (tmp_path / name).write_text(name)
    assert inside(tmp_path, "acqus").name == "acqus"
    if len(list(tmp_path.iterdir())) == 4:  # the disk tells capitals apart
        assert inside(tmp_path, "fid").name == "FID"
    assert inside(tmp_path, "nothing", "there") == tmp_path / "nothing" / "there"
    assert inside(tmp_path / "acqus", "fid") == tmp_path / "acqus" / "fid"
