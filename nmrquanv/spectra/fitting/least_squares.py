"""Levenberg-Marquardt over a batch of groups of alike size, with the analytic Jacobian.

Parameters of a group of ``k`` lines, in this order: ``k`` positions (points), ``k`` logarithms of
the width (points), ``k`` heights (of the group's scale), one Lorentzian share ``eta``, and height
and slope of the local baseline (of the scale).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.fitting.groups import GroupWindow, LineValues
from nmrquanv.spectra.fitting.level import Level
from nmrquanv.spectra.fitting.normal_equations import solved
from nmrquanv.spectra.fitting.priors import Prior, SolvedGroups
from nmrquanv.spectra.lineshapes import LN2

Array = NDArray[np.float64]

_WIDTH_LIMIT = 1.6
ENOUGH = (0.05, 1e-3)
"""A gain in chi square, absolute and relative, that no error bar would show."""

_CALM, _FULL_STEP = 3, 1e-2
_SHRINK = 0.75
_NOTHING_LEFT = -140.0
"""Exponent at which nothing is left of a Gaussian."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupFit:
    """A batch of ``g`` groups of ``k`` lines on ``p`` points.

    Parameters
    ----------
    window : GroupWindow
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
    common : CommonShape or None
        What lines have beyond the model.
    """

    window: GroupWindow
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
    common: CommonShape | None

    @classmethod
    def of(
        cls, window: GroupWindow, state: LineValues, prior: Prior, sigma: float, level: Level
    ) -> GroupFit:
        """Set up weights and priors."""
        which, weight = window.which, window.weight(sigma)
        scale = np.maximum(np.abs(window.y * window.is_point).max(axis=1), sigma)[:, None]
        middle = window.x.mean(axis=1, keepdims=True)
        span = np.maximum(np.ptp(window.x, axis=1, keepdims=True), 1.0)
        start, fwhm = prior.position[which], np.exp(prior.log_fwhm[which])
        base, unsure = (of[:, None] / scale for of in level.at(middle[:, 0]))
        centre, stiffness = prior.of_groups(which, window.is_line, base, unsure)
        slope = (window.x - middle) / span
        tether = prior.max_shift * np.maximum(fwhm, prior.least)
        sign = np.where(state.height[which] < 0, -1.0, 1.0)
        return cls(
            window,
            weight,
            scale,
            slope,
            start,
            fwhm,
            centre,
            stiffness,
            tether,
            sign,
            sigma,
            state.common,
        )

    def model(self, p: Array) -> tuple[Array, Array]:
        """Return the fitted trace (g, p) and its Jacobian, parameters first: (g, parameters, p)."""
        k, x = self.fwhm.shape[1], self.window.x
        position, log_fwhm = p[:, :k, None], p[:, k : 2 * k, None]
        tall = p[:, 2 * k : 3 * k, None] * self.scale[:, :, None]
        eta = p[:, 3 * k, None, None]
        per_half = 2.0 * np.exp(-log_fwhm)
        jacobian = np.empty((len(p), p.shape[1], x.shape[1]))
        bend, by_width, shape = (jacobian[:, i * k : (i + 1) * k] for i in range(3))
        u = (x[:, None, :] - position) * per_half
        squares = u * u
        lorentz = 1.0 / (1.0 + squares)
        gauss = np.exp(np.maximum(-LN2 * squares, _NOTHING_LEFT))
        narrower = lorentz - gauss
        np.add(gauss, eta * narrower, out=shape)
        if self.common is not None:
            beyond, steeper, broader = self.common.at(u, p[:, k : 2 * k])
            shape += beyond
        jacobian[:, 3 * k] = (tall * narrower).sum(axis=1)
        jacobian[:, 3 * k + 1] = self.scale
        jacobian[:, 3 * k + 2] = self.slope * self.scale
        fitted = (tall * shape).sum(axis=1) + self.base(p)
        shape *= (self.window.is_line * self.scale)[:, :, None]
        # what the slope is to u: eta L^2 + (1 - eta) ln 2 G, times twice the height
        lorentz *= lorentz
        lorentz *= 2.0 * tall * eta
        gauss *= 2.0 * LN2 * tall * (1.0 - eta)
        lorentz += gauss
        lorentz *= u
        if self.common is not None:
            lorentz -= tall * steeper
        np.multiply(lorentz, per_half, out=bend)
        np.multiply(lorentz, u, out=by_width)
        if self.common is not None:
            by_width += tall * broader
        return fitted, jacobian

    def base(self, p: Array) -> Array:
        """Return the local baseline (g, p)."""
        level, tilt = p[:, -2:-1], p[:, -1:]
        return np.asarray((level + tilt * self.slope) * self.scale)

    def cost(self, p: Array, fitted: Array) -> Array:
        """Return the weighted squares of residuals and priors, shape (g,)."""
        data = (self.weight * (self.window.y - fitted) ** 2).sum(axis=1)
        return np.asarray(data + (self.stiffness * (p - self.centre) ** 2).sum(axis=1))

    def solve(self, state: LineValues, is_new: NDArray[np.bool_], steps: int) -> SolvedGroups:
        """Improve the batch's lines in place, by some steps at most.

        Parameters
        ----------
        state : LineValues
        is_new : (g,) bool
            Groups whose lines are where they start.
        steps : int
        """
        result = self._first(state)
        if not is_new.all():
            result = np.where(is_new[:, None], result, self.current(state))
        cost, done = np.zeros(len(result)), np.zeros(len(result), dtype=bool)
        open_groups = np.arange(len(result))
        part, p = self, result.copy()
        now, bounds = part.model(p), part._bounds()
        best, damping, calm = part.cost(p, now[0]), np.full(len(p), 1e-2), np.zeros(len(p))
        for _ in range(steps):
            trial, promised = part._step(p, now, damping, bounds)
            new = part.model(trial)
            value = part.cost(trial, new[0])
            better = value < best
            gain = np.where(better, best - value, 0.0)
            p = np.where(better[:, None], trial, p)
            now, best = _better_of(now, new, better), np.where(better, value, best)
            enough = ENOUGH[0] + ENOUGH[1] * best
            # What a full step promised is all that there is to gain.
            is_all = (promised <= enough) & (damping <= _FULL_STEP)
            damping = np.clip(np.where(better, damping / 4, damping * 6), 1e-8, 1e8)
            calm = np.where(gain <= enough, calm + 1, 0)
            goes_on = (calm < _CALM) & ~is_all
            result[open_groups], cost[open_groups], done[open_groups] = p, best, ~goes_on
            if not goes_on.any():
                break
            if np.mean(goes_on) < _SHRINK:
                open_groups, part = open_groups[goes_on], part._chosen(goes_on)
                p, now = p[goes_on], (now[0][goes_on], now[1][goes_on])
                bounds = (bounds[0][goes_on], bounds[1][goes_on])
                best, damping, calm = best[goes_on], damping[goes_on], calm[goes_on]
        k, real = self.fwhm.shape[1], self.window.is_line
        which = self.window.which[real]
        state.position[which] = result[:, :k][real]
        state.log_fwhm[which] = result[:, k : 2 * k][real]
        state.height[which] = (result[:, 2 * k : 3 * k] * self.scale)[real]
        state.eta[which] = np.broadcast_to(result[:, 3 * k : 3 * k + 1], real.shape)[real]
        return SolvedGroups(cost, done)

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

    def _first(self, state: LineValues) -> Array:
        """Return starting parameters: the state's, the baseline at the window's lowest point."""
        y = self.window.y
        lowest = np.where(self.window.is_point, y, np.inf).min(axis=1, keepdims=True) / self.scale
        base = np.concatenate([np.clip(lowest, -1, 1), np.zeros_like(lowest)], axis=1)
        return self._joined(state, base)

    def current(self, state: LineValues) -> Array:
        """Return the state's parameters, with the baseline that suits them best."""
        p = self._joined(state, np.zeros((len(self.fwhm), 2)))
        lines = np.where(self.window.is_line, self.window.which, -1)
        rest = (self.window.y - state.profile(lines, self.window.x)) / self.scale
        straight = np.stack([np.ones_like(self.slope), self.slope], axis=2)
        weighted = (straight * self.weight[:, :, None]).transpose(0, 2, 1)
        p[:, -2:] = solved(weighted @ straight, weighted @ rest[:, :, None])[:, :, 0]
        return p

    def _joined(self, state: LineValues, base: Array) -> Array:
        """Return parameters (g, parameters): the state's lines, and a baseline (g, 2)."""
        which, height = self.window.which, self.window.is_line * state.height[self.window.which]
        lines = (state.position[which], state.log_fwhm[which], height / self.scale)
        return np.concatenate([*lines, state.eta[which[:, :1]], base], axis=1)

    def _step(
        self, p: Array, now: tuple[Array, Array], damping: Array, bounds: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        """Return the next trial, kept within bounds, and what it would gain if all was linear."""
        fitted, jacobian = now
        # Matrix products: einsum looks for its path anew at every step.
        weighted = jacobian * self.weight[:, None, :]
        hessian = weighted @ jacobian.transpose(0, 2, 1)
        gradient = (weighted @ (self.window.y - fitted)[:, :, None])[:, :, 0]
        gradient -= self.stiffness * (p - self.centre)
        unknown = np.arange(p.shape[1])
        hessian[:, unknown, unknown] += self.stiffness
        # What stands at its bound and would go beyond takes no part in the step.
        low, high = bounds
        is_free = ~(((p <= low) & (gradient < 0)) | ((p >= high) & (gradient > 0)))
        bound = np.flatnonzero(~is_free.all(axis=1))
        if bound.size:
            gradient *= is_free
            hessian[bound] *= is_free[bound][:, :, None] & is_free[bound][:, None, :]
        hessian[:, unknown, unknown] = hessian[:, unknown, unknown] * (1.0 + damping)[:, None]
        hessian[:, unknown, unknown] += ~is_free
        step = solved(hessian, gradient[:, :, None])[:, :, 0]
        return np.clip(p + step, low, high), (step * gradient).sum(axis=1)

    def _bounds(self) -> tuple[Array, Array]:
        """Return how low and how high parameters may go (g, parameters)."""
        wide, count = np.log(self.fwhm), (len(self.fwhm), 1)
        far, free = np.full_like(wide, np.inf), np.full(count, np.inf)
        real = self.window.is_line
        up = np.where((self.sign > 0) | ~real, 0.0, -far)
        down = np.where((self.sign > 0) & real, far, 0.0)
        low = [self.start - self.tether, wide - _WIDTH_LIMIT, up, np.zeros(count), -free, -free]
        high = [self.start + self.tether, wide + _WIDTH_LIMIT, down, np.ones(count), free, free]
        return np.concatenate(low, axis=1), np.concatenate(high, axis=1)


def _better_of(
    old: tuple[Array, Array], new: tuple[Array, Array], better: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Return the new arrays, with the old ones of the groups that they did not better."""
    worse = np.flatnonzero(~better)
    for before, after in zip(old, new, strict=True):
        after[worse] = before[worse]
    return new
