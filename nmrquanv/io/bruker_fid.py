"""The FID of a Bruker data set, with the operator's processing as starting values.

It is conjugated, so that its transform has the highest ppm first, and keeps its group delay.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_binary import decoded, stored
from nmrquanv.io.bruker_folders import (
    FORMAT,
    ROW,
    Experiment,
    newest_procno,
    numeric_first,
    row_bytes,
)
from nmrquanv.io.bruker_parameters import (
    Parameters,
    number_type,
    read_parameters,
    sample_of,
    scale,
)
from nmrquanv.io.bruker_rows import row_labels
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import file_size, inside, sha256
from nmrquanv.io.group_delay import group_delay_points
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import (
    acquisition_notes,
    axis_notes,
    byte_order_notes,
    reference_notes,
)
from nmrquanv.io.real_fid import REAL_MODES, Detection, detection_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import MAX_SI
from nmrquanv.spectra.spectrum import Source
from nmrquanv.spectra.starting_recipe import OperatorsProcessing, starting_recipe

MAX_REFERENCE_PPM = 10_000.0
"""Distance of SFO1 from SF beyond which SF belongs to another nucleus or is damaged."""

OFFSET_CLEAR = 3.0
"""How much larger a receiver's offset is than what else moves the mean of a FID's end."""

MAX_PH1_DEG = 50_000.0
"""A delay of more than a hundred points; beyond any filter's."""


def outline_fid(
    experiment: Experiment, asked: Asked, notes: list[str], source: str = "fid"
) -> Outline:
    """Outline the FID of an EXPNO, or one row of its ``ser``.

    Parameters
    ----------
    experiment : Experiment
    asked : Asked
        Where it opened a PROCNO, that one gives the starting values.
    notes : list of str
        Gets the fallbacks that were taken.
    source : str
        ``"fid"``, or ``"row 1"`` and so on.

    Raises
    ------
    FormatError
        acqus is missing, the FID is truncated or damaged.
    """
    acqus = read_parameters(inside(experiment.folder, "acqus"), is_outline=asked.is_outline)
    procs = _operators_procs(experiment, asked, notes)
    path, dtype, raw = _stored_numbers(experiment, acqus, source, notes)
    factor, td = scale(acqus, "NC"), len(raw) // np.dtype(dtype).itemsize // 2
    delay = delay_of(acqus, td, notes)
    axis = fid_axis(acqus, procs, td, notes)
    sample = sample_of(acqus, procs, procs.path.parent if procs else experiment.folder)
    values = starting_values(procs, td, delay, notes)
    detection = detection_of(acqus, procs, 2 * td, notes)
    time_domain = TimeDomain(acqus.positive("SFO1"), delay)
    if detection is not None:
        axis, time_domain = of_real(acqus, detection, axis, delay)
        values = replace(values, ph0_deg=None, ph1_deg=None)  # TopSpin's are of another transform
    recipe = starting_recipe(td, sample.nucleus, values)
    notes += acquisition_notes(acqus) + reference_notes(axis.sf_mhz, acqus)
    notes += axis_notes(axis, sample.nucleus) + byte_order_notes(raw, dtype)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        numbers = decoded(raw, dtype)
        require_signal(numbers, path)
        data = detection.as_complex(numbers) if detection else numbers.view(np.complex128).conj()
        return as_shown(data * factor, acqus, procs), ()

    return Outline(
        axis,
        sample,
        Source(str(asked.opened), source, FORMAT, sha256(raw), tuple(notes)),
        recipe,
        experiment.sources,
        load,
        time_domain,
        measured=acqus.measured,
    )


def delay_of(acqus: Parameters, td: int, notes: list[str]) -> float:
    """Return the group delay in points, with a note where it is a guess."""
    delay, note = group_delay_points(acqus)
    if delay >= td:
        delay, note = 0.0, f"GRPDLY = {delay:g} exceeds the FID: taken as 0"
    notes.extend([note] if note else [])
    return delay


def of_real(
    acqus: Parameters, detection: Detection, axis: Axis, delay: float
) -> tuple[Axis, TimeDomain]:
    """Return the axis and the time domain of the complex FID that real numbers are made."""
    offset_ppm = axis.offset_ppm + detection.centre_hz / axis.sf_mhz
    td = axis.size + detection.lead
    axis = checked_axis(acqus.path, td, axis.sw_hz, axis.sf_mhz, offset_ppm)
    middle_mhz = acqus.positive("SFO1") + detection.centre_hz * 1e-6
    return axis, TimeDomain(middle_mhz, delay + detection.lead)


def _stored_numbers(
    experiment: Experiment, acqus: Parameters, source: str, notes: list[str]
) -> tuple[Path, str, bytes]:
    """Return the file, the kind of its numbers, and the bytes of one FID."""
    path, start = inside(experiment.folder, "fid"), 0
    if source != "fid":
        row = int(source.removeprefix(ROW))
        path, start = inside(experiment.folder, "ser"), (row - 1) * row_bytes(acqus)
        notes.append(_row_note(experiment, row))
    dtype, count = _layout(path, acqus, notes, is_row=source != "fid")
    return path, dtype, stored(path, dtype, count, start)


def _row_note(experiment: Experiment, row: int) -> str:
    """Return which row of how many is shown, with its delay, pulse or gradient where listed."""
    said = row_labels(experiment)[row - 1 : row]
    what = f", {said[0]}" if said and said[0] else ""
    return f"row {row} of {experiment.rows} FIDs (two-dimensional or arrayed{what})"


def _layout(
    path: Path, acqus: Parameters, notes: list[str], *, is_row: bool = False
) -> tuple[str, int]:
    """Return kind and count of the stored numbers, real and imaginary in turn."""
    mode = acqus.whole("AQ_mod", 3)
    if mode not in {1, 3, *REAL_MODES}:
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
    if held > td and not is_row:
        notes.append(f"fid holds {held} numbers, the first TD = {td} are read")
    return dtype, td


def _operators_procs(experiment: Experiment, asked: Asked, notes: list[str]) -> Parameters | None:
    """Return the procs whose values a FID starts from: of the opened, newest or first PROCNO."""
    pdata = inside(experiment.folder, "pdata")
    folders = [folder for folder in (asked.opened, asked.opened.parent) if folder.parent == pdata]
    folders += [experiment.processed(newest_procno(experiment))] if experiment.procnos else []
    if pdata.is_dir():
        folders += sorted(pdata.iterdir(), key=lambda folder: numeric_first(folder.name))
    for folder in folders:
        procs = inside(folder, "procs")
        if procs.is_file():
            try:
                return read_parameters(procs, is_outline=asked.is_outline)
            except FormatError as error:
                notes.append(f"starting values are defaults ({error})")
                return None
    notes.append("procs is missing: 0 ppm is at BF1, processing starts from defaults")
    return None


def fid_axis(acqus: Parameters, procs: Parameters | None, td: int, notes: list[str]) -> Axis:
    """Return the axis of a FID's transform.

    Notes
    -----
    ``OFFSET = (SFO1 - SF)/SF 1e6 + SW_h/(2 SF)``, SF of procs, else BF1: index ``td/2`` is the
    transmitter's frequency SFO1.
    """
    sfo1_mhz, sw_hz = acqus.positive("SFO1"), acqus.positive("SW_h")
    sf_mhz = None
    if procs is not None:
        sf_mhz = procs.number("SF") if procs.is_number("SF") else 0.0
        if abs(sfo1_mhz - sf_mhz) > sf_mhz * MAX_REFERENCE_PPM * 1e-6:
            what = f"SF = {sf_mhz:g} MHz of procs is far from SFO1" if sf_mhz else "procs has no SF"
            notes.append(f"{what}: 0 ppm is at BF1")
            sf_mhz = None
    if sf_mhz is None:
        sf_mhz = acqus.positive("BF1")
    offset_ppm = (sfo1_mhz - sf_mhz) / sf_mhz * 1e6 + sw_hz / (2 * sf_mhz)
    return checked_axis(acqus.path, td, sw_hz, sf_mhz, offset_ppm)


def as_shown(
    data: NDArray[np.complex128], acqus: Parameters, procs: Parameters | None
) -> NDArray[np.complex128]:
    """Return a FID without the receivers' offset, and turned round where the operator had it so.

    Parameters
    ----------
    data : (td,) complex128
        Conjugated: its transform has the highest ppm first.
    """
    if _has_offset(acqus, procs):
        data = data - _offset(data)
    is_turned = procs is not None and procs.is_yes("REVERSE") is True
    return data.conj() if is_turned else data


def _has_offset(acqus: Parameters, procs: Parameters | None) -> bool:
    """Tell whether the receivers' offset is to be taken off, as the operator's BC_mod says.

    Only analogue quadrature detection (qsim) has one; TopSpin too takes the mean of the last
    quarter of the FID.
    """
    if procs is None or not (acqus.is_number("AQ_mod") and procs.is_number("BC_mod")):
        return False
    return acqus.number("AQ_mod") == 1 and procs.number("BC_mod") in {1, 2}


def _offset(data: NDArray[np.complex128]) -> complex:
    """Return the mean of the last quarter of a FID, where it is an offset and not signal.

    An offset is the same in both halves of the quarter; what is left of slow signals is not.
    """
    quarter = data[-max(2, data.size // 4) :]
    half = quarter.size // 2
    mean, change = complex(quarter.mean()), complex(quarter[:half].mean() - quarter[half:].mean())
    return mean if abs(mean) > OFFSET_CLEAR * abs(change) else 0j


def starting_values(
    procs: Parameters | None, td: int, delay: float, notes: list[str]
) -> OperatorsProcessing:
    """Return the operator's LB, SI, PHC0 and PHC1; None for a default, as where they are damaged.

    Notes
    -----
    Without PKNL the operator's PHC1 holds the digital filter's delay, 360 degrees a point, which
    we take out by itself.
    """
    try:
        if procs is not None:
            return _operators_values(procs, td, delay, notes)
    except FormatError as error:
        notes.append(f"starting values are defaults ({error})")
    return OperatorsProcessing()


def _operators_values(
    procs: Parameters, td: int, delay: float, notes: list[str]
) -> OperatorsProcessing:
    lb_hz: float | None = procs.number("LB", 0.0)
    window = procs.whole("WDW", 1)
    if window == 0:
        lb_hz = 0.0
    elif window != 1 or not 0 <= (lb_hz or 0.0) <= 1000:
        notes.append("the operator's window function is not exponential: a usual one is taken")
        lb_hz = None
    si: int | None = procs.whole("SI", 0)
    if si is None or not 2 <= si <= min(MAX_SI, 64 * max(td, 1024)):
        if "SI" in procs:
            notes.append(f"SI = {si} of procs is not usable: a usual size is taken")
        si = None
    ph0, ph1 = procs.number("PHC0", 0.0), procs.number("PHC1", 0.0)
    is_phased = ph0 != 0 or ph1 != 0
    if is_phased and procs.is_yes("PKNL") is False and ph1 > 180 * delay > 0:
        ph1 -= 360 * delay
        notes.append("PKNL = no: the digital filter's delay is taken off PHC1")
    if abs(ph1) > MAX_PH1_DEG or abs(ph0) > MAX_PH1_DEG:
        notes.append(f"PHC0 = {ph0:g}, PHC1 = {ph1:g} are no usual phase: phased automatically")
        is_phased = False
    return OperatorsProcessing(lb_hz, si, ph0 if is_phased else None, ph1 if is_phased else None)
