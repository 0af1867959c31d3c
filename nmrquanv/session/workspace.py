"""The open documents, the current one, and how files become documents.

Reading and first processing run in the background, one path after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from nmrquanv.errors import ExportError, SeveralDataSetsError
from nmrquanv.io.document_file import is_document_file
from nmrquanv.io.document_form import Choice
from nmrquanv.paths import with_home
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.requests import (
    Request,
    document_name,
    processed,
    request_of,
    source_of,
    synthetic,
)
from nmrquanv.session.saving import Opened, Saving, opened
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome
from nmrquanv.spectra.spectrum import Fid


class Workspace(QObject):
    """Documents and the current one.

    Signals
    -------
    opening(str)
        A path (or "synthetic spectrum") is being read; exactly one of the next three follows
        for it, or ``open_cancelled``.
    opened(Document)
        It is among ``documents`` and is current.
    open_failed(str, Exception)
        Path and what is wrong.
    choice_needed(str, tuple of str, tuple of Sample)
        A folder with several data sets: open one or more of these instead.
    current_changed(Document or None), closed(Document), documents_changed()
    reread_failed(Document, Exception)
        Another source of a document could not be read; the document stays as it was.
    noted(str)
        What a person should know of a file that was opened.
    """

    opening = Signal(str)
    opened = Signal(object)
    open_failed = Signal(str, object)
    open_cancelled = Signal(str)
    choice_needed = Signal(str, object, object)
    progressed = Signal(int, int, str)
    current_changed = Signal(object)
    documents_changed = Signal()
    closed = Signal(object)
    reread_failed = Signal(object, object)
    noted = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._lane = Lane(is_newest_first=False, parent=self)
        self._documents: list[Document] = []
        self._current: Document | None = None
        self._requests: dict[Document, Request] = {}
        self.saving = Saving(self)
        self.saving.saved.connect(lambda path: settings.add_recent_file(str(path)))

    @property
    def documents(self) -> tuple[Document, ...]:
        """In the order in which they were opened."""
        return tuple(self._documents)

    @property
    def current(self) -> Document | None:
        """The document that the window shows."""
        return self._current

    @property
    def is_opening(self) -> bool:
        """Whether something is being read."""
        return self._lane.is_busy

    @property
    def recent_files(self) -> tuple[str, ...]:
        """Newest first."""
        return self._settings.recent_files

    def set_current(self, document: Document | None) -> None:
        """Show another document."""
        if document is not None and document not in self._documents:
            raise ValueError("the document is not open")
        if document is not self._current:
            self._current = document
            self.current_changed.emit(document)

    def open(
        self,
        path: str | Path,
        source: str | None = None,
        sf_mhz: float | None = None,
        nucleus: str | None = None,
    ) -> None:
        """Open a file or folder; ``opened``, ``open_failed`` or ``choice_needed`` follows.

        All spectra of a document file (``.nmrq``) are opened; one that is open is shown.
        """
        request = Request(str(with_home(path)), source, sf_mhz, nucleus)
        if is_document_file(request.path):
            self._open_file(Path(os.path.abspath(request.path)))
            return

        def make(result: tuple[DataSet, Outcome]) -> list[Document]:
            document = self._new_document(document_name(request.path), result)
            self._requests[document] = request
            return [document]

        self.open_by(request.path, lambda report: processed(request.read(), report), make)

    def open_synthetic(self, seed: int, kind: str = "mixed") -> None:
        """Open a synthetic spectrum; the same seed and kind give the same one."""
        name = f"synthetic {kind}, seed {seed}"

        self.open_by(
            name,
            lambda report: processed(synthetic(seed, kind), report),
            lambda result: [self._new_document(name, result)],
            is_recent=False,
        )

    def _open_file(self, path: Path) -> None:
        """Open a document file, or show it where it is open."""
        known = next((d for d in self._documents if d.file == path), None)
        if known is not None:
            self.set_current(known)
            return

        self.open_by(
            str(path), lambda report: opened(path), lambda found: self.documents_of(found, path)
        )

    def documents_of(self, found: Opened, path: Path | None = None) -> list[Document]:
        """Return documents that begin with stored states, of a file or none; current one last."""
        made = [Document.of_state(state, name, self) for name, state in found.states]
        for document, view in zip(made, found.views or ({},) * len(made), strict=True):
            document.file, document.view = path, view
            self.renew_request(document)
        if path is not None:
            self.saving.hold_to(path, found.choice)
        for note in found.notes:
            self.noted.emit(note)
        return [*made[found.current + 1 :], *made[: found.current + 1]]

    def renew_request(self, document: Document) -> None:
        """Look for other sources of a document where its data came from now."""
        self._requests[document] = request_of(document)

    def of_file(self, document: Document) -> tuple[Document, ...]:
        """Return the open documents of a document's file, itself among them."""
        if document.file is None:
            return (document,)
        return tuple(d for d in self._documents if d.file == document.file)

    def save(
        self, document: Document, path: Path | None = None, choice: Choice | None = None
    ) -> None:
        """Save a document with the others of its file; ``saving`` tells how it ends.

        Parameters
        ----------
        path : Path or None
            Where to; None takes the document's own file.
        choice : Choice or None
            What the file is to hold; None for what it held until now.
        """
        target = Path(os.path.abspath(path)) if path is not None else document.file
        if target is None:
            raise ValueError("a document without a file is saved under a name")
        if target != document.file and any(d.file == target for d in self._documents):
            told = f"'{target}' is open here: close it first, or choose another name"
            self.saving.failed.emit(target, ExportError(told))
            return
        self.saving.save(self.of_file(document), target, self._current, choice)

    def save_together(self, documents: Sequence[Document], path: Path) -> None:
        """Save documents that have no file yet in one."""
        self.saving.save(documents, Path(os.path.abspath(path)), self._current)

    def cancel_opening(self) -> None:
        """Stop reading; what waits is not opened either."""
        self._lane.cancel()

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
            document.set_dataset(*result)

        job = Job(lambda report: processed(request.read(), report))
        job.progressed.connect(self.progressed)
        self._reread(job, document, take_over)

    def load_fid(self, document: Document) -> None:
        """Read the FID of a document that shows a processed spectrum, for viewing."""
        old = self._requests.get(document)
        if document.fid is not None or old is None or "fid" not in document.dataset.sources:
            return
        request = old.changed("fid")

        def take_over(dataset: DataSet) -> None:
            if isinstance(dataset.data, Fid):
                document.show_fid(dataset.data)

        self._reread(Job(lambda _report: request.read()), document, take_over)

    def close(self, document: Document) -> None:
        """Close a document without asking; the next one becomes current."""
        if document not in self._documents:
            return
        place = self._documents.index(document)
        is_last = len(self.of_file(document)) == 1
        self._documents.remove(document)
        self.saving.keep_closed(document, is_last)
        self._requests.pop(document, None)
        if document is self._current:
            left = self._documents
            self.set_current(left[min(place, len(left) - 1)] if left else None)
        document.dispose()
        self.documents_changed.emit()
        self.closed.emit(document)
        document.deleteLater()

    def with_unsaved_edits(self) -> tuple[Document, ...]:
        """Return the documents that closing would lose work of."""
        return tuple(d for d in self._documents if d.has_unsaved_edits)

    def _reread(self, job: Job, document: Document, take_over: Callable[[Any], None]) -> None:
        """Queue a job for an open document; what comes after it was closed is dropped."""

        def succeed(result: object) -> None:
            if not document.is_closed:
                take_over(result)

        def fail(error: Exception) -> None:
            if not document.is_closed:
                self.reread_failed.emit(document, error)

        job.succeeded.connect(succeed)
        job.failed.connect(fail)
        self._lane.submit(job)

    def _new_document(self, name: str, result: tuple[DataSet, Outcome]) -> Document:
        return Document(*result, name, self._settings.thresholds, self)

    def open_by(
        self,
        name: str,
        work: Callable[[Report], Any],
        make: Callable[[Any], list[Document]],
        *,
        is_recent: bool = True,
    ) -> None:
        """Queue work whose result becomes documents; the last of them becomes current."""

        def take_over(result: Any) -> None:
            documents = make(result)
            if is_recent:
                self._settings.add_recent_file(name)
            self._documents.extend(documents)
            self.documents_changed.emit()
            for document in documents:
                self.set_current(document)
                self.opened.emit(document)

        def fail(error: Exception) -> None:
            if isinstance(error, SeveralDataSetsError):
                self.choice_needed.emit(name, error.choices, error.summaries)
            else:
                self.open_failed.emit(name, error)

        job = Job(work)
        job.progressed.connect(self.progressed)
        job.succeeded.connect(take_over)
        job.failed.connect(fail)
        job.cancelled.connect(lambda: self.open_cancelled.emit(name))
        self.opening.emit(name)
        self._lane.submit(job)
