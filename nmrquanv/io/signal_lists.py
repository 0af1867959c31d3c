"""Lists of signals beside data sets, such as ``1.33 ppm, d, 7.0 Hz``: found and read.

A folder of data sets holds its lists as ``ground_truth/NAME.csv``, with the columns ``shift_ppm``,
``multiplicity`` and ``J_Hz``; NAME is that of a file or folder beside it, without its ending.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.reading import data_sets
from nmrquanv.spectra.signals import Signal, first_order

LISTS = "ground_truth"
"""Folder of the lists beside the data sets."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")


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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: cannot be read as text ({error})") from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    table = csv.DictReader(lines)
    if "shift_ppm" not in (table.fieldnames or ()):
        raise FormatError(
            f"{path}: no column 'shift_ppm': a list of signals has the columns shift_ppm,"
            " multiplicity, J_Hz"
        )
    found, rows = [], list(table)
    for number, row in enumerate(rows, start=1):
        try:
            shift = float(row["shift_ppm"])
        except (TypeError, ValueError):
            raise FormatError(
                f"{path}: signal {number} has no shift in ppm, but '{row['shift_ppm']}'"
            ) from None
        couplings = [_NUMBER.match(part.strip()) for part in (row.get("J_Hz") or "").split(",")]
        known = tuple(abs(float(match.group())) for match in couplings if match)
        signal = first_order(row.get("multiplicity") or "", known)
        if signal is not None:
            found.append(Signal(shift, signal.offset_hz, signal.weight))
    return found, len(rows)


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
