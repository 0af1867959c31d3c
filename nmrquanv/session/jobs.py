"""Short work in one thread: one function, progress, cancel, and exactly one ending.

The rules that keep Qt safe are all here. The worker thread touches no public signal: it leaves
its outcome in an attribute, and the job, a QObject of the GUI thread, tells it there when the
thread has finished. Every running job is referenced from this module until then. Once it has
told its end, the event loop destroys it and what is connected to it: functions that know a
document or the job itself would otherwise keep both for ever, in a circle that Python does not
see. The circles that it sees are collected in the GUI thread. Nothing is ever terminated: a
function that calls its ``report`` often enough can always be cancelled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from nmrquanv.progress import Cancelled, Report
from nmrquanv.session.collecting import collect_in_gui_thread

_log = logging.getLogger(__name__)
_REPORT_EVERY_S = 0.05
_running: set[Job] = set()
_ended: deque[Job] = deque(maxlen=32)


def _nothing(_report: Report) -> None:
    """Stand in for a function that has run and need not be kept alive."""


class _Worker(QThread):
    """The thread of one job."""

    reported = Signal(int, int, str)

    def __init__(
        self, function: Callable[[Report], Any], is_cancelled: threading.Event, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._function = function
        self._is_cancelled = is_cancelled
        self._last_report_s = 0.0
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Call the function and keep what it returns or raises."""
        try:
            self._result = self._function(self._report)
        except BaseException as error:  # noqa: BLE001  (nothing may escape a Qt thread)
            self._error = error

    def release(self) -> tuple[Any, BaseException | None]:
        """Return what the function returned or raised, once, and forget both and the function."""
        result, error = self._result, self._error
        self._result = self._error = None
        self._function = _nothing
        return result, error

    def _report(self, done: int, total: int, text: str) -> None:
        if self._is_cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if done >= total or now - self._last_report_s >= _REPORT_EVERY_S:
            self._last_report_s = now
            self.reported.emit(done, total, text)


class Job(QObject):
    """One function call in a thread of its own.

    Ends in exactly one of ``succeeded``, ``failed``, ``cancelled``; ``ended`` follows each.
    All signals are emitted on the GUI thread, so plain functions may be connected to them.
    After ``ended`` nothing but ``is_running`` may be asked of a job.
    Once cancelled, a job never succeeds, even if the function returned before it noticed.

    Parameters
    ----------
    function : callable
        Takes a ``Report`` and returns an immutable value. It must call the report at least
        every 0.1 s or be short.
    """

    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, function: Callable[[Report], Any]) -> None:
        super().__init__()
        self._is_cancelled = threading.Event()
        self._worker = _Worker(function, self._is_cancelled, self)
        self._worker.reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._worker.finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._is_started = False
        self._has_ended = False

    @property
    def is_running(self) -> bool:
        """Whether the job was started and has not told its end yet."""
        return self._is_started and not self._has_ended

    def start(self) -> None:
        """Start the thread; a job runs once."""
        if self._is_started or self._has_ended:
            raise RuntimeError("a job runs once")
        self._is_started = True
        _running.add(self)
        collect_in_gui_thread()
        self._worker.start()

    def cancel(self) -> None:
        """Ask the function to stop; ``cancelled`` follows, at once if it never started."""
        self._is_cancelled.set()
        if not self._is_started:
            self._end()

    def wait(self) -> None:
        """Block until the thread is over, and tell the end."""
        if self._is_started:
            self._worker.wait()
            self._end()

    @Slot(int, int, str)
    def _on_reported(self, done: int, total: int, text: str) -> None:
        if not self._has_ended and not self._is_cancelled.is_set():
            self.progressed.emit(done, total, text)

    @Slot()
    def _on_finished(self) -> None:
        self._worker.wait()
        self._end()

    def _end(self) -> None:
        """Tell the ending once."""
        if self._has_ended:
            return
        self._has_ended = True
        _running.discard(self)
        _ended.append(self)
        result, error = self._worker.release()
        if self._is_cancelled.is_set() or isinstance(error, Cancelled):
            self.cancelled.emit()
        elif error is not None:
            _log.info("background work failed: %s", error, exc_info=error)
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)
        self.ended.emit()
        self.deleteLater()


class Lane(QObject):
    """Runs jobs one at a time.

    Parameters
    ----------
    is_newest_first : bool
        True: a new job cancels the running one and every waiting one (searching, processing).
        False: jobs wait for their turn (opening several files).
    """

    def __init__(self, *, is_newest_first: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_newest_first = is_newest_first
        self._current: Job | None = None
        self._waiting: list[Job] = []

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._current is not None

    def submit(self, job: Job, *, lets_running_end: bool = False) -> None:
        """Run a job now, or as soon as the one before it has ended.

        While a slider moves, ``lets_running_end`` replaces only those that wait: cancelling the
        running one each time would show nothing until the slider rests.
        """
        if self._is_newest_first:
            self._cancel_waiting()
            if self._current is not None and not lets_running_end:
                self._current.cancel()
        self._waiting.append(job)
        self._start_next()

    def cancel(self) -> None:
        """Cancel the running job and all that wait."""
        self._cancel_waiting()
        if self._current is not None:
            self._current.cancel()

    def wait(self) -> None:
        """Block until the running job and all that wait are over, and tell their ends.

        Called while a job tells its end, it waits for no other: that end must be told first.
        """
        while (job := self._current) is not None:
            job.wait()
            if self._current is job:
                return

    def _cancel_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            job.cancel()

    def _start_next(self) -> None:
        if self._current is not None or not self._waiting:
            return
        self._current = self._waiting.pop(0)
        self._current.ended.connect(self._on_ended)
        self._current.start()

    @Slot()
    def _on_ended(self) -> None:
        self._current = None
        self._start_next()


def shut_down() -> None:
    """Cancel every job and wait for its thread; called before the program ends."""
    while _running:
        for job in tuple(_running):
            job.cancel()
        for job in tuple(_running):
            job.wait()
