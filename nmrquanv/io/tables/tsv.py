"""Peak lists as tables parted by tabs, to be pasted into a spreadsheet."""

from __future__ import annotations

from nmrquanv.io.peak_tables import COLUMNS, PeakExport
from nmrquanv.io.tables.cells import plain, rounded_rows, shielded


def content(export: PeakExport) -> bytes:
    """Return the columns of the CSV table, parted by tabs, in UTF-8."""
    rows = rounded_rows(export.peaks, export.spectrum)
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(_cell(row[name]) for name in COLUMNS) for row in rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return shielded(plain(value)) if isinstance(value, str) else repr(value)
