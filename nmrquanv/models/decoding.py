"""A network's answer on a grid -> candidate lines in native points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.windows import FWHM_POINTS, Grid

Array = NDArray[np.float64]

MIN_PROBABILITY = 0.08
"""Loosest answer that becomes a candidate; what is shown is decided by thresholds later."""

_MAX_SHIFT = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places where a network sees a line, one entry each.

    Parameters
    ----------
    position, fwhm : (n,) float64, native points
        ``fwhm`` is a rough width from the local curvature.
    probability : (n,) float64
        The network's own, not calibrated.
    scale : (n,) int64
        Index of the grid that answered.
    """

    position: Array
    fwhm: Array
    probability: Array
    scale: NDArray[np.int64]

    def chosen(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Candidates:
        """Return a selection."""
        return Candidates(
            self.position[index], self.fwhm[index], self.probability[index], self.scale[index]
        )

    @classmethod
    def joined(cls, parts: list[Candidates]) -> Candidates:
        """Return several sets as one, by position."""
        whole = cls(
            np.concatenate([p.position for p in parts]) if parts else np.zeros(0),
            np.concatenate([p.fwhm for p in parts]) if parts else np.zeros(0),
            np.concatenate([p.probability for p in parts]) if parts else np.zeros(0),
            np.concatenate([p.scale for p in parts]) if parts else np.zeros(0, dtype=np.int64),
        )
        return whole.chosen(np.argsort(whole.position, kind="stable"))


def decode(
    probability: NDArray[np.float32],
    offset: NDArray[np.float32],
    grid: Grid,
    scale: int,
    native_points: int,
) -> Candidates:
    """Return the local maxima of a network's answer on one grid.

    Parameters
    ----------
    probability : (m,) float32
        Of a line at each grid point.
    offset : (m,) float32, grid points
        From the point to the line.
    grid : Grid
    scale : int
        Index of the grid.
    native_points : int
        Size of the spectrum that the positions are given in.
    """
    p = np.concatenate([[0.0], probability, [0.0]])
    top = np.flatnonzero((p[1:-1] >= MIN_PROBABILITY) & (p[1:-1] > p[:-2]) & (p[1:-1] >= p[2:]))
    # The neighbours answer for the same line: average where they say it is.
    near = np.clip(top[:, None] + np.array([-1, 0, 1]), 0, probability.size - 1)
    weight = probability[near] ** 2
    said = near + np.clip(offset[near], -_MAX_SHIFT - 1, _MAX_SHIFT + 1)
    place = (weight * said).sum(axis=1) / weight.sum(axis=1)
    place = top + np.clip(place - top, -_MAX_SHIFT, _MAX_SHIFT)
    step = native_points / grid.trace.size
    return Candidates(
        place * step,
        _curvature_widths(grid.trace, top) * step,
        probability[top].astype(np.float64),
        np.full(top.size, scale, dtype=np.int64),
    )


def _curvature_widths(trace: Array, top: NDArray[np.int64]) -> Array:
    """Return the width of a Lorentzian of the same height and curvature, in grid points.

    Notes
    -----
    A Lorentzian of height h has the second derivative -8 h / fwhm^2 at its top; smoothing by a
    Gaussian is undone to first order. The result stays within a factor of 2.5 of the expected.
    """
    from scipy.ndimage import gaussian_filter1d

    smoothing = 1.2
    bend = -gaussian_filter1d(trace, smoothing, order=2, mode="nearest")[top]
    smooth = gaussian_filter1d(trace, smoothing, mode="nearest")
    reach = np.clip(top[:, None] + np.arange(-12, 13), 0, trace.size - 1)
    height = smooth[top] - smooth[reach].min(axis=1)
    square = 8.0 * height / np.maximum(bend, 1e-9 * np.maximum(height, 1e-300)) - 20 * smoothing**2
    return np.sqrt(np.clip(square, (FWHM_POINTS / 2.5) ** 2, (FWHM_POINTS * 2.5) ** 2))


def without_duplicates(candidates: Candidates) -> Candidates:
    """Return the candidates without those that another scale saw better.

    Notes
    -----
    Of two that lie within 0.4 of the smaller width, the more probable stays. A finer scale wins
    near ties: it resolves more.
    """
    order = np.lexsort((candidates.scale, -np.round(candidates.probability, 1)))
    taken = np.zeros(candidates.position.size, dtype=bool)
    gone = np.zeros_like(taken)
    position, fwhm = candidates.position, candidates.fwhm
    reach = fwhm.max(initial=0.0)
    for i in order:
        if gone[i]:
            continue
        taken[i] = True
        lo, hi = np.searchsorted(position, [position[i] - reach, position[i] + reach])
        near = np.abs(position[lo:hi] - position[i]) < 0.4 * np.minimum(fwhm[lo:hi], fwhm[i])
        near &= candidates.scale[lo:hi] != candidates.scale[i]
        gone[lo:hi] |= near & ~taken[lo:hi]
    return candidates.chosen(np.flatnonzero(taken))
