"""Peak lists to and from JSON and CSV: one schema, :mod:`nmrquanv.io.peak_schema`.

JSON holds everything, with every digit, for programs. A CSV table has the same fields as columns,
for people, with the digits that mean something, and what is said of the whole
list (spectrum, provenance, integrals) stands in a sidecar ``NAME.csv.json`` of the same schema.
JSON reads back to what was written. Values that are unknown or not finite are written as null
(empty in CSV).
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.guarded import as_type, plain, read_json, read_regular
from nmrquanv.io import peak_schema
from nmrquanv.io.files import codec_of
from nmrquanv.io.placing import Files
from nmrquanv.io.tables.cells import csv_cell, rounded_rows
from nmrquanv.spectra.facts import SpectrumFacts, facts_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance, new_peak_id
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.version import __version__

_OPTIONAL = (*peak_schema.MEASURES, "top_ppm", "parent_ppm")
MAX_TABLE_BYTES, MAX_PEAKS = 32 << 20, 50_000
"""Largest table and most peaks that are read; real lists have a thousand at most."""
COLUMNS = peak_schema.COLUMNS[peak_schema.NEWEST]


@dataclass(frozen=True, slots=True)
class ExportedIntegral:
    """An integral as it is written: limits in ppm, signed area, number of nuclei if calibrated."""

    high_ppm: float
    low_ppm: float
    area: float | None = None
    nuclei: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class PeakExport:
    """All that one export carries.

    Parameters
    ----------
    peaks : PeakList
        With its provenance and sigma; already filtered by the thresholds.
    spectrum : SpectrumFacts
    integrals : tuple of ExportedIntegral
    automatic : PeakList or None
        What the finder said before a person worked on it; None takes the unedited peaks.
    data : Spectrum or None
        The spectrum itself, for formats that hold it.
    multiplets : tuple of Multiplet or None
        Of these peaks, as a document has them; None groups them. JSON and CSV have none of these.
    schema : int
        Version of our schema that JSON and CSV are written in.
    """

    peaks: PeakList
    spectrum: SpectrumFacts = field(default_factory=SpectrumFacts)
    integrals: tuple[ExportedIntegral, ...] = ()
    automatic: PeakList | None = field(default=None, compare=False)
    data: Spectrum | None = field(default=None, compare=False)
    multiplets: tuple[Multiplet, ...] | None = field(default=None, compare=False)
    schema: int = field(default=peak_schema.NEWEST, compare=False)

    def as_written(self) -> PeakExport:
        """Return what the wanted version of the schema holds of it."""
        peaks, notes = peak_schema.fitting(self.peaks, self.schema)
        facts = replace(self.spectrum, notes=(*self.spectrum.notes, *notes))
        return replace(self, peaks=peaks, spectrum=facts)


def peak_export(
    spectrum: Spectrum,
    recipe: Mapping[str, Any] | None,
    peaks: PeakList,
    integrals: Iterable[ExportedIntegral] = (),
) -> PeakExport:
    """Gather what an export of these peaks of this spectrum says.

    Parameters
    ----------
    spectrum : Spectrum
    recipe : dict or None
        ``Recipe.to_dict()`` of the recipe that gave the spectrum.
    peaks : PeakList
        Those to be written.

    Notes
    -----
    Without a known reference frequency (``axis.has_hz`` False) widths and areas, which are in
    Hz, are left out.
    """
    integrals = tuple(integrals)
    if not spectrum.axis.has_hz:
        peaks = peaks.without_hz()
        integrals = tuple(replace(i, area=None) for i in integrals)
    return PeakExport(_versioned(peaks), facts_of(spectrum, recipe), integrals, data=spectrum)


def _versioned(peaks: PeakList) -> PeakList:
    """Return the list with this program's version, where it does not say one."""
    if peaks.provenance.program_version:
        return peaks
    return replace(peaks, provenance=replace(peaks.provenance, program_version=__version__))


def files_of(path: Path, export: PeakExport) -> Files:
    """Return the files of a peak list in JSON, or in CSV with its sidecar, by the path's ending.

    Raises
    ------
    ExportError
        The ending is another one.

    Notes
    -----
    The sidecar has a hash of its table: a computer that stops between the two leaves a pair that
    does not agree, which reading tells.
    """
    match path.suffix.lower():
        case ".json":
            return Files(path, _encoded(peaks_json(export)))
        case ".csv":
            table = _encoded(peaks_csv(export))
            about = {"table": path.name, "table_sha256": sha256(table).hexdigest()}
            told = _facts(export.as_written()) | about
            return Files(path, table, {sidecar_of(path): _encoded(_json(told))})
        case ending:
            raise ExportError(f"cannot write peaks to '{path}': {_ENDINGS}, not '{ending}'")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


_ENDINGS = "the name must end in .json or .csv"


def peaks_json(export: PeakExport) -> str:
    """Return a peak list as JSON text by the schema."""
    export = export.as_written()
    return _json({**_facts(export), "peaks": _rows(export)})


def peaks_csv(export: PeakExport) -> str:
    """Return a peak list as a CSV table: one header row, commas, dot decimals, LF.

    Positions have the digits that mean something, a tenth of their error; the rest has five.
    """
    columns = peak_schema.COLUMNS[export.schema]
    rows = rounded_rows(export.as_written().peaks, export.spectrum)
    lines = [",".join(columns)]
    lines += [",".join(csv_cell(row[name]) for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def read_peaks(path: Path) -> PeakExport:
    """Read what :func:`write_peaks` wrote.

    A CSV table without its sidecar is read too: it needs the columns ``ppm`` and ``height``,
    and nothing is then known of the spectrum.

    Raises
    ------
    FormatError
        The file is missing, damaged, or no peak list.
    """
    path = Path(path)
    try:
        match path.suffix.lower():
            case ".json":
                content = read_json(path, dict[str, Any])
                rows = as_type(content["peaks"], list[dict[str, Any]], "peaks")
                return _export(content, rows)
            case ".csv":
                rows = _read_table(path)
                sidecar = sidecar_of(path)
                if sidecar.exists():
                    content = read_json(sidecar, dict[str, Any])
                    return _with_note(_export(content, rows), path, content.get("table_sha256"))
                return _export(_facts(PeakExport(PeakList())), rows)
    except FormatError as error:
        named = "" if str(error).startswith(str(path)) else f"{path}: "
        raise FormatError(f"cannot read a peak list: {named}{error}") from error
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise FormatError(f"'{path}' is not a peak list of nmrquanv: {reason}") from error
    raise FormatError(f"cannot read peaks from '{path}': {_ENDINGS}")


def _with_note(export: PeakExport, path: Path, digest: Any) -> PeakExport:
    """Return a list, with a note where its table is not the one that the sidecar goes with."""
    if digest in (None, sha256(read_regular(path, MAX_TABLE_BYTES)).hexdigest()):
        return export
    note = f"{path.name} was changed after {sidecar_of(path).name}, which tells where it came from"
    return replace(export, spectrum=replace(export.spectrum, notes=(*export.spectrum.notes, note)))


def sidecar_of(path: Path) -> Path:
    """Return where what is said of a whole table stands, beside it."""
    return path.with_name(path.name + ".json")


def _facts(export: PeakExport) -> dict[str, Any]:
    """Return the schema's object without its peaks."""
    provenance = export.peaks.provenance
    spectrum = {f.name: getattr(export.spectrum, f.name) for f in fields(SpectrumFacts)}
    return {
        "schema": f"{peak_schema.NAME}{export.schema}",
        "spectrum": {**spectrum, "sigma": export.peaks.sigma},
        "provenance": peak_schema.provenance_values(asdict(provenance), export.schema),
        "integrals": [asdict(integral) for integral in export.integrals],
    }


def _rows(export: PeakExport) -> list[dict[str, Any]]:
    """Return the peaks by the schema, highest ppm first."""
    names = peak_schema.COLUMNS[export.schema]
    return [
        {name: _finite(row[name]) if isinstance(row[name], float) else row[name] for name in names}
        for row in export.peaks.to_records(export.spectrum.sf_mhz)
    ]


def peak_of(row: Mapping[str, Any]) -> Peak:
    """Return the peak of one row; a FormatError names what is wrong with it."""
    values = {
        "ppm": float(row["ppm"]),
        "height": float(row["height"]),
        **{name: _number(row.get(name)) for name in _OPTIONAL},
        "kind": row.get("kind") or "line",
        "least_lines": int(row.get("least_lines") or 1),
        "finder": row.get("finder") or "user",
        "source": row.get("source") or "model",
        "is_confirmed": row.get("confirmed") or False,
        "peak_class": row.get("class") or "signal",
        "label": row.get("label") or "",
        "id": row.get("id") or new_peak_id(),
    }
    return as_type(values, Peak, "a peak")


def _export(content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> PeakExport:
    peak_schema.version_of(content["schema"])
    if len(rows) > MAX_PEAKS:
        raise ValueError(f"it has {len(rows)} peaks, at most {MAX_PEAKS} are read")
    facts = as_type(content["spectrum"], dict[str, Any], "spectrum")
    sigma = as_type(facts.pop("sigma"), float | None, "sigma")  # type: ignore[arg-type]
    return PeakExport(
        PeakList(
            tuple(map(peak_of, rows)),
            as_type(content["provenance"], Provenance, "provenance", exact=True),
            sigma,
        ),
        as_type(facts, SpectrumFacts, "spectrum", exact=True),
        as_type(content["integrals"], tuple[ExportedIntegral, ...], "integrals", exact=True),
    )


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(plain(content), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _number(value: str | float | None) -> float | None:
    return None if value is None or value == "" else _finite(float(value))


def _read_table(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a CSV table, its text cells without the shielding apostrophe."""
    raw = read_regular(path, MAX_TABLE_BYTES)
    text = raw.decode(codec_of(raw))  # with the line ends that cells may have in them
    table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, Any]] = list(islice(table, MAX_PEAKS + 1))
    if not {"ppm", "height"} <= set(table.fieldnames or ()):
        raise ValueError("its header names no columns 'ppm' and 'height'")
    for row in rows:
        for name in ("id", *peak_schema.TEXTS):
            row[name] = (row.get(name) or "").removeprefix("'")
        row["confirmed"] = (row.get("confirmed") or "").lower() == "true"
    return rows
