"""Spectra as text: two columns, ppm and intensity (CSV, TSV, semicolons or spaces).

The text does not say the spectrometer frequency: without it Hz have no meaning
(``axis.has_hz`` is False).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import unsupported
from nmrquanv.io.checks import MAX_PPM, require_signal
from nmrquanv.io.files import decode, one_line, read_bytes, read_whole, sha256
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.spectra.axis import NOMINAL_SF_MHZ, Axis
from nmrquanv.spectra.recipe import spectrum_recipe
from nmrquanv.spectra.spectrum import Sample, Source

FORMAT = "text"

SNIFFED_BYTES = 16_384
"""How much of a file is looked at to recognise it."""

MIN_POINTS = 32
"""Fewer rows are a table of peaks or something else, not a spectrum."""

MAX_UNEVENNESS = 0.25
"""Greatest departure from equal spacing, in steps, besides the rounding of written decimals."""

MAX_HEADER_LINES = 100
"""Rows of words before the numbers that are believable."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_DELIMITERS = ("\t", ";", ",", None)
_COMMENTS = ("#", "%", "//")
_PPM_NAMES = ("ppm", "shift", "delta", "δ")
_INTENSITY_NAMES = ("intens", "real", "ampl", "height", "signal")
_OTHER_AXES = ("hz", "nm", "cm-1", "1/cm", "cm^-1", "wave", "m/z", "time", "sec", "theta", "date")


@dataclass(frozen=True, slots=True)
class _Table:
    """How the numbers stand in a text.

    Parameters
    ----------
    first_line : int
        Of the numbers, counted from 0.
    delimiter : str or None
        None for any run of blanks.
    has_decimal_comma : bool
    header : tuple of str
        Names of the columns; empty when there is no such line.
    """

    first_line: int
    delimiter: str | None
    has_decimal_comma: bool
    header: tuple[str, ...]


def recognise(path: Path) -> Path | None:
    """Return a file that begins like a text with columns of numbers, and is of no NMR format."""
    if not path.is_file() or unsupported.nmr_format(path) is not None:
        return None
    raw = read_bytes(path, SNIFFED_BYTES)
    if not _is_text(raw):
        return None
    lines = decode(raw).split("\n")
    table = _table(lines)
    return path if table is not None and len(lines) - table.first_line > 1 else None


def data_sets_at(_path: Path) -> tuple[Path, ...]:
    """Return nothing: a text in a folder may be anything, so that it is only read by name."""
    return ()


def outline(path: Path, asked: Asked) -> Outline:
    """Read a spectrum from a text of ppm and intensity.

    Raises
    ------
    FormatError
        The rows are no numbers, too few, not equally spaced, or not in ppm.
    """
    asked.require_source("text")
    sf_mhz = asked.sf_mhz
    if sf_mhz is not None and not (np.isfinite(sf_mhz) and sf_mhz > 0):
        raise FormatError(f"{path}: the spectrometer frequency must be above 0 MHz, got {sf_mhz}")
    raw = read_whole(path)
    lines = decode(raw).split("\n")
    table = _table(lines)
    if table is None:
        raise FormatError(f"{path}: holds no columns of numbers: export ppm and intensity as CSV")
    _require_ppm(path, table.header)
    ppm, intensity = _columns(path, lines, table)
    if ppm[0] < ppm[-1]:
        ppm, intensity = ppm[::-1], intensity[::-1]
    offset_ppm, step_ppm = _even_axis(path, ppm, _precision(lines, table))
    require_signal(intensity, path)
    frequency = sf_mhz or NOMINAL_SF_MHZ
    size = ppm.size
    axis = Axis(size, step_ppm * size * frequency, frequency, offset_ppm, sf_mhz is not None)
    notes = () if sf_mhz else ("the text does not say the MHz: no values in Hz",)
    return Outline(
        axis,
        Sample(nucleus=one_line(asked.nucleus or ""), title=one_line(path.stem)),
        Source(str(asked.opened), "text", FORMAT, sha256(raw), notes),
        spectrum_recipe(),
        ("text",),
        lambda: (intensity, ()),
        is_complex=False,
    )


def is_text(path: Path) -> bool:
    """Tell whether a file begins like text."""
    return _is_text(read_bytes(path, SNIFFED_BYTES))


def _is_text(raw: bytes) -> bool:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in raw)
    return bool(raw.strip()) and control == 0


def _table(lines: list[str]) -> _Table | None:
    """Find the first row of numbers, what parts its columns, and the names above it."""
    words: list[str] = []
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        for delimiter in _DELIMITERS:
            fields = _fields(line, delimiter)
            if len(fields) >= 2 and all(_is_number(f, delimiter) for f in fields[:2]):
                has_comma = delimiter != "," and any("," in f for f in fields)
                header = tuple(_fields(words[-1], delimiter)) if words else ()
                named = header if len(header) == len(fields) else ()
                return _Table(index, delimiter, has_comma, named)
        words.append(line.lstrip("#% ").lower())
        if len(words) > MAX_HEADER_LINES:
            return None
    return None


def _fields(line: str, delimiter: str | None) -> list[str]:
    fields = [field.strip().strip('"') for field in line.strip().split(delimiter)]
    return fields[:-1] if delimiter and fields[-1] == "" else fields


def _is_number(field: str, delimiter: str | None) -> bool:
    return _NUMBER.match(field if delimiter == "," else field.replace(",", ".", 1)) is not None


def _require_ppm(path: Path, header: tuple[str, ...]) -> None:
    """Refuse columns whose names say that they are something else than ppm and intensity."""
    if any(name in column for column in header for name in _PPM_NAMES):
        return
    if header and any(name in header[0] for name in _OTHER_AXES):
        raise FormatError(
            f"{path}: the first column is {header[0][:40]!r}, not ppm: "
            "export ppm and intensity as CSV"
        )


def _columns(
    path: Path, lines: list[str], table: _Table
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the columns of ppm and intensity."""
    x = _column(table.header, _PPM_NAMES, 0)
    after = x + 1 if x + 1 < max(2, len(table.header)) else x - 1
    y = _column(table.header, _INTENSITY_NAMES, after)
    if x == y:
        y = after
    rows = [line for line in lines[table.first_line :] if _is_row(line)]
    if len(rows) < MIN_POINTS:
        raise FormatError(
            f"{path}: {len(rows)} rows of numbers are too few for a spectrum (at least "
            f"{MIN_POINTS}): a table of peaks? Choose the spectrum"
        )
    if '"' in rows[0]:
        rows = [row.replace('"', "") for row in rows]
    if table.has_decimal_comma:
        rows = [row.replace(",", ".") for row in rows]
    try:
        values = np.loadtxt(rows, delimiter=table.delimiter, usecols=(x, y), ndmin=2, comments=None)
    except (ValueError, IndexError) as error:
        reason = one_line(str(error)).split(";")[0][:120]
        raise FormatError(
            f"{path}: not all rows are numbers ({reason}): export ppm and intensity as CSV"
        ) from error
    if not np.isfinite(values).all():
        raise FormatError(f"{path}: some values are not finite numbers: export it again")
    return values[:, 0], values[:, 1]


def _is_row(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(_COMMENTS)


def _column(header: tuple[str, ...], names: tuple[str, ...], default: int) -> int:
    """Return the first column whose name holds one of the names."""
    return next((i for i, column in enumerate(header) if any(n in column for n in names)), default)


def _precision(lines: list[str], table: _Table) -> float:
    """Return the unit of the last decimal in which the chemical shifts are written."""
    x = _column(table.header, _PPM_NAMES, 0)
    decimals = 0
    for line in lines[table.first_line : table.first_line + 200]:
        fields = _fields(line, table.delimiter)
        if len(fields) > x:
            mantissa = re.split("[eE]", fields[x].replace(",", "."))[0]
            decimals = max(decimals, len(mantissa.partition(".")[2]))
    return float(10.0**-decimals)


def _even_axis(path: Path, ppm: NDArray[np.float64], precision: float) -> tuple[float, float]:
    """Return first value and step of equally spaced, falling shifts, rounding averaged out."""
    no_shifts = FormatError(
        f"{path}: the first column runs from {ppm[0]:g} to {ppm[-1]:g}, no range of chemical "
        "shifts: export ppm and intensity as CSV"
    )
    if np.abs(ppm).max() > MAX_PPM:
        raise no_shifts
    points = np.arange(ppm.size, dtype=np.float64)
    points -= points.mean()
    centre = float(ppm.mean())
    step = -float(points @ (ppm - centre)) / float(points @ points)
    if step <= 0:
        raise no_shifts
    if abs(step - 1) < 1e-9 and precision == 1:
        raise FormatError(
            f"{path}: the first column counts points, it is no ppm axis: "
            "export ppm and intensity as CSV"
        )
    if np.abs(ppm - centre + step * points).max() > MAX_UNEVENNESS * step + precision:
        raise FormatError(
            f"{path}: the first column is not equally spaced, so it is no ppm axis (a table of "
            "peaks, or a spectrum with parts cut out): export the whole spectrum"
        )
    return centre - step * float(points[0]), step
