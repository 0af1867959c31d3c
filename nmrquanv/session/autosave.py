"""Writes what is not saved to the user's data folder, soon after each edit, in the background.

The GUI thread only hands over what is immutable. A document has a folder of its own there while it
differs from what is saved (or from what was read); the folder goes when it is saved, or closed on
purpose. What a program that was killed has left is found by :mod:`nmrquanv.session.recovery`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nmrquanv.errors import ExportError, NmrQuanvError
from nmrquanv.session.copies import Copy
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.state import State
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.io.recovery_file import RecoveryFolder, SaidBeside

_log = logging.getLogger(__name__)
DELAY_S = 3.0
"""From an edit to its writing: many edits in a row are written once. A person loses ten at most."""
RETRY_S = 8.0
"""After a failure."""

_Version = tuple[State, Path | None]


@dataclass(slots=True, eq=False)
class _Guard:
    """What is known of a document's recovery.

    Parameters
    ----------
    changed : datetime
        Of the last edit.
    seen : State or None
        What that edit gave.
    folder : RecoveryFolder or None
        None while nothing of it needs to be kept.
    written : tuple or None
        The state and the file that the folder tells of.
    """

    changed: datetime
    seen: State | None = None
    folder: RecoveryFolder | None = None
    written: _Version | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """One document's part of a writing, in values that no thread changes."""

    guard: _Guard
    version: _Version
    name: str
    spectrum: Spectrum
    view: Mapping[str, Any]
    change: SaidBeside


class Autosave(QObject):
    """Keeps a recovery of every document of a workspace that differs from what is saved.

    Signals
    -------
    written()
        All that was changed is safe now.
    failed(Exception)
        Why it is not; the same reason is told once. It is tried again.
    """

    written = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._guards: dict[Document, _Guard] = {}
        self._copy = Copy()
        self._lane = Lane(is_newest_first=False, parent=self)
        self._keeps_all = self._has_written = False
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write_due)
        workspace.opened.connect(self._follow)
        workspace.closed.connect(self._forget)

    @property
    def copy(self) -> Copy:
        """The place of this running copy among all."""
        return self._copy

    @property
    def is_all_safe(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._lane.is_busy and not any(map(self._is_due, self._guards))

    def take_over(self, document: Document, folder: Path) -> None:
        """Go on with a folder that holds a document, in the place of one that it may have."""
        from nmrquanv.io.recovery_file import RecoveryFolder

        old = self._guards.get(document)
        self._guards[document] = _Guard(datetime.now(UTC), folder=RecoveryFolder(folder))
        if old is not None and old.folder is not None:
            self._remove(old.folder)

    def write_now(self) -> None:
        """Write all that is due before this returns; the program is about to be ended."""
        self._lane.wait()
        self._timer.stop()
        tasks, removals = self._due()
        self._take(tasks, _written(self._copy, tasks, removals))
        self._tell_written()

    def keep_all(self) -> None:
        """Let closing a document no longer remove its recovery: nobody was asked."""
        self._keeps_all = True

    def finish(self) -> None:
        """Wait for the last writing; called when all documents are closed."""
        self._timer.stop()
        self._lane.wait()
        self._copy.close()

    @Slot(object)
    def _follow(self, document: Document) -> None:
        self._guards.setdefault(document, _Guard(datetime.now(UTC), document.state))
        document.changed.connect(self._on_changed)
        document.layers_changed.connect(self._at_once)
        document.spectrum_changed.connect(self._at_once)
        document.saved_changed.connect(self._at_once)
        if not document.is_saved:
            self._at_once()

    @Slot()
    def _on_changed(self) -> None:
        """Note when a document was edited, whichever it was."""
        for document, guard in self._guards.items():
            if guard.seen is not document.state:
                guard.seen, guard.changed = document.state, datetime.now(UTC)
        if not self._timer.isActive():
            self._timer.start(round(1000 * DELAY_S))

    @Slot()
    def _at_once(self) -> None:
        """Write in the next turn of the event loop: what has begun to change is whole by then."""
        self._timer.start(0)

    @Slot(object)
    def _forget(self, document: Document) -> None:
        """Remove the recovery of a document that a person has closed."""
        guard = self._guards.pop(document, None)
        is_wanted = self._keeps_all and not document.is_saved
        if guard is not None and guard.folder is not None and not is_wanted:
            self._remove(guard.folder)

    def _remove(self, folder: RecoveryFolder) -> None:
        job = Job(lambda _report: _removed([folder]))
        job.ended.connect(self._go_on)
        self._lane.submit(job)

    def _is_due(self, document: Document) -> bool:
        guard = self._guards[document]
        if document.is_saved:
            return guard.folder is not None
        if document.state.processed.spectrum is None:  # it is being computed again
            return False
        return guard.written is None or not _same(guard.written, (document.state, document.file))

    def _due(self) -> tuple[list[_Task], list[RecoveryFolder]]:
        """Return what is to be written, and which folders are of no use any more."""
        from nmrquanv.io.recovery_file import SaidBeside

        tasks, removals = [], []
        for document in filter(self._is_due, self._guards):
            guard = self._guards[document]
            if document.is_saved:
                assert guard.folder is not None
                removals.append(guard.folder)
                guard.folder = guard.written = None
                continue
            when = guard.changed.isoformat(timespec="milliseconds")
            change = SaidBeside(when, _last_action(document), str(document.file or ""))
            version = (document.state, document.file)
            tasks.append(
                _Task(guard, version, document.name, document.spectrum, dict(document.view), change)
            )
        return tasks, removals

    @Slot()
    def _write_due(self) -> None:
        if self._lane.is_busy:  # it looks again when it has ended
            return
        tasks, removals = self._due()
        if not tasks and not removals:
            self._tell_written()
            return
        copy = self._copy
        job = Job(lambda _report: _written(copy, tasks, removals))
        job.succeeded.connect(lambda errors: self._take(tasks, errors))
        job.ended.connect(self._go_on)
        self._lane.submit(job)

    def _tell_written(self) -> None:
        if self._has_written:
            self._has_written = False
            self.written.emit()

    @Slot()
    def _go_on(self) -> None:
        """Look again when a writing has ended: what was edited meanwhile waits its time."""
        is_more = any(map(self._is_due, self._guards))
        if not is_more or not self._timer.isActive():
            wait_s = (RETRY_S if self._told else DELAY_S) if is_more else 0.0
            self._timer.start(round(1000 * wait_s))

    def _take(self, tasks: Sequence[_Task], errors: Sequence[Exception | None]) -> None:
        """Take over what a writing did, and tell what it could not."""
        wrong = [error for error in errors if error is not None]
        for task, error in zip(tasks, errors, strict=True):
            if error is None:
                task.guard.written = task.version
        if not wrong:
            self._told, self._has_written = "", True
            return
        reason = str(wrong[0])
        if reason != self._told:
            self._told = reason
            _log.warning("%s", reason)
            self.failed.emit(wrong[0])


def _last_action(document: Document) -> str:
    """Return the last step in the words of the Edit menu."""
    stack = document.undo_stack
    return stack.undoText() or f"Undo {stack.redoText()}"


def _same(one: _Version, other: _Version) -> bool:
    return one[0] is other[0] and one[1] == other[1]


def _written(
    copy: Copy, tasks: Sequence[_Task], removals: Sequence[RecoveryFolder]
) -> list[Exception | None]:
    """Write what is due; return for each what went wrong."""
    _removed(removals)
    return [_tried(copy, task) for task in tasks]


def _tried(copy: Copy, task: _Task) -> Exception | None:
    from nmrquanv.io.recovery_file import RecoveryFolder
    from nmrquanv.session.storing import packed

    try:
        if task.guard.folder is None:
            task.guard.folder = RecoveryFolder(copy.new_folder())
        one = packed(task.name, task.version[0], task.spectrum, "0", task.view)
        task.guard.folder.write(one, task.change)
    except ExportError as error:
        return NmrQuanvError(f"'{task.name}' is not protected against a crash: {error}")
    except OSError as error:
        where = error.filename or copy.folder
        reason = error.strerror or error
        return NmrQuanvError(
            f"'{task.name}' is not protected against a crash: {where}: {reason}. Save it; "
            "protecting it is tried again"
        )
    return None


def _removed(folders: Sequence[RecoveryFolder]) -> None:
    for folder in folders:
        try:
            folder.remove()
        except OSError as error:
            _log.warning("%s cannot be removed: %s", folder.path, error)
