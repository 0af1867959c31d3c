"""The level that lines stand on, and how well it is known.

A group of lines is fitted on a straight baseline of its own. If that is free, it takes up the
tails of the lines, which then come out too narrow at the foot and too small in area: most of a
multiplet's area can lie there. What the spectrum shows where nothing stands keeps it in its place;
where nothing is quiet, or a hump carries the lines, it stays as free as that is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.quiet import quiet_blocks

Array = NDArray[np.float64]

_FLOOR_WIDTHS = 64.0
"""Lines that crowd over a longer stretch cannot be told from a hump."""

_OF_FLOOR, _OF_NOISE = 0.5, 0.2
"""How far the level may be off: a share of what the floor of the trace lies above it, and of the
noise, which a block's median leaves unknown."""


_LEARNING = "looking at the baseline"


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What lines stand on.

    Parameters
    ----------
    value : (m,) float64
    error : (m,) float64
        Its standard error, infinite where nobody knows.
    """

    value: Array
    error: Array

    @classmethod
    def unknown(cls, size: int) -> Level:
        """Return the level of a trace of which nothing is known."""
        return cls(np.zeros(size), np.full(size, np.inf))

    @classmethod
    def of(cls, trace: Array, sigma: float, width: float, report: Report = silent_report) -> Level:
        """Learn it from a trace.

        Parameters
        ----------
        trace : (m,) float64
            Lines point up.
        sigma : float
        width : float, points
            Of its lines.
        report : Report
            May cancel.
        """
        from scipy.ndimage import maximum_filter1d, minimum_filter1d

        report(0, 1, _LEARNING)
        at, levels = quiet_blocks(trace, sigma)
        report(0, 1, _LEARNING)
        if at.size < 2:
            there = np.full(trace.size, levels[0] if at.size else 0.0)
            return cls(there, np.full(trace.size, np.inf))
        value = np.interp(np.arange(trace.size), at, levels)
        report(0, 1, _LEARNING)
        # between two blocks that differ it may be anywhere between them
        inner = np.floor(at[1:-1]).astype(np.int64) + 1
        stretch = np.diff(np.concatenate([[0], inner, [trace.size]]))
        step = np.repeat(np.abs(np.diff(levels)), stretch)
        size = 2 * round(_FLOOR_WIDTHS * width / 2) + 1
        lowest = minimum_filter1d(trace, size)
        report(0, 1, _LEARNING)
        floor = maximum_filter1d(lowest, size)
        report(0, 1, _LEARNING)
        above = np.maximum(floor - value, 0.0)
        return cls(value, step + _OF_FLOOR * above + _OF_NOISE * sigma)

    def at(self, position: Array) -> tuple[Array, Array]:
        """Return value and error at positions, points."""
        index = np.clip(np.round(position).astype(int), 0, self.value.size - 1)
        return self.value[index], self.error[index]
