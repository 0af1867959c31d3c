"""Document files (``.nmrq``): a zip of one JSON manifest and its arrays, read with care.

``manifest.json`` is a :class:`~nmrquanv.io.document_form.Manifest`; ``arrays/NAME.npy`` are plain
numbers, ``data/N/PLACE`` the files that were read from the spectrometer's data set. A file from
elsewhere is checked against its own size, its types and its axes before anything is made of it;
files of older versions are turned into the present form step by step, and newer ones are refused
by name.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from nmrquanv.errors import ExportError, FormatError, system_errors_as
from nmrquanv.guarded import as_type, parse_json, read_regular, require_readable
from nmrquanv.guarded_arrays import MAX_MEMBERS, Array, array_of, read_members
from nmrquanv.io.document_form import VERSION, DocumentFile, Manifest
from nmrquanv.io.document_versions import MIGRATIONS
from nmrquanv.io.stored_data import StoredFile
from nmrquanv.spectra.axis import Axis
from nmrquanv.writing import write_whole

SCHEMA = "nmrquanv.document"
MAX_BYTES = 1 << 29
"""Largest document file that is read, packed and unpacked."""

_MANIFEST = "manifest.json"

_HEAD_BYTES = 512
"""More than an array's head and its two entries in the archive take, but for its name."""

_ADVICE = "choose linked data in Save As, or save fewer spectra in one file"


def write_document(path: Path, document: DocumentFile) -> None:
    """Write a document file, whole or not at all.

    Raises
    ------
    ExportError
        The place cannot be written to, or the file could not be opened again; the file that was
        there is as it was.
    """
    with system_errors_as(ExportError, f"cannot save '{path}': …; choose another place"):
        write_whole(path, document_bytes(document, str(path)))


def document_bytes(document: DocumentFile, where: str = "document") -> bytes:
    """Return the content of a document file.

    Raises
    ------
    ExportError
        It would be larger, or of more parts, than what :func:`document_of` takes; names ``where``.
    """
    text = json_of(document.manifest)
    spectra = document.manifest.spectra
    wanted = {name: needed for one in spectra for name, needed in one.arrays().items()}
    held = {name: _member_of(name, wanted[name]) for name in wanted if name in document.arrays}
    _require_readable(len(text), {held[name]: document.arrays[name] for name in held}, where)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        # Peak lists shrink to a tenth; measured numbers hardly do, and packing them takes seconds.
        archive.writestr(_MANIFEST, text, zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, place in held.items():
            array = document.arrays[name]
            data = array_bytes(array) if isinstance(wanted[name], Axis) else array.tobytes()
            archive.writestr(place, data, zipfile.ZIP_STORED)
    return content.getvalue()


def _require_readable(text_bytes: int, arrays: Mapping[str, Array], where: str) -> None:
    """Refuse a document that could not be opened again, before any of it is copied."""
    heads = sum(_HEAD_BYTES + 2 * len(place.encode()) for place in (_MANIFEST, *arrays))
    count = text_bytes + heads + sum(array.nbytes for array in arrays.values())
    require_readable(count, MAX_BYTES, f"not saved: '{where}'", _ADVICE)
    if 1 + len(arrays) > MAX_MEMBERS:
        raise ExportError(
            f"not saved: '{where}' would hold {len(arrays)} arrays and files, and documents with "
            f"more than {MAX_MEMBERS - 1} cannot be opened again: {_ADVICE}"
        )


def _member_of(name: str, needed: Axis | StoredFile) -> str:
    """Return where an array, or a file's content, lies in the archive."""
    if isinstance(needed, Axis):
        return f"arrays/{name}.npy"
    return f"data/{name.rpartition('-')[0]}/{needed.name}"


def read_document(path: Path) -> DocumentFile:
    """Read a document file.

    Raises
    ------
    FormatError
        It is missing, damaged, no document file, or of a newer version; names it.
    """
    return document_of(read_regular(path, MAX_BYTES), str(path))


def document_of(content: bytes, where: str) -> DocumentFile:
    """Return the document in a file's content; see :func:`read_document`."""
    members = read_members(content, where, MAX_BYTES)
    text = members.get(_MANIFEST)
    if text is None:
        raise FormatError(f"{where}: is not a document of nmrquanv: it has no {_MANIFEST}")
    manifest = manifest_of(parse_json(text, dict[str, Any], where), where)
    arrays: dict[str, Array] = {}
    for spectrum in manifest.spectra:
        for name, needed in spectrum.arrays().items():
            place = _member_of(name, needed)
            if place not in members:
                raise FormatError(f"{where}: '{place}' is missing")
            told, member = f"{where}: {place}", members[place]
            if isinstance(needed, Axis):
                arrays[name] = fitting_array(member, needed, told)
            else:
                arrays[name] = _fitting_file(np.frombuffer(member, np.uint8), needed, told)
    return DocumentFile(manifest, arrays)


def manifest_of(values: dict[str, Any], where: str) -> Manifest:
    """Return the manifest in JSON values, of whatever version up to the present one.

    Raises
    ------
    FormatError
        They are none, or of a newer version.
    """
    return as_type(_up_to_date(values, where), Manifest, where, exact=True)


def _up_to_date(values: dict[str, Any], where: str) -> dict[str, Any]:
    """Return a manifest of any version as one of the present version."""
    schema = values.get("schema")
    name, _, version = schema.partition("/") if isinstance(schema, str) else ("", "", "")
    if name != SCHEMA or not (version.isascii() and version.isdigit() and len(version) < 6):
        raise FormatError(f"{where}: is not a document of nmrquanv: its schema is {schema!r}")
    number = int(version)
    if number > VERSION:
        raise FormatError(
            f"{where}: was written by a newer version of the program (document version {number}, "
            f"this one reads up to {VERSION}): update the program"
        )
    while number < VERSION:
        if number not in MIGRATIONS:
            raise FormatError(f"{where}: there never was a document version {number}")
        values, number = MIGRATIONS[number](values), number + 1
    return values


def fitting_array(content: bytes, needed: Axis | StoredFile, where: str) -> Array:
    """Return the array in the bytes of a ``.npy`` file.

    Raises
    ------
    FormatError
        It is none of finite numbers, one for each point of its axis; or not the bytes of the file.
    """
    array = array_of(content, where)
    if isinstance(needed, StoredFile):
        return _fitting_file(array, needed, where)
    if array.dtype not in (np.dtype(np.complex128), np.dtype(np.float64)):
        raise FormatError(f"{where}: points are of the type {array.dtype}")
    if array.shape != (needed.size,) or not np.isfinite(array).all():
        raise FormatError(f"{where}: {array.shape} points, not {needed.size} finite ones")
    return array


def _fitting_file(array: Array, needed: StoredFile, where: str) -> Array:
    """Return a file's bytes, if they are those that were stored."""
    is_like = array.dtype == np.uint8 and array.shape == (needed.size_bytes,)
    if not is_like or hashlib.sha256(array.tobytes()).hexdigest() != needed.sha256:
        raise FormatError(f"{where}: is not the file that was stored")
    return array


def array_bytes(array: Array) -> bytes:
    """Return an array as a member of a document file."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def json_of(values: Any) -> bytes:
    """Return the types of a manifest as JSON text."""
    return msgspec.json.encode(values, enc_hook=_scalar)


def _scalar(value: Any) -> Any:
    """Turn what JSON does not know: numpy's numbers."""
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(f"a {type(value).__name__} cannot be stored")
