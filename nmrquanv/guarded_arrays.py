"""The one way in for arrays, weights and archives of our own form, as ``guarded.py`` is for JSON.

Bounded and checked against its own length before anything is allocated; nothing in it is run.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.guarded import megabytes, read_regular

MAX_ARRAYS_BYTES = 256 << 20
"""Largest file of arrays, and the most that an archive may hold when unpacked."""

MAX_MEMBERS = 4096
"""Most members of an archive."""

_NPY = re.compile(
    rb"\x93NUMPY\x01\x00.."
    rb"\{'descr': '(?P<dtype>[<>|][biufcUS]\d{1,6})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,15},? ?){0,8})\), \} {0,256}\n",
    re.DOTALL,
)
"""Head of a ``.npy`` file, version 1.0, of plain numbers or text: no objects, no fields. numpy's
own parser reads Python expressions and fails on damaged ones in a dozen ways."""

Array = NDArray[Any]


def read_npz(path: Path, limit: int = MAX_ARRAYS_BYTES) -> dict[str, Array]:
    """Read an archive of arrays (``numpy.savez``) by name.

    Raises
    ------
    FormatError
        See :func:`read_members` and :func:`array_of`.
    """
    members = read_members(read_regular(path, limit), str(path), limit)
    return {
        name.removesuffix(".npy"): array_of(content, f"{path}: {name}")
        for name, content in members.items()
    }


def read_members(content: bytes, where: str, limit: int = MAX_ARRAYS_BYTES) -> dict[str, bytes]:
    """Unpack a zip archive in memory.

    Parameters
    ----------
    content : bytes
    where : str
        What messages call it.
    limit : int, bytes
        Of all members together, unpacked.

    Raises
    ------
    FormatError
        It is no archive or damaged, has two members of a name, or unpacks to more than the limit
        or than it claims.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or len({m.filename for m in members}) < len(members):
                raise FormatError(f"{where}: has too many members, or two of one name")
            if sum(member.file_size for member in members) > limit:
                raise FormatError(f"{where}: unpacks to more than {megabytes(limit)}")
            return {member.filename: _member(archive, member, where) for member in members}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,  # a method of packing that Python does not know
        RuntimeError,  # encrypted
        OSError,
        ValueError,
    ) as error:
        raise FormatError(f"{where}: is damaged ({error})") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatError(f"{where}: {member.filename} is packed in an unusual way")
    with archive.open(member) as stream:
        # One byte more than it claims shows that the claim is wrong.
        content = stream.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise FormatError(f"{where}: {member.filename} is not as long as it claims")
    return content


def array_of(content: bytes, where: str) -> Array:
    """Return the array of a ``.npy`` file's bytes; nothing is allocated before its length fits.

    Raises
    ------
    FormatError
        It is no such file, holds objects, or its shape and its length differ.
    """
    found = _NPY.match(content)
    if found is None:
        raise FormatError(f"{where}: is no array as numpy writes it")
    lengths = found["shape"].decode().split(",")
    shape = tuple(int(length) for length in lengths if length.strip())
    try:
        dtype = np.dtype(found["dtype"].decode())
    except TypeError as error:
        raise FormatError(f"{where}: its array is damaged ({error})") from error
    rest = memoryview(content)[found.end() :]
    if dtype.itemsize == 0 or math.prod(shape) * dtype.itemsize != len(rest):
        raise FormatError(f"{where}: an array of {dtype} {shape} does not have {len(rest)} bytes")
    flat = np.frombuffer(rest, dtype=dtype)
    return flat.reshape(shape, order="F" if found["fortran"] == b"True" else "C")


def read_weights(path: Path, limit: int = MAX_ARRAYS_BYTES) -> tuple[dict[str, Array], bytes]:
    """Read the arrays of a safetensors file by name, and its bytes for hashing.

    Raises
    ------
    FormatError
        See :func:`read_regular`; or it is no such file, or a number in it is not finite.
    """
    content = read_regular(path, limit)
    return weights_of(content, str(path)), content


def weights_of(content: bytes, where: str) -> dict[str, Array]:
    """Return the arrays of a safetensors file's bytes by name.

    Raises
    ------
    FormatError
        It is no such file, or a number in it is not finite.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays: dict[str, Array] = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise FormatError(f"{where}: is damaged ({error})") from error
    for name, array in arrays.items():
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            raise FormatError(
                f"{where}: '{name}' holds numbers that are not finite: its training diverged"
            )
    return arrays
