"""Finds peaks in the background and hands them to the document.

A search runs its finders one after the other in one job. It always ends in exactly one of
``succeeded``, ``failed``, ``cancelled``; a finder that fails does not take the others' results
away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import Polarity
from nmrquanv.progress import Cancelled, Report
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Spectrum

_log = logging.getLogger(__name__)
_STEPS_A_FINDER = 1000

CANCELLED = "Finding peaks was cancelled"
DROPPED = "The spectrum changed while peaks were being found: the result was dropped"


class FindPeaks(Protocol):
    """A function that finds peaks, such as ``nmrquanv.models.finder.find_peaks``."""

    def __call__(
        self,
        spectrum: Spectrum,
        model: str,
        *,
        region: tuple[float, float] | None,
        polarity: Polarity,
        one_window: bool,
        report: Report,
    ) -> PeakList:
        """Return all candidates."""
        ...


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and where.

    Parameters
    ----------
    finders : tuple of str
        ``"quanv"``, ``"cnn"``, ``"classical"`` or models of the user's; run in this order.
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
class Found:
    """What a search gave: a peak list or an error of each finder."""

    results: Mapping[str, PeakList] = field(default_factory=dict)
    failures: Mapping[str, Exception] = field(default_factory=dict)

    def failure_text(self) -> str:
        """Return one line on each finder that failed; empty if none did."""
        return "\n".join(f"{name}: {_sentence(error)}" for name, error in self.failures.items())


def _sentence(error: Exception) -> str:
    text = str(error).strip()
    return text if isinstance(error, NmrQuanvError) and text else f"{type(error).__name__}: {text}"


def find_with_models(
    spectrum: Spectrum,
    model: str,
    *,
    region: tuple[float, float] | None,
    polarity: Polarity,
    one_window: bool,
    report: Report,
) -> PeakList:
    """Call the finder of the program; torch is imported here, in the worker thread."""
    from nmrquanv.models.finder import find_peaks
    from nmrquanv.spectra.kept_patterns import learn

    found = find_peaks(
        spectrum, model, region=region, polarity=polarity, one_window=one_window, report=report
    )
    learn(found, spectrum)
    return found


class PeakFinding(QObject):
    """Searches, one at a time; a new one takes the place of the one before.

    Signals
    -------
    started(Document), progressed(int, int, str)
    succeeded(Document, Found)
        The document has the results already; ``failures`` names finders that failed.
    failed(Document, Found)
        No finder gave a result.
    cancelled(Document, str)
        By the user, by a newer search, or because the spectrum changed meanwhile: the text says.
    """

    started = Signal(object)
    progressed = Signal(int, int, str)
    succeeded = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object, str)

    def __init__(self, find: FindPeaks = find_with_models, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._lane = Lane(is_newest_first=True, parent=self)
        self._newest: tuple[Job, Document] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a search runs."""
        return self._lane.is_busy

    @property
    def document(self) -> Document | None:
        """The document that is being searched."""
        return self._newest[1] if self._newest is not None else None

    def start(self, document: Document, search: Search) -> None:
        """Search a document's present spectrum."""
        job = Job(_work(self._find, document.spectrum, search))
        revision = document.reprocess.revision

        def take_over(found: Found) -> None:
            self._forget(job)
            if document.is_closed or document.reprocess.revision != revision:
                self.cancelled.emit(document, DROPPED)
            elif not found.results:
                self.failed.emit(document, found)
            else:
                document.edit.set_layer_results(found.results, search.region)
                self.succeeded.emit(document, found)

        def fail(error: Exception) -> None:
            self._forget(job)
            self.failed.emit(document, Found({}, dict.fromkeys(search.finders, error)))

        def be_cancelled() -> None:
            self._forget(job)
            self.cancelled.emit(document, CANCELLED)

        job.progressed.connect(self.progressed)
        job.succeeded.connect(take_over)
        job.failed.connect(fail)
        job.cancelled.connect(be_cancelled)
        self._newest = (job, document)
        self.started.emit(document)
        self._lane.submit(job)

    def cancel(self, document: Document | None = None) -> None:
        """Stop the search; with a document, only if it is the one that is searched."""
        if document is None or self.document is document:
            self._lane.cancel()

    def _forget(self, job: Job) -> None:
        if self._newest is not None and self._newest[0] is job:
            self._newest = None


def _work(find: FindPeaks, spectrum: Spectrum, search: Search) -> Callable[[Report], Found]:
    """Return the function that the worker thread runs."""

    def work(report: Report) -> Found:
        results: dict[str, PeakList] = {}
        failures: dict[str, Exception] = {}
        for number, finder in enumerate(search.finders):
            try:
                results[finder] = find(
                    spectrum,
                    finder,
                    region=search.region,
                    polarity=search.polarity,
                    one_window=search.one_window,
                    report=_part(report, number, len(search.finders), finder),
                )
            except Cancelled:
                raise
            except Exception as error:  # noqa: BLE001  (one finder's fault is not the others')
                is_expected = isinstance(error, NmrQuanvError)
                _log.warning(
                    "finder %s failed: %s", finder, error, exc_info=None if is_expected else error
                )
                failures[finder] = error
        return Found(results, failures)

    return work


def _part(report: Report, number: int, count: int, finder: str) -> Report:
    """Return the report of one finder among several; its start is told at once."""

    def part(done: int, total: int, text: str) -> None:
        share = round(_STEPS_A_FINDER * done / total) if total > 0 else 0
        words = f"{finder}: {text}" if text else finder
        report(number * _STEPS_A_FINDER + share, count * _STEPS_A_FINDER, words)

    part(0, 1, "starting")
    return part
