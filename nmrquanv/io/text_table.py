"""Columns of numbers in a text: where they begin, what parts them, how decimals are written.

A *mark* is a point or comma inside a number: the decimal mark, or what groups thousands.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.files import one_line

MAX_HEADER_LINES = 100
"""Rows of words before the numbers that are believable."""

_NUMBER = re.compile(r"[+\-\u2212]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?\Z", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3}|,\d{3})+([.,]\d*)?\Z", re.ASCII)
_DELIMITERS = ("\t", ";", ",", None)
_COMMENTS = ("#", "%", "//")
_BLANK = ' \t,;"'


@dataclass(frozen=True, slots=True)
class TextTable:
    """How the numbers stand in a text.

    Parameters
    ----------
    first_line : int
        Of the numbers, counted from 0.
    delimiter : str or None
        None for any run of blanks.
    columns : int
        In the first row of numbers.
    names : tuple of str
        Of the columns, in small letters; empty when there is no such line.
    head : tuple of str
        The lines above the numbers as written, blank ones left out.
    """

    first_line: int
    delimiter: str | None
    columns: int
    names: tuple[str, ...]
    head: tuple[str, ...]


def find_table(lines: list[str]) -> TextTable | None:
    """Find the first row of at least two numbers, what parts them, and the lines above."""
    head: list[str] = []
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        for delimiter in _DELIMITERS:
            row = fields(line, delimiter)
            if len(row) >= 2 and all(_NUMBER.match(field) for field in row[:2]):
                named = fields(head[-1].lstrip("#% ").lower(), delimiter) if head else []
                is_names = len(named) == len(row) and not any(_NUMBER.match(n) for n in named)
                names = tuple(named) if is_names else ()
                return TextTable(index, delimiter, len(row), names, tuple(head))
        head.append(line)
        if len(head) > MAX_HEADER_LINES:
            return None
    return None


def fields(line: str, delimiter: str | None) -> list[str]:
    """Return the cells of a line; a delimiter inside quotation marks does not count."""
    line = line.strip()
    if '"' in line and delimiter is not None:
        parts = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    else:
        parts = line.split(delimiter)
    cells = [part.strip().strip('"') for part in parts]
    return cells[:-1] if delimiter and cells[-1] == "" else cells


def rows_of(lines: list[str], table: TextTable) -> list[str]:
    """Return the rows of numbers; remarks, blank lines and rows of empty cells are left out."""
    return [
        line
        for line in lines[table.first_line :]
        if line.strip(_BLANK) and not line.lstrip().startswith(_COMMENTS)
    ]


def numbers(
    path: Path, rows: list[str], table: TextTable, columns: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return columns as numbers, shape ``(rows, len(columns))``.

    Raises
    ------
    FormatError
        A cell is no number, or commas and points may mean one thing as well as another.
    """
    try:
        if any('"' in row for row in rows) or (
            table.delimiter != "," and any("," in row for row in rows)
        ):
            values = _with_marks(path, [fields(row, table.delimiter) for row in rows], columns)
        else:
            values = np.loadtxt(
                rows, delimiter=table.delimiter, usecols=columns, ndmin=2, comments=None
            )
    except (ValueError, IndexError, csv.Error) as error:
        reason = _odd_row(rows, table, columns) or one_line(str(error)).split(";")[0][:120]
        raise FormatError(
            f"{path}: not all rows are numbers ({reason}): export ppm and intensity as CSV"
        ) from error
    if not np.isfinite(values).all():
        raise FormatError(f"{path}: some values are not finite numbers: export it again")
    return values


def _odd_row(rows: list[str], table: TextTable, columns: tuple[int, ...]) -> str:
    """Return the first row that holds no numbers where they are wanted; empty for none."""
    for count, row in enumerate(rows, 1):
        try:
            cells = fields(row, table.delimiter)
        except csv.Error:
            cells = []
        if len(cells) <= max(columns) or not all(_NUMBER.match(cells[i]) for i in columns):
            return f"row {count} of {len(rows)}, {one_line(row)[:40]!r}, is none"
    return ""


def looks_decimal(
    cells: list[str], decimal: str | None = None, thousands: str | None = None
) -> tuple[str, str]:
    """Return the decimal mark and what parts thousands, as numbers look; what is given stays."""
    if decimal is None:
        others = [cell.replace(thousands, "") if thousands else cell for cell in cells]
        numeric = {cell for cell in others if _NUMBER.match(cell)}
        try:
            decimal = _decimal_mark(Path(), numeric)
        except FormatError:  # they may mean one thing as well as another
            decimal = "," if thousands == "." else "."
    if thousands is None:
        other = "," if decimal == "." else "."
        found = [cell for cell in cells if other in cell and _NUMBER.match(cell)]
        thousands = other if found and all(_GROUPED.match(cell) for cell in found) else ""
    return decimal, thousands


def numbers_as_said(
    path: Path, lines: list[str], table: TextTable, columns: tuple[int, ...], marks: tuple[str, str]
) -> NDArray[np.float64]:
    """Return columns as numbers, shape ``(rows, len(columns))``, written with marks that are said.

    Parameters
    ----------
    path : Path
        Named in messages.
    lines : list of str
        Of the whole text.
    table : TextTable
    columns : tuple of int
    marks : (str, str)
        The decimal mark, and what parts thousands ("" for nothing).

    Raises
    ------
    FormatError
        A cell is no number in this writing, or a row lacks a column; the line is named.
    """
    decimal, thousands = marks
    if table.delimiter is not None and table.delimiter in marks:
        is_quoted = any('"' in line for line in lines[table.first_line : table.first_line + 8])
        if not is_quoted:
            raise FormatError(
                f"{path}: {table.delimiter!r} cannot part columns and stand in numbers: choose "
                "another separator or another mark"
            )
    rows = rows_of(lines, table)
    if not thousands and not any('"' in row for row in rows):
        plain = rows if decimal == "." else [row.replace(decimal, ".") for row in rows]
        has_points = decimal != "." and any("." in row for row in rows)
        try:
            if not has_points:
                values = np.loadtxt(
                    plain, delimiter=table.delimiter, usecols=columns, ndmin=2, comments=None
                )
                if np.isfinite(values).all():
                    return np.asarray(values, dtype=np.float64)
        except (ValueError, IndexError):
            pass  # said below, with the line
    return _one_by_one(path, lines, table, columns, marks)


def _one_by_one(
    path: Path, lines: list[str], table: TextTable, columns: tuple[int, ...], marks: tuple[str, str]
) -> NDArray[np.float64]:
    """Return columns as numbers, or say which cell is none."""
    decimal, thousands = marks
    number, group = _written(marks)
    told = f"with {decimal!r} as decimal mark and " + (
        f"{thousands!r} parting thousands" if thousands else "no thousands separators"
    )
    found: list[list[float]] = []
    for place, line in enumerate(lines[table.first_line :], table.first_line + 1):
        if not line.strip(_BLANK) or line.lstrip().startswith(_COMMENTS):
            continue
        try:
            cells = fields(line, table.delimiter)
        except csv.Error as error:
            raise FormatError(f"{path}: line {place} has odd quotation marks: {error}") from error
        if len(cells) <= max(columns):
            raise FormatError(
                f"{path}: line {place} has {len(cells)} columns, column {max(columns) + 1} is "
                "asked for: choose another separator, other columns or more header lines"
            )
        row = []
        for column in columns:
            if not number.match(cells[column]):
                raise FormatError(
                    f"{path}: line {place}, column {column + 1}: {one_line(cells[column])[:40]!r} "
                    f"is no number {told}"
                )
            bare = re.sub(group, "", cells[column]) if thousands else cells[column]
            row.append(float(bare.replace(decimal, ".").replace("\u2212", "-")))
        found.append(row)
    values = np.array(found, dtype=np.float64).reshape(len(found), len(columns))
    if not np.isfinite(values).all():
        raise FormatError(f"{path}: some values are not finite numbers: export it again")
    return values


def _written(marks: tuple[str, str]) -> tuple[re.Pattern[str], str]:
    """Return what a number looks like with these marks, and the pattern of what parts thousands."""
    decimal, thousands = marks
    group = r"[ \u00a0\u202f]" if thousands == " " else re.escape(thousands)
    whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if thousands else r"\d+"
    number = re.compile(
        rf"[+\-\u2212]?(?:{whole}(?:{re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+)"
        r"(?:[eE][+-]?\d{1,3})?\Z",
        re.ASCII,
    )
    return number, group


def _with_marks(
    path: Path, cells: list[list[str]], columns: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return columns whose numbers hold commas or quotation marks."""
    texts = [[row[column] for column in columns] for row in cells]
    decimal = _decimal_mark(path, {field for row in texts for field in row})
    group = "," if decimal == "." else "."
    for row in texts:
        for place, field in enumerate(row):
            if group in field and not _GROUPED.match(field):
                raise FormatError(
                    f"{path}: {field[:40]!r} has {group!r} where no thousands end: export it "
                    "without thousands separators"
                )
            row[place] = field.replace(group, "").replace(decimal, ".").replace("\u2212", "-")
    return np.array([[float(field) for field in row] for row in texts])


def _decimal_mark(path: Path, written: set[str]) -> str:
    """Return the decimal mark that all these numbers agree upon.

    Notes
    -----
    Two marks in a number: the last is the decimal one. A mark that occurs twice groups; so may
    one with three digits after it and one to three, not beginning with 0, before it; any other
    is decimal.
    """
    found: dict[str, str] = {}
    undecided = False
    for text in written:
        marks = [c for c in text if c in ",."]
        if not marks:
            continue
        if len(set(marks)) == 2:
            decimal = marks[-1]
        elif len(marks) > 1:
            decimal = "." if marks[0] == "," else ","
        elif _GROUPED.match(text) and not text.lstrip("+-").startswith("0"):
            undecided = undecided or marks[0] == ","
            continue
        else:
            decimal = marks[0]
        found.setdefault(decimal, text)
    if len(found) == 2:
        raise FormatError(
            f"{path}: {found['.'][:40]!r} and {found[','][:40]!r} do not agree on the decimal "
            "mark: export it without thousands separators"
        )
    if not found and undecided:
        raise FormatError(
            f"{path}: the commas may be decimal marks or part thousands: export it with points"
        )
    return next(iter(found), ".")
