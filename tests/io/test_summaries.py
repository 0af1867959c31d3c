"""Many data sets are listed quickly: by their parameters, each file read once."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from nmrquanv.io import data_sets, files
from nmrquanv.io.summaries import summaries

COUNT = 500
MOST_S, BUSY = 2.0, 2.5


@pytest.fixture
def experiments(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """Five hundred experiments of 260 kB."""
    original = tmp_path_factory.mktemp("original") / "10"  # links stay on one device
    shutil.copytree(examples / "bruker_1h_menthol" / "10", original)
    for number in range(1, COUNT + 1):
        (tmp_path / str(number) / "pdata" / "1").mkdir(parents=True)
        for name in ("acqus", "pdata/1/procs", "pdata/1/1r", "pdata/1/1i", "pdata/1/title"):
            (tmp_path / str(number) / name).hardlink_to(original / name)
    return tmp_path


def test_no_file_of_a_listed_data_set_is_read_twice(tmp_path, examples, monkeypatch) -> None:
    shutil.copytree(examples / "bruker_1h_menthol" / "10", tmp_path / "10")
    read: Counter[str] = Counter()
    whole = files.read_bytes

    def counted(path: Path, *args: object, **more: object) -> bytes:
        read[path.name] += 1
        return whole(path, *args, **more)

    monkeypatch.setattr(files, "read_bytes", counted)
    ((_, known),) = summaries(tmp_path, data_sets(tmp_path))
    assert (known.sample.nucleus, known.problem) == ("1H", "")
    assert read["acqus"] == read["procs"] == 1
    assert max(read.values()) == 1


@pytest.mark.measures_time
@pytest.mark.slow
def test_five_hundred_experiments_list_in_two_seconds(experiments) -> None:
    begin = time.process_time()
    listed = summaries(experiments, data_sets(experiments))
    assert time.process_time() - begin < BUSY * MOST_S
    assert len(listed) == COUNT
    assert {known.sample.solvent for _, known in listed} == {"CDCl3"}
    assert not any(known.problem for _, known in listed)
