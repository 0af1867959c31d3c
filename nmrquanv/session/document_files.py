"""Which open documents belong to which file: saved together, taken out of it, brought back.

A spectrum that is closed stays in its file. One that is *removed* goes from it with the next save,
and can be put back until the program ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import ExportError
from nmrquanv.io.document_options import Choice
from nmrquanv.session.document import Document
from nmrquanv.session.saving import Opened, Saving


def is_same_file(path: Path | None, other: Path | None) -> bool:
    """Tell whether two paths lead to one file, through links and in whatever spelling."""
    if path is None or other is None:
        return False
    try:
        return os.path.samefile(path, other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)


@dataclass(frozen=True, slots=True, eq=False)
class _Removed:
    """A spectrum that was taken out of its file."""

    opened: Opened
    file: Path


class DocumentFiles:
    """The files of a workspace's documents.

    Parameters
    ----------
    saving : Saving
    documents : callable
        Returns the open documents.
    """

    def __init__(self, saving: Saving, documents: Callable[[], Sequence[Document]]) -> None:
        self._saving, self._documents = saving, documents
        self._removed: list[_Removed] = []

    def opened_as(self, path: Path) -> Document | None:
        """Return a document of a file that is open."""
        return next((d for d in self._documents() if is_same_file(d.file, path)), None)

    def of(self, document: Document) -> tuple[Document, ...]:
        """Return the open documents of a document's file, itself among them."""
        if document.file is None:
            return (document,)
        return tuple(d for d in self._documents() if d.file == document.file)

    def save(
        self,
        documents: Sequence[Document],
        path: Path,
        current: Document | None,
        choice: Choice | None = None,
    ) -> None:
        """Save documents in one file, which is theirs from then on.

        Parameters
        ----------
        documents : sequence of Document
            All that are open of one file, or any others.
        path : Path
        current : Document or None
            The one that is shown.
        choice : Choice or None
            What the file is to hold; None for what it held until now.
        """
        target = Path(os.path.abspath(path))
        others = [d for d in self._documents() if d not in documents]
        if any(is_same_file(d.file, target) for d in others):
            told = f"'{target}' is open here: close it first, or choose another name"
            self._saving.failed.emit(target, ExportError(told))
            return
        self._saving.save(documents, target, current, choice)

    def can_remove(self, document: Document) -> bool:
        """Tell whether a document's file holds others too."""
        has_closed = bool(self._saving.closed_of(document.file))
        return document.file is not None and (has_closed or len(self.of(document)) > 1)

    def note_removal(self, document: Document) -> None:
        """Remember a document that is about to be closed and taken out of its file."""
        if document.file is None:
            raise ValueError("a document without a file cannot be removed from it")
        opened = Opened(((document.name, document.state),), 0, (document.view,))
        self._removed.append(_Removed(opened, document.file))
        _mark(other for other in self.of(document) if other is not document)

    @property
    def removed_name(self) -> str:
        """The spectrum that would be put back; empty without one."""
        return self._removed[-1].opened.states[0][0] if self._removed else ""

    def take_removed(self) -> tuple[Opened, Path] | None:
        """Return the spectrum that was removed last, to be opened again, and its file."""
        if not self._removed:
            return None
        last = self._removed.pop()
        return last.opened, last.file

    def put_back(self, documents: Sequence[Document]) -> None:
        """Say that documents which were removed are in their file again."""
        for document in documents:
            _mark(self.of(document))
            _mark((document,))

    def take_closed(self, path: Path) -> Opened | None:
        """Return the spectra of an open file that were closed, to be opened again."""
        return self._saving.take_closed(path)


def _mark(documents: Iterable[Document]) -> None:
    """Say that documents' file is to be written, though nothing was edited."""
    for document in documents:
        document.has_file_edits = True
