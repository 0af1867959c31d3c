"""Open a user's files with care: regular files only, bounded sizes, failures as FormatError.

What a user points at may be a device, a pipe, a folder, a terabyte or nothing at all; readers
go through these functions and so never hang, never fill the memory, and always name the file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from pathlib import Path

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.guarded import check_place

MAX_TEXT_BYTES = 256 << 20
"""Largest text that is read: some ten million points."""

MAX_PARAMETER_BYTES = 16 << 20
"""Largest parameter file that is read; real ones have about 30 KiB, NEO's up to 1 MiB."""

MAX_POINTS = 1 << 27
"""Largest binary data that is read, numbers: a thousand times a usual FID."""


_ZEROS_SOUGHT = 4096
"""How many bytes of a text tell whether it is UTF-16."""

_NAMES_OF_A_SET = 512
"""How many names of a folder are looked at for other capitals: a data set has some fifty."""

_noticing: ContextVar[tuple[dict[Path, None], ...]] = ContextVar("read files", default=())


def inside(folder: Path, *names: str) -> Path:
    """Return where a file of a data set lies, by the names that its format has for it.

    Discs and copies of other systems made ``ACQUS`` and ``1R`` of ``acqus`` and ``1r``: where the
    name itself is missing, one that differs in capitals alone is taken.
    """
    for name in names:
        exact = folder / name
        folder = exact if exact.exists() else _in_other_capitals(folder, name) or exact
    return folder


def _in_other_capitals(folder: Path, name: str) -> Path | None:
    wanted = name.lower()
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in islice(entries, _NAMES_OF_A_SET) if e.name.lower() == wanted]
    except OSError:
        return None
    return folder / min(names) if names else None


def file_size(path: Path) -> int:
    """Return the size of a regular file in bytes.

    Raises
    ------
    FormatError
        There is no such file, or it is a folder, device or pipe.
    RefusedError
        It lies elsewhere than what may be read.
    """
    check_place(path)
    if not path.exists():
        raise FormatError(f"{path}: the file is missing: copy the whole data set again")
    if not path.is_file():
        raise FormatError(f"{path}: is not a regular file: choose a data set on disk")
    return path.stat().st_size


@contextmanager
def noticed() -> Iterator[dict[Path, None]]:
    """Give the files that are read meanwhile by this thread, in the order of their first reading.

    Within another ``noticed`` both see them.
    """
    files: dict[Path, None] = {}
    token = _noticing.set((*_noticing.get(), files))
    try:
        yield files
    finally:
        _noticing.reset(token)


def read_bytes(path: Path, limit: int, start: int = 0) -> bytes:
    """Return at most ``limit`` bytes of a regular file, from byte ``start``."""
    file_size(path)
    for files in _noticing.get():
        files[path] = None
    with path.open("rb") as stream:
        stream.seek(start)
        return stream.read(limit)


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """Return the text of a file; see :func:`read_whole` and :func:`decode`."""
    return decode(read_whole(path, limit))


def read_whole(path: Path, limit: int = MAX_TEXT_BYTES) -> bytes:
    """Return a text's bytes.

    Raises
    ------
    FormatError
        The file is larger than ``limit`` bytes, or missing.
    """
    size = file_size(path)
    if size > limit:
        raise FormatError(
            f"{path}: the text has {size >> 20} MiB, the limit is {limit >> 20} MiB: "
            "export fewer points"
        )
    return read_bytes(path, limit)


def decode(raw: bytes) -> str:
    """Return text from bytes, in the encoding that it has; line ends are unified."""
    text = raw.decode(codec_of(raw), errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def codec_of(raw: bytes) -> str:
    """Return Python's name of a text's encoding: UTF-16, UTF-8 where it is that, else cp1252.

    Notes
    -----
    Bruker wrote cp1252 until TopSpin 3 and UTF-8 since; programs on Windows export UTF-16, some
    without its mark.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    without_mark = _utf_16_by_zeros(raw[:_ZEROS_SOUGHT])
    if without_mark is not None:
        return without_mark
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _utf_16_by_zeros(raw: bytes) -> str | None:
    """Return which UTF-16 a text without its mark is in, if it is: most letters are Latin ones.

    Of these one byte is zero, always on the same side; binary numbers have zeros on both sides,
    or give letters that no text has.
    """
    raw = raw[: len(raw) // 2 * 2]
    first, second = raw[::2], raw[1::2]
    for codec, high, low in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if 2 * high.count(0) > len(high) > 1 and not low.count(0):
            text = raw.decode(codec, errors="replace")
            return None if any(c < " " and c not in "\t\n\r\f" for c in text) else codec
    return None


def one_line(text: str) -> str:
    """Return a text as one line without control characters, for titles and names."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read_exactly(path: Path, count: int, dtype: str, start: int = 0) -> bytes:
    """Return the bytes of ``count`` binary numbers of a file.

    Parameters
    ----------
    count : int
        Checked against the file's size before anything is allocated.
    dtype : str
        numpy's name with byte order, such as ``">i4"``.
    start : int, bytes

    Raises
    ------
    FormatError
        The file is shorter, or ``count`` is beyond ``MAX_POINTS``.
    """
    if count > MAX_POINTS:
        raise FormatError(
            f"{path}: {count} numbers are claimed, the limit is {MAX_POINTS}: the parameters "
            "are damaged or this is not one-dimensional data"
        )
    wanted = count * np.dtype(dtype).itemsize
    raw = read_bytes(path, wanted, start) if file_size(path) >= start + wanted else b""
    if len(raw) != wanted:
        raise FormatError(f"{path}: shorter than the {count} numbers it should hold")
    return raw


def sha256(raw: bytes) -> str:
    """Return the SHA-256 of what was read of a file, as hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()
