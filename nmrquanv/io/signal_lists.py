"""Lists of signals beside data sets, such as ``1.33 ppm, d, 7.0 Hz``: found and read.

A folder of data sets holds its lists as ``ground_truth/NAME.csv``, with the columns ``shift_ppm``,
``multiplicity`` and ``J_Hz``; NAME is that of a file or folder beside it, without its ending. In
the place of a list, or beside it, may stand the molecule's spin system (``.sdf``, ``.xml``,
``.str``; see ``spin_system_files.py``), whose lines are then right at any field; see
``known_data_sets.py``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.reading import data_sets
from nmrquanv.spectra.signals import Signal, first_order

LISTS = "ground_truth"
"""Folder of the lists beside the data sets."""

_SURE_TO = re.compile(r"(?:\+-|±|tolerance )\s*(\d*\.?\d+)")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")
_PARTNERS = {"d": 1, "t": 2, "q": 3}


@dataclass(frozen=True, slots=True)
class ListedClass:
    """A listed signal as the list says it.

    Parameters
    ----------
    ppm : float, ppm
    kind : str
        Such as ``dd``; empty where the list has none.
    couplings_hz : tuple of float
        One for each letter, in their order; empty where the list has none.
    nuclei : int
        How many it is, 1 where the list does not say.
    """

    ppm: float
    kind: str
    couplings_hz: tuple[float, ...] = ()
    nuclei: int = 1

    def couplings(self) -> tuple[tuple[float, int], ...]:
        """Return each coupling with the number of its partners; empty where they do not fit."""
        letters = [c for c in self.kind if c in _PARTNERS]
        if len(letters) != len(self.couplings_hz):
            return ()
        numbers = (_PARTNERS[c] for c in letters)
        return tuple(zip(self.couplings_hz, numbers, strict=True))


def read_classes(path: Path) -> list[ListedClass]:
    """Read a list: every signal with its class and couplings, as they are written.

    Raises
    ------
    FormatError
        No list of signals; names the file and the line.
    """
    found = []
    for number, row in enumerate(_rows(path), start=1):
        kind = (row.get("multiplicity") or "").strip().removeprefix("br").strip()
        nuclei = (row.get("nH") or "").strip()
        count = int(nuclei) if nuclei.isdecimal() else 1
        found.append(ListedClass(_shift(path, number, row), kind, _couplings(row), count))
    return found


def read_reach(path: Path) -> float | None:
    """Return how sure a list's remarks say its shifts are: ``+-0.03``, ppm; None if they don't.

    Raises
    ------
    FormatError
        No text.
    """
    remarks = [line for line in _text(path).splitlines() if line.startswith("#")]
    return max((float(x) for line in remarks for x in _SURE_TO.findall(line)), default=None)


def read_signals(path: Path) -> tuple[list[Signal], int]:
    """Read a list; signals without clear lines (``m``, no couplings) are left out.

    Returns
    -------
    list of Signal
    int
        How many signals the list names.

    Raises
    ------
    FormatError
        No list of signals; names the file and the line.
    """
    found, rows = [], _rows(path)
    for number, row in enumerate(rows, start=1):
        shift = _shift(path, number, row)
        signal = first_order(row.get("multiplicity") or "", _couplings(row))
        if signal is not None:
            found.append(Signal(shift, signal.offset_hz, signal.weight))
    return found, len(rows)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: cannot be read as text ({error})") from error


def _rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in _text(path).splitlines() if line.strip() and not line.startswith("#")]
    table = csv.DictReader(lines)
    if "shift_ppm" not in (table.fieldnames or ()):
        raise FormatError(
            f"{path}: no column 'shift_ppm': a list of signals has the columns shift_ppm,"
            " multiplicity, J_Hz"
        )
    return list(table)


def _shift(path: Path, number: int, row: dict[str, str]) -> float:
    try:
        return float(row["shift_ppm"])
    except (TypeError, ValueError):
        raise FormatError(
            f"{path}: signal {number} has no shift in ppm, but '{row['shift_ppm']}'"
        ) from None


def _couplings(row: dict[str, str]) -> tuple[float, ...]:
    found = (NUMBER.match(part.strip()) for part in (row.get("J_Hz") or "").split(","))
    return tuple(abs(float(match.group())) for match in found if match)


def listed_data_set(folder: Path, name: str) -> Path:
    """Return the data set that a list belongs to, of several in one folder the first.

    Raises
    ------
    FormatError
        There is none.
    """
    for path in sorted(folder.glob(f"{name}*")):
        if path.stem == name or path.name == name:
            choices = data_sets(path)
            if choices:
                return Path(choices[0])
    raise FormatError("there is no data set of this name beside the lists")
