"""Document files that are open: which documents belong to which, and saving them in the background.

One file owns one or more documents. A spectrum that was closed stays in its file: what it was when
it was closed is kept until the file's last document closes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from nmrquanv.errors import ExportError
from nmrquanv.io.document_options import AUTO, Choice
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.state import State

if TYPE_CHECKING:
    from nmrquanv.io.document_data import Packed


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What a document file gave.

    Parameters
    ----------
    states : tuple of (str, State)
        Name and state of each document.
    current : int
        Which was shown.
    views : tuple of dict
        How each was looked at.
    choice : Choice
        What the file holds besides; saving it again holds to that.
    notes : tuple of str
        What a person should know.
    """

    states: tuple[tuple[str, State], ...]
    current: int
    views: tuple[dict[str, Any], ...] = ()
    choice: Choice = AUTO
    notes: tuple[str, ...] = ()


def opened(path: Path) -> Opened:
    """Read a document file; takes a while.

    Raises
    ------
    FormatError, ProcessingError
        It cannot be read; names it.
    """
    from nmrquanv.io.document_data import Packed
    from nmrquanv.io.document_file import read_document
    from nmrquanv.session.data_search import with_data_beside
    from nmrquanv.session.storing import unpacked

    document = read_document(path)
    spectra = document.manifest.spectra
    states, notes = [], []
    for one in spectra:
        stored = unpacked(Packed(one, document.arrays))
        state, note = with_data_beside(stored, one.data.beside, path)
        states.append((one.name, state))
        notes += [f"{one.name}: {note}"] if note else []
    views = tuple(one.view for one in spectra)
    manifest = document.manifest
    return Opened(tuple(states), manifest.current, views, manifest.choice, tuple(notes))


class Saving(QObject):
    """Writes document files, one after the other, off the GUI thread.

    Signals
    -------
    saved(Path)
        The file holds what its documents were when saving began.
    failed(Path, Exception)
        It is as it was; the edits are in memory.
    noted(str)
        What a person should know of a file that was saved.
    """

    saved = Signal(object)
    failed = Signal(object, object)
    noted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane(is_newest_first=False, parent=self)
        self._closed: dict[Path, list[Packed]] = {}
        self._choices: dict[Path, Choice] = {}

    def choice_of(self, document: Document) -> Choice:
        """Return what a document's file holds besides what undo covers."""
        return self._choices.get(document.file, AUTO) if document.file else AUTO

    def begin_with(self, path: Path, choice: Choice) -> None:
        """Remember what a file that has just been read holds; nothing of it was closed yet."""
        self._closed.pop(path, None)
        self._choices[path] = choice

    def save(
        self,
        documents: Sequence[Document],
        path: Path,
        current: Document | None = None,
        choice: Choice | None = None,
    ) -> None:
        """Write documents to a file, which is theirs when that has succeeded.

        Parameters
        ----------
        documents : sequence of Document
            All that are open of one file, or some that have none yet.
        path : Path
            Another one than theirs makes a copy and goes on with it.
        current : Document or None
            Which of them to show when the file is opened.
        choice : Choice or None
            What the file is to hold; None for what the documents' file held until now.
        """
        from nmrquanv.session.storing import packed, renamed, written

        files = {document.file for document in documents}
        old = files.pop() if len(files) == 1 else None
        chosen = choice or self.choice_of(documents[0])
        states = [(document, document.state) for document in documents]
        kept = list(self._closed.get(old, ())) if old is not None else []
        spectra = [packed(d.name, s, d.spectrum, str(n), d.view) for n, (d, s) in enumerate(states)]
        spectra += [renamed(one, str(len(spectra) + n)) for n, one in enumerate(kept)]
        shown = documents.index(current) if current in documents else 0

        def work(_report: Report) -> tuple[str, ...]:
            return written(path, spectra, shown, chosen)

        def succeed(notes: tuple[str, ...]) -> None:
            self._choices[path] = chosen
            if kept and old is not None and path != old:
                self._closed[path] = list(kept)
            for document, state in states:
                if not document.is_closed:
                    document.file, document.has_file_edits = path, False
                    document.mark_saved(state)
            self.saved.emit(path)
            for note in notes:
                self.noted.emit(note)

        self._submit(work, succeed, path)

    def keep_closed(self, document: Document, is_last: bool) -> None:
        """Remember what a closed document's file holds of it; forget the file after its last."""
        from nmrquanv.session.storing import packed

        path = document.file
        if path is None:
            return
        if is_last:
            self._closed.pop(path, None)
            self._choices.pop(path, None)
            return
        state = document.saved_state
        spectrum = state.processed.spectrum
        if spectrum is None:  # dropped to save memory: the recipe gives it again
            data, recipe = state.processed.dataset.data, state.processed.recipe
            spectrum = recipe.run(data).spectrum
        one = packed(document.name, state, spectrum, "closed", document.view)
        self._closed.setdefault(path, []).append(one)

    def closed_of(self, path: Path | None) -> int:
        """Return how many spectra of an open file were closed and stay in it."""
        return 0 if path is None else len(self._closed.get(path, ()))

    def take_closed(self, path: Path) -> Opened | None:
        """Return the spectra of an open file that were closed, to be opened again."""
        from nmrquanv.session.storing import unpacked

        kept = self._closed.pop(path, [])
        states = tuple((one.stored.name, unpacked(one)) for one in kept)
        views = tuple(one.stored.view for one in kept)
        return Opened(states, len(kept) - 1, views, self._choices.get(path, AUTO)) if kept else None

    def finish(self) -> None:
        """Wait until everything is written; called before the program ends."""
        self._lane.wait()

    def _submit(
        self, work: Callable[[Report], Any], succeed: Callable[[Any], None], path: Path
    ) -> None:
        job = Job(work)
        job.succeeded.connect(succeed)
        job.failed.connect(lambda error: self.failed.emit(path, error))
        job.cancelled.connect(
            lambda: self.failed.emit(path, ExportError(f"saving '{path}' was stopped"))
        )
        self._lane.submit(job)
