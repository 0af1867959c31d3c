"""Long work: our own command line as a child process that tells its progress as JSON lines.

The child prints one JSON object a line, told apart by its ``"event"``: ``start``, ``progress``
(done, total, text), ``epoch``, ``result``, ``error`` (message). The line ``stop`` on its
standard input asks it to end with the best so far.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from nmrquanv.errors import FormatError, TrainingError
from nmrquanv.guarded import parse_json

_log = logging.getLogger(__name__)
_STOP = b"stop\n"
_TAIL_LINES, _TAIL_BYTES = 12, 8192
_running: set[ChildRun] = set()


def own_command_line(*arguments: str) -> list[str]:
    """Return the command that runs this program's command line, in a bundle as well."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "nmrquanv", *arguments]


def event_of(line: bytes) -> dict[str, Any] | None:
    """Return the event that a line tells; None when it is something else."""
    try:
        event = parse_json(line, dict[str, Any], "event")
    except FormatError:
        return None
    return event if isinstance(event.get("event"), str) else None


class ChildRun(QObject):
    """One child process. Ends in exactly one of ``succeeded``, ``failed``, ``cancelled``.

    Signals
    -------
    progressed(int, int, str), event_received(dict)
        Every event that is not progress goes to ``event_received`` too: start, epoch, result.
    succeeded(dict)
        The ``result`` event; its ``stopped`` tells whether the user stopped it.
    failed(Exception)
        With what the child said was wrong, or the end of what it wrote to standard error.
    cancelled()
        It was killed on demand.
    """

    progressed = Signal(int, int, str)
    event_received = Signal(dict)
    succeeded = Signal(dict)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command)
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONUTF8", "1")
        self._process.setProcessEnvironment(environment)
        _lead_a_group(self._process)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.readyReadStandardError.connect(self._on_error_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_process_error)
        self._unfinished_line = b""
        self._stderr = b""
        self._result: dict[str, Any] | None = None
        self._message: str | None = None
        self._is_killed = False
        self._is_started = False
        self._has_ended = False

    @property
    def is_running(self) -> bool:
        """Whether the child was started and its end has not been told."""
        return self._is_started and not self._has_ended

    def start(self) -> None:
        """Start the child; a run runs once."""
        if self._is_started:
            raise RuntimeError("a child run runs once")
        self._is_started = True
        _running.add(self)
        self._process.start(self._command[0], self._command[1:])

    def stop(self) -> None:
        """Ask the child to end with the best it has so far."""
        if self.is_running:
            self._process.write(_STOP)

    def kill(self) -> None:
        """End the child and its own children at once; ``cancelled`` follows."""
        if self.is_running:
            self._is_killed = True
            _kill_group(self._process)

    def wait(self, timeout_ms: int = -1) -> bool:
        """Block until the child is over; False if the time ran out."""
        if not self.is_running:
            return True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._end()
            return True
        return self._process.waitForFinished(timeout_ms)

    @Slot()
    def _on_output(self) -> None:
        self._take(bytes(self._process.readAllStandardOutput().data()))

    @Slot()
    def _on_error_output(self) -> None:
        said = self._stderr + bytes(self._process.readAllStandardError().data())
        self._stderr = said[-_TAIL_BYTES:]

    def _take(self, data: bytes) -> None:
        *lines, self._unfinished_line = (self._unfinished_line + data).split(b"\n")
        for line in lines:
            self._take_line(line)

    def _take_line(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        if not text:
            return
        event = event_of(line)
        if event is None:
            _log.info("child says: %s", text)
            return
        if event["event"] == "progress":
            done, total = int(event.get("done", 0)), int(event.get("total", 0))
            self.progressed.emit(done, total, str(event.get("text", "")))
            return
        if event["event"] == "result":
            self._result = event
        elif event["event"] == "error":
            self._message = str(event.get("message", "unknown error"))
        self.event_received.emit(event)

    @Slot(QProcess.ProcessError)
    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._message = f"{self._command[0]} cannot be started: {self._process.errorString()}"
            self._end()

    @Slot()
    def _on_finished(self) -> None:
        self._on_output()
        self._on_error_output()
        self._take(b"\n")
        self._end()

    def _end(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        _running.discard(self)
        is_clean = (
            self._process.exitStatus() == QProcess.ExitStatus.NormalExit
            and self._process.exitCode() == 0
        )
        if self._is_killed:
            self.cancelled.emit()
        elif self._message is None and is_clean and self._result is not None:
            self.succeeded.emit(self._result)
        else:
            self.failed.emit(TrainingError(self._reason(is_clean)))
        self.ended.emit()

    def _reason(self, is_clean: bool) -> str:
        if self._message is not None:
            return self._message
        lines = [x for x in self._stderr.decode("utf-8", "replace").splitlines() if x.strip()]
        said = "\n".join(lines[-_TAIL_LINES:]) or "it said nothing"
        if is_clean:
            return f"the background run ended without a result: {said}"
        if self._process.exitStatus() == QProcess.ExitStatus.CrashExit:
            return f"the background run crashed (is there enough memory?): {said}"
        return f"the background run failed with exit code {self._process.exitCode()}: {said}"


def _lead_a_group(process: QProcess) -> None:
    """Let a process that will be started lead a group, so that its workers die with it."""
    if os.name == "posix":
        parameters = QProcess.UnixProcessParameters()
        parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
        process.setUnixProcessParameters(parameters)


def _kill_group(process: QProcess) -> None:
    """Kill a process and, where the system has process groups, all that it started."""
    pid = process.processId()
    if os.name == "posix" and pid > 0:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    process.kill()


def shut_down() -> None:
    """Kill all children and wait for them; called before the program ends."""
    for run in tuple(_running):
        run.kill()
    for run in tuple(_running):
        run.wait()
