"""Runs recipes in the background for one document: the newest request wins."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

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
        self._newest: _Request | None = None

    @property
    def is_running(self) -> bool:
        """Whether a recipe is being worked on."""
        return self._lane.is_busy

    @property
    def wanted(self) -> Recipe | None:
        """The recipe of the newest request that has not ended."""
        return self._newest.recipe if self._newest is not None else None

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
        request = self._newest = _Request(self, recipe, on_done)
        self.started.emit()
        self._lane.submit(request.job(data), lets_running_end=is_gesture)

    def cancel(self) -> None:
        """Cancel what runs and what waits."""
        self._lane.cancel()

    def forget(self, request: _Request) -> None:
        """Take note that a request has ended."""
        if self._newest is request:
            self._newest = None


class _Request(QObject):
    """One recipe on its way."""

    def __init__(
        self, run: ProcessingRun, recipe: Recipe, on_done: Callable[[Outcome], None]
    ) -> None:
        super().__init__(run)
        self.recipe = recipe
        self._run = run
        self._on_done = on_done

    def job(self, data: Fid | Spectrum) -> Job:
        """Return the work to be done, connected."""
        recipe = self.recipe

        def work(report: Report) -> Outcome:
            return recipe.run(data, report)

        job = Job(work, self)
        job.progressed.connect(self._run.progressed)
        job.succeeded.connect(self._on_succeeded)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        job.ended.connect(self.deleteLater)
        return job

    @Slot(object)
    def _on_succeeded(self, outcome: Outcome) -> None:
        self._run.forget(self)
        self._on_done(outcome)
        self._run.succeeded.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._run.forget(self)
        self._run.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._run.forget(self)
        self._run.cancelled.emit()
