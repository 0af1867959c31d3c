"""``nmrquanv pick`` over many spectra: several processes, a table of all, and gone on with.

With ``--events``, JSON lines on standard output: ``start``, ``progress`` (done, total, text),
``spectrum`` (one each), ``result`` (paths of table and manifest) or ``error``. Otherwise progress
and failures go to standard error and the table's path to standard output.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from functools import partial
from typing import Any

from nmrquanv.batch.batch_run import BatchOutcome, TaskWorkers, execute
from nmrquanv.batch.plan import MANIFEST, SUMMARY, Plan, found_below, of_paths
from nmrquanv.batch.wanted import Wanted
from nmrquanv.cli.events import interrupts, listen_for_stop, write_event
from nmrquanv.cli.exit_codes import (
    CODES,
    DONE,
    INTERRUPTED,
    complain,
    gravest,
    one_line,
    with_option,
)
from nmrquanv.cli.progress_line import ProgressLine
from nmrquanv.errors import NmrQuanvError
from nmrquanv.progress import Emit


def run_batch(arguments: argparse.Namespace, wanted: Wanted) -> int:
    """Search what the arguments name and write results, table and manifest.

    Returns
    -------
    int
        0, or the code of the gravest failure; that of Ctrl+C when it was interrupted.
    """
    emit: Emit = partial(write_event, sys.stdout) if arguments.has_events else _Shown().tell
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return _run(arguments, wanted, emit)
    except NmrQuanvError as error:
        if arguments.has_events:
            emit({"event": "error", "message": one_line(str(error))})
        raise


def _run(arguments: argparse.Namespace, wanted: Wanted, emit: Emit) -> int:
    plan, stop = _plan(arguments), threading.Event()
    workers = _workers(arguments, len(plan.tasks))
    if arguments.has_events:
        listen_for_stop(stop)
    with interrupts(stop) as was_interrupted:
        outcome = execute(plan, wanted, arguments.output_dir, workers, emit, stop.is_set)
    emit(_result(arguments, plan, outcome))
    if was_interrupted():
        return INTERRUPTED
    kinds = [record.failure.kind for record in outcome.records.values() if record.failure]
    codes = [CODES[kind] for kind in kinds]
    return gravest([DONE, *codes, *[CODES["input"] for _ in plan.closed]])


def _plan(arguments: argparse.Namespace) -> Plan:
    if arguments.is_recursive:
        return found_below(arguments.paths, arguments.output_dir, arguments.source)
    return of_paths(arguments.paths, arguments.source)


def _workers(arguments: argparse.Namespace, count: int) -> TaskWorkers:
    from nmrquanv.pool import Pool
    from nmrquanv.processes import cores

    if arguments.scheduler:
        from nmrquanv.cluster import ClusterPool

        return ClusterPool(arguments.scheduler)
    return Pool(max(1, min(arguments.jobs or cores(), count)))


def _result(arguments: argparse.Namespace, plan: Plan, outcome: BatchOutcome) -> dict[str, Any]:
    failed = len(outcome.failures)
    searched = len(outcome.records) - outcome.known
    return {
        "event": "result",
        "path": str(arguments.output_dir / SUMMARY),
        "manifest": str(arguments.output_dir / MANIFEST),
        "done": len(outcome.records) - failed,
        "failed": failed,
        "known": outcome.known,
        "left": outcome.left,
        "stopped": outcome.left > 0,
        "closed": dict(plan.closed),
        "seconds": round(outcome.seconds, 3),
        "per_second": round(searched / outcome.seconds, 3) if outcome.seconds else None,
    }


class _Shown:
    """The events as a person reads them."""

    def __init__(self) -> None:
        self._line = ProgressLine()
        self._output = sys.stdout

    def tell(self, event: dict[str, Any]) -> None:
        """Show an event."""
        kind = event["event"]
        if kind == "start":
            self._line.say(event["text"])
        elif kind == "progress":
            self._line.show(event["text"])
        elif kind == "spectrum" and event["message"]:
            self._line.say(f"nmrquanv: {event['path']}: {with_option(event['message'])}")
        elif kind == "result":
            self._result(event)

    def _result(self, event: dict[str, Any]) -> None:
        for path, why in event["closed"].items():
            complain(f"{path}: not looked into ({why})")
        told = f"{event['done']} spectra done, {event['failed']} failed"
        if event["known"]:
            told += f"; {event['known']} of them by an earlier run"
        if event["left"]:
            told += f"; {event['left']} are left: the same command goes on with them"
        self._line.say(f"{told}; {event['per_second']} a second")
        self._output.write(f"{event['path']}\n")
