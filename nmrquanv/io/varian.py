"""Varian/Agilent folders: ``fid``, ``procpar`` and ``datdir/phasefile``, one-dimensional.

The format is described in the VnmrJ User Programming manual, chapter "Parameters and data"
(Agilent pub. 91-001990): a 32-byte file header, then blocks with 28-byte headers, big-endian.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.guarded import may_be_read
from nmrquanv.io import varian_phasefile
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.dates import day_of
from nmrquanv.io.files import (
    file_size,
    inside,
    one_line,
    read_bytes,
    read_exactly,
    read_text,
    sha256,
)
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes, byte_order_notes, varian_notes
from nmrquanv.io.procpar import Procpar, read_procpar
from nmrquanv.io.varian_binary import (
    FILE_HEADER,
    IS_32_BIT,
    IS_FLOAT,
    IS_SPECTRUM,
    FidHeader,
    decoded,
    header_of,
    is_varian_fid,
)
from nmrquanv.io.varian_shift import left_shift, left_shifted
from nmrquanv.io.varian_start import starting_values
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "Varian/Agilent"

MAX_ROWS = 4096
"""FIDs of an array that are offered one by one."""

_OWN_FILES = frozenset({"fid", "procpar", "text", "log"})


def is_varian_folder(folder: Path) -> bool:
    """Tell whether a folder is a Varian data set, complete or not."""
    fid, has_acqus = inside(folder, "fid"), inside(folder, "acqus").exists()
    if inside(folder, "procpar").is_file():
        return not has_acqus
    return fid.is_file() and not has_acqus and is_varian_fid(fid)


def recognise(path: Path) -> Path | None:
    """Return the folder that a Varian folder, or one of its own files, is or lies in."""
    if path.is_file():
        if varian_phasefile.is_named_so(path):
            path = path.parent.parent
        path = path.parent if path.name.lower() in _OWN_FILES else path
    return path if may_be_read(path) and path.is_dir() and is_varian_folder(path) else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the data set that a path is; a procpar alone (.par) is none."""
    has_data = inside(path, "fid").is_file() or varian_phasefile.place(path).is_file()
    return (path,) if has_data and is_varian_folder(path) else ()


def outline(folder: Path, asked: Asked) -> Outline:
    """Outline a Varian/Agilent folder.

    Parameters
    ----------
    folder : Path
        With ``fid`` and ``procpar``.
    asked : Asked

    Raises
    ------
    FormatError
        Arrayed or 2D, missing, truncated or damaged files.

    Notes
    -----
    ``fftshift(fft(fid))`` has the highest ppm first as it stands. VnmrJ's phase at a fraction
    ``f`` of the sweep from its right edge is ``rp + lp f``, applied as ``exp(-i phase)``: with
    ``f = 1 - k/SI`` that is ph0 = -(rp + lp), ph1 = lp.
    """
    procpar = _procpar(folder, is_outline=asked.is_outline)
    processed = varian_phasefile.traces(folder)
    source = asked.source or (_named_by(folder, asked.opened) if processed else None)
    if source in processed or (source is None and not inside(folder, "fid").exists() and processed):
        return _processed(folder, procpar, asked, source or processed[0], processed)
    path, notes = inside(folder, "fid"), list[str]()
    if not path.exists():
        raise FormatError(f"{folder}: procpar without the file fid: copy the data set again")
    header = _checked_header(path, procpar)
    sources = _sources(header)
    source = asked.chosen((*sources, *processed), source)
    if len(sources) > 1:
        what = procpar.of_row(sources.index(source)) or procpar.text("array")
        notes.append(f"{source} of {header.blocks} FIDs (arrayed{': ' + what if what else ''})")
    start = FILE_HEADER.size + sources.index(source) * header.block_bytes
    raw = read_bytes(path, FILE_HEADER.size)
    raw += read_exactly(path, header.block_bytes, "u1", start)
    shift = left_shift(procpar, header.numbers // 2, notes)
    td = header.numbers // 2 - shift
    axis = _axis(procpar, td, notes)
    sample, sfrq_mhz = _sample(folder, procpar), procpar.positive("sfrq")
    notes += varian_notes(procpar, header.numbers, axis, sfrq_mhz)
    notes += axis_notes(axis, sample.nucleus)
    if header.number_bytes == 4 and not header.status & IS_FLOAT:
        notes += byte_order_notes(raw[-header.trace_bytes :], ">i4")
    recipe = starting_recipe(td, sample.nucleus, starting_values(procpar, td, notes))
    origin = Source(str(asked.opened), source, FORMAT, sha256(raw), tuple(notes))

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        data = decoded(raw, header)
        require_signal(data, path)
        return left_shifted(data, shift), ()

    domain = TimeDomain(sfrq_mhz)
    measured = _measured(procpar)
    every = sources + processed
    return Outline(axis, sample, origin, recipe, every, load, domain, measured=measured)


def _named_by(folder: Path, opened: Path) -> str | None:
    """Return the source that the opened file is."""
    return varian_phasefile.SOURCE if opened == varian_phasefile.place(folder) else None


def _processed(
    folder: Path, procpar: Procpar, asked: Asked, source: str, processed: tuple[str, ...]
) -> Outline:
    """Outline a spectrum that VnmrJ computed: on the axis of the FID's transform."""
    notes: list[str] = []
    raw = varian_phasefile.stored(folder, source, notes)
    axis = _axis(procpar, len(raw) // 4, notes)
    sample, sfrq_mhz = _sample(folder, procpar), procpar.positive("sfrq")
    notes += varian_notes(procpar, int(procpar.number("np") or 0), axis, sfrq_mhz)
    notes += axis_notes(axis, sample.nucleus)
    fid = inside(folder, "fid")
    if fid.is_file():
        with contextlib.suppress(FormatError):  # a broken FID is no hindrance
            processed = (*_sources(_checked_header(fid, procpar)), *processed)
    return Outline(
        axis,
        sample,
        Source(str(asked.opened), source, FORMAT, sha256(raw), tuple(notes)),
        spectrum_recipe(),
        processed,
        lambda: varian_phasefile.decoded(raw, varian_phasefile.place(folder)),
        measured=_measured(procpar),
    )


def _procpar(folder: Path, *, is_outline: bool) -> Procpar:
    """Return the parameters of a folder, or refuse."""
    path = inside(folder, "procpar")
    if not path.is_file():
        raise FormatError(
            f"{folder}: a Varian/Agilent fid without its procpar, which holds frequencies and "
            "widths: copy the data set again, with procpar"
        )
    return read_procpar(path, is_outline=is_outline)


def _sources(header: FidHeader) -> tuple[str, ...]:
    """Return what can be read: the FID, or each row of an array."""
    if header.blocks == 1:
        return ("fid",)
    return tuple(f"row {number + 1}" for number in range(header.blocks))


def row_labels(folder: Path) -> tuple[str, ...]:
    """Return what was arrayed and its value in each row of a folder; none without rows."""
    procpar = _procpar(folder, is_outline=True)
    header = _checked_header(inside(folder, "fid"), procpar)
    return tuple(procpar.of_row(n) for n in range(header.blocks)) if header.blocks > 1 else ()


def _checked_header(path: Path, procpar: Procpar) -> FidHeader:
    """Return the header of a complete, one-dimensional FID, or refuse."""
    size = file_size(path)
    if size < FILE_HEADER.size:
        raise FormatError(
            f"{path}: truncated: {size} bytes do not even hold the header: copy the data set again"
        )
    header = header_of(read_bytes(path, FILE_HEADER.size))
    if not header.is_plausible or header.status & IS_SPECTRUM:
        raise FormatError(f"{path}: has no valid header of a Varian FID: the file is damaged")
    traces = header.blocks * header.traces
    arrayed = max(traces, int(procpar.number("arraydim") or 1), int(procpar.number("ni") or 1))
    is_array = arrayed == header.blocks <= MAX_ROWS and header.traces == 1
    wanted = FILE_HEADER.size + header.block_bytes * (header.blocks if is_array else 1)
    if arrayed > 1 and not is_array:
        what = procpar.text("array")
        raise FormatError(
            f"{path}: arrayed or two-dimensional Varian data ({arrayed:.6g} FIDs"
            f"{', array ' + repr(what) if what else ''}), not a single one: "
            "choose a 1D data set, or save one trace on its own"
        )
    if size < wanted:
        raise FormatError(
            f"{path}: truncated: the header says {wanted} bytes, the file has {size}: "
            "copy the data set again"
        )
    if header.numbers < 4:
        raise FormatError(f"{path}: np = {header.numbers} is no size of a FID")
    if (4 if header.status & (IS_32_BIT | IS_FLOAT) else 2) != header.number_bytes:
        raise FormatError(
            f"{path}: the header says {header.number_bytes} bytes a number but status "
            f"{header.status:#x}: the file is damaged"
        )
    return header


def _axis(procpar: Procpar, td: int, notes: list[str]) -> Axis:
    """Return the axis of a FID's transform.

    Notes
    -----
    The right edge lies ``rfp - rfl`` Hz from 0 ppm, at ``reffrq`` or, where VNMR had none yet, at
    ``sfrq``; without them 0 ppm is at ``sfrq - tof`` and the transmitter in the middle.
    """
    sw_hz, sfrq_mhz = procpar.positive("sw"), procpar.positive("sfrq")
    reffrq_mhz, rfl, rfp = (procpar.number(name) for name in ("reffrq", "rfl", "rfp"))
    if reffrq_mhz is None and rfl is not None and rfp is not None and (rfl or rfp):
        reffrq_mhz = sfrq_mhz
        notes.append("reffrq is not set: the ppm axis is from rfl, rfp and sfrq")
    if reffrq_mhz is not None and rfl is not None and reffrq_mhz > 0:
        left_hz = sw_hz - rfl + (rfp or 0.0)
        return checked_axis(procpar.path, td, sw_hz, reffrq_mhz, left_hz / reffrq_mhz)
    tof_hz = procpar.number("tof") or 0.0
    sf_mhz = sfrq_mhz - tof_hz * 1e-6
    if sf_mhz <= 0:
        raise FormatError(f"{procpar.path}: tof = {tof_hz:g} Hz: the file is damaged")
    notes.append("reffrq, rfl or rfp is not set: the ppm axis is from sfrq and tof")
    return checked_axis(procpar.path, td, sw_hz, sf_mhz, (tof_hz + sw_hz / 2) / sf_mhz)


def _sample(folder: Path, procpar: Procpar) -> Sample:
    """Return what procpar and the file ``text`` say of the experiment."""
    text = inside(folder, "text")
    title = one_line(read_text(text)[:2000]) if text.is_file() else ""
    return Sample(
        nucleus=_nucleus(procpar.text("tn")),
        solvent=procpar.text("solvent"),
        title=title or procpar.text("samplename"),
        pulse_program=_program(procpar),
    )


def _program(procpar: Procpar) -> str:
    """Return the experiment's name, and the decoupler's status where protons were decoupled."""
    name = procpar.text("pslabel") or procpar.text("seqfil")
    if procpar.text("tn") == "H1":
        return name
    of_protons = (procpar.text(f"dm{n}") for n in ("", "2", "3") if procpar.text(f"dn{n}") == "H1")
    status = max(of_protons, key=lambda dm: dm[-1:] == "y", default="")
    return f"{name}, dm={status}" if status.isalpha() else name


def _measured(procpar: Procpar) -> str:
    return day_of(procpar.text("time_run")) or day_of(procpar.text("date"))


def _nucleus(name: str) -> str:
    """Return Varian's ``H1`` in the usual form ``1H``."""
    letters, digits = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    return digits + letters.capitalize() if letters.isalpha() and digits else name
