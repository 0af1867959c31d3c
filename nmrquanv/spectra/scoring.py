"""A peak list against lines that are known: what a finder got right on a synthetic spectrum.

The rule is that of the project's evaluation: which lines count, how near is right, and that a
second peak on one line is false. Thresholds are the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import TrueLine

COUNTED_SNR, EXISTING_SNR = 6.0, 3.0
"""A true line counts from 6 sigma on; between 3 and 6 it is neither missed nor false."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a list agrees with the true lines.

    Parameters
    ----------
    n_right, n_false, n_missed : int
        True positives, false positives, false negatives.
    error_hz : float or None, Hz
        Mean distance of the right peaks from their lines.
    """

    n_right: int
    n_false: int
    n_missed: int
    error_hz: float | None

    @property
    def precision(self) -> float | None:
        """Share of the peaks that are right; None without peaks."""
        found = self.n_right + self.n_false
        return self.n_right / found if found else None

    @property
    def recall(self) -> float | None:
        """Share of the lines that were found; None without lines."""
        lines = self.n_right + self.n_missed
        return self.n_right / lines if lines else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None when there is nothing to count."""
        total = 2 * self.n_right + self.n_false + self.n_missed
        return 2 * self.n_right / total if total else None


def score(peaks: Iterable[Peak], lines: Sequence[TrueLine], axis: Axis, sigma: float) -> Score:
    """Count right, false and missed peaks against known lines.

    Parameters
    ----------
    peaks : iterable of Peak
    lines : sequence of TrueLine
        Lines closer than half a FWHM are one already: one maximum, one line.
    axis : Axis
    sigma : float, intensity, > 0
        Noise of the trace; says which lines could be seen at all.

    Notes
    -----
    Lines of 6 sigma and more count; those of 3 to 6 sigma and excused ones are neither missed
    nor false; weaker ones do not exist. One to one, within the smaller of half a FWHM and 0.4 of
    the distance to the next line, but at least half a data point. A second peak on a line is
    false.
    """
    found = [p.ppm for p in peaks]
    lines_of, counted = assigned(found, lines, axis, sigma)
    right = [i for i, line in enumerate(lines_of) if line is not None and counted[line]]
    errors = [abs(found[i] - lines[lines_of[i]].ppm) * axis.sf_mhz for i in right]  # type: ignore[index]
    return Score(
        len(right),
        sum(line is None for line in lines_of),
        int(counted.sum()) - len(right),
        float(np.mean(errors)) if errors else None,
    )


def assigned(
    found_ppm: Sequence[float], lines: Sequence[TrueLine], axis: Axis, sigma: float
) -> tuple[list[int | None], NDArray[np.bool_]]:
    """Say which line each found position stands for.

    Parameters
    ----------
    found_ppm : sequence of float, ppm
    lines, axis, sigma
        As for :func:`score`, whose rules these are.

    Returns
    -------
    list of int or None
        For each position the index of its line; None makes it false.
    (n_lines,) bool
        Which lines count: those not found are missed. A position assigned to a line that does
        not count is neither right nor false.
    """
    from scipy.optimize import linear_sum_assignment

    height = np.abs(np.array([x.height for x in lines], dtype=np.float64))
    excused = np.array([x.is_excused for x in lines], dtype=bool)
    counted = (height >= COUNTED_SNR * sigma) & ~excused
    seen: list[int] = np.flatnonzero(height >= EXISTING_SNR * sigma).tolist()
    result: list[int | None] = [None] * len(found_ppm)
    if not len(seen) or not len(found_ppm):
        return result, counted
    found = axis.sf_mhz * np.array(found_ppm, dtype=np.float64)
    true = np.array([axis.hz(lines[i].ppm) for i in seen], dtype=np.float64)
    limit = _tolerances(true, np.array([lines[i].fwhm_hz for i in seen]), axis.point_hz)
    distance = np.abs(true[:, None] - found[None, :])
    # An excused line takes a peak only where no counted line wants it.
    cost = distance / limit[:, None] + 10.0 * ~counted[seen][:, None]
    rows, cols = linear_sum_assignment(np.where(distance <= limit[:, None], cost, 1e3))
    for row, col in zip(rows, cols, strict=True):
        if distance[row, col] <= limit[row]:
            result[col] = seen[row]
    return result, counted


def _tolerances(
    hz: NDArray[np.float64], fwhm_hz: NDArray[np.float64], point_hz: float
) -> NDArray[np.float64]:
    """Return how far a peak may lie from each line, Hz, shape ``(n,)``."""
    gap = np.full(len(hz), np.inf)
    if len(hz) > 1:
        order = np.argsort(hz)
        steps = np.diff(hz[order])
        gap[order] = np.minimum(np.append(np.inf, steps), np.append(steps, np.inf))
    limit = np.maximum(np.minimum(0.5 * fwhm_hz, 0.4 * gap), 0.5 * point_hz)
    return np.asarray(limit, dtype=np.float64)
