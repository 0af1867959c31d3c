"""``nmrquanv simulate``: seeded Bruker folders whose true lines stand beside them."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv import writing
from nmrquanv.io import read
from nmrquanv.spectra.simulate import simulate

Run = Callable[..., tuple[int, str, str]]


def test_it_writes_folders_that_read_back_with_truth_beside_them(
    run_command: Run, tmp_path: Path
) -> None:
    words = ("--seed", 11, "--kind", "clean", "--count", 2, "--output", tmp_path / "made")
    code, out, err = run_command("simulate", *words)
    assert (code, err) == (0, "")
    assert [Path(line).name for line in out.splitlines()] == ["clean_11", "clean_12"]
    for seed in (11, 12):
        simulated = simulate(np.random.default_rng(seed), "clean")
        truth = json.loads((tmp_path / "made" / f"clean_{seed}.truth.json").read_text("utf-8"))
        assert {"stratum", "sf_mhz", "sigma", "point_hz", "lines"} <= set(truth)
        assert len(truth["lines"]) == len(simulated.lines) > 0
        dataset = read(tmp_path / "made" / f"clean_{seed}")
        stored = dataset.spectrum()
        assert stored.axis.size == simulated.spectrum.axis.size
        # stored as integers, so up to one number: the intensity scale
        likeness = np.corrcoef(stored.trace, simulated.spectrum.trace)[0, 1]
        assert likeness > 0.999999
        tallest = max(truth["lines"], key=lambda line: abs(line["snr"]))
        apex = int(np.argmax(np.abs(stored.trace)))
        distance_hz = abs(stored.axis.ppm(apex) * truth["sf_mhz"] - tallest["hz"])
        assert distance_hz < tallest["fwhm_hz"]


def test_the_same_seed_gives_the_same_bytes(run_command: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        words = ("--seed", 3, "--kind", "clean", "--output", tmp_path / name)
        assert run_command("simulate", *words)[0] == 0
    for inside in ("fid", "pdata/1/1r"):
        first, second = (tmp_path / name / "clean_3" / inside for name in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


def test_a_folder_that_is_there_already_is_not_overwritten(
    run_command: Run, tmp_path: Path
) -> None:
    words = ("simulate", "--seed", 3, "--kind", "clean", "--output", tmp_path)
    assert run_command(*words)[0] == 0
    code, _, err = run_command(*words)
    assert code == 2
    assert "clean_3" in err


def test_an_unknown_kind_is_usage_and_names_the_kinds(run_command: Run, tmp_path: Path) -> None:
    code, _, err = run_command("simulate", "--seed", 3, "--kind", "odd", "--output", tmp_path)
    assert code == 2
    assert "crowded" in err
    assert err.count("\n") == 1


def test_a_disk_that_fills_up_leaves_whole_spectra_and_tells_how_many(
    run_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("simulate", "--seed", 3, "--kind", "clean", "--count", 4, "--output")
    assert run_command(*words, tmp_path / "all")[0] == 0
    sizes = [p.stat().st_size for p in (tmp_path / "all").rglob("*") if p.is_file()]
    real = writing.disk.write
    for share in (0.6, 0.1):
        room = share * sum(sizes)

        def write(handle: int, data: memoryview) -> int:
            nonlocal room
            if len(data) > room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            room -= len(data)
            return real(handle, data)

        monkeypatch.setattr(writing.disk, "write", write)
        folder = tmp_path / f"some {share}"
        code, out, err = run_command(*words, folder)
        names = [Path(line).name for line in out.splitlines()]
        assert code == 2
        assert f"{len(names)} of 4 spectra are written" in err
        assert f"the next has seed {3 + len(names)}" in err
        assert "no space left" in err.lower()
        assert err.count("\n") == 1
        left = {p.name for p in folder.iterdir()}
        assert left == {f"{n}{ending}" for n in names for ending in ("", ".truth.json")}
        assert 0 <= len(names) < 4
    assert names == []


def test_true_lines_of_somebody_are_not_replaced(run_command: Run, tmp_path: Path) -> None:
    beside = tmp_path / "clean_3.truth.json"
    beside.write_text("mine")
    code, _, err = run_command("simulate", "--seed", 3, "--kind", "clean", "--output", tmp_path)
    assert code == 2
    assert "clean_3.truth.json: exists already" in err
    assert [p.name for p in tmp_path.glob("clean*")] == ["clean_3.truth.json"]
    assert beside.read_text() == "mine"
