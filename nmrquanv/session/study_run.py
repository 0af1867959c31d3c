"""Runs one experiment of the study in the background, perhaps beyond the window's life.

The command line does the work and writes finished runs, report and figures into the output
folder; this starts it, tells how far it is, and finds it again at the next start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from nmrquanv.errors import FormatError, NmrQuanvError, TrainingError, system_errors_as
from nmrquanv.guarded import as_type
from nmrquanv.session import child_process
from nmrquanv.session.child import ChildRun
from nmrquanv.session.child_process import ChildProcess

REPORT = "report.html"
_PURPOSE = "study"


@dataclass(frozen=True, slots=True)
class StudyChoice:
    """What is run.

    Parameters
    ----------
    experiment : str
        As the command line names it, ``all`` included.
    tier : "quick" | "standard" | "full"
    folder : str
        Where runs, report and figures go.
    """

    experiment: str
    tier: str
    folder: str

    def arguments(self) -> list[str]:
        """Return the words of the command line."""
        words = ["study", self.experiment, "--output", self.folder, "--tier", self.tier]
        # what it costs was shown beside the button that started it
        return [*words, "--events", "--yes"]


class StudyRun(ChildRun):
    """One experiment from start to end."""

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(command, parent)
        self._goes_on_alone = False
        self.choice: StudyChoice | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether the run was asked to end."""
        return self._child is not None and self._child.is_stopping

    @property
    def progress(self) -> tuple[int, int, str] | None:
        """What the run told last: done, total, text; for those who begin to listen later."""
        return None if self._child is None else self._child.progress

    @property
    def goes_on_alone(self) -> bool:
        """Whether the run, or the next one, is to go on when the window closes."""
        return self._goes_on_alone

    @goes_on_alone.setter
    def goes_on_alone(self, is_wanted: bool) -> None:
        self._goes_on_alone = is_wanted
        if self._child is not None:
            self._child.goes_on_alone = is_wanted

    def start(self, choice: StudyChoice) -> None:
        """Start an experiment.

        Raises
        ------
        TrainingError
            One runs already, here or in that folder.
        NmrQuanvError
            The folder, or the user's data folder, cannot be written to.
        """
        if self.is_running:
            raise TrainingError("a study is running already: stop it first")
        for before in child_process.known(_PURPOSE):
            if not _works_in(choice.folder)(before.record.about):
                continue
            if before.is_alive() or not before.take():
                raise TrainingError("another window runs a study in this folder: choose another")
            before.forget()
        with system_errors_as(
            NmrQuanvError, f"{choice.folder} cannot be written to (…): choose another folder"
        ):
            Path(choice.folder).mkdir(parents=True, exist_ok=True)
        command = [*self._command, *choice.arguments()]
        self._go_on(child_process.start(command, _PURPOSE, asdict(choice)), choice)

    def find(self, folder: str | Path | None = None) -> bool:
        """Take over the run that a window before this one left; tell if there is one.

        It is looked for in a folder, or anywhere. One that has ended meanwhile is told with its
        end, once.
        """
        if self.is_running:
            return False
        wanted = (lambda _about: True) if folder is None else _works_in(folder)
        process = child_process.left_behind(_PURPOSE, wanted)
        if process is None:
            return False
        try:
            choice = as_type(process.record.about, StudyChoice, "record")
        except FormatError:  # of another version of the program
            process.forget()
            return False
        self._goes_on_alone = process.is_alive()
        self._go_on(process, choice)
        return True

    def kill(self) -> None:
        """End the run at once: finished runs are kept; ``cancelled`` follows."""
        if self._child is not None:
            self._child.kill()

    def _go_on(self, process: ChildProcess, choice: StudyChoice) -> None:
        self.choice = choice
        self._follow(process, choice)
        if self._child is not None:
            self._child.goes_on_alone = self._goes_on_alone


def _works_in(folder: str | Path) -> Callable[[dict[str, Any]], bool]:
    place = os.path.realpath(folder)
    return lambda about: os.path.realpath(str(about.get("folder", ""))) == place
