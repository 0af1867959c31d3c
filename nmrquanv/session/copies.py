"""Running copies of the program, and what those that are no more have left.

Each copy has a folder of its own in the user's data folder, made when it is first needed:
``owner.json`` (number and start of the process), ``owner.lock`` (held as long as it runs), and a
folder for each document that is not saved. What a copy has left belongs to whoever holds its lock.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.folders import make_private_folder, move_folder
from nmrquanv.guarded import read_json
from nmrquanv.paths import user_data
from nmrquanv.processes import same_process, start_of
from nmrquanv.writing import write_whole

_log = logging.getLogger(__name__)
OWNER, LOCK, DAMAGED = "owner.json", "owner.lock", "damaged"
_YOUNG_S = 60.0
"""A folder without an owner may be one that a copy is making."""


def recoveries() -> Path:
    """Return the folder of all copies' folders; it may not exist."""
    return user_data() / "recovery"


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that a folder belongs to: the content of ``owner.json``."""

    pid: int
    began: float


class _Lock:
    """A copy's lock; held from any thread until it is let go, or the process ends."""

    def __init__(self, folder: Path) -> None:
        from filelock import FileLock

        self._lock = FileLock(folder / LOCK, timeout=0, thread_local=False)

    def take(self) -> bool:
        """Take it; False while another copy has it. True where the system has no locks."""
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            _log.warning("%s cannot be locked: %s", self._lock.lock_file, error)
        return True

    def let_go(self) -> None:
        """Give it back."""
        self._lock.release()


class Copy:
    """The running copy itself."""

    def __init__(self) -> None:
        self.folder = recoveries() / secrets.token_hex(16)
        self._held: _Lock | None = None
        self._making = threading.Lock()

    def new_folder(self) -> Path:
        """Return the path of a new document's folder, which does not exist yet.

        Raises
        ------
        OSError
            The user's data folder cannot be written to.
        """
        with self._making:
            if self._held is None:
                make_private_folder(self.folder)
                owner = asdict(Owner(os.getpid(), start_of(os.getpid())))
                write_whole(self.folder / OWNER, json.dumps(owner).encode(), is_private=True)
                self._held = _Lock(self.folder)
                self._held.take()
        return self.folder / secrets.token_hex(8)

    def adopt(self, folder: Path) -> Path:
        """Make what a copy that is no more has left of a document this one's, in one step.

        Raises
        ------
        OSError
            It cannot be moved.
        """
        target = self.new_folder()
        move_folder(folder, target)
        _remove_if_empty(folder.parent)
        return target

    def close(self) -> None:
        """Let go of the folder, and remove it if nothing is left in it."""
        if self._held is not None:
            self._held.let_go()
            self._held = None
            _remove_if_empty(self.folder)


class Left:
    """The folder of a copy that is no more, taken over."""

    def __init__(self, folder: Path, lock: _Lock) -> None:
        self.folder, self._lock = folder, lock

    def documents(self) -> tuple[Path, ...]:
        """Return the folders of its documents."""
        return _documents(self.folder)

    def let_go(self) -> None:
        """Leave the rest to the next who asks; nothing is left of an empty folder."""
        self._lock.let_go()
        _remove_if_empty(self.folder)


def set_aside(document: Path) -> Path:
    """Put a document's folder where it is not looked for again, and return the place.

    Raises
    ------
    OSError
        It cannot be moved.
    """
    target = recoveries() / DAMAGED / f"{document.parent.name}-{document.name}"
    make_private_folder(target.parent)
    move_folder(document, target)
    return target


def left_behind() -> Iterator[Left]:
    """Yield what copies have left that do not run any more; each is taken, let it go."""
    try:
        folders = sorted(p for p in recoveries().iterdir() if p.is_dir() and p.name != DAMAGED)
    except OSError:
        return
    for folder in folders:
        if _is_alive(folder):
            continue
        lock = _Lock(folder)
        if lock.take():
            yield Left(folder, lock)


def _is_alive(folder: Path) -> bool:
    try:
        owner = read_json(folder / OWNER, Owner)
    except FormatError:
        try:
            return time.time() - folder.stat().st_mtime < _YOUNG_S
        except OSError:  # removed meanwhile
            return True
    return same_process(owner.pid, owner.began) is not None


def _documents(folder: Path) -> tuple[Path, ...]:
    from nmrquanv.io.recovery_file import STATE

    try:
        return tuple(p for p in sorted(folder.iterdir()) if (p / STATE).exists())
    except OSError:
        return ()


def _remove_if_empty(folder: Path) -> None:
    """Remove a copy's folder that holds no document; a write that was cut short counts for none."""
    if not _documents(folder):
        shutil.rmtree(folder, ignore_errors=True)
