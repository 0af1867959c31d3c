"""``nmrquanv --self-test``: the main job of an installation, and what it says where it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROKEN = """
import sys
from nmrquanv.cli import execute
from nmrquanv.gui import self_test
self_test.{name} = {value}
sys.exit(execute(["--self-test"]))
"""


def start(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    settings = {"NMRQUANV_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
        env=os.environ | settings | {"TMPDIR": str(folder)},
    )


@pytest.mark.slow
def test_the_main_job_is_done_and_nothing_is_left(tmp_path: Path) -> None:
    done = start("-m", "nmrquanv", "--self-test", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("opened bruker_1h_aspirin_fidonly/1: 32768 points")
    assert [line.split()[0] for line in lines[1:3]] == ["quanv", "cnn"]
    assert "opened again: the same peaks" in lines
    assert lines[-1].endswith("works")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("EXAMPLE", "'models/quanv.json'", "after 'start': "),
        ("NETWORKS", "('nobody',)", "nobody found no peaks"),
    ],
)
def test_what_does_not_work_is_told(name: str, value: str, told: str, tmp_path: Path) -> None:
    done = start("-c", BROKEN.format(name=name, value=value), folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "self-test failed after" in done.stdout
    assert told in done.stdout


@pytest.mark.parametrize(
    ("share", "seconds", "told"),
    [
        (0.003, 200.0, "nothing happened for 120 s"),  # it only looks whether the step is over
        (0.03, 3_000.0, None),  # thirty others want the processor
        (1.0, 590.0, None),
        (1.0, 650.0, "not done after 600 s"),
    ],
)
def test_a_busy_computer_is_waited_for_and_a_step_that_hangs_is_not(
    share: float, seconds: float, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nmrquanv.errors import NmrQuanvError
    from nmrquanv.gui import self_test

    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], process_time=lambda: share * now[0])
    monkeypatch.setattr(self_test, "time", clock)
    patience = self_test._Patience(0.0, 0.0, 0.0)
    said = None
    while said is None and now[0] < seconds:
        now[0] += 0.25
        try:
            patience.check()
        except NmrQuanvError as error:
            said = str(error)
    assert (said is None) == (told is None), said
    assert told is None or told in str(said)


def test_it_takes_no_path(run_command: Callable[..., tuple[int, str, str]]) -> None:
    code, _, err = run_command("--self-test", ROOT)
    assert code == 2
    assert "takes no PATH" in err
