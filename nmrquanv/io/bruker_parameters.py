"""Bruker's parameter files (``acqus``, ``procs``): JCAMP-like text of ``##$KEY= value``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.files import MAX_PARAMETER_BYTES, one_line, read_text

_STAMP = re.compile(r"^\$\$ (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d{4})", re.MULTILINE)

MAX_WHOLE = 2**53
"""Whole numbers beyond this are not exact, and no parameter has them."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values of one parameter file.

    Parameters
    ----------
    path : Path
        Named in messages.
    values : mapping of str to str
        Key without ``##$``, value as written.
    stamp_s : float or None, seconds since 1970
        When TopSpin last wrote the file, where it says so.
    """

    path: Path
    values: Mapping[str, str]
    stamp_s: float | None = None

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def number(self, key: str, default: float | None = None) -> float:
        """Return a parameter as a finite number.

        Raises
        ------
        FormatError
            It is missing and has no default, or is not a finite number.
        """
        text = self.values.get(key)
        if text is None:
            if default is None:
                raise FormatError(
                    f"{self.path}: the parameter {key} is missing: the file is damaged"
                )
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise FormatError(
                f"{self.path}: {key} = {one_line(text)[:40]!r} is not a number: the file is damaged"
            )
        return value

    def positive(self, key: str) -> float:
        """Return a parameter as a number above zero; see :meth:`number`."""
        value = self.number(key)
        if value <= 0:
            raise FormatError(
                f"{self.path}: {key} = {value:g} must be positive: the file is damaged"
            )
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a parameter as a whole number; see :meth:`number`."""
        value = self.number(key, default)
        if value != int(value) or abs(value) > MAX_WHOLE:
            raise FormatError(
                f"{self.path}: {key} = {value:g} is no believable whole number: the file is damaged"
            )
        return int(value)

    def text(self, key: str) -> str:
        """Return a parameter ``<text>`` as one line; empty when missing or "off"."""
        value = one_line(self.values.get(key, "")).strip("<> ")
        return "" if value == "off" else value


def read_parameters(path: Path) -> Parameters:
    """Read ``acqus``, ``procs`` or another of Bruker's parameter files.

    Raises
    ------
    FormatError
        The file is missing, too large or holds no Bruker parameters.
    """
    text = read_text(path, MAX_PARAMETER_BYTES)
    values: dict[str, str] = {}
    for entry in ("\n" + text).split("\n##$")[1:]:
        key, equals, value = entry.partition("=")
        if equals:
            value = value.split("\n##", 1)[0].split("\n$$", 1)[0]
            values.setdefault(key.strip(), value.strip())
    if not values:
        raise FormatError(
            f"{path}: holds no Bruker parameters (no line begins with ##$): copy the data set again"
        )
    return Parameters(path, values, _stamp_s(text))


def _stamp_s(text: str) -> float | None:
    found = _STAMP.search(text)
    if found is None:
        return None
    try:
        return datetime.strptime(" ".join(found.groups()), "%Y-%m-%d %H:%M:%S %z").timestamp()
    except (ValueError, OverflowError, OSError):
        return None
