"""Finds peaks in the background and hands them to the document.

A search runs its finders one after the other; what each has found is in the document at once. It
always ends in exactly one of ``succeeded``, ``failed``, ``cancelled``; a finder that fails does
not take the others' results away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import CLASSICAL, Polarity
from nmrquanv.progress import Report
from nmrquanv.session.asking import FindPeaks, find_with_models, look_at_once, part_of
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.taking_over import TakingOver
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Spectrum

_log = logging.getLogger(__name__)

CANCELLED = "Finding peaks was cancelled"
STAYS = "what was found until then stays (undo takes it back)"
DROPPED = "The spectrum changed while peaks were being found: the result was dropped"
STARTING, WAITING, LOOKING = "Finding peaks …", "Waits for another search", "First look"

Progress = tuple[int, int, str]
"""Done, total (0 where nobody knows), and of what."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and where.

    Parameters
    ----------
    finders : tuple of str
        ``"quanv"``, ``"cnn"``, ``"classical"`` or models of the user's; run in this order, but
        that the classical one goes first.
    region : (float, float) or None, ppm
        High and low end; None for the whole spectrum.
    one_window : bool
        The region as exactly one 200-point window.
    polarity : Polarity
        ``"auto"``, ``"positive"``, ``"negative"`` or ``"both"``.
    """

    finders: tuple[str, ...]
    region: tuple[float, float] | None = None
    one_window: bool = False
    polarity: Polarity = "auto"

    def __post_init__(self) -> None:
        if not self.finders:
            raise ValueError("a search needs a finder")
        if self.one_window and self.region is None:
            raise ValueError("one window needs a region")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search gave: a peak list or an error of each finder."""

    results: Mapping[str, PeakList] = field(default_factory=dict)
    failures: Mapping[str, Exception] = field(default_factory=dict)

    def failure_text(self) -> str:
        """Return one line on each finder that failed; empty if none did."""
        return "\n".join(f"{name}: {_sentence(error)}" for name, error in self.failures.items())


def _sentence(error: Exception) -> str:
    text = str(error).strip()
    return text if isinstance(error, NmrQuanvError) and text else f"{type(error).__name__}: {text}"


@dataclass(slots=True, eq=False)
class _Running:
    """A search that waits or runs."""

    document: Document
    search: Search
    spectrum: Spectrum
    revision: int
    taking: TakingOver
    is_to_look: bool
    progress: Progress = (0, 0, STARTING)
    results: dict[str, PeakList] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)

    @property
    def order(self) -> tuple[str, ...]:
        """The finders as they are asked: the one that answers at once goes first."""
        return tuple(sorted(self.search.finders, key=lambda f: f != CLASSICAL))

    @property
    def next_finder(self) -> str:
        """The first finder that has not answered; empty when all have."""
        answered = self.results.keys() | self.failures.keys()
        return next((f for f in self.order if f not in answered), "")

    @property
    def is_out_of_date(self) -> bool:
        """Whether the document is closed, or another spectrum stands in it."""
        return self.document.is_closed or self.document.reprocess.revision != self.revision

    def work(self, ask: FindPeaks, finder: str) -> Callable[[Report], PeakList]:
        """Return the function that the worker thread runs; an empty finder is the first look."""
        spectrum, search, finders = self.spectrum, self.search, self.order

        def work(report: Report) -> PeakList:
            number = finders.index(finder) if finder else 0
            part = part_of(report, number, len(finders), finder or LOOKING)
            return ask(
                spectrum,
                finder or CLASSICAL,
                region=search.region,
                polarity=search.polarity,
                one_window=search.one_window,
                report=part,
            )

        return work


class PeakFinding(QObject):
    """Searches, one after the other; of a document the newest takes the place of the one before.

    First looks have a thread of their own: that of a second document waits for no network.

    Parameters
    ----------
    find : FindPeaks or None
        None for the program's own finders.
    look : FindPeaks or None
        Gives a *first look* (``taking_over.py``). None for the program's own beside its own
        finders, and for none beside others.

    Signals
    -------
    started(Document), progressed(Document, int, int, str)
    advanced(Document)
        The document has more of what is found.
    succeeded(Document, Found)
        The document has all results; ``failures`` names finders that failed.
    failed(Document, Found)
        No finder gave a result.
    cancelled(Document, str)
        By the user, by a newer search, or because the spectrum changed meanwhile: the text says.
        What was found until then stays, as one undo step.
    """

    started = Signal(object)
    progressed = Signal(object, int, int, str)
    advanced = Signal(object)
    succeeded = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object, str)

    def __init__(
        self,
        find: FindPeaks | None = None,
        look: FindPeaks | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._find = find or find_with_models
        self._look = look_at_once if find is None and look is None else look
        self._lane, self._looks = (Lane(is_newest_first=False, parent=self) for _ in range(2))
        self._queue: list[_Running] = []
        self._job: tuple[Job, _Running] | None = None
        self._looking: tuple[Job, _Running] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a search runs or waits."""
        return bool(self._queue) or self._lane.is_busy or self._looks.is_busy

    def is_searching(self, document: Document | None) -> bool:
        """Tell whether a document is searched, or waits for it."""
        return self.progress_of(document) is not None

    def progress_of(self, document: Document | None) -> Progress | None:
        """Return how far the search of a document is; None without one."""
        return next((r.progress for r in self._queue if r.document is document), None)

    def start(self, document: Document, search: Search) -> None:
        """Search a document's present spectrum."""
        self.cancel(document)
        taking = TakingOver(document, search.finders, search.region)
        running = _Running(
            document,
            search,
            document.spectrum,
            document.reprocess.revision,
            taking,
            self._look is not None and taking.wants_look,
        )
        if self.is_running:
            running.progress = (0, 0, WAITING)
        self._queue.append(running)
        self.started.emit(document)
        self._go_on()

    def cancel(self, document: Document | None = None) -> None:
        """Stop all searches; with a document, only that of it."""
        for running in [r for r in self._queue if document is None or r.document is document]:
            self._queue.remove(running)
            jobs = (x for x in (self._job, self._looking) if x is not None and x[1] is running)
            if (at_work := next(jobs, None)) is not None:
                at_work[0].cancel()  # tells its end when the thread has noticed
            else:
                self._tell_cancelled(running)

    def _go_on(self) -> None:
        """Start the next first look, and the next finder of the search whose turn it is."""
        looking = next((r for r in self._queue if r.is_to_look), None)
        if self._looking is None and looking is not None and self._look is not None:
            job = self._made(looking, self._look, "")
            job.ended.connect(self._on_looked)
            self._looking = job, looking
            self._looks.submit(job)
        if self._job is None and self._queue and not self._queue[0].is_to_look:
            running = self._queue[0]
            job = self._made(running, self._find, running.next_finder)
            job.ended.connect(self._on_ended)
            self._job = job, running
            self._lane.submit(job)

    def _made(self, running: _Running, ask: FindPeaks, finder: str) -> Job:
        """Return the job of one finder of a search; an empty one is the first look."""
        job = Job(running.work(ask, finder))
        job.progressed.connect(lambda *told: self._on_progressed(running, told))
        job.succeeded.connect(lambda peaks: self._on_answer(running, finder, peaks))
        job.failed.connect(lambda error: self._on_error(running, finder, error))
        job.cancelled.connect(lambda: self._on_cancelled(running))
        return job

    def _on_progressed(self, running: _Running, told: Progress) -> None:
        running.progress = told
        self.progressed.emit(running.document, *told)

    def _on_answer(self, running: _Running, finder: str, peaks: PeakList) -> None:
        if running.is_out_of_date:
            self._queue.remove(running)
            self.cancelled.emit(running.document, DROPPED)
            return
        if finder:
            running.results[finder] = peaks
            running.taking.take(finder, peaks)
        else:
            running.taking.look(peaks)
        self.advanced.emit(running.document)
        self._end_if_done(running)

    def _on_error(self, running: _Running, finder: str, error: Exception) -> None:
        """Note a finder's fault, which is not the others'; without a first look all goes on."""
        is_expected = isinstance(error, NmrQuanvError)
        shown = None if is_expected else error
        _log.warning("finder %s failed: %s", finder or LOOKING, error, exc_info=shown)
        if finder:
            running.failures[finder] = error
            self._end_if_done(running)

    def _end_if_done(self, running: _Running) -> None:
        if running.next_finder:
            return
        self._queue.remove(running)
        found = SearchResult(running.results, running.failures)
        (self.succeeded if found.results else self.failed).emit(running.document, found)

    def _on_cancelled(self, running: _Running) -> None:
        if running in self._queue:  # a finder's own accord
            self._queue.remove(running)
        self._tell_cancelled(running)

    def _tell_cancelled(self, running: _Running) -> None:
        text = f"{CANCELLED}; {STAYS}" if running.taking.has_taken else CANCELLED
        self.cancelled.emit(running.document, text)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self._go_on()

    @Slot()
    def _on_looked(self) -> None:
        if self._looking is not None:
            running = self._looking[1]
            running.is_to_look = False
            if running in self._queue[1:]:
                self._on_progressed(running, (0, 0, WAITING))
        self._looking = None
        self._go_on()
