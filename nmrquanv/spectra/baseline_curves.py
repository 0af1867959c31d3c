"""The curve that a baseline step takes out: found without a person, by a method, or by points.

All methods work on the means of some two thousand blocks of the trace, not on its points: a curve
that is smooth needs no more, and it is there while a person turns the knobs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.baseline import (
    block_edges,
    block_means,
    estimate_baseline,
    line_free_means,
    spread,
)
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.steps import LEAST_BASELINE_POINTS, Baseline

Floats = NDArray[np.float64]

_ANCHOR_POINTS = 2048
"""The trace at an anchor is its mean over this fraction of the sweep: as wide as a block."""


def baseline_curve(spectrum: Spectrum, step: Baseline, shift_ppm: float = 0.0) -> Floats:
    """Return the curve that a step takes out of the real part of a phased spectrum.

    Parameters
    ----------
    spectrum : Spectrum
    step : Baseline
    shift_ppm : float, ppm
        What the spectrum's shifts are above those that the step is written in.

    Returns
    -------
    (si,) float64

    Raises
    ------
    ProcessingError
        Too few points, or nothing without lines is left for a polynomial to go through.

    Notes
    -----
    ``lam = (P / 2 pi)**4`` lets half of a wave of ``P`` blocks through arPLS; the window of SNIP
    reaches a quarter of a wave to both sides, beyond which a wave is a line to it.

    References
    ----------
    S.-J. Baek et al., Analyst 2015, 140, 250 (arPLS); C. G. Ryan et al., Nucl. Instrum. Methods B
    1988, 34, 396 (SNIP); both, and the polynomial, as pybaselines has them.
    """
    if spectrum.axis.size < LEAST_BASELINE_POINTS:
        raise ProcessingError(
            f"a baseline needs at least {LEAST_BASELINE_POINTS} points, the spectrum has "
            f"{spectrum.axis.size}: switch the baseline off"
        )
    outside = _inside(spectrum, ((h + shift_ppm, low + shift_ppm) for h, low in step.excluded))
    match step.mode:
        case "automatic":
            return estimate_baseline(spectrum, outside)
        case "polynomial":
            return _polynomial(spectrum, step.order, outside)
        case "points":
            return _through(spectrum, [ppm + shift_ppm for ppm in step.anchors])
        case _:
            return _below(spectrum, step, outside)


def subtract_baseline(
    spectrum: Spectrum, step: Baseline | None = None, shift_ppm: float = 0.0
) -> Spectrum:
    """Subtract the baseline from the real part of a spectrum.

    The imaginary part is left as it is, as TopSpin's ``abs`` does: phase first, then baseline.
    See :func:`baseline_curve`; without a step it is the automatic one.
    """
    curve = baseline_curve(spectrum, step or Baseline(), shift_ppm)
    return spectrum.with_data(spectrum.data - curve)


def _inside(spectrum: Spectrum, regions: Iterable[tuple[float, float]]) -> NDArray[np.bool_]:
    """Return which points lie in one of some regions, ``(high, low)`` in ppm."""
    inside = np.zeros(spectrum.axis.size, dtype=bool)
    for high, low in regions:
        inside[spectrum.axis.span(high, low)] = True
    return inside


def _polynomial(spectrum: Spectrum, order: int, excluded: NDArray[np.bool_]) -> Floats:
    from pybaselines import Baseline as Fitter

    edges = block_edges(spectrum.axis.size)
    means = line_free_means(spectrum, edges, noise_sigma(spectrum.trace), excluded)
    if means is None:
        raise ProcessingError(
            "lines and excluded regions leave no stretch for the polynomial to go through: "
            "exclude less, or take another baseline"
        )
    known = np.isfinite(means)
    curve, _ = Fitter(np.arange(means.size), check_finite=False).poly(
        np.where(known, means, 0.0), poly_order=order, weights=known.astype(np.float64)
    )
    return spread(np.asarray(curve), edges)


def _below(spectrum: Spectrum, step: Baseline, excluded: NDArray[np.bool_]) -> Floats:
    """Return the curve of a method that lies below lines which point up."""
    from pybaselines import Baseline as Fitter

    edges = block_edges(spectrum.axis.size)
    means = block_means(spectrum.trace, ~excluded, edges)
    blocks, known = np.arange(means.size), np.isfinite(means)
    if not known.any():
        raise ProcessingError("the excluded regions leave nothing of the baseline: exclude less")
    filled = np.interp(blocks, blocks[known], means[known])
    wave = step.period * means.size
    fitter = Fitter(blocks, check_finite=False)
    if step.mode == "arpls":
        curve, _ = fitter.arpls(filled, lam=(wave / (2 * np.pi)) ** 4)
    else:
        reach = int(min(max(wave / 4, 1), (means.size - 1) // 2))
        curve, _ = fitter.snip(filled, max_half_window=reach, decreasing=True)
    return spread(np.asarray(curve), edges)


def _through(spectrum: Spectrum, anchors_ppm: list[float]) -> Floats:
    """Return the curve through the trace at some chemical shifts, level beyond the outer ones."""
    from scipy.interpolate import PchipInterpolator

    axis, trace = spectrum.axis, spectrum.trace
    points = np.unique(np.rint(axis.point(np.sort(np.array(anchors_ppm, dtype=np.float64)))))
    points = points[(points >= 0) & (points < axis.size)].astype(int)
    if not points.size:
        return np.zeros(axis.size)
    reach = max(1, axis.size // (2 * _ANCHOR_POINTS))
    heights = [float(trace[max(0, p - reach) : p + reach + 1].mean()) for p in points]
    if points.size == 1:
        return np.full(axis.size, heights[0])
    curve = PchipInterpolator(points, heights)
    return np.asarray(curve(np.clip(np.arange(axis.size), points[0], points[-1])))
