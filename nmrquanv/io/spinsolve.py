"""Magritek Spinsolve folders: ``data.1d`` (or ``fid.1d``), ``spectrum.1d`` and ``acqu.par``.

A ``.1d`` file is a header of 32 bytes, the times or ppm (not in all), and real and imaginary parts
in turn, all little-endian floats of four bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.dates import day_of
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
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "Magritek Spinsolve"

_FIDS = ("data.1d", "fid.1d")
_SPECTRA = ("spectrum_processed.1d", "spectrum.1d")
_OWN_FILES = frozenset({*_FIDS, *_SPECTRA, "acqu.par", "proc.par"})
_BEGINNING = b"SORPATAD"
_HEADER_BYTES = 32
_BEFORE = {504: 1, 501: 0}
"""Floats in front of each complex number, by the kind of the data: its time or ppm, or nothing."""


MAX_ODD_SWEEPS = 0.002
"""How far a spectrum's own ppm may be from acqu.par's, in sweeps, without a word."""


def recognise(path: Path) -> Path | None:
    """Return the folder that a Spinsolve folder, or one of its own files, is or lies in."""
    if path.is_file():
        if path.name not in _OWN_FILES:
            return None
        path = path.parent
    has_data = any(_first_of(path, names) for names in (_FIDS, _SPECTRA))
    return path if has_data and (path / "acqu.par").is_file() else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the data set that a folder is, if it is one."""
    return (path,) if path.is_dir() and recognise(path) else ()


def outline(folder: Path, asked: Asked) -> Outline:
    """Outline the FID of a folder, or the spectrum that the spectrometer's program made of it.

    Raises
    ------
    FormatError
        Truncated, damaged, more than one-dimensional, or no such source.

    Notes
    -----
    The transform of the FID as it stands has the highest ppm first; a spectrum has the lowest
    first, and is that same transform turned round. The axis goes from ``lowestFrequency`` over
    ``bandwidth`` (kHz), in ppm of ``b1Freq``.
    """
    named = {"fid": _FIDS, "spectrum": _SPECTRA}
    files = {kind: path for kind in named if (path := _first_of(folder, named[kind]))}
    sources = tuple(files)
    kind = asked.chosen(sources, _named_by(asked.opened))
    path = files[kind]
    stored = _Stored.of(path)
    values = _parameters(folder / "acqu.par", is_outline=asked.is_outline)
    axis = _axis(folder / "acqu.par", values, stored.points, is_fid=kind == "fid")
    raw = read_exactly(path, stored.size, "u1")
    sample = _sample(values)
    notes = _unequal(stored, raw, axis, is_fid=kind == "fid")
    channel = f"b1Freq{sample.nucleus}"
    if channel in values:
        other_mhz = _number(folder / "acqu.par", values, channel)
        notes += unequal_notes(("b1Freq", axis.sf_mhz), (channel, other_mhz), "MHz")
    notes += axis_notes(axis, sample.nucleus)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        data = stored.numbers(raw)
        require_signal(data, path)
        return data if kind == "fid" else data[::-1].copy(), ()

    return Outline(
        axis,
        sample,
        Source(str(asked.opened), kind, FORMAT, sha256(raw), tuple(notes)),
        starting_recipe(stored.points, sample.nucleus) if kind == "fid" else spectrum_recipe(),
        sources,
        load,
        TimeDomain(axis.sf_mhz) if kind == "fid" else None,
        measured=day_of(values.get("startTime", "")),
    )


def _sample(values: dict[str, str]) -> Sample:
    return Sample(
        one_line(values.get("rxChannel", "")),
        one_line(values.get("Solvent", "")),
        one_line(values.get("Sample", "")),
        one_line(values.get("Protocol", values.get("experiment", ""))),
    )


def _named_by(opened: Path) -> str | None:
    """Return the source that the file which was opened is."""
    return "fid" if opened.name in _FIDS else "spectrum" if opened.name in _SPECTRA else None


def _unequal(stored: _Stored, raw: bytes, axis: Axis, *, is_fid: bool) -> list[str]:
    """Return a note where the file's own times or ppm do not fit the axis."""
    if not stored.before:
        return []
    first, last = (struct.unpack_from("<f", raw, _HEADER_BYTES + at)[0]
                   for at in (0, 4 * (stored.points - 1)))  # fmt: skip
    if is_fid:
        dwell = (stored.points - 1) / last if last > 0 else None
        return unequal_notes(("bandwidth", axis.sw_hz), ("the points over their time", dwell), "Hz")
    high, low = axis.limits_ppm
    if max(abs(first - low), abs(last - high)) <= MAX_ODD_SWEEPS * (high - low):
        return []
    return [
        f"the file's ppm, {last:.6g} to {first:.6g}, do not fit acqu.par ({high:.6g} to "
        f"{low:.6g}): the axis may be wrong"
    ]


def _axis(path: Path, values: dict[str, str], points: int, *, is_fid: bool) -> Axis:
    """Return the axis of a FID's transform, or of a spectrum, which begins at the lowest ppm."""
    names = ("b1Freq", "bandwidth", "lowestFrequency")
    sf_mhz, sw_khz, low_hz = (_number(path, values, name) for name in names)
    if min(sf_mhz, sw_khz) <= 0:
        raise FormatError(f"{path}: b1Freq or bandwidth is not above 0: the file is damaged")
    sw_hz = sw_khz * 1000
    high_hz = low_hz + sw_hz - (0.0 if is_fid else sw_hz / points)
    return checked_axis(path, points, sw_hz, sf_mhz, high_hz / sf_mhz)


def _first_of(folder: Path, names: tuple[str, ...]) -> Path | None:
    """Return the first file of these names that is one of Spinsolve's."""
    for name in names:
        path = folder / name
        if path.is_file() and read_bytes(path, len(_BEGINNING)) == _BEGINNING:
            return path
    return None


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the header of a whole file says: complex points, and floats in front of each."""

    points: int
    before: int

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return _HEADER_BYTES + 4 * (self.before + 2) * self.points

    @classmethod
    def of(cls, path: Path) -> _Stored:
        """Return it, or refuse a file that is not whole."""
        size, raw = file_size(path), read_bytes(path, _HEADER_BYTES)
        if len(raw) < _HEADER_BYTES:
            raise FormatError(f"{path}: truncated: {size} bytes: copy the folder again")
        kind, x, y, z, q = struct.unpack_from("<5I", raw, 12)
        if max(y, z, q) > 1:
            raise FormatError(f"{path}: {x} x {y} x {z} points, not 1D data: choose a 1D data set")
        if kind not in _BEFORE or x < 8:
            raise FormatError(f"{path}: data of type {kind}, {x} points: damaged or not complex")
        found = cls(int(x), _BEFORE[kind])
        if size != found.size:
            raise FormatError(
                f"{path}: truncated or damaged: the header says {found.size} bytes, the file has "
                f"{size}: copy the folder again"
            )
        return found

    def numbers(self, raw: bytes) -> NDArray[np.complex128]:
        """Return the complex numbers of the whole file.

        nmrglue 0.12 takes the first third of any file for times, so that it cannot read those
        that hold none.
        """
        start = _HEADER_BYTES + 4 * self.before * self.points
        with np.errstate(all="ignore"):
            return np.frombuffer(raw, "<c8", self.points, start).astype(np.complex128)


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
