"""A small part of the benchmark, to tell whether a retrained model has forgotten something.

The spectra are the benchmark's first ones, from the same seeds, judged by the same rules with
the thresholds as shipped. Old and new model see the same spectra, so what counts is the mean of
the differences and its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.scoring import score
from nmrquanv.spectra.simulate import simulate
from nmrquanv.spectra.simulation.acquisitions import BENCHMARK_KINDS
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.training.parallel import in_processes

SEED = 20_261_123
"""First entry of every benchmark spectrum's seed; training seeds are smaller numbers."""

SPECTRA_PER_KIND = 4
_BOOTSTRAP = 2000


def f1_scores(models: Sequence[str], numbers: Sequence[int]) -> list[list[float]]:
    """Return F1 of models on benchmark spectra, a row for each spectrum.

    Parameters
    ----------
    models : sequence of str
        As :func:`nmrquanv.models.finder.find_peaks` takes them.
    numbers : sequence of int
        Of the spectra; the kinds take turns.
    """
    return [_f1_of(models, number) for number in numbers]


def _f1_of(models: Sequence[str], number: int) -> list[float]:
    kind = BENCHMARK_KINDS[number % len(BENCHMARK_KINDS)]
    made = simulate(np.random.default_rng([SEED, number]), kind)
    row = []
    for model in models:
        found = as_listed(find_peaks(made.spectrum, model), Thresholds(), made.spectrum)
        f1 = score(found, made.lines, made.spectrum.axis, made.sigma).f1
        row.append(1.0 if f1 is None else f1)
    return row


def compared(
    old: Path, new: Path, report: Report = silent_report, per_kind: int = SPECTRA_PER_KIND
) -> dict[str, Any]:
    """Compare two saved models on the same benchmark spectra.

    Parameters
    ----------
    old, new : Path
        Of their cards.
    report : Report
    per_kind : int, >= 1

    Returns
    -------
    dict
        ``"old"`` and ``"new"``, each with ``"f1"`` (macro: mean over kinds) and ``"kinds"``;
        ``"difference"`` of the two with its ``"interval"`` (95 %), and ``"spectra"``.
    """
    models = (str(old), str(new))
    count = per_kind * len(BENCHMARK_KINDS)
    text = "comparing on the benchmark"
    parts = in_processes(f1_scores, (models,), count, report, text, at_once=5)
    return comparison(np.array([row for part in parts for row in part]))


def comparison(f1: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> dict[str, Any]:
    """Return what :func:`compared` returns, from F1 of old and new model, shape ``(n, 2)``.

    Notes
    -----
    Paired bootstrap over the spectra, seeded.
    """
    difference = f1[:, 1] - f1[:, 0]
    draws = np.random.default_rng(0).choice(difference, (_BOOTSTRAP, len(difference)))
    low, high = np.percentile(draws.mean(axis=1), [2.5, 97.5])
    return {
        "old": _summary(f1[:, 0]),
        "new": _summary(f1[:, 1]),
        "difference": round(float(difference.mean()), 4),
        "interval": [round(float(low), 4), round(float(high), 4)],
        "spectra": len(f1),
    }


def _summary(f1: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, Any]:
    """Return the mean over kinds and the mean of each kind."""
    n = len(BENCHMARK_KINDS)
    kinds = {kind: round(float(f1[k::n].mean()), 4) for k, kind in enumerate(BENCHMARK_KINDS)}
    return {"f1": round(float(f1.mean()), 4), "kinds": kinds}
