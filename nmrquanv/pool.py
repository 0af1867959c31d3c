"""The one pool of processes that work for this one.

A process of the pool does one task at a time on one thread, tells how far it is, and ends when
this process does, however that ends. One that dies loses its task and is replaced; the others go
on. A Ctrl+C reaches this process only.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Literal, TypeVar

from nmrquanv.errors import WorkerError
from nmrquanv.processes import deaf_to_ctrl_c, describe, end_with_parent, one_thread_each
from nmrquanv.progress import Report

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

LIVES = 2
"""How often a task is begun whose process dies."""

_TELL_S = 0.5
_STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a process says of its task.

    Parameters
    ----------
    kind : "progress" | "done" | "failed" | "lost"
    key : object
        Of the task.
    value : object
        A share from 0 to 1; the result; the exception; or, of a process that died, a text.
    """

    kind: Literal["progress", "done", "failed", "lost"]
    key: Any
    value: Any


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    is_busy: bool = False
    key: Any = None


@dataclass(slots=True)
class Pool:
    """Processes that do tasks at the same time; each starts when it is first needed.

    Parameters
    ----------
    count : int
        Processes; with 0, :meth:`each` does the work here.
    """

    count: int
    _workers: list[_Worker] = field(default_factory=list)

    def __enter__(self) -> Pool:
        """Use the pool; it ends with the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all processes."""
        self.stop()

    def start(
        self, key: object, function: Callable[..., Any], *arguments: Any, tells: bool = False
    ) -> None:
        """Begin a task in an idle process, or in a new one; there must be a free one.

        Parameters
        ----------
        key : object
            By which :meth:`wait` names the task.
        function : callable
            Importable by its name, or a partial of such a one.
        *arguments : object
        tells : bool
            The function takes a :class:`~nmrquanv.progress.Report` besides, as its last argument.
        """
        worker = next((w for w in self._workers if not w.is_busy), None) or self._new()
        worker.is_busy, worker.key = True, key
        with contextlib.suppress(BrokenPipeError):  # it died while idle: wait() will tell
            worker.pipe.send((function, arguments, tells))

    def wait(self, seconds: float | None = None) -> list[Said]:
        """Return what was said, after at most so many seconds."""
        ready = wait([w.pipe for w in self._workers], seconds)
        return [said for w in list(self._workers) if w.pipe in ready for said in self._heard(w)]

    def stop(self) -> None:
        """End all processes at once; tasks that go on are lost."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            _bury(worker)
        self._workers.clear()

    def each(
        self,
        function: Callable[[_Task], _Result],
        tasks: Sequence[_Task],
        report: Report,
        text: str,
    ) -> Iterator[_Result]:
        """Yield ``function(task)`` for every task, in their order.

        Parameters
        ----------
        function : callable
            Importable by its name, or a partial of such a one.
        tasks : sequence
        report : Report
            Called when a task is done; may cancel.
        text : str
            What is being done.

        Raises
        ------
        WorkerError
            The processes of one task died :data:`LIVES` times.
        """
        report(0, len(tasks), text)
        if self.count == 0:
            for number, task in enumerate(tasks):
                result = function(task)
                report(number + 1, len(tasks), text)
                yield result
            return
        waiting, lives = deque(range(len(tasks))), [LIVES] * len(tasks)
        results: dict[int, _Result] = {}
        done = given = 0
        while given < len(tasks):
            while waiting and self._has_room():
                number = waiting.popleft()
                self.start(number, function, tasks[number])
            for said in self.wait():
                if said.kind == "lost":
                    waiting.appendleft(said.key)
                    _spend_a_life(lives, said, text)
                elif said.kind == "failed":
                    raise said.value
                elif said.kind == "done":
                    results[said.key] = said.value
                    done += 1
                    report(done, len(tasks), text)
            while given in results:
                yield results.pop(given)
                given += 1

    def _has_room(self) -> bool:
        return sum(w.is_busy for w in self._workers) < self.count

    def _new(self) -> _Worker:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs,), daemon=True)
        with one_thread_each(), deaf_to_ctrl_c():
            process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]

    def _heard(self, worker: _Worker) -> list[Said]:
        """Read what a process has said so far; an end of file means that it is dead."""
        said = []
        try:
            while worker.pipe.poll():
                kind, value = worker.pipe.recv()
                said.append(Said(kind, worker.key, value))
                if kind != "progress":
                    worker.is_busy = False
        except (EOFError, OSError):
            self._workers.remove(worker)
            _bury(worker)
            if worker.is_busy:
                code = worker.process.exitcode
                said.append(Said("lost", worker.key, f"its process ended with code {code}"))
        return said


def _spend_a_life(lives: list[int], said: Said, text: str) -> None:
    lives[said.key] -= 1
    if lives[said.key] == 0:
        raise WorkerError(
            f"{text}: {said.value}, {LIVES} times (killed from outside, or is memory short?)"
        )


def _bury(worker: _Worker) -> None:
    worker.process.join(_STOP_S)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.pipe.close()


def _work(pipe: Connection) -> None:
    """Do tasks as they come in, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            try:
                function, arguments, tells = pipe.recv()
                more = (_telling(pipe),) if tells else ()
                answer = ("done", function(*arguments, *more))
            except (EOFError, BrokenPipeError):
                raise
            except Exception as error:  # noqa: BLE001  (told, and raised over there)
                error.add_note(traceback.format_exc())
                answer = ("failed", _portable(error))
            pipe.send(answer)


def _telling(pipe: Connection) -> Report:
    """Return a report that says through the pipe, now and then, how far a task is."""
    told = 0.0

    def report(done: int, total: int, text: str) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_S:
            told = time.monotonic()
            pipe.send(("progress", done / max(total, 1)))

    return report


def _portable(error: Exception) -> Exception:
    """Return an exception that another process can unpickle; itself, if it is one."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001  (whatever its own making raises)
        return RuntimeError(describe(error))
    return error
