"""Do the runs of a study: each once, seed by seed, resumable, with the time that is left.

Of each seed the longest first: a study that is cut has whole seeds of all that it compares.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nmrquanv.pool import LIVES
from nmrquanv.progress import Emit, words
from nmrquanv.study.running.estimate import Pace
from nmrquanv.study.running.results import read_results, write_result
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.workers import Message, Workers

_WAIT_S = 0.2
_TELL_S = 1.0
_MARGIN = 1.25  # a run given up at the deadline is time lost


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """How a session ended.

    Parameters
    ----------
    finished : int
        Runs that this session finished.
    failed : dict
        Key -> why.
    left : int
        Runs not finished: stopped, or no time was left for them.
    is_stopped : bool
        On demand.
    """

    finished: int
    failed: dict[str, str]
    left: int
    is_stopped: bool


@dataclass(slots=True)
class _Going:
    spec: RunSpec
    started: float
    share: float = 0.0


@dataclass(slots=True)
class _Session:
    """State of the runs between start and end."""

    folder: Path
    workers: Workers
    emit: Emit
    deadline: float
    waiting: list[RunSpec]
    pace: Pace = field(default_factory=Pace)
    going: dict[str, _Going] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    finished: int = 0
    total: int = 0
    seconds_done: float = 0.0
    told: float = 0.0

    def fill(self) -> None:
        """Start the next runs that end in time, on all free workers."""
        for spec in list(self.waiting):
            if len(self.going) >= self.workers.count:
                return
            if time.monotonic() + _MARGIN * self.pace.seconds(spec) <= self.deadline:
                self.waiting.remove(spec)
                self.going[spec.key()] = _Going(spec, time.monotonic())
                self.workers.start(spec)

    def hear(self, message: Message) -> None:
        """Take in what a worker said."""
        going = self.going.get(message.key)
        if going is None:
            return
        if message.kind == "progress":
            going.share = float(message.value)
            return
        del self.going[message.key]
        if message.kind == "done":
            took = float(message.value.get("seconds") or time.monotonic() - going.started)
            self.pace.learn(going.spec, took)
            write_result(self.folder, message.key, message.value)
            self.finished += 1
            self.emit({"event": "run", "key": message.key, "spec": going.spec.to_dict()})
        elif message.kind == "lost" and self.deaths.get(message.key, 0) + 1 < LIVES:
            self.deaths[message.key] = self.deaths.get(message.key, 0) + 1
            self.waiting.insert(0, going.spec)
            return
        else:
            self.failed[message.key] = str(message.value)
            said = {"event": "failed", "key": message.key, "message": str(message.value)}
            self.emit(said | {"spec": going.spec.to_dict()})
        self.told = 0.0

    def tell(self) -> None:
        """Say how far it is, at most once a second."""
        now = time.monotonic()
        if now - self.told < _TELL_S:
            return
        self.told = now
        ended = self.finished + len(self.failed)
        part = sum(g.share for g in self.going.values())
        left = sum(self.pace.seconds(s) for s in self.waiting)
        left += sum(self.pace.seconds(g.spec) * (1 - g.share) for g in self.going.values())
        text = f"{ended} of {self.total} runs, about {words(left / self.workers.count)} left"
        done = round(1000 * (ended + part) / max(self.total, 1))
        self.emit({"event": "progress", "done": done, "total": 1000, "text": text})


def execute(
    specs: Iterable[RunSpec],
    folder: Path,
    workers: Workers,
    emit: Emit,
    *,
    deadline: float = float("inf"),
    should_stop: Callable[[], bool] = lambda: False,
) -> SessionOutcome:
    """Do those of the runs that have not finished before, and write each as it ends.

    Parameters
    ----------
    specs : iterable of RunSpec
        A run that stands in it twice is done once.
    folder : Path
        Of the study; results go to its ``runs``.
    workers : Workers
        Stopped at the end, whatever happens.
    emit : callable
        Called with events: ``progress``, ``run``, ``failed``.
    deadline : float, s
        On the clock of ``time.monotonic``: no run starts that would end later, and what goes on
        then is given up.
    should_stop : callable
        Asked several times a second.
    """
    unique = {s.key(): s for s in specs}
    known = read_results(folder, unique.values())
    pace = Pace()
    open_runs = (s for s in unique.values() if s not in known)
    waiting = sorted(open_runs, key=lambda spec: (spec.seed, -pace.seconds(spec)))
    session = _Session(folder, workers, emit, deadline, waiting, pace)
    session.total = len(waiting)
    is_stopped = False
    try:
        while session.waiting or session.going:
            is_stopped = should_stop()
            if is_stopped or time.monotonic() >= deadline:
                break
            session.fill()
            if not session.going:
                break  # none of the others would end in time
            for message in workers.wait(_WAIT_S):
                session.hear(message)
            session.tell()
    finally:
        workers.stop()
    left = session.total - session.finished - len(session.failed)
    return SessionOutcome(session.finished, session.failed, left, is_stopped)
