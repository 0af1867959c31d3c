"""NMRium's own files: spectra of ``.nmrium`` (JSON), and of ``.nmrium.zip`` once it is unpacked.

NMRium keeps a spectrum as shifts and heights, lowest ppm first, and beside it the filters that it
applies whenever it opens the file. Those are not applied here; which there are is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.guarded import parse_json
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import MAX_PARAMETER_BYTES, one_line, read_bytes, read_whole, sha256
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.readers import files_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe

FORMAT = "NMRium"
FILES = files_of(FORMAT)

MAX_BYTES = 2 * MAX_PARAMETER_BYTES
"""Largest state: a million points. As values it takes twenty times as much memory."""

_STATE = "state.json"
_SIGNS = (Path("META-INF") / "NMRIUM_ARCHIVE", Path(".mimetype"))
_SHIFTS, _REAL = b'"x":', b'"re":'


def recognise(path: Path) -> Path | None:
    """Return the file with the state that a path is or, as an unpacked archive, holds.

    An archive whose state only names the vendor's files that lie in it is none: those are data
    sets of their own.
    """
    if path.is_dir() and any((path / sign).is_file() for sign in _SIGNS):
        path = path / _STATE
    elif path.suffix.lower() not in FILES and path.name != _STATE:
        return None
    if not path.is_file():
        return None
    if path.suffix.lower() in FILES:
        return path if read_bytes(path, 64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else None
    head = read_bytes(path, MAX_BYTES).replace(b" ", b"")
    return path if _SHIFTS in head and _REAL in head else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the data set that a path is, if it is one."""
    return (path,) if recognise(path) else ()


def outline(path: Path, asked: Asked) -> Outline:
    """Outline a spectrum; without a source the first.

    Raises
    ------
    FormatError
        It is damaged, holds no 1D spectrum but FIDs or names of other files, or no such source.
    """
    raw = read_whole(path, MAX_BYTES)
    found = _spectra(path, raw)
    source = asked.chosen(tuple(found))
    spectrum = found[source]
    info = spectrum.get("info")
    info = info if isinstance(info, dict) else {}
    shifts, real, imaginary = (_column(spectrum["data"], name) for name in ("x", "re", "im"))
    if shifts is None or real is None or shifts.size != real.size or shifts.size < 8:
        raise FormatError(f"{path}: NMRium: {source} lacks shifts or heights: the file is damaged")
    axis = _axis(path, shifts, info)
    notes = _filter_notes(spectrum)
    sample = _sample(info)
    notes += axis_notes(axis, sample.nucleus)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        turned = slice(None, None, -1) if shifts[0] < shifts[-1] else slice(None)
        require_signal(real, path)
        if imaginary is None or imaginary.size != real.size or not imaginary.any():
            return with_imaginary(real[turned]), ("no imaginary part: by Hilbert transform",)
        require_signal(imaginary, path)
        return real[turned] + 1j * imaginary[turned], ()

    return Outline(
        axis,
        sample,
        Source(str(asked.opened), source, FORMAT, sha256(raw), tuple(notes)),
        spectrum_recipe(),
        tuple(found),
        load,
    )


def _sample(info: dict[str, Any]) -> Sample:
    """Return what NMRium says of the experiment."""

    def word(*names: str) -> str:
        found = next((info[name] for name in names if isinstance(info.get(name), str)), "")
        return one_line(found[:200])

    return Sample(
        word("nucleus"), word("solvent"), word("name", "title"), word("pulseSequence", "experiment")
    )


def _spectra(path: Path, raw: bytes) -> dict[str, dict[str, Any]]:
    """Return the 1D spectra that a state holds as numbers, by their names as sources."""
    state = parse_json(raw, dict[str, Any], str(path))
    inner = state.get("data")
    listed = (inner if isinstance(inner, dict) else state).get("spectra")
    spectra = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    whole = [one for one in spectra if isinstance(one.get("data"), dict) and "re" in one["data"]]
    kept = [one for one in whole if not _is_fid(one)]
    if not kept:
        what = (
            "only FIDs: transform them in NMRium and save again, or open the original data"
            if whole
            else "no numbers of 1D spectra, at most the names of the original files: open those"
        )
        raise FormatError(f"{path}: NMRium's file holds {what}")
    if len(kept) == 1:
        return {"spectrum": kept[0]}
    return {f"spectrum {number}": one for number, one in enumerate(kept, start=1)}


def _is_fid(spectrum: dict[str, Any]) -> bool:
    info = spectrum.get("info")
    return isinstance(info, dict) and info.get("isFid") is True


def _column(data: dict[str, Any], name: str) -> NDArray[np.float64] | None:
    """Return numbers that are a list, or an object that counts them as JavaScript may write it."""
    values = data.get(name)
    if isinstance(values, dict) and all(isinstance(v, int | float) for v in values.values()):
        values = list(values.values()) if list(values) == list(map(str, range(len(values)))) else 0
    if not isinstance(values, list) or not values:
        return None
    if not all(type(value) in (int, float) for value in values):
        return None
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        return None


def _axis(path: Path, shifts: NDArray[np.float64], info: dict[str, Any]) -> Axis:
    """Return the axis of shifts in equal steps."""
    frequency = info.get("originFrequency") or info.get("baseFrequency")
    is_known = isinstance(frequency, int | float) and 0 < frequency < float("inf")
    sf_mhz = float(frequency) if is_known and frequency is not None else None
    falling = shifts[::-1] if shifts[0] < shifts[-1] else shifts
    try:
        axis = Axis.through(falling, sf_mhz)
    except ValueError as error:
        raise FormatError(f"{path}: NMRium: {error}: the file is damaged") from error
    checked_axis(path, axis.size, axis.sw_hz, axis.sf_mhz, axis.offset_ppm)
    return axis


def _filter_notes(spectrum: dict[str, Any]) -> list[str]:
    """Return a note on the filters that NMRium applies when it opens the file."""
    filters = spectrum.get("filters")
    listed = filters if isinstance(filters, list) else []
    names = [one_line(str(one.get("name") or one.get("label") or "?"))[:40] for one in listed[:12]
             if isinstance(one, dict) and one.get("enabled", one.get("flag", True))]  # fmt: skip
    return [f"NMRium's filters are not applied: {', '.join(names)}"] if names else []
