"""JEOL Delta files (``.jdf``), one-dimensional: FIDs, and spectra that Delta has processed.

Header and parameters are read here (``jeol_header.py``); the numbers are decoded by nmrglue.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import one_line, read_bytes, read_exactly, sha256
from nmrquanv.io.jeol_header import BEGINNINGS, JeolHeader, read_header
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes, unequal_notes
from nmrquanv.io.readers import files_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "JEOL Delta"
FILES = files_of(FORMAT)

_PPM, _SECOND = 26, 28
_TEXTS = (slice(48, 172), slice(408, 1064))
"""Where the header has its title, and its place, authors, comment and axes' names."""

_NUCLEI = {"proton": "1H", "deuterium": "2H"}
_ELEMENTS = {"carbon": "C", "nitrogen": "N", "fluorine": "F", "phosphorus": "P", "silicon": "Si",
             "boron": "B", "oxygen": "O", "sodium": "Na", "platinum": "Pt"}  # fmt: skip


def recognise(path: Path) -> Path | None:
    """Return a file that begins as Delta's do."""
    return path if path.is_file() and read_bytes(path, 8) in BEGINNINGS else None


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
    header = read_header(path)
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


def _axis(path: Path, header: JeolHeader, is_fid: bool) -> tuple[Axis, list[str]]:
    """Return the axis, and notes on what does not fit."""
    sf_mhz = header.number(path, "x_freq") / 1e6
    size = header.size
    if not is_fid:
        step_ppm = (header.start - header.stop) / (size - 1)
        axis = checked_axis(path, size, step_ppm * size * sf_mhz, sf_mhz, header.start)
        whole_hz, sweep = step_ppm * header.points * sf_mhz, header.parameters.get("x_sweep")
        known = ("x_sweep", sweep if isinstance(sweep, float) and sweep > 0 else None)
        return axis, unequal_notes(("the points between their ends", whole_hz), known, "Hz")
    sw_hz, offset_ppm = header.number(path, "x_sweep"), header.number(path, "x_offset")
    if sw_hz <= 0 or sf_mhz <= 0:
        raise FormatError(f"{path}: a sweep of {sw_hz:g} Hz at {sf_mhz:g} MHz is impossible")
    axis = checked_axis(path, size, sw_hz, sf_mhz, offset_ppm + sw_hz / (2 * sf_mhz))
    lasted_s = header.stop - header.start
    if not 0 < lasted_s < np.inf:
        return axis, [f"the FID lasts {lasted_s:g} s by its header: the axis may be wrong"]
    taken = ("the points over their time", (size - 1) / lasted_s)
    return axis, unequal_notes(("x_sweep", sw_hz), taken, "Hz")


def _delay_points(header: JeolHeader, notes: list[str]) -> float:
    """Return by how many points the digital filter delays the FID.

    Notes
    -----
    ``orders`` begins with the number of stages, then the order of each; ``factors`` are their
    decimations. A stage of order n delays by ``(n - 1) / 2`` of its own input points, of which
    the product of its factor and all later ones make one point of the FID.
    """
    orders, factors = header.text("orders"), header.text("factors")
    is_filtered = header.text("digital_filter").upper()
    if is_filtered == "FALSE" or (is_filtered != "TRUE" and not orders):
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


def _decoded(path: Path, raw: bytes, header: JeolHeader) -> NDArray[np.complex128]:
    """Return the used points, decoded by nmrglue: real minus i times imaginary part."""
    from nmrglue.fileio import jeol

    try:
        bare = _without_texts(raw, header)
        known = jeol.parse_jeol(bare)
        data = jeol.reorganize(known, jeol.read_bin_data(known, bare))
        data = jeol.truncate_data(known, data)
    except (KeyError, IndexError, ValueError, TypeError, OverflowError, struct.error) as error:
        raise FormatError(
            f"{path}: JEOL Delta, damaged ({one_line(str(error))[:80]}): copy it again"
        ) from error
    numbers = np.asarray(data, dtype=np.complex128)
    if numbers.shape != (header.size,):
        raise FormatError(f"{path}: JEOL Delta, damaged: {numbers.shape} instead of {header.size}")
    return numbers


def _without_texts(raw: bytes, header: JeolHeader) -> bytes:
    """Return a file without texts and parameters, which the numbers do not need.

    nmrglue 0.12 takes every text for UTF-8, and repeats a text as often as its unit's power says.
    """
    bare = bytearray(raw)
    for part in _TEXTS:
        bare[part] = bytes(part.stop - part.start)
    count_at = header.parameters_at + 8
    struct.pack_into("<I" if header.is_little else ">I", bare, count_at, 0)
    return bytes(bare)


def _sample(header: JeolHeader) -> Sample:
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
