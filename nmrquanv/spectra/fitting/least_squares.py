"""Levenberg-Marquardt over a batch of groups of equal size, with the analytic Jacobian.

Parameters of a group of ``k`` lines, in this order: ``k`` positions (points), ``k`` logarithms of
the width (points), ``k`` heights (of the group's scale), one Lorentzian share ``eta``, and height
and slope of the local baseline (of the scale).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.groups import State, Window
from nmrquanv.spectra.fitting.normal_equations import inverted, solved
from nmrquanv.spectra.lineshapes import LN2

Array = NDArray[np.float64]

SHAPE_ERROR = 0.01
"""Share of the local signal by which a real line may miss the model shape; weights the fit."""

_SHAPE_REACH = 0.25
"""In widths: how far what a real line has beyond its model is alike."""

_ITERATIONS = 14
_ETA_PRIOR = 0.15
_WIDTH_LIMIT = 1.6
_ENOUGH = (0.05, 1e-3)
"""A gain in chi square, absolute and relative, that no error bar would show."""

_CALM = 3
_SHRINK = 0.75


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
class GroupFit:
    """A batch of ``g`` groups of ``k`` lines on ``p`` points.

    Parameters
    ----------
    window : Window
    weight : (g, p) float64
        Inverse variance of noise and shape error; 0 on padding.
    scale : (g, 1) float64
        Intensity that heights are counted in.
    slope : (g, p) float64
        A straight line from -1/2 to 1/2 over each window.
    start, fwhm : (g, k) float64
        Expected positions and widths.
    centre, stiffness : (g, parameters) float64
        The priors' means and inverse variances.
    tether : (g, k) float64, points
        How far each line may move.
    sign : (g, k) float64
        Of the heights, which never change it: a line beside a taller one would else be turned
        into a correction of that line's shape.
    sigma : float
    """

    window: Window
    weight: Array
    scale: Array
    slope: Array
    start: Array
    fwhm: Array
    centre: Array
    stiffness: Array
    tether: Array
    sign: Array
    sigma: float

    @classmethod
    def of(cls, window: Window, state: State, prior: Prior, sigma: float) -> GroupFit:
        """Set up weights and priors."""
        which, count = window.which, (len(window.which), 1)
        weight = window.is_point / (sigma**2 + (SHAPE_ERROR * np.abs(window.signal)) ** 2)
        scale = np.maximum(np.abs(window.y * window.is_point).max(axis=1), sigma)[:, None]
        middle = window.x.mean(axis=1, keepdims=True)
        span = np.maximum(np.ptp(window.x, axis=1, keepdims=True), 1.0)
        start, log_fwhm = prior.position[which], prior.log_fwhm[which]
        fwhm = np.exp(log_fwhm)
        free, flat = np.full_like(fwhm, 1e-8), np.zeros(count)
        eta = np.full(count, prior.eta)
        centre = [start, log_fwhm, np.zeros_like(fwhm), eta, flat, flat]
        stiffness = np.concatenate(
            [
                1.0 / (prior.position_err * fwhm) ** 2,
                np.full_like(fwhm, 1.0 / prior.log_width_err**2),
                free,
                np.full(count, 1.0 / _ETA_PRIOR**2),
                np.full((len(which), 2), 1e-8),
            ],
            axis=1,
        )
        slope, tether = (window.x - middle) / span, prior.max_shift * fwhm
        sign = np.where(state.height[which] < 0, -1.0, 1.0)
        return cls(
            window,
            weight,
            scale,
            slope,
            start,
            fwhm,
            np.concatenate(centre, axis=1),
            stiffness,
            tether,
            sign,
            sigma,
        )

    def model(self, p: Array) -> tuple[Array, Array]:
        """Return the fitted trace (g, p) and its Jacobian (g, p, parameters)."""
        k, x = self.fwhm.shape[1], self.window.x
        position, log_fwhm, height = p[:, :k], p[:, k : 2 * k], p[:, 2 * k : 3 * k]
        eta = p[:, 3 * k : 3 * k + 1, None]
        half, scale = 0.5 * np.exp(log_fwhm)[:, None, :], self.scale[:, :, None]
        u = (x[:, :, None] - position[:, None, :]) / half
        u2 = u * u
        lorentz, gauss = 1 / (1 + u2), np.exp(-LN2 * np.minimum(u2, 200.0))
        shape = eta * lorentz + (1 - eta) * gauss
        tall = height[:, None, :] * scale
        bend = tall * (eta * 2 * u * lorentz**2 + (1 - eta) * 2 * LN2 * u * gauss)
        by_eta = (tall * (lorentz - gauss)).sum(axis=2, keepdims=True)
        level = np.broadcast_to(scale, (*x.shape, 1))
        parts = [
            bend / half,
            bend * u,
            shape * scale,
            by_eta,
            level,
            self.slope[:, :, None] * scale,
        ]
        return (tall * shape).sum(axis=2) + self._base(p), np.concatenate(parts, axis=2)

    def _base(self, p: Array) -> Array:
        """Return the local baseline (g, p)."""
        level, tilt = p[:, -2:-1], p[:, -1:]
        return np.asarray((level + tilt * self.slope) * self.scale)

    def cost(self, p: Array, fitted: Array) -> Array:
        """Return the weighted squares of residuals and priors, shape (g,)."""
        data = (self.weight * (self.window.y - fitted) ** 2).sum(axis=1)
        return np.asarray(data + (self.stiffness * (p - self.centre) ** 2).sum(axis=1))

    def solve(self, state: State) -> Array:
        """Improve the batch's lines in place; return the parameters (g, parameters)."""
        result = self._first(state)
        open_groups = np.arange(len(result))
        part, p = self, result.copy()
        fitted, jacobian = part.model(p)
        best, damping, calm = part.cost(p, fitted), np.full(len(p), 1e-2), np.zeros(len(p))
        for _ in range(_ITERATIONS):
            trial = part._step(p, fitted, jacobian, damping)
            new_fitted, new_jacobian = part.model(trial)
            value = part.cost(trial, new_fitted)
            better = value < best
            gain = np.where(better, best - value, 0.0)
            p[better], fitted[better] = trial[better], new_fitted[better]
            jacobian[better], best = new_jacobian[better], np.where(better, value, best)
            damping = np.clip(np.where(better, damping / 4, damping * 6), 1e-8, 1e8)
            calm = np.where(gain <= _ENOUGH[0] + _ENOUGH[1] * best, calm + 1, 0)
            result[open_groups] = p
            goes_on = calm < _CALM
            if not goes_on.any():
                break
            if np.mean(goes_on) < _SHRINK:
                open_groups, part = open_groups[goes_on], part._chosen(goes_on)
                p, fitted, jacobian = p[goes_on], fitted[goes_on], jacobian[goes_on]
                best, damping, calm = best[goes_on], damping[goes_on], calm[goes_on]
        which, k = self.window.which, self.fwhm.shape[1]
        state.position[which], state.log_fwhm[which] = result[:, :k], result[:, k : 2 * k]
        state.height[which] = result[:, 2 * k : 3 * k] * self.scale
        state.eta[which] = result[:, 3 * k : 3 * k + 1]
        return result

    def _chosen(self, groups: NDArray[np.bool_]) -> GroupFit:
        """Return the problem of some of the groups."""
        arrays = {
            name: getattr(self, name)[groups]
            for name in (
                "weight",
                "scale",
                "slope",
                "start",
                "fwhm",
                "centre",
                "stiffness",
                "tether",
                "sign",
            )
        }
        return replace(self, window=self.window.chosen(groups), **arrays)

    def _first(self, state: State) -> Array:
        """Return starting parameters: the state's, the baseline at the window's lowest point."""
        which, y = self.window.which, self.window.y
        lowest = np.where(self.window.is_point, y, np.inf).min(axis=1, keepdims=True) / self.scale
        lines = (state.position[which], state.log_fwhm[which], state.height[which] / self.scale)
        base = (np.clip(lowest, -1, 1), np.zeros_like(lowest))
        return np.concatenate([*lines, state.eta[which[:, :1]], *base], axis=1)

    def _step(self, p: Array, fitted: Array, jacobian: Array, damping: Array) -> Array:
        """Return the next trial, kept within bounds."""
        # Matrix products: einsum looks for its path anew at every step.
        weighted = (jacobian * self.weight[:, :, None]).transpose(0, 2, 1)
        hessian = weighted @ jacobian
        gradient = (weighted @ (self.window.y - fitted)[:, :, None])[:, :, 0]
        gradient -= self.stiffness * (p - self.centre)
        unknown = np.arange(p.shape[1])
        hessian[:, unknown, unknown] += self.stiffness
        hessian[:, unknown, unknown] *= 1.0 + damping[:, None]
        trial = p + solved(hessian, gradient[:, :, None])[:, :, 0]
        k = self.fwhm.shape[1]
        wide = np.log(self.fwhm)
        trial[:, :k] = np.clip(trial[:, :k], self.start - self.tether, self.start + self.tether)
        widths = slice(k, 2 * k)
        trial[:, widths] = np.clip(trial[:, widths], wide - _WIDTH_LIMIT, wide + _WIDTH_LIMIT)
        heights = slice(2 * k, 3 * k)
        trial[:, heights] = self.sign * np.maximum(self.sign * trial[:, heights], 0.0)
        trial[:, 3 * k] = np.clip(trial[:, 3 * k], 0.0, 1.0)
        return np.asarray(trial, dtype=np.float64)

    def errors(self, p: Array, correlation: Array) -> dict[str, Array]:
        """Return standard errors and misfit of every line, each (g, k).

        Parameters
        ----------
        p : (g, parameters) float64
        correlation : (lags,) float64
            Autocorrelation of the noise.
        """
        k = self.fwhm.shape[1]
        fitted, jacobian = self.model(p)
        by_noise, by_shape = self._spreads(p, fitted, jacobian, correlation)
        points = np.maximum(self.window.is_point.sum(axis=1) - p.shape[1], 1)
        misfit = np.sqrt((self.weight * (self.window.y - fitted) ** 2).sum(axis=1) / points)
        found = {"misfit": np.broadcast_to(misfit[:, None], self.window.which.shape)}
        for name, spread in (("err", by_noise), ("shape", by_shape)):
            found[f"position_{name}"] = spread[:, :k]
            found[f"fwhm_{name}"] = spread[:, k : 2 * k] * np.exp(p[:, k : 2 * k])
            found[f"height_{name}"] = spread[:, 2 * k : 3 * k] * self.scale
        return found

    def _spreads(
        self, p: Array, fitted: Array, jacobian: Array, correlation: Array
    ) -> tuple[Array, Array]:
        """Return the parameters' errors by noise, and by a shape error of one.

        Notes
        -----
        ``sqrt diag(H^-1 (J' W C W J + K) H^-1)``. For noise C is its Toeplitz covariance and K the
        stiffness of the priors. A shape error of one is a residual as large as the lines
        themselves that changes its sign within some quarter of a width; K is 0 there.
        """
        k, weighted = self.fwhm.shape[1], jacobian * self.weight[:, :, None]
        hessian = weighted.transpose(0, 2, 1) @ jacobian
        stiff = np.eye(hessian.shape[1]) * self.stiffness[:, None, :]
        inverse = inverted(hessian + stiff)
        points = np.arange(self.window.x.shape[1])
        lag = np.abs(points[:, None] - points[None, :])[None] * self.window.step[:, None, None]
        known = np.append(self.sigma**2 * correlation, 0.0)
        reach = _SHAPE_REACH * np.exp(p[:, k : 2 * k]).min(axis=1)[:, None, None]
        lines = (fitted - self._base(p)) * self.window.is_point
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
