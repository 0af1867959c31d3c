"""How well fitted lines are known: against noise, and against what the model line is not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.least_squares import GroupFit
from nmrquanv.spectra.fitting.normal_equations import inverted

Array = NDArray[np.float64]

_SHAPE_REACH = 0.25
"""In widths: how far what a real line has beyond its model is alike."""


def errors(fit: GroupFit, p: Array, correlation: Array) -> dict[str, Array]:
    """Return standard errors and misfit of every line, each (g, k).

    Parameters
    ----------
    p : (g, parameters) float64
    correlation : (lags,) float64
        Autocorrelation of the noise.
    """
    k = fit.fwhm.shape[1]
    fitted, jacobian = fit.model(p)
    by_noise, by_shape = _spreads(fit, p, fitted, jacobian, correlation)
    points = np.maximum(fit.window.is_point.sum(axis=1) - p.shape[1], 1)
    misfit = np.sqrt((fit.weight * (fit.window.y - fitted) ** 2).sum(axis=1) / points)
    found = {"misfit": np.broadcast_to(misfit[:, None], fit.window.which.shape)}
    for name, spread in (("err", by_noise), ("shape", by_shape)):
        found[f"position_{name}"] = spread[:, :k]
        found[f"fwhm_{name}"] = spread[:, k : 2 * k] * np.exp(p[:, k : 2 * k])
        found[f"height_{name}"] = spread[:, 2 * k : 3 * k] * fit.scale
    return found


def _spreads(
    fit: GroupFit, p: Array, fitted: Array, jacobian: Array, correlation: Array
) -> tuple[Array, Array]:
    """Return the parameters' errors by noise, and by a shape error of one.

    Notes
    -----
    ``sqrt diag(H^-1 (J' W C W J + K) H^-1)``. For noise C is its Toeplitz covariance and K the
    stiffness of the priors. A shape error of one is a residual as large as the lines
    themselves that changes its sign within some quarter of a width; K is 0 there.
    """
    k, weighted = fit.fwhm.shape[1], jacobian * fit.weight[:, :, None]
    hessian = weighted.transpose(0, 2, 1) @ jacobian
    stiff = np.eye(hessian.shape[1]) * fit.stiffness[:, None, :]
    inverse = inverted(hessian + stiff)
    points = np.arange(fit.window.x.shape[1])
    lag = np.abs(points[:, None] - points[None, :])[None] * fit.window.step[:, None, None]
    known = np.append(fit.sigma**2 * correlation, 0.0)
    reach = _SHAPE_REACH * np.exp(p[:, k : 2 * k]).min(axis=1)[:, None, None]
    lines = (fitted - fit.base(p)) * fit.window.is_point
    alike = np.exp(-0.5 * np.minimum(lag / reach, 20.0) ** 2)
    spreads = []
    for covariance, prior in (
        (known[np.minimum(lag, correlation.size)], stiff),
        (lines[:, :, None] * alike * lines[:, None, :], np.zeros_like(stiff)),
    ):
        middle = weighted.transpose(0, 2, 1) @ covariance @ weighted
        whole = inverse @ (middle + prior) @ inverse
        spreads.append(np.sqrt(np.maximum(np.einsum("gii->gi", whole), 0.0)))
    return spreads[0], spreads[1]
