"""Intervals over seeds and test spectra at once.

An interval over seeds alone says what another training would give on the same spectra; one over
both says what another training would give on other spectra of the same kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.statistics import LEVEL, Interval, student

_RESAMPLES = 2000
_MANY = 1_000_000  # Student's t with so many is the normal distribution


def two_way(
    first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]], *, seed: int = 0
) -> Interval:
    """Return the difference of two methods' mean F1, first minus second, and its interval.

    Parameters
    ----------
    first, second : sequence of dict
        One a seed, in the same order: what
        :func:`nmrquanv.study.data.study_metrics.counted` returned for the same test spectra.
    seed : int
        Of the resampling.

    Notes
    -----
    Percentile bootstrap; seeds and spectra are drawn with replacement, each for both methods alike.
    What drawing seeds adds is widened by ``sqrt(n / (n - 1))`` and by Student's t over the normal
    distribution's point: of three seeds a plain bootstrap tells an interval a third as wide as it
    should be.

    References
    ----------
    T. C. Hesterberg, Am. Stat. 69 (2015) 371, section 5.3.
    """
    both = [_arrays(first), _arrays(second)]
    seeds, spectra = both[0][0].shape
    of_seeds, weights = _draws(seeds, spectra, seed)
    drawn = _f1(both[0], weights) - _f1(both[1], weights)
    on_spectra = drawn.mean(axis=0)
    by_seeds = (of_seeds * drawn.T).sum(axis=1) / seeds - on_spectra
    here = [float(_f1(a, np.ones((1, spectra))).mean()) for a in both]
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(on_spectra + _wider(seeds) * by_seeds, ends)
    return Interval(here[0] - here[1], float(low), float(high))


def _wider(seeds: int) -> float:
    """Return by how much a bootstrap over so many seeds is too narrow; one says nothing of it."""
    if seeds < 2:
        return 1.0
    return student(seeds - 1) / student(_MANY) * math.sqrt(seeds / (seeds - 1))


@lru_cache(maxsize=4)  # a curve asks for the same ones at each of its settings
def _draws(seeds: int, spectra: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often each seed and each spectrum is drawn, ``(draws, seeds or spectra)``."""
    rng = np.random.default_rng(seed)
    of_seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), _RESAMPLES)
    of_spectra = rng.multinomial(spectra, np.full(spectra, 1 / spectra), _RESAMPLES)
    return of_seeds.astype(np.float64), of_spectra.astype(np.float64)


def _arrays(results: Sequence[Mapping[str, Any]]) -> tuple[NDArray[np.float64], ...]:
    """Return lines, found and right, ``(seeds, spectra)`` each."""
    return tuple(
        np.array([[int(digit) for digit in result[name]] for result in results], dtype=np.float64)
        for name in ("lines", "found", "right")
    )


def _f1(
    arrays: tuple[NDArray[np.float64], ...], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return F1 of every seed for every weighting of the spectra, ``(seeds, draws)``."""
    lines, found, right = (a @ weights.T for a in arrays)
    return np.asarray(2 * right / np.maximum(lines + found, 1.0), dtype=np.float64)
