"""NMRPipe files, one-dimensional: FIDs and spectra.

A header of 512 floats, in either byte order, then the real parts and, where complex, the
imaginary parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import unsupported
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import MAX_POINTS, file_size, one_line, read_bytes, read_exactly, sha256
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.readers import files_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "NMRPipe"
FILES = files_of(FORMAT)
ENDINGS = (*FILES, ".dat")
"""The last says little: such files are looked into, and not missed where they are none."""

_HEADER_BYTES, _ORDER = 2048, 2.345
_PLACES = {"DIMCOUNT": 9, "F2QUADFLAG": 56, "F2CAR": 66, "SIZE": 99, "F2SW": 100, "F2ORIG": 101,
           "F2OBS": 119, "F2FTFLAG": 220, "F2CENTER": 79, "DMXVAL": 40, "DMXFLAG": 41}  # fmt: skip
"""Of floats in the header (the same as ``nmrglue.fileio.pipe.fdata_dic``)."""

MAX_ODD_SWEEPS = 0.002
"""How far the two ways of saying where the axis lies may differ without a word."""

_LABEL, _TITLE = slice(64, 72), slice(1188, 1248)


def recognise(path: Path) -> Path | None:
    """Return a file with NMRPipe's header."""
    return path if path.is_file() and unsupported.nmr_format(path) == "NMRPipe" else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the file, if it is one."""
    is_named = path.suffix.lower() in ENDINGS
    return (path,) if is_named and recognise(path) else ()


def outline(path: Path, asked: Asked) -> Outline:
    """Outline a FID or spectrum.

    Raises
    ------
    FormatError
        It is of more dimensions, truncated, damaged, or no such source.

    Notes
    -----
    ``ORIG`` is the frequency of a spectrum's last point, ``CAR`` the ppm in the middle of a FID's
    sweep, both over ``OBS``. The transform of the conjugated FID has the highest ppm first.
    """
    head = read_bytes(path, _HEADER_BYTES)
    values = _values(path, head)
    is_fid, is_complex = values["F2FTFLAG"] == 0, values["F2QUADFLAG"] != 1
    kind = "fid" if is_fid else "spectrum"
    asked.chosen((kind,))
    size = _size(path, values, is_complex=is_complex)
    if is_fid and not is_complex:
        raise FormatError(f"{path}: a FID of real numbers, which is not supported yet")
    axis, notes = _axis(path, values, size, is_fid=is_fid)
    sample = Sample(_nucleus(_text(head[_LABEL])), "", _text(head[_TITLE]))
    notes += axis_notes(axis, sample.nucleus)
    delay = values["DMXVAL"] if is_fid and values["DMXFLAG"] != -1 else 0.0
    delay = delay if 0 < delay < size else 0.0
    raw = read_exactly(path, _HEADER_BYTES + 4 * size * (2 if is_complex else 1), "u1")

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        from nmrglue.fileio import pipe

        # its reader of whole files decodes titles as UTF-8, whatever they are
        _, numbers = pipe.get_fdata_data(raw)
        data = pipe.unappend_data(numbers) if is_complex else numbers
        data = np.asarray(data, dtype=np.complex128)
        require_signal(data, path)
        if not is_complex:
            return with_imaginary(data.real), ("no imaginary part: by Hilbert transform",)
        return data.conj(), ()

    return Outline(
        axis,
        sample,
        Source(str(asked.opened), kind, FORMAT, sha256(raw), tuple(notes)),
        starting_recipe(size, sample.nucleus) if is_fid else spectrum_recipe(),
        (kind,),
        load,
        TimeDomain(axis.sf_mhz, delay) if is_fid else None,
    )


def _values(path: Path, head: bytes) -> dict[str, float]:
    """Return the header's numbers, or refuse."""
    floats = np.frombuffer(head, "<f4")
    if abs(floats[2] - _ORDER) > 1e-6:
        floats = np.frombuffer(head, ">f4")
    values = {name: float(floats[place]) for name, place in _PLACES.items()}
    if not all(np.isfinite(value) for value in values.values()):
        raise FormatError(f"{path}: NMRPipe: the header is damaged")
    if values["DIMCOUNT"] != 1:
        raise FormatError(
            f"{path}: NMRPipe data of {values['DIMCOUNT']:g} dimensions, not a 1D spectrum"
        )
    return values


def _axis(
    path: Path, values: dict[str, float], size: int, *, is_fid: bool
) -> tuple[Axis, list[str]]:
    """Return the axis, and notes on what does not fit."""
    sw_hz, obs_mhz = values["F2SW"], values["F2OBS"]
    if min(sw_hz, obs_mhz) <= 0:
        raise FormatError(f"{path}: a sweep of {sw_hz:g} Hz at {obs_mhz:g} MHz: not set in NMRPipe")
    left_ppm = (values["F2ORIG"] + sw_hz * (size - 1) / size) / obs_mhz
    said_hz = values["F2CAR"] * obs_mhz - sw_hz * (size - values["F2CENTER"]) / size
    notes = []
    if abs(said_hz - values["F2ORIG"]) > MAX_ODD_SWEEPS * sw_hz:
        notes.append(
            f"ORIG = {values['F2ORIG']:.6g} Hz does not fit CAR and CENTER ({said_hz:.6g} Hz): the "
            "axis may be wrong"
        )
    if is_fid:
        left_ppm = values["F2CAR"] + sw_hz / 2 / obs_mhz
    return checked_axis(path, size, sw_hz, obs_mhz, left_ppm), notes


def _size(path: Path, values: dict[str, float], *, is_complex: bool) -> int:
    """Return how many points a whole file holds, or refuse."""
    size = int(values["SIZE"])
    wanted = _HEADER_BYTES + 4 * size * (2 if is_complex else 1)
    if size != values["SIZE"] or not 8 <= size <= MAX_POINTS or file_size(path) != wanted:
        raise FormatError(
            f"{path}: NMRPipe, truncated or damaged: the header says {values['SIZE']:g} points, "
            f"{wanted} bytes, the file has {file_size(path)}: copy it again"
        )
    return size


def _text(raw: bytes) -> str:
    return one_line(raw.split(b"\0")[0].decode("cp1252", errors="replace"))


def _nucleus(label: str) -> str:
    """Return a label such as ``C13`` or ``1H`` in the usual form; empty for other words."""
    letters = "".join(c for c in label if c.isalpha())
    digits = "".join(c for c in label if c.isascii() and c.isdigit())
    is_nucleus = 0 < len(letters) <= 2 and digits and label in {letters + digits, digits + letters}
    return digits + letters.capitalize() if is_nucleus else ""
