"""What a training run tells while it goes on, and the log that remembers it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nmrquanv.errors import TrainingError, system_errors_as
from nmrquanv.guarded import plain
from nmrquanv.progress import Emit, Report
from nmrquanv.training.train import Epoch

ShouldStop = Callable[[], bool]


@contextmanager
def logged(path: Path, emit: Emit, *, goes_on: bool) -> Iterator[Emit]:
    """Tell events and write all but progress to a log, one JSON object a line.

    Parameters
    ----------
    path : Path
    emit : callable
        Called with every event.
    goes_on : bool
        The run was cut and is resumed: what the log holds stays.

    Raises
    ------
    TrainingError
        The log cannot be written.
    """
    with system_errors_as(TrainingError, f"{path}: the log cannot be written (…)"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # append-only: it grows line by line and is read while it does
        log = path.open("a" if goes_on else "w", encoding="utf-8")

    def tell(event: dict[str, Any]) -> None:
        # First the log: whoever listens may end the run as soon as it hears the event.
        if event["event"] != "progress":
            log.write(json.dumps(plain(event), allow_nan=False) + "\n")
            log.flush()
        emit(event)

    with log:
        yield tell


def reporting(emit: Emit) -> Report:
    """Return a report that tells progress as events."""

    def report(done: int, total: int, text: str) -> None:
        emit({"event": "progress", "done": done, "total": total, "text": text})

    return report


def epoch_event(epoch: Epoch, epochs: int) -> dict[str, Any]:
    """Return the event that tells of an epoch."""
    return {"event": "epoch", "epochs": epochs, **asdict(epoch)}


def resumed_event(epoch: int, epochs: int) -> dict[str, Any]:
    """Return the event that tells of a cut run that goes on after so many epochs."""
    return {"event": "resumed", "epoch": epoch, "epochs": epochs}
