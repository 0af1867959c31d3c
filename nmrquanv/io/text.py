"""Spectra as text: columns of ppm (or Hz) and intensity, and TopSpin's own text exports.

Where the text does not say the spectrometer frequency, Hz have no meaning (``axis.has_hz`` is
False). What the columns are is found in ``text_units``, how numbers are written in
``text_table``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import unsupported
from nmrquanv.io.checks import MAX_SF_MHZ, require_signal
from nmrquanv.io.files import codec_of, decode, one_line, read_bytes, read_whole, sha256
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.text_axis import MIN_POINTS, even_axis, precision
from nmrquanv.io.text_by_form import read_form
from nmrquanv.io.text_frequency import doubt_of
from nmrquanv.io.text_table import TextTable, fields, find_table, numbers, rows_of
from nmrquanv.io.text_units import (
    Header,
    columns_of,
    imaginary_column,
    ppm_of_one,
    ratio_mhz,
    read_header,
)
from nmrquanv.spectra.axis import NOMINAL_SF_MHZ, Axis
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe

FORMAT = "text"

SNIFFED_BYTES = 16_384
"""How much of a file is looked at to recognise it."""

NO_MHZ = "the text does not say the MHz: no values in Hz"

_REAL = r"(-?\d+(?:\.\d+)?)"
_TOTXT = re.compile(rf"^#\s*LEFT\s*=\s*{_REAL}\s*ppm.*?RIGHT\s*=\s*{_REAL}\s*ppm", re.MULTILINE)
_TOTXT_SIZE = re.compile(r"^#\s*SIZE\s*=\s*(\d{1,9})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a text gave: ``ppm`` evenly spaced and falling, and what is known beside it."""

    offset_ppm: float
    step_ppm: float
    intensity: NDArray[Any]
    header: Header
    notes: tuple[str, ...]


def recognise(path: Path) -> Path | None:
    """Return a file that begins like a text with columns of numbers, and is of no NMR format."""
    if not path.is_file() or unsupported.nmr_format(path) is not None:
        return None
    raw = read_bytes(path, SNIFFED_BYTES)
    if not _is_text(raw):
        return None
    text = decode(raw)
    if _TOTXT.search(text):
        return path
    lines = text.split("\n")
    table = find_table(lines)
    return path if table is not None and len(lines) - table.first_line > 1 else None


def data_sets_at(_path: Path) -> tuple[Path, ...]:
    """Return nothing: a text in a folder may be anything, so that it is only read by name."""
    return ()


def outline(path: Path, asked: Asked) -> Outline:
    """Read a spectrum from a text of ppm (or Hz) and intensity.

    Raises
    ------
    FormatError
        The rows are no numbers, too few, not equally spaced, or not in ppm or Hz.
    """
    asked.chosen(("text",))
    if asked.sf_mhz is not None and not 0 < asked.sf_mhz <= MAX_SF_MHZ:
        raise FormatError(
            f"{path}: the spectrometer frequency must be above 0 MHz and at most {MAX_SF_MHZ:g}, "
            f"got {asked.sf_mhz}"
        )
    raw = read_whole(path)
    if asked.text is None:
        found = by_looks(path, raw, asked.sf_mhz)
    else:
        laid = read_form(path, raw, asked.text, asked.sf_mhz)
        found = _Columns(laid.offset_ppm, laid.step_ppm, laid.intensity, laid.header, laid.notes)
    require_signal(found.intensity, path)
    nucleus = one_line(asked.nucleus or found.header.nucleus)
    said, doubts = found.header.sf_mhz, found.header.doubts
    if said and not found.header.is_hz and (doubt := doubt_of(said, nucleus)):
        said, doubts = None, (doubt,)
    sf_mhz = asked.sf_mhz or said
    frequency = sf_mhz or NOMINAL_SF_MHZ
    size = found.intensity.size
    axis = Axis(size, found.step_ppm * size * frequency, frequency, found.offset_ppm, bool(sf_mhz))
    lacking = () if sf_mhz or doubts else (NO_MHZ,)
    notes = found.notes + (() if asked.sf_mhz else doubts) + lacking
    notes += tuple(axis_notes(axis, nucleus))
    return Outline(
        axis,
        Sample(nucleus, found.header.solvent, one_line(path.stem)),
        Source(str(asked.opened), "text", FORMAT, sha256(raw), notes),
        spectrum_recipe(),
        ("text",),
        lambda: (found.intensity, ()),
        is_complex=bool(np.iscomplexobj(found.intensity)),
    )


def by_looks(path: Path, raw: bytes, asked_mhz: float | None) -> _Columns:
    """Return the spectrum that a text looks like; see :func:`outline`."""
    text = decode(raw)
    lines = text.split("\n")
    return _of_totxt(path, text, lines) or _of_columns(path, lines, asked_mhz)


def is_text(path: Path) -> bool:
    """Tell whether a file begins like text."""
    return _is_text(read_bytes(path, SNIFFED_BYTES))


def _is_text(raw: bytes) -> bool:
    if codec_of(raw).startswith("utf-16"):
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in raw)
    return bool(raw.strip()) and control == 0


def totxt_edges(text: str) -> tuple[float, float] | None:
    """Return the shifts (ppm) of the first and last row that TopSpin's ``totxt`` says, or None."""
    edges = _TOTXT.search(text)
    return None if edges is None else (float(edges[1]), float(edges[2]))


def _of_totxt(path: Path, text: str, lines: list[str]) -> _Columns | None:
    """Return what TopSpin's ``totxt`` wrote: one column between the edges that remarks give."""
    edges = totxt_edges(text)
    if edges is None:
        return None
    left, right = edges
    rows = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    size = _TOTXT_SIZE.search(text)
    if size is None or int(size[1]) != len(rows) or len(rows) < MIN_POINTS or left <= right:
        raise FormatError(
            f"{path}: a TopSpin text of {size[1] if size else 'unknown'} points from {left:g} to "
            f"{right:g} ppm with {len(rows)} rows: the file is damaged"
        )
    table = TextTable(0, None, 1, (), ())
    intensity = numbers(path, rows, table, (0,))[:, 0]
    step_ppm = (left - right) / (len(rows) - 1)
    return _Columns(left, step_ppm, intensity, read_header(lines[:20]), ())


def _of_columns(path: Path, lines: list[str], asked_mhz: float | None) -> _Columns:
    """Return what columns of shift and intensity hold."""
    table = find_table(lines)
    if table is None:
        raise FormatError(f"{path}: holds no columns of numbers: export ppm and intensity as CSV")
    rows = rows_of(lines, table)
    if len(rows) < MIN_POINTS:
        raise FormatError(
            f"{path}: {len(rows)} rows of numbers are too few for a spectrum (at least "
            f"{MIN_POINTS}): a table of peaks? Choose the spectrum"
        )
    header = read_header(table.head)
    columns = columns_of(path, table, [fields(row, table.delimiter) for row in rows[:8]])
    imaginary = imaginary_column(table, (columns.x, columns.y, columns.hz))
    wanted = [c for c in (columns.x, columns.y, columns.hz, imaginary) if c is not None]
    values = numbers(path, rows, table, tuple(wanted))
    x, intensity = values[:, 0], values[:, 1]
    if imaginary is not None:
        intensity = intensity + 1j * values[:, -1]
    if columns.hz is not None and header.sf_mhz is None:
        header = replace(header, sf_mhz=ratio_mhz(values[:, 2], x), doubts=())
    if x[0] < x[-1]:
        falling, intensity = x[::-1], intensity[::-1]
    else:
        falling = x
    offset, step = even_axis(path, falling, precision(rows, table, columns.x))
    unit = "Hz" if header.is_hz else columns.unit
    ppm, notes = ppm_of_one(path, x, unit, asked_mhz or header.sf_mhz)
    return _Columns(offset * ppm, step * ppm, intensity, header, notes)
