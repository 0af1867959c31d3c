"""A network's answer on a grid -> candidate lines in native points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.windows import FWHM_POINTS, SCALE_RATIO, Grid
from nmrquanv.spectra.array_rows import ArrayRows

Array = NDArray[np.float64]

MIN_PROBABILITY = 0.2
"""Loosest answer that becomes a candidate; what is shown is decided by thresholds later."""

_MAX_SHIFT = 1.5
_SURE, _SURER, _LESS_SURE, _COARSER = 0.4, 0.3, 0.25, 0.3
_INSIDE = 0.6
_BROAD_POINTS = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Candidates(ArrayRows):
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

    @classmethod
    def by_position(cls, parts: Sequence[Candidates]) -> Candidates:
        """Return several sets as one, by position."""
        none = np.zeros(0)
        nothing = cls(none, none, none, none.astype(np.int64))
        whole = cls.joined([nothing, *parts])
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
    low, high = FWHM_POINTS / 2.5, FWHM_POINTS * 2.5
    return np.asarray(np.sqrt(np.clip(square, low**2, high**2)), dtype=np.float64)


def without_duplicates(candidates: Candidates, narrow: float) -> Candidates:
    """Return the candidates without those that another scale saw better.

    Parameters
    ----------
    candidates : Candidates
    narrow : float, native points
        Width that is ``FWHM_POINTS`` on the finest grid.

    Notes
    -----
    Two that lie within 0.4 of the smaller width are one line: the more probable stays, where each
    coarser scale must be surer by 0.3. A coarse scale sees an unresolved multiplet as one broad
    line: its candidate goes when a finer scale is sure of lines inside its width that it resolves
    well. And a fine scale sees several tops on a line that is too broad for it: they go when a
    coarser scale is surer of one line there.
    """
    position, fwhm, scale = candidates.position, candidates.fwhm, candidates.scale
    probability = candidates.probability
    # Widths in points of the candidates' own grids.
    is_too_broad = fwhm / narrow * FWHM_POINTS / SCALE_RATIO**scale > _BROAD_POINTS
    taken = np.zeros(position.size, dtype=bool)
    gone = np.zeros_like(taken)
    for i in np.flatnonzero(scale > 0):
        inside = _within(position, position[i], _INSIDE * fwhm[i])
        least = max(_SURE, probability[i] - _LESS_SURE)
        finer = (scale[inside] < scale[i]) & (probability[inside] >= least)
        gone[i] = bool((finer & ~is_too_broad[inside]).any())
    for i in np.flatnonzero((scale > 0) & ~gone & (probability >= _SURE)):
        inside = _within(position, position[i], _INSIDE * fwhm[i])
        doubtful = is_too_broad[inside] & (scale[inside] < scale[i])
        gone[inside] |= doubtful & (probability[inside] < probability[i] - _SURER)
    reach = fwhm.max(initial=0.0)
    for i in np.argsort(_COARSER * scale - probability, kind="stable"):
        if gone[i]:
            continue
        taken[i] = True
        near = _within(position, position[i], reach)
        close = np.abs(position[near] - position[i]) < 0.4 * np.minimum(fwhm[near], fwhm[i])
        gone[near] |= close & (scale[near] != scale[i]) & ~taken[near]
    return candidates.chosen(np.flatnonzero(taken))


def _within(position: Array, middle: float, reach: float) -> slice:
    """Return which of the rising positions lie within reach."""
    lo, hi = np.searchsorted(position, [middle - reach, middle + reach])
    return slice(int(lo), int(hi))
