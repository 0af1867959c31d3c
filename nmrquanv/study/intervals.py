"""Intervals of what the benchmark measures: means, shares, rates; all 95 %.

Statistics over seeds are in ``statistics.py``; these are over spectra, lines and windows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LEVEL = 0.95
_RESAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its 95 % interval.

    Parameters
    ----------
    value, low, high : float
        ``low`` and ``high`` are NaN where there is too little for an interval, and ``value``
        where there is nothing at all.
    """

    value: float
    low: float
    high: float


NOTHING = Interval(math.nan, math.nan, math.nan)


def bootstrap_mean(groups: Sequence[ArrayLike], seed: int = 0) -> Interval:
    """Return the mean of the groups' means, with a bootstrap interval.

    Parameters
    ----------
    groups : sequence of (n,) float
        Such as the F1 of the spectra of each kind; each is resampled by itself.
    seed : int
        Of the resampling.

    Notes
    -----
    Percentiles of 4,000 resamplings, set apart a little further than 2.5 and 97.5 %: plain ones
    are too narrow by ``sqrt((n - 1) / n)`` and know nothing of Student's t.

    References
    ----------
    T. C. Hesterberg, Am. Stat. 69 (2015) 371, section 5.3.
    """
    from scipy.stats import norm, t

    values = [np.asarray(g, dtype=np.float64) for g in groups if np.size(g)]
    if not values:
        return NOTHING
    mean = float(np.mean([v.mean() for v in values]))
    least = min(v.size for v in values)
    if least < 2:
        return Interval(mean, math.nan, math.nan)
    rng = np.random.default_rng(seed)
    means = np.mean([rng.choice(v, (_RESAMPLES, v.size)).mean(axis=1) for v in values], axis=0)
    free = sum(v.size - 1 for v in values)
    reach = math.sqrt(least / (least - 1)) * float(t.ppf(0.5 + LEVEL / 2, free))
    tail = float(norm.sf(reach))
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(mean, float(low), float(high))


def wilson(hits: int, total: int) -> Interval:
    """Return a share with Wilson's interval; all NaN for nothing of nothing.

    References
    ----------
    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
    """
    from scipy.stats import binomtest

    if total == 0:
        return NOTHING
    limits = binomtest(hits, total).proportion_ci(LEVEL, method="wilson")
    return Interval(hits / total, float(limits.low), float(limits.high))


def poisson_upper(count: int) -> float:
    """Return the one-sided 95 % upper limit of the mean of a Poisson variable seen once."""
    from scipy.stats import chi2

    return float(chi2.ppf(LEVEL, 2 * (count + 1)) / 2)
