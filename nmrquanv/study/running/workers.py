"""Processes that do runs: our own on this computer, or those of a Dask cluster.

Both do one run at a time each, say how it ended, and survive the death of one of them.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from nmrquanv.cluster import ClusterPool
from nmrquanv.errors import TrainingError
from nmrquanv.pool import Pool, Said
from nmrquanv.processes import describe
from nmrquanv.progress import Report
from nmrquanv.study.running.specs import RunSpec

Run = Callable[[RunSpec, Report], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """What a worker says of a run: how far it is, its result, or why there is none.

    ``value`` is a share from 0 to 1, the result, or a text; ``lost`` means that the worker died.
    """

    kind: Literal["progress", "done", "failed", "lost"]
    key: str
    value: Any


class Workers(Protocol):
    """Something that does runs, several at a time."""

    @property
    def count(self) -> int:
        """Runs that can go on at the same time."""
        ...

    def start(self, spec: RunSpec) -> None:
        """Begin a run; there must be a free worker."""
        ...

    def wait(self, seconds: float) -> list[Message]:
        """Return what was said, after at most so many seconds."""
        ...

    def stop(self) -> None:
        """End at once; runs that go on are lost."""
        ...


def do_run(spec: RunSpec, report: Report) -> Mapping[str, Any]:
    """Do one run of the study in this process, on one core; the result says on what it ran."""
    import torch

    from nmrquanv.study.running.runs import run

    torch.set_num_threads(1)
    machine = f"CPU, one core of {os.cpu_count()}, {platform.system()} {platform.machine()}"
    return {**run(spec, report), "machine": machine}


class LocalWorkers:
    """Child processes of this one.

    Parameters
    ----------
    count : int
    run : callable
        Importable by its name.
    """

    def __init__(self, count: int, run: Run = do_run) -> None:
        self.count, self._run = count, run
        self._pool = Pool(count)

    def start(self, spec: RunSpec) -> None:
        """Begin a run in an idle process, or in a new one."""
        self._pool.start(spec.key(), self._run, spec, tells=True)

    def wait(self, seconds: float) -> list[Message]:
        """Collect messages; a process that has died is replaced when it is needed."""
        return [_message(said) for said in self._pool.wait(seconds)]

    def stop(self) -> None:
        """End all processes."""
        self._pool.stop()


class DaskWorkers:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.
    run : callable
        Importable by its name on the workers, which have this version of the program installed.

    Raises
    ------
    WorkerError
        Dask is not installed, or no scheduler answers there.
    """

    def __init__(self, address: str, run: Run = do_run) -> None:
        self._pool, self._run = ClusterPool(address), run

    @property
    def count(self) -> int:
        """Threads of all workers that are there now; at least one, while some restart."""
        return self._pool.count

    def start(self, spec: RunSpec) -> None:
        """Submit a run."""
        self._pool.start(spec.key(), _run_remotely, self._run, spec.to_dict(), spec.key())

    def wait(self, seconds: float) -> list[Message]:
        """Collect the runs that have ended."""
        return [_message(said) for said in self._pool.wait(seconds)]

    def stop(self) -> None:
        """Cancel what goes on and leave the cluster; its workers stay."""
        self._pool.stop()


def _message(said: Said) -> Message:
    value = describe(said.value) if said.kind == "failed" else said.value
    return Message(said.kind, said.key, value)


def _run_remotely(run: Run, spec: dict[str, Any], key: str) -> dict[str, Any]:
    """Do a run on a worker of the cluster."""
    wanted = RunSpec.from_dict(spec)
    if wanted.key() != key:
        raise TrainingError("a worker of the cluster has another version of nmrquanv installed")
    return dict(run(wanted, lambda done, total, text: None))
