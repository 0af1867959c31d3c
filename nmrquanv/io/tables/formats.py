"""The formats of peak lists: a row for each, and the one way to write any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import ExportError
from nmrquanv.io import peak_tables
from nmrquanv.io.peak_tables import PeakExport, peaks_csv, peaks_json
from nmrquanv.io.tables import bruker, jcamp, nmredata, nmrium, nmrpipe, sparky, tsv, xlsx
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
    """

    name: str
    title: str
    ending: str
    loses: str
    content: Callable[[PeakExport], bytes]


FORMATS = (
    PeakFormat("csv", "CSV table", ".csv", "", lambda e: peaks_csv(e).encode("utf-8", "replace")),
    PeakFormat("json", "JSON", ".json", "", lambda e: peaks_json(e).encode("utf-8", "replace")),
    PeakFormat("tsv", "table parted by tabs", ".tsv", "provenance and integrals", tsv.content),
    PeakFormat("xlsx", "Excel workbook", ".xlsx", "the recipe", xlsx.content),
    PeakFormat(
        "bruker",
        "Bruker peaklist.xml",
        ".xml",
        "widths, areas, confidences, integrals and provenance",
        bruker.content,
    ),
    PeakFormat(
        "nmrpipe",
        "NMRPipe and DEEP Picker table",
        ".tab",
        "classes, integrals and the recipe",
        nmrpipe.content,
    ),
    PeakFormat("sparky", "Sparky list", ".list", "all but label, shift and height", sparky.content),
    PeakFormat("jcamp", "JCAMP-DX peak tables", ".jdx", "integrals and the recipe", jcamp.content),
    PeakFormat(
        "nmredata",
        "NMReDATA without structure",
        ".sdf",
        "areas, integrals and the recipe; multiplets are not grouped",
        nmredata.content,
    ),
    PeakFormat(
        "nmrium",
        "NMRium archive with the spectrum",
        ".nmrium.zip",
        "confidences, labels, integrals and the recipe",
        nmrium.content,
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


def write_peaks(path: Path, export: PeakExport, form: PeakFormat | None = None) -> None:
    """Write a peak list, in the format that its name ends in unless one is given.

    A CSV table gets its sidecar, ``NAME.csv.json``.

    Raises
    ------
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
    try:
        write_whole(path, content)
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"cannot write '{path}': {reason}; choose another place") from error
