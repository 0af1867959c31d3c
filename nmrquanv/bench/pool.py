"""Independent pieces of work over several processes, in order, with progress, interruptible."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar

from nmrquanv.processes import end_with_parent
from nmrquanv.progress import Report

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Pool:
    """Processes that work at the same time; none: the work is done here.

    Parameters
    ----------
    executor : ProcessPoolExecutor or None
    report : Report
        Called when a piece is done; may cancel.
    """

    executor: ProcessPoolExecutor | None
    report: Report

    def each(
        self, function: Callable[[_Task], _Result], tasks: Sequence[_Task], text: str
    ) -> list[_Result]:
        """Return ``function(task)`` for every task, in their order.

        Parameters
        ----------
        function : callable
            Importable by its name, or a partial of such a one.
        tasks : sequence
        text : str
            For the report.
        """
        self.report(0, len(tasks), text)
        results: dict[int, _Result] = {}
        if self.executor is None:
            for i, task in enumerate(tasks):
                results[i] = function(task)
                self.report(i + 1, len(tasks), text)
        else:
            waiting = {self.executor.submit(function, task): i for i, task in enumerate(tasks)}
            for done, future in enumerate(as_completed(waiting)):
                results[waiting[future]] = future.result()
                self.report(done + 1, len(tasks), text)
        return [results[i] for i in range(len(tasks))]


@contextmanager
def pool(workers: int, report: Report) -> Iterator[Pool]:
    """Start a pool of processes of one thread each, and end it whatever happens.

    Notes
    -----
    A Ctrl+C reaches this process only: what waits is dropped, what goes on (a spectrum each)
    comes to its end.
    """
    if workers < 2:
        yield Pool(None, report)
        return
    context = get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(workers, context, initializer=_begin) as executor:
        try:
            with _deaf_to_ctrl_c():
                for _ in range(workers):  # each starts a process: none is idle yet
                    executor.submit(os.getpid)
            yield Pool(executor, report)
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Ignore Ctrl+C, so that processes that start meanwhile ignore it all their life."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin() -> None:
    import torch

    torch.set_num_threads(1)
    end_with_parent()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes that start meanwhile use one thread: libraries read it when they load."""
    before: dict[str, Any] = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
