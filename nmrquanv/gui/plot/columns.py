"""What a line covers of each column of pixels. Pure mathematics in pixels; no Qt."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Columns(NamedTuple):
    """How far a line reaches in neighbouring columns of pixels.

    Parameters
    ----------
    first : int, pixels
        The first column.
    highest, lowest : (n,) float64, pixels
        y of the upper and of the lower end; what is higher has the lesser y.
    """

    first: int
    highest: Floats
    lowest: Floats


def covered(x: Floats, highest: Floats, lowest: Floats, width: int) -> Columns:
    """Return what stretches of a line cover of each column, neighbours joined.

    Parameters
    ----------
    x : (m,) float64, pixels
        Rising; stretches stand at most a column apart.
    highest, lowest : (m,) float64, pixels
    width : int, pixels
        Columns outside of ``0 ... width - 1`` are left out.
    """
    first, end = max(0, int(np.floor(x[0]))), min(width, int(np.floor(x[-1])) + 1)
    if end <= first:
        return Columns(first, np.zeros(0), np.zeros(0))
    stop = int(np.searchsorted(x, end))
    starts = np.minimum(np.searchsorted(x, np.arange(first, end)), stop - 1)
    up = np.minimum.reduceat(highest[:stop], starts)
    down = np.maximum.reduceat(lowest[:stop], starts)
    # where two neighbours do not touch each goes half the way
    falls, rises = (up[1:] + down[:-1]) / 2, (up[:-1] + down[1:]) / 2
    is_fall, is_rise = up[1:] > down[:-1], up[:-1] > down[1:]
    joined = Columns(first, up.copy(), down.copy())
    for values, part, half, where, extreme in (
        (joined.lowest, slice(None, -1), falls, is_fall, np.maximum),
        (joined.highest, slice(1, None), falls, is_fall, np.minimum),
        (joined.highest, slice(None, -1), rises, is_rise, np.minimum),
        (joined.lowest, slice(1, None), rises, is_rise, np.maximum),
    ):
        extreme(values[part], half, out=values[part], where=where)
    return joined


def reach_beside(columns: Columns, width: int, around: int) -> tuple[Floats, Floats]:
    """Return how far up and down a line reaches near each of ``width`` columns.

    Parameters
    ----------
    columns : Columns
    width : int, pixels
    around : int, pixels
        How far to either side of a column.

    Returns
    -------
    highest, lowest : (width,) float64
        Where the line is not near, infinitely low and high.
    """
    sides = []
    for values, missing, extreme in (
        (columns.highest, np.inf, np.minimum),
        (columns.lowest, -np.inf, np.maximum),
    ):
        wide = np.full(width + 2 * around, missing)
        start = columns.first + around
        wide[start : start + len(values)] = values
        sides.append(_running(wide, 2 * around + 1, extreme))
    return sides[0], sides[1]


def _running(values: Floats, length: int, of_two: np.ufunc) -> Floats:
    """Return the extreme of each ``length`` neighbours; doubling takes few steps."""
    reach = 1
    while 2 * reach <= length:
        values = of_two(values[:-reach], values[reach:])
        reach *= 2
    rest = length - reach
    return values if not rest else of_two(values[:-rest], values[rest:])
