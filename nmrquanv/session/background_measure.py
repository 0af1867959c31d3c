"""Measures something on a document's spectrum in the background, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane


class Measuring(QObject):
    """Measurements that change no document; a new one takes the place of the one before.

    Signals
    -------
    started(Document), progressed(int, int, str)
    succeeded(Document, object), failed(Document, Exception), cancelled(Document)
        Exactly one of these ends a measurement; of a document that was closed it is ``cancelled``.
    """

    started = Signal(object)
    progressed = Signal(int, int, str)
    succeeded = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane(is_newest_first=True, parent=self)
        self._newest: tuple[Job, Document] | None = None

    @property
    def document(self) -> Document | None:
        """The document that is being measured; None where nothing runs."""
        return self._newest[1] if self._newest is not None else None

    def start(self, document: Document, work: Callable[[Report], Any]) -> None:
        """Run some work on what a document holds now.

        Parameters
        ----------
        document : Document
        work : callable
            Takes a ``Report`` and returns an immutable value; it runs in another thread, so it
            knows no document.
        """
        job = Job(work)

        def succeed(result: object) -> None:
            self._forget(job)
            if document.is_closed:
                self.cancelled.emit(document)
            else:
                self.succeeded.emit(document, result)

        def fail(error: Exception) -> None:
            self._forget(job)
            self.failed.emit(document, error)

        def be_cancelled() -> None:
            self._forget(job)
            self.cancelled.emit(document)

        job.progressed.connect(self.progressed)
        job.succeeded.connect(succeed)
        job.failed.connect(fail)
        job.cancelled.connect(be_cancelled)
        self._newest = (job, document)
        self.started.emit(document)
        self._lane.submit(job)

    def cancel(self, document: Document | None = None) -> None:
        """Stop the measurement; with a document, only if it is the one that is measured."""
        if document is None or self.document is document:
            self._lane.cancel()

    def _forget(self, job: Job) -> None:
        if self._newest is not None and self._newest[0] is job:
            self._newest = None
