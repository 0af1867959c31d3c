"""The FID of a Bruker data set, with the operator's processing as starting values.

It is conjugated, so that its transform has the highest ppm first, and keeps its group delay.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_folders import FORMAT, Experiment, newest_procno, numeric_first
from nmrquanv.io.bruker_parameters import (
    Parameters,
    number_type,
    read_parameters,
    sample_of,
    scale,
)
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import file_size, read_numbers, sha256
from nmrquanv.io.group_delay import group_delay_points
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import MAX_SI, Recipe, fid_recipe
from nmrquanv.spectra.spectrum import Fid, Source

REAL_MODES = {0: "qf", 2: "qseq"}
"""AQ_mod of FIDs that hold real numbers; 1 (qsim) and 3 (DQD) hold complex ones."""

MAX_REFERENCE_PPM = 10_000.0
"""Distance of SFO1 from SF beyond which SF belongs to another nucleus or is damaged."""


def read_fid(experiment: Experiment, notes: list[str], opened: Path) -> tuple[Fid, Recipe]:
    """Read the FID of an EXPNO.

    Parameters
    ----------
    experiment : Experiment
    notes : list of str
        Gets the fallbacks that were taken.
    opened : Path
        What the user opened; kept as the data's path. A PROCNO gives the starting values.

    Returns
    -------
    (Fid, Recipe)

    Raises
    ------
    FormatError
        acqus is missing, the FID is truncated, damaged or of real numbers.
    """
    acqus = read_parameters(experiment.folder / "acqus")
    path = experiment.folder / "fid"
    procs = _operators_procs(experiment, opened, notes)
    numbers = _fid_numbers(path, acqus, notes)
    require_signal(numbers, path)
    data = numbers.view(np.complex128).conj() * scale(acqus, "NC")
    delay, note = group_delay_points(acqus)
    if delay >= data.size:
        delay, note = 0.0, f"GRPDLY = {delay:g} exceeds the FID: taken as 0"
    notes.extend([note] if note else [])
    axis = _fid_axis(acqus, procs, data.size, notes)
    sample = sample_of(acqus, procs, procs.path.parent if procs else experiment.folder)
    values = _starting_values(procs, data.size, notes)
    origin = Source(str(opened), "fid", FORMAT, sha256(path), tuple(notes))
    fid = Fid(data, axis, acqus.positive("SFO1"), delay, sample, origin)
    return fid, fid_recipe(fid, **values)  # type: ignore[arg-type]


def _fid_numbers(path: Path, acqus: Parameters, notes: list[str]) -> NDArray[np.float64]:
    """Return the stored numbers, real and imaginary in turn, as many as TD says."""
    mode = acqus.whole("AQ_mod", 3)
    if mode in REAL_MODES:
        raise FormatError(
            f"{path}: acquired in mode AQ_mod {mode} ({REAL_MODES[mode]}), a FID of real numbers, "
            "which is not supported yet: open its processed spectrum (1r) instead"
        )
    if mode not in {1, 3}:
        raise FormatError(f"{acqus.path}: AQ_mod = {mode} is unknown: the file is damaged")
    td = acqus.whole("TD")
    if td < 4:
        raise FormatError(f"{acqus.path}: TD = {td} is no size of a FID: the file is damaged")
    td -= td % 2
    dtype = number_type(acqus, "BYTORDA", "DTYPA")
    held = file_size(path) // np.dtype(dtype).itemsize
    if held < td:
        raise FormatError(
            f"{path}: truncated: acqus says TD = {td} numbers, the file holds {held}: "
            "copy the data set again"
        )
    if held > td:
        notes.append(f"fid holds {held} numbers, the first TD = {td} are read")
    return read_numbers(path, dtype, td)


def _operators_procs(experiment: Experiment, opened: Path, notes: list[str]) -> Parameters | None:
    """Return the procs whose values a FID starts from: of the opened, newest or first PROCNO."""
    pdata = experiment.folder / "pdata"
    folders = [folder for folder in (opened, opened.parent) if folder.parent == pdata]
    folders += [experiment.processed(newest_procno(experiment))] if experiment.procnos else []
    if pdata.is_dir():
        folders += sorted(pdata.iterdir(), key=lambda folder: numeric_first(folder.name))
    for folder in folders:
        if (folder / "procs").is_file():
            try:
                return read_parameters(folder / "procs")
            except FormatError as error:
                notes.append(f"starting values are defaults ({error})")
                return None
    notes.append("procs is missing: 0 ppm is at BF1, processing starts from defaults")
    return None


def _fid_axis(acqus: Parameters, procs: Parameters | None, td: int, notes: list[str]) -> Axis:
    """Return the axis of a FID's transform.

    Notes
    -----
    ``OFFSET = (SFO1 - SF)/SF 1e6 + SW_h/(2 SF)``, SF of procs, else BF1: index ``td/2`` is the
    transmitter's frequency SFO1.
    """
    sfo1_mhz, sw_hz = acqus.positive("SFO1"), acqus.positive("SW_h")
    sf_mhz = None
    if procs is not None and "SF" in procs:
        sf_mhz = procs.positive("SF")
        if abs(sfo1_mhz - sf_mhz) > sf_mhz * MAX_REFERENCE_PPM * 1e-6:
            notes.append(f"SF = {sf_mhz:g} MHz of procs is far from SFO1: 0 ppm is at BF1")
            sf_mhz = None
    if sf_mhz is None:
        sf_mhz = acqus.positive("BF1")
    offset_ppm = (sfo1_mhz - sf_mhz) / sf_mhz * 1e6 + sw_hz / (2 * sf_mhz)
    return checked_axis(acqus.path, td, sw_hz, sf_mhz, offset_ppm)


def _starting_values(
    procs: Parameters | None, td: int, notes: list[str]
) -> dict[str, float | int | None]:
    """Return the operator's LB, SI, PHC0 and PHC1 for ``fid_recipe``; None for a default."""
    if procs is None:
        return {}
    lb_hz: float | None = procs.number("LB", 0.0)
    if procs.whole("WDW", 1) != 1 or not 0 <= (lb_hz or 0.0) <= 1000:
        notes.append("the operator's window function is not exponential: a usual one is taken")
        lb_hz = None
    si: int | None = procs.whole("SI", 0)
    if si is None or not 2 <= si <= min(MAX_SI, 64 * max(td, 1024)):
        notes.append(f"SI = {si} of procs is not usable: a usual size is taken")
        si = None
    ph0, ph1 = procs.number("PHC0", 0.0), procs.number("PHC1", 0.0)
    is_phased = ph0 != 0 or ph1 != 0
    return {
        "lb_hz": lb_hz,
        "si": si,
        "ph0_deg": ph0 if is_phased else None,
        "ph1_deg": ph1 if is_phased else None,
    }
