"""How many digits of a number mean something."""

from __future__ import annotations

import math

import numpy as np

MAX_DECIMALS = 6
"""A millionth of a ppm is less than any spectrometer tells."""


def decimals_for(step: float) -> int:
    """Return how many decimals show a step of this size: 4 for 0.0001 and for 0.00014.

    A step that is not positive and finite gives ``MAX_DECIMALS``.
    """
    if not (math.isfinite(step) and step > 0):
        return MAX_DECIMALS
    return min(MAX_DECIMALS, max(0, math.ceil(-math.log10(step) - 1e-9)))


def rounded_to(value: float, digits: int) -> float:
    """Return a number rounded to so many significant digits."""
    return float(np.format_float_scientific(value, digits - 1, unique=False))
