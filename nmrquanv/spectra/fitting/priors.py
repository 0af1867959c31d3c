"""What is expected of lines before a batch of their groups is solved, and how far it was solved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ETA_ERR = 0.15
_LEVEL_SHARE = 0.002
"""Of a group's tallest point: how well the straight baseline under it is known at best."""

_FREE = 1e-8

WIDTH_ERR = 0.4
"""How well the logarithm of a line's width is known before anything else is."""


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Where lines are expected: arrays over all lines, and what is typical of all.

    ``max_shift`` is how far a line may move and ``position_err`` how well it is placed, in widths;
    ``eta`` the typical Lorentzian share; ``least`` is the width (points) below which narrower lines
    are placed no better; ``log_width_err`` how well the widths' logarithms are known.
    """

    position: Array
    log_fwhm: Array
    max_shift: float
    position_err: float
    eta: float
    least: float
    log_width_err: float = WIDTH_ERR

    def of_groups(
        self, which: NDArray[np.int64], is_line: NDArray[np.bool_], base: Array, unsure: Array
    ) -> tuple[Array, Array]:
        """Return means and inverse variances of all parameters of groups, (g, parameters) each.

        Parameters
        ----------
        which : (g, k) int64
            Their lines.
        is_line : (g, k) bool
            Not padding, whose heights stay 0.
        base, unsure : (g, 1) float64
            The level that they stand on and its error, of the group's scale.
        """
        log_fwhm, count = self.log_fwhm[which], (len(which), 1)
        fwhm = np.exp(log_fwhm)
        heights, flat = np.zeros_like(fwhm), np.zeros(count)
        eta = np.full(count, self.eta)
        firm = 1.0 / np.hypot(_LEVEL_SHARE, unsure) ** 2 + _FREE
        centre = [self.position[which], log_fwhm, heights, eta, base, flat]
        stiffness = [
            1.0 / (self.position_err * np.maximum(fwhm, self.least)) ** 2,
            np.full_like(fwhm, 1.0 / self.log_width_err**2),
            np.where(is_line, _FREE, 1.0),
            np.full(count, 1.0 / _ETA_ERR**2),
            firm,
            firm,
        ]
        return np.concatenate(centre, axis=1), np.concatenate(stiffness, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class SolvedGroups:
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
