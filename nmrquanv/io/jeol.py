"""JEOL Delta files (``.jdf``), one-dimensional: FIDs, and spectra that Delta has processed.

The header, big-endian, and the parameters, 64 bytes each, are read here, because what they claim
decides how much nmrglue 0.12 allocates; the numbers are decoded by nmrglue.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import file_size, one_line, read_bytes, read_exactly, sha256
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes, unequal_notes
from nmrquanv.io.readers import files_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "JEOL Delta"
FILES = files_of(FORMAT)

MAX_POINTS = 1 << 22
"""nmrglue holds each number as a Python object first, four times as large."""

MAX_PARAMETERS = 5_000
_TURNED = b"RMN.LEOJ"
_BEGINNINGS = (b"JEOL.NMR", _TURNED)
_HEADER_BYTES, _PARAMETER_BYTES = 1360, 64
_ONE_D, _REAL, _COMPLEX = 1, 1, 3
_PPM, _SECOND = 26, 28
_NUCLEI = {"proton": "1H", "deuterium": "2H"}
_ELEMENTS = {"carbon": "C", "nitrogen": "N", "fluorine": "F", "phosphorus": "P", "silicon": "Si",
             "boron": "B", "oxygen": "O", "sodium": "Na", "platinum": "Pt"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Header:
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


def recognise(path: Path) -> Path | None:
    """Return a file that begins as Delta's do."""
    return path if path.is_file() and read_bytes(path, 8) in _BEGINNINGS else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the file, if it is one."""
    return (path,) if path.suffix.lower() in FILES and recognise(path) else ()


def outline(path: Path, asked: Asked) -> Outline:
    """Outline a file.

    Raises
    ------
    FormatError
        It is truncated, damaged, of more dimensions, a FID of real numbers, or no such source.

    Notes
    -----
    Delta's ppm are Hz over the spectrometer's frequency ``x_freq``, with ``x_offset`` in the
    middle. The transform of the conjugated FID has the highest ppm first.
    """
    header = _header(path)
    is_fid = header.unit == _SECOND
    if not is_fid and header.unit != _PPM:
        raise FormatError(f"{path}: an axis in neither seconds nor ppm: not a 1D FID or spectrum")
    kind = "fid" if is_fid else "spectrum"
    asked.chosen((kind,))
    if is_fid and not header.is_complex:
        raise FormatError(f"{path}: a FID of real numbers, which is not supported yet")
    raw = read_exactly(path, header.data_end, "u1")
    axis, notes = _axis(path, header, is_fid)
    sample = _sample(header)
    notes += axis_notes(axis, sample.nucleus)
    delay = _delay_points(header, notes) if is_fid else 0.0

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        data = _decoded(path, raw, header)
        require_signal(data, path)
        if not is_fid and not header.is_complex:
            return with_imaginary(data.real), ("no imaginary part: by Hilbert transform",)
        return data.conj(), ()

    return Outline(
        axis,
        sample,
        Source(str(asked.opened), kind, FORMAT, sha256(raw), tuple(notes)),
        starting_recipe(header.size, sample.nucleus) if is_fid else spectrum_recipe(),
        (kind,),
        load,
        TimeDomain(axis.sf_mhz, delay) if is_fid else None,
    )


def _header(path: Path) -> _Header:
    """Return the header of a whole one-dimensional file, or refuse."""
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
    return _Header(
        little == 1,
        raw[24] == _COMPLEX,
        raw[33],
        points[0],
        first,
        last,
        start,
        stop,
        data_end,
        one_line(raw[48:172].split(b"\0")[0].decode("cp1252", errors="replace")),
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
        name = raw[at + 36 : at + 64].split(b"\0")[0].decode("cp1252", errors="replace")
        name = name.lower().replace(" ", "")
        if kind == 0:
            text = raw[at + 16 : at + 32].split(b"\0")[0].decode("cp1252", errors="replace")
            found.setdefault(name, text.strip())
        elif kind in {1, 2, 4} and abs(power) < 30:
            form = "d" if kind == 2 else "i"
            value = struct.unpack_from(order + form, raw, at + 16)[0]
            found.setdefault(name, float(value) * 10.0**power)
    return found


def _axis(path: Path, header: _Header, is_fid: bool) -> tuple[Axis, list[str]]:
    """Return the axis, and notes on what does not fit."""
    sf_mhz = header.number(path, "x_freq") / 1e6
    size = header.size
    if not is_fid:
        step_ppm = (header.start - header.stop) / (size - 1)
        axis = checked_axis(path, size, step_ppm * size * sf_mhz, sf_mhz, header.start)
        return axis, []
    sw_hz, offset_ppm = header.number(path, "x_sweep"), header.number(path, "x_offset")
    if sw_hz <= 0 or sf_mhz <= 0:
        raise FormatError(f"{path}: a sweep of {sw_hz:g} Hz at {sf_mhz:g} MHz is impossible")
    axis = checked_axis(path, size, sw_hz, sf_mhz, offset_ppm + sw_hz / (2 * sf_mhz))
    lasted_s = header.stop - header.start
    taken = ("the points over their time", (size - 1) / lasted_s if lasted_s > 0 else None)
    return axis, unequal_notes(("x_sweep", sw_hz), taken, "Hz")


def _delay_points(header: _Header, notes: list[str]) -> float:
    """Return by how many points the digital filter delays the FID.

    Notes
    -----
    ``orders`` begins with the number of stages, then the order of each; ``factors`` are their
    decimations. A stage of order n delays by ``(n - 1) / 2`` of its own input points, of which
    the product of its factor and all later ones make one point of the FID.
    """
    orders, factors = header.text("orders"), header.text("factors")
    if header.text("digital_filter").upper() == "FALSE" or not orders:
        return 0.0
    words = [*orders.split(), *factors.split()]
    numbers = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 6]
    stages = numbers[0] if numbers else 0
    each, ratios = numbers[1 : 1 + stages], numbers[1 + stages :]
    is_whole = len(numbers) == len(words) and len(each) == len(ratios) == stages > 0
    if not is_whole or not all(ratios):
        notes.append(f"the filter's delay is unknown (orders {orders!r}, factors {factors!r}): 0")
        return 0.0
    delay = sum((order - 1) / 2 / float(np.prod(ratios[i:])) for i, order in enumerate(each))
    if delay >= header.size:
        notes.append(f"the filter's delay of {delay:g} points exceeds the FID: taken as 0")
        return 0.0
    return delay


def _decoded(path: Path, raw: bytes, header: _Header) -> NDArray[np.complex128]:
    """Return the used points, decoded by nmrglue: real minus i times imaginary part."""
    from nmrglue.fileio import jeol

    try:
        known = jeol.parse_jeol(raw)
        data = jeol.reorganize(known, jeol.read_bin_data(known, raw))
        data = jeol.truncate_data(known, data)
    except (KeyError, IndexError, ValueError, TypeError, OverflowError, struct.error) as error:
        raise FormatError(
            f"{path}: JEOL Delta, damaged ({one_line(str(error))[:80]}): copy it again"
        ) from error
    numbers = np.asarray(data, dtype=np.complex128)
    if numbers.shape != (header.size,):
        raise FormatError(f"{path}: JEOL Delta, damaged: {numbers.shape} instead of {header.size}")
    return numbers


def _sample(header: _Header) -> Sample:
    return Sample(
        _nucleus(header.text("x_domain")),
        header.text("solvent"),
        header.title,
        header.text("experiment"),
    )


def _nucleus(name: str) -> str:
    """Return Delta's ``Carbon13`` in the usual form ``13C``."""
    word = name.strip().lower()
    letters = word.rstrip("0123456789")
    digits = word[len(letters) :]
    if word in _NUCLEI or letters not in _ELEMENTS:
        return _NUCLEI.get(word, name)
    return digits + _ELEMENTS[letters]
