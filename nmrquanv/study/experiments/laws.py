"""Laws of a gap against complexity: constant, linear or exponential, and how well each fits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nmrquanv.statistics import LEVEL, estimate, student

_ALPHAS = np.linspace(-1.5, 1.5, 1201)
_TINY = 1e-30


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
    reach = student(n - 2) * error
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
