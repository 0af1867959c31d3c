"""Write spectra and FIDs as Bruker data sets, which TopSpin, nmrglue and this program read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ExportError
from nmrquanv.folders import write_folder
from nmrquanv.io.files import one_line
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import Apodization, Phase, Recipe, ZeroFill
from nmrquanv.spectra.spectrum import Fid, Sample, Spectrum
from nmrquanv.version import __version__

_STORED_BITS = 30
"""Intensities are stored as integers below 2**30: a bit of room below the sign bit."""


def write_bruker(
    folder: Path,
    fid: Fid | None,
    spectrum: Spectrum | None,
    title: str,
    recipe: Recipe | None = None,
) -> Path:
    """Write an EXPNO folder with ``fid`` and/or ``pdata/1``.

    Parameters
    ----------
    folder : Path
        The EXPNO to make, such as ``.../menthol/10``; must not exist. It appears whole or not
        at all.
    fid : Fid or None
        Written in Bruker's convention (conjugated).
    spectrum : Spectrum or None
        Its imaginary part, if any, becomes ``1i``.
    title : str
    recipe : Recipe or None
        Its line broadening, size and phase go into ``procs`` as starting values for the FID.

    Returns
    -------
    Path
        ``folder``.

    Raises
    ------
    ExportError
        There is nothing to write, the folder exists or cannot be written, or the spectrometer
        frequency is unknown.

    Notes
    -----
    32-bit integers times ``2**NC``, NC such that the tallest uses 30 bits: values are kept to
    ``2**-30`` of the tallest. The ppm axes come back to 1e-9 ppm.
    """
    data = fid if fid is not None else spectrum
    if data is None:
        raise ExportError(f"{folder}: neither a FID nor a spectrum was given")
    if not data.axis.has_hz:
        raise ExportError(
            f"{folder}: the spectrometer frequency is unknown, which Bruker files must say: "
            "open the text with its MHz"
        )
    files = _acquisition(fid, data)
    for name, content in _processed(fid, spectrum, recipe).items():
        files[f"pdata/1/{name}"] = content
    files["pdata/1/title"] = f"{title}\n".encode()
    try:
        write_folder(folder, files)
    except FileExistsError as error:
        raise ExportError(
            f"{folder}: exists already, and no folder is replaced: choose another name"
        ) from error
    except OSError as error:
        raise ExportError(
            f"{folder}: cannot be written ({(error.strerror or str(error)).lower()}): "
            "choose another place"
        ) from error
    return folder


def _acquisition(fid: Fid | None, data: Fid | Spectrum) -> dict[str, bytes]:
    """Return acqus, acqu and, where there is one, fid."""
    files: dict[str, bytes] = {}
    nc = 0
    if fid is not None:
        stored = np.empty(2 * fid.data.size)
        stored[0::2], stored[1::2] = fid.data.real, -fid.data.imag
        files, nc = _integers({"fid": stored})
    values = _acqus(data.axis, data.sample, _complex_points(data), nc)
    values |= _digital_filter(fid.group_delay_points if fid is not None else 0.0)
    text = _parameters(values)
    return {**files, "acqus": text, "acqu": text}


def _complex_points(data: Fid | Spectrum) -> int:
    """Return td: of the FID, or as far as a spectrum knows it."""
    if isinstance(data, Fid) or data.time_points is None:
        return data.data.size
    return round(data.time_points)


def _acqus(axis: Axis, sample: Sample, td: int, nc: int) -> dict[str, Any]:
    """Return the acquisition parameters.

    Notes
    -----
    The transmitter is in the middle of the sweep: ``SFO1 = SF (1 + 1e-6 OFFSET) - SW_h/2``.
    """
    sfo1_mhz = axis.sf_mhz * (1 + axis.offset_ppm * 1e-6) - axis.sw_hz * 0.5e-6
    return {
        "AQ_mod": 3,
        "BF1": axis.sf_mhz,
        "BYTORDA": 0,
        "DTYPA": 0,
        "NC": nc,
        "NUC1": f"<{_word(sample.nucleus) or 'off'}>",
        "O1": (sfo1_mhz - axis.sf_mhz) * 1e6,
        "PARMODE": 0,
        "PULPROG": f"<{_word(sample.pulse_program)}>",
        "SFO1": sfo1_mhz,
        "SOLVENT": f"<{_word(sample.solvent)}>",
        "SW": axis.sw_hz / sfo1_mhz,
        "SW_h": axis.sw_hz,
        "TD": 2 * td,
    }


def _digital_filter(delay_points: float) -> dict[str, Any]:
    """Return the parameters that say the group delay; without one, the analog mode."""
    if delay_points > 0:
        return {"DECIM": 1, "DIGMOD": 1, "DSPFVS": 20, "GRPDLY": delay_points}
    return {"DECIM": 1, "DIGMOD": 0, "DSPFVS": 0, "GRPDLY": -1}


def _processed(
    fid: Fid | None, spectrum: Spectrum | None, recipe: Recipe | None
) -> dict[str, bytes]:
    """Return procs, proc and, where there is a spectrum, 1r and 1i."""
    values = _starting_values(recipe)
    files: dict[str, bytes] = {}
    nc = 0
    if spectrum is not None:
        parts = {"1r": spectrum.trace}
        if spectrum.is_complex:
            parts["1i"] = spectrum.data.imag
        files, nc = _integers(parts)
        axis, td = spectrum.axis, _complex_points(spectrum)
        values["SI"] = axis.size
    else:
        assert fid is not None
        axis, td = fid.axis, fid.data.size
        values.setdefault("SI", 1 << (2 * td - 1).bit_length())
    values |= {
        "BYTORDP": 0,
        "DTYPP": 0,
        "NC_proc": nc,
        "OFFSET": axis.offset_ppm,
        "SF": axis.sf_mhz,
        "SW_p": axis.sw_hz,
        "TDeff": 2 * td,
        "XDIM": 0,
    }
    text = _parameters(values)
    return {**files, "procs": text, "proc": text}


def _starting_values(recipe: Recipe | None) -> dict[str, Any]:
    """Return LB, SI, PHC0 and PHC1 of a recipe for FIDs."""
    values: dict[str, Any] = {"LB": 0.0, "PHC0": 0.0, "PHC1": 0.0, "WDW": 1}
    if recipe is None:
        return values
    if (apodization := recipe.active(Apodization)) is not None:
        values |= _window(apodization)
    if (zero_fill := recipe.active(ZeroFill)) is not None:
        values["SI"] = zero_fill.si
    if (phase := recipe.active(Phase)) is not None:
        values["PHC0"] = phase.ph0_deg + (180.0 if phase.is_flipped else 0.0)
        values["PHC1"] = phase.ph1_deg
    return values


def _window(step: Apodization) -> dict[str, Any]:
    """Return a window as Bruker's WDW and its parameters; none for a Gaussian, which has others."""
    match step.shape:
        case "exponential":
            return {"WDW": 1, "LB": step.lb_hz}
        case "sine bell":
            ssb = 180.0 / step.start_deg if step.start_deg > 0 else 0.0
            return {"WDW": 3 if step.power == 1 else 4, "SSB": ssb}
        case "trapezoid":
            return {"WDW": 5, "TM1": step.rise, "TM2": 1.0 - step.fall}
        case "traf":
            return {"WDW": 9, "LB": step.lb_hz}
        case _:
            return {"WDW": 0}


def _integers(parts: Mapping[str, NDArray[np.float64]]) -> tuple[dict[str, bytes], int]:
    """Return arrays as 32-bit integers with one common scale, and its exponent NC."""
    tallest = max(float(np.abs(values).max()) for values in parts.values())
    nc = math.frexp(tallest)[1] - _STORED_BITS if tallest > 0 else 0
    scaled = {name: np.rint(np.ldexp(values, -nc)) for name, values in parts.items()}
    return {name: values.astype("<i4").tobytes() for name, values in scaled.items()}, nc


def _parameters(values: Mapping[str, Any]) -> bytes:
    lines = [
        f"##TITLE= Parameter file, nmrquanv {__version__}",
        "##JCAMPDX= 5.0",
        "##DATATYPE= Parameter Values",
        "##ORIGIN= nmrquanv",
        "##OWNER= nmrquanv",
        *(f"##${key}= {_written(values[key])}" for key in sorted(values)),
        "##END=",
    ]
    return ("\n".join(lines) + "\n").encode()


def _written(value: Any) -> str:
    """Return a number so that it reads back exactly, or a text as it is."""
    return repr(float(value)) if isinstance(value, float) else str(value)


def _word(text: str) -> str:
    """Return a text that can stand between < and >."""
    return one_line(text).translate({ord("<"): "(", ord(">"): ")"})
