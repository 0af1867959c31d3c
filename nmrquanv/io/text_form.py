"""What the columns of a text are and how its numbers are written: said by a person, or guessed.

A *form* may leave open whatever is not known; :func:`completed` fills that in as it looks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError
from nmrquanv.io.files import codec_of
from nmrquanv.io.text_table import TextTable, fields, find_table, looks_decimal, rows_of
from nmrquanv.io.text_units import Header, columns_of, imaginary_column, read_header
from nmrquanv.text_words import DELIMITERS, ENCODINGS, ROLES, UNITS

DECIMALS = (".", ",")
THOUSANDS = ("", ".", ",", "'", " ")
MAX_HEADER_LINES = 10_000
MAX_COLUMNS = 64
_LOOKED_AT = 100_000
"""How many rows tell how numbers are written: thousands may stand in the tallest lines alone."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text is read; None leaves it to what the text looks like.

    Parameters
    ----------
    columns : tuple of str
        The role of each column, from the left: see ``ROLES``; further ones are ignored.
    unit : "ppm", "Hz" or "points"
        Of x.
    decimal, thousands : str
        The decimal mark, and what parts thousands ("" for nothing).
    delimiter : str
        What parts columns: a key of ``DELIMITERS``.
    header_lines : int
        How many lines stand above the numbers.
    encoding : str
        A key of ``ENCODINGS``.
    first_ppm, last_ppm : float
        Of the first and the last row, where the unit is points.

    Raises
    ------
    FormatError
        These do not go together.
    """

    columns: tuple[str, ...] | None = None
    unit: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    delimiter: str | None = None
    header_lines: int | None = None
    encoding: str | None = None
    first_ppm: float | None = None
    last_ppm: float | None = None

    def __post_init__(self) -> None:
        allowed: dict[str, tuple[str, ...]] = {
            "unit": UNITS,
            "decimal": DECIMALS,
            "thousands": THOUSANDS,
            "delimiter": tuple(DELIMITERS),
            "encoding": tuple(ENCODINGS),
        }
        for name, words in allowed.items():
            value = getattr(self, name)
            if value is not None and value not in words:
                known = ", ".join(repr(word) for word in words)
                raise FormatError(f"the text's {name} is one of {known}, not {value!r}")
        if self.header_lines is not None and not 0 <= self.header_lines <= MAX_HEADER_LINES:
            raise FormatError(
                f"a text has 0 to {MAX_HEADER_LINES} header lines, not {self.header_lines}"
            )
        if self.columns is not None:
            _check_roles(self.columns)
        if self.decimal is not None and self.decimal == self.thousands:
            raise FormatError(
                f"{self.decimal!r} cannot be the decimal mark and part thousands: choose another"
            )

    def column(self, role: str) -> int | None:
        """Return where the column of a role stands; None where there is none."""
        return self.columns.index(role) if self.columns and role in self.columns else None

    def known(self) -> dict[str, Any]:
        """Return what is not left open, as JSON has it."""
        values = {name: value for name, value in asdict(self).items() if value is not None}
        return values | ({"columns": list(self.columns)} if self.columns is not None else {})


def _check_roles(columns: tuple[str, ...]) -> None:
    wrong = next((role for role in columns if role not in ROLES), None)
    if wrong is not None or not 0 < len(columns) <= MAX_COLUMNS:
        told = f"not {wrong!r}" if wrong is not None else f"1 to {MAX_COLUMNS} of them"
        raise FormatError(f"the text's columns are {', '.join(ROLES)}, {told}")
    for role in ("x", "real", "imaginary"):
        if columns.count(role) > 1:
            raise FormatError(f"only one column of a text can be {role}")
    if "real" not in columns:
        raise FormatError("one column of a text must be real: the intensities")


def encoding_of(raw: bytes) -> str:
    """Return the encoding of a text, a key of ``ENCODINGS``."""
    codec = codec_of(raw)
    return next((name for name, known in ENCODINGS.items() if known == codec), "utf-16")


def lines_of(raw: bytes, encoding: str) -> list[str]:
    """Return the lines of a text; letters that its encoding has not become question marks."""
    found = codec_of(raw)
    is_found = encoding == "utf-16" and found.startswith(encoding)  # with the order of its bytes
    text = raw.decode(found if is_found else ENCODINGS[encoding], errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def table_of(path: Path, lines: list[str], form: TextForm) -> TextTable:
    """Return where the numbers stand, as the form says, or as it looks.

    Raises
    ------
    FormatError
        No row of two numbers was found, and the form does not say where they are.
    """
    said = DELIMITERS[form.delimiter] if form.delimiter is not None else None
    found = find_table(lines if form.header_lines is None else lines[form.header_lines :])
    if form.header_lines is None and found is None:
        raise FormatError(
            f"{path}: no line with two numbers was found: say how many header lines there are, "
            "and what parts the columns"
        )
    first = found.first_line if found is not None else 0
    first = first if form.header_lines is None else form.header_lines
    delimiter = said if form.delimiter is not None or found is None else found.delimiter
    rows = [line for line in lines[first:] if line.strip()]
    if not rows:
        raise FormatError(f"{path}: nothing stands below {first} header lines: choose fewer")
    count = len(fields(rows[0], delimiter))
    head = tuple(line for line in lines[:first] if line.strip())
    named = fields(head[-1].lstrip("#% ").lower(), delimiter) if head else []
    return TextTable(first, delimiter, count, tuple(named) if len(named) == count else (), head)


def completed(path: Path, lines: list[str], form: TextForm) -> tuple[TextForm, TextTable, Header]:
    """Fill in what a form leaves open, as the text looks; the unit only where the text says it.

    Parameters
    ----------
    path : Path
        Named in messages.
    lines : list of str
    form : TextForm
        With its encoding.

    Raises
    ------
    FormatError
        Its columns cannot be told.
    """
    table = table_of(path, lines, form)
    delimiter = next(name for name, mark in DELIMITERS.items() if mark == table.delimiter)
    rows = rows_of(lines, table)
    cells = [fields(row, table.delimiter) for row in rows[:: -(-len(rows) // _LOOKED_AT) or 1]]
    header = read_header(table.head)
    columns, unit = form.columns, form.unit
    if columns is None:
        found = columns_of(path, table, [fields(row, table.delimiter) for row in rows[:8]])
        roles = ["ignore"] * max(table.columns, found.x + 1, found.y + 1)
        roles[found.x], roles[found.y] = "x", "real"
        taken = [i for i, role in enumerate(roles) if role != "ignore"]
        if (imaginary := imaginary_column(table, taken)) is not None:
            roles[imaginary] = "imaginary"
        columns = tuple(roles)
        unit = unit or ("Hz" if header.is_hz else found.unit)
    decimal, thousands = looks_decimal(
        [cell for row in cells for cell in row[: len(columns)]], form.decimal, form.thousands
    )
    if "x" not in columns:
        unit = unit or "points"
    whole = replace(
        form,
        columns=columns,
        unit=unit or None,
        decimal=decimal,
        thousands=thousands,
        delimiter=delimiter,
        header_lines=table.first_line,
    )
    return whole, table, header
