from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nmrquanv.errors import TrainingError
from nmrquanv.session import child_run
from nmrquanv.session.child_run import ChildRun, own_command_line

PRELUDE = """
import json, sys
def tell(**event):
    print(json.dumps(event), flush=True)
"""


class Heard:
    def __init__(self, script: str) -> None:
        self.run = ChildRun([sys.executable, "-c", PRELUDE + script])
        self.progress: list[tuple] = []
        self.events: list[dict] = []
        self.endings: list[tuple[str, object]] = []
        self.run.progressed.connect(lambda *args: self.progress.append(args))
        self.run.event_received.connect(self.events.append)
        self.run.succeeded.connect(lambda event: self.endings.append(("succeeded", event)))
        self.run.failed.connect(lambda error: self.endings.append(("failed", error)))
        self.run.cancelled.connect(lambda: self.endings.append(("cancelled", None)))


def ended(qtbot, script: str) -> Heard:
    heard = Heard(script)
    with qtbot.waitSignal(heard.run.ended, timeout=20_000):
        heard.run.start()
    assert len(heard.endings) == 1
    assert not heard.run.is_running
    return heard


def test_progress_events_and_result_are_told_in_order(qtbot) -> None:
    heard = ended(
        qtbot,
        """
tell(event="start", text="µ")
print("not JSON")
tell(event="progress", done=1, total=2, text="epoch 1")
sys.stdout.write('{"event": "ep'); sys.stdout.flush()
sys.stdout.write('och", "f1": 0.5}\\n')
sys.stdout.write('{"event": "result", "path": "new.json", "stopped": false}')
""",
    )
    assert heard.progress == [(1, 2, "epoch 1")]
    assert [e["event"] for e in heard.events] == ["start", "epoch", "result"]
    assert heard.events[0]["text"] == "µ"
    assert heard.endings[0][0] == "succeeded"
    assert heard.endings[0][1]["path"] == "new.json"


def test_stop_is_a_line_on_the_childs_input(qtbot) -> None:
    heard = Heard(
        """
tell(event="start")
assert sys.stdin.readline() == "stop\\n"
tell(event="result", stopped=True)
"""
    )
    with qtbot.waitSignal(heard.run.event_received, timeout=20_000):
        heard.run.start()
    with qtbot.waitSignal(heard.run.ended, timeout=20_000):
        heard.run.stop()
    assert heard.endings[0][1]["stopped"] is True


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ('tell(event="error", message="too few peaks"); sys.exit(1)', "too few peaks"),
        ('sys.stderr.write("no torch here\\n"); sys.exit(3)', "exit code 3: no torch here"),
        ("raise ZeroDivisionError('oh')", "ZeroDivisionError: oh"),
        ("pass", "without a result"),
        ('tell(event="result"); sys.exit(1)', "exit code 1"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed"),
    ],
)
def test_a_child_that_goes_wrong_is_reported_in_its_own_words(qtbot, script, says) -> None:
    ((how, error),) = ended(qtbot, script).endings
    assert how == "failed"
    assert isinstance(error, TrainingError)
    assert says in str(error)


def test_a_program_that_is_not_there_is_reported(qtbot) -> None:
    run = ChildRun(["/nowhere/python"])
    with qtbot.waitSignal(run.failed) as signal:
        run.start()
    assert "/nowhere/python cannot be started" in str(signal.args[0])
    assert not run.is_running


def test_killing_ends_in_cancelled(qtbot) -> None:
    heard = Heard('tell(event="start"); sys.stdin.readline()')
    with qtbot.waitSignal(heard.run.event_received, timeout=20_000):
        heard.run.start()
    with qtbot.waitSignal(heard.run.ended, timeout=20_000):
        heard.run.kill()
    assert heard.endings == [("cancelled", None)]


def test_shutting_down_ends_a_child_that_does_not_listen(qtbot) -> None:
    heard = Heard('tell(event="start")\nwhile True: sys.stdin.readline()')
    with qtbot.waitSignal(heard.run.event_received, timeout=20_000):
        heard.run.start()
    child_run.shut_down()
    assert heard.endings == [("cancelled", None)]


@pytest.mark.skipif(os.name != "posix", reason="only on systems with process groups")
def test_killing_takes_the_childs_own_workers_along(qtbot) -> None:
    heard = Heard(
        """
import subprocess
worker = subprocess.Popen(
    [sys.executable, "-c", "print('up', flush=True); input()"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
worker.stdout.readline()
tell(event="start", worker=worker.pid)
sys.stdin.readline()
"""
    )
    with qtbot.waitSignal(heard.run.event_received, timeout=20_000):
        heard.run.start()
    worker = Path("/proc", str(heard.events[0]["worker"]), "cmdline")
    had_proc = worker.exists()
    with qtbot.waitSignal(heard.run.ended, timeout=20_000):
        heard.run.kill()
    # a dead process that nobody has waited for yet has an empty command line
    qtbot.waitUntil(lambda: not worker.exists() or not worker.read_bytes())
    assert had_proc or not Path("/proc/self").exists()


def test_the_programs_own_command_line_is_called(monkeypatch) -> None:
    assert own_command_line("train") == [sys.executable, "-m", "nmrquanv", "train"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command_line("train") == [sys.executable, "train"]
