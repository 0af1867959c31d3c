"""Lists of signals, such as ``1.33 ppm, d, 7.0 Hz``: read, and expanded to first-order lines."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError

_LINES = {"s": 1, "d": 2, "t": 3, "q": 4}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One entry of a list, expanded to first order.

    Parameters
    ----------
    shift_ppm : float
        Of its centre.
    offset_hz : (n,) float64
        Of its lines, rising.
    weight : (n,) float64
        Their shares of the intensity.
    """

    shift_ppm: float
    offset_hz: NDArray[np.float64]
    weight: NDArray[np.float64]


def first_order(multiplicity: str, couplings_hz: tuple[float, ...]) -> Signal | None:
    """Expand a multiplet about 0 ppm; None when its lines cannot be told from the list.

    Parameters
    ----------
    multiplicity : str
        Letters s, d, t, q, such as ``dt``; empty for a singlet.
    couplings_hz : tuple of float
        One for each letter but s.
    """
    letters = (multiplicity.strip().lower() or "s").replace("s", "")
    if set(letters) - set(_LINES) or len(letters) != len(couplings_hz):
        return None
    offset, weight = np.zeros(1), np.ones(1)
    for letter, coupling in zip(letters, couplings_hz, strict=True):
        n = _LINES[letter] - 1
        steps = (np.arange(n + 1) - n / 2) * coupling
        shares = np.array([1.0])
        for _ in range(n):
            shares = np.convolve(shares, (0.5, 0.5))
        offset = (offset[:, None] + steps).ravel()
        weight = (weight[:, None] * shares).ravel()
    order = np.argsort(offset, kind="stable")
    return Signal(0.0, offset[order], weight[order])


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
