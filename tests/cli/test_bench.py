"""``nmrquanv bench accuracy``: tables or JSON out, progress on stderr, mistakes told at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nmrquanv.bench.kinds import BENCHMARK_SEED
from nmrquanv.cli.arguments import parse
from nmrquanv.cli.command_line import execute
from nmrquanv.models.cards import read_card
from nmrquanv.paths import resource
from nmrquanv.spectra.thresholds import PROGRAM

QUICK = ["bench", "accuracy", "--models", "classical", "--spectra", "1", "--workers", "1"]


def test_tables_go_to_standard_output_and_figures_to_the_file(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    target = tmp_path / "figures.json"
    words = [*QUICK, "--parts", "noise", "timing", "--json", str(target)]
    assert execute(words) == 0
    out, err = capfdbinary.readouterr()
    assert b"| white |" in out
    assert b"noise only: 5 of 5" in err
    values = json.loads(target.read_text(encoding="utf-8"))
    assert values["finders"]["classical"]["thresholds"]["min_snr"] == PROGRAM.min_snr
    assert len(values["models"]["classical"]["noise"]) == 6


def test_json_may_take_the_tables_place(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert execute([*QUICK, "--parts", "noise", "--json"]) == 0
    out, _ = capfdbinary.readouterr()
    told = json.loads(out)
    assert told["models"]["classical"]["kinds"] == {}
    assert told["plan"]["seed"] == BENCHMARK_SEED
    assert execute([*QUICK, "--parts", "noise", "--json", "--seed", "7"]) == 0
    out, _ = capfdbinary.readouterr()
    assert json.loads(out)["plan"]["seed"] == 7


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "cnn.json"
    path.write_bytes((resource("models") / "cnn.json").read_bytes())
    return path


def test_front_ends_are_told_from_the_logs_and_written_into_a_card(
    card: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert execute(["bench", "ablation", "--cards", str(card)]) == 0
    out, _ = capfdbinary.readouterr()
    assert b"| quanvolution, frozen |" in out
    figures = read_card(card).metrics["ablation"]
    assert figures["front_ends"][0]["name"] == "quanv"
    assert figures["seeds"] == [1, 2, 3]


def test_a_card_of_a_model_that_is_not_measured_ends_it_at_once(
    card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute([*QUICK, "--cards", str(card)]) == 2
    assert "none of the models" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--models", "classical", "nosuch"],
        ["--models", "classical", "classical"],
        ["--json", "no/such/folder/x.json"],
        ["--parts", "everything"],
        ["--spectra", "0"],
    ],
)
def test_mistakes_end_it_before_anything_is_measured(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["bench", "accuracy", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_shipped_models_and_40_spectra_are_the_default() -> None:
    arguments = parse(["bench", "accuracy"])
    assert arguments.models == ["quanv", "cnn", "classical"]
    assert (arguments.spectra, arguments.json, arguments.has_seeds) == (40, None, False)
    assert parse(["bench", "accuracy", "--seeds"]).has_seeds


@pytest.mark.skipif(os.name == "nt", reason="only on systems with process groups")
def test_ctrl_c_ends_it_with_its_processes() -> None:
    words = ["--models", "classical", "--spectra", "400", "--workers", "2", "--parts", "noise"]
    with subprocess.Popen(
        [sys.executable, "-m", "nmrquanv", "bench", "accuracy", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        assert child.stderr is not None
        assert child.stderr.readline().startswith("noise only: 0 of")
        time.sleep(2.0)
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does
        try:
            _, err = child.communicate(timeout=60)
        finally:
            child.kill()
    assert child.returncode == 130
    assert "interrupted" in err
