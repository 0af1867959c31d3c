"""Which data sets a batch searches, and what their results are called."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from nmrquanv.batch.plan import Task, found_below, of_paths
from nmrquanv.errors import FormatError
from nmrquanv.io import archives, data_sets, read


def test_results_lie_as_the_data_do_however_deep(spectra: Path, tmp_path: Path) -> None:
    plan = found_below([spectra], tmp_path / "out")
    assert [task.name for task in plan.tasks] == [
        "-60/a.jdx",
        "-60/deep/b/c/d/e/f.jdx",
        "g.jdx",
        "h/i.jdx",
    ]
    assert all((spectra / task.name).samefile(task.path) for task in plan.tasks)


def test_earlier_results_are_no_data(spectra: Path) -> None:
    output = spectra / "h"
    assert [task.name for task in found_below([spectra], output).tasks][-1] == "g.jdx"


def test_a_folder_named_twice_is_searched_once(spectra: Path, tmp_path: Path) -> None:
    plan = found_below([spectra, spectra / "h"], tmp_path / "out")
    assert len({task.path for task in plan.tasks}) == len(plan.tasks) == 4
    assert all(task.name.startswith("spectra/") for task in plan.tasks)


def test_nothing_found_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="no data set was found in"):
        found_below([tmp_path / "empty"], tmp_path / "out")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="only on accounts with limits")
def test_a_closed_folder_is_named(spectra: Path, tmp_path: Path) -> None:
    (spectra / "h").chmod(0)
    try:
        plan = found_below([spectra], tmp_path / "out")
    finally:
        (spectra / "h").chmod(0o755)
    assert [path for path, _ in plan.closed] == [str(spectra / "h")]
    assert len(plan.tasks) == 3


def test_no_result_takes_the_place_of_the_table(spectra: Path) -> None:
    shutil.copy(spectra / "g.jdx", spectra / "batch.jdx")
    (task,) = of_paths([spectra / "batch.jdx"]).tasks
    assert task == Task("batch_2", str(spectra / "batch.jdx"))


def test_archives_in_a_folder_are_searched_whole(examples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    (folder / "broken").mkdir(parents=True)
    for name, kept in (("two", ("a", "b")), ("one", ("a",))):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for part in kept:
                for path in sorted((examples / "bruker_1h_menthol/10").rglob("*")):
                    if path.is_file():
                        inner = path.relative_to(examples / "bruker_1h_menthol")
                        archive.write(path, f"{part}/{inner.as_posix()}")
    (folder / "broken" / "cut.zip").write_bytes((folder / "two.zip").read_bytes()[:5000])
    tasks = found_below([folder], tmp_path / "out").tasks
    assert {task.name for task in tasks} == {
        "two.zip/a/10", "two.zip/b/10", "one.zip", "broken/cut.zip"
    }  # fmt: skip
    two = [task for task in tasks if task.name.startswith("two")]
    assert [read(task.path).source.format for task in two] == ["Bruker", "Bruker"]


def test_numbers_in_archives_are_not_unpacked_to_plan(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "all"
    for name in ("bruker_1h_menthol", "bruker_13c_caryophyllene_oxide"):
        shutil.copytree(examples / name, folder / name)
    wanted = data_sets(folder)
    assert len(wanted) == 2
    (tmp_path / "in").mkdir()
    shutil.make_archive(str(tmp_path / "in" / "sent"), "zip", folder)
    unpacked = archives._Unpacked()
    monkeypatch.setattr(archives, "_unpacked", unpacked)
    written: list[int] = []
    whole = archives.write_whole
    monkeypatch.setattr(
        archives, "write_whole", lambda path, raw: (written.append(len(raw)), whole(path, raw))
    )
    tasks = found_below([tmp_path / "in"], tmp_path / "out").tasks
    sent = tmp_path / "in" / "sent.zip"
    assert sorted(Path(task.path).relative_to(sent) for task in tasks) == sorted(
        Path(path).relative_to(folder) for path in wanted
    )
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    assert written
    assert sum(written) < size / 4
    assert unpacked._folders == {}
    unpacked.clear()


def test_data_sets_in_an_archive_have_its_name(examples: Path, tmp_path: Path) -> None:
    shutil.copytree(examples / "bruker_1h_menthol", tmp_path / "in" / "menthol")
    shutil.make_archive(str(tmp_path / "in" / "sent"), "zip", tmp_path / "in" / "menthol")
    names = [task.name for task in found_below([tmp_path / "in"], tmp_path / "out").tasks]
    assert names[0] == "menthol/10"
    assert names[1].startswith("sent.zip")
