"""Windows of real spectra with lines that an operator has picked, in the form of synthetic ones.

The bundled Bruker data sets carry the list of lines that was made in TopSpin when they were
measured (``peaklist.xml``): independent of this program, and of single lines rather than of
multiplets. A window is 200 points on the finest grid of the program, where narrow lines are 7.5
points wide, scaled to [0, 1].
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.windows import (
    FWHM_POINTS,
    WINDOW_POINTS,
    Grid,
    grids,
    narrow_width_points,
    window_starts,
)
from nmrquanv.paths import resource
from nmrquanv.study.data.datasets import SLOTS, Spectra
from nmrquanv.study.data.study_metrics import Answers, count_f1, count_f1_floor, matched

EXAMPLES = (
    ("menthol 1H", "bruker_1h_menthol/10"),
    ("aspirin 1H", "bruker_1h_aspirin_fidonly/1"),
    ("caryophyllene oxide 13C", "bruker_13c_caryophyllene_oxide/11"),
    ("caryophyllene oxide DEPT-135", "bruker_dept135_caryophyllene_oxide/12"),
)
MIN_SNR, MIN_SHARE = 6.0, 0.03
"""A listed line is asked for from 6 sigma and 3 % of the window's range on; the scaled window
hides smaller ones. An answer on one of those is neither right nor wrong."""

LEAST_RANGE_SNR = 1 / 0.06
"""Range of a window in units of sigma, at least: the noise of the hard preset, at most."""

TOLERANCE_POINTS = 4.0
EDGE_POINTS = 6
"""Lines nearer to a window's end are not asked for."""

_FLOOR_PERCENT = 10.0
_LIST_SHIFT_POINTS = -0.5  # TopSpin's lists count from half a point further
_LISTED = re.compile(r'<Peak1D[^>]*\bF1="([-+.\deE]+)"')


@dataclass(frozen=True, slots=True, eq=False)
class RealWindows:
    """Windows of real spectra.

    Parameters
    ----------
    spectra : Spectra
        Lines that are asked for; their widths are the grid's nominal 7.5 points.
    excused : (n, m) float64, points
        Listed lines that are too small or too near the end to be asked for; NaN where none.
    source : tuple of str
        Which spectrum each window comes from.
    """

    spectra: Spectra
    excused: NDArray[np.float64]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RealWindow:
    """A stretch of a grid: its lines that are asked for with their heights, and the excused."""

    trace: NDArray[np.float64]
    asked: NDArray[np.float64]
    height: NDArray[np.float64]
    excused: NDArray[np.float64]
    sigma: float


@lru_cache(maxsize=1)
def real_windows() -> RealWindows:
    """Cut the bundled spectra into windows with one to five listed lines.

    Raises
    ------
    FormatError
        A bundled spectrum is damaged.
    """
    found: list[tuple[str, RealWindow]] = []
    for name, place in EXAMPLES:
        folder = resource(f"example_spectra/{place}")
        found += [(name, window) for window in _windows_of(folder)]
    return joined(found)


def listed_ppm(folder: Path) -> NDArray[np.float64]:
    """Return the chemical shifts in a data set's own list of lines, as written there, ppm."""
    text = (folder / "pdata" / "1" / "peaklist.xml").read_text(encoding="utf-8")
    return np.array([float(ppm) for ppm in _LISTED.findall(text)])


def measure_answers(answers: Answers, threshold: float) -> dict[str, Any]:
    """Hold answers on :func:`real_windows` against the operators' lists.

    Parameters
    ----------
    answers : Answers
        One row for each window.
    threshold : float
        Tuned on synthetic spectra: nothing is tuned on real ones.

    Returns
    -------
    dict
        ``windows``, ``lines``, ``right``, ``said`` (answers that count), ``f1_4``, ``precision_4``,
        ``recall_4``, ``count_accuracy``, ``mask_f1`` and ``mask_f1_floor``, that of the best
        constant answer, over all, and the same for each of the ``spectra``.
    """
    return _measured(answers, threshold, real_windows())


def _measured(answers: Answers, threshold: float, windows: RealWindows) -> dict[str, Any]:
    spectra = windows.spectra
    found = _without_excused(answers.above(threshold), windows)
    right = matched(found, spectra.points, spectra.is_line, TOLERANCE_POINTS)
    said, lines = np.isfinite(found).sum(axis=1), spectra.is_line.sum(axis=1)
    source = np.array(windows.source)
    names = list(dict.fromkeys(windows.source))
    return _counted(right, said, lines) | {
        "spectra": {
            name: _counted(right[source == name], said[source == name], lines[source == name])
            for name in names
        },
        "data_hash": spectra.digest()[:16],
    }


def _counted(
    right: NDArray[np.int64], said: NDArray[np.int64], lines: NDArray[np.int64]
) -> dict[str, float | int]:
    n_right, n_said, n_lines = int(right.sum()), int(said.sum()), int(lines.sum())
    return {
        "windows": int(lines.size),
        "lines": n_lines,
        "right": n_right,
        "said": n_said,
        "f1_4": round(2 * n_right / max(n_said + n_lines, 1), 5),
        "precision_4": round(n_right / max(n_said, 1), 5),
        "recall_4": round(n_right / max(n_lines, 1), 5),
        "count_accuracy": round(float((said == lines).mean()), 5) if lines.size else 0.0,
        "mask_f1": round(count_f1(said, lines), 5),
        "mask_f1_floor": round(count_f1_floor(lines, SLOTS), 5),
    }


def _without_excused(found: NDArray[np.float64], windows: RealWindows) -> NDArray[np.float64]:
    """Drop answers that lie on an excused line and on none that is asked for."""
    spectra = windows.spectra
    asked = np.where(spectra.is_line, spectra.points, np.nan)
    near = _is_near(found, windows.excused) & ~_is_near(found, asked)
    return np.sort(np.where(near, np.inf, found), axis=1)


def _is_near(found: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.bool_]:
    away = np.abs(np.where(np.isfinite(found), found, np.nan)[:, :, None] - line[:, None, :])
    return np.asarray((away <= TOLERANCE_POINTS).any(axis=2))


def _windows_of(folder: Path) -> list[RealWindow]:
    """Cut one data set, lines of either sign on a grid of their own."""
    from nmrquanv.io import read

    spectrum = read(folder).spectrum()
    narrow = narrow_width_points(spectrum)
    own = spectrum.axis.point(listed_ppm(folder)) + _LIST_SHIFT_POINTS
    result = []
    for sign in (1.0, -1.0):
        grid = grids(spectrum, narrow, sign)[0]
        place = own * grid.trace.size / spectrum.axis.size
        result += cut_windows(grid, place)
    return result


def cut_windows(grid: Grid, place: NDArray[np.float64]) -> list[RealWindow]:
    """Cut the windows of one grid that hold lines to ask for, and none of the other sign.

    Parameters
    ----------
    grid : Grid
    place : (n,) float64, points
        Of the known lines.
    """
    nearest = np.clip(np.round(place).astype(int), 0, grid.trace.size - 1)
    height = grid.trace[nearest]
    windows = []
    for start in window_starts(grid.axis.size):
        if start < 0 or start + WINDOW_POINTS > grid.axis.size:
            continue
        inside = (place > start) & (place < start + WINDOW_POINTS - 1)
        trace = grid.trace[start : start + WINDOW_POINTS]
        least = max(MIN_SNR * grid.sigma, MIN_SHARE * float(np.ptp(trace)))
        is_noisy = np.ptp(trace) < LEAST_RANGE_SNR * grid.sigma
        if is_noisy or not inside.any() or (height[inside] < -least).any():
            continue
        at = place[inside] - start
        tall = height[inside] - np.percentile(trace, _FLOOR_PERCENT)
        seen = (tall > least) & (at > EDGE_POINTS) & (at < WINDOW_POINTS - 1 - EDGE_POINTS)
        if 1 <= seen.sum() <= SLOTS:
            windows.append(RealWindow(trace, at[seen], tall[seen], at[~seen], grid.sigma))
    return windows


def joined(found: Sequence[tuple[str, RealWindow]]) -> RealWindows:
    """Put windows, each with its spectrum's name, into the arrays that synthetic spectra have."""
    n = len(found)
    position, height = np.zeros((n, SLOTS)), np.zeros((n, SLOTS))
    is_line = np.zeros((n, SLOTS), dtype=bool)
    excused = np.full((n, max([1, *(w.excused.size for _, w in found)])), np.nan)
    traces, sigma = np.zeros((n, WINDOW_POINTS)), np.zeros(n)
    for i, (_, window) in enumerate(found):
        low, scale = window.trace.min(), float(np.ptp(window.trace))
        order = np.argsort(window.asked)
        k = order.size
        position[i, :k] = window.asked[order] / (WINDOW_POINTS - 1)
        height[i, :k] = window.height[order] / scale
        is_line[i, :k] = True
        excused[i, : window.excused.size] = window.excused
        traces[i], sigma[i] = (window.trace - low) / scale, window.sigma / scale
    spectra = Spectra(
        traces.astype(np.float32),
        position.astype(np.float32),
        is_line,
        np.where(is_line, FWHM_POINTS, 0.0).astype(np.float32),
        height.astype(np.float32),
        sigma.astype(np.float32),
    )
    return RealWindows(spectra, excused, tuple(name for name, _ in found))
