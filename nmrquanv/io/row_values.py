"""What a row of an array was measured with: a number and its unit, as labels have them.

TopSpin's lists leave units out or write them as one letter: ``10m`` of a list of delays is 10 ms.
"""

from __future__ import annotations

import re

_LETTERS = {"s": "s", "m": "ms", "u": "µs", "n": "ns"}
_SECONDS = {
    "s": 1.0,
    "ms": 1e-3,
    "µs": 1e-6,
    "us": 1e-6,
    "ns": 1e-9,
    "m": 1e-3,
    "u": 1e-6,
    "n": 1e-9,
}
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_ENTRY = re.compile(rf"\s*({_NUMBER})\s*([smun]?)(?![\w.])")
_VALUE = re.compile(rf"(?:^|\s)({_NUMBER})\s*([^\d\s]\S*)?\Z")


def entry_with_unit(entry: str, unit: str) -> str | None:
    """Return an entry of TopSpin's lists with its unit: ``10 ms`` for ``10m``.

    Parameters
    ----------
    entry : str
        A line of the list, perhaps with a remark behind it.
    unit : str
        Of a number that says none; empty where numbers have no unit.

    Returns
    -------
    str or None
        None for a line that is no entry, such as a remark.
    """
    found = _ENTRY.match(entry)
    if found is None:
        return None
    return f"{found[1]} {_LETTERS.get(found[2], unit)}".rstrip()


def value_of(label: str) -> float | None:
    """Return the number at the end of a row's label, times in seconds; None where there is none."""
    found = _VALUE.search(label.split(",", 1)[0])
    return None if found is None else float(found[1]) * _SECONDS.get(found[2] or "", 1.0)


def unit_of(label: str) -> str:
    """Return the unit of :func:`value_of`: ``s`` for all times, else as the label has it."""
    found = _VALUE.search(label.split(",", 1)[0])
    unit = (found[2] or "") if found is not None else ""
    return "s" if unit in _SECONDS else unit
