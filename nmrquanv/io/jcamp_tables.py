"""The tables of numbers of JCAMP-DX: each line is looked at, then nmrglue decodes them.

A table of 279 bytes may ask nmrglue 0.12 for 5.8 GB (a count of 99,999,999 equal values), and it
passes over what is no number or warns on standard error. What a table says twice is compared: the
last number of a line of differences, and the X that every line begins with.

References
----------
R. S. McDonald and P. A. Wilks, Appl. Spectrosc. 42 (1988) 151 (forms of tables); A. N. Davies and
P. Lampen, Appl. Spectrosc. 47 (1993) 1093 (NMR).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.files import one_line

_X = r"[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)"
_PLAIN = re.compile(r"[\d.,;eE+\- \t]*\Z", re.ASCII)
_DIGITS = re.compile(
    rf"{_X}[ \t]*(?:[@%A-Ra-r]\d*(?:\.\d*)?[ \t]*(?:[S-Zs]\d{{0,8}}[ \t]*)?)+\Z", re.ASCII
)
_PSEUDO = re.compile(r"[@%A-DF-Za-df-s]")
_DUP = re.compile(r"([S-Zs])(\d*)")
_VALUE = re.compile(r"[@%A-Ra-r]")
_DIGIT = re.compile(r"[@%A-Ra-r]\d*(?:\.\d*)?")
_SQUEEZED, _DIFFERENCES = "@ABCDEFGHIabcdefghi", "%JKLMNOPQRjklmnopqr"
_CHECKED = 1e-6
_PLAIN_VALUE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FIRST_OF_LINE = re.compile(_X)
_MISSING = "?"


def table_numbers(
    path: Path, tables: Mapping[str, str], points: int, factors: Mapping[str, float]
) -> tuple[dict[str, NDArray[np.float64]], tuple[str, ...]]:
    """Return the numbers of tables, decoded by nmrglue, and notes.

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
        A line is none of the known forms, lacks a value, is not where its X says, or the count
        is another.
    """
    from nmrglue.fileio import jcampdx

    found, notes = {}, dict[str, None]()
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
        placed = _placed(lines)
        _require_checks(path, placed, values)
        notes |= dict.fromkeys(_order_notes(path, placed))
        found[symbol] = values * factors.get(symbol, 1.0)
    return found, tuple(notes)


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    """A line and where its numbers stand in the table.

    Parameters
    ----------
    text : str
    x : str
        What it begins with, as written.
    start : int
        Which number of the table it begins with, counted from 0.
    is_check : bool
        It begins with the last number of the line before once more.
    """

    text: str
    x: str
    start: int
    is_check: bool


def _placed(lines: list[str]) -> list[_PlacedLine]:
    """Return lines that are all in one form with their places."""
    is_pseudo = _is_pseudo(lines)
    placed, end, is_dif = [], 0, False
    for line in lines:
        first = (_FIRST_OF_LINE if is_pseudo else _PLAIN_VALUE).search(line)
        end -= is_dif
        placed.append(_PlacedLine(line, first[0] if first else "", end, is_dif))
        if is_pseudo:
            digits = _DIGIT.findall(line)
            end += len(digits) + _repeats(line)
            is_dif = digits[-1][0] in _DIFFERENCES
        else:
            end += max(0, len(_PLAIN_VALUE.findall(line)) - 1)
    return placed


def _is_pseudo(lines: list[str]) -> bool:
    """Tell whether letters stand for the first digits of numbers."""
    return any(_PSEUDO.search(line) for line in lines)


def _repeats(line: str) -> int:
    """Return how many numbers the counts of a line stand for, beside those that are written."""
    return sum(int(str("STUVWXYZs".index(s) + 1) + more) - 1 for s, more in _DUP.findall(line))


def _require_checks(path: Path, lines: list[_PlacedLine], values: NDArray[np.float64]) -> None:
    """Refuse differences of which a line does not begin with the last number before it.

    The standard has that number twice, so that a sign that was lost or changed is found.
    """
    for line in lines:
        if not line.is_check:
            continue
        digit = _DIGIT.findall(line.text)[0]
        if digit[0] not in _SQUEEZED or line.start >= values.size:
            return
        check = _squeezed(digit)
        if abs(values[line.start] - check) > _CHECKED * max(1.0, abs(check)):
            raise FormatError(
                f"{path}: {one_line(line.text)[:40]!r} begins with {check:g}, the line before ends "
                f"with {values[line.start]:g}: the file is damaged: copy it again"
            )


def _order_notes(path: Path, lines: list[_PlacedLine]) -> list[str]:
    """Refuse lines that are not where their X says; return a note where X says nothing.

    Notes
    -----
    The step of X for each number is the median of all lines'. A line is in its place within half
    the numbers of the line before and what the digits of X round away. X of a line of differences
    may be that of its check or of the next number.
    """
    x = np.array([_number(line.x) for line in lines])
    starts = np.array([line.start for line in lines])
    counts, steps = np.diff(starts), np.diff(x)
    full = np.flatnonzero(counts > 0)
    if full.size < 2:
        return []
    step = float(np.median(steps[full] / counts[full]))
    room = np.abs(step) * (0.5 * counts + np.array([line.is_check for line in lines[1:]]))
    off = np.abs(steps - step * counts) > room + _rounded(lines, x, starts, step)
    bad = full[off[full]]
    if step == 0 or not np.isfinite(x).all() or 2 * bad.size > full.size:
        return ["X of its lines goes in no equal steps: swapped or doubled lines would not be seen"]
    if not bad.size:
        return []
    place = int(bad[0]) + 1
    raise FormatError(
        f"{path}: line {place + 1} of a table begins at X = {x[place]:g}, where "
        f"{x[place - 1] + step * counts[place - 1]:.9g} belongs: lines are swapped, doubled or "
        "lost: copy it again or export it anew"
    )


def _number(text: str) -> float:
    return float(text) if text else np.nan


def _rounded(
    lines: list[_PlacedLine], x: NDArray[np.float64], starts: NDArray[np.int64], step: float
) -> NDArray[np.float64]:
    """Return by how much rounding may change each difference of X; 0 where X is exact."""
    parts = [line.x.strip().lower().partition("e") for line in lines]
    ends = [float(e or 0) - len(number.partition(".")[2]) for number, _, e in parts]
    size = np.floor(np.log10(np.maximum(np.abs(x), 1e-300))) + 1
    most_digits = float(np.max(size - ends))
    finest = np.clip(np.maximum(min(ends), size - most_digits), -300, 300)
    quantum = 10.0 ** np.maximum(finest[1:], finest[:-1])
    whole = (x[-1] - x[0]) / max(1, starts[-1] - starts[0])
    is_exact = np.isclose(whole, step, rtol=1e-9, atol=0) & np.isclose(
        step / quantum, np.round(step / quantum), rtol=0, atol=1e-9
    )
    return np.where(is_exact, 0.0, quantum)


def _squeezed(text: str) -> float:
    """Return a number whose first digit, a letter, tells its sign."""
    place = _SQUEEZED.index(text[0])
    digit = place if place < 10 else place - 9
    return float(f"{digit}{text[1:]}") * (1 if place < 10 else -1)


def _checked_lines(path: Path, table: str, points: int) -> list[str]:
    """Return the lines of a table of which all are in one form, and not too many numbers."""
    lines = [line for line in table.split("\n")[1:] if line.strip()]
    is_pseudo = _is_pseudo(lines)
    form = _DIGITS if is_pseudo else _PLAIN
    count, lines_of_dif = 0, 0
    for number, line in enumerate(lines):
        if not form.match(line):
            _refuse_line(path, line, number, form)
        if is_pseudo:
            count += len(_VALUE.findall(line)) + _repeats(line)
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


def _refuse_line(path: Path, line: str, number: int, form: re.Pattern[str]) -> NoReturn:
    """Refuse a line that is in another form, or that has a question mark where a value belongs.

    The standard's ``?`` is a value that was not measured. Zeros would be lines that point down,
    and what lies between the neighbours would be a guess.
    """
    said = f"{path}: {one_line(line)[:40]!r}"
    if _MISSING in line and any(form.match(line.replace(_MISSING, v)) for v in ("@", " 0 ")):
        raise FormatError(
            f"{said}, line {number + 1} of a table, lacks values ('?'), and what stood there is "
            "not known: export the whole spectrum anew, or a region without them"
        )
    raise FormatError(f"{said} is no line of numbers: the file is damaged")
