"""The open documents, the current one, and how files become documents.

Reading and first processing run in the background, one path after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from nmrquanv.errors import DoubtfulTextError, SeveralDataSetsError
from nmrquanv.io.document_options import Choice, is_document_file
from nmrquanv.paths import with_home
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.session.document_files import DocumentFiles
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.requests import Request, document_name, processed, synthetic
from nmrquanv.session.rereading import Rereading
from nmrquanv.session.saving import Opened, Saving, opened
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome


class Workspace(QObject):
    """Documents and the current one; ``is_awaited`` while the one asked for last is not there yet.

    Signals
    -------
    opening(str)
        A path (or "synthetic spectrum") is being read; exactly one of the next three follows
        for it, or ``open_cancelled``.
    opened(Document)
        It is among ``documents`` and is current.
    open_failed(str, Exception)
        Path and what is wrong.
    choice_needed(str, tuple of str, tuple of Summary)
        A folder with several data sets: open one or more of these instead.
    text_doubtful(str, Guess)
        A text that does not say all: ask how it is read.
    current_changed(Document or None), closed(Document), documents_changed()
    openings_ended()
        All that was asked for has been opened, or was not.
    awaited_changed()
        ``is_awaited`` is another.
    noted(str)
        What a person should know of a file that was opened.
    """

    opening = Signal(str)
    opened = Signal(object)
    open_failed = Signal(str, object)
    open_cancelled = Signal(str)
    choice_needed = Signal(str, object, object)
    text_doubtful = Signal(str, object)
    progressed = Signal(int, int, str)
    current_changed = Signal(object)
    documents_changed = Signal()
    closed = Signal(object)
    openings_ended = Signal()
    awaited_changed = Signal()
    noted = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._lane = Lane(is_newest_first=False, parent=self)
        self._documents: list[Document] = []
        self._current: Document | None = None
        self._openings, self.is_awaited = 0, False
        self.rereading = Rereading(self._lane, self)
        self.rereading.progressed.connect(self.progressed)
        self.saving = Saving(self)
        self.files = DocumentFiles(self.saving, lambda: self._documents)
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
        """Show another document, which is then the one that was asked for last."""
        if document is not None and document not in self._documents:
            raise ValueError("the document is not open")
        self._await(False)
        self._show(document)

    def _await(self, is_awaited: bool) -> None:
        if is_awaited != self.is_awaited:
            self.is_awaited = is_awaited
            self.awaited_changed.emit()

    def _show(self, document: Document | None) -> None:
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
        self.open_request(Request(str(path), source, sf_mhz, nucleus))

    def open_request(self, request: Request) -> None:
        """Open what a request says; see :meth:`open`. ``text_doubtful`` may follow as well."""
        request = replace(request, path=str(with_home(request.path)))
        if is_document_file(request.path):
            self._open_file(Path(os.path.abspath(request.path)))
            return

        def make(result: tuple[DataSet, Outcome]) -> list[Document]:
            row = request.source if (request.source or "").startswith("row ") else None
            name = ", ".join(filter(None, (document_name(request.path), row)))
            document = self._new_document(name, result)
            self.rereading.follow(document, request)
            return [document]

        self.open_by(request.path, lambda report: processed(request.read(report), report), make)

    def open_synthetic(self, seed: int, kind: str = "mixed") -> None:
        """Open a synthetic spectrum; the same seed and kind give the same one."""
        name = f"synthetic {kind}, seed {seed}"
        self.open_made(name, lambda report: processed(synthetic(seed, kind), report))

    def open_made(
        self,
        name: str,
        make: Callable[[Report], tuple[DataSet, Outcome]],
        made: Callable[[Document], None] | None = None,
    ) -> None:
        """Open what never was a file; ``made`` gets the document before it is shown."""

        def take_over(result: tuple[DataSet, Outcome]) -> list[Document]:
            document = self._new_document(name, result)
            if made is not None:
                made(document)
            return [document]

        self.open_by(name, make, take_over, is_recent=False)

    def _open_file(self, path: Path) -> None:
        """Open a document file; of one that is open, show it and what was closed of it."""
        known = self.files.opened_as(path)
        if known is None:
            self.open_by(str(path), lambda _report: opened(path), lambda it: self._once(it, path))
            return
        self.set_current(known)
        closed = self.files.take_closed(known.file or path)
        if closed is not None:
            self._add(self.documents_of(closed, known.file))

    def _once(self, found: Opened, path: Path) -> list[Document]:
        """Return the documents of a file, unless it was asked for twice and is open by now."""
        known = self.files.opened_as(path)
        if known is None:
            return self.documents_of(found, path)
        self._show(known)
        return []

    def documents_of(self, found: Opened, path: Path | None = None) -> list[Document]:
        """Return documents that begin with stored states, of a file or none; current one last."""
        made = [Document.of_state(state, name, self) for name, state in found.states]
        for document, view in zip(made, found.views or ({},) * len(made), strict=True):
            document.file, document.view = path, view
            self.rereading.follow(document)
        if path is not None and self.files.opened_as(path) is None:
            self.saving.begin_with(path, found.choice)
        for note in found.notes:
            self.noted.emit(note)
        return [*made[found.current + 1 :], *made[: found.current + 1]]

    def save(
        self, document: Document, path: Path | None = None, choice: Choice | None = None
    ) -> None:
        """Save a document with the others of its file, by default there; ``saving`` tells more."""
        target = path or document.file
        if target is None:
            raise ValueError("a document without a file is saved under a name")
        self.files.save(self.files.of(document), target, self._current, choice)

    def remove_from_file(self, document: Document) -> None:
        """Close a document and take it out of its file, with the next saving of that."""
        self.files.note_removal(document)
        self.close(document, stays_in_file=False)

    def put_back(self) -> None:
        """Open the document again that was removed from its file last."""
        removed = self.files.take_removed()
        if removed is not None:
            found, path = removed
            made = self.documents_of(found, path if self.files.opened_as(path) else None)
            self._add(made)
            self.files.put_back(made)

    def cancel_opening(self) -> None:
        """Stop reading; what waits is not opened either."""
        self._lane.cancel()

    def close(self, document: Document, *, stays_in_file: bool = True) -> None:
        """Close a document without asking; the next one becomes current."""
        if document not in self._documents:
            return
        place = self._documents.index(document)
        is_last = len(self.files.of(document)) == 1
        self._documents.remove(document)
        if stays_in_file or is_last:
            self.saving.keep_closed(document, is_last)
        self.rereading.forget(document)
        if document is self._current:
            left = self._documents
            self._show(left[min(place, len(left) - 1)] if left else None)
        document.dispose()
        self.documents_changed.emit()
        self.closed.emit(document)
        document.deleteLater()

    def with_unsaved_edits(self) -> tuple[Document, ...]:
        """Return the documents that closing would lose work of."""
        return tuple(d for d in self._documents if d.has_unsaved_edits)

    def _new_document(self, name: str, result: tuple[DataSet, Outcome]) -> Document:
        return Document(*result, name, self._settings.thresholds, self)

    def _add(self, documents: Sequence[Document]) -> None:
        self._documents.extend(documents)
        self.documents_changed.emit()
        for document in documents:
            self._show(document)
            self.opened.emit(document)

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
            self._add(documents)

        def fail(error: Exception) -> None:
            if isinstance(error, SeveralDataSetsError):
                self.choice_needed.emit(name, error.choices, error.summaries)
            elif isinstance(error, DoubtfulTextError):
                self.text_doubtful.emit(name, error.looks)
            else:
                self.open_failed.emit(name, error)

        job = Job(work)
        job.progressed.connect(self.progressed)
        job.succeeded.connect(take_over)
        job.failed.connect(fail)
        job.cancelled.connect(lambda: self.open_cancelled.emit(name))
        job.ended.connect(self._on_opening_ended)
        self._openings += 1
        self._await(True)
        self.opening.emit(name)
        self._lane.submit(job)

    @Slot()
    def _on_opening_ended(self) -> None:
        self._openings -= 1
        if not self._openings:
            self._await(False)
            self.openings_ended.emit()
