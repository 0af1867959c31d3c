"""Bruker data sets: XWIN-NMR, TopSpin 1 to 4 and NEO, one-dimensional.

A source is ``"fid"`` or a PROCNO. ``1r`` and ``1i`` make one complex spectrum; the FID is
conjugated, so that its transform has the highest ppm first, and keeps its group delay.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_folders import Experiment, newest_procno, survey
from nmrquanv.io.bruker_parameters import Parameters, read_parameters
from nmrquanv.io.checks import MAX_INTENSITY, checked_axis, require_signal
from nmrquanv.io.files import file_size, one_line, read_numbers, read_text, sha256
from nmrquanv.io.group_delay import group_delay_points
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.recipe import MAX_SI, Recipe, fid_recipe, spectrum_recipe
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum

FORMAT = "Bruker"

NUMBER_KINDS = {0: "i4", 1: "f4", 2: "f8"}
"""numpy's name for DTYPA and DTYPP: 32-bit integers, and the floats that NEO writes."""

REAL_MODES = {0: "qf", 2: "qseq"}
"""AQ_mod of FIDs that hold real numbers; 1 (qsim) and 3 (DQD) hold complex ones."""

MAX_EXPONENT = 128
"""Largest believable power of two in NC and NC_proc."""

MAX_REFERENCE_PPM = 10_000.0
"""Distance of SFO1 from SF beyond which SF belongs to another nucleus or is damaged."""

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
    read: Callable[[Experiment, str, _Notes, Path], tuple[Fid | Spectrum, Recipe]]
    read = _read_fid if source == "fid" else _read_processed
    data, recipe = read(experiment, source, notes, opened)
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
    dtype = _dtype(procs, "BYTORDP", "DTYPP")
    _require_size(folder / "1r", si, dtype)
    real = read_numbers(folder / "1r", dtype, si)
    require_signal(real, folder / "1r")
    data = _with_stored_imaginary(real, folder / "1i", dtype, notes) * _scale(procs, "NC_proc")
    sw_hz, sf_mhz, offset_ppm = (procs.number(key) for key in ("SW_p", "SF", "OFFSET"))
    axis = checked_axis(procs.path, si, sw_hz, sf_mhz, offset_ppm)
    sample = _sample(acqus, procs, folder)
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


def _read_fid(
    experiment: Experiment, source: str, notes: _Notes, opened: Path
) -> tuple[Fid, Recipe]:
    """Read the FID, with the operator's processing as starting values."""
    acqus = read_parameters(experiment.folder / "acqus")
    path = experiment.folder / "fid"
    procs = _operators_procs(experiment, opened, notes)
    numbers = _fid_numbers(path, acqus, notes)
    require_signal(numbers, path)
    data = numbers.view(np.complex128).conj() * _scale(acqus, "NC")
    delay, note = group_delay_points(acqus)
    if delay >= data.size:
        delay, note = 0.0, f"GRPDLY = {delay:g} exceeds the FID: taken as 0"
    notes.extend([note] if note else [])
    axis = _fid_axis(acqus, procs, data.size, notes)
    sample = _sample(acqus, procs, procs.path.parent if procs else experiment.folder)
    values = _starting_values(procs, data.size, notes)
    origin = Source(str(opened), source, FORMAT, sha256(path), tuple(notes))
    fid = Fid(data, axis, acqus.positive("SFO1"), delay, sample, origin)
    return fid, fid_recipe(fid, **values)  # type: ignore[arg-type]


def _fid_numbers(path: Path, acqus: Parameters, notes: _Notes) -> NDArray[np.float64]:
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
    dtype = _dtype(acqus, "BYTORDA", "DTYPA")
    held = file_size(path) // np.dtype(dtype).itemsize
    if held < td:
        raise FormatError(
            f"{path}: truncated: acqus says TD = {td} numbers, the file holds {held}: "
            "copy the data set again"
        )
    if held > td:
        notes.append(f"fid holds {held} numbers, the first TD = {td} are read")
    return read_numbers(path, dtype, td)


def _operators_procs(experiment: Experiment, opened: Path, notes: _Notes) -> Parameters | None:
    """Return the procs whose values a FID starts from: of the opened, newest or first PROCNO."""
    pdata = experiment.folder / "pdata"
    named = [opened.name, opened.parent.name]
    named += [newest_procno(experiment)] if experiment.procnos else []
    folders = [pdata / name for name in named]
    if pdata.is_dir():
        folders += sorted(pdata.iterdir(), key=lambda folder: folder.name)
    for folder in folders:
        if folder.parent == pdata and (folder / "procs").is_file():
            try:
                return read_parameters(folder / "procs")
            except FormatError as error:
                notes.append(f"starting values are defaults ({error})")
                return None
    notes.append("procs is missing: 0 ppm is at BF1, processing starts from defaults")
    return None


def _fid_axis(acqus: Parameters, procs: Parameters | None, td: int, notes: _Notes) -> Axis:
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
    procs: Parameters | None, td: int, notes: _Notes
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


def _sample(acqus: Parameters | None, procs: Parameters | None, folder: Path) -> Sample:
    """Return what the parameters and the title file say of the experiment."""
    nucleus = acqus.text("NUC1") if acqus else ""
    if not nucleus and procs:
        nucleus = procs.text("AXNUC")
    title_file = folder / "title"
    title = read_text(title_file)[:2000] if title_file.is_file() else ""
    return Sample(
        nucleus,
        acqus.text("SOLVENT") if acqus else "",
        one_line(title),
        acqus.text("PULPROG") if acqus else "",
    )


def _dtype(parameters: Parameters, order_key: str, kind_key: str) -> str:
    """Return numpy's name of the numbers in a data file."""
    order, kind = parameters.whole(order_key), parameters.whole(kind_key, 0)
    if order not in {0, 1} or kind not in NUMBER_KINDS:
        raise FormatError(
            f"{parameters.path}: {order_key} = {order}, {kind_key} = {kind} is an unknown kind of "
            "numbers: the file is damaged or newer than this program"
        )
    return ("<", ">")[order] + NUMBER_KINDS[kind]


def _scale(parameters: Parameters, key: str) -> float:
    """Return the factor 2**NC that intensities are stored without."""
    exponent = parameters.whole(key, 0)
    if abs(exponent) > MAX_EXPONENT:
        raise FormatError(f"{parameters.path}: {key} = {exponent}: the file is damaged")
    return 2.0**exponent


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
