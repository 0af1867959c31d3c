"""The real training command is killed and started again: nobody can tell from the weights."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nmrquanv.models.library import load_copy
from nmrquanv.session.run_folder import Example, Options, write_run_folder
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulate import simulate
from nmrquanv.spectra.user_marks import Region

TIMEOUT_S = 200
CONFIG = {
    "name": "tiny",
    "kind": "cnn",
    "spectra": 4,
    "judged_spectra": 3,
    "epochs": 3,
    "batch": 8,
    "rate": 0.02,
    "n_circuits": 1,
    "sizes": {"channels": 8, "width": 7, "dilations": [1]},
}
COMMAND = """
import sys
from nmrquanv.training import benchmark_set, judging, retraining
from nmrquanv.training.confidence import Lesson
retraining.JUDGED_SPECTRA, retraining.CALIBRATION_SPECTRA = 2, 2
retraining.SPECTRA_PER_KIND, retraining._REPEATS = 1, 2
benchmark_set.BENCHMARK_KINDS = benchmark_set.BENCHMARK_KINDS[:3]
judging.FIRST = judging.FINAL = Lesson(30, 0.1)
if __name__ == "__main__":
    from nmrquanv.cli import main
    sys.exit(main())
"""
"""The real command; confidences learn for shorter, a retraining from less and judged on less."""


@pytest.fixture
def start(tmp_path):
    """Start the command; it leads a group, so that all of it can be killed."""
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}

    def start(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(script), "train", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    return start


def events_of(child: subprocess.Popen[str]) -> list[dict]:
    """Let a child come to its end and return all that it told."""
    out, _ = child.communicate(timeout=TIMEOUT_S)
    assert child.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


def killed_after_epoch(child: subprocess.Popen[str], epoch: int) -> None:
    """Kill a child, without any warning, as soon as it tells of an epoch."""
    for line in child.stdout:
        event = json.loads(line)
        if event["event"] == "epoch" and event["epoch"] == epoch:
            os.kill(child.pid, signal.SIGKILL)
            break
    child.communicate(timeout=TIMEOUT_S)
    assert child.returncode == -signal.SIGKILL


def told(events: list[dict], *names: str) -> list[dict]:
    return [event for event in events if event["event"] in names]


def same_weights(one: Path, other: Path) -> bool:
    a, b = load_file(one), load_file(other)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="only on systems with SIGKILL")
def test_a_killed_training_goes_on_and_ends_with_the_same_weights(start, tmp_path) -> None:
    config = tmp_path / "tiny.config.json"
    config.write_text(json.dumps(CONFIG))
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    events_of(start("--config", str(config), "--output", str(whole)))
    words = ("--config", str(config), "--output", str(cut))
    killed_after_epoch(start(*words), 2)
    assert (cut / "tiny.checkpoint").stat().st_size < 200_000
    events = events_of(start(*words))
    assert told(events, "resumed", "epoch")[0] == {"event": "resumed", "epoch": 2, "epochs": 3}
    assert [event["epoch"] for event in told(events, "epoch")] == [3]
    assert np.isfinite(load_file(whole / "tiny.safetensors")["confidence.centre"]).all()
    assert same_weights(whole / "tiny.safetensors", cut / "tiny.safetensors")
    assert sorted(p.name for p in cut.iterdir()) == sorted(p.name for p in whole.iterdir())
    log = [json.loads(line) for line in (cut / "tiny.log.jsonl").read_text().splitlines()]
    assert [event["event"] for event in log] == [
        *("start", "data", "epoch", "epoch"),
        *("start", "resumed", "data", "epoch", "result"),
    ]


def write_run(folder: Path) -> None:
    """Write what the window would: the lines of two simulated spectra, vouched for."""
    examples = []
    for number in (1, 4):
        made = simulate(np.random.default_rng([7, number]), "clean")
        high, low = max(made.spectrum.axis.limits_ppm), min(made.spectrum.axis.limits_ppm)
        peaks = tuple(
            Peak(x.ppm, x.height, fwhm_hz=x.fwhm_hz)
            for x in made.lines
            if x.height > 6 * made.sigma
        )
        region = Region(high, low)
        examples.append(Example(f"made {number}", made.spectrum, (region,), peaks))
    write_run_folder(folder, examples, Options("cnn", epochs=3, simulated_share=0.1, seed=3))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="only on systems with SIGKILL")
def test_a_killed_retraining_goes_on_from_its_run_folder(start, tmp_path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    write_run(whole)
    write_run(cut)
    (expected,) = told(events_of(start("--run", str(whole))), "result")
    killed_after_epoch(start("--run", str(cut)), 1)
    events = events_of(start("--run", str(cut)))
    assert [event["epoch"] for event in told(events, "resumed", "epoch")] == [1, 2, 3]
    (result,) = told(events, "result")
    assert {**result, "seconds": 0} == {**expected, "seconds": 0}
    assert same_weights(whole / "cnn-retrained.safetensors", cut / "cnn-retrained.safetensors")
    assert not (cut / "run.checkpoint").exists()
    assert "resumed" in (cut / "run.log.jsonl").read_text()
    card = load_copy(cut / "cnn-retrained.json").card
    assert card.metrics["benchmark"] == result["benchmark"]
    assert result["benchmark"]["spectra"] == 3
    assert len(result["benchmark"]["new"]["kinds"]) == 3
    phases = list(dict.fromkeys(event["text"] for event in told(events, "progress")))
    assert phases[-4:] == [
        "judging peaks",
        "calibrating the confidence",
        "judging on the held-out regions",
        "comparing on the benchmark",
    ]
