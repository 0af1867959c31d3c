"""A batch, from its plan to its table: what is done already is not done again."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from nmrquanv.batch.ledger import Ledger, Read, Record
from nmrquanv.batch.one_search import Answer, Failure, search
from nmrquanv.batch.plan import LOG, Plan, Task
from nmrquanv.batch.report_files import Made, write_reports
from nmrquanv.batch.wanted import Wanted, card_of
from nmrquanv.errors import ExportError, LackingError, OverwriteError, WorkerError, system_errors_as
from nmrquanv.guarded import read_regular
from nmrquanv.io.placing import Placing, place
from nmrquanv.io.source_files import stamp_of
from nmrquanv.io.tables.formats import format_named
from nmrquanv.pool import LIVES, Said
from nmrquanv.progress import Emit, words
from nmrquanv.writing import locked

_WAIT_S, _TELL_S = 0.2, 1.0
_MAX_RESULT_BYTES = 1 << 30


class TaskWorkers(Protocol):
    """Something that does tasks, several at a time: :class:`nmrquanv.pool.Pool`, or a cluster."""

    @property
    def count(self) -> int:
        """Tasks that can go on at the same time."""
        ...

    def start(self, key: object, function: Callable[..., Answer], *arguments: object) -> None:
        """Begin a task."""
        ...

    def wait(self, seconds: float | None = None) -> list[Said]:
        """Return what was said, after at most so many seconds."""
        ...

    def stop(self) -> None:
        """End at once."""
        ...


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How a batch ended.

    Parameters
    ----------
    records : dict of str to Record
        Of this run and of earlier ones that still hold, by the tasks' names.
    known : int
        Spectra that an earlier run had done.
    left : int
        Not done: it was stopped.
    seconds : float, s
        Of this run.
    """

    records: dict[str, Record]
    known: int
    left: int
    seconds: float

    @property
    def failures(self) -> list[Record]:
        """Those without a result."""
        return [record for record in self.records.values() if record.failure]


@dataclass(slots=True)
class _Run:
    """State of a batch between start and end."""

    wanted: Wanted
    folder: Path
    ledger: Ledger
    emit: Emit
    card_sha256: str | None
    waiting: deque[Task]
    records: dict[str, Record]
    going: dict[str, Task] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    began: float = field(default_factory=time.monotonic)
    told: float = 0.0

    def fill(self, workers: TaskWorkers) -> None:
        """Give a task to every idle process."""
        ending = format_named(self.wanted.form).ending
        while self.waiting and len(self.going) < workers.count:
            task = self.waiting.popleft()
            self.going[task.name] = task
            target = self.folder / (task.name + ending)
            workers.start(task.name, search, task, self.wanted, target, self.card_sha256)

    def hear(self, said: Said) -> None:
        """Take in how a task ended, and write its result."""
        task = self.going.pop(said.key, None)
        if task is None or said.kind == "progress":
            return
        if said.kind == "lost" and self.deaths.get(task.name, 0) + 1 < LIVES:
            self.deaths[task.name] = self.deaths.get(task.name, 0) + 1
            self.waiting.appendleft(task)
            return
        answer = said.value if said.kind == "done" else Answer(stamp_of(task.path))
        if said.kind != "done":
            error = said.value if said.kind == "failed" else WorkerError(_dead(said))
            answer = Answer(answer.stamp, failure=Failure.of(error))
        self._keep(task, answer)

    def _keep(self, task: Task, answer: Answer) -> None:
        outputs: dict[str, str] = {}
        failure, about = answer.failure, answer.about
        if answer.files is not None:
            try:
                outputs = self._write(task, answer)
            except (LackingError, OverwriteError) as error:
                failure, about = Failure.of(error), None
        inputs = tuple(Read(f.name, f.size_bytes, f.sha256) for f in answer.inputs)
        digest = self.wanted.digest(self.card_sha256)
        record = Record(
            task, digest, answer.stamp, round(answer.seconds, 3), about, inputs, outputs, failure
        )
        self.ledger.add(record)
        self.records[task.name] = record
        self.done += 1
        self.told = 0.0
        self.emit(_event(record))

    def _write(self, task: Task, answer: Answer) -> dict[str, str]:
        """Write a result; return the hashes of its files by their places in the folder."""
        assert answer.files is not None
        files = answer.files
        with system_errors_as(ExportError, f"cannot make the folder '{files.path.parent}': …"):
            files.path.parent.mkdir(parents=True, exist_ok=True)
        place(files, Placing(task.path, self.wanted.is_forced))
        written = {files.path: files.content, **files.beside}
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(content).hexdigest()
            for path, content in written.items()
        }

    def tell(self) -> None:
        """Say how far it is, at most once a second."""
        now = time.monotonic()
        if now - self.told < _TELL_S:
            return
        self.told = now
        text = f"{self.done} of {self.total} spectra"
        if self.done:
            pace = (now - self.began) / self.done
            text += (
                f", {1 / pace:.1f} a second, about {words(pace * (self.total - self.done))} left"
            )
        self.emit({"event": "progress", "done": self.done, "total": self.total, "text": text})


def _dead(said: Said) -> str:
    return f"{said.value}, {LIVES} times (killed from outside, or is memory short?)"


def _event(record: Record) -> dict[str, object]:
    """Return what is told of one spectrum."""
    about, failure = record.about, record.failure
    return {
        "event": "spectrum",
        "path": record.task.path,
        "source": record.task.source,
        "outputs": list(record.outputs),
        "peaks": about.peaks if about else None,
        "kind": failure.kind if failure else None,
        "message": failure.message if failure else None,
    }


def execute(
    plan: Plan,
    wanted: Wanted,
    folder: Path,
    workers: TaskWorkers,
    emit: Emit,
    should_stop: Callable[[], bool] = lambda: False,
) -> BatchOutcome:
    """Search all spectra of a plan that no earlier run into this folder has done.

    Parameters
    ----------
    plan : Plan
    wanted : Wanted
    folder : Path
        For the results; made if it is missing.
    workers : TaskWorkers
        Stopped at the end, whatever happens.
    emit : callable
        Called with events: ``start``, ``progress``, ``spectrum`` (one each).
    should_stop : callable
        Asked several times a second.

    Raises
    ------
    ModelError
        No such model.
    ExportError
        The folder cannot be written to, or another run writes there.
    """
    try:
        card = card_of(wanted.model)
        with _alone(folder), Ledger(folder / LOG) as ledger:
            run = _begun(plan, wanted, ledger, emit, card)
            known = len(plan.tasks) - run.total
            emit(_announced(plan, known, workers))
            made = Made(wanted, card, f"{type(workers).__name__} of {workers.count}")
            try:
                _go_on(run, workers, should_stop)
            finally:
                write_reports(folder, plan, made, run.records)
    finally:
        workers.stop()
    seconds = time.monotonic() - run.began
    return BatchOutcome(run.records, known, run.total - run.done, seconds)


def _begun(plan: Plan, wanted: Wanted, ledger: Ledger, emit: Emit, card_sha256: str | None) -> _Run:
    """Return a run with what earlier ones have left to do."""
    folder, digest, earlier = ledger.path.parent, wanted.digest(card_sha256), ledger.records()
    holding = {
        task.name: earlier[task.name]
        for task in plan.tasks
        if task.name in earlier and _holds(earlier[task.name], task, digest, folder)
    }
    waiting = deque(task for task in plan.tasks if task.name not in holding)
    run = _Run(wanted, folder, ledger, emit, card_sha256, waiting, holding)
    run.total = len(waiting)
    return run


def _holds(record: Record, task: Task, digest: str, folder: Path) -> bool:
    """Tell whether a spectrum need not be searched again: same data, same wishes, result there."""
    if record.failure is not None or (record.task, record.wanted) != (task, digest):
        return False
    if record.stamp != stamp_of(task.path):
        return False
    for name, sha256 in record.outputs.items():
        path = folder / name
        if not path.is_file():
            return False
        content = read_regular(path, _MAX_RESULT_BYTES)
        if hashlib.sha256(content).hexdigest() != sha256:
            return False
    return True


def _announced(plan: Plan, known: int, workers: TaskWorkers) -> dict[str, object]:
    total = len(plan.tasks)
    text = f"{total - known} of {total} spectra to search, {workers.count} at a time"
    return {"event": "start", "total": total, "known": known, "text": text}


def _go_on(run: _Run, workers: TaskWorkers, should_stop: Callable[[], bool]) -> None:
    while (run.waiting or run.going) and not should_stop():
        run.fill(workers)
        for said in workers.wait(_WAIT_S):
            run.hear(said)
        run.tell()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Make the folder, and keep other runs out of it."""
    with system_errors_as(ExportError, f"cannot write to the folder '{folder}': …"):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / LOG, 0.0):
            yield
