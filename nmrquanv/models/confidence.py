"""How sure a refined peak is: evidence beyond the network's own score, and what it amounts to.

A network judges a line against noise and its neighbours in 200 points. Whether a hit 10^-4 as
tall as a line nearby is a line or that line's imperfect foot needs more: its fitted height against
its error, the tallest lines at several distances, how rough the trace is around it. A small
multilayer perceptron, trained on refined peaks of simulated spectra, turns this evidence into the
probability that the peak is a true line at that place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.decoding import Candidates
from nmrquanv.models.windows import Grid
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.quiet import local_floor

Array = NDArray[np.float64]

EVIDENCE = (
    "network_logit",
    "snr",
    "height_over_error",
    "relative_width",
    "scale",
    "neighbour_distance",
    "neighbour_height",
    "tallest_near",
    "tallest_around",
    "tallest_far",
    "tallest",
    "roughness",
    "misfit",
    "moved",
    "prominence",
    "relative_prominence",
    "above_floor",
    "fraction_of_trace",
    "position_error",
    "crowding",
)
"""Names of the evidence, in order; logarithms unless a ratio is bounded by itself."""

_REACHES = (31, 141, 701)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What is asked of the trace around peaks of one sign, computed once per spectrum.

    Parameters
    ----------
    grid : Grid
        The finest, polarity applied.
    per_native : float
        Grid points per native point.
    floor : (m,) float64, sigma
    maxima : (3, m) float64, sigma
        Greatest absolute height within 15, 70 and 350 grid points.
    roughness : (m,) float64
        Mean size of the second derivative within 100 points over its noise.
    """

    grid: Grid
    per_native: float
    floor: Array
    maxima: Array
    roughness: Array

    @classmethod
    def of(cls, grid: Grid, native_points: int) -> Surroundings:
        """Survey the grid of a spectrum of ``native_points``."""
        from scipy.ndimage import gaussian_filter1d, maximum_filter1d, uniform_filter1d

        x = grid.trace / grid.sigma
        floor = local_floor(x)
        size = np.abs(x - floor)
        maxima = np.stack([maximum_filter1d(size, reach, mode="nearest") for reach in _REACHES])
        bend = gaussian_filter1d(x, 1.6, order=2, mode="nearest")
        clipped = np.minimum(np.abs(bend) / noise_sigma(bend), 30.0)
        roughness = uniform_filter1d(clipped, 201, mode="nearest")
        return cls(grid, grid.trace.size / native_points, floor, maxima, roughness)


def evidence(
    candidates: Candidates,
    lines: FittedLines,
    surroundings: Surroundings,
    noise: Array,
    sigma: float,
    narrow: float,
) -> NDArray[np.float32]:
    """Return what speaks for and against each refined line of one sign.

    Parameters
    ----------
    candidates : Candidates
        As the network gave them, native points.
    lines : FittedLines
        The same after fitting, native points; heights positive for lines of the grid's sign.
    surroundings : Surroundings
    noise : (n,) float64
        Of the native trace at each line.
    sigma : float
        Of its quiet parts.
    narrow : float, native points
        Width of the spectrum's narrow lines.

    Returns
    -------
    (n, len(EVIDENCE)) float32
    """
    if candidates.position.size == 0:
        return np.zeros((0, len(EVIDENCE)), np.float32)
    height = np.maximum(lines.height, 0.05 * sigma)
    snr, quiet = height / sigma, sigma / noise
    seen = _Seen.of(surroundings, lines)
    tallest = np.abs(surroundings.grid.trace).max() / surroundings.grid.sigma
    distance, taller = _neighbours(lines, height)
    probability = np.clip(candidates.probability, 1e-4, 1 - 1e-4)
    count = np.searchsorted(np.sort(lines.position), lines.position + 15 * narrow)
    count -= np.searchsorted(np.sort(lines.position), lines.position - 15 * narrow)
    columns = (
        np.log(probability / (1 - probability)),
        np.log10(snr * quiet),
        np.log10(quiet * height / np.maximum(lines.height_err, 1e-3 * height)),
        np.log2(lines.fwhm / narrow),
        candidates.scale,
        np.log2(np.clip(distance, 0.1, 50.0)),
        np.clip(np.log10(taller / height), -3, 5),
        *(np.log10((around + 1.0) / snr) for around in seen.maxima),
        np.log10(tallest / snr),
        np.log10(seen.roughness + 0.1),
        np.log10(lines.misfit + 0.05),
        np.abs(lines.position - candidates.position) / np.maximum(lines.fwhm, 1.0),
        np.log10(np.maximum(seen.prominence * quiet, 0.1)),
        np.clip(seen.prominence / snr, -1.0, 2.0),
        np.log10(np.maximum(seen.above * quiet, 0.1)),
        np.clip(height / np.maximum(seen.above * sigma, 0.1 * sigma), 0.0, 4.0),
        np.log10(lines.position_err / np.maximum(lines.fwhm, 1.0) + 1e-5),
        np.log2(count),
    )
    table: NDArray[np.float32] = np.nan_to_num(np.stack(columns, axis=1)).astype(np.float32)
    return table


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What the grid shows at each of n lines, in sigma.

    Parameters
    ----------
    above : (n,) float64
        The trace over its floor.
    prominence : (n,) float64
    maxima : (3, n) float64
        Greatest absolute height around, near to far.
    roughness : (n,) float64
    """

    above: Array
    prominence: Array
    maxima: Array
    roughness: Array

    @classmethod
    def of(cls, surroundings: Surroundings, lines: FittedLines) -> _Seen:
        grid, step = surroundings.grid, surroundings.per_native
        at = np.clip(np.round(lines.position * step).astype(int), 0, grid.trace.size - 1)
        louder = grid.louder[at]
        above = louder * (grid.trace[at] / grid.sigma - surroundings.floor[at])
        prominence = louder * _prominence(grid, at, np.maximum(lines.fwhm * step, 2.0))
        maxima = louder * surroundings.maxima[:, at]
        return cls(above, prominence, maxima, surroundings.roughness[at])


def _neighbours(lines: FittedLines, height: Array) -> tuple[Array, Array]:
    """Return the distance to the nearest line, in own widths, and that line's height."""
    n = lines.position.size
    if n == 1:
        return np.full(1, 50.0), height.copy()
    order = np.argsort(lines.position)
    place = lines.position[order]
    gap = np.concatenate([[np.inf], np.diff(place), [np.inf]])
    left_is_nearer = gap[:-1] < gap[1:]
    index = np.arange(n)
    other = np.where(left_is_nearer, index - 1, index + 1)
    distance, taller = np.empty(n), np.empty(n)
    distance[order] = np.minimum(gap[:-1], gap[1:])
    taller[order] = height[order][other]
    return distance / np.maximum(lines.fwhm, 1.0), taller


def _prominence(grid: Grid, at: NDArray[np.int64], fwhm: Array) -> Array:
    """Return how far the trace falls on the less steep side within 1.5 widths, in sigma."""
    away = np.linspace(0.25, 1.5, 12)
    drops = []
    for side in (-1.0, 1.0):
        points = np.round(at[:, None] + side * away * fwhm[:, None]).astype(int)
        around = grid.trace[np.clip(points, 0, grid.trace.size - 1)]
        drops.append(grid.trace[at] - around.min(axis=1))
    return np.asarray(np.minimum(*drops) / grid.sigma)
