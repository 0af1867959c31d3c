"""Means with intervals, paired comparisons, correlations and shares; all intervals are 95 %.

Words: an *estimate* is a mean over seeds with its 95 % interval; *paired* compares two methods
seed by seed, on the same data. An *interval* is one over spectra, lines or windows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
_TINY = 1e-30
_RESAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval.

    Parameters
    ----------
    mean, low, high : float
        ``low`` and ``high`` are NaN with fewer than two values.
    sd : float
        Standard deviation between the values; NaN with fewer than two.
    n : int
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int

    @property
    def has_interval(self) -> bool:
        """Tell whether there were enough values for an interval."""
        return math.isfinite(self.low) and math.isfinite(self.high)


@dataclass(frozen=True, slots=True)
class Paired:
    """Two methods compared seed by seed.

    Parameters
    ----------
    difference : Estimate
        First minus second.
    relative : Estimate
        First / second - 1.
    p : float
        Of the paired t-test, two-sided; NaN with fewer than two pairs.
    """

    difference: Estimate
    relative: Estimate
    p: float

    @property
    def n(self) -> int:
        """Number of pairs."""
        return self.difference.n


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


def estimate(values: Sequence[float] | NDArray[np.float64]) -> Estimate:
    """Return the mean with its t-interval.

    Raises
    ------
    ValueError
        No values.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0:
        raise ValueError("an estimate needs at least one value")
    mean = float(x.mean())
    if x.size < 2:
        return Estimate(mean, math.nan, math.nan, math.nan, 1)
    sd = float(x.std(ddof=1))
    reach = student(x.size - 1) * sd / math.sqrt(x.size)
    return Estimate(mean, mean - reach, mean + reach, sd, int(x.size))


def share(values: Sequence[float] | NDArray[np.float64]) -> Estimate:
    """Return the mean of shares (F1, accuracy) with an interval that stays within 0 and 1.

    The t-interval of :func:`estimate`, cut where no share can be.
    """
    found = estimate(values)
    if not found.has_interval:
        return found
    return replace(found, low=max(0.0, found.low), high=min(1.0, found.high))


def paired(first: Sequence[float], second: Sequence[float]) -> Paired:
    """Compare two methods, value by value of the same seeds.

    Raises
    ------
    ValueError
        No values, or of different number.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.size != b.size:
        raise ValueError(f"paired values must be equally many, got {a.size} and {b.size}")
    difference = estimate(a - b)
    ratio = a / np.where(np.abs(b) > _TINY, b, np.nan) - 1.0
    known = ratio[np.isfinite(ratio)]
    nothing = Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    return Paired(difference, estimate(known) if known.size else nothing, t_test(difference))


def spread(values: Sequence[float]) -> Estimate:
    """Return the standard deviation with its chi-square interval; ``mean`` holds it.

    Raises
    ------
    ValueError
        Fewer than two values.
    """
    from scipy.stats import chi2

    x = np.asarray(values, dtype=np.float64)
    if x.size < 2:
        raise ValueError("a spread needs at least two values")
    sd, free = float(x.std(ddof=1)), x.size - 1
    tail = (1 - LEVEL) / 2
    low = sd * math.sqrt(free / float(chi2.ppf(1 - tail, free)))
    high = sd * math.sqrt(free / float(chi2.ppf(tail, free)))
    return Estimate(sd, low, high, sd, int(x.size))


def partial_correlation(
    x: ArrayLike, y: ArrayLike, controls: Sequence[ArrayLike] = ()
) -> tuple[float, float, float]:
    """Return Spearman's correlation of x and y with the controls held, and its 95 % interval.

    Parameters
    ----------
    x, y : (n,) float
    controls : sequence of (n,) float

    Returns
    -------
    tuple of float
        Correlation, lower and upper limit; NaN where x or y does not vary.

    Notes
    -----
    Ranks, residuals of a linear fit on the controls' ranks, Pearson; the interval is Fisher's z
    with ``n - 3 - len(controls)`` in place of ``n - 3`` (and 1.06 for ranks).
    """
    from scipy.stats import rankdata

    ranks = [rankdata(np.asarray(v, dtype=np.float64)) for v in (x, y, *controls)]
    n = ranks[0].size
    known = np.column_stack([np.ones(n), *ranks[2:]])
    left = [r - known @ np.linalg.lstsq(known, r, rcond=None)[0] for r in ranks[:2]]
    size = math.sqrt(float(left[0] @ left[0]) * float(left[1] @ left[1]))
    free = n - 3 - len(controls)
    if size < 1e-9 * n**3 or free < 1:
        return math.nan, math.nan, math.nan
    r = float(np.clip(left[0] @ left[1] / size, -0.999999, 0.999999))
    reach = _normal() * math.sqrt(1.06 / free)
    return r, math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)


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


def wilson(hits: float, total: float) -> Interval:
    """Return a share with Wilson's interval; all NaN for nothing of nothing.

    Parameters
    ----------
    hits, total : float
        Counts; means over several looks at the same things, which make no new things.

    References
    ----------
    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
    """
    if total == 0:
        return NOTHING
    p, z2 = hits / total, _normal() ** 2
    middle, scale = p + z2 / (2 * total), 1 + z2 / total
    reach = math.sqrt(z2 * (p * (1 - p) / total + z2 / (4 * total**2)))
    return Interval(p, max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale))


def poisson_upper(count: int) -> float:
    """Return the one-sided 95 % upper limit of the mean of a Poisson variable seen once."""
    from scipy.stats import chi2

    return float(chi2.ppf(LEVEL, 2 * (count + 1)) / 2)


def t_test(difference: Estimate) -> float:
    """Return p of a mean against zero, two-sided; NaN with fewer than two values."""
    from scipy.stats import t

    if difference.n < 2:
        return math.nan
    if difference.sd <= 0:
        return 1.0 if difference.mean == 0 else 0.0
    statistic = abs(difference.mean) / (difference.sd / math.sqrt(difference.n))
    return float(2 * t.sf(statistic, difference.n - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for being several, in the same order; NaN stays NaN.

    References
    ----------
    S. Holm, Scand. J. Stat. 6 (1979) 65.
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if math.isfinite(p))
    corrected, least = [math.nan] * len(p_values), 0.0
    for rank, (p, i) in enumerate(known):
        least = max(least, min(1.0, (len(known) - rank) * p))
        corrected[i] = least
    return corrected


@lru_cache(maxsize=256)
def student(free: int) -> float:
    """Return the two-sided 95 % point of Student's t with so many degrees of freedom."""
    from scipy.stats import t

    return float(t.ppf(0.5 + LEVEL / 2, free))


@lru_cache(maxsize=1)
def _normal() -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + LEVEL / 2))
