"""Centre and couplings of a row of lines whose places in a pattern are known, with their errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.multiplets.first_order import RowLines


@dataclass(frozen=True, slots=True, eq=False)
class CouplingFit:
    """Centre and couplings of a row of lines.

    Parameters
    ----------
    centre, centre_error : float, Hz
    values, errors : (k,) float64, Hz
        Couplings and their standard errors.
    worst, misfit : float
        What is left of positions in units of the tolerance: greatest, root mean square.
    """

    centre: float
    centre_error: float
    values: NDArray[np.float64]
    errors: NDArray[np.float64]
    worst: float
    misfit: float


def fitted_couplings(lines: RowLines, signs: NDArray[np.float64]) -> CouplingFit:
    """Fit centre and couplings by weighted linear least squares; errors grow with the misfit.

    Parameters
    ----------
    lines : RowLines
    signs : (n, k) float64
        How many times each coupling moves each line up.
    """
    sigma = np.maximum(lines.error_hz, 0.02 * lines.fwhm_hz)
    design = np.hstack([np.ones((len(lines.hz), 1)), signs])
    weighted = design / sigma[:, None]
    inverse = np.linalg.pinv(weighted.T @ weighted)
    values = inverse @ (weighted.T @ (lines.hz / sigma))
    left = lines.hz - design @ values
    freedom = max(len(lines.hz) - design.shape[1], 1)
    scale = max(1.0, float(np.sqrt(np.sum((left / sigma) ** 2) / freedom)))
    errors = scale * np.sqrt(np.maximum(np.diag(inverse), 0.0))
    share = left / lines.tolerance_hz
    return CouplingFit(
        float(values[0]),
        float(errors[0]),
        values[1:],
        errors[1:],
        float(np.abs(share).max()),
        float(np.sqrt(np.mean(share**2))),
    )
