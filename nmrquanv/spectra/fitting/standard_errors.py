"""How well fitted lines are known: against noise, and against what the model line is not."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.least_squares import GroupFit
from nmrquanv.spectra.fitting.normal_equations import inverted

Array = NDArray[np.float64]

ERRORS = (
    "misfit",
    *(f"{of}_{by}" for by in ("err", "shape") for of in ("position", "fwhm", "height")),
    "position_data",
)
"""Names of what :func:`errors` returns."""

_SHAPE_REACH = 0.25
"""In widths: how far what a real line has beyond its model is alike."""

_UNLIKE = 1e-4
"""What is less alike than this is not alike at all."""


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
    by_noise, by_shape, by_data = _spreads(fit, p, fitted, jacobian, correlation)
    points = np.maximum(fit.window.is_point.sum(axis=1) - p.shape[1], 1)
    misfit = np.sqrt((fit.weight * (fit.window.y - fitted) ** 2).sum(axis=1) / points)
    found = {"misfit": np.broadcast_to(misfit[:, None], fit.window.which.shape)}
    for name, spread in (("err", by_noise), ("shape", by_shape)):
        found[f"position_{name}"] = spread[:, :k]
        found[f"fwhm_{name}"] = spread[:, k : 2 * k] * np.exp(p[:, k : 2 * k])
        found[f"height_{name}"] = spread[:, 2 * k : 3 * k] * fit.scale
    found["position_data"] = by_data[:, :k]
    return found


def _spreads(
    fit: GroupFit, p: Array, fitted: Array, jacobian: Array, correlation: Array
) -> tuple[Array, Array, Array]:
    """Return the parameters' errors by noise, by a shape error of one, and by the data alone.

    Notes
    -----
    ``sqrt diag(H^-1 (J' W C W J + K) H^-1)``. For noise C is its Toeplitz covariance and K the
    stiffness of the priors. A shape error of one is a residual as large as the lines
    themselves that changes its sign within some quarter of a width; K is 0 there. The data alone
    say what is said by noise if nothing else than how far it may move is known of a position:
    where a line starts was seen in the same noise.
    """
    k, weighted = fit.fwhm.shape[1], jacobian * fit.weight[:, None, :]
    hessian = weighted @ jacobian.transpose(0, 2, 1)
    stiff = np.eye(hessian.shape[1]) * fit.stiffness[:, None, :]
    loose = stiff.copy()
    place = np.arange(k)
    loose[:, place, place] = 1.0 / fit.tether**2
    points = fit.window.x.shape[1]
    lag = np.arange(points) * fit.window.step[:, None]
    known = np.append(fit.sigma**2 * correlation, 0.0)
    noise = _between(weighted, known[np.minimum(lag, correlation.size)])
    lines = (fitted - fit.base(p)) * fit.window.is_point
    reach = _SHAPE_REACH * np.exp(p[:, k : 2 * k]).min(axis=1)[:, None]
    alike = np.exp(-0.5 * np.minimum(lag / reach, 20.0) ** 2)
    shape = _between(weighted * lines[:, None, :], np.where(alike < _UNLIKE, 0.0, alike))
    tight, open_ = inverted(hessian + stiff), inverted(hessian + loose)
    wholes = (
        tight @ (noise + stiff) @ tight,
        tight @ shape @ tight,
        open_ @ (noise + loose) @ open_,
    )
    spreads = [np.sqrt(np.maximum(np.einsum("gii->gi", whole), 0.0)) for whole in wholes]
    return spreads[0], spreads[1], spreads[2]


def _between(rows: Array, alike: Array) -> Array:
    """Return ``R C R'`` of rows (g, k, p) and a covariance that depends on the lag, (g, p)."""
    if alike[:, 1:].any():
        both = np.concatenate([alike[:, :0:-1], alike], axis=1)
        (group, step), (g, p) = both.strides, alike.shape
        between = as_strided(both[:, p - 1 :], (g, p, p), (group, -step, step), writeable=False)
        # row by row, as matrix products want it: picked by index it lies crosswise
        spread = rows @ np.ascontiguousarray(between)
    else:
        spread = rows * alike[:, None, :1]
    return np.asarray(spread @ rows.transpose(0, 2, 1))
