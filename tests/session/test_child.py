"""A child process: what it tells, how it ends, and that nothing but it is ever signalled."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from nmrquanv.errors import NmrQuanvError
from nmrquanv.paths import user_data
from nmrquanv.session import child, child_process
from nmrquanv.session.child import Child, CutError
from nmrquanv.session.child_process import RECORD, own_command_line

WAIT_MS = 20_000
PRELUDE = """
import json, os, sys, time
from pathlib import Path
def tell(**event):
    print(json.dumps(event), flush=True)
def wait():
    while not Path(os.environ["NMRQUANV_CHILD"], "stop").exists():
        time.sleep(0.02)
"""
DEAF = 'tell(event="start", pid=os.getpid())\ntime.sleep(60)'


class Heard:
    """A child that runs a script, and all that was heard of it."""

    def __init__(self, script: str) -> None:
        command = [sys.executable, "-c", PRELUDE + script]
        self.child = Child(child_process.start(command, "test", {"script": script}))
        self.progress: list[tuple] = []
        self.events: list[dict] = []
        self.endings: list[tuple[str, object]] = []
        self.child.progressed.connect(lambda *args: self.progress.append(args))
        self.child.event_received.connect(self.events.append)
        self.child.succeeded.connect(lambda event: self.endings.append(("succeeded", event)))
        self.child.failed.connect(lambda error: self.endings.append(("failed", error)))
        self.child.cancelled.connect(lambda: self.endings.append(("cancelled", None)))


@pytest.fixture
def run(qtbot):
    """Start scripts; nothing of them is left at the end."""
    yield Heard
    child.shut_down()
    for left in child_process.known("test"):
        left.kill()
        left.forget()


def until_started(qtbot, heard: Heard) -> Heard:
    qtbot.waitUntil(lambda: bool(heard.events), timeout=WAIT_MS)
    return heard


def until_ended(qtbot, heard: Heard) -> Heard:
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=WAIT_MS)
    assert len(heard.endings) == 1
    assert not heard.child.is_running
    return heard


def test_progress_events_and_result_are_told_in_order(run, qtbot) -> None:
    script = """
tell(event="start", text="µ")
print("not JSON")
tell(event="progress", done=1, total=2, text="epoch 1")
sys.stdout.write('{"event": "ep'); sys.stdout.flush(); time.sleep(0.4)
sys.stdout.write('och", "f1": 0.5}\\n')
tell(event="result", path="new.json", stopped=False)
"""
    heard = until_ended(qtbot, run(script))
    assert heard.progress == [(1, 2, "epoch 1")]
    assert heard.child.progress == (1, 2, "epoch 1")
    assert [e["event"] for e in heard.events] == ["start", "epoch", "result"]
    assert heard.events[0]["text"] == "µ"
    assert heard.endings[0][0] == "succeeded"
    assert heard.endings[0][1]["path"] == "new.json"


def test_a_child_is_asked_to_stop_and_killed_the_second_time(run, qtbot) -> None:
    heard = until_started(
        qtbot, run('tell(event="start")\nwait()\ntell(event="result", stopped=True)')
    )
    heard.child.stop()
    assert until_ended(qtbot, heard).endings[0][1]["stopped"] is True

    deaf = until_started(qtbot, run(DEAF))
    deaf.child.stop()
    assert deaf.child.is_stopping
    deaf.child.stop()
    assert until_ended(qtbot, deaf).endings == [("cancelled", None)]


@pytest.mark.parametrize(
    ("script", "kind", "says"),
    [
        ('tell(event="error", message="too few"); sys.exit(1)', NmrQuanvError, "too few"),
        ('sys.stderr.write("no torch\\n"); sys.exit(3)', CutError, "exit code 3: no torch"),
        ("raise ZeroDivisionError('oh')", CutError, "ZeroDivisionError: oh"),
        ("pass", CutError, "without a result: it said nothing"),
        ("import signal; os.kill(os.getpid(), signal.SIGKILL)", CutError, "killed by signal 9"),
    ],
)
def test_a_child_that_goes_wrong_is_reported_in_its_own_words(
    run, qtbot, script, kind, says
) -> None:
    ((how, error),) = until_ended(qtbot, run(script)).endings
    assert how == "failed"
    assert type(error) is kind
    assert says in str(error)


def test_a_program_that_is_not_there_is_reported(qapp) -> None:
    with pytest.raises(NmrQuanvError, match="/nowhere/python cannot be started"):
        child_process.start(["/nowhere/python"], "test", {})
    assert list((user_data() / "children").iterdir()) == []


def test_a_data_folder_that_cannot_be_written_to_is_named(qapp, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "file"))
    with pytest.raises(NmrQuanvError, match="cannot be written to"):
        child_process.start([sys.executable], "test", {})
    assert list(child_process.known("test")) == []


@pytest.mark.skipif(os.name != "posix", reason="only on systems with process groups")
def test_killing_takes_the_childs_own_workers_along(run, qtbot) -> None:
    script = """
import subprocess
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
tell(event="start", worker=worker.pid)
time.sleep(60)
"""
    heard = until_started(qtbot, run(script))
    worker = psutil.Process(heard.events[0]["worker"])
    heard.child.kill()
    until_ended(qtbot, heard)
    qtbot.waitUntil(
        lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, timeout=WAIT_MS
    )


def test_shutting_down_ends_a_child_or_leaves_it_to_the_next_window(run, qtbot) -> None:
    ends, goes_on = until_started(qtbot, run(DEAF)), until_started(qtbot, run(DEAF))
    goes_on.child.goes_on_alone = True
    child.shut_down()
    assert ends.endings == goes_on.endings == []
    assert not psutil.pid_exists(ends.events[0]["pid"])
    assert not ends.child.process.folder.exists()
    found = child_process.left_behind("test")
    assert found.record == goes_on.child.process.record
    assert found.is_alive()


def test_only_one_window_follows_it(run, qtbot) -> None:
    heard = until_started(qtbot, run(DEAF))
    other = """
import sys
from nmrquanv.session import child_process
print(child_process.left_behind("test"), len(list(child_process.known("test"))))
"""
    command = [sys.executable, "-c", other]

    def asked() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert asked() == "None 1\n"
    heard.child.goes_on_alone = True
    heard.child.close()
    assert "ChildProcess" in asked()
    # that window has ended without a word: what it held does not count
    assert child_process.left_behind("test") is not None


# --- what cannot be trusted --------------------------------------------------------------------


@pytest.fixture
def stranger():
    """Start a process that is none of ours."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        assert process.poll() is None, "it was killed"
        process.communicate(b"\n")


@pytest.mark.parametrize("knows_start", [False, True])
def test_another_process_with_its_number_is_neither_alive_nor_killed(
    run, qtbot, stranger, knows_start
) -> None:
    heard = until_started(qtbot, run(DEAF))
    process = heard.child.process
    began = psutil.Process(stranger.pid).create_time() if knows_start else process.record.began - 60
    stolen = replace(process.record, pid=stranger.pid, began=began)
    posing = child_process.ChildProcess(process.folder, stolen)
    assert not posing.is_alive()
    posing.kill()
    time.sleep(0.1)
    assert process.is_alive()


def test_a_folder_from_elsewhere_names_nothing_that_is_killed_or_deleted(
    run, qtbot, tmp_path
) -> None:
    """Whatever lies in it, only the user's own data folder is asked."""
    heard = until_started(qtbot, run(DEAF))
    victim = tmp_path / "victim"
    victim.write_text("")
    folder = tmp_path / "study from elsewhere"
    shutil.copytree(heard.child.process.folder, folder / "children" / "0123")
    record = {**asdict(heard.child.process.record), "stop_pipe": str(victim)}
    for name in ("running.json", RECORD):
        (folder / name).write_text(json.dumps(record))
    heard.child.goes_on_alone = True
    heard.child.close()

    from nmrquanv.session.study_run import StudyChoice, StudyRun

    study = StudyRun([sys.executable, "-c", PRELUDE + 'tell(event="result", stopped=False)'])
    assert not study.find(folder)
    with qtbot.waitSignal(study.succeeded, timeout=WAIT_MS):
        study.start(StudyChoice("ansatz", "quick", str(folder)))
    assert victim.exists()
    assert heard.child.process.is_alive()
    assert (folder / "running.json").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"purpose": "test", "pid": "1"}', "[" * 100_000])
def test_a_damaged_record_is_no_process(qapp, text) -> None:
    folder = user_data() / "children" / "0123"
    folder.mkdir(parents=True)
    (folder / RECORD).write_text(text)
    assert list(child_process.known("test")) == []


def test_the_programs_own_command_line_is_called(monkeypatch) -> None:
    assert own_command_line("train") == [sys.executable, "-m", "nmrquanv", "train"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command_line("train") == [sys.executable, "train"]


def test_the_command_line_hears_the_file_that_asks_to_stop(tmp_path) -> None:
    program = """
import threading
from nmrquanv.cli.events import listen_for_stop
stop = threading.Event()
listen_for_stop(stop)
print("listens", flush=True)
print("stopped" if stop.wait(20) else "deaf")
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "NMRQUANV_CHILD": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "listens\n"
        Path(tmp_path, "stop").write_text("")
        assert process.communicate(timeout=30)[0] == "stopped\n"


THREAD_OUTLIVES_ITS_PROCESS = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(1.5,)).start()
print('{"event": "result"}', flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only on POSIX")
def test_a_process_whose_threads_are_not_gone_yet_is_still_ending_and_then_collected(
    run, qtbot
) -> None:
    heard = run(THREAD_OUTLIVES_ITS_PROCESS)
    process = heard.child.process
    one = psutil.Process(process.record.pid)
    qtbot.waitUntil(lambda: one.status() == psutil.STATUS_ZOMBIE, timeout=10_000)
    assert process.is_alive(), "its thread goes on"
    qtbot.waitUntil(lambda: not heard.child.is_running, timeout=10_000)
    assert process.exit_code == 0
    assert not psutil.pid_exists(process.record.pid), "it was collected"


@pytest.mark.skipif(sys.platform == "win32", reason="only on POSIX")
def test_a_process_that_is_going_and_shows_nothing_of_itself_is_collected(
    run, qtbot, monkeypatch
) -> None:
    heard = until_started(qtbot, run(DEAF))
    process = heard.child.process
    pid = process.record.pid
    with monkeypatch.context() as hidden:
        hidden.setattr(process, "_seen", lambda: (None, None))
        assert process.is_alive()
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: not heard.child.is_running, timeout=10_000)
    assert process.exit_code == -signal.SIGKILL
    assert not psutil.pid_exists(pid), "it was collected"
