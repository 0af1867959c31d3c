"""The formats of spectra: a row for each, and the one way to write any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nmrquanv.errors import ExportError
from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.spectra.digits import decimals_for
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.writing import write_whole


@dataclass(frozen=True, slots=True)
class SpectrumExport:
    """What is written of a measurement.

    Parameters
    ----------
    spectrum : Spectrum
        As processed.
    fid : Fid or None
        What it was made of, where that is known.
    recipe : Recipe or None
        How it was made.
    """

    spectrum: Spectrum
    fid: Fid | None = None
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True)
class SpectrumFormat:
    """A format that spectra can be written in.

    Parameters
    ----------
    name : str
        On the command line.
    title : str
        In the window.
    ending : str
        Of files, with its point; empty for a folder.
    loses : str
        What the format has no place for.
    write : function of a path and a SpectrumExport
    """

    name: str
    title: str
    ending: str
    loses: str
    write: Callable[[Path, SpectrumExport], None]


def spectrum_csv(spectrum: Spectrum) -> bytes:
    """Return a spectrum as CSV: ppm, intensity and, where known, the imaginary part.

    Shifts have a hundredth of a point as their last digit, intensities seven digits.
    """
    axis, names = spectrum.axis, ["ppm", "intensity"]
    columns = [axis.all_ppm(), spectrum.trace]
    if spectrum.is_complex:
        names.append("imaginary")
        columns.append(spectrum.data.imag)
    decimals = decimals_for(0.01 * axis.point_ppm)
    form = ",".join([f"%.{decimals}f"] + ["%.7g"] * (len(columns) - 1))
    rows = [form % row for row in zip(*(np.asarray(c).tolist() for c in columns), strict=True)]
    return ("\n".join([",".join(names), *rows]) + "\n").encode("ascii")


def _write_csv(path: Path, export: SpectrumExport) -> None:
    write_whole(path, spectrum_csv(export.spectrum))


def _write_jcamp(path: Path, export: SpectrumExport) -> None:
    write_whole(path, spectrum_jcamp(export.spectrum))


def _write_bruker(path: Path, export: SpectrumExport) -> None:
    spectrum = export.spectrum
    write_bruker(path, export.fid, spectrum, spectrum.sample.title, export.recipe)


SPECTRUM_FORMATS = (
    SpectrumFormat("jcamp", "JCAMP-DX", ".jdx", "the FID and the recipe", _write_jcamp),
    SpectrumFormat(
        "bruker", "Bruker folder", "", "the recipe but for phase and line width", _write_bruker
    ),
    SpectrumFormat("csv", "CSV table", ".csv", "all but ppm and intensity", _write_csv),
)
"""In the order in which they are offered."""


def spectrum_format(name: str) -> SpectrumFormat:
    """Return the format of a name on the command line."""
    return next(row for row in SPECTRUM_FORMATS if row.name == name)


def write_spectrum(path: Path, export: SpectrumExport, form: SpectrumFormat) -> None:
    """Write a spectrum.

    Raises
    ------
    ExportError
        The spectrum lacks what the format must say, or the place cannot be written to.
    """
    try:
        form.write(path, export)
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"cannot write '{path}': {reason}; choose another place") from error
