"""What is told of a place that a search is asked about; made in ``explain.py``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GridAnswer:
    """What a network saw of the place on one grid.

    Parameters
    ----------
    point_hz : float, Hz
        From one point of the grid to the next.
    windows : tuple of (high_ppm, low_ppm, answer)
        Those that cover the place, and each one's answer there, 0 to 1; None of one that holds no
        signal and is not looked at.
    answer : float
        Greatest of the stitched answers about the place.
    channels : tuple of (str, float)
        What the network is given of the place.
    candidate_ppm : float or None
        Where it saw a line; None if its answer was below ``decoding.MIN_PROBABILITY``.
    """

    point_hz: float
    windows: tuple[tuple[float, float, float | None], ...]
    answer: float
    channels: tuple[tuple[str, float], ...]
    candidate_ppm: float | None = None


@dataclass(frozen=True, slots=True)
class LineFit:
    """A fitted line: ppm, Hz and intensity; errors are standard errors; heights are signed.

    ``score`` is the first judgement, of candidates. ``confidence`` is what it says, calibrated;
    None of networks that judge settled lines once more: what these say is in the list.
    """

    ppm: float
    ppm_err: float
    fwhm_hz: float
    height: float
    height_err: float
    score: float
    confidence: float | None


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlace:
    """The place as it is drawn, arrays ``(k,)``.

    Parameters
    ----------
    ppm, trace : ppm, intensity
    fitted, line : intensity
        Sum of all lines that the search ends with, and the one that is asked about.
    is_listed : bool
        Whether that one is among them; else it is what the first fit made of a candidate that was
        left out, or nothing.
    """

    ppm: Array
    trace: Array
    fitted: Array
    line: Array
    is_listed: bool = True

    @property
    def rest(self) -> Array:
        """What the fit leaves, below the trace."""
        left = self.trace - self.fitted
        below = min(float(self.trace.min()), 0.0) - float(left.max())
        return left + below - 0.05 * float(np.ptp(self.trace))


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What a network made of a place.

    Parameters
    ----------
    ppm : float, ppm
        The place.
    model : str
    sign : +1.0 or -1.0
    grids : tuple of GridAnswer
        Finest first.
    line : LineFit or None
        What the fit made of the place's candidate; None without one.
    merged_ppm : float or None
        The candidate of another grid that the place's own candidate was taken to be one with.
    neighbours : tuple of LineFit
        Other fitted lines that are drawn.
    evidence : tuple of (str, float)
        What the confidence was judged by; empty without a line.
    drawn : DrawnPlace
    """

    ppm: float
    model: str
    sign: float
    grids: tuple[GridAnswer, ...]
    line: LineFit | None
    merged_ppm: float | None
    neighbours: tuple[LineFit, ...]
    evidence: tuple[tuple[str, float], ...]
    drawn: DrawnPlace

    @property
    def was_seen(self) -> bool:
        """Whether the network saw a line there on any grid."""
        return any(grid.candidate_ppm is not None for grid in self.grids)
