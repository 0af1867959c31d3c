"""Windows with known lines, cut from simulated spectra by the very steps that finding uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.regridding import FADE_POINTS
from nmrquanv.models.windows import (
    FEATURES,
    WINDOW_POINTS,
    Grid,
    cut,
    features,
    grids,
    narrow_width_points,
    window_starts,
)
from nmrquanv.spectra.array_rows import ArrayRows
from nmrquanv.spectra.spectrum import Spectrum, TrueLine

MIN_SNR, DOUBTFUL_SNR = 5.5, 3.0
"""Lines from 5.5 sigma on are to be found; from 3 sigma on they may be."""

NARROWEST, BROADEST = 4.2, 18.0
"""Widths in grid points for which a coarser scale (first) and any scale (second) must answer."""

WINDOWS_PER_SPECTRUM = 30


@dataclass(frozen=True, slots=True, eq=False)
class Windows(ArrayRows):
    """Training windows.

    Parameters
    ----------
    features : (n, channels, 200) float32
    target : (n, 200) float32
        A Gaussian of one point's width at each line.
    offset : (n, 200) float32, points
        From each point to the nearest line, where ``near``.
    near : (n, 200) bool
        Within two points of a line.
    weight : (n, 200) float32
        0 where the answer does not count.
    """

    features: NDArray[np.float32]
    target: NDArray[np.float32]
    offset: NDArray[np.float32]
    near: NDArray[np.bool_]
    weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.features)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """What a network should say of every point of a grid; arrays of shape (m,)."""

    target: NDArray[np.float32]
    offset: NDArray[np.float32]
    weight: NDArray[np.float32]


def _answers(
    grid: Grid, scale: int, lines: Sequence[TrueLine], sign: float, native: tuple[float, float]
) -> _Answers:
    """Lay lines on a grid.

    ``native`` is the noise and the point distance (Hz) of the spectrum that the heights refer to.
    """
    size = grid.trace.size
    target, offset = np.zeros(size, np.float32), np.zeros(size, np.float32)
    nearest = np.full(size, np.inf, dtype=np.float32)
    weight = np.ones(size, np.float32)
    native_sigma, native_hz = native
    coarse = grid.axis.point_hz > native_hz
    for line in sorted(lines, key=lambda t: abs(t.height)):
        place = float(grid.axis.point(line.ppm))
        width = line.fwhm_hz / grid.axis.point_hz
        seen = float(np.hypot(width, FADE_POINTS)) if coarse else width
        height = sign * line.height * width / seen
        snr = height / grid.sigma
        if snr < DOUBTFUL_SNR and sign * line.height < DOUBTFUL_SNR * native_sigma:
            continue
        answers = not line.is_excused and snr >= MIN_SNR
        answers &= seen <= BROADEST and (scale == 0 or seen >= NARROWEST)
        if not answers:
            reach = max(2.0, (0.25 if seen > BROADEST else 0.6) * seen)
            lo, hi = max(0, int(place - reach)), min(size, int(place + reach) + 2)
            weight[lo:hi] = np.where(target[lo:hi] > 0.1, weight[lo:hi], 0.0)
            continue
        lo, hi = max(0, int(place) - 5), min(size, int(place) + 7)
        away = (place - np.arange(lo, hi)).astype(np.float32)
        bump = np.exp(-0.5 * away**2)
        weight[lo:hi] = np.where(bump > 0.1, 1.0, weight[lo:hi])
        target[lo:hi] = np.maximum(target[lo:hi], bump)
        closer = np.abs(away) < np.abs(nearest[lo:hi])
        offset[lo:hi] = np.where(closer, away, offset[lo:hi])
        nearest[lo:hi] = np.where(closer, away, nearest[lo:hi])
    return _Answers(target, offset, weight)


def merged_on(grid: Grid, lines: Sequence[TrueLine], coarse: bool) -> list[TrueLine]:
    """Return the lines with those that a grid cannot tell apart made one.

    Notes
    -----
    Lines closer than half a width *as seen on the grid* become one line at their
    height-weighted mean, of the sum of their heights.
    """
    merged: list[TrueLine] = []
    for line in sorted(lines, key=lambda t: t.ppm):
        if merged and coarse and line.height * merged[-1].height > 0:
            last = merged[-1]
            gap = (line.ppm - last.ppm) * grid.axis.sf_mhz / grid.axis.point_hz
            seen = np.hypot(max(line.fwhm_hz, last.fwhm_hz) / grid.axis.point_hz, FADE_POINTS)
            if gap < 0.5 * seen:
                total = line.height + last.height
                ppm = (line.ppm * line.height + last.ppm * last.height) / total
                fwhm = (line.fwhm_hz * line.height + last.fwhm_hz * last.height) / total
                excused = line.is_excused and last.is_excused
                merged[-1] = TrueLine(ppm, fwhm, total, excused)
                continue
        merged.append(line)
    return merged


def windows_of(
    spectrum: Spectrum,
    lines: Sequence[TrueLine],
    rng: np.random.Generator,
    *,
    count: int = WINDOWS_PER_SPECTRUM,
    regions: Sequence[tuple[float, float]] | None = None,
    ignored_height: float = 0.0,
    both_signs: bool = False,
) -> Windows:
    """Cut training windows out of a spectrum with known lines.

    Parameters
    ----------
    spectrum : Spectrum
    lines : sequence of TrueLine
    rng : Generator
        Jitters the line width on the grid, chooses windows.
    count : int
        At most so many windows; two thirds of them hold lines.
    regions : sequence of (high_ppm, low_ppm) or None
        Only there are the lines known; elsewhere the answer does not count.
    ignored_height : float, intensity
        Where the trace stands less than that above its local floor and no line is near, nothing
        is known either.
    both_signs : bool
        Look for negative lines in half of the calls.
    """
    sigma = spectrum.noise.sigma
    narrow = narrow_width_points(spectrum) * float(np.exp(rng.uniform(-0.45, 0.45)))
    sign = -1.0 if both_signs and rng.random() < 0.5 else 1.0
    native = (sigma, spectrum.axis.point_hz)
    parts = []
    for scale, grid in enumerate(grids(spectrum, narrow, sign)):
        coarse = grid.axis.point_hz > spectrum.axis.point_hz
        known = merged_on(grid, lines, coarse)
        answers = _answers(grid, scale, known, sign, native)
        weight = answers.weight
        if regions is not None:
            reviewed = np.zeros(weight.size, dtype=bool)
            for high, low in regions:
                reviewed[grid.axis.span(high, low)] = True
            weight = np.where(reviewed, weight, 0.0).astype(np.float32)
        channels = features(grid)
        if ignored_height > 0:
            weak = channels[0] < np.arcsinh(ignored_height / grid.sigma) / 8.0
            weight = np.where(weak & (answers.target < 0.01), 0.0, weight).astype(np.float32)
        share = count if scale == 0 else count // 3
        starts = _chosen_starts(channels, answers.target, weight, rng, share)
        if starts.size:
            parts.append(_cut_all(channels, answers, weight, starts))
    if not parts:
        return empty_windows()
    return Windows.joined(parts)


def empty_windows() -> Windows:
    """Return a set of no windows."""
    flat = np.zeros((0, WINDOW_POINTS), np.float32)
    channels = np.zeros((0, len(FEATURES), WINDOW_POINTS), np.float32)
    return Windows(channels, flat, flat, flat.astype(bool), flat)


def _chosen_starts(
    channels: NDArray[np.float32],
    target: NDArray[np.float32],
    weight: NDArray[np.float32],
    rng: np.random.Generator,
    count: int,
) -> NDArray[np.int64]:
    """Choose windows: two thirds with lines, some with a signal but no line, some empty."""
    size = target.size
    starts = window_starts(size) + int(rng.integers(0, 60))
    points = np.clip(starts[:, None] + np.arange(WINDOW_POINTS), 0, size - 1)
    counts = (weight[points] > 0).any(axis=1)
    starts, points = starts[counts], points[counts]
    has_line = (target[points] > 0.5).any(axis=1)
    # Compressed height of 3.5 sigma: something that could be taken for a line.
    tempting = ~has_line & (channels[0][points].max(axis=1) > np.arcsinh(3.5) / 8)
    chosen = []
    for kind, share in ((has_line, 0.66), (tempting, 0.27), (~has_line & ~tempting, 0.07)):
        pool = starts[kind]
        wanted = min(pool.size, max(1, round(share * count)))
        chosen.append(rng.choice(pool, wanted, replace=False) if pool.size else pool)
    return np.concatenate(chosen)


def _cut_all(
    channels: NDArray[np.float32],
    answers: _Answers,
    weight: NDArray[np.float32],
    starts: NDArray[np.int64],
) -> Windows:
    """Cut features and answers alike."""
    stacked = np.stack([answers.target, answers.offset, weight])
    cuts = cut(stacked, starts)
    inside = starts[:, None] + np.arange(WINDOW_POINTS)
    counted = np.where((inside >= 0) & (inside < weight.size), cuts[:, 2], 0.0)
    near = (np.abs(cuts[:, 1]) <= 2.0) & (cuts[:, 0] > 0.1)
    return Windows(cut(channels, starts), cuts[:, 0], cuts[:, 1], near, counted.astype(np.float32))
