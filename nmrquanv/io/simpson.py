"""Files of the simulation program SIMPSON, text and packed, one-dimensional: FIDs and spectra.

They say Hz but no spectrometer frequency: without one, ppm stand for a nominal 400 MHz, and say so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import unsupported
from nmrquanv.io.checks import MAX_SF_MHZ, checked_axis, require_signal
from nmrquanv.io.files import MAX_POINTS, decode, one_line, read_whole, sha256
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.readers import files_of
from nmrquanv.io.simpson_binary import characters, unpacked
from nmrquanv.spectra.axis import NOMINAL_SF_MHZ
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "SIMPSON"
FILES = files_of(FORMAT)

_ROW = re.compile(r"\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?\s+[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*\Z", re.ASCII)
_LABELS = frozenset({"NP", "SW", "TYPE", "REF", "X0", "NELEM", "FORMAT", "PREC"})


def recognise(path: Path) -> Path | None:
    """Return a file that begins as SIMPSON's do."""
    return path if path.is_file() and unsupported.nmr_format(path) == FORMAT else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the file, if it is one."""
    return (path,) if path.suffix.lower() in FILES and recognise(path) else ()


def outline(path: Path, asked: Asked) -> Outline:
    """Outline a FID or spectrum.

    Raises
    ------
    FormatError
        It is two-dimensional, cut, damaged, of doubles, or no such source.

    Notes
    -----
    A spectrum runs from ``-SW/2`` upwards, so that it is turned round. nmrglue 0.12 leaves what
    a short file lacks to chance (an array that is never filled): the rows are counted before.
    """
    raw = read_whole(path)
    if not raw.isascii():
        raise FormatError(f"{path}: SIMPSON with signs that are no ASCII: the file is damaged")
    lines = decode(raw).split("\n")
    known = _known(path, lines)
    is_fid = known["TYPE"].upper() == "FID"
    kind = "fid" if is_fid else "spectrum"
    asked.chosen((kind,))
    size, sw_hz = _size_and_sweep(path, lines, known)
    if asked.sf_mhz is not None and not 0 < asked.sf_mhz <= MAX_SF_MHZ:
        raise FormatError(f"{path}: {asked.sf_mhz} MHz is no spectrometer frequency")
    sf_mhz = asked.sf_mhz or NOMINAL_SF_MHZ
    top_hz = sw_hz / 2 if is_fid else sw_hz / 2 - sw_hz / size
    axis = checked_axis(path, size, sw_hz, sf_mhz, top_hz / sf_mhz)
    notes = [] if asked.sf_mhz else [
        f"the file does not say the MHz: ppm as at {NOMINAL_SF_MHZ:g} MHz (--sf-mhz)"
    ]  # fmt: skip
    notes += axis_notes(axis, asked.nucleus or "")

    packed = _packed(path, lines, size) if known.get("FORMAT") == "BINARY" else None

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        data = _text_numbers(path) if packed is None else unpacked(path, packed, size)
        require_signal(data, path)
        return data.conj() if is_fid else data[::-1].conj(), ()

    return Outline(
        axis,
        Sample(one_line(asked.nucleus or ""), "", one_line(path.stem)),
        Source(str(asked.opened), kind, FORMAT, sha256(raw), tuple(notes)),
        starting_recipe(size, asked.nucleus or "") if is_fid else spectrum_recipe(),
        (kind,),
        load,
        TimeDomain(sf_mhz) if is_fid else None,
    )


def _known(path: Path, lines: list[str]) -> dict[str, str]:
    """Return the header, or refuse what is not a 1D text."""
    end = next((i for i, line in enumerate(lines[:100]) if line.strip() == "DATA"), None)
    if end is None:
        raise FormatError(f"{path}: SIMPSON without its line DATA: the file is damaged")
    known: dict[str, str] = {}
    for line in lines[1:end]:
        name, equals, value = (part.strip() for part in line.partition("="))
        if name in {"NI", "SW1"} or (name == "NELEM" and value != "1"):
            raise FormatError(f"{path}: SIMPSON data of two dimensions, not a 1D spectrum")
        if not equals or name not in _LABELS:
            raise FormatError(f"{path}: SIMPSON with {one_line(line)[:40]!r}: damaged or newer")
        known[name] = value
    if known.get("TYPE", "").upper() not in {"FID", "SPE"} or lines[0].strip() != "SIMP":
        raise FormatError(f"{path}: SIMPSON data of type {known.get('TYPE')!r}: not FID or SPE")
    if known.get("FORMAT", "TEXT") not in {"TEXT", "BINARY"} or known.get("PREC") == "DOUBLE":
        raise FormatError(f"{path}: SIMPSON data that are neither text nor packed: save it as text")
    return known


def _size_and_sweep(path: Path, lines: list[str], known: dict[str, str]) -> tuple[int, float]:
    """Return points and Hz, with every row looked at."""
    try:
        size, sw_hz = int(known.get("NP", "")), float(known.get("SW", ""))
    except ValueError:
        size, sw_hz = 0, 0.0
    if not (8 <= size <= MAX_POINTS and np.isfinite(sw_hz) and sw_hz > 0):
        raise FormatError(f"{path}: SIMPSON: NP or SW is missing or impossible: damaged")
    start = next(i for i, line in enumerate(lines) if line.strip() == "DATA") + 1
    if known.get("FORMAT") == "BINARY":
        return size, sw_hz
    rows = lines[start : start + size]
    rest = lines[start + size : start + size + 1]
    if not all(_ROW.match(row) for row in rows) or len(rows) != size:
        raise FormatError(f"{path}: SIMPSON: not {size} rows of two numbers: the file is damaged")
    if [line.strip() for line in rest] != ["END"]:
        raise FormatError(f"{path}: SIMPSON: no END after {size} rows: the file is damaged")
    return size, sw_hz


def _packed(path: Path, lines: list[str], size: int) -> str:
    """Return the packed characters of a whole file, or refuse."""
    start = next(i for i, line in enumerate(lines) if line.strip() == "DATA") + 1
    end = next((i for i in range(start, len(lines)) if lines[i].strip() == "END"), None)
    text = "".join(lines[start:end])
    if end is None or len(text) != characters(size):
        raise FormatError(
            f"{path}: SIMPSON: {len(text)} packed characters, and {characters(size)} with END "
            f"behind them are {size} points: the file is cut or damaged"
        )
    return text


def _text_numbers(path: Path) -> NDArray[np.complex128]:
    """Return the numbers of a text, decoded by nmrglue."""
    from nmrglue.fileio import simpson

    return np.asarray(simpson.read_text(str(path))[1], dtype=np.complex128).ravel()
