"""``nmrquanv pick`` over many spectra: what it writes, says and ends with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
CLASSICAL = ("--model", "classical")


@pytest.fixture
def folder(run_command: Run, fluorine: Path, tmp_path: Path) -> Path:
    """Return a folder with two spectra and one that cannot be read."""
    place = tmp_path / "in"
    (place / "below").mkdir(parents=True)
    words = ("convert", fluorine, "--sf-mhz", 376.5, "--nucleus", "19F", "-o")
    assert run_command(*words, place / "b.jdx")[0] == 0
    (place / "below" / "a.jdx").write_bytes((place / "b.jdx").read_bytes())
    (place / "c.jdx").write_text("##TITLE= x\n##JCAMP-DX= 5.01\n##END=\n")
    return place


@pytest.mark.slow
def test_a_folder_is_searched_and_the_bad_one_told(
    run_command: Run, folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    words = ("pick", folder, *CLASSICAL, "--recursive", "--output-dir", output, "--jobs", 1)
    code, out, err = run_command(*words, "--format", "csv")
    assert code == 3
    assert Path(out.strip()) == output / "batch.csv"
    assert "2 spectra done, 1 failed" in err
    assert "c.jdx" in err
    assert (output / "below" / "a.jdx.csv").is_file()
    assert (output / "b.jdx.csv.json").is_file()
    code, _, err = run_command(*words, "--format", "csv")
    assert code == 3
    assert "2 of them by an earlier run" in err


@pytest.mark.slow
def test_events_are_lines_of_json(run_command: Run, folder: Path, tmp_path: Path) -> None:
    words = ("pick", folder / "b.jdx", folder / "below" / "a.jdx", *CLASSICAL)
    code, out, _ = run_command(*words, "--output-dir", tmp_path / "out", "--events")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert events[0]["event"] == "start"
    assert [e["peaks"] for e in events if e["event"] == "spectrum"] == [3, 3]
    assert events[-1]["event"] == "result"
    assert (events[-1]["done"], events[-1]["left"]) == (2, 0)
    assert Path(events[-1]["manifest"]).is_file()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--recursive", "-o", "-"], "need --output-dir"),
        (["--jobs", "2", "-o", "-"], "need --output-dir"),
        (["--jobs", "0", "--output-dir", "x"], "--jobs"),
        (["--jobs", "2", "--scheduler", "tcp://a:1", "--output-dir", "x"], "exclude each other"),
    ],
)
def test_what_does_not_go_together(
    run_command: Run, fluorine: Path, more: list[str], told: str
) -> None:
    code, out, err = run_command("pick", fluorine, *CLASSICAL, *more)
    assert (code, out) == (2, "")
    assert told in err


def test_a_scheduler_that_is_not_there_is_named(
    run_command: Run, folder: Path, tmp_path: Path
) -> None:
    words = ("--recursive", "--scheduler", "tcp://127.0.0.1:1", "--output-dir", tmp_path / "o")
    code, _, err = run_command("pick", folder, *CLASSICAL, *words)
    assert code == 3
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:1'" in err


def test_a_folder_without_data_is_told(run_command: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    words = ("--recursive", "--output-dir", tmp_path / "o")
    code, _, err = run_command("pick", tmp_path / "empty", *CLASSICAL, *words)
    assert code == 3
    assert "no data set was found" in err
