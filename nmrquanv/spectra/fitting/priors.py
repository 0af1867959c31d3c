"""What is expected of lines before a batch of their groups is solved, and how far it was solved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Where lines are expected: arrays over all lines, and what is typical of all.

    ``max_shift`` is how far a line may move and ``position_err`` how well it is placed, in widths;
    ``eta`` the typical Lorentzian share; ``log_width_err`` how well the widths' logarithms are
    known.
    """

    position: Array
    log_fwhm: Array
    max_shift: float
    position_err: float
    eta: float
    log_width_err: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """How far a batch of ``g`` groups was solved.

    Parameters
    ----------
    cost : (g,) float64
        Weighted squares that are left.
    is_done : (g,) bool
        Whether further steps gain nothing.
    """

    cost: Array
    is_done: NDArray[np.bool_]
