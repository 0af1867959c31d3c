"""Peak lists as tables parted by tabs, to be pasted into a spreadsheet."""

from __future__ import annotations

import csv
import io

from nmrquanv.io.files import codec_of
from nmrquanv.io.peak_tables import COLUMNS, PeakExport
from nmrquanv.io.tables.cells import plain, rounded_rows, shielded
from nmrquanv.io.tables.listed import Listed


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


def read(data: bytes) -> Listed:
    """Return the rows of a table; it needs the columns ``ppm`` and ``height``."""
    table = csv.DictReader(io.StringIO(data.decode(codec_of(data)), newline=""), delimiter="\t")
    rows = [{name: _plain_cell(row.get(name)) for name in COLUMNS} for row in table]
    if not {"ppm", "height"} <= set(table.fieldnames or ()):
        raise ValueError("its header names no columns 'ppm' and 'height'")
    return Listed([{**row, "confirmed": row["confirmed"] == "true"} for row in rows])


def _plain_cell(text: str | None) -> str:
    return (text or "").removeprefix("'")
