"""The one way in for every file of our own form: its bytes, and JSON; arrays are next door.

What lies in a folder may be a device, a pipe, a terabyte, a bomb, or nothing like what its name
says. Everything here reads a regular file of bounded size, takes bounded memory, checks what it
says against a type or against its own length, runs nothing from it, and ends in values or in a
:class:`~nmrquanv.errors.FormatError` that names file and place. Measured data of other programs
have their own readers in ``nmrquanv.io``; which folders may be read at all is kept here for them
too (:func:`confined`).
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from nmrquanv.errors import ExportError, FormatError, NmrQuanvError, RefusedError

MAX_JSON_BYTES = 16 << 20
"""Largest JSON that is read. The worst text of this size takes twenty times as much memory."""

MAX_DEPTH = 32
"""Deepest nesting of JSON without a schema; our own files have a third of it."""

_BOM = b"\xef\xbb\xbf"

_T = TypeVar("_T")

_folders: ContextVar[tuple[Path, ...] | None] = ContextVar("folders that may be read", default=None)


@contextmanager
def confined(folders: Iterable[Path]) -> Iterator[None]:
    """Let this thread read data sets and documents in some folders alone until the block ends.

    Parameters
    ----------
    folders : iterable of Path
        Links in them are followed, and must end in one of them.
    """
    token = _folders.set(tuple(Path(os.path.realpath(folder)) for folder in folders))
    try:
        yield
    finally:
        _folders.reset(token)


def allow(folder: Path) -> None:
    """Let what is confined read one folder more: one that the program made itself."""
    folders = _folders.get()
    if folders is not None:
        _folders.set((*folders, Path(os.path.realpath(folder))))


def may_be_read(path: Path) -> bool:
    """Tell whether a path leads into the folders that may be read; without limits all do."""
    folders = _folders.get()
    if folders is None:
        return True
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in folders)


def check_place(path: Path) -> None:
    """Refuse a path that leads out of the folders that may be read.

    Raises
    ------
    RefusedError
    """
    if not may_be_read(path):
        raise RefusedError(f"{path}: leads out of the folders that may be read")


def read_regular(path: Path, limit: int) -> bytes:
    """Return the content of a regular file.

    Parameters
    ----------
    path : Path
    limit : int, bytes
        A larger file is refused before anything is read.

    Raises
    ------
    FormatError
        It is missing, unreadable, too large, or a folder, device or pipe.
    RefusedError
        It lies elsewhere than what may be read.
    """
    check_place(path)
    # Not blocking: opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError as error:
        raise FormatError(f"{path}: there is no such file") from error
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise FormatError(f"{str(path)!r} is not the name of a file") from error
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise FormatError(f"{path}: cannot be read, it is not a regular file")
        if about.st_size > limit:
            raise FormatError(
                f"{path}: has {megabytes(about.st_size)}, "
                f"the limit for its kind is {megabytes(limit)}"
            )
        with open(handle, "rb", closefd=False) as stream:
            return stream.read(limit)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from error
    finally:
        os.close(handle)


def require_readable(
    count: int,
    limit: int,
    what: str,
    advice: str,
    kind: type[NmrQuanvError] = ExportError,
) -> None:
    """Refuse to write a file that :func:`read_regular` would refuse to read.

    Parameters
    ----------
    count, limit : int, bytes
        What it would have, and what is read of its kind.
    what : str
        The file, as the message calls it.
    advice : str
        What to do.
    kind : type
        Of the error.

    Raises
    ------
    ExportError, or ``kind``
        It would be larger.
    """
    if count > limit:
        raise kind(
            f"{what} would have {megabytes(count)}, and of its kind no more than "
            f"{megabytes(limit)} can be read again: {advice}"
        )


def read_json(path: Path, kind: type[_T], limit: int = MAX_JSON_BYTES) -> _T:
    """Read a JSON file as values of a type.

    Parameters
    ----------
    path : Path
    kind : type
        A frozen dataclass, or plain types such as ``dict[str, Any]``: checked strictly, numbers
        are not made of text. Entries that a dataclass does not know are passed over.
    limit : int, bytes

    Raises
    ------
    FormatError
        See :func:`read_regular`; or the content is not JSON, too deep, or of another type, with
        the entry's path.
    """
    return parse_json(read_regular(path, limit), kind, str(path))


def parse_json(content: bytes, kind: type[_T], where: str) -> _T:
    """Turn JSON text into values of a type; see :func:`read_json`."""
    values = _decoded(content.removeprefix(_BOM), where)
    return as_type(values, kind, where)


def as_type(values: Any, kind: type[_T], where: str, *, exact: bool = False) -> _T:
    """Turn JSON values into a type, strictly.

    Parameters
    ----------
    exact : bool
        Entries that a dataclass does not know are an error.

    Raises
    ------
    FormatError
        They are not of this type; names the entry.
    """
    try:
        made = msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise FormatError(f"{where}: {error}") from error
    if exact:
        unknown = list(_unknown(values, made, ""))
        if unknown:
            raise FormatError(f"{where}: has unknown entries: {', '.join(unknown[:5])}")
    return made


def _unknown(values: Any, made: Any, path: str) -> Iterator[str]:
    """Yield the paths of entries that did not become a dataclass's field."""
    if is_dataclass(made) and isinstance(values, dict):
        known = {field.name for field in fields(made)}
        for name, value in values.items():
            if name in known:
                yield from _unknown(value, getattr(made, name), f"{path}{name}.")
            else:
                yield f"{path}{name}"
    elif isinstance(values, list | tuple) and isinstance(made, list | tuple):
        for number, (value, one) in enumerate(zip(values, made, strict=True)):
            yield from _unknown(value, one, f"{path}{number}.")


def _decoded(content: bytes, where: str) -> Any:
    try:
        values = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{where}: is damaged ({error})") from error
    except RecursionError as error:
        raise FormatError(f"{where}: its JSON is nested too deeply") from error
    level = [values]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return values
    raise FormatError(f"{where}: its JSON is nested deeper than {MAX_DEPTH}")


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [v for v in value.values() if isinstance(v, dict | list)]
    return [v for v in value if isinstance(v, dict | list)] if isinstance(value, list) else []


def plain(value: Any) -> Any:
    """Return a value as strict JSON has it: numpy scalars and tuples turned, not finite -> None."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def megabytes(count: int) -> str:
    """Return a size as messages say it."""
    return f"{count / (1 << 20):.1f} MiB"
