from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from nmrquanv.progress import Cancelled
from nmrquanv.session import jobs
from nmrquanv.session.jobs import Job, Lane


class Endings:
    """Writes down how jobs ended, in order, and on which thread."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []
        self.threads: set[QThread] = set()

    def follow(self, job: Job, name: str = "") -> Job:
        job.succeeded.connect(lambda result: self._note("succeeded", name or result))
        job.failed.connect(lambda error: self._note("failed", name or error))
        job.cancelled.connect(lambda: self._note("cancelled", name))
        return job

    def _note(self, how: str, what: object) -> None:
        self.heard.append((how, what))
        self.threads.add(QThread.currentThread())


def until_cancelled(report):
    """Work that only a cancellation ends."""
    pause = threading.Event()
    while True:
        report(0, 1, "working")
        pause.wait(0.005)


def test_a_job_runs_in_another_thread_and_ends_on_this_one(qtbot) -> None:
    endings = Endings()
    job = endings.follow(Job(lambda _report: threading.get_ident()))
    with qtbot.waitSignal(job.ended):
        job.start()
        assert job.is_running
    (how, ident), here = endings.heard[0], threading.get_ident()
    assert how == "succeeded"
    assert ident != here
    assert endings.threads == {QThread.currentThread()}
    assert not job.is_running
    assert len(endings.heard) == 1


def test_progress_arrives_on_the_gui_thread_and_ends_before_the_result(qtbot) -> None:
    heard = []
    job = Job(lambda report: [report(k, 3, f"step {k}") for k in range(1, 4)])
    job.progressed.connect(lambda *args: heard.append((args, QThread.currentThread())))
    job.succeeded.connect(lambda _: heard.append("end"))
    with qtbot.waitSignal(job.ended):
        job.start()
    assert heard[-2:] == [((3, 3, "step 3"), QThread.currentThread()), "end"]


@pytest.mark.parametrize("error", [ValueError("wrong"), KeyError("gone"), MemoryError()])
def test_an_error_is_handed_over(qtbot, error) -> None:
    def work(_report):
        raise error

    job = Job(work)
    endings = Endings()
    endings.follow(job)
    with qtbot.waitSignal(job.ended):
        job.start()
    assert endings.heard == [("failed", error)]


def test_cancelling_raises_in_the_function_and_ends_in_cancelled(qtbot) -> None:
    seen = []

    def work(report):
        try:
            until_cancelled(report)
        except Cancelled:
            seen.append("cancelled")
            raise

    endings = Endings()
    job = endings.follow(Job(work))
    with qtbot.waitSignal(job.progressed):
        job.start()
    with qtbot.waitSignal(job.ended):
        job.cancel()
    assert seen == ["cancelled"]
    assert endings.heard == [("cancelled", "")]


def test_a_cancelled_job_never_succeeds_even_if_it_had_finished(qtbot) -> None:
    gate = threading.Event()
    endings = Endings()
    job = endings.follow(Job(lambda _report: gate.wait()))
    with qtbot.waitSignal(job.ended):
        job.start()
        job.cancel()
        gate.set()
    assert endings.heard == [("cancelled", "")]


def test_a_job_that_never_started_can_be_cancelled() -> None:
    endings = Endings()
    endings.follow(Job(until_cancelled)).cancel()
    assert endings.heard == [("cancelled", "")]


def test_a_job_runs_once(qtbot) -> None:
    job = Job(lambda _report: 1)
    with qtbot.waitSignal(job.ended):
        job.start()
    with pytest.raises(RuntimeError, match="once"):
        job.start()


def test_the_newest_request_wins(qtbot) -> None:
    endings, lane = Endings(), Lane(is_newest_first=True)
    names = ("first", "second", "third")
    works = (until_cancelled, until_cancelled, lambda _report: 3)
    submitted = [endings.follow(Job(w), n) for w, n in zip(works, names, strict=True)]
    with qtbot.waitSignal(submitted[2].ended):
        for job in submitted:
            lane.submit(job)
    assert sorted(endings.heard) == [
        ("cancelled", "first"),
        ("cancelled", "second"),
        ("succeeded", "third"),
    ]
    assert not lane.is_busy


def test_within_a_gesture_the_running_one_ends_and_only_waiting_ones_are_replaced(qtbot) -> None:
    gate = threading.Event()
    endings, lane = Endings(), Lane(is_newest_first=True)
    works = (lambda _report: gate.wait(), lambda _report: 2, lambda _report: 3)
    submitted = [endings.follow(Job(w), n) for w, n in zip(works, "abc", strict=True)]
    for job in submitted:
        lane.submit(job, lets_running_end=True)
    with qtbot.waitSignal(submitted[2].ended):
        gate.set()
    assert endings.heard == [("cancelled", "b"), ("succeeded", "a"), ("succeeded", "c")]


def test_jobs_of_a_queue_run_one_after_the_other(qtbot) -> None:
    endings, lane = Endings(), Lane(is_newest_first=False)
    submitted = [endings.follow(Job(lambda _report, k=k: k), f"job {k}") for k in range(4)]
    with qtbot.waitSignal(submitted[-1].ended):
        for job in submitted:
            lane.submit(job)
    assert endings.heard == [("succeeded", f"job {k}") for k in range(4)]


def test_a_failing_job_does_not_stop_the_queue(qtbot) -> None:
    endings, lane = Endings(), Lane(is_newest_first=False)
    first, second = Job(lambda _report: 1 / 0), Job(lambda _report: 2)
    endings.follow(first, "first")
    endings.follow(second, "second")
    with qtbot.waitSignal(second.ended):
        lane.submit(first)
        lane.submit(second)
    assert endings.heard == [("failed", "first"), ("succeeded", "second")]


def test_shutting_down_ends_everything_without_an_event_loop() -> None:
    endings, lane = Endings(), Lane(is_newest_first=False)
    for name in "abc":
        lane.submit(endings.follow(Job(until_cancelled), name))
    jobs.shut_down()
    assert sorted(endings.heard) == [("cancelled", name) for name in "abc"]
    assert not jobs._running


def test_many_short_jobs_leave_nothing_behind(qtbot) -> None:
    endings, lane = Endings(), Lane(is_newest_first=False)
    submitted = [endings.follow(Job(lambda report: report(1, 1, "x"))) for _ in range(100)]
    with qtbot.waitSignal(submitted[-1].ended):
        for job in submitted:
            lane.submit(job)
    assert [how for how, _ in endings.heard] == ["succeeded"] * 100
