"""Long work in the background: a child process is followed, told about, stopped, or left alone.

The child writes one JSON object a line, told apart by its ``"event"``: ``start``, ``progress``
(done, total, text), ``epoch``, ``result``, ``error`` (message). This is the one place where they
are read; a training and a study differ only in what they make of them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nmrquanv.errors import NmrQuanvError
from nmrquanv.session.child_process import ChildProcess, own_command_line

_log = logging.getLogger(__name__)
_LOOK_MS = 150
_followed: set[Child] = set()


class CutError(NmrQuanvError):
    """The work ended before it could tell of an end: killed from outside, or crashed."""


class Child(QObject):
    """Follows one child process to its end.

    Parameters
    ----------
    process : ChildProcess
        Started by this window, or taken over.

    Signals
    -------
    progressed(int, int, str), event_received(dict)
        Every event that is not progress goes to ``event_received``: start, epoch, result.
    succeeded(dict)
        The ``result`` event; its ``stopped`` tells whether the user stopped it.
    failed(Exception)
        With what the child said was wrong; a :class:`CutError` when it could not say.
    cancelled()
        It was killed on demand.
    """

    progressed = Signal(int, int, str)
    event_received = Signal(dict)
    succeeded = Signal(dict)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, process: ChildProcess, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process = process
        self.progress: tuple[int, int, str] | None = None
        """What it told last: done, total, text; for those who begin to listen later."""
        self.is_stopping = False
        self.goes_on_alone = False
        """Whether it is to go on when the window closes."""
        self._result: dict[str, Any] | None = None
        self._message = ""
        self._is_killed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        _followed.add(self)
        QTimer.singleShot(0, self, self._look)

    @property
    def is_running(self) -> bool:
        """Whether its end has not been told."""
        return self in _followed

    def stop(self) -> None:
        """Ask the child to end with the best it has so far; a second time, end it at once."""
        if not self.is_running:
            return
        if self.is_stopping:
            self.kill()
        self.is_stopping = True
        try:
            self.process.stop()
        except OSError as error:
            _log.warning("the child cannot be asked to stop, so it is ended: %s", error)
            self.kill()

    def kill(self) -> None:
        """End the child and its own children at once; ``cancelled`` follows."""
        if self.is_running:
            self._is_killed = True
            self.process.kill()

    def close(self) -> bool:
        """Follow it no longer: leave it to the next window if it is to go on, else end it.

        Returns
        -------
        bool
            Whether it goes on; nothing of one that does not is left.
        """
        if not self._unfollowed():
            return False
        if self.goes_on_alone:
            self.process.let_go()
            return True
        self.process.kill()
        self.process.forget()
        return False

    def _unfollowed(self) -> bool:
        was_followed = self.is_running
        self._timer.stop()
        _followed.discard(self)
        return was_followed

    @Slot()
    def _look(self) -> None:
        """Tell what is new, and the end once the process is over and all is read."""
        if not self.is_running:
            return
        is_alive = self.process.is_alive()
        for event in self.process.new_events():
            self._take(event)
        if not is_alive and self._unfollowed():
            self._end()

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

    def _end(self) -> None:
        if self._is_killed:
            self.cancelled.emit()
        elif self._message:
            self.failed.emit(NmrQuanvError(self._message))
        elif self._result is not None:
            self.succeeded.emit(self._result)
        else:
            self.failed.emit(CutError(f"{self._how_it_ended()}: {self.process.last_words()}"))

    def _how_it_ended(self) -> str:
        code = self.process.exit_code
        if code is None or code == 0:
            return "the background work ended without a result"
        if code < 0:
            return f"the background work was killed by signal {-code} (is there enough memory?)"
        return f"the background work failed with exit code {code}"


class ChildRun(QObject):
    """One piece of work in a child process from start to end; one at a time.

    Parameters
    ----------
    command : sequence of str or None
        What begins the command line; None takes the program's own.

    Signals
    -------
    started(choice)
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
        self._child: Child | None = None

    @property
    def is_running(self) -> bool:
        """Whether a run goes on that this window knows of."""
        return self._child is not None

    def stop(self) -> None:
        """Ask the run to end after what it is at; a second time, end it at once."""
        if self._child is not None:
            self._child.stop()

    def shut_down(self) -> None:
        """Let the run go on if that was asked for; else end it now. Called as the window closes."""
        child, self._child = self._child, None
        if child is not None:
            child.close()
            child.deleteLater()

    def _follow(self, process: ChildProcess, choice: object) -> None:
        child = self._child = Child(process, self)
        child.progressed.connect(self.progressed)
        child.event_received.connect(self.event_received)
        ends = (child.succeeded, self.succeeded), (child.failed, self.failed)
        for end, told in (*ends, (child.cancelled, self.cancelled)):
            end.connect(self._forget)  # before it is told: whoever hears it may start the next
            end.connect(told)
        self.started.emit(choice)

    @Slot()
    def _forget(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.process.forget()
            child.deleteLater()


def shut_down() -> None:
    """Leave all children alone that are to go on, and end the others; before the program ends."""
    for child in tuple(_followed):
        child.close()
