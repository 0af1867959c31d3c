"""Whether a column of numbers is an axis: equally spaced but for the rounding of decimals."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.text_table import TextTable, fields

MIN_POINTS = 32
"""Fewer rows are a table of peaks or something else, not a spectrum."""

MAX_UNEVENNESS = 0.25
"""Greatest departure from equal spacing, in steps, besides the rounding of written decimals."""


def precision(rows: list[str], table: TextTable, column: int) -> float:
    """Return the unit of the last decimal in which a column is written."""
    decimals = 0
    for row in rows[:200]:
        cells = fields(row, table.delimiter)
        if len(cells) > column:
            mantissa = re.split("[eE]", cells[column].replace(",", "."))[0]
            decimals = max(decimals, len(mantissa.partition(".")[2]))
    return float(10.0**-decimals)


def even_axis(
    path: Path, x: NDArray[np.float64], written: float, *, may_count: bool = False
) -> tuple[float, float]:
    """Return first value and step of equally spaced, falling values, rounding averaged out.

    Parameters
    ----------
    path : Path
        Named in messages.
    x : (m,) float64
    written : float
        The unit of the last decimal, see :func:`precision`.
    may_count : bool
        Steps of exactly one are no count of points: somebody has said the unit.

    Raises
    ------
    FormatError
        They are not equally spaced, or count points.
    """
    points = np.arange(x.size, dtype=np.float64)
    points -= points.mean()
    with np.errstate(all="ignore"):
        centre = float(x.mean())
        step = -float(points @ (x - centre)) / float(points @ points)
        departure = float(np.abs(x - centre + step * points).max())
    if not (step > 0 and np.isfinite(departure)):
        raise FormatError(
            f"{path}: the first column runs from {x[0]:g} to {x[-1]:g}, no range of chemical "
            "shifts: export ppm and intensity as CSV"
        )
    if abs(step - 1) < 1e-9 and written == 1 and not may_count:
        raise FormatError(
            f"{path}: the first column counts points, it is no ppm axis: "
            "export ppm and intensity as CSV"
        )
    if departure > MAX_UNEVENNESS * step + written:
        raise FormatError(
            f"{path}: the first column is not equally spaced, so it is no ppm axis (a table of "
            "peaks, or a spectrum with parts cut out): export the whole spectrum"
        )
    return centre - step * float(points[0]), step
