"""The formats of peak lists: a row for each, and the one way to write and read any of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

from nmrquanv.errors import ExportError, FormatError, OwnFileError
from nmrquanv.guarded import read_regular
from nmrquanv.io import peak_tables
from nmrquanv.io.peak_tables import PeakExport, peaks_csv, peaks_json
from nmrquanv.io.reading import read
from nmrquanv.io.tables import bruker, jcamp, nmredata, nmrium, nmrpipe, sparky, tsv, xlsx
from nmrquanv.io.tables.listed import Listed
from nmrquanv.spectra.facts import facts_of
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.writing import write_whole


@dataclass(frozen=True, slots=True)
class PeakFormat:
    """A format that peak lists can be written in.

    Parameters
    ----------
    name : str
        On the command line.
    title : str
        In the window.
    ending : str
        Of files, with its point.
    loses : str
        What of a list the format has no place for; empty when nothing.
    content : function of a PeakExport
        Gives the file.
    read : function of bytes, or None
        Takes peaks out of a file; None for formats that are only written, or read elsewhere.
    """

    name: str
    title: str
    ending: str
    loses: str
    content: Callable[[PeakExport], bytes]
    read: Callable[[bytes], Listed] | None = None


FORMATS = (
    PeakFormat("csv", "CSV table", ".csv", "", lambda e: peaks_csv(e).encode("utf-8", "replace")),
    PeakFormat("json", "JSON", ".json", "", lambda e: peaks_json(e).encode("utf-8", "replace")),
    PeakFormat(
        "tsv", "table parted by tabs", ".tsv", "provenance and integrals", tsv.content, tsv.read
    ),
    PeakFormat("xlsx", "Excel workbook", ".xlsx", "the recipe", xlsx.content),
    PeakFormat(
        "bruker",
        "Bruker peaklist.xml",
        ".xml",
        "widths, areas, confidences, integrals and provenance",
        bruker.content,
        bruker.read,
    ),
    PeakFormat(
        "nmrpipe",
        "NMRPipe and DEEP Picker table",
        ".tab",
        "classes, integrals and the recipe",
        nmrpipe.content,
        nmrpipe.read,
    ),
    PeakFormat(
        "sparky",
        "Sparky list",
        ".list",
        "all but label, shift and height",
        sparky.content,
        sparky.read,
    ),
    PeakFormat(
        "jcamp",
        "JCAMP-DX peak tables",
        ".jdx",
        "integrals and the recipe",
        jcamp.content,
        jcamp.read,
    ),
    PeakFormat(
        "nmredata",
        "NMReDATA without structure",
        ".sdf",
        "areas, integrals and the recipe; multiplets are not grouped",
        nmredata.content,
        nmredata.read,
    ),
    PeakFormat(
        "nmrium",
        "NMRium archive with the spectrum",
        ".nmrium.zip",
        "confidences, labels, integrals and the recipe",
        nmrium.content,
        nmrium.read,
    ),
)
"""In the order in which they are offered."""


def format_of(path: Path) -> PeakFormat | None:
    """Return the format that a file's name ends in, or None."""
    name = path.name.lower()
    return next((row for row in FORMATS if name.endswith(row.ending)), None)


def format_named(name: str) -> PeakFormat:
    """Return the format of a name on the command line."""
    return next(row for row in FORMATS if row.name == name)


def write_peaks(
    path: Path, export: PeakExport, form: PeakFormat | None = None, *, replaces_own: bool = False
) -> None:
    """Write a peak list, in the format that its name ends in unless one is given.

    A CSV table gets its sidecar, ``NAME.csv.json``.

    Parameters
    ----------
    replaces_own : bool
        Whether a list that belongs to a data set may be replaced; what was there is kept as
        ``peaklist.xml.bak``, or ``.bak2`` and so on.

    Raises
    ------
    OwnFileError
        The list belongs to a data set, and it may not be replaced.
    ExportError
        No format ends like that, the list lacks what the format needs, or the place cannot be
        written to.
    """
    path = Path(path)
    form = form or format_of(path)
    if form is None:
        endings = ", ".join(row.ending for row in FORMATS)
        raise ExportError(f"cannot write peaks to '{path}': the name must end in one of {endings}")
    if form.name in ("csv", "json"):
        peak_tables.write_peaks(path, export)
        return
    content = form.content(export)
    is_own = is_own_list(path)
    if is_own and not replaces_own:
        raise OwnFileError(
            f"'{path}' is the data set's own peak list, perhaps a person's work: choose another "
            f"place, or agree to replace it (it is then kept as {_spare(path).name})"
        )
    try:
        if is_own:
            write_whole(_spare(path), path.read_bytes())
        write_whole(path, content)
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"cannot write '{path}': {reason}; choose another place") from error


def is_own_list(path: Path) -> bool:
    """Tell whether a file is the peak list that a processed spectrum beside it has already."""
    beside = ("procs", "proc", "1r")
    return (
        path.name.lower() == "peaklist.xml"
        and path.exists()
        and any((path.parent / name).exists() for name in beside)
    )


def _spare(path: Path) -> Path:
    """Return a name beside a file that nothing has yet."""
    names = (path.with_name(f"{path.name}.bak{number or ''}") for number in (0, *range(2, 10_000)))
    return next(name for name in names if not name.exists())


_DAMAGE = (KeyError, TypeError, ValueError, AttributeError, csv.Error, ElementTree.ParseError)
"""What reading a damaged list raises: something is not there, no number, or no such text."""


def read_peaks(path: Path) -> PeakExport:
    """Read a peak list, in the format that its name ends in.

    Of a Bruker list that lies beside its spectrum the half point is taken off; of another one the
    notes say that it stands in.

    Raises
    ------
    FormatError
        The file is missing, damaged, or no peak list of its format.
    """
    path = Path(path)
    form = format_of(path)
    if form is None or form.read is None:
        return peak_tables.read_peaks(path)
    try:
        export = form.read(read_regular(path, peak_tables.MAX_TABLE_BYTES)).export()
    except (FormatError, *_DAMAGE) as error:
        if str(error).startswith(str(path)):
            raise
        reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise FormatError(f"'{path}' is not a peak list ({form.title}): {reason}") from error
    return _on_their_lines(path, export) if form.name == "bruker" else export


def _on_their_lines(path: Path, export: PeakExport) -> PeakExport:
    """Return a Bruker list with its positions on the lines, where the spectrum is at hand."""
    if not (path.parent / "procs").is_file():
        note = "positions stand half a point of the spectrum low: it does not lie beside the list"
        return replace(export, spectrum=replace(export.spectrum, notes=(note,)))
    spectrum = read(path.parent).data
    half = 0.5 * spectrum.axis.point_ppm
    peaks = tuple(replace(peak, ppm=peak.ppm + half) for peak in export.peaks)
    return replace(
        export,
        peaks=replace(export.peaks, peaks=peaks),
        spectrum=facts_of(spectrum) if isinstance(spectrum, Spectrum) else export.spectrum,
    )
