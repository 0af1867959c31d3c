"""The processed spectrum of a Bruker data set: ``1r`` and ``1i`` as one complex spectrum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_binary import decoded, stored
from nmrquanv.io.bruker_folders import FORMAT, Experiment
from nmrquanv.io.bruker_parameters import (
    Parameters,
    number_type,
    read_parameters,
    sample_of,
    scale,
)
from nmrquanv.io.checks import MAX_INTENSITY, checked_axis, require_signal
from nmrquanv.io.files import file_size, inside, read_exactly, sha256
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.io.plausible import axis_notes, byte_order_notes, processed_notes
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe

_Notes = list[str]

MAX_PART_RATIO = 20.0
"""Of the energies (as amplitudes) of real and imaginary part; they are equal in theory."""


def outline_processed(experiment: Experiment, procno: str, asked: Asked, notes: _Notes) -> Outline:
    """Outline 1r and 1i as one complex spectrum."""
    folder = experiment.processed(procno)
    procs = read_parameters(inside(folder, "procs"), is_outline=asked.is_outline)
    acqus = _acqus_beside(experiment, asked, notes)
    procs = _with_frequency(procs, acqus, notes)
    _require_frequency_domain(procs)
    si = procs.whole("SI")
    if si < 2:
        raise FormatError(f"{procs.path}: SI = {si} is no size of a spectrum: the file is damaged")
    dtype = number_type(procs, "BYTORDP", "DTYPP")
    path = inside(folder, "1r")
    _require_size(path, si, dtype)
    raw, factor = stored(path, dtype, si), scale(procs, "NC_proc")
    axis, sample = _axis(procs, acqus, si, notes), sample_of(acqus, procs, folder)
    notes += processed_notes(procs, acqus) + axis_notes(axis, sample.nucleus)
    notes += byte_order_notes(raw, dtype)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        real = decoded(raw, dtype)
        require_signal(real, path)
        said: _Notes = []
        return _with_stored_imaginary(real, inside(folder, "1i"), dtype, said) * factor, tuple(said)

    found = Outline(
        axis,
        sample,
        Source(str(asked.opened), procno, FORMAT, sha256(raw), tuple(notes)),
        spectrum_recipe(),
        experiment.sources,
        load,
        time_points=time_points(acqus, procs, si),
        is_magnitude=_is_magnitude(procs),
        measured=acqus.measured if acqus else "",
    )
    return found if asked.is_outline else found.loaded()


def _is_magnitude(procs: Parameters) -> bool:
    """Tell whether the operator made magnitudes (``mc``) or powers (``ps``) of the phased parts."""
    said = procs.number("PH_mod") if procs.is_number("PH_mod") else procs.text("PH_mod")
    return said in (2, 3, "mc", "ps")


def _require_frequency_domain(procs: Parameters) -> None:
    """Refuse a 1r that was never transformed, or transformed back."""
    if (procs.is_number("FT_mod") and procs.number("FT_mod") == 0) or procs.text("FT_mod") == "no":
        raise FormatError(
            f"{procs.path}: 1r holds the time domain, not a spectrum (FT_mod = no): choose the FID"
        )


def _with_frequency(procs: Parameters, acqus: Parameters | None, notes: _Notes) -> Parameters:
    """Return procs with a frequency: where they have none, BF1 stands for SF.

    OFFSET is in ppm and keeps the reference; BF1 gives the Hz of a ppm, to a few millionths.
    """
    if procs.is_number("SF") and procs.number("SF") > 0:
        return procs
    if acqus is None or not acqus.is_number("BF1") or acqus.number("BF1") <= 0:
        return procs
    notes.append("procs has no SF: the ppm are from OFFSET and BF1, is the reference right?")
    return replace(procs, values={**procs.values, "SF": acqus.number("BF1")})


def _axis(procs: Parameters, acqus: Parameters | None, si: int, notes: _Notes) -> Axis:
    """Return the axis of 1r; of a strip transform only ``SI`` of ``FTSIZE`` points are stored.

    Notes
    -----
    A strip is ``STSI`` points from point ``STSR`` on. SW_p may be the whole sweep or the strip's;
    OFFSET may be of the sweep's first point or of the strip's: the transmitter, in the middle of
    the whole sweep, tells.
    """
    sw_hz, sf_mhz, offset_ppm = procs.number("SW_p"), procs.positive("SF"), procs.number("OFFSET")
    axis = checked_axis(procs.path, si, sw_hz, sf_mhz, offset_ppm)
    ftsize, first = _count(procs, "FTSIZE"), _count(procs, "STSR")
    if not (si == _count(procs, "STSI") and si + first <= ftsize and si < ftsize):
        return axis
    whole_hz = acqus.number("SW_h", sw_hz) if acqus else sw_hz
    if abs(sw_hz - whole_hz) > abs(sw_hz - whole_hz * si / ftsize):
        whole_hz = sw_hz * ftsize / si
    point_ppm = whole_hz / ftsize / sf_mhz
    if acqus is not None and "SFO1" in acqus:
        left_ppm = (acqus.number("SFO1") - sf_mhz) / sf_mhz * 1e6 + whole_hz / (2 * sf_mhz)
        if abs(offset_ppm - left_ppm) < abs(offset_ppm - left_ppm + first * point_ppm):
            offset_ppm -= first * point_ppm
    notes.append(f"a strip transform: {si} of {ftsize} points, from point {first} on, are stored")
    return checked_axis(procs.path, si, whole_hz * si / ftsize, sf_mhz, offset_ppm)


def _count(procs: Parameters, key: str) -> int:
    return int(procs.number(key)) if procs.is_number(key) else 0


def _acqus_beside(experiment: Experiment, asked: Asked, notes: _Notes) -> Parameters | None:
    """Return acqus for a processed spectrum, which can do without."""
    path = inside(experiment.folder, "acqus")
    problem = "acqus is missing"
    if path.exists():
        try:
            return read_parameters(path, is_outline=asked.is_outline)
        except FormatError as error:
            problem = f"acqus cannot be read ({error})"
    notes.append(f"{problem}: solvent and pulse program are unknown")
    return None


def _with_stored_imaginary(
    real: NDArray[np.float64], path: Path, dtype: str, notes: _Notes
) -> NDArray[np.complex128]:
    """Return 1r + i 1i; without a usable 1i the imaginary part by Hilbert transform."""
    problem = "1i is missing"
    if path.is_file():
        size, wanted = file_size(path), real.size * np.dtype(dtype).itemsize
        if size == wanted:
            imaginary = decoded(read_exactly(path, real.size, dtype), dtype)
            if _are_alike(real, imaginary):
                return real + 1j * imaginary
            problem = "1i is not of the same size as 1r"
        else:
            problem = f"1i has {size} bytes instead of {wanted}"
    notes.append(f"{problem}: imaginary part by Hilbert transform")
    return with_imaginary(real)


def _are_alike(real: NDArray[np.float64], imaginary: NDArray[np.float64]) -> bool:
    """Tell whether two parts may be of one spectrum: their energies are equal but for baselines."""
    with np.errstate(all="ignore"):
        energies = [float(np.linalg.norm(part - np.median(part))) for part in (real, imaginary)]
    if not np.abs(imaginary).max() <= MAX_INTENSITY or min(energies) == 0:
        return False
    return max(energies) <= MAX_PART_RATIO * min(energies)


def time_points(acqus: Parameters | None, procs: Parameters, si: int) -> float | None:
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
