"""``nmrquanv train``: JSON lines out, "stop" in, errors as an event and as an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FAKE = """
import sys, time, types
from nmrquanv.errors import TrainingError

def run_folder(folder, emit, should_stop):
    print("chatter of a library")
    emit({"event": "start", "model": "é"})
    while not should_stop():
        time.sleep(0.01)
    emit({"event": "result", "stopped": True})

def run_config(path, output, emit, should_stop, device):
    raise TrainingError(f"{path}: no\\nsuch config")

for name in ("retraining", "run"):
    module = types.ModuleType(f"nmrquanv.training.{name}")
    module.run_folder, module.run_config = run_folder, run_config
    sys.modules[module.__name__] = module
from nmrquanv.cli import main
sys.exit(main())
"""


def test_it_tells_its_progress_and_stops_on_demand(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", FAKE, "train", "--run", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert json.loads(child.stdout.readline()) == {"event": "start", "model": "é"}
        out, err = child.communicate("sto\nstop\n", timeout=30)
    assert child.returncode == 0
    assert json.loads(out) == {"event": "result", "stopped": True}
    assert err == "chatter of a library\n"


def test_a_run_that_fails_says_so_as_an_event_and_in_one_line(tmp_path: Path) -> None:
    words = ["train", "--config", "missing.json", "--output", str(tmp_path)]
    # standard input stays open: a waiting reader must not hold the end up, nor abort it
    with subprocess.Popen(
        [sys.executable, "-c", FAKE, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.wait(30) == 3
        assert child.stdout is not None
        assert child.stderr is not None
        assert json.loads(child.stdout.read()) == {
            "event": "error",
            "message": "missing.json: no such config",
        }
        assert child.stderr.read() == "nmrquanv: missing.json: no such config\n"


def test_a_run_folder_that_is_none_is_unreadable(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nmrquanv", "train", "--run", str(tmp_path)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["error"]
    assert done.stderr.count("\n") == 1
