"""Runs recipes in the background for one document: the newest request wins."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from nmrquanv.progress import Report
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.recipe import Outcome, Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum


class ProcessingRun(QObject):
    """The background processing of a document.

    Each request that is ``started`` ends in exactly one of ``succeeded``, ``failed``,
    ``cancelled`` (also when a newer one takes its place).
    """

    started = Signal()
    progressed = Signal(int, int, str)
    succeeded = Signal()
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane(is_newest_first=True, parent=self)
        self._newest: tuple[Job, Recipe] | None = None
        self._is_closed = False

    @property
    def is_running(self) -> bool:
        """Whether a recipe is being worked on."""
        return self._lane.is_busy

    @property
    def wanted(self) -> Recipe | None:
        """The recipe of the newest request that has not ended."""
        return self._newest[1] if self._newest is not None else None

    def start(
        self,
        data: Fid | Spectrum,
        recipe: Recipe,
        on_done: Callable[[Outcome], None],
        *,
        is_gesture: bool = False,
    ) -> None:
        """Run a recipe; ``on_done`` gets the outcome on the GUI thread, before ``succeeded``.

        Within a gesture the running request may end and be shown, so that the view follows.
        """

        def work(report: Report) -> Outcome:
            return recipe.run(data, report)

        def succeed(outcome: Outcome) -> None:
            if self._is_ended(job):
                on_done(outcome)
                self.succeeded.emit()

        def fail(error: Exception) -> None:
            if self._is_ended(job):
                self.failed.emit(error)

        def be_cancelled() -> None:
            if self._is_ended(job):
                self.cancelled.emit()

        job = Job(work)
        job.progressed.connect(self.progressed)
        job.succeeded.connect(succeed)
        job.failed.connect(fail)
        job.cancelled.connect(be_cancelled)
        self._newest = (job, recipe)
        self.started.emit()
        self._lane.submit(job, lets_running_end=is_gesture)

    def cancel(self) -> None:
        """Cancel what runs and what waits; from now on nothing is wanted."""
        self._newest = None
        self._lane.cancel()

    def close(self) -> None:
        """Cancel everything and tell nobody: who listens is about to be destroyed."""
        self._is_closed = True
        self.cancel()

    def _is_ended(self, job: Job) -> bool:
        """Forget a request that has ended; False where nobody is to be told."""
        if self._newest is not None and self._newest[0] is job:
            self._newest = None
        return not self._is_closed
