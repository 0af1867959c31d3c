"""All data sets below a folder: what there is, and the search of them in a child process.

The command line does the work (``pick --recursive``): it records what is done, so that a run
that was stopped goes on where it was when it is started again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import QUANV
from nmrquanv.progress import Report, silent_report
from nmrquanv.session import child_process
from nmrquanv.session.child import ChildRun

if TYPE_CHECKING:
    from nmrquanv.batch.plan import Task
    from nmrquanv.io.summaries import DataSetSummary

_PURPOSE = "batch"


@dataclass(frozen=True, slots=True)
class BatchChoice:
    """What is searched.

    Parameters
    ----------
    folder : str
        With everything below it.
    output : str
        Where the results go: one JSON list for each spectrum, a table, and what made them.
    finder : str
    recipe : str
        File with the recipe that all are processed by; empty for the usual processing.
    """

    folder: str
    output: str
    finder: str = QUANV
    recipe: str = ""

    def arguments(self) -> list[str]:
        """Return the words of the command line."""
        by = ["--recipe", self.recipe] if self.recipe else []
        return [
            "pick", self.folder, "--recursive", "--output-dir", self.output, "--format", "json",
            "--model", self.finder, "--events", *by,
        ]  # fmt: skip


def usual_output(folder: str | Path) -> str:
    """Return where the results of a folder go unless a person says it: beside it."""
    place = Path(folder)
    return str(place.parent / f"{place.name or 'spectra'}-peaks")


@dataclass(frozen=True, slots=True)
class Planned:
    """A spectrum that will be searched, and what is known of it before."""

    task: Task
    known: DataSetSummary


def look(folder: str, output: str, report: Report = silent_report) -> tuple[Planned, ...]:
    """Return what there is below a folder, in the order in which it will be searched.

    Parameters
    ----------
    folder, output : str
        The results' folder is not looked into.
    report : Report
        May cancel.

    Raises
    ------
    FormatError
        There is no such folder, or no data set in it.
    """
    from nmrquanv.batch.plan import found_below
    from nmrquanv.io.summaries import summary

    tasks = found_below([Path(folder)], Path(output)).tasks
    planned = []
    for number, task in enumerate(tasks):
        report(number, len(tasks), "Looking at the data sets")
        planned.append(Planned(task, summary(task.path)))
    return tuple(planned)


class BatchSearch(ChildRun):
    """One batch from start to end; what is done is recorded, however it ends.

    Signals
    -------
    spectrum_done(dict)
        The ``spectrum`` event: path, source, outputs, peaks, message.
    """

    spectrum_done = Signal(dict)

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(command, parent)
        self.event_received.connect(self._on_event)

    def start(self, choice: BatchChoice) -> None:
        """Start a batch, or go on with one that was stopped.

        Raises
        ------
        NmrQuanvError
            One runs already, or the user's data folder cannot be written to.
        """
        if self.is_running:
            raise NmrQuanvError("a batch is running already: stop it first")
        command = [*self._command, *choice.arguments()]
        self._follow(child_process.start(command, _PURPOSE, asdict(choice)), choice)

    @Slot(dict)
    def _on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "spectrum":
            self.spectrum_done.emit(event)
