"""Varian/Agilent's parameter file ``procpar``."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.files import MAX_PARAMETER_BYTES, one_line, read_text

_STRING_TYPE = 2

_UNITS = {"3": "s", "6": "µs"}
"""By the subtype of a parameter: delays and pulses; frequencies are in Hz or MHz, by their name."""

_MOST_VALUES = 4096
"""Of one parameter that are handed on; a damaged count may be anything."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One entry of procpar: its first value, all of them as written, its active flag, its unit."""

    value: str
    values: tuple[str, ...]
    is_active: bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Procpar:
    """The parameters of a ``procpar`` file."""

    path: Path
    entries: Mapping[str, _Parameter]

    def number(self, name: str) -> float | None:
        """Return an active parameter as a number, else None.

        Raises
        ------
        FormatError
            It is there but is not a finite number.
        """
        entry = self.entries.get(name)
        if entry is None or not entry.is_active:
            return None
        value = _number(entry.value)
        if not math.isfinite(value):
            raise FormatError(
                f"{self.path}: {name} = {entry.value[:40]!r} is not a number: the file is damaged"
            )
        return value

    def is_number(self, name: str) -> bool:
        """Tell whether a parameter is there, active and a finite number."""
        entry = self.entries.get(name)
        return entry is not None and entry.is_active and math.isfinite(_number(entry.value))

    def positive(self, name: str) -> float:
        """Return a parameter that must be there, active and above zero."""
        value = self.number(name)
        if value is None or value <= 0:
            raise FormatError(
                f"{self.path}: the parameter {name} is missing or not positive ({value}): the "
                "file is damaged"
            )
        return value

    def text(self, name: str) -> str:
        """Return a parameter as one line of text; empty when missing."""
        entry = self.entries.get(name)
        return one_line(entry.value) if entry else ""

    def of_row(self, row: int) -> str:
        """Return what was arrayed and its values in one FID of the array, such as ``d2 = 0.5 s``.

        Parameters
        ----------
        row : int
            From 0. Empty where the file does not say what was arrayed.

        Notes
        -----
        ``array`` names what was arrayed, the last the fastest; what stands together in brackets
        changed together.
        """
        said: list[str] = []
        for group in reversed(re.findall(r"\(([^()]*)\)|([^(),\s]+)", self.text("array"))):
            names = [name for name in re.split(r"[,\s]+", group[0] or group[1]) if name]
            counts = [len(self.entries[name].values) for name in names if name in self.entries]
            if not counts or min(counts) < 1:
                return ""
            row, place = divmod(row, min(counts))
            known = [name for name in names if name in self.entries]
            said[:0] = [
                f"{name} = {one_line(entry.values[place])[:20]} {entry.unit}".rstrip()
                for name in known
                if (entry := self.entries[name])
            ]
        return ", ".join(said) if row == 0 else ""


def _number(written: str) -> float:
    """Return a text as a number; NaN for what is none."""
    try:
        return float(written)
    except ValueError:
        return math.nan


def read_procpar(path: Path, *, is_outline: bool = False) -> Procpar:
    """Read a procpar file.

    Parameters
    ----------
    path : Path
    is_outline : bool
        Take the values as written instead of having nmrglue understand them.

    Raises
    ------
    FormatError
        It holds no parameters.

    Notes
    -----
    An entry is a line of 11 fields (name, subtype, basic type, ..., active, pointer), a line
    with the number of values and the values (strings: one a line), and a line with the
    enumerated values, which may be wrong or missing in damaged files: an entry is found by its
    form, because nmrglue 0.12 loses its place at the first that is wrong.
    """
    lines = read_text(path, MAX_PARAMETER_BYTES).split("\n")
    entries: dict[str, _Parameter] = {}
    for place, (line, following) in enumerate(pairwise(lines)):
        fields = line.split()
        if len(fields) != 11 or not (fields[0][0].isalpha() or fields[0][0] == "_"):
            continue
        count, _, value = following.strip().partition(" ")
        if not (count.isascii() and count.isdigit() and fields[2] in {"1", "2"}):
            continue
        is_string = fields[2] == str(_STRING_TYPE)
        value = value.strip().strip('"') if is_string else value.split(" ", 1)[0]
        most = min(int(count[:9]), _MOST_VALUES)
        more = lines[place + 2 : place + 1 + most] if is_string else []
        written = tuple(v.strip().strip('"') for v in ([value, *more] if is_string else []))
        written = written or tuple(following.split()[1 : 1 + most])
        unit = "" if is_string else _UNITS.get(fields[1], "")
        if not is_outline:
            value = _through_nmrglue([line, following, *more], value)
        entries.setdefault(fields[0], _Parameter(value, written, fields[9] != "0", unit))
    if not entries:
        raise FormatError(f"{path}: holds no Varian parameters: copy the data set again")
    return Procpar(path, entries)


def _through_nmrglue(lines: list[str], written: str) -> str:
    """Return an entry's first value as nmrglue understands it; as written where it cannot."""
    from nmrglue.fileio import varian

    try:
        entry = varian.get_parameter(io.BytesIO("\n".join([*lines, "0\n"]).encode()))
    except (IndexError, ValueError):  # fewer values than it counts, or a string without quotes
        return written
    return str(entry["values"][0]) if entry["values"] else written
