"""Power: the chance that so many seeds would show an effect, were it there."""

from __future__ import annotations

import math

from nmrquanv.statistics import LEVEL, Estimate, student

WIDER = 1.5
"""How much wider than a limit a spread is taken to be when its power is told."""


def power(found: Estimate | None, effect: float) -> float:
    """Return the power of the two-sided paired t-test at 5 %, by the noncentral t distribution.

    Parameters
    ----------
    found : Estimate or None
        Differences over seeds: their number and the scatter that was measured.
    effect : float
        In their unit.

    Returns
    -------
    float
        NaN where the scatter is not known.
    """
    from scipy.stats import nct

    if found is None or found.n < 2 or not found.sd > 0:
        return math.nan
    away = effect / (found.sd / math.sqrt(found.n))
    limit = student(found.n - 1)
    chance = float(nct.sf(limit, found.n - 1, away) + nct.cdf(-limit, found.n - 1, away))
    return chance if math.isfinite(chance) else 1.0  # far from zero its series ends


def spread_power(n: int, times: float) -> float:
    """Return the chance that n seeds show a standard deviation above a limit, were it above it.

    Parameters
    ----------
    n : int
        Seeds; two or more.
    times : float
        The true standard deviation over the limit.
    """
    from scipy.stats import chi2

    return float(chi2.sf(chi2.ppf(0.5 + LEVEL / 2, n - 1) / times**2, n - 1))


def told(value: float) -> str:
    """Return a power as tables have it; ``–`` when it is not known."""
    return f"{value:.2f}" if math.isfinite(value) else "–"
