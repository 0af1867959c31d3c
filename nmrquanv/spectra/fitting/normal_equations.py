"""Normal equations solved, also those that a spectrum without noise makes singular."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_RIDGE, _LEAST = 1e-12, 1e-150


def solved(matrix: Array, right: Array) -> Array:
    """Return the solution of normal equations, also of such that rounding has made singular.

    Parameters
    ----------
    matrix : (g, k, k) float64
        Symmetric, not negative definite.
    right : (g, k, n) float64
    """
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        even, unit = _told_apart(matrix)
        return np.asarray(np.linalg.solve(even, right / unit) / unit)


def inverted(matrix: Array) -> Array:
    """Return the inverse of normal equations; see :func:`solved`."""
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:
        even, unit = _told_apart(matrix)
        return np.asarray(np.linalg.inv(even) / unit / unit.transpose(0, 2, 1))


def _told_apart(matrix: Array) -> tuple[Array, Array]:
    """Return equations whose unknowns are counted in units (g, k, 1) that make the diagonal 1.

    A spectrum without noise can leave two unknowns that nothing tells apart: a share of 1e-12 is
    added to the diagonal, far below what any data determine.
    """
    unit = np.sqrt(np.maximum(np.einsum("gii->gi", matrix), _LEAST))[:, :, None]
    return matrix / unit / unit.transpose(0, 2, 1) + _RIDGE * np.eye(matrix.shape[1]), unit
