"""The blocks and labels of JCAMP-DX, and its tables of numbers.

Labels are found here: nmrglue reads files by name and joins all blocks into one dictionary. The
tables are decoded by nmrglue, after a look at every line of them: a table of 279 bytes may ask
nmrglue 0.12 for 5.8 GB (a count of 99,999,999 equal values), and it passes over what is no number
or warns on standard error.

References
----------
R. S. McDonald and P. A. Wilks, Appl. Spectrosc. 42 (1988) 151 (forms of tables); A. N. Davies and
P. Lampen, Appl. Spectrosc. 47 (1993) 1093 (NMR).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.files import MAX_TEXT_BYTES, decode, one_line, read_whole

MAX_POINTS = 1 << 24
"""Of one table: four times the largest spectra."""

MAX_BLOCKS = 200

_LABEL = re.compile(r"^[ \t]*##([^=\n]*)=", re.MULTILINE)
_COMMENT = re.compile(r"\$\$.*")
_X = r"[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)"
_PLAIN = re.compile(r"[\d.,;eE+\- \t]*\Z", re.ASCII)
_DIGITS = re.compile(
    rf"{_X}[ \t]*(?:[@%A-Ra-r]\d*\.?\d*[ \t]*(?:[S-Zs]\d{{0,8}}[ \t]*)?)+\Z", re.ASCII
)
_PSEUDO = re.compile(r"[@%A-DF-Za-df-s]")
_DUP = re.compile(r"([S-Zs])(\d*)")
_VALUE = re.compile(r"[@%A-Ra-r]")
_DIGIT = re.compile(r"[@%A-Ra-r]\d*\.?\d*")
_SQUEEZED, _DIFFERENCES = "@ABCDEFGHIabcdefghi", "%JKLMNOPQRjklmnopqr"
_CHECKED = 1e-6
_PLAIN_VALUE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(slots=True)
class Block:
    """One block, from ``##TITLE`` to ``##END``.

    Parameters
    ----------
    labels : mapping
        Label in capitals without blanks, dashes, slashes and underlines; values as written.
    private : mapping
        Bruker's parameters: the label after ``$`` as written, and its value.
    """

    labels: dict[str, list[str]] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)

    def text(self, label: str) -> str:
        """Return the first value of a label as one line; empty when it is missing."""
        return one_line(self.labels.get(label, [""])[0])

    @property
    def kind(self) -> str:
        """The data type, such as ``NMR SPECTRUM``, in capitals."""
        return self.text("DATATYPE").upper()

    def number(self, label: str) -> float | None:
        """Return a label's value as a finite number, else None."""
        return finite(self.text(label))

    def column(self, label: str) -> dict[str, str]:
        """Return a comma-separated value of NTUPLES by the symbols of its columns."""
        names = [name.strip().upper() for name in self.text("SYMBOL").split(",")]
        values = [value.strip() for value in self.text(label).split(",")]
        return dict(zip(names, values, strict=False))


def finite(text: str) -> float | None:
    """Return a text as a finite number, else None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def read_blocks(path: Path) -> tuple[bytes, list[Block]]:
    """Return a file's bytes and its blocks, in the order in which they begin.

    Raises
    ------
    FormatError
        It is too large, or holds no blocks or too many.
    """
    raw = read_whole(path, MAX_TEXT_BYTES)
    text = _COMMENT.sub("", decode(raw))
    blocks: list[Block] = []
    open_blocks: list[Block] = []
    places = list(_LABEL.finditer(text))
    for number, found in enumerate(places):
        label = _normal(found[1])
        end = places[number + 1].start() if number + 1 < len(places) else len(text)
        value = text[found.end() : end]
        if label == "TITLE":
            open_blocks.append(Block())
            blocks.append(open_blocks[-1])
        if len(blocks) > MAX_BLOCKS:
            raise FormatError(f"{path}: more than {MAX_BLOCKS} blocks: the file is damaged")
        if not open_blocks:
            continue
        if label == "END":
            open_blocks.pop()
        elif label.startswith("$"):
            open_blocks[-1].private.setdefault(found[1].strip()[1:], value.strip())
        else:
            open_blocks[-1].labels.setdefault(label, []).append(value.strip())
    if not blocks:
        raise FormatError(f"{path}: holds no block of JCAMP-DX: the file is damaged")
    return raw, blocks


def _normal(label: str) -> str:
    return re.sub(r"[ \t\-/_]", "", label).upper()


def table_numbers(
    path: Path, tables: Mapping[str, str], points: int, factors: Mapping[str, float]
) -> dict[str, NDArray[np.float64]]:
    """Return the numbers of tables, decoded by nmrglue.

    Parameters
    ----------
    tables : mapping
        By symbol, ``"R"`` and perhaps ``"I"``: the form in the first line, then the lines.
    points : int
        How many numbers each table must give.
    factors : mapping
        By symbol: what the numbers are multiplied by.

    Raises
    ------
    FormatError
        A line is none of the known forms, or the count is another.
    """
    from nmrglue.fileio import jcampdx

    found = {}
    for symbol, table in tables.items():
        lines = _checked_lines(path, table, points)
        dictionary = {"XYDATA": ["\n".join(["(X++(Y..Y))", *lines])]}
        try:
            numbers = jcampdx.getdataarray(dictionary)
        except (ValueError, IndexError, TypeError, AttributeError, OverflowError) as error:
            raise FormatError(
                f"{path}: a table of numbers is damaged ({one_line(str(error))[:80]})"
            ) from error
        size = 0 if numbers is None else len(numbers)
        if size != points:
            raise FormatError(
                f"{path}: the table holds {size} numbers instead of {points}: the file is cut or "
                "damaged: copy it again"
            )
        values = np.asarray(numbers, dtype=np.float64)
        _require_checks(path, lines, values)
        found[symbol] = values * factors.get(symbol, 1.0)
    return found


def _require_checks(path: Path, lines: list[str], values: NDArray[np.float64]) -> None:
    """Refuse differences of which a line does not begin with the last number before it.

    The standard has that number twice, so that a sign that was lost or changed is found.
    """
    end, is_dif = 0, False
    for line in lines:
        digits = _DIGIT.findall(line)
        if not digits:
            return
        if is_dif:
            end -= 1
            if digits[0][0] not in _SQUEEZED or end >= values.size:
                return
            check = _squeezed(digits[0])
            if abs(values[end] - check) > _CHECKED * max(1.0, abs(check)):
                raise FormatError(
                    f"{path}: {one_line(line)[:40]!r} begins with {check:g}, the line before ends "
                    f"with {values[end]:g}: the file is damaged: copy it again"
                )
        end += len(digits)
        for digit, more in _DUP.findall(line):
            end += int(str("STUVWXYZs".index(digit) + 1) + more) - 1
        is_dif = digits[-1][0] in _DIFFERENCES


def _squeezed(text: str) -> float:
    """Return a number whose first digit, a letter, tells its sign."""
    place = _SQUEEZED.index(text[0])
    digit = place if place < 10 else place - 9
    return float(f"{digit}{text[1:]}") * (1 if place < 10 else -1)


def _checked_lines(path: Path, table: str, points: int) -> list[str]:
    """Return the lines of a table of which all are in one form, and not too many numbers."""
    lines = [line for line in table.split("\n")[1:] if line.strip()]
    is_pseudo = any(_PSEUDO.search(line) for line in lines)
    form = _DIGITS if is_pseudo else _PLAIN
    count, lines_of_dif = 0, 0
    for line in lines:
        if not form.match(line):
            raise FormatError(
                f"{path}: {one_line(line)[:40]!r} is no line of numbers: the file is damaged"
            )
        if is_pseudo:
            count += len(_VALUE.findall(line))
            for digit, more in _DUP.findall(line):
                count += int(str("STUVWXYZs".index(digit) + 1) + more) - 1
            lines_of_dif += 1
        else:
            count += max(0, len(_PLAIN_VALUE.findall(line)) - 1)
        if count > points + lines_of_dif:
            break
    if count > points + lines_of_dif or not lines:
        raise FormatError(
            f"{path}: a table of {len(lines)} lines claims more than the {points} numbers that the "
            "file says: it is damaged"
        )
    if is_pseudo and not re.match(rf"{_X}[ \t]*[@A-Ia-i]", lines[0], re.ASCII):
        raise FormatError(f"{path}: a table begins with a difference: the file is damaged")
    return lines
