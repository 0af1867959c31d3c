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
from nmrquanv.io.signal_lists import LISTS, listed_data_set, read_signals
from nmrquanv.models.signal_places import place_of
from nmrquanv.models.windows import WINDOW_POINTS, grids, narrow_width_points
from nmrquanv.spectra.signals import Signal
from nmrquanv.study.data.real_windows import (
    EDGE_POINTS,
    TOLERANCE_POINTS,
    RealWindow,
    RealWindows,
    cut_windows,
    joined,
)
from nmrquanv.study.data.study_metrics import Answers, matched

LISTED = "listed"
"""Where a run's result has what :func:`measure_listed` says, with the lists that were left out."""


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
    found: list[tuple[str, RealWindow]] = []
    signals, left_out = {}, {}
    for path in lists:
        known, count = read_signals(path)
        try:
            windows, shown = _windows_of(listed_data_set(folder, path.stem), known)
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


def _without_place(text: str, folder: Path) -> str:
    """Return an error in one line that names files from the folder on: results go to others."""
    words = " ".join(text.split())
    for place in (str(folder.resolve()), str(folder)):
        words = words.replace(f"{place}/", "").replace(f"{place}\\", "").replace(place, "")
    return words


def _windows_of(path: Path, known: list[Signal]) -> tuple[list[RealWindow], int]:
    """Cut one data set; also return how many signals its trace shows."""
    from nmrquanv.io import read

    spectrum = read(path).spectrum()
    grid = grids(spectrum, narrow_width_points(spectrum), 1.0)[0]
    places = [place for signal in known if (place := place_of(grid, signal)) is not None]
    if not places:
        return [], 0
    return cut_windows(grid, np.unique(np.concatenate(places))), len(places)
