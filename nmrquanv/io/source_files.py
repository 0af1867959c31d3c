"""The files that a data set was read from: kept with it, and known again.

What a reader opened is noticed (``nmrquanv.io.files.noticed``): parameters and numbers, not audit
trails or other PROCNOs. Documents hold these files or tell their sizes and hashes.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError, system_errors_as
from nmrquanv.folders import write_folder
from nmrquanv.io.files import file_size, noticed
from nmrquanv.io.reading import data_set_of, read
from nmrquanv.io.refusals import checked_path
from nmrquanv.spectra.data_files import DataFile
from nmrquanv.spectra.dataset import DataSet

KEPT_BYTES = 50 << 20
"""Files of more than this together are not kept in memory, nor put into a document unasked."""

_CHUNK_BYTES = 1 << 20
_STAMPED = 20_000
"""Files of a data set that a stamp looks at."""

_UP = 4
"""How many folders above a path its data set may begin: EXPNO/pdata/PROCNO/file."""


def read_with_files(path: str | Path, **asked: Any) -> DataSet:
    """Read a data set as ``nmrquanv.io.read`` does, and the files that this took.

    Raises
    ------
    FormatError, SeveralDataSetsError
        As there.
    """
    with noticed() as seen:
        dataset = read(path, **asked)
    last = next(reversed(seen), None)
    base = data_set_of(last) if last is not None else None
    if base is None:
        return dataset
    with system_errors_as(FormatError, f"{base}: cannot be read (…)"):
        return replace(dataset, files=files_of(base, seen))


def files_of(data_set: Path, paths: Iterable[Path]) -> tuple[DataFile, ...]:
    """Return what is known of the files that were read of a data set.

    Parameters
    ----------
    data_set : Path
        Its folder, or its only file.
    paths : iterable of Path
        Those outside the folder are left out.

    Notes
    -----
    Together they are kept up to ``KEPT_BYTES``; a larger data set is only hashed.
    """
    base = data_set if data_set.is_dir() else data_set.parent
    inside = [path for path in paths if path.is_relative_to(base)]
    keeps = sum(file_size(path) for path in inside) <= KEPT_BYTES
    return tuple(data_file(path, path.relative_to(base).as_posix(), keeps=keeps) for path in inside)


def data_file(path: Path, name: str, *, keeps: bool) -> DataFile:
    """Return size and hash of a file, and its content where that is to be kept."""
    digest, parts, size = hashlib.sha256(), list[bytes](), 0
    with path.open("rb") as stream:
        while part := stream.read(_CHUNK_BYTES):
            digest.update(part)
            size += len(part)
            if keeps:
                parts.append(part)
    content = np.frombuffer(b"".join(parts), np.uint8) if keeps else None
    return DataFile(name, size, digest.hexdigest(), content)


def differing(known: Sequence[DataFile], found: Sequence[DataFile]) -> tuple[str, ...]:
    """Return the names of files that are not what they were, or are missing."""
    hashes = {file.name: file.sha256 for file in found}
    return tuple(file.name for file in known if hashes.get(file.name) != file.sha256)


@contextmanager
def unpacked_files(files: Sequence[DataFile]) -> Iterator[Path]:
    """Give a folder that holds the kept files, to be read; it goes again afterwards.

    Raises
    ------
    FormatError
        Not all are kept, or the temporary folder cannot be written to.
    """
    contents = {f.name: f.content.tobytes() for f in files if f.content is not None}
    if len(contents) < len(files) or not files:
        raise FormatError("the measured data are not in the document")
    with tempfile.TemporaryDirectory(prefix="nmrquanv-data-") as held:
        folder = Path(held) / "data"
        with system_errors_as(FormatError, f"{folder}: cannot be written to (…)"):
            write_folder(folder, contents)
        yield folder if len(contents) > 1 else folder / next(iter(contents))


def contents_of(path: str, files: Sequence[DataFile]) -> dict[str, NDArray[np.uint8]]:
    """Return what files of a data set hold, if they are as they were when it was read.

    Raises
    ------
    FormatError
        One is missing or another one now; names it.
    """
    base = data_set_of(checked_path(path).real)
    if base is None:
        raise FormatError(f"{path}: there is no data set any more")
    folder = base if base.is_dir() else base.parent
    contents = {}
    for file in files:
        place = folder / file.name
        if file_size(place) != file.size_bytes:
            raise FormatError(f"{place}: has changed since it was read")
        with system_errors_as(FormatError, f"{place}: cannot be read (…)"):
            found = data_file(place, file.name, keeps=True)
        if found.sha256 != file.sha256 or found.content is None:
            raise FormatError(f"{place}: has changed since it was read")
        contents[file.name] = found.content
    return contents


def stamp_of(path: str | Path) -> str:
    """Return what changes when a data set's files do: a hash of their names, sizes and times.

    For a path in an archive it is the archive's. Empty where nothing is.
    """
    place = next((p for p in (Path(path), *Path(path).parents) if p.exists()), None)
    if place is None:
        return ""
    whole = [data_set_of(p) for p in (place, *place.parents[:_UP])]
    base = next((p for p in reversed(whole) if p is not None), place)
    files = [base] if base.is_file() else sorted(p for p in base.rglob("*") if p.is_file())
    facts = [(p.relative_to(base).as_posix(), p.stat()) for p in files[:_STAMPED]]
    text = "\n".join(f"{name}\t{s.st_size}\t{s.st_mtime_ns}" for name, s in facts)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
