"""The one way out for every file of ours: it is there whole, or as it was before.

The bytes go to a new file beside the old one, are forced to the disk, and take the old one's
place in one step; then the folder is forced too, so that a pulled plug leaves the old or the new
file. A file's permissions stay; new files get the usual ones. Files that belong together are
all prepared before the first takes its place, and a failure puts back what was there.

Whole folders are next door (``folders.py``). Only what grows line by line is written otherwise
(logs, events): those places say "append-only". All operations go through :data:`disk`, so that a
test can let any of them fail.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NEW_MODE = 0o666
"""Of new files, less what the umask takes away."""

_PRIVATE_MODE = 0o600
"""Of what only the user may read."""

_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF)
"""What file systems answer that cannot force a folder to the disk."""


class Disk:
    """The operations that change what is on the disk; each may raise OSError."""

    def make_folder(self, path: Path, mode: int = 0o777) -> None:
        """Make a new folder."""
        path.mkdir(mode)

    def create(self, path: Path, mode: int) -> int:
        """Make a new file and return its handle."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.open(path, flags, mode)

    def write(self, handle: int, data: memoryview) -> int:
        """Write some of the data and return how many bytes."""
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        """Force a file to the disk."""
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """Close a file."""
        os.close(handle)

    def set_mode(self, path: Path, mode: int) -> None:
        """Set a file's permissions."""
        os.chmod(path, mode)

    def link(self, path: Path, other: Path) -> None:
        """Give a file a second name."""
        os.link(path, other)

    def replace(self, path: Path, target: Path) -> None:
        """Let a file take another one's place, in one step."""
        os.replace(path, target)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Force the names in a folder to the disk, where the system can."""
        if not hasattr(os, "O_DIRECTORY"):
            return
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


disk = Disk()


@dataclass(frozen=True, slots=True)
class _Staged:
    """A file that is ready to take its place.

    Parameters
    ----------
    target : Path
        The place, links followed.
    new : Path
        What will stand there.
    old : Path or None
        A second name of what stands there now; None where nothing does, or no way back is needed.
    """

    target: Path
    new: Path
    old: Path | None = None


def write_whole(
    path: Path, data: bytes, *, is_forced: bool = False, is_private: bool = False
) -> None:
    """Write a file so that it is either there whole or as it was before.

    A link is followed; a device or pipe (``/dev/stdout``) is written to and never replaced.

    Parameters
    ----------
    path : Path
    data : bytes
    is_forced : bool
        Replace a write-protected file too.
    is_private : bool
        A new file is for this user alone, who may read and write it.

    Raises
    ------
    OSError
        The folder does not exist or is not writable, the name cannot be, the file is
        write-protected, the disk is full; the file is as it was.
    """
    write_together({path: data}, is_forced=is_forced, is_private=is_private)


def write_together(
    files: Mapping[Path, bytes], *, is_forced: bool = False, is_private: bool = False
) -> None:
    """Write several files, all or none; see :func:`write_whole`.

    Notes
    -----
    They take their places one after the other. A failure then puts the earlier ones back; only a
    stop of the whole computer between two of these steps can leave a new one beside an old one.
    """
    staged: list[_Staged] = []
    try:
        for path, data in files.items():
            if is_special(path):
                _write_into(path, data)
            else:
                target = _target(path, is_forced=is_forced)
                staged.append(_stage(target, data, _PRIVATE_MODE if is_private else NEW_MODE))
        if len(staged) > 1:
            staged = [_with_way_back(one) for one in staged]
        _commit(staged)
    finally:
        for one in staged:
            for left in (one.new, one.old):
                if left is not None:
                    with contextlib.suppress(OSError):
                        disk.remove(left)


@contextlib.contextmanager
def locked(path: Path, wait_s: float = 5.0) -> Iterator[None]:
    """Hold a lock, which all running copies of this program heed, while files are changed.

    Parameters
    ----------
    path : Path
        What is to be changed; the lock is a file beside it.
    wait_s : float, s
        How long to wait for another copy.

    Raises
    ------
    OSError
        The folder is missing or not writable, or another copy holds the lock for too long.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=wait_s):
            yield
    except Timeout as error:
        told = "another running copy of the program is writing there"
        raise OSError(errno.EAGAIN, told, str(path)) from error


def is_special(path: Path) -> bool:
    """Tell whether a path is a device or pipe, which is written to and never replaced."""
    return is_there(path) and not path.is_file() and not path.is_dir()


def is_protected(path: Path) -> bool:
    """Tell whether a file is there and write-protected."""
    return path.is_file() and (not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK))


def is_there(path: Path) -> bool:
    """Tell whether something is there; a name that cannot be is an OSError everywhere."""
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "no file can have this name", str(path))
    return path.exists()


def _target(path: Path, *, is_forced: bool) -> Path:
    """Return where a file goes, links followed; raise what would forbid it."""
    if not path.name or path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    target = path.resolve()
    if is_protected(target) and not is_forced:
        raise PermissionError(errno.EACCES, "the file is write-protected", str(path))
    return target


def _stage(target: Path, data: bytes, new_mode: int = NEW_MODE) -> _Staged:
    """Write data beside the target and force it to the disk."""
    new = beside(target)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    handle = disk.create(new, new_mode if mode is None else mode & NEW_MODE | stat.S_IWUSR)
    try:
        try:
            write_all(handle, data)
            disk.sync(handle)
        finally:
            disk.close(handle)
        if mode is not None:
            disk.set_mode(new, mode)
    except BaseException:
        with contextlib.suppress(OSError):
            disk.remove(new)
        raise
    return _Staged(target, new)


def _with_way_back(one: _Staged) -> _Staged:
    """Keep what stands in the place under a second name, or as a copy where there are no links."""
    if not one.target.exists():
        return one
    old = beside(one.target)
    try:
        disk.link(one.target, old)
    except OSError:
        old = _stage(one.target, one.target.read_bytes()).new
    return _Staged(one.target, one.new, old)


def _commit(staged: list[_Staged]) -> None:
    """Let all take their places; at a failure put back those that did."""
    done: list[_Staged] = []
    try:
        for one in staged:
            disk.replace(one.new, one.target)
            done.append(one)
        for folder in {one.target.parent for one in staged}:
            sync_folder(folder)
    except BaseException:
        if len(staged) > 1:
            for one in reversed(done):
                with contextlib.suppress(OSError):
                    if one.old is None:
                        disk.remove(one.target)
                    else:
                        disk.replace(one.old, one.target)
        raise


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, where its file system can."""
    try:
        disk.sync_folder(folder)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _write_into(path: Path, data: bytes) -> None:
    """Write to a device or pipe."""
    handle = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        write_all(handle, data)
    finally:
        disk.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of the data."""
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(handle, rest) :]


def beside(target: Path) -> Path:
    """Return a name that nothing has; short, whatever the target's length."""
    return target.with_name(f".nmrquanv-{uuid.uuid4().hex[:16]}.part")
