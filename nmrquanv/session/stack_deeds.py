"""What is made of a stack outside it, so that the stack's undo takes it back and does it again.

A sum is opened as a spectrum of its own; regions are given to the open spectra. Each is an edit of
the stack, which knows it by an id, and an edit there.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from PySide6.QtCore import QTimer

from nmrquanv.session.document import Document
from nmrquanv.session.requests import processed
from nmrquanv.session.undo import step_at
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.several import Term, summed
from nmrquanv.spectra.starting_recipe import spectrum_recipe


class Deed(Protocol):
    """Something that was done outside the stack."""

    def do(self) -> str:
        """Do it again; return what to tell a person, empty where all went as wanted."""

    def take_back(self) -> str:
        """Take it back; return the same."""


class OpenedSum:
    """A sum that stands among the open spectra.

    Parameters
    ----------
    workspace : Workspace
    name : str
    terms : callable
        Returns the terms as they are now; fewer than two where their spectra are closed.
    """

    def __init__(self, workspace: Workspace, name: str, terms: Callable[[], list[Term]]) -> None:
        self._workspace, self._name, self._terms = workspace, name, terms
        self._document: weakref.ref[Document] | None = None
        self._is_wanted = True

    def open(self, made: Callable[[], None]) -> None:
        """Make it in the background and open it; ``made`` is called when it is open."""
        terms = self._terms()

        def keep(document: Document) -> None:
            self._document = weakref.ref(document)
            if not self._is_wanted:  # taken back while it was made
                QTimer.singleShot(0, document, lambda: self._workspace.close(document))
            made()

        self._workspace.open_made(self._name, lambda report: processed(_made(terms), report), keep)

    def do(self) -> str:
        """Open it once more."""
        if len(self._terms()) < 2:
            return f"'{self._name}' cannot be made again: a spectrum of it is closed."
        self._is_wanted = True
        self.open(lambda: None)
        return ""

    def take_back(self) -> str:
        """Close its spectrum, unless somebody has worked with it."""
        self._is_wanted = False
        document = self._document() if self._document is not None else None
        if document is None or document.is_closed:
            return ""
        if document.file is not None or document.undo_stack.count():
            return f"'{self._name}' stays open: it was worked with."
        self._workspace.close(document)
        return ""


class Given:
    """One edit in each of several documents, which are known by their gesture.

    Parameters
    ----------
    documents : iterable of Document
        Those that were edited.
    gesture : int
        Of the edits.
    """

    def __init__(self, documents: Iterable[Document], gesture: int) -> None:
        self._documents = [weakref.ref(document) for document in documents]
        self._gesture = gesture

    def do(self) -> str:
        """Do the edit again in each document where it was what was undone last."""
        return self._told([d for d in self._open() if not self._moved(d, 0, d.undo_stack.redo)])

    def take_back(self) -> str:
        """Undo the edit in each document where it is the newest."""
        return self._told([d for d in self._open() if not self._moved(d, -1, d.undo_stack.undo)])

    def _open(self) -> list[Document]:
        found = (known() for known in self._documents)
        return [d for d in found if d is not None and not d.is_closed]

    def _moved(self, document: Document, place: int, move: Callable[[], None]) -> bool:
        stack = document.undo_stack
        step = step_at(stack, stack.index() + place)
        is_ours = step is not None and step.gesture == self._gesture
        if is_ours:
            move()
        return is_ours

    @staticmethod
    def _told(left: Sequence[Document]) -> str:
        names = ", ".join(f"'{document.name}'" for document in left)
        return f"Left as it is, for it was edited since: {names}." if left else ""


def _made(terms: Sequence[Term]) -> DataSet:
    spectrum = summed(terms)
    return DataSet(spectrum, spectrum_recipe(), (spectrum.source.kind,))
