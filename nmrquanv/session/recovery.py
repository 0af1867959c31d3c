"""What a program that was killed has left: found at the next start, opened, or discarded.

A recovered document is what it was at its last autosave, as one undo step over what is saved: it
counts as unsaved, and undo shows what the file holds. Its folder becomes this copy's own before it
is read, so that it is never without one.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from nmrquanv.errors import FormatError, NmrQuanvError, system_errors_as
from nmrquanv.progress import Report
from nmrquanv.session.autosave import Autosave
from nmrquanv.session.copies import Copy, Left, left_behind, recoveries, set_aside
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job
from nmrquanv.session.saving import Opened, opened
from nmrquanv.session.state import State
from nmrquanv.session.workspace import Workspace
from nmrquanv.writing import write_whole


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A document that can be recovered.

    Parameters
    ----------
    folder : Path
    name : str
    changed : datetime
        When it was edited last, with its time zone.
    action : str
        The last step.
    file : Path or None
        The document file that it belongs to.
    note : str
        What a person should know before opening it.
    """

    folder: Path
    name: str
    changed: datetime
    action: str
    file: Path | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found, newest first, and a sentence on each that is damaged."""

    found: tuple[Recoverable, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    """A recovery that was read, where it lies now, and what its file holds."""

    name: str
    state: State
    view: Mapping[str, Any]
    folder: Path
    file: Path | None = None
    saved: Opened | None = None
    note: str = ""


class Recovery(QObject):
    """Finds what was left, opens and discards it; until it lets go, no other copy offers it too.

    Signals
    -------
    listed(Listing)
        What :meth:`look` found, even if that is nothing.
    noted(str)
        What a person should know of a document that is being opened.
    discard_failed(Exception)
    """

    listed = Signal(object)
    noted = Signal(str)
    discard_failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.autosave = Autosave(workspace, self)
        self._workspace = workspace
        self._left: tuple[Left, ...] = ()
        self._recovered: weakref.WeakSet[Document] = weakref.WeakSet()
        self._looking: Job | None = None

    def look(self) -> None:
        """Look for what was left, in the background; ``listed`` follows."""
        if self._looking is not None:
            return
        self.let_go()
        job = self._looking = Job(lambda _report: _looked())
        job.succeeded.connect(self._on_looked)
        job.ended.connect(self._on_looking_ended)
        job.start()

    def open(self, chosen: Sequence[Recoverable]) -> None:
        """Open documents as they were; the workspace tells how each ends."""
        copy = self.autosave.copy
        for one in chosen:

            def work(_report: Report, one: Recoverable = one) -> _Loaded:
                return _loaded(one, copy)

            self._workspace.open_by(one.name, work, self._documents, is_recent=False)

    def discard(self, chosen: Sequence[Recoverable]) -> None:
        """Remove what nobody wants."""
        from nmrquanv.io.recovery_file import RecoveryFolder

        for one in chosen:
            try:
                RecoveryFolder(one.folder).remove()
            except OSError as error:
                told = f"'{one.name}' cannot be discarded: {one.folder}: {error.strerror}"
                self.discard_failed.emit(NmrQuanvError(told))

    def let_go(self) -> None:
        """Leave what was neither opened nor discarded to the next copy that looks."""
        left, self._left = self._left, ()
        for one in left:
            one.let_go()

    def shut_down(self) -> None:
        """Let go of everything; called when all documents are closed."""
        if self._looking is not None:
            self._looking.wait()
        self.let_go()
        self.autosave.finish()

    @Slot(object)
    def _on_looked(self, looked: tuple[Listing, tuple[Left, ...]]) -> None:
        listing, self._left = looked
        self.listed.emit(listing)

    @Slot()
    def _on_looking_ended(self) -> None:
        self._looking = None

    def _documents(self, loaded: _Loaded) -> list[Document]:
        """Return the documents that are to be opened for a recovered one, itself as the last."""
        workspace, made = self._workspace, list[Document]()
        known = workspace.files.opened_as(loaded.file) if loaded.file is not None else None
        among = () if known is None else workspace.files.of(known)
        if not among and loaded.saved is not None:
            made = workspace.documents_of(loaded.saved, loaded.file)
            among = tuple(made)
        document = _match(loaded, [d for d in among if d not in self._recovered])
        note = loaded.note
        if document is None:
            if among:
                note = f"'{loaded.name}' is not in '{loaded.file}' any more: it has no file now"
            bare = State(loaded.state.processed, thresholds=loaded.state.thresholds)
            (document,) = workspace.documents_of(Opened(((loaded.name, bare),), 0))
            document.view = dict(loaded.view)
            made = [*made, document]
        self.autosave.take_over(document, loaded.folder)
        document.push("Recover", loaded.state)
        self._recovered.add(document)
        if note:
            self.noted.emit(note)
        if document in made:
            return [*(d for d in made if d is not document), document]
        workspace.set_current(document)
        return []


def _match(loaded: _Loaded, among: Sequence[Document]) -> Document | None:
    """Return the document of a file that a recovered one is a later state of."""
    sha256 = loaded.state.processed.dataset.source.sha256
    named = [d for d in among if d.name == loaded.name]
    same = [d for d in named if d.dataset.source.sha256 == sha256]
    return next(iter(same or named), None)


def _looked() -> tuple[Listing, tuple[Left, ...]]:
    """Return what was left, and the folders in which it lies, taken over."""
    found: list[Recoverable] = []
    damaged: list[str] = []
    kept: list[Left] = []
    if recoveries().is_dir():
        for left in left_behind():
            before = len(found)
            for folder in left.documents():
                try:
                    found.append(_recoverable(folder))
                except FormatError as error:
                    damaged.append(_put_away(folder, error))
            if len(found) > before:
                kept.append(left)
            else:
                left.let_go()
    found.sort(key=lambda one: one.changed, reverse=True)
    return Listing(tuple(found), tuple(damaged)), tuple(kept)


def _recoverable(folder: Path) -> Recoverable:
    from nmrquanv.io.recovery_file import read_recovery

    recovery = read_recovery(folder)
    change = recovery.change
    changed = datetime.fromisoformat(change.changed)
    changed = changed if changed.tzinfo is not None else changed.replace(tzinfo=UTC)
    file = Path(change.file) if change.file else None
    return Recoverable(
        folder,
        recovery.name,
        changed,
        change.action,
        file,
        "; ".join(_notes(folder, file, changed)),
    )


def _notes(folder: Path, file: Path | None, changed: datetime) -> Iterator[str]:
    from nmrquanv.io.recovery_file import OPENING

    if (folder / OPENING).exists():
        yield "the program ended while this was being opened"
    if file is None:
        return
    try:
        is_older = file.stat().st_mtime > changed.timestamp()
    except OSError:
        yield "its file is not there any more"
        return
    if is_older:
        yield "older than the saved file"


def _loaded(chosen: Recoverable, copy: Copy) -> _Loaded:
    """Make a recovery this copy's own, and read it and its file.

    Raises
    ------
    FormatError
        It is damaged, and was put away.
    """
    from nmrquanv.io.recovery_file import OPENING, read_recovery
    from nmrquanv.session.storing import unpacked

    with system_errors_as(FormatError, f"{chosen.folder}: cannot be taken over (…)"):
        folder = copy.adopt(chosen.folder)
    with contextlib.suppress(OSError):
        write_whole(folder / OPENING, b"", is_private=True)
    try:
        one = read_recovery(folder).load()
        state = unpacked(one)
    except NmrQuanvError as error:
        raise FormatError(_put_away(folder, error)) from error
    loaded = _Loaded(one.stored.name, state, one.stored.view, folder)
    if chosen.file is None:
        return loaded
    try:
        return replace(loaded, file=chosen.file, saved=opened(chosen.file))
    except NmrQuanvError as error:
        return replace(loaded, note=f"'{chosen.name}' was recovered without its file: {error}")


def _put_away(folder: Path, error: Exception) -> str:
    """Put a damaged recovery aside and say what is wrong with it and where it lies now."""
    try:
        return f"{error}. What is left of it lies in {set_aside(folder)}"
    except OSError as why:
        return f"{error}. It cannot be put aside ({why.strerror}): remove {folder}"
