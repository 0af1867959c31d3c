"""Configs and run folders are checked before anything is trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nmrquanv.errors import TrainingError
from nmrquanv.paths import resource
from nmrquanv.training.config import TrainingConfig, read_config
from nmrquanv.training.reviewed import read_run
from nmrquanv.training.run import run_config

TINY = {"name": "tiny", "kind": "cnn", "spectra": 4, "judged_spectra": 3, "epochs": 2}


@pytest.mark.parametrize(
    "name", ["a/b", "../evil", "my model: v1", "", ".", "con", "a\0b", "x" * 99]
)
def test_a_name_that_no_file_can_have_is_refused_before_the_first_epoch(
    name: str, tmp_path: Path
) -> None:
    path, told = tmp_path / "c.json", []
    path.write_text(json.dumps(TINY | {"name": name}))
    with pytest.raises(TrainingError, match=r"c\.json.*cannot be"):
        run_config(path, tmp_path / "out", told.append)
    assert told == []
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": float("inf")},
        {"seed": -1},
        {"sizes": 0.5},
        {"sizes": [1]},
        {"sizes": {"channels": 10**9}},
        {"epochs": 10**30},
        {"epochs": True},
        {"rate": "0.1"},
        {"rate": 0},
        {"ansatz": 3},
        {"kind": "other"},
        {"surprise": 1},
    ],
)
def test_values_that_cannot_be_are_refused_by_name(change: dict, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(TINY | change))
    with pytest.raises(TrainingError, match=r"c\.json"):
        read_config(path)


def test_every_shipped_config_is_one() -> None:
    kinds = ("quanv", "cnn", "quadratic")
    paths = [p for p in resource("training").glob("*.json") if p.name.startswith(kinds)]
    assert len(paths) > 3
    for path in paths:
        config = read_config(path)
        assert TrainingConfig.from_dict(config.to_dict()) == config


RUN = {
    "model": "quanv",
    "epochs": 2,
    "simulated_share": 0.5,
    "seed": 1,
    "examples": [
        {
            "spectrum": "0.npz",
            "name": "n",
            "sha256": None,
            "regions": [[3, 2.0]],
            "peaks": [{"ppm": 2.5, "fwhm_hz": None, "height": 1}],
        }
    ],
}


def test_a_run_folder_names_nothing_outside_itself(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(RUN))
    assert read_run(tmp_path).examples[0].peaks[0].ppm == 2.5
    for change in (
        {"examples": [RUN["examples"][0] | {"spectrum": "../0.npz"}]},
        {"examples": [RUN["examples"][0] | {"peaks": [{"ppm": "x", "height": 1}]}]},
        {"epochs": 0},
        {"seed": -1},
        {"simulated_share": 1e9},
        {"model": None},
    ):
        (tmp_path / "run.json").write_text(json.dumps(RUN | change))
        with pytest.raises(TrainingError, match=r"run\.json"):
            read_run(tmp_path)
