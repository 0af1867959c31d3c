"""Runs one experiment of the study in the background, perhaps beyond the window's life.

The command line does the work and writes finished runs, report and figures into the output
folder; this starts it, tells how far it is, and finds it again at the next start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nmrquanv.errors import NmrQuanvError, TrainingError
from nmrquanv.session import detached
from nmrquanv.session.child_run import own_command_line

TIERS = ("quick", "standard", "full")
REPORT = "report.html"
_LOOK_MS = 250


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


class StudyRun(QObject):
    """One experiment from start to end; runs one at a time.

    Signals
    -------
    started(StudyChoice)
        Also when a run of a window before was found.
    progressed(int, int, str), event_received(dict)
    succeeded(dict)
        The ``result`` event; its ``stopped`` tells whether the user stopped it.
    failed(Exception), cancelled()
        One of the last three ends a run, unless it was let go.
    """

    started = Signal(object)
    progressed = Signal(int, int, str)
    event_received = Signal(dict)
    succeeded = Signal(dict)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command) if command else own_command_line()
        self._process: detached.Detached | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._result: dict[str, Any] | None = None
        self._message = ""
        self._is_killed = False
        self.choice: StudyChoice | None = None
        self.progress: tuple[int, int, str] | None = None
        """What the run told last: done, total, text; for those who begin to listen later."""
        self.is_stopping = False
        self.goes_on_alone = False
        """Whether the run is to go on when the window closes."""

    @property
    def is_running(self) -> bool:
        """Whether a run goes on that this window knows of."""
        return self._process is not None

    def start(self, choice: StudyChoice) -> None:
        """Start an experiment.

        Raises
        ------
        TrainingError
            One runs already, here or in that folder.
        NmrQuanvError
            The folder cannot be written to.
        """
        if self.is_running:
            raise TrainingError("a study is running already: stop it first")
        before = detached.found(Path(choice.folder))
        if before is not None and before.is_alive():
            raise TrainingError("another window runs a study in this folder: choose another one")
        if before is not None:
            before.forget()
        command = [*self._command, *choice.arguments()]
        self._follow(detached.start(command, Path(choice.folder), asdict(choice)), choice)

    def find(self, folder: str | Path) -> bool:
        """Take over the run that a window before this one left in a folder; tell if there is one.

        One that has ended meanwhile is told with its end, once.
        """
        process = None if self.is_running else detached.found(Path(folder))
        if process is None:
            return False
        try:
            choice = StudyChoice(**process.record.about)
        except TypeError:
            process.forget()
            return False
        self.goes_on_alone = process.is_alive()
        self._follow(process, choice)
        return True

    def stop(self) -> None:
        """Ask the run to end after writing what is finished; a second time, end it at once."""
        if self._process is None:
            return
        if self.is_stopping or not self._process.stop():
            self.kill()
        self.is_stopping = True

    def kill(self) -> None:
        """End the run at once: finished runs are kept; ``cancelled`` follows."""
        if self._process is not None:
            self._is_killed = True
            self._process.kill()

    def let_go(self) -> None:
        """Forget the run without ending it: the next window finds it."""
        self._timer.stop()
        self._process = None

    def shut_down(self) -> None:
        """Let the run go on if that was asked for; else end it now. Called as the window closes."""
        process = self._process
        if process is None:
            return
        is_over = not process.is_alive()
        if not self.goes_on_alone and not is_over:
            process.kill()
            is_over = True
        self.let_go()
        if is_over:
            process.forget()

    def _follow(self, process: detached.Detached, choice: StudyChoice) -> None:
        self._process, self.choice = process, choice
        self._result, self._message, self.progress = None, "", None
        self._is_killed = self.is_stopping = False
        self.started.emit(choice)
        self._timer.start()
        QTimer.singleShot(0, self, self._look)

    @Slot()
    def _look(self) -> None:
        """Tell what is new, and the end once the process is over and all is read."""
        process = self._process
        if process is None:
            return
        is_alive = process.is_alive()
        for event in process.new_events():
            self._take(event)
        if not is_alive and self._process is process:
            self._end(process)

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            done, total = int(event.get("done", 0)), int(event.get("total", 0))
            self.progress = (done, total, str(event.get("text", "")))
            self.progressed.emit(*self.progress)
            return
        if event["event"] == "result":
            self._result = event
        elif event["event"] == "error":
            self._message = str(event.get("message", "unknown error"))
        self.event_received.emit(event)

    def _end(self, process: detached.Detached) -> None:
        self.let_go()
        process.forget()
        if self._result is not None and not self._message:
            self.succeeded.emit(self._result)
        elif self._is_killed:
            self.cancelled.emit()
        elif self._message:
            self.failed.emit(NmrQuanvError(self._message))
        else:
            words = process.last_words()
            self.failed.emit(NmrQuanvError(f"the study ended without a result: {words}"))
