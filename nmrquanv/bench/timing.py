"""How long a finder takes for a spectrum once it is loaded: alone, on one core.

Never measured while other processes of the benchmark work.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmrquanv.bench.kinds import benchmark_spectrum
from nmrquanv.bench.shipped_finders import Finder
from nmrquanv.progress import Report
from nmrquanv.spectra.simulate import Simulated


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that a finder takes for a spectrum, refinement included.

    Parameters
    ----------
    median, percentile_95, longest : float, s
    spectra : int
    load : float
        Mean number of busy processes on the whole computer in the minute before (NaN where the
        system does not tell): well above 0, others were at work and the seconds are too many.
    """

    median: float
    percentile_95: float
    longest: float
    spectra: int
    load: float


def timings(
    models: Sequence[str],
    find: Finder,
    kinds: Sequence[str],
    seed: int,
    spectra_per_kind: int,
    report: Report,
) -> list[Timing]:
    """Time each model on the first spectra of each kind, one after the other, in this process.

    Returns
    -------
    list of Timing
        For each model; networks answer on one thread.
    """
    load, total = _load(), len(kinds) * spectra_per_kind
    seconds: dict[str, list[float]] = {model: [] for model in models}
    _warm_up(models, find, benchmark_spectrum(seed, kinds[0], 0))
    for number in range(total):
        report(number, total, "timing")
        made = benchmark_spectrum(seed, kinds[number % len(kinds)], number // len(kinds))
        for model, taken in seconds.items():
            started = time.perf_counter()
            find(made, model)
            taken.append(time.perf_counter() - started)
    report(total, total, "timing")
    return [_timing(seconds[model], load) for model in models]


def _warm_up(models: Sequence[str], find: Finder, made: Simulated) -> None:
    """Load the models and let libraries set themselves up."""
    for model in models:
        find(made, model)


def _timing(seconds: Sequence[float], load: float) -> Timing:
    median, high = np.percentile(seconds, [50, 95])
    return Timing(float(median), float(high), max(seconds), len(seconds), load)


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
