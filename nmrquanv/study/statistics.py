"""Means with intervals, paired comparisons, correlations and laws of a gap, over few seeds.

Words: an *estimate* is a mean over seeds with its 95 % interval; *paired* compares two methods
seed by seed, on the same data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
_ALPHAS = np.linspace(-1.5, 1.5, 1201)
_TINY = 1e-30


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
class Law:
    """One law of the gap against complexity.

    Parameters
    ----------
    name : "constant" | "linear" | "exponential"
    parameters : tuple of float
        ``(c,)``, ``(intercept, slope)`` or ``(amplitude, alpha)``.
    low, high : float
        95 % interval of the last parameter.
    aicc, bic : float
        Smaller is better.
    """

    name: str
    parameters: tuple[float, ...]
    low: float
    high: float
    aicc: float
    bic: float

    def at(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the law's gap at complexities ``x``."""
        place = np.asarray(x, dtype=np.float64)
        if self.name == "constant":
            return np.full_like(place, self.parameters[0])
        first, last = self.parameters
        return first + last * place if self.name == "linear" else first * np.exp(last * place)


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
    reach = _student(x.size - 1) * sd / math.sqrt(x.size)
    return Estimate(mean, mean - reach, mean + reach, sd, int(x.size))


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
    return Paired(difference, estimate(known) if known.size else nothing, _p(difference))


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


def fit_laws(x: ArrayLike, gap: ArrayLike) -> tuple[Law, Law, Law]:
    """Fit a constant, a linear and an exponential gap.

    Parameters
    ----------
    x : (n,) float
        Complexity, such as the number of peaks; n >= 5 with at least 3 different values.
    gap : (n,) float
        One value for each seed and complexity.

    Returns
    -------
    tuple of Law
        Constant, linear, exponential.

    Raises
    ------
    ValueError
        Too few values.

    Notes
    -----
    Least squares, Gaussian scatter. For the exponential ``A exp(alpha x)`` the amplitude follows
    from alpha, so alpha is profiled on a grid from -1.5 to 1.5; its interval are the alphas whose
    squares an F test does not reject (a limit at the grid's end means unbounded).
    """
    from scipy.stats import f as fisher

    place, y = np.asarray(x, dtype=np.float64), np.asarray(gap, dtype=np.float64)
    n = y.size
    if n < 5 or np.unique(place).size < 3:
        raise ValueError(f"laws of the gap need 5 values at 3 complexities, got {n}")
    mean = estimate(y.tolist())
    constant = _law("constant", (mean.mean,), mean.low, mean.high, y - mean.mean)
    slope, intercept = np.polyfit(place, y, 1)
    rest = y - intercept - slope * place
    error = math.sqrt(float(rest @ rest) / (n - 2) / float(((place - place.mean()) ** 2).sum()))
    reach = _student(n - 2) * error
    linear = _law("linear", (float(intercept), float(slope)), slope - reach, slope + reach, rest)
    waves = np.exp(_ALPHAS[:, None] * (place - place.max() * (_ALPHAS[:, None] > 0)))
    amplitude = (waves @ y) / (waves**2).sum(axis=1)
    squares = ((y - amplitude[:, None] * waves) ** 2).sum(axis=1)
    best = int(squares.argmin())
    limit = squares[best] * (1 + float(fisher.ppf(LEVEL, 1, n - 2)) / (n - 2)) + _TINY
    inside = _ALPHAS[squares <= limit]
    alpha = float(_ALPHAS[best])
    scale = float(amplitude[best]) * (math.exp(-alpha * place.max()) if alpha > 0 else 1.0)
    left = y - amplitude[best] * waves[best]
    exponential = _law("exponential", (scale, alpha), inside.min(), inside.max(), left)
    return constant, linear, exponential


def _law(
    name: str, parameters: tuple[float, ...], low: float, high: float, rest: NDArray[np.float64]
) -> Law:
    n, k = rest.size, len(parameters) + 1  # and the scatter
    fit = n * math.log(max(float(rest @ rest) / n, _TINY))
    aicc = fit + 2 * k + 2 * k * (k + 1) / max(n - k - 1, 1)
    return Law(name, parameters, float(low), float(high), aicc, fit + k * math.log(n))


def _p(difference: Estimate) -> float:
    from scipy.stats import t

    if difference.n < 2:
        return math.nan
    if difference.sd <= 0:
        return 1.0 if difference.mean == 0 else 0.0
    statistic = abs(difference.mean) / (difference.sd / math.sqrt(difference.n))
    return float(2 * t.sf(statistic, difference.n - 1))


@lru_cache(maxsize=256)
def _student(free: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.5 + LEVEL / 2, free))


@lru_cache(maxsize=1)
def _normal() -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + LEVEL / 2))
