"""Bruker data sets: XWIN-NMR, TopSpin 1 to 4 and NEO, one-dimensional.

A source is ``"fid"`` or a PROCNO. ``1r`` and ``1i`` make one complex spectrum; the FID is
conjugated, so that its transform has the highest ppm first, and keeps its group delay.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_fid import read_fid
from nmrquanv.io.bruker_folders import FORMAT, Experiment, newest_procno, survey
from nmrquanv.io.bruker_parameters import (
    Parameters,
    number_type,
    read_parameters,
    sample_of,
    scale,
)
from nmrquanv.io.checks import MAX_INTENSITY, checked_axis, require_signal
from nmrquanv.io.files import file_size, read_numbers, sha256
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.recipe import Recipe, spectrum_recipe
from nmrquanv.spectra.spectrum import Fid, Source, Spectrum

_Notes = list[str]


def read_bruker(folder: Path, source: str | None, *, is_asked: bool, opened: Path) -> DataSet:
    """Read one source of an EXPNO folder.

    Parameters
    ----------
    folder : Path
        The EXPNO.
    source : "fid", a PROCNO, or None
        None takes the newest 1r, else the FID.
    is_asked : bool
        The user named the source; otherwise it only follows from the opened path, and a PROCNO
        without a spectrum gives the FID, which is noted.
    opened : Path
        What the user opened; kept as the data's path.

    Raises
    ------
    FormatError
        2D, missing, truncated or damaged files, or no such source.
    """
    experiment = survey(folder)
    notes: _Notes = []
    source = _chosen(experiment, source, is_asked, notes)
    data: Fid | Spectrum
    if source == "fid":
        data, recipe = read_fid(experiment, notes, opened)
    else:
        data, recipe = _read_processed(experiment, source, notes, opened)
    return DataSet(data, recipe, experiment.sources)


def _chosen(experiment: Experiment, source: str | None, is_asked: bool, notes: _Notes) -> str:
    """Return the source to read, or refuse."""
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
    if source is not None and (is_asked or not experiment.has_fid):
        raise FormatError(
            f"{experiment.folder}: there is no source {source!r}: choose one of "
            f"{', '.join(experiment.sources)}"
        )
    if source is not None:
        notes.append(f"PROCNO {source} holds no spectrum (1r): the FID is shown")
        return "fid"
    return newest_procno(experiment) if experiment.procnos else "fid"


def _read_processed(
    experiment: Experiment, procno: str, notes: _Notes, opened: Path
) -> tuple[Spectrum, Recipe]:
    """Read 1r and 1i as one complex spectrum."""
    folder = experiment.processed(procno)
    procs = read_parameters(folder / "procs")
    acqus = _acqus_beside(experiment, notes)
    si = procs.whole("SI")
    if si < 2:
        raise FormatError(f"{procs.path}: SI = {si} is no size of a spectrum: the file is damaged")
    dtype = number_type(procs, "BYTORDP", "DTYPP")
    _require_size(folder / "1r", si, dtype)
    real = read_numbers(folder / "1r", dtype, si)
    require_signal(real, folder / "1r")
    data = _with_stored_imaginary(real, folder / "1i", dtype, notes) * scale(procs, "NC_proc")
    sw_hz, sf_mhz, offset_ppm = (procs.number(key) for key in ("SW_p", "SF", "OFFSET"))
    axis = checked_axis(procs.path, si, sw_hz, sf_mhz, offset_ppm)
    sample = sample_of(acqus, procs, folder)
    origin = Source(str(opened), procno, FORMAT, sha256(folder / "1r"), tuple(notes))
    spectrum = Spectrum(data, axis, sample, origin, _time_points(acqus, procs, si))
    return spectrum, spectrum_recipe()


def _acqus_beside(experiment: Experiment, notes: _Notes) -> Parameters | None:
    """Return acqus for a processed spectrum, which can do without where there is no FID."""
    path = experiment.folder / "acqus"
    if path.exists() or experiment.has_fid:
        return read_parameters(path)
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
            imaginary = read_numbers(path, dtype, real.size)
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
