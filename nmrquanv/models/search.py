"""Where a network sees lines: windows in, candidates in native points out.

Networks with the dense head search all scales; the paper's slots head takes one window at a time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models import windows as win
from nmrquanv.models.answering import DenseAnswers, SlotsAnswers
from nmrquanv.models.decoding import Candidates, decode, without_duplicates
from nmrquanv.models.one_window import sweep, view_grid
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.spectrum import Spectrum

_BATCH = 6
"""Windows that a network answers at a time: what a layer makes of them stays in the cache until the
next has taken it; of 24 it did not."""

_WIDTH = 1.0 / np.sqrt(8.0 * np.log(2.0))
LEAST_SNR = 5.0
"""Matched-filter S/N from which a window is worth a look."""

_QUIET, _BELOW = 20.0, 0.84
"""The quietest fifth of noise, per cent, and how far it reaches below the middle, in sigma."""


def matched_snr(channels: NDArray[np.float32], window: win.Window) -> NDArray[np.float32]:
    """Return how clearly a line of the grid's own width would stand at each point, in sigma.

    Parameters
    ----------
    channels : (c, m) float32
        :func:`nmrquanv.models.windows.features` of a grid.
    window : Window
        Whose narrow lines it holds.

    Notes
    -----
    A filter in the shape of the line gathers what its points say together: a broad line whose
    points hardly stand out of the noise is seen, a spike of one point is not.
    """
    from scipy.ndimage import gaussian_filter1d

    height = np.sinh(8.0 * channels[0])
    gathered = gaussian_filter1d(height, _WIDTH * window.fwhm_points, mode="nearest")
    sigma = noise_sigma(gathered)
    middle = np.percentile(gathered, _QUIET) + _BELOW * sigma
    return np.asarray((gathered - middle) / sigma, dtype=np.float32)


def search(
    grids: tuple[win.Grid, ...],
    spectrum: Spectrum,
    network: DenseAnswers,
    report: Report = silent_report,
    window: win.Window = win.STANDARD,
) -> Candidates:
    """Let a network with the dense head search all scales, windows with a signal only.

    Parameters
    ----------
    grids : tuple of Grid
        Polarity applied, finest first.
    spectrum : Spectrum
        Whose native points the answer counts.
    network : DenseAnswers
    report : Report
    """
    jobs = []
    for grid in grids:
        report(0, 100, "looking at windows")
        channels = win.features(grid)
        starts = win.window_starts(grid.axis.size, points=window.points)
        points = np.clip(starts[:, None] + np.arange(window.points), 0, grid.axis.size - 1)
        speaks = matched_snr(channels, window)[points].max(axis=1) > LEAST_SNR
        jobs.append((channels, starts[speaks]))
    total = sum(len(starts) for _, starts in jobs)
    done = 0
    parts = []
    for scale, (grid, (channels, starts)) in enumerate(zip(grids, jobs, strict=True)):
        answers = []
        for first in range(0, len(starts), _BATCH):
            report(round(0.6 * done), max(total, 1), "looking at windows")
            chunk = starts[first : first + _BATCH]
            answers.append(network.answer(win.cut(channels, chunk, window.points)))
            done += len(chunk)
        if answers:
            probability, offset = (np.concatenate([a[k] for a in answers]) for k in (0, 1))
            # Offsets of overlapping windows are averaged with the weights of their scores.
            whole = win.stitch(probability, starts, grid.axis.size)
            pull = win.stitch(offset * probability, starts, grid.axis.size)
            offsets = pull / np.maximum(whole, 1e-6)
            parts.append(decode(whole, offsets.astype(np.float32), grid, scale, spectrum.axis.size))
    narrow = window.fwhm_points * spectrum.axis.size / grids[0].axis.size
    return without_duplicates(Candidates.by_position(parts), narrow)


def search_view(
    spectrum: Spectrum, network: DenseAnswers, view: PpmRange, sign: float = 1.0
) -> Candidates:
    """Let a network search one window of 200 points laid over a region."""
    grid, first = view_grid(spectrum, *view)
    grid = replace(grid, trace=sign * grid.trace)
    channels = win.cut(win.features(grid), np.array([first]))
    probability, offset = network.answer(channels)
    inside = slice(first, first + win.WINDOW_POINTS)
    window = replace(grid, trace=grid.trace[inside])
    found = decode(probability[0], offset[0], window, 0, win.WINDOW_POINTS)
    per_point = grid.axis.point_hz / spectrum.axis.point_hz
    start = spectrum.axis.point(float(grid.axis.ppm(first)))
    return replace(found, position=start + found.position * per_point, fwhm=found.fwhm * per_point)


def search_slots(
    spectrum: Spectrum, network: SlotsAnswers, spans: list[PpmRange], sign: float = 1.0
) -> Candidates:
    """Let a network with the paper's head fill its slots in each of several windows."""
    parts, whole = [], None
    for high, low in spans:
        whole = sweep(spectrum, high - low, whole)
        grid, first = view_grid(spectrum, high, low, whole, 0)
        trace = sign * grid.trace[first : first + win.WINDOW_POINTS]
        if (trace.max() - np.median(trace)) < 4.0 * grid.sigma:
            continue
        probability, place = network.answer(trace.astype(np.float32)[None])
        probability = probability[0].astype(np.float64)
        ppm = grid.axis.ppm(first + place[0] * (win.WINDOW_POINTS - 1))
        fwhm = win.FWHM_POINTS * grid.axis.point_hz / spectrum.axis.point_hz
        n = probability.size
        where = spectrum.axis.point(ppm)
        part = Candidates(where, np.full(n, fwhm), probability, np.zeros(n, np.int64))
        parts.append(part.chosen(probability > 0.5))
    found = Candidates.by_position(parts)
    # Windows overlap: of two answers for one place the surer stays.
    keep = np.ones(found.position.size, bool)
    for i in np.flatnonzero(np.diff(found.position) < 0.5 * found.fwhm[1:]):
        keep[i if found.probability[i] < found.probability[i + 1] else i + 1] = False
    return found.chosen(keep)


def whole(spectrum: Spectrum, region: PpmRange | None) -> PpmRange:
    """Return the region, or the whole sweep where none was chosen."""
    return region or spectrum.axis.limits_ppm


def tiles(grid: win.Grid, region: PpmRange | None) -> list[PpmRange]:
    """Return windows of 200 grid points that cover a region, for heads that take one window."""
    span = grid.axis.span(*region) if region else slice(0, grid.axis.size)
    starts = win.window_starts(grid.axis.size, span.start, span.stop)
    last = win.WINDOW_POINTS - 1
    return [(float(grid.axis.ppm(s)), float(grid.axis.ppm(s + last))) for s in starts]
