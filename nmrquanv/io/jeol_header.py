"""The header and the parameters of JEOL Delta files, big-endian and 64 bytes each.

What they claim decides how much nmrglue 0.12 allocates: sizes are checked against the file.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.io.files import decode, file_size, one_line, read_bytes

MAX_POINTS = 1 << 22
"""nmrglue holds each number as a Python object first, four times as large."""

MAX_PARAMETERS = 5_000
_TURNED = b"RMN.LEOJ"
BEGINNINGS = (b"JEOL.NMR", _TURNED)
_HEADER_BYTES, _PARAMETER_BYTES = 1360, 64
_ONE_D, _REAL, _COMPLEX = 1, 1, 3


@dataclass(frozen=True, slots=True)
class JeolHeader:
    """What the header says of the data; sizes are checked against the file."""

    is_little: bool
    is_complex: bool
    unit: int
    points: int
    first: int
    last: int
    start: float
    stop: float
    data_end: int
    title: str
    parameters_at: int
    parameters: Mapping[str, float | str]

    @property
    def size(self) -> int:
        """Points that are used."""
        return self.last - self.first + 1

    def number(self, path: Path, name: str) -> float:
        """Return a parameter as a finite number, or refuse."""
        value = self.parameters.get(name)
        if not isinstance(value, float) or not np.isfinite(value):
            raise FormatError(f"{path}: the parameter {name} is missing: the file is damaged")
        return value

    def text(self, name: str) -> str:
        """Return a parameter as one line; empty when missing."""
        return one_line(str(self.parameters.get(name, "")))


def read_header(path: Path) -> JeolHeader:
    """Return the header of a whole one-dimensional file.

    Raises
    ------
    FormatError
        It is truncated, damaged or of more dimensions.
    """
    raw = _header_bytes(path)
    little, dimensions, form = raw[8], raw[12], raw[14]
    points = struct.unpack_from(">8I", raw, 176)
    first, last = struct.unpack_from(">I", raw, 208)[0], struct.unpack_from(">I", raw, 240)[0]
    start, stop = struct.unpack_from(">d", raw, 272)[0], struct.unpack_from(">d", raw, 336)[0]
    parameters_at, data_at = (struct.unpack_from(">I", raw, at)[0] for at in (1212, 1284))
    if dimensions != 1 or form & 0x3F != _ONE_D or any(count != 1 for count in points[1:]):
        raise FormatError(
            f"{path}: JEOL Delta data of {dimensions} dimensions, not a 1D spectrum: choose 1D"
        )
    if little not in {0, 1} or form >> 6 not in {0, 1} or raw[24] not in {_REAL, _COMPLEX}:
        raise FormatError(f"{path}: an unknown kind of JEOL Delta data: damaged or newer")
    if not (8 <= points[0] <= MAX_POINTS and first + 1 < last < points[0]):
        raise FormatError(
            f"{path}: points {first} to {last} of {points[0]}: no size of a spectrum, damaged"
        )
    width = (4 if form >> 6 else 8) * (2 if raw[24] == _COMPLEX else 1)
    data_end, size = data_at + points[0] * width, file_size(path)
    if data_end > size:
        raise FormatError(
            f"{path}: JEOL Delta, truncated: the header says {data_end} bytes, the file has "
            f"{size}: copy it again"
        )
    return JeolHeader(
        little == 1,
        raw[24] == _COMPLEX,
        raw[33],
        points[0],
        first,
        last,
        start,
        stop,
        data_end,
        one_line(_text(raw[48:172])),
        parameters_at,
        _parameters(path, parameters_at, data_at, "<" if little else ">"),
    )


def _header_bytes(path: Path) -> bytes:
    """Return the bytes of a header that is whole and big-endian, as all known ones are."""
    raw = read_bytes(path, _HEADER_BYTES)
    if len(raw) < _HEADER_BYTES:
        raise FormatError(f"{path}: JEOL Delta, truncated: {len(raw)} bytes: copy it again")
    if raw.startswith(_TURNED) and struct.unpack_from("<7I", raw, 180) == (1,) * 7:
        raise FormatError(
            f"{path}: JEOL Delta with its header in the other order of bytes, which is not read: "
            "save it anew in Delta, or export it as JCAMP-DX"
        )
    return raw


def _parameters(path: Path, start: int, end: int, order: str) -> dict[str, float | str]:
    """Return the parameters by their names in small letters."""
    head = read_bytes(path, 16, start)
    count = struct.unpack_from(order + "4I", head)[2] if len(head) == 16 else 0
    if not 0 < count <= MAX_PARAMETERS or start + 16 + count * _PARAMETER_BYTES > max(end, start):
        raise FormatError(
            f"{path}: JEOL Delta: {count} parameters are claimed: the file is damaged"
        )
    raw = read_bytes(path, count * _PARAMETER_BYTES, start + 16)
    found: dict[str, float | str] = {}
    for at in range(0, len(raw) - _PARAMETER_BYTES + 1, _PARAMETER_BYTES):
        power = struct.unpack_from(order + "h", raw, at + 4)[0]
        kind = struct.unpack_from(order + "i", raw, at + 32)[0]
        name = _text(raw[at + 36 : at + 64])
        name = name.lower().replace(" ", "")
        if kind == 0:
            text = _text(raw[at + 16 : at + 32])
            found.setdefault(name, text.strip())
        elif kind in {1, 2, 4} and abs(power) < 30:
            form = "d" if kind == 2 else "i"
            value = struct.unpack_from(order + form, raw, at + 16)[0]
            found.setdefault(name, float(value) * 10.0**power)
    return found


def _text(raw: bytes) -> str:
    """Return a text up to its first zero byte."""
    return decode(raw.split(b"\0")[0])
