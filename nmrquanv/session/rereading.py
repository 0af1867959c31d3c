"""Open documents whose data are read again: another source, a FID to see, data that were away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from nmrquanv.progress import Report
from nmrquanv.session.data_search import FoundData, searched, shown_recipe, with_found
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.requests import Request, processed, request_of, source_of
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome
from nmrquanv.spectra.spectrum import Fid


class Rereading(QObject):
    """Remembers what was asked to be read for each document, and reads more of it.

    Parameters
    ----------
    lane : Lane
        Reads one thing after the other.

    Signals
    -------
    progressed(int, int, str)
    failed(Document, Exception)
        The document stays as it was.
    data_found(Document)
        A document has its measured data again; one undo step.
    data_differ(Document, FoundData)
        What lies there is not what the document was made of: nothing is done with it unasked.
    place_told(Document, str, callable)
        A document file tells to read a place, which nobody here has opened: call to go there.
    noted(str)
        What a person should know of what was read.
    """

    progressed = Signal(int, int, str)
    failed = Signal(object, object)
    data_found = Signal(object)
    data_differ = Signal(object, object)
    place_told = Signal(object, str, object)
    noted = Signal(str)

    def __init__(self, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._requests: dict[Document, Request] = {}
        self._opened_here: set[Document] = set()

    def follow(self, document: Document, request: Request | None = None) -> None:
        """Read a document's other sources where this was read, or where its file tells to."""
        self._requests[document] = request or request_of(document)
        if request is not None:
            self._opened_here.add(document)

    def forget(self, document: Document) -> None:
        """Let a document go that is closed."""
        self._requests.pop(document, None)
        self._opened_here.discard(document)

    def reread(
        self,
        document: Document,
        source: str | None = None,
        sf_mhz: float | None = None,
        nucleus: str | None = None,
    ) -> None:
        """Switch a document to another source, or tell it what its text file does not say.

        One undo step when it has succeeded. The user's reference is kept; peaks stay.
        """
        old = self._requests.get(document)
        if old is None:
            return
        request = old.changed(source or source_of(document), sf_mhz, nucleus)

        def take_over(result: tuple[DataSet, Outcome]) -> None:
            self._requests[document] = request
            self._tell_changes(document, result[0])
            document.reprocess.set_dataset(*result)

        def go() -> None:
            self._run(lambda report: processed(request.read(report), report), document, take_over)

        self._go(document, request, go)

    def load_fid(self, document: Document) -> None:
        """Read the FID of a document that shows a processed spectrum, for viewing."""
        old = self._requests.get(document)
        if document.fid is not None or old is None or "fid" not in document.dataset.sources:
            return
        request = old.changed("fid")

        def take_over(dataset: DataSet) -> None:
            if isinstance(dataset.data, Fid):
                self._tell_changes(document, dataset)
                document.show_fid(dataset.data)

        self._go(document, request, lambda: self._run(request.read, document, take_over))

    def find_data(self, document: Document, path: str) -> None:
        """Look for the measured data of a document that has a trace alone."""
        dataset = document.dataset
        if dataset.elsewhere is None:
            return
        recipe = shown_recipe(document.state)

        def take_over(found: FoundData) -> None:
            if document.dataset is not dataset:
                return
            if found.changed:
                self.data_differ.emit(document, found)
            else:
                self.take_data(document, found)

        self._run(lambda report: searched(dataset, path, report, recipe), document, take_over)

    def take_data(self, document: Document, found: FoundData) -> None:
        """Go over to data that were found; a person was asked where they differ."""
        state = with_found(document.state, found, is_as_read=False)
        document.push("Find Data", state)
        self.follow(document, request_of(document))
        self.data_found.emit(document)

    def _go(self, document: Document, request: Request, go: Callable[[], None]) -> None:
        """Read at once what was opened here or lies in the document; let others be asked for."""
        if document in self._opened_here or request.is_held:
            go()
            return

        def agreed() -> None:
            if not document.is_closed:
                self._opened_here.add(document)
                go()

        self.place_told.emit(document, request.path, agreed)

    def _tell_changes(self, document: Document, found: DataSet) -> None:
        """Say where files that two sources share are not what they were."""
        known = {file.name: file.sha256 for file in document.dataset.files}
        changed = [f.name for f in found.files if known.get(f.name, f.sha256) != f.sha256]
        if changed:
            names = ", ".join(changed[:3])
            self.noted.emit(f"{found.source.path} has changed since it was first read: {names}")

    def _run(
        self, work: Callable[[Report], Any], document: Document, take_over: Callable[[Any], None]
    ) -> None:
        """Queue work for an open document; what comes after it was closed is dropped."""

        def succeed(result: object) -> None:
            if not document.is_closed:
                take_over(result)

        def fail(error: Exception) -> None:
            if not document.is_closed:
                self.failed.emit(document, error)

        job = Job(work)
        job.progressed.connect(self.progressed)
        job.succeeded.connect(succeed)
        job.failed.connect(fail)
        self._lane.submit(job)
