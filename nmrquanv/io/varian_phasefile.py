"""Varian/Agilent's processed spectrum: ``datdir/phasefile`` of an experiment, beside ``procpar``.

The form is that of ``data.h`` of OpenVnmrJ: the file header of ``fid``, then blocks of a header of
28 bytes and one trace, phased, as real floats of four bytes. VnmrJ computes a trace when it is
shown first: the others hold nothing, which their status says.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import require_signal
from nmrquanv.io.files import MAX_POINTS, file_size, inside, read_bytes
from nmrquanv.io.varian_binary import (
    BLOCK_HEADER_BYTES,
    FILE_HEADER,
    IS_FLOAT,
    FidHeader,
    header_of,
)
from nmrquanv.spectra.processing import with_imaginary

PLACE = ("datdir", "phasefile")
SOURCE = "phasefile"
MAX_TRACES = 512
"""Traces that are looked at."""

_HAS_DATA, _IS_SPECTRUM, _IS_COMPLEX = 0x1, 0x2, 0x10
_POWER_MODES = 0x2 | 0x4 | 0x8


def place(folder: Path) -> Path:
    """Return where the phasefile of a folder lies, if it has one."""
    return inside(folder, *PLACE)


def is_named_so(path: Path) -> bool:
    """Tell whether a file is called and lies as a phasefile does."""
    return tuple(part.lower() for part in path.parts[-2:]) == PLACE


def traces(folder: Path) -> tuple[str, ...]:
    """Return the sources that a phasefile gives: one for each trace that was computed.

    Empty where there is no phasefile, or none that is whole.
    """
    path = place(folder)
    if not path.is_file():
        return ()
    try:
        header = _header(path)
    except FormatError:
        return ()
    if header.blocks == 1:
        return (SOURCE,)
    found = [n for n in range(min(header.blocks, MAX_TRACES)) if _status(path, header, n) & 1]
    return tuple(f"{SOURCE} {number + 1}" for number in found)


def stored(folder: Path, source: str, notes: list[str]) -> bytes:
    """Return the bytes of one trace.

    Raises
    ------
    FormatError
        The file is cut, damaged, two-dimensional, or the trace was never computed.
    """
    path = place(folder)
    header = _header(path)
    number = int(source.removeprefix(SOURCE) or 1) - 1
    if not _status(path, header, number) & _HAS_DATA:
        raise FormatError(f"{path}: the spectrum was never computed: open the FID")
    mode = struct.unpack_from(">h", read_bytes(path, 8, _start(header, number)), 6)[0]
    if mode & _POWER_MODES:
        notes.append("the spectrum was shown as absolute value or power: signs and widths are not")
    start = _start(header, number) + BLOCK_HEADER_BYTES
    return read_bytes(path, header.trace_bytes, start)


def decoded(raw: bytes, path: Path) -> tuple[NDArray[np.complex128], tuple[str, ...]]:
    """Return a trace as a complex spectrum, highest ppm first, and what is to be said of it.

    Notes
    -----
    Headers are big-endian, as in ``fid``; whether the numbers are, hangs on the computer. In the
    wrong order they reach over all powers of ten.
    """
    notes = ["no imaginary part: by Hilbert transform"]
    with np.errstate(all="ignore"):
        trace = np.frombuffer(raw, ">f4").astype(np.float64)
        other = np.frombuffer(raw, "<f4").astype(np.float64)
        if not _is_measured(trace) and _is_measured(other):
            trace = other
            notes.append("its numbers are little-endian")
    require_signal(trace, path)
    return with_imaginary(trace), tuple(notes)


def _is_measured(trace: NDArray[np.float64]) -> bool:
    """Tell whether numbers may have been measured: none is huge, and few are next to nothing."""
    size = np.abs(trace[trace != 0])
    return bool(size.size and np.isfinite(size).all() and size.max() < 1e20
                and np.quantile(size, 0.05) > 1e-20)  # fmt: skip


def _header(path: Path) -> FidHeader:
    """Return the header of a whole file of real traces, or refuse."""
    raw = read_bytes(path, FILE_HEADER.size)
    header = header_of(raw) if len(raw) == FILE_HEADER.size else None
    if header is None or not header.is_plausible or not header.status & _IS_SPECTRUM:
        raise FormatError(f"{path}: no header of a spectrum of VnmrJ: the file is damaged")
    is_real = header.status & IS_FLOAT and not header.status & _IS_COMPLEX
    if not is_real or header.number_bytes != 4 or header.traces != 1 or header.headers != 1:
        raise FormatError(f"{path}: no one-dimensional spectrum of real floats: open the FID")
    wanted = FILE_HEADER.size + header.blocks * header.block_bytes
    if not 8 <= header.numbers <= MAX_POINTS or file_size(path) < wanted:
        raise FormatError(
            f"{path}: truncated: the header says {wanted} bytes, the file has {file_size(path)}"
        )
    return header


def _start(header: FidHeader, number: int) -> int:
    return FILE_HEADER.size + number * header.block_bytes


def _status(path: Path, header: FidHeader, number: int) -> int:
    """Return the status bits of a block."""
    raw = read_bytes(path, 4, _start(header, number))
    return int(struct.unpack_from(">h", raw, 2)[0]) if len(raw) == 4 else 0
