"""Find and subtract the smooth curve that lies under the lines, without a person.

Other ways, and curves through points that a person chose, are in ``baseline_curves.py``.

The lines are masked where they stand (``line_detection.py`` sees them on any baseline), with
their feet, and a Whittaker curve of pybaselines goes through what is left: as stiff as the
line-free parts allow, so that a flat spectrum keeps its broad lines and a rolling one is
followed. Lines of either sign count alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.line_detection import Scale, scales
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.spectrum import Spectrum

Floats = NDArray[np.float64]

PERIODS = (4.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.06)
"""Shortest periods that the curve follows, in sweeps: tried from stiff to flexible."""

_BLOCKS = 2048
_EDGE, _EDGE_DENSITY = 0.03, 6.0
"""Blocks at both ends are narrower: there the digital filter bends the baseline."""

_NOISE_TOLERANCE, _HEIGHT_TOLERANCE = 0.4, 1e-3
"""The curve fits when smoothed line-free parts differ from it by less than this, in sigma or in
heights of the tallest line, whichever is more."""

_CHECKED_STRETCHES = 48
"""The line-free parts are judged over stretches of this fraction of the blocks."""

_FEET_NOISES, _FEET_HEIGHT = 0.5, 3e-4
_FEET_FACTORS = (1.0, 4.0, 16.0, 64.0)
"""Feet of lines are masked down to half a sigma or to a share of the tallest line, whichever is
more; to a multiple of it where this leaves too little to fit."""

_WIDEST_GAP = 0.65
"""Share of the blocks over which a baseline may run without a line-free one."""

_PERIODS_PER_GAP = 2.0
"""The curve's period is at least so many times the widest gap, lest it swing there."""

_MAX_FEET_WIDTHS = 60.0
_MAX_TOPS = 500
_APODIZED_POINTS = 1.9
"""What exp(-6 t) of ``line_detection`` adds to half of a width: 6 / pi points."""

_LINE_NOISES, _LINE_HEIGHT = 5.0, 1e-4
"""A line is masked where t * FID reaches so many times its noise, or this share of its top."""

_LEAST_FREE = 24


def block_edges(size: int) -> NDArray[np.intp]:
    """Return the limits of the blocks, falling shorter towards both ends of the trace."""
    place = np.linspace(0.0, 1.0, 513)
    far = np.minimum(place, 1 - place)
    density = 1 + (_EDGE_DENSITY - 1) * np.clip(2 - far / _EDGE, 0, 1)
    total = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    blocks = min(_BLOCKS, size // 4)
    edges = np.interp(np.linspace(0, total[-1], blocks + 1), total, place * size)
    return np.unique(np.round(edges).astype(np.intp))


def _feet(scale: Scale, size: int, covered: NDArray[np.bool_]) -> Floats:
    """Return how high lines stand at each of ``size`` points, from their tops and widths.

    Lines on points that a finer scale has ``covered`` are left out: it knows them better.
    """
    feet = np.zeros(size)
    ratio = size / scale.lines.size
    for top in scale.tops[:_MAX_TOPS]:
        centre = min(int(top * ratio), size - 1)
        if covered[centre]:
            continue
        height = float(np.abs(scale.spectrum[top]))
        half_width = max(0.5, scale.width(int(top)) / 2 - _APODIZED_POINTS) * ratio
        reach = int(_MAX_FEET_WIDTHS * 2 * half_width) + 2
        near = slice(max(0, centre - reach), centre + reach + 1)
        apart = (np.arange(size)[near] - centre) / half_width
        feet[near] = np.maximum(feet[near], height / (1 + apart**2))
    return feet


def signal_heights(spectrum: Spectrum) -> Floats:
    """Return about how high lines and their feet stand at each point, whatever the baseline.

    Parameters
    ----------
    spectrum : Spectrum

    Returns
    -------
    (si,) float64
        Infinite where a line was seen directly.
    """
    size = spectrum.axis.size
    heights = np.zeros(size)
    covered = np.zeros(size, dtype=bool)
    for scale in scales(spectrum):
        nearest = np.arange(size) * scale.lines.size // size
        floor = max(_LINE_NOISES * scale.noise, _LINE_HEIGHT * float(scale.lines.max()))
        seen = (scale.lines > floor)[nearest]
        heights = np.maximum(heights, _feet(scale, size, covered))
        heights[seen] = np.inf
        covered |= seen
    return heights


def block_means(trace: Floats, free: NDArray[np.bool_], edges: NDArray[np.intp]) -> Floats:
    """Return the mean of the free points of each block; NaN where fewer than a third are free."""
    counts = np.add.reduceat(free.astype(np.float64), edges[:-1])
    sums = np.add.reduceat(np.where(free, trace, 0.0), edges[:-1])
    enough = counts >= np.diff(edges) / 3
    return np.where(enough, sums / np.maximum(counts, 1), np.nan)


def _whittaker(means: Floats, period: float) -> Floats:
    """Return the smooth curve through the blocks that are not NaN, at every block."""
    from pybaselines import Baseline

    lam = (period * means.size / (2 * np.pi)) ** 4
    known = np.isfinite(means)
    curve, _ = Baseline(np.arange(means.size), check_finite=False).fabc(
        np.where(known, means, 0.0), lam=lam, weights=known, weights_as_mask=True
    )
    return np.asarray(curve, dtype=np.float64)


def _is_followed(rest: Floats, tolerance: float) -> bool:
    """Tell whether a curve leaves nothing smooth over in the line-free blocks."""
    width = max(4, rest.size // _CHECKED_STRETCHES)
    known = np.isfinite(rest)
    window = np.ones(width)
    counts = np.convolve(known, window, mode="same")
    smooth = np.convolve(np.where(known, rest, 0.0), window, mode="same") / np.maximum(counts, 1)
    judged = known & (counts >= width / 2)
    return not judged.any() or float(np.abs(smooth[judged]).max()) <= tolerance


def _widest_gap(means: Floats) -> float:
    """Return the longest run of blocks with lines, as a share of all blocks.

    A run that reaches an end counts double: there the curve is free on one side.
    """
    known = np.flatnonzero(np.isfinite(means))
    inner = np.diff(known).max(initial=1)
    outer = max(known[0] + 1, means.size - known[-1])
    return float(max(inner, 2 * outer)) / means.size


def line_free_means(
    spectrum: Spectrum,
    edges: NDArray[np.intp],
    sigma: float,
    excluded: NDArray[np.bool_] | None = None,
) -> Floats | None:
    """Return the means of line-free blocks, NaN for the others; None if there are too few.

    Points that are ``excluded``, shape ``(si,)``, count as lines.
    """
    heights = signal_heights(spectrum)
    if excluded is not None:
        heights[excluded] = np.inf
    lowest = max(_FEET_NOISES * sigma, _FEET_HEIGHT * float(np.abs(spectrum.trace).max()))
    best = None
    for factor in _FEET_FACTORS:
        means = block_means(spectrum.trace, heights < factor * lowest, edges)
        known = np.flatnonzero(np.isfinite(means))
        if known.size < _LEAST_FREE:
            continue
        best = means
        if _widest_gap(means) <= _WIDEST_GAP:
            break
    return best


def estimate_baseline(spectrum: Spectrum, excluded: NDArray[np.bool_] | None = None) -> Floats:
    """Return the smooth curve under the lines of a phased spectrum.

    Parameters
    ----------
    spectrum : Spectrum
    excluded : (si,) bool, or None
        Where the trace says nothing of the baseline.

    Returns
    -------
    (si,) float64
        Zero everywhere when lines fill the whole trace.

    Notes
    -----
    Whittaker smoothing with second differences; ``lam = (P / 2 pi)**4`` passes half of a wave
    of period ``P`` blocks. The stiffest of ``PERIODS`` that follows the line-free parts is taken.
    """
    trace = spectrum.trace
    edges = block_edges(trace.size)
    sigma = noise_sigma(trace)
    means = line_free_means(spectrum, edges, sigma, excluded)
    if means is None:
        return np.zeros(trace.size)
    tallest = float(np.abs(trace - np.nanmedian(means)).max())
    limit = max(_NOISE_TOLERANCE * sigma, _HEIGHT_TOLERANCE * tallest)
    least = _PERIODS_PER_GAP * _widest_gap(means)
    for period in (PERIODS[0], *(p for p in PERIODS[1:] if p >= least)):
        curve = _whittaker(means, period)
        if _is_followed(means - curve, limit):
            break
    return spread(curve, edges)


def spread(curve: Floats, edges: NDArray[np.intp]) -> Floats:
    """Return a curve that is known at blocks at every point, ``(edges[-1],)``."""
    centres = (edges[:-1] + edges[1:] - 1) / 2
    return np.interp(np.arange(edges[-1]), centres, curve)
