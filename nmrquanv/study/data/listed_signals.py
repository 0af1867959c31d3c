"""Spectra with a list of their signals, as windows whose lines are known: for ``study --spectra``.

A list such as ``1.33 ppm, d, 7.0 Hz`` names a multiplet to a few hundredths of a ppm, which is
many lines wide. So each signal is expanded to its first-order lines, and these are shifted as a
whole to where the trace shows the pattern; a signal whose pattern is not there is left out. Such
lists are partial as a rule: lines that they do not name are neither right nor wrong, and only the
share of known lines that was found counts, beside the share that chance would find.

A folder of data sets holds its lists as ``ground_truth/NAME.csv``, with the columns ``shift_ppm``,
``multiplicity`` and ``J_Hz``; NAME is that of a file or folder beside it, without its ending.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.models.windows import FWHM_POINTS, WINDOW_POINTS, Grid, grids, narrow_width_points
from nmrquanv.study.data.real_windows import (
    EDGE_POINTS,
    TOLERANCE_POINTS,
    RealWindows,
    Window,
    cut_windows,
    joined,
)
from nmrquanv.study.data.signal_lists import Signal, read_signals
from nmrquanv.study.data.study_metrics import Answers, matched

LISTS = "ground_truth"
"""Folder of the lists beside the data sets."""

LISTED = "listed"
"""Where a run's result has what :func:`measure_listed` says, with the lists that were left out."""

REACH_PPM = 0.06
"""How far from its listed shift a signal is looked for."""

MIN_LIKENESS = 0.9
"""Least correlation of a signal's pattern with the trace under it."""

MIN_SNR = 10.0
"""Least amplitude of a pattern, in units of sigma."""

_MERGED_POINTS = 0.6 * FWHM_POINTS  # closer lines of a pattern have one top
_TOP_POINTS = 3  # from a line of the pattern to its top: couplings are listed to 0.1 Hz or so
_MARGIN_POINTS = 15


@dataclass(frozen=True, slots=True, eq=False)
class ListedSpectra:
    """What a folder of data sets with lists gives.

    Parameters
    ----------
    windows : RealWindows
    signals : dict
        Name of each spectrum -> signals in its list, and how many of them the trace shows.
    left_out : dict
        Name of each list without windows -> why.
    """

    windows: RealWindows
    signals: dict[str, tuple[int, int]]
    left_out: dict[str, str]

    @property
    def data_hash(self) -> str:
        """What tells these windows and their lines from others."""
        return self.windows.spectra.digest()[:16]


def read_listed(folder: Path) -> ListedSpectra:
    """Cut every data set of a folder that has a list into windows with known lines.

    Raises
    ------
    FormatError
        The folder has no lists, a list is damaged, or no data set shows a listed signal.
    """
    lists = sorted((folder / LISTS).glob("*.csv"))
    if not lists:
        raise FormatError(
            f"{folder}: no lists of signals: expected {LISTS}/NAME.csv beside the data set NAME"
        )
    found: list[tuple[str, Window]] = []
    signals, left_out = {}, {}
    for path in lists:
        known, count = read_signals(path)
        try:
            windows, shown = _windows_of(_data_set(folder, path.stem), known)
        except NmrQuanvError as error:
            left_out[path.stem] = _without_place(str(error), folder)
            continue
        if not windows:
            left_out[path.stem] = f"none of its {count} signals could be told on the trace"
            continue
        found += [(path.stem, window) for window in windows]
        signals[path.stem] = (count, shown)
    if not found:
        why = "; ".join(f"{name}: {text}" for name, text in left_out.items())
        raise FormatError(f"{folder}: no data set shows a listed signal ({why})")
    return ListedSpectra(joined(found), signals, left_out)


def measure_listed(answers: Answers, threshold: float, listed: ListedSpectra) -> dict[str, Any]:
    """Hold answers against the known lines of listed spectra.

    Parameters
    ----------
    answers : Answers
        One row for each window.
    threshold : float
        Tuned on synthetic spectra.
    listed : ListedSpectra

    Returns
    -------
    dict
        ``windows``, ``lines``, ``right``, ``recall_4``, ``chance_4`` (the share of a window's
        points that lie within 4 points of an answer: what lines anywhere would get), over all and
        for each of the ``spectra``; those also with ``signals`` and ``shown``.
    """
    windows = listed.windows
    found = answers.above(threshold)
    right = matched(found, windows.spectra.points, windows.spectra.is_line, TOLERANCE_POINTS)
    lines = windows.spectra.is_line.sum(axis=1)
    place = np.arange(EDGE_POINTS + 1, WINDOW_POINTS - 1 - EDGE_POINTS)
    chance = (np.abs(place[:, None] - found[:, None, :]) <= TOLERANCE_POINTS).any(axis=2)
    share = chance.mean(axis=1)
    source = np.array(windows.source)

    def counted(chosen: NDArray[np.bool_]) -> dict[str, float | int]:
        n = int(lines[chosen].sum())
        return {
            "windows": int(chosen.sum()),
            "lines": n,
            "right": int(right[chosen].sum()),
            "recall_4": round(float(right[chosen].sum()) / n, 5),
            "chance_4": round(float((share * lines)[chosen].sum()) / n, 5),
        }

    spectra = {
        name: counted(source == name) | {"signals": count, "shown": shown}
        for name, (count, shown) in listed.signals.items()
    }
    everything = np.ones(lines.size, dtype=bool)
    return counted(everything) | {"spectra": spectra, "data_hash": listed.data_hash}


def _data_set(folder: Path, name: str) -> Path:
    """Return the data set that a list belongs to, of several in one folder the first."""
    from nmrquanv.io import data_sets

    for path in sorted(folder.glob(f"{name}*")):
        if path.stem == name or path.name == name:
            choices = data_sets(path)
            if choices:
                return Path(choices[0])
    raise FormatError("there is no data set of this name beside the lists")


def _without_place(text: str, folder: Path) -> str:
    """Return an error in one line that names files from the folder on: results go to others."""
    words = " ".join(text.split())
    for place in (str(folder.resolve()), str(folder)):
        words = words.replace(f"{place}/", "").replace(f"{place}\\", "").replace(place, "")
    return words


def _windows_of(path: Path, known: list[Signal]) -> tuple[list[Window], int]:
    """Cut one data set; also return how many signals its trace shows."""
    from nmrquanv.io import read

    spectrum = read(path).spectrum()
    grid = grids(spectrum, narrow_width_points(spectrum), 1.0)[0]
    places = [place for signal in known if (place := place_of(grid, signal)) is not None]
    if not places:
        return [], 0
    return cut_windows(grid, np.unique(np.concatenate(places))), len(places)


def place_of(grid: Grid, signal: Signal) -> NDArray[np.float64] | None:
    """Find a signal on a grid.

    Returns
    -------
    (n,) float64 or None
        Points of its tops, lines closer than 0.6 of a width as one; None when its pattern is not
        there within :data:`REACH_PPM`, or one of its lines has no top of its own.
    """
    offset, weight = _merged(-signal.offset_hz[::-1] / grid.axis.point_hz, signal.weight[::-1])
    low, high = int(np.floor(offset[0])) - _MARGIN_POINTS, int(np.ceil(offset[-1])) + _MARGIN_POINTS
    at = np.arange(low, high + 1)
    shape = (weight / (1.0 + ((at[:, None] - offset) / (0.5 * FWHM_POINTS)) ** 2)).sum(axis=1)
    top = shape.max()
    shape = (shape - shape.mean()) / top
    centre = float(grid.axis.point(signal.shift_ppm))
    reach = int(REACH_PPM / abs(grid.axis.point_ppm))
    first = max(round(centre) - reach + low, 0)
    part = grid.trace[first : max(round(centre) + reach + high + 1, 0)]
    if part.size < shape.size:
        return None
    stretches = np.lib.stride_tricks.sliding_window_view(part, shape.size)
    level = stretches - stretches.mean(axis=1, keepdims=True)
    along = level @ shape
    likeness = along / np.maximum(np.linalg.norm(level, axis=1) * np.linalg.norm(shape), 1e-300)
    amplitude = along / (shape @ shape)
    amplitude[(likeness < MIN_LIKENESS) | (amplitude < MIN_SNR * grid.sigma)] = -np.inf
    best = int(amplitude.argmax())
    if not np.isfinite(amplitude[best]):
        return None
    tops = [_top(grid.trace, first + best - low + x) for x in offset]
    if any(t is None for t in tops) or len(set(tops)) < len(tops):
        return None
    return np.array(tops, dtype=np.float64)


def _merged(
    offset: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Join lines that stand too close for tops of their own, at their centre of gravity."""
    groups = np.split(np.arange(offset.size), np.flatnonzero(np.diff(offset) > _MERGED_POINTS) + 1)
    weights = np.array([weight[g].sum() for g in groups])
    return np.array([(offset[g] * weight[g]).sum() for g in groups]) / weights, weights


def _top(trace: NDArray[np.float64], point: float) -> float | None:
    """Return the top nearest to a point, between points; None when there is none near."""
    middle = round(point)
    near = [
        i
        for i in range(max(middle - _TOP_POINTS, 1), min(middle + _TOP_POINTS, trace.size - 2) + 1)
        if trace[i - 1] < trace[i] >= trace[i + 1]
    ]
    if not near:
        return None
    i = min(near, key=lambda i: abs(i - point))
    left, here, right = trace[i - 1 : i + 2]
    return float(i + 0.5 * (left - right) / (left - 2 * here + right))
