"""Zip archives as folders: ``study.zip/10`` is the folder 10 in an archive, nested ones likewise.

An archive is unpacked into a private temporary folder when it is first looked into, held to the
limits below; nothing is written anywhere else. The folder goes when the program ends, and after
a crash at the next start: a folder is in use as long as its lock is held.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.guarded import allow, check_place
from nmrquanv.io.archive_directory import DAMAGED, member_name, opened_archive, safe_parts
from nmrquanv.io.document_options import is_document_file
from nmrquanv.io.files import one_line, read_bytes
from nmrquanv.io.format_files import may_be_data
from nmrquanv.writing import write_whole

MAX_MEMBERS = 20_000
"""Files in an archive, nested ones counted in: several hundred experiments."""

MAX_TOTAL_BYTES = 1 << 30
"""Unpacked, nested archives counted in."""

MAX_RATIO, RATIO_FROM_BYTES = 200, 64 << 20
"""How much smaller a file of some size may be packed; larger is a bomb, or holds only zeros."""

MAX_NESTING = 3
"""Archives in archives."""

MAX_KEPT = 8
"""Archives that stay unpacked; the oldest goes."""

_NUMBERS = re.compile(r"(fid|ser|[12][ir]|2[ir][ir]|phasefile|.*\.[12]d)\Z", re.IGNORECASE)
_BEGUN_BYTES = 4096
"""Files that make a folder a data set by being there, or by how they begin."""

_PREFIX = "nmrquanv-zip-"
_LOCK = "in use"
_BEGINNING = b"PK\x03\x04"
_NOISE = re.compile(r"(^|/)(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini)(/|$)")
_OTHER_KINDS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads.

    Parameters
    ----------
    real : Path
        On the disk.
    unpacked, archive : str
        Folder that an archive was unpacked to, and the archive; empty for paths in none.
    """

    real: Path
    unpacked: str = ""
    archive: str = ""

    def named(self, text: str) -> str:
        """Return a text with the archive's path where the temporary folder's stands."""
        return text.replace(self.unpacked, self.archive) if self.unpacked else text


class _Unpacked:
    """The archives that this process has unpacked, by path, time and size."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[tuple[str, int, int], Path] = {}
        self._base: Path | None = None
        self._held: int | None = None

    def folder(self, archive: Path) -> Path:
        """Return the folder with an archive's content, unpacking it when it is new."""
        check_place(archive)
        facts = archive.stat()
        key = (str(archive), facts.st_mtime_ns, facts.st_size)
        with self._lock:
            if key not in self._folders:
                target = Path(tempfile.mkdtemp(dir=self._place()))
                try:
                    _Unpacking(archive).run(target)
                except BaseException:
                    shutil.rmtree(target, ignore_errors=True)
                    raise
                self._folders[key] = target
                while len(self._folders) > MAX_KEPT:
                    shutil.rmtree(self._folders.pop(next(iter(self._folders))), ignore_errors=True)
            allow(self._folders[key])
            return self._folders[key]

    def _place(self) -> Path:
        if self._base is None:
            clear_left_behind()
            self._base = Path(tempfile.mkdtemp(prefix=_PREFIX))
            write_whole(self._base / _LOCK, b"")
            self._held = _locked(self._base / _LOCK)
            atexit.register(self.clear)
        return self._base

    def clear(self) -> None:
        """Remove all that was unpacked."""
        if self._held is not None:
            os.close(self._held)
        if self._base is not None:
            shutil.rmtree(self._base, ignore_errors=True)
        self._base, self._held = None, None
        self._folders.clear()

    @contextlib.contextmanager
    def listed(self, archive: Path) -> Iterator[Place]:
        """Give an archive's folder with the beginnings of its numbers alone; it goes again."""
        check_place(archive)
        with self._lock:
            place = self._place()
        with tempfile.TemporaryDirectory(dir=place) as folder:
            _Unpacking(archive, only_begun=True).run(Path(folder))
            allow(Path(folder))
            yield Place(Path(folder), folder, str(archive))


_unpacked = _Unpacked()


def listed(archive: Path) -> contextlib.AbstractContextManager[Place]:
    """Give what an archive holds, to be searched and not to be read: numbers are not unpacked.

    Raises
    ------
    FormatError
        The archive is damaged, encrypted, or beyond a limit.
    """
    return _unpacked.listed(archive.absolute())


def located(path: Path) -> Place | None:
    """Return where a path leads, through archives; None where there is nothing.

    Raises
    ------
    FormatError
        The archive is damaged, encrypted, or beyond a limit.
    """
    for place in (path, *path.parents):
        if place.is_file():
            if is_document_file(place) or not is_archive(place):
                return Place(path) if place == path else None
            folder = _unpacked.folder(place.absolute())
            inner = folder / path.relative_to(place)
            return Place(inner, str(folder), str(place.absolute())) if inner.exists() else None
        if place.exists():
            return Place(path) if place == path else None
    return None


def is_archive(file: Path | bytes) -> bool:
    """Tell whether a file is a zip archive, and not a document or program that uses its form."""
    size = len(_BEGINNING)
    beginning = file[:size] if isinstance(file, bytes) else read_bytes(file, size)
    if beginning != _BEGINNING:
        return False
    try:
        with opened_archive(file) as archive:
            names = set(archive.namelist())
    except DAMAGED:
        return False
    return not any(name in names for name in _OTHER_KINDS)


def may_hold_data(path: Path) -> bool:
    """Tell from the names in it whether an archive may hold data sets, without unpacking it."""
    try:
        if not is_archive(path):
            return False
        with opened_archive(path) as archive:
            return any(may_be_data(member_name(member)) for member in archive.infolist())
    except DAMAGED:
        return False


def clear_left_behind() -> None:
    """Remove what earlier runs left that ended without doing so."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        with contextlib.suppress(OSError):  # another process clears it at the same time
            facts = folder.lstat()
            is_ours = stat.S_ISDIR(facts.st_mode)
            if is_ours and sys.platform != "win32":
                is_ours = facts.st_uid == os.getuid()
            if is_ours and (folder / _LOCK).is_file() and not _is_held(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _locked(path: Path) -> int:
    """Open a file and hold its lock until it is closed; return its handle."""
    handle = os.open(path, os.O_RDWR)
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise
    return handle


def _is_held(path: Path) -> bool:
    """Tell whether a process holds a lock; on Windows an open file cannot be removed."""
    try:
        if sys.platform == "win32":
            path.unlink()
        else:
            os.close(_locked(path))
    except OSError:
        return True
    return False


class _Unpacking:
    """One archive on its way to a folder, with what may still be unpacked of it."""

    def __init__(self, archive: Path, *, only_begun: bool = False) -> None:
        self._archive, self._only_begun = archive, only_begun
        self._members = MAX_MEMBERS
        self._bytes = MAX_TOTAL_BYTES

    def run(self, target: Path) -> None:
        """Write all files below a folder; archives in it become folders of their names."""
        try:
            with opened_archive(self._archive) as opened:
                self._unpack(opened, target, 1)
        except (*DAMAGED, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise FormatError(
                f"{self._archive}: the zip archive cannot be unpacked "
                f"({one_line(reason)[:120]}): copy it again, or unpack it first"
            ) from error

    def _unpack(self, opened: zipfile.ZipFile, target: Path, depth: int) -> None:
        if depth > MAX_NESTING:
            raise FormatError(
                f"{self._archive}: more than {MAX_NESTING} archives in one another: unpack them "
                "first"
            )
        members = [
            member
            for member in opened.infolist()
            if not member_name(member).endswith("/") and not _NOISE.search(member_name(member))
        ]
        self._take(members)
        for member in members:
            path = target.joinpath(*safe_parts(self._archive, member))
            is_begun = self._only_begun and _NUMBERS.match(path.name) is not None
            with opened.open(member) as stream:  # no more than its entry says, which was allowed
                raw = stream.read(
                    min(member.file_size, _BEGUN_BYTES if is_begun else MAX_TOTAL_BYTES)
                )
            if path.exists():  # a name that occurs twice: the first counts
                continue
            if is_archive(raw):
                path.mkdir(parents=True)
                with opened_archive(raw) as inner:
                    self._unpack(inner, path, depth + 1)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, raw)

    def _take(self, members: list[zipfile.ZipInfo]) -> None:
        """Count members in, or refuse before any of them is unpacked."""
        if any(member.flag_bits & 1 for member in members):
            raise zipfile.BadZipFile("it asks for a password")
        self._members -= len(members)
        self._bytes -= sum(member.file_size for member in members)
        has_bomb = any(
            member.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * member.compress_size)
            for member in members
        )
        if min(self._members, self._bytes) < 0 or has_bomb:
            raise FormatError(
                f"{self._archive}: the zip archive is beyond the limits ({MAX_MEMBERS} files, "
                f"{MAX_TOTAL_BYTES >> 20} MiB unpacked, {MAX_RATIO} to 1): unpack what you need "
                "yourself"
            )
