"""Peak lists as an Excel workbook: peaks, integrals, and what is known of spectrum and search."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

from nmrquanv.io.peak_tables import COLUMNS, PeakExport
from nmrquanv.io.tables.cells import plain, provenance_lines, rounded, rounded_rows

_FACTS = ("nucleus", "sf_mhz", "solvent", "title", "points", "sw_hz", "high_ppm", "low_ppm")
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
