"""The formats of spectra: a row for each, and the one way to write any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nmrquanv.guarded import require_readable
from nmrquanv.io.files import MAX_TEXT_BYTES
from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.io.placing import Files, Placing, place
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.spectra.digits import decimals_for
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum


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
    content : function of a SpectrumExport, or None
        Gives the content of the file; None for a folder.
    """

    name: str
    title: str
    ending: str
    loses: str
    content: Callable[[SpectrumExport], bytes] | None


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


def _csv(export: SpectrumExport) -> bytes:
    return spectrum_csv(export.spectrum)


def _jcamp(export: SpectrumExport) -> bytes:
    return spectrum_jcamp(export.spectrum, export.recipe)


SPECTRUM_FORMATS = (
    SpectrumFormat("jcamp", "JCAMP-DX", ".jdx", "the FID", _jcamp),
    SpectrumFormat("bruker", "Bruker folder", "", "the recipe but for phase and line width", None),
    SpectrumFormat("csv", "CSV table", ".csv", "all but ppm and intensity", _csv),
)
"""In the order in which they are offered."""


def spectrum_format(name: str) -> SpectrumFormat:
    """Return the format of a name on the command line."""
    return next(row for row in SPECTRUM_FORMATS if row.name == name)


def write_spectrum(
    path: Path, export: SpectrumExport, form: SpectrumFormat, *, is_forced: bool = False
) -> None:
    """Write a spectrum.

    Raises
    ------
    OverwriteError
        Files stand there that nobody may have meant to replace; ``is_forced`` replaces them.
    ExportError
        The spectrum lacks what the format must say, the place cannot be written to, or the file
        would be too large to be read again.
    """
    spectrum = export.spectrum
    if form.content is None:
        write_bruker(path, export.fid, spectrum, spectrum.sample.title, export.recipe)
        return
    content = form.content(export)
    advice = "zero-fill less, or write a Bruker folder"
    require_readable(len(content), MAX_TEXT_BYTES, f"not written: '{path}'", advice)
    place(Files(path, content), Placing(spectrum.source.path, is_forced))
