"""``nmrquanv study``: runs, resumes, stops, asks first, and tells all of it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nmrquanv.errors import NmrQuanvError

FAKE = """
import os, sys, time, types
from dataclasses import replace
from nmrquanv.study.running import tiers, workers

small = tiers.RunSize(20, 1)
for name, tier in tiers.TIERS.items():
    tiers.TIERS[name] = replace(tier, headline=small, few=tiers.RunSize(10, 1), sweep=small)


def run(spec, report):
    how = os.environ.get("HOW", "")
    while how == "waits" and spec.seed:
        time.sleep(0.05)
    if how == "fails" and spec.front_end == "cnn":
        raise ValueError("no such thing")
    figures = {"f1_4": 0.5 + 0.01 * spec.seed, "f1_1": 0.2}
    line = {"epoch": 1, "train_loss": 1.0, "val_loss": 1.0, "val_f1": 0.5}
    return {"spec": spec.to_dict(), "key": spec.key(), "seconds": 0.01, "versions": {},
            "metrics": {"last": figures, "best": figures}, "curve": [line, line, line],
            "data_hash": {"test": "abc"}, "extra": {}}


class Local(workers.LocalWorkers):
    def __init__(self, count):
        super().__init__(count, run)


workers.LocalWorkers = Local
if __name__ == "__main__":
    from nmrquanv.cli import main
    sys.exit(main())
"""


@pytest.fixture
def study(tmp_path):
    """Run the command line with runs that take no time, in a process of its own."""
    program = tmp_path / "fake_study.py"
    program.write_text(FAKE)
    folder = tmp_path / "out"

    def start(*words: str, how: str = "", **options) -> subprocess.Popen:
        environment = os.environ | {"HOW": how}
        command = [sys.executable, str(program), "study", *words, "--output", str(folder)]
        given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=environment, text=True, **(given | options))

    start.folder = folder
    return start


def events(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.slow
def test_it_runs_reports_and_resumes(study):
    with study("convergence", "--workers", "1", "--events") as child:
        out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    told = events(out)
    assert told[0]["event"] == "start"
    assert (told[0]["runs"], told[0]["left"], told[0]["workers"]) == (8, 8, 1)
    assert [e["event"] for e in told].count("run") == 8
    assert told[-1] == {
        "event": "result",
        "path": str(study.folder / "report.html"),
        "stopped": False,
        "finished": 8,
        "failed": 0,
        "left": 0,
        "reasons": {},
    }
    assert len(list((study.folder / "runs").iterdir())) == 8
    # another experiment into the same folder: nothing twice, both in the report
    with study("gate-dropout", "--workers", "1") as child:
        out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    assert "convergence: " in out
    assert "gate-dropout: " in out
    assert out.rstrip().endswith("report.html")
    report = json.loads((study.folder / "report.json").read_text())
    assert [e["name"] for e in report["experiments"]] == ["convergence", "gate-dropout"]
    with study("convergence", "--events") as child:
        told = events(child.communicate(timeout=120)[0])
    assert (told[0]["left"], told[-1]["finished"]) == (0, 0)


@pytest.mark.slow
def test_failed_runs_are_told_and_run_again_next_time(study):
    with study("convergence", "--workers", "1", "--events", how="fails") as child:
        told = events(child.communicate(timeout=120)[0])
    assert child.returncode == 1
    failed = [e for e in told if e["event"] == "failed"]
    assert len(failed) == 4
    assert failed[0]["message"] == "ValueError: no such thing"
    assert told[-1]["failed"] == 4
    assert told[-1]["finished"] > 0
    assert told[-1]["reasons"] == {"ValueError: no such thing": 4}
    assert "ValueError: no such thing" in (study.folder / "report.html").read_text()
    with study("convergence", "--workers", "1", "--events") as child:
        assert events(child.communicate(timeout=120)[0])[0]["left"] == 4


@pytest.mark.slow
@pytest.mark.parametrize("way", ["stop", "ctrl-c"])
def test_it_ends_in_good_order(study, way):
    if way == "ctrl-c" and sys.platform == "win32":
        pytest.skip("only on systems with signals")
    words = ("convergence", "--workers", "2", *(["--events"] if way == "stop" else []))
    with study(*words, how="waits") as child:
        runs = study.folder / "runs"
        deadline = time.monotonic() + 60
        while not runs.is_dir() or len(list(runs.glob("*.json"))) < 2:
            assert time.monotonic() < deadline
            assert child.poll() is None, child.stderr.read()
            time.sleep(0.05)
        if way == "stop":
            out, err = child.communicate("stop\n", timeout=60)
        else:
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=60)
    assert child.returncode == (0 if way == "stop" else 130), err
    assert (study.folder / "report.html").is_file()
    if way == "stop":
        result = events(out)[-1]
        assert result["stopped"]
        assert result["left"] > 0
    else:
        assert "runs are left: the same command goes on with them" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("all", "--tier", "full"), "the full tier takes about"),
        (
            ("noise", "--device", "lightning.qubit", "--shots", "100"),
            " if each takes a millisecond",
        ),
        (("noise", "--gradient", "parameter-shift"), "circuits: add --yes to start"),
    ],
)
def test_nothing_large_or_costly_starts_unasked(run_command, tmp_path, monkeypatch, words, said):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))  # no terminal: nobody to ask
    code, out, err = run_command("study", *words, "--output", tmp_path / "out")
    assert code == 2
    assert said in err
    assert "add --yes" in err
    assert not (tmp_path / "out").exists()
    code, out, _ = run_command("study", *words, "--output", tmp_path / "out", "--events")
    assert code == 2
    assert [e["event"] for e in events(out)] == ["start", "error"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "required"),
        (("everything", "--output", "x"), "invalid choice"),
        (("all", "--output", "x", "--seeds", "0"), "whole number of at least 1"),
        (("all", "--output", "x", "--minutes", "-1"), "number above 0"),
        (("all", "--output", "x", "--shots", "10"), "--shots needs --device"),
        (("ansatz", "--output", "x", "--spectra", "y"), "--spectra is for the experiment real"),
        (("all", "--output", "x", "--scheduler", "tcp://a:1", "--workers", "2"), "--workers"),
    ],
)
def test_usage_is_checked_before_anything_starts(run_command, words, said):
    code, _, err = run_command("study", *words)
    assert code == 2
    assert said in err


def test_spectra_without_lists_are_told_before_anything_starts(run_command, tmp_path):
    words = ("study", "real", "--output", tmp_path / "out", "--spectra", tmp_path)
    code, _, err = run_command(*words)
    assert code == 3
    assert f"{tmp_path}: no lists of signals: expected ground_truth/NAME.csv" in err
    assert not (tmp_path / "out").exists()


def test_help_names_every_experiment(run_command):
    from nmrquanv.study import EXPERIMENT_NAMES

    code, out, _ = run_command("study", "--help")
    assert code == 0
    assert all(f"  {name} " in out for name in EXPERIMENT_NAMES)
    assert "study NAME" in run_command("--help")[1]


def test_a_scheduler_that_does_not_answer_is_an_error_in_one_line(run_command, tmp_path):
    words = ("study", "noise", "--output", tmp_path, "--scheduler", "tcp//nonsense")
    code, _, err = run_command(*words)
    assert code == 3
    assert "no Dask scheduler answers at 'tcp//nonsense'" in err
    assert Path(tmp_path).is_dir()


class _Reached(NmrQuanvError):
    """All checks have passed."""


@pytest.fixture
def needy_device(monkeypatch):
    """A plugin whose device cannot be made without an argument; returns its name."""
    from pennylane.devices import DefaultQubit, device_constructor

    class Needy(DefaultQubit):
        def __init__(self, wires, backend):
            super().__init__(wires=wires)
            if backend == "broken":
                raise LookupError("no such back end")

    class EntryPoint:
        @staticmethod
        def load():
            return Needy

    known = device_constructor.plugin_devices | {"needy.device": EntryPoint}
    monkeypatch.setattr(device_constructor, "plugin_devices", known)
    return "needy.device"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "cannot be made with no options (TypeError: "),
        (["--device-option", "backend=broken"], 2, "backend=broken (LookupError: no such back end"),
        (["--device-option", "backend=paris"], 3, "reached"),
        (["--device-option", "seed"], 2, "expected KEY=VALUE"),
        (["--device-option", "backend=[1]"], 2, "must be one value"),
        (["--device-option", "api_key=1"], 2, "would stand in the results"),
        (["--device-options", "FILE"], 3, "reached"),
        (["--device-options", "FILE", "--device-option", "backend=broken"], 2, "LookupError"),
    ],
)
def test_a_device_gets_its_options_and_is_made_before_anything_is_trained(
    run_command, needy_device, monkeypatch, tmp_path, words, code, said
):
    file = tmp_path / "options.json"
    file.write_text('{"backend": "paris"}')
    wanted = []

    def reach(plan, *_):
        wanted.extend(plan.wanted())
        raise _Reached("reached")

    monkeypatch.setattr("nmrquanv.cli.study._execute", reach)
    words = [str(file) if word == "FILE" else word for word in words]
    folder = tmp_path / "out"
    found, _, err = run_command(
        "study", "ansatz", "--output", folder, "--yes", "--device", needy_device, *words
    )
    assert (found, said in err) == (code, True), err
    if said == "reached":
        devices = {(spec.device, spec.device_options) for spec in wanted if spec.device}
        assert devices == {(needy_device, (("backend", "paris"),))}
    else:
        assert not folder.exists()
