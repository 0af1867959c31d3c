"""The one pool: results in order, faults and deaths by name, and nothing left behind."""

from __future__ import annotations

import gc
import math
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from nmrquanv.errors import FormatError, WorkerError
from nmrquanv.pool import Pool
from nmrquanv.processes import cores, uncollected
from nmrquanv.progress import Cancelled, silent_report

WAIT_S = 60


def killed_once(mark: Path, number: int) -> int:
    """Return the number; the first time that 2 comes along, die."""
    if number == 2 and not mark.exists():
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def always_killed(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def raises(error: Exception, number: int) -> None:
    raise error


def threads_and_ctrl_c(_: int) -> tuple[str, bool]:
    return os.environ["OMP_NUM_THREADS"], signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def waits(mark: Path) -> None:
    mark.with_suffix(".half").write_text(str(os.getpid()))
    mark.with_suffix(".half").rename(mark)
    time.sleep(WAIT_S)


class OddError(Exception):
    """An exception that cannot be unpickled."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


@pytest.mark.parametrize("count", [0, 2])
def test_results_come_in_the_order_of_the_tasks(count) -> None:
    told = []
    with Pool(count) as pool:
        for _ in range(2):  # a pool is used again
            found = list(pool.each(math.sqrt, [9, 4, 1], lambda *t: told.append(t), "roots"))
            assert found == [3, 2, 1]
    assert told == 2 * [(i, 3, "roots") for i in range(4)]


@pytest.mark.parametrize("count", [0, 2])
def test_it_can_be_cancelled(count) -> None:
    def cancel(done: int, total: int, text: str) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled), Pool(count) as pool:
        list(pool.each(abs, [-1, -2, -3], cancel, "numbers"))


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with signals")
def test_a_killed_process_loses_nothing_and_a_deadly_task_has_a_name(tmp_path) -> None:
    with Pool(2) as pool:
        work = partial(killed_once, tmp_path / "mark")
        assert list(pool.each(work, range(5), silent_report, "x")) == list(range(5))
        with pytest.raises(WorkerError, match="counting: its process ended with code -9, 2 times"):
            list(pool.each(always_killed, [1], silent_report, "counting"))
        assert list(pool.each(abs, [-1], silent_report, "x")) == [1]


def test_an_exception_comes_back_as_it_is_and_says_where() -> None:
    with Pool(1) as pool:
        with pytest.raises(FormatError, match="no such thing") as caught:
            list(pool.each(partial(raises, FormatError("no such thing")), [1], silent_report, ""))
        assert "in raises" in caught.value.__notes__[0]
        pool.start(1, make_odd)
        assert repr(pool.wait()[0].value) == "RuntimeError('OddError: one two')"
        pool.start(2, abs, -1)  # none of it has cost the process its life
        assert pool.wait()[0].value == 1


def make_odd() -> None:
    raise OddError("one", "two")


def test_a_process_uses_one_thread_and_leaves_ctrl_c_to_its_parent() -> None:
    with Pool(1) as pool:
        assert list(pool.each(threads_and_ctrl_c, [1], silent_report, "")) == [("1", True)]


def test_stopping_ends_what_goes_on(tmp_path) -> None:
    pool, mark = Pool(1), tmp_path / "mark"
    pool.start("a", waits, mark)
    deadline = time.monotonic() + WAIT_S
    while not mark.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pool.stop()
    assert not psutil.pid_exists(int(mark.read_text()))


def test_cores_are_those_that_this_process_may_use(monkeypatch) -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    monkeypatch.delattr(psutil.Process, "cpu_affinity")  # as on macOS
    assert cores() == os.cpu_count()


@pytest.mark.parametrize("collects", [True, False])
def test_the_collector_leaves_out_what_is_imported_and_is_as_before(collects: bool) -> None:
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        with uncollected():
            assert not gc.isenabled()
            kept = [[] for _ in range(1000)]
        assert gc.isenabled() == collects
        assert gc.get_freeze_count() > len(kept)
    finally:
        gc.unfreeze()
        (gc.enable if before else gc.disable)()
