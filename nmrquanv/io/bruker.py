"""Bruker data sets: XWIN-NMR, TopSpin 1 to 4 and NEO, one-dimensional.

A source is ``"fid"`` or a PROCNO. ``1r`` and ``1i`` make one complex spectrum; the FID is
conjugated, so that its transform has the highest ppm first, and keeps its group delay.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_binary import decoded, stored
from nmrquanv.io.bruker_fid import outline_fid
from nmrquanv.io.bruker_folders import (
    FORMAT,
    Experiment,
    find_experiment,
    is_experiment,
    is_own_file,
    newest_procno,
    survey,
)
from nmrquanv.io.bruker_parameters import (
    Parameters,
    number_type,
    read_parameters,
    sample_of,
    scale,
)
from nmrquanv.io.checks import MAX_INTENSITY, checked_axis, require_signal
from nmrquanv.io.files import file_size, sha256
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.recipe import spectrum_recipe
from nmrquanv.spectra.spectrum import Source

_Notes = list[str]


def recognise(path: Path) -> Path | None:
    """Return the EXPNO that a folder, or one of Bruker's own files, is or lies in."""
    if path.is_file() and not is_own_file(path):
        return None
    found = find_experiment(path)
    return found[0] if found else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the EXPNO that a path is, if it is one."""
    return (path,) if path.is_dir() and is_experiment(path) else ()


def outline(folder: Path, asked: Asked) -> Outline:
    """Outline one source of an EXPNO folder.

    Parameters
    ----------
    folder : Path
        The EXPNO.
    asked : Asked
        Without a source: the one that the opened path names, else the newest 1r, else the FID.
        A PROCNO that only the path names and that has no spectrum gives the FID, which is noted.

    Raises
    ------
    FormatError
        2D, missing, truncated or damaged files, or no such source.
    """
    experiment = survey(folder)
    notes: _Notes = []
    source = _chosen(experiment, asked, notes)
    if source == "fid":
        return outline_fid(experiment, asked, notes)
    return _outline_processed(experiment, source, asked, notes)


def _chosen(experiment: Experiment, asked: Asked, notes: _Notes) -> str:
    """Return the source to read, or refuse."""
    source = asked.source or _named_by(asked.opened)
    if experiment.two_dimensional and source not in experiment.procnos:
        hint = "choose a 1D data set"
        if experiment.procnos:
            hint += f", or one of its 1D slices by source: {', '.join(experiment.procnos)}"
        raise FormatError(
            f"{experiment.folder}: two-dimensional or arrayed Bruker data "
            f"({', '.join(experiment.two_dimensional)}), not a 1D spectrum: {hint}"
        )
    if source in experiment.sources:
        return str(source)
    if not experiment.sources:
        raise FormatError(
            f"{experiment.folder}: a Bruker folder with neither fid nor pdata/*/1r: "
            "copy the data set again, with its data files"
        )
    if source is not None and (asked.source is not None or not experiment.has_fid):
        raise FormatError(
            f"{experiment.folder}: there is no source {source!r}: choose one of "
            f"{', '.join(experiment.sources)}"
        )
    if source is not None:
        notes.append(f"PROCNO {source} holds no spectrum (1r): the FID is shown")
        return "fid"
    return newest_procno(experiment) if experiment.procnos else "fid"


def _named_by(opened: Path) -> str | None:
    """Return the source that a path inside a data set names."""
    found = find_experiment(opened)
    return found[1] if found else None


def _outline_processed(experiment: Experiment, procno: str, asked: Asked, notes: _Notes) -> Outline:
    """Outline 1r and 1i as one complex spectrum."""
    folder = experiment.processed(procno)
    procs = read_parameters(folder / "procs", is_outline=asked.is_outline)
    acqus = _acqus_beside(experiment, asked, notes)
    si = procs.whole("SI")
    if si < 2:
        raise FormatError(f"{procs.path}: SI = {si} is no size of a spectrum: the file is damaged")
    dtype = number_type(procs, "BYTORDP", "DTYPP")
    _require_size(folder / "1r", si, dtype)
    raw = stored(folder / "1r", dtype, si)
    factor = scale(procs, "NC_proc")
    sw_hz, sf_mhz, offset_ppm = (procs.number(key) for key in ("SW_p", "SF", "OFFSET"))

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        real = decoded(raw, dtype)
        require_signal(real, folder / "1r")
        said: _Notes = []
        return _with_stored_imaginary(real, folder / "1i", dtype, said) * factor, tuple(said)

    return Outline(
        checked_axis(procs.path, si, sw_hz, sf_mhz, offset_ppm),
        sample_of(acqus, procs, folder),
        Source(str(asked.opened), procno, FORMAT, sha256(raw), tuple(notes)),
        spectrum_recipe(),
        experiment.sources,
        load,
        time_points=_time_points(acqus, procs, si),
    )


def _acqus_beside(experiment: Experiment, asked: Asked, notes: _Notes) -> Parameters | None:
    """Return acqus for a processed spectrum, which can do without where there is no FID."""
    path = experiment.folder / "acqus"
    if path.exists() or experiment.has_fid:
        return read_parameters(path, is_outline=asked.is_outline)
    notes.append("acqus is missing: solvent and pulse program are unknown")
    return None


def _with_stored_imaginary(
    real: NDArray[np.float64], path: Path, dtype: str, notes: _Notes
) -> NDArray[np.complex128]:
    """Return 1r + i 1i; without a usable 1i the imaginary part by Hilbert transform."""
    problem = "1i is missing"
    if path.is_file():
        size, wanted = file_size(path), real.size * np.dtype(dtype).itemsize
        if size == wanted:
            imaginary = decoded(stored(path, dtype, real.size), dtype)
            if 0 < np.abs(imaginary).max() <= MAX_INTENSITY:
                return real + 1j * imaginary
            problem = "1i holds no data"
        else:
            problem = f"1i has {size} bytes instead of {wanted}"
    notes.append(f"{problem}: imaginary part by Hilbert transform")
    return with_imaginary(real)


def _time_points(acqus: Parameters | None, procs: Parameters, si: int) -> float | None:
    """Return how many complex points of the time domain carry signal, where it is known."""
    counts = [procs.number("TDeff", 0.0), acqus.number("TD", 0.0) if acqus else 0.0]
    known = [count / 2 for count in counts if count >= 4]
    return min(*known, float(si)) if known else None


def _require_size(path: Path, count: int, dtype: str) -> None:
    """Refuse a file that does not hold exactly ``count`` numbers."""
    size, wanted = file_size(path), count * np.dtype(dtype).itemsize
    if size < wanted:
        raise FormatError(
            f"{path}: truncated: procs says SI = {count}, {wanted} bytes, the file has {size}: "
            "copy the data set again or choose the FID"
        )
    if size > wanted:
        raise FormatError(
            f"{path}: procs says SI = {count}, {wanted} bytes, the file has {size}: "
            "process it again or choose the FID"
        )
