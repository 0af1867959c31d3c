"""Peak lists as an Excel workbook: peaks, integrals, and what is known of spectrum and search."""

from __future__ import annotations

import io
import warnings
from dataclasses import asdict, fields
from typing import Any
from zipfile import BadZipFile

from nmrquanv.guarded_arrays import read_members
from nmrquanv.io.peak_tables import COLUMNS, MAX_PEAKS, PeakExport
from nmrquanv.io.tables.cells import plain, provenance_lines, rounded, rounded_rows
from nmrquanv.io.tables.listed import Listed
from nmrquanv.spectra.facts import SpectrumFacts

_FACTS = ("nucleus", "sf_mhz", "solvent", "title", "points", "sw_hz", "high_ppm", "low_ppm")
_MAX_BYTES, _MAX_COLUMNS = 64 << 20, 64
_INTEGRALS = ("high_ppm", "low_ppm", "area", "nuclei", "label")


def content(export: PeakExport) -> bytes:
    """Return the workbook.

    Texts are written as texts, so that none is run as a formula or turned into a link.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        _fill(book.add_worksheet("Peaks"), COLUMNS, _rows(export), bold)
        if export.integrals:
            rows = [[_value(asdict(i)[n]) for n in _INTEGRALS] for i in export.integrals]
            _fill(book.add_worksheet("Integrals"), _INTEGRALS, rows, bold)
        facts = asdict(export.spectrum)
        told: list[list[Any]] = [[n, _value(facts[n])] for n in _FACTS if facts[n] is not None]
        told += [list(line) for line in provenance_lines(export.peaks, export.spectrum)]
        _fill(book.add_worksheet("Provenance"), ("name", "value"), told, bold)
    return buffer.getvalue()


def read(data: bytes) -> Listed:
    """Return the peaks of a workbook: of the first sheet with the columns ``ppm`` and ``height``.

    Its members are bounded and free of entities before openpyxl sees them; formulas are not
    computed.
    """
    if any(
        b"<!DOCTYPE" in member for member in read_members(data, "the workbook", _MAX_BYTES).values()
    ):
        raise ValueError("its XML declares a document type, which no spreadsheet writes")
    sheets = _sheets(data)
    for lines in sheets.values():
        names = [str(name) for name in lines[0]] if lines else []
        if {"ppm", "height"} <= set(names):
            break
    else:
        raise ValueError("no sheet has columns 'ppm' and 'height'")
    rows = [dict(zip(names, line, strict=False)) for line in lines[1:] if any(line)]
    kept = [{name: row[name] for name in COLUMNS if row.get(name) is not None} for row in rows]
    told = {str(line[0]): line[1] for line in sheets.get("Provenance", [])[1:] if len(line) > 1}
    facts = {f.name: told[f.name] for f in fields(SpectrumFacts) if f.name in _FACTS
             and told.get(f.name) is not None}  # fmt: skip
    return Listed(kept, SpectrumFacts(**facts), str(told.get("finder") or "imported"))


def _sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Return the lines of every sheet, as far as there may be peaks."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return {
                sheet.title: list(
                    sheet.iter_rows(max_row=MAX_PEAKS + 2, max_col=_MAX_COLUMNS, values_only=True)
                )
                for sheet in book.worksheets
            }
    except (InvalidFileException, LookupError, OSError, BadZipFile) as error:
        raise ValueError(f"it is damaged ({error})") from error


def _rows(export: PeakExport) -> list[list[Any]]:
    rows = rounded_rows(export.peaks, export.spectrum)
    return [[_value(row[name]) for name in COLUMNS] for row in rows]


def _value(value: object) -> Any:
    if isinstance(value, str):
        return plain(value)
    return rounded(value) if isinstance(value, float) and value != value else value


def _fill(sheet: Any, names: tuple[str, ...], rows: list[list[Any]], bold: Any) -> None:
    """Write a header that stays in sight, and the rows below it."""
    sheet.write_row(0, 0, names, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
