from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from nmrquanv.errors import NmrQuanvError
from nmrquanv.session import child_process
from nmrquanv.session.study_run import StudyChoice, StudyRun

FAKE = Path(__file__).with_name("fake_study.py")


class Heard:
    def __init__(self, run: StudyRun) -> None:
        self.run = run
        self.progress: list[tuple] = []
        self.endings: list[tuple[str, object]] = []
        run.progressed.connect(lambda *args: self.progress.append(args))
        run.succeeded.connect(lambda event: self.endings.append(("succeeded", event)))
        run.failed.connect(lambda error: self.endings.append(("failed", str(error))))
        run.cancelled.connect(lambda: self.endings.append(("cancelled", None)))


@pytest.fixture
def choice(tmp_path) -> StudyChoice:
    return StudyChoice("ansatz", "quick", str(tmp_path / "a study"))


@pytest.fixture
def make_run(qapp, choice):
    made = []

    def make(how: str) -> Heard:
        run = StudyRun([sys.executable, str(FAKE), how])
        made.append(run)
        return Heard(run)

    yield make
    for run in made:
        run.goes_on_alone = False
        run.shut_down()
    for left in child_process.known("study"):
        left.kill()
        left.forget()


def processes() -> list[child_process.ChildProcess]:
    return list(child_process.known("study"))


def until_waiting(qtbot, heard: Heard, choice: StudyChoice) -> int:
    """Start, and return the child's number once it waits."""
    with qtbot.waitSignal(heard.run.progressed, timeout=20_000):
        heard.run.start(choice)
    (process,) = processes()
    assert process.is_alive()
    return process.record.pid


def is_over(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:  # ended, but nobody has collected it yet
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_progress_and_result_come_out_of_a_file(qtbot, make_run, choice) -> None:
    heard = make_run("works")
    with qtbot.waitSignal(heard.run.succeeded, timeout=20_000):
        heard.run.start(choice)
    assert heard.progress == [(250, 1000, "1 of 4 runs, about 3 min left")]
    assert [how for how, _ in heard.endings] == ["succeeded"]
    assert heard.endings[0][1]["stopped"] is False
    assert not heard.run.is_running
    assert processes() == []
    assert "record.json" not in os.listdir(choice.folder)


def test_stop_ends_it_with_what_is_finished(qtbot, make_run, choice) -> None:
    heard = make_run("waits")
    until_waiting(qtbot, heard, choice)
    with qtbot.waitSignal(heard.run.succeeded, timeout=20_000):
        heard.run.stop()
    assert heard.endings[0][1]["stopped"] is True


def test_stopping_twice_ends_one_that_does_not_listen(qtbot, make_run, choice) -> None:
    heard = make_run("deaf")
    pid = until_waiting(qtbot, heard, choice)
    heard.run.stop()
    assert heard.run.is_stopping
    assert heard.run.is_running
    with qtbot.waitSignal(heard.run.cancelled, timeout=20_000):
        heard.run.stop()
    assert heard.endings == [("cancelled", None)]
    qtbot.waitUntil(lambda: is_over(pid))


@pytest.mark.parametrize(
    ("how", "says"),
    [("fails", "no such noise preset"), ("crashes", "exit code 3: MemoryError: no more")],
)
def test_failures_are_told_in_the_childs_own_words(qtbot, make_run, choice, how, says) -> None:
    heard = make_run(how)
    with qtbot.waitSignal(heard.run.failed, timeout=20_000):
        heard.run.start(choice)
    assert len(heard.endings) == 1
    assert says in heard.endings[0][1]


def test_a_killed_child_is_noticed(qtbot, make_run, choice) -> None:
    heard = make_run("waits")
    pid = until_waiting(qtbot, heard, choice)
    with qtbot.waitSignal(heard.run.failed, timeout=20_000):
        os.kill(pid, signal.SIGKILL)


def test_a_program_that_is_not_there_is_reported(qapp, choice) -> None:
    run = StudyRun(["/nowhere/nmrquanv"])
    with pytest.raises(NmrQuanvError, match="/nowhere/nmrquanv cannot be started"):
        run.start(choice)
    assert not run.is_running
    assert not run.find(choice.folder)


def test_a_folder_that_cannot_be_written_to_is_named(qapp, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    run = StudyRun(["/nowhere/nmrquanv"])
    with pytest.raises(NmrQuanvError, match="file"):
        run.start(StudyChoice("ansatz", "quick", str(tmp_path / "file" / "study")))
    assert not run.is_running


def test_it_goes_on_after_the_window_and_the_next_one_finds_it(qtbot, make_run, choice) -> None:
    before = make_run("waits")
    pid = until_waiting(qtbot, before, choice)
    before.run.goes_on_alone = True
    before.run.shut_down()
    assert not before.run.is_running
    assert before.endings == []
    assert not is_over(pid)

    after = make_run("waits")
    with qtbot.waitSignal(after.run.progressed, timeout=20_000):
        assert after.run.find(choice.folder)
    assert after.run.choice == choice
    assert after.run.goes_on_alone
    with qtbot.waitSignal(after.run.succeeded, timeout=20_000):
        after.run.stop()
    assert after.endings[0][1]["stopped"] is True


def test_one_that_ended_while_no_window_was_open_is_told_once(qtbot, make_run, choice) -> None:
    before = make_run("waits")
    until_waiting(qtbot, before, choice)
    before.run.goes_on_alone = True
    before.run.shut_down()
    (process,) = processes()
    process.stop()
    qtbot.waitUntil(lambda: not process.is_alive(), timeout=20_000)
    after = make_run("waits")
    with qtbot.waitSignal(after.run.succeeded, timeout=20_000):
        assert after.run.find(choice.folder)
    assert not make_run("waits").run.find(choice.folder)


def test_without_that_wish_it_ends_with_the_window(qtbot, make_run, choice) -> None:
    heard = make_run("deaf")
    pid = until_waiting(qtbot, heard, choice)
    heard.run.shut_down()
    qtbot.waitUntil(lambda: is_over(pid))
    assert processes() == []


def test_two_never_work_in_one_folder(qtbot, make_run, choice) -> None:
    first, second = make_run("waits"), make_run("works")
    until_waiting(qtbot, first, choice)
    with pytest.raises(NmrQuanvError, match="already"):
        first.run.start(choice)
    with pytest.raises(NmrQuanvError, match="another window"):
        second.run.start(choice)


def test_the_same_folder_by_another_name_is_the_same(qtbot, make_run, choice, tmp_path) -> None:
    until_waiting(qtbot, make_run("waits"), choice)
    link = tmp_path / "link"
    link.symlink_to(choice.folder)
    other = make_run("works")
    with pytest.raises(NmrQuanvError, match="another window"):
        other.run.start(StudyChoice("ansatz", "quick", str(link)))
