"""The formats of peak lists: a row for each, and the one way to write and read any of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.guarded import MAX_JSON_BYTES, read_regular, require_readable
from nmrquanv.io import peak_tables
from nmrquanv.io.files import inside
from nmrquanv.io.peak_tables import PeakExport, peaks_csv, peaks_json
from nmrquanv.io.placing import Files, Placing, place
from nmrquanv.io.reading import read
from nmrquanv.io.tables import bruker, jcamp, journal, nmredata, nmrium, nmrpipe, sparky, tsv, xlsx
from nmrquanv.io.tables.listed import Listed
from nmrquanv.spectra.facts import facts_of
from nmrquanv.spectra.spectrum import Spectrum

OWN_FORMS = ("csv", "json")
"""Names of those that are of our own schema, with its versions."""


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
    has_integrals : bool
        Whether integrals are written too.
    also : str
        Another ending, of files that are read but not written; empty for none.
    """

    name: str
    title: str
    ending: str
    loses: str
    content: Callable[[PeakExport], bytes]
    read: Callable[[bytes], Listed] | None = None
    has_integrals: bool = False
    also: str = ""

    @property
    def endings(self) -> tuple[str, ...]:
        """All endings of files that are read, the one that is written first."""
        return (self.ending, self.also) if self.also else (self.ending,)

    @property
    def is_read(self) -> bool:
        """Whether :func:`read_peaks` reads it; our own two forms have their reader elsewhere."""
        return self.read is not None or self.name in OWN_FORMS


def _csv(export: PeakExport) -> bytes:
    return peaks_csv(export).encode("utf-8", "replace")


def _json(export: PeakExport) -> bytes:
    return peaks_json(export).encode("utf-8", "replace")


FORMATS = (
    PeakFormat("csv", "CSV table", ".csv", "meaningless digits", _csv, has_integrals=True),
    PeakFormat("json", "JSON", ".json", "", _json, has_integrals=True),
    PeakFormat(
        "tsv", "table parted by tabs", ".tsv", "provenance and integrals", tsv.content, tsv.read
    ),
    PeakFormat("xlsx", "Excel workbook", ".xlsx", "", xlsx.content, xlsx.read, has_integrals=True),
    PeakFormat(
        "bruker",
        "Bruker peaklist.xml",
        ".xml",
        "widths, areas, confidences, numbers of lines, parents, integrals and provenance",
        bruker.content,
        bruker.read,
    ),
    PeakFormat(
        "nmrpipe",
        "NMRPipe and DEEP Picker table",
        ".tab",
        "classes, kinds, errors, S/N, integrals and the recipe",
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
        "",
        jcamp.content,
        jcamp.read,
        has_integrals=True,
    ),
    PeakFormat(
        "nmredata",
        "NMReDATA without structure",
        ".sdf",
        "areas, labels, classes and kinds but as comments, places of parents, and integrals but "
        "for numbers of nuclei",
        nmredata.content,
        nmredata.read,
    ),
    PeakFormat(
        "journal",
        "text for a journal",
        ".txt",
        "all but shifts, patterns, couplings and numbers of nuclei",
        journal.content,
        has_integrals=True,
    ),
    PeakFormat(
        "nmrium",
        "NMRium archive with the spectrum",
        ".nmrium.zip",
        "confidences, labels, kinds and integrals",
        nmrium.content,
        nmrium.read,
        also=".nmrium",
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
    path: Path, export: PeakExport, form: PeakFormat | None = None, *, is_forced: bool = False
) -> None:
    """Write a peak list, in the format that its name ends in unless one is given.

    A CSV table gets its sidecar, ``NAME.csv.json``.

    Parameters
    ----------
    is_forced : bool
        Replace whatever stands there; a data set's own files are kept, see
        :func:`~nmrquanv.io.placing.place`.

    Raises
    ------
    OverwriteError
        Files stand there that nobody may have meant to replace.
    ExportError
        No format ends like that, the list lacks what the format needs, or the place cannot be
        written to.
    """
    files = files_of(Path(path), export, form)
    place(files, Placing(export.spectrum.path or "", is_forced))


def files_of(path: Path, export: PeakExport, form: PeakFormat | None = None) -> Files:
    """Return what :func:`write_peaks` writes.

    Raises
    ------
    ExportError
        No format ends like that, the list lacks what the format needs, or it is so long that it
        could not be read again.
    """
    form = form or format_of(path)
    if form is None:
        endings = ", ".join(row.ending for row in FORMATS)
        raise ExportError(f"cannot write peaks to '{path}': the name must end in one of {endings}")
    most = peak_tables.MAX_PEAKS
    if form.is_read and len(export.peaks) > most:
        raise ExportError(
            f"not written: '{path}' would have {len(export.peaks)} peaks, and of a list no more "
            f"than {most} are read again: {_FEWER}"
        )
    is_own = form.name in OWN_FORMS
    files = peak_tables.files_of(path, export) if is_own else Files(path, form.content(export))
    if form.is_read:
        _require_readable(files)
    return files


_FEWER = "raise the thresholds, so that fewer peaks are left"


def _require_readable(files: Files) -> None:
    """Refuse a list that could not be read again."""
    for path, content in ((files.path, files.content), *files.beside.items()):
        is_json = path.suffix.lower() == ".json"
        limit = MAX_JSON_BYTES if is_json else peak_tables.MAX_TABLE_BYTES
        advice = f"{_FEWER}, or choose another format such as CSV"
        require_readable(len(content), limit, f"not written: '{path}'", advice)


_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, csv.Error, ElementTree.ParseError)
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
    name = path.name.lower()
    form = next((row for row in FORMATS if name.endswith(row.endings)), None)
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
    if not inside(path.parent, "procs").is_file():
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
