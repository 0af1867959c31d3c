"""Bruker's parameter files (``acqus``, ``procs``): JCAMP-like text of ``##$KEY= value``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.dates import day_of_stamp
from nmrquanv.io.files import MAX_PARAMETER_BYTES, inside, one_line, read_text
from nmrquanv.spectra.spectrum import Sample

_STAMP = re.compile(r"^\$\$ (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d{4})", re.MULTILINE)

_ENDS = ("\n##", "\n$$")

NUMBER_KINDS = {0: "i4", 1: "f4", 2: "f8"}
"""numpy's name for DTYPA and DTYPP: 32-bit integers, and the floats that NEO writes."""

MAX_EXPONENT = 128
"""Largest believable power of two in NC and NC_proc."""

MAX_WHOLE = 2**53
"""Whole numbers beyond this are not exact, and no parameter has them."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values of one parameter file.

    Parameters
    ----------
    path : Path
        Named in messages.
    values : mapping
        Key without ``##$``; value as nmrglue gives it, or as written.
    stamp_s : float or None, seconds since 1970
        When TopSpin last wrote the file, where it says so.
    """

    path: Path
    values: Mapping[str, object]
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
        if key not in self.values:
            if default is None:
                raise FormatError(
                    f"{self.path}: the parameter {key} is missing: the file is damaged"
                )
            return default
        value = _number(self.values[key])
        if not math.isfinite(value):
            raise FormatError(
                f"{self.path}: {key} = {_shown(self.values[key])!r} is not a number: the file is "
                "damaged"
            )
        return value

    def is_number(self, key: str) -> bool:
        """Tell whether a parameter is there and a finite number."""
        return key in self.values and math.isfinite(_number(self.values[key]))

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

    def is_yes(self, key: str) -> bool | None:
        """Return a parameter that is yes or no; None when it is missing or something else."""
        return {"yes": True, "no": False}.get(str(_raw(self.values.get(key))).strip().lower())

    @property
    def measured(self) -> str:
        """The day of the measurement, as ``2010-06-08``; empty where it is not said."""
        return day_of_stamp(self.number("DATE")) if self.is_number("DATE") else ""

    def text(self, key: str) -> str:
        """Return a parameter ``<text>`` as one line; empty when missing or "off"."""
        value = one_line(str(_raw(self.values.get(key, "")))).strip("<> ")
        return "" if value == "off" else value


def _number(found: object) -> float:
    """Return a value as a number; NaN for what is none."""
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return math.nan
    try:
        return float(found)
    except (ValueError, OverflowError):
        return math.nan


def _raw(value: object) -> object:
    """Return nmrglue's True, False and None as the file has them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _shown(value: object) -> str:
    return one_line(str(_raw(value))[:200])[:40]


def read_parameters(path: Path, *, is_outline: bool = False) -> Parameters:
    """Read ``acqus``, ``procs`` or another of Bruker's parameter files.

    Parameters
    ----------
    path : Path
    is_outline : bool
        Leave the values as written instead of having nmrglue understand them.

    Raises
    ------
    FormatError
        The file is missing, too large or holds no Bruker parameters.

    Notes
    -----
    The file is divided into entries here: nmrglue 0.12 stops at the first blank line, takes a
    byte that is not UTF-8 for another file, and never ends where a ``<`` or an array is not
    closed.
    """
    text = read_text(path, MAX_PARAMETER_BYTES)
    values: dict[str, str] = {}
    for entry in ("\n" + text).split("\n##$")[1:]:
        key, equals, value = entry.partition("=")
        if equals:
            for end in _ENDS:  # asked first: lists of hundreds of data sets are read
                if end in value:
                    value = value.split(end, 1)[0]
            values.setdefault(key.strip(), value.strip())
    if not values:
        raise FormatError(
            f"{path}: holds no Bruker parameters (no line begins with ##$): copy the data set again"
        )
    understood = values if is_outline else _through_nmrglue(values)
    return Parameters(path, understood, _stamp_s(text))


class _Entry:
    """The further lines of one entry; at their end nmrglue, which would wait, is stopped."""

    def __init__(self, text: str) -> None:
        self._lines = iter(text.split("\n") if text else ())

    def readline(self) -> str:
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        return line


def _through_nmrglue(written: Mapping[str, str]) -> dict[str, object]:
    """Return the values as nmrglue understands them; as written where it cannot."""
    from nmrglue.fileio import bruker

    values: dict[str, object] = {}
    for key, text in written.items():
        first, _, rest = text.partition("\n")
        try:
            _, values[key] = bruker.parse_jcamp_line(f"##${key}= {first}", _Entry(rest))
        except (EOFError, ValueError, IndexError):  # an array or text that is not closed
            values[key] = text
    return values


def _stamp_s(text: str) -> float | None:
    found = _STAMP.search(text)
    if found is None:
        return None
    try:
        return datetime.fromisoformat("".join(found.groups())).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def number_type(parameters: Parameters, order_key: str, kind_key: str) -> str:
    """Return numpy's name of the numbers in a data file."""
    order, kind = parameters.whole(order_key), parameters.whole(kind_key, 0)
    if order not in {0, 1} or kind not in NUMBER_KINDS:
        raise FormatError(
            f"{parameters.path}: {order_key} = {order}, {kind_key} = {kind} is an unknown kind of "
            "numbers: the file is damaged or newer than this program"
        )
    return ("<", ">")[order] + NUMBER_KINDS[kind]


def scale(parameters: Parameters, key: str) -> float:
    """Return the factor 2**NC that intensities are stored without."""
    exponent = parameters.whole(key, 0)
    if abs(exponent) > MAX_EXPONENT:
        raise FormatError(f"{parameters.path}: {key} = {exponent}: the file is damaged")
    return 2.0**exponent


def sample_of(acqus: Parameters | None, procs: Parameters | None, folder: Path) -> Sample:
    """Return what the parameters and the title file say of the experiment."""
    nucleus = acqus.text("NUC1") if acqus else ""
    if not nucleus and procs:
        nucleus = procs.text("AXNUC")
    title_file = inside(folder, "title")
    title = read_text(title_file)[:2000] if title_file.is_file() else ""
    return Sample(
        nucleus,
        acqus.text("SOLVENT") if acqus else "",
        one_line(title),
        acqus.text("PULPROG") if acqus else "",
    )
