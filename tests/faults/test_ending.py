"""A person works; the plug is pulled, or the system ends the program: everything comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nmrquanv.io.recovery_file import STATE
from nmrquanv.session.settings_file import SCHEMA

_SCRIPT = Path(__file__).with_name("ending_flows.py")
_ROOT = _SCRIPT.parents[2]
LOST_AT_MOST_S, ENDS_WITHIN_S = 10.0, 2.0
BUSY = 2
"""Times as much is let pass: what else runs beside the tests."""
POSIX = pytest.mark.skipif(os.name == "nt", reason="only on systems with these signals")

Start = Callable[..., subprocess.Popen]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the folder of recoveries of the programs that are started; they search quickly."""
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"schema": SCHEMA, "finders": ["classical"]}))
    return tmp_path / "data" / "recovery"


@pytest.fixture
def start(tmp_path: Path, data: Path) -> Iterator[Start]:
    """Start the program with somebody at its window."""
    environment = os.environ | {
        "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1",
        "NMRQUANV_DATA": str(data.parent), "NMRQUANV_SETTINGS": str(tmp_path / "settings.json"),
    }  # fmt: skip
    running: list[subprocess.Popen] = []

    def start(*words: object) -> subprocess.Popen:
        command = [sys.executable, "-X", "faulthandler", str(_SCRIPT), *map(str, words)]
        pipe, errors = subprocess.PIPE, (tmp_path / "errors").open("ab")
        with errors:
            running.append(subprocess.Popen(command, stdout=pipe, stderr=errors, env=environment))
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.communicate()


def told(program: subprocess.Popen) -> dict:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, f"the program ended with {program.wait()}"
    return json.loads(line)


def recovered(start: Start, data: Path) -> dict:
    """Start the program anew, open what it offers by a click, close it; return what was shown."""
    second = start("second")
    shown = told(second)
    assert second.wait(60) == 0
    assert list(data.iterdir()) == []  # closed on purpose
    return shown


@POSIX
def test_the_plug_is_pulled_ten_seconds_after_the_last_edit(start, data, examples) -> None:
    first = start("first", examples / "bruker_1h_menthol" / "10")
    edited = told(first)["edited"]
    until = time.monotonic() + LOST_AT_MOST_S
    while not any(b'"Add Integral"' in p.read_bytes() for p in data.glob(f"*/*/{STATE}")):
        assert time.monotonic() < until, "not written within ten seconds"
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    assert first.wait(10) == -signal.SIGKILL
    shown = recovered(start, data)
    assert shown["recovered"] == edited
    assert shown["is_modified"]
    name, _when, action, file, note = shown["listed"]
    assert (name, action, file, note) == (
        "bruker_1h_menthol/10",
        "Add Integral",
        "not saved yet",
        "",
    )


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_system_ends_the_program_right_after_an_edit(start, data, examples, number) -> None:
    first = start("first", examples / "bruker_1h_menthol" / "10")
    edited = told(first)["edited"]
    asked = time.monotonic()
    first.send_signal(number)
    assert first.wait(60) == (130 if number == signal.SIGINT else 0)
    assert time.monotonic() - asked < BUSY * ENDS_WITHIN_S
    if number == signal.SIGTERM:
        assert recovered(start, data)["recovered"] == edited
    else:
        (state,) = data.glob(f"*/*/{STATE}")
        assert b'"Add Integral"' in state.read_bytes()


@POSIX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_training_and_a_study_outlive_the_window_and_are_found(
    start, data, examples, number
) -> None:
    first = start("begins", examples / "bruker_1h_menthol" / "10")
    assert told(first)["began"] == ["Training runs", "Study runs"]
    first.send_signal(number)
    assert first.wait(10) == (0 if number == signal.SIGTERM else -number)
    second = start("finds")
    found = told(second)
    assert found["found"] == ["Training runs", "Study runs"]
    assert found["folder"] == str(data.parent / "elsewhere")
    assert second.wait(60) == 0
    assert list((data.parent / "children").iterdir()) == []
