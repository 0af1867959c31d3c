"""Magritek Spinsolve folders: ``data.1d`` (or ``fid.1d``) with ``acqu.par``.

A ``.1d`` file is a header of 32 bytes, the times, and real and imaginary parts in turn, all
little-endian floats of four bytes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import (
    MAX_PARAMETER_BYTES,
    file_size,
    one_line,
    read_bytes,
    read_exactly,
    read_text,
    sha256,
)
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes, unequal_notes
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import starting_recipe
from nmrquanv.spectra.spectrum import Sample, Source

FORMAT = "Magritek Spinsolve"

_FIDS = ("data.1d", "fid.1d")
_OWN_FILES = frozenset({*_FIDS, "acqu.par", "proc.par", "spectrum.1d", "spectrum_processed.1d"})
_BEGINNING = b"SORPATAD"
_HEADER_BYTES, _COMPLEX = 32, 504
_NOT_THERE = "nmrquanv: read already"


def recognise(path: Path) -> Path | None:
    """Return the folder that a Spinsolve folder, or one of its own files, is or lies in."""
    if path.is_file():
        if path.name not in _OWN_FILES:
            return None
        path = path.parent
    return path if _fid_of(path) is not None and (path / "acqu.par").is_file() else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the data set that a folder is, if it is one."""
    return (path,) if path.is_dir() and recognise(path) else ()


def outline(folder: Path, asked: Asked) -> Outline:
    """Outline the FID of a folder.

    Raises
    ------
    FormatError
        Truncated, damaged, or more than one-dimensional.

    Notes
    -----
    The transform of the data as they stand has the highest ppm first. The axis goes from
    ``lowestFrequency`` over ``bandwidth`` (kHz), in ppm of ``b1Freq``.
    """
    asked.require_source("fid")
    path = _fid_of(folder)
    assert path is not None
    points = _points(path)
    values = _parameters(folder / "acqu.par", is_outline=asked.is_outline)
    axis = _axis(folder / "acqu.par", values, points)
    raw = read_exactly(path, _HEADER_BYTES + 12 * points, "u1")
    sample = Sample(
        one_line(values.get("rxChannel", "")),
        one_line(values.get("Solvent", "")),
        one_line(values.get("Sample", "")),
        one_line(values.get("Protocol", values.get("experiment", ""))),
    )
    last_s = struct.unpack_from("<f", raw, _HEADER_BYTES + 4 * (points - 1))[0]
    dwell = ("the points over their time", (points - 1) / last_s if last_s > 0 else None)
    notes = unequal_notes(("bandwidth", axis.sw_hz), dwell, "Hz")
    channel = f"b1Freq{sample.nucleus}"
    if channel in values:
        other_mhz = _number(folder / "acqu.par", values, channel)
        notes += unequal_notes(("b1Freq", axis.sf_mhz), (channel, other_mhz), "MHz")
    notes += axis_notes(axis, sample.nucleus)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        from nmrglue.fileio import spinsolve

        # the parameters are read above: nmrglue 0.12 fails on an empty line or value
        _, data = spinsolve.read(str(folder), path.name, _NOT_THERE, _NOT_THERE)
        require_signal(data, path)
        return np.asarray(data, dtype=np.complex128), ()

    return Outline(
        axis,
        sample,
        Source(str(asked.opened), "fid", FORMAT, sha256(raw), tuple(notes)),
        starting_recipe(points, sample.nucleus),
        ("fid",),
        load,
        TimeDomain(axis.sf_mhz),
    )


def _axis(path: Path, values: dict[str, str], points: int) -> Axis:
    """Return the axis of a FID's transform."""
    names = ("b1Freq", "bandwidth", "lowestFrequency")
    sf_mhz, sw_khz, low_hz = (_number(path, values, name) for name in names)
    if min(sf_mhz, sw_khz) <= 0:
        raise FormatError(f"{path}: b1Freq or bandwidth is not above 0: the file is damaged")
    sw_hz = sw_khz * 1000
    return checked_axis(path, points, sw_hz, sf_mhz, (low_hz + sw_hz) / sf_mhz)


def _fid_of(folder: Path) -> Path | None:
    """Return the file with the FID."""
    for name in _FIDS:
        path = folder / name
        if path.is_file() and read_bytes(path, len(_BEGINNING)) == _BEGINNING:
            return path
    return None


def _points(path: Path) -> int:
    """Return how many complex points a whole file holds, or refuse."""
    size, raw = file_size(path), read_bytes(path, _HEADER_BYTES)
    if len(raw) < _HEADER_BYTES:
        raise FormatError(f"{path}: truncated: {size} bytes: copy the folder again")
    kind, x, y, z, q = struct.unpack_from("<5I", raw, 12)
    if max(y, z, q) > 1:
        raise FormatError(f"{path}: {x} x {y} x {z} points, not a 1D FID: choose a 1D data set")
    if kind != _COMPLEX or x < 8:
        raise FormatError(f"{path}: data of type {kind}, {x} points: damaged or not a FID")
    if size != _HEADER_BYTES + 12 * x:
        raise FormatError(
            f"{path}: truncated or damaged: the header says {_HEADER_BYTES + 12 * x} bytes, the "
            f"file has {size}: copy the folder again"
        )
    return int(x)


def _parameters(path: Path, *, is_outline: bool) -> dict[str, str]:
    """Return the parameters as text, through nmrglue where its import is worth it."""
    written: dict[str, str] = {}
    for line in read_text(path, MAX_PARAMETER_BYTES).split("\n"):
        name, equals, value = (part.strip() for part in line.partition("="))
        if equals and name and value:
            written.setdefault(name, value.strip('"') if is_outline else _understood(name, value))
    return written


def _understood(name: str, value: str) -> str:
    from nmrglue.fileio import spinsolve

    return str(spinsolve.parse_spinsolve_par_line(f"{name} = {value}")[1])


def _number(path: Path, values: dict[str, str], name: str) -> float:
    try:
        value = float(values.get(name, ""))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise FormatError(f"{path}: {name} is missing or no number: copy the folder again")
    return value
