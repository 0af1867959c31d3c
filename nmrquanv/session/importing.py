"""A peak list of elsewhere as a layer of a document: TopSpin's, another program's, or our own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_integrals import read_regions
from nmrquanv.io.files import inside
from nmrquanv.io.format_files import DATA_FILES, may_be_data
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.formats import FORMATS, read_peaks
from nmrquanv.io.tables.plain import read_columns
from nmrquanv.io.text_form import TextForm
from nmrquanv.io.text_guess import Guess
from nmrquanv.numbers import fixed
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.snapping import floors_of, measured
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.spectra.floor_at import TraceFloors

MAX_NUCLEI = 1000.0
"""A larger value of an integral counts no nuclei: it was never calibrated."""

READABLE = tuple(ending for form in FORMATS if form.is_read for ending in form.endings)
"""Endings of the lists that can be imported."""

LISTS_ALONE = tuple(
    ending
    for ending in READABLE
    if not may_be_data(f"list{ending}") and ending not in (*DATA_FILES["text"], ".json")
)
"""Those that no spectrum has."""

HELD = tuple(
    ending for ending in READABLE if ending not in (*LISTS_ALONE, *DATA_FILES["text"], ".json")
)
"""Those of files that hold a spectrum and its peaks."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gives.

    Parameters
    ----------
    name : str
        Of the layer: the file's.
    peaks : PeakList
    left_out : int
        Peaks that lie outside the spectrum.
    notes : tuple of str
        What the user should know of the list.
    """

    name: str
    peaks: PeakList
    left_out: int
    notes: tuple[str, ...] = ()


def imported_columns(
    known: Guess, form: TextForm, sf_mhz: float | None, spectrum: Spectrum
) -> Imported:
    """Take positions out of the columns of a text; see :func:`imported`."""
    path = Path(known.path)
    mhz = sf_mhz or (spectrum.axis.sf_mhz if spectrum.axis.has_hz else None)
    return layer_in(spectrum, read_columns(path, known.raw, form, mhz), path)


def imported(path: Path, spectrum: Spectrum) -> Imported:
    """Read a peak list and measure its positions in a spectrum.

    Positions, labels, classes and confidences are the file's; heights and widths are those of the
    trace, since other programs count them in units of their own.

    Raises
    ------
    FormatError
        The file is no peak list, or none of its peaks lies in the spectrum.
    """
    return layer_in(spectrum, read_peaks(path), path)


def held_peaks(path: Path, spectrum: Spectrum) -> Imported | None:
    """Return the peaks that a spectrum's own file holds beside it; None where it holds none."""
    try:
        found = imported(path, spectrum)
    except FormatError:
        return None
    return found if len(found.peaks) else None


def layer_in(spectrum: Spectrum, export: PeakExport, path: Path, by_ppm: float = 0.0) -> Imported:
    """Measure a list's positions in a spectrum; see :func:`imported`.

    Parameters
    ----------
    by_ppm : float, ppm
        Added to the positions, for a spectrum that was referenced otherwise.
    """
    if by_ppm:
        moved = tuple(peak.shifted(by_ppm) for peak in export.peaks)
        export = replace(export, peaks=replace(export.peaks, peaks=moved))
    high, low = spectrum.axis.limits_ppm
    inside = [peak for peak in export.peaks if low <= peak.ppm <= high]
    if len(export.peaks) and not inside:
        raise FormatError(
            f"'{path}': none of its {len(export.peaks)} peaks lies between {fixed(high, 2)} "
            f"and {fixed(low, 2)} ppm, where the spectrum is: choose the list of this spectrum"
        )
    floors = floors_of(spectrum)
    peaks = tuple(_seen(peak, spectrum, path.name, floors) for peak in inside)
    known = export.peaks.provenance
    settings = {**known.settings, "file": str(path), "finder": known.finder}
    provenance = replace(known, finder=path.name, settings=settings)
    listed = PeakList(peaks, provenance, spectrum.noise.sigma)
    return Imported(path.name, listed, len(export.peaks) - len(inside), export.spectrum.notes)


@dataclass(frozen=True, slots=True)
class ImportedIntegrals:
    """Integrals of another program, the number of those outside the spectrum, and what to know."""

    integrals: tuple[Integral, ...]
    left_out: int
    notes: tuple[str, ...] = ()


def imported_integrals(path: Path, spectrum: Spectrum) -> ImportedIntegrals:
    """Read TopSpin's list of integrals for a spectrum.

    Their areas are those of the trace. Where the list has values, the largest of them is the number
    of nuclei of its region, and the others follow from their areas.

    Raises
    ------
    FormatError
        The file is no such list, or none of its regions lies in the spectrum.
    """
    regions = read_regions(path)
    high, low = spectrum.axis.limits_ppm
    inside = [one for one in regions if low <= one.low_ppm and one.high_ppm <= high]
    if not inside:
        raise FormatError(
            f"'{path}': none of its {len(regions)} integrals lies between {fixed(high, 2)} and "
            f"{fixed(low, 2)} ppm, where the spectrum is: choose the list of this spectrum"
        )
    values = [one.value or 0.0 for one in inside]
    largest = max(values)
    reference = values.index(largest) if 0 < largest <= MAX_NUCLEI else None
    integrals = tuple(
        Integral(one.high_ppm, one.low_ppm, one.value if number == reference else None)
        for number, one in enumerate(inside)
    )
    notes = () if reference is None else (f"the largest is set to {fixed(largest, 2)}",)
    return ImportedIntegrals(integrals, len(regions) - len(inside), notes)


def _seen(peak: Peak, spectrum: Spectrum, finder: str, floors: TraceFloors) -> Peak:
    """Return a peak with what the trace says of its place."""
    there = measured(spectrum, peak.ppm, spectrum.noise, floors=floors)
    has_hz = spectrum.axis.has_hz
    return replace(
        peak,
        height=there.height,
        snr=there.snr,
        fwhm_hz=there.fwhm_hz if has_hz else None,
        area=there.area if has_hz else None,
        finder=finder,
        source="model",
        is_confirmed=False,
    )


def folder_of_lists(path: Path) -> Path:
    """Return the folder of a data set that has a peak list, or the data set's own."""
    folder = path if path.is_dir() else path.parent
    lists = (("peaklist.xml",), ("pdata", "1", "peaklist.xml"), ("pdata", "1", "intrng"))
    found = (inside(folder, *names) for names in lists)
    return next((one.parent for one in found if one.is_file()), folder)
