"""The directory of a zip archive: bounded before it is read, and the names in it.

``zipfile`` reads as many bytes as the archive's end claims the directory to have, and makes an
object of every entry: a file of some kilobytes on the disk, most of it a hole, may ask for all of
the memory.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from nmrquanv.errors import FormatError
from nmrquanv.io.files import one_line

MAX_DIRECTORY_BYTES = 10 << 20
"""Some 20,000 files with paths of 400 letters."""

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What ``zipfile`` raises for archives that it cannot read."""

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_BYTES = 20
_LONGEST_REMARK = 0xFFFF
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)


@contextmanager
def opened_archive(file: Path | bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory is of a believable size.

    Raises
    ------
    zipfile.BadZipFile, or another of ``DAMAGED``
        It is none, or damaged, or its directory is too large.
    """
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as stream:
        claimed = _directory_bytes(stream)
        if claimed > MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile(
                f"its list of files has {claimed >> 20} MiB, the limit is "
                f"{MAX_DIRECTORY_BYTES >> 20} MiB"
            )
        with zipfile.ZipFile(stream) as archive:
            yield archive


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's path with ``/``, where packers on Windows may write backslashes."""
    return member.filename.replace("\\", "/")


def safe_parts(archive: Path, member: zipfile.ZipInfo) -> list[str]:
    """Return the parts of a member's path, or refuse what would lead out of the folder."""
    name = member_name(member)
    parts = [part for part in name.split("/") if part not in {"", "."}]
    mode = member.external_attr >> 16
    is_link = stat.S_ISLNK(mode) or (stat.S_IFMT(mode) not in {0, stat.S_IFREG})
    is_outside = name.startswith("/") or ".." in parts or not parts
    if is_link or is_outside or any(":" in p or "\0" in p or _DEVICES.match(p) for p in parts):
        raise FormatError(
            f"{archive}: the zip archive holds {one_line(name)[:60]!r}, a link or a path that may "
            "lead elsewhere: unpack what you need yourself"
        )
    return parts


def _directory_bytes(stream: IO[bytes]) -> int:
    """Return the size that an archive's end claims for its directory; 0 where there is no end."""
    size = stream.seek(0, os.SEEK_END)
    reach = _LONGEST_REMARK + _END.size + _LOCATOR_BYTES + _END_64.size
    stream.seek(max(0, size - reach))
    tail = stream.read(reach)
    claims = [0]
    # the end is searched for as zipfile does: where no remark follows it, else the last one
    at = len(tail) - _END.size
    if at < 0 or tail[at : at + 4] != b"PK\5\6" or tail[-2:] != b"\0\0":
        at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        return 0
    claims.append(_END.unpack_from(tail, at)[5])
    at -= _LOCATOR_BYTES
    if at >= 0 and tail[at : at + 4] == b"PK\6\7":
        at -= _END_64.size
        if at >= 0 and tail[at : at + 4] == b"PK\6\6":
            claims[:] = [_END_64.unpack_from(tail, at)[8]]
    return max(claims)
