"""Refine lines on the spectrum's own trace: position, height, width, area and their errors.

Neighbouring lines form groups; each group is a sum of pseudo-Voigt lines on a straight local
baseline, fitted by Levenberg-Marquardt with the analytic Jacobian. Groups of equal size are
fitted as one batch, which makes hundreds of lines a matter of tenths of a second.

What it does not do: decide whether a line is real. It reports what the data say of each.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.lineshapes import LN2, pseudo_voigt_area

Array = NDArray[np.float64]

SHAPE_ERROR = 0.01
"""Share of the local signal by which a real line may miss the model shape; weights the fit."""

_MAX_GROUP = 6
_REACH = 2.2
_MAX_POINTS = 160
_BATCH = 48
_PASSES = 3
_ITERATIONS = 14
_TYPICAL_ETA = 0.8
_NEIGHBOURS = 8
_MAX_SHIFT = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class FittedLines:
    """Lines as fitted, one entry per starting position and in the same order.

    Parameters
    ----------
    position, fwhm : (n,) float64, points
    height : (n,) float64, intensity
        Signed, above the local baseline and without its neighbours.
    eta : (n,) float64
        Lorentzian share, 0 to 1.
    position_err, fwhm_err, height_err : (n,) float64
        Standard errors, with the noise's autocorrelation in them.
    misfit : (n,) float64
        Root mean square residual of the line's group over the expected one; 1 is perfect.
    """

    position: Array
    fwhm: Array
    height: Array
    eta: Array
    position_err: Array
    fwhm_err: Array
    height_err: Array
    misfit: Array

    @property
    def area(self) -> Array:
        """Areas, intensity x points, signed."""
        return pseudo_voigt_area(self.height, self.fwhm, self.eta)


@dataclass(slots=True, eq=False)
class _State:
    """Current values of all lines (``n``) while groups are fitted in turn."""

    position: Array
    log_fwhm: Array
    height: Array
    eta: Array

    def profile(self, which: NDArray[np.int64], x: Array) -> Array:
        """Return lines ``which`` (g, k) at points ``x`` (g, p); index -1 is no line."""
        safe = np.maximum(which, 0)
        half = 0.5 * np.exp(self.log_fwhm[safe])[:, None, :]
        u = (x[:, :, None] - self.position[safe][:, None, :]) / half
        eta = self.eta[safe][:, None, :]
        shape = eta / (1 + u * u) + (1 - eta) * np.exp(-LN2 * np.minimum(u * u, 200.0))
        height = np.where(which >= 0, self.height[safe], 0.0)[:, None, :]
        return np.asarray((height * shape).sum(axis=2))


def fit_lines(
    trace: Array,
    sigma: float,
    positions: Array,
    widths: Array,
    correlation: Array,
    report: Report = silent_report,
) -> FittedLines:
    """Fit lines that are known roughly.

    Parameters
    ----------
    trace : (m,) float64
        Real part of the spectrum; lines at least 3 points wide.
    sigma : float
        Its noise.
    positions : (n,) float64, points
        Starting positions, within half a width.
    widths : (n,) float64, points
        Starting full widths, within a factor of about 3.
    correlation : (k,) float64
        Autocorrelation of the noise at lags 0..k-1.
    report : Report
        May cancel.

    Returns
    -------
    FittedLines

    Notes
    -----
    Weights hold the noise and a share (``SHAPE_ERROR``) of the local signal, so that the shape
    error of a tall line does not drown its neighbours. Weak priors keep each line near its start
    (0.5 width, a factor of 2 in width), and none moves farther than 0.3 widths: one that wants to
    gets its starting position back. Groups larger than 6 lines are split at their
    widest gap; lines of other groups enter as fixed tails, in three passes. Standard errors:
    ``H^-1 J' W C W J H^-1`` with C the noise's Toeplitz covariance.
    """
    n = positions.size
    out = {f.name: np.zeros(n) for f in fields(FittedLines)}
    if n == 0:
        return FittedLines(**out)
    start = np.log(np.clip(widths, 1.5, trace.size / 4))
    height = _starting_heights(trace, positions, np.exp(start))
    state = _State(positions.copy(), start.copy(), height, np.full(n, _TYPICAL_ETA))
    groups = _groups(positions, np.exp(start))
    batches = _batches(groups, positions, np.exp(start))
    for step in range(_PASSES):
        for done, batch in enumerate(batches):
            report(step * len(batches) + done, _PASSES * len(batches), "refining peaks")
            window = _Window.of(batch, state, trace, positions, np.exp(start))
            prior_eta = float(np.median(state.eta))
            result = _fit_batch(window, state, sigma, (positions, start, prior_eta), correlation)
            if step == _PASSES - 1:
                for name, values in result.items():
                    out[name][window.which[window.is_line]] = values[window.is_line]
    out["position"], out["height"], out["eta"] = state.position, state.height, state.eta
    # A line at the end of its tether says that the model does not hold here: keep the start.
    is_stuck = np.abs(state.position - positions) > 0.98 * _MAX_SHIFT * np.exp(start)
    out["position"] = np.where(is_stuck, positions, state.position)
    out["position_err"] = np.where(is_stuck, _MAX_SHIFT * np.exp(start), out["position_err"])
    out["fwhm"] = np.exp(state.log_fwhm)
    return FittedLines(**out)


def _nearby_floor(trace: Array, position: float, width: float) -> float:
    """Return the lower of the two sides of a line, three widths around it."""
    lo, mid = int(position - 3 * width) - 1, round(position)
    hi = int(position + 3 * width) + 2
    near = trace[max(0, lo) : min(trace.size, hi)]
    if near.size == 0:
        return 0.0
    at = trace[min(max(mid, 0), trace.size - 1)]
    return float(near.min() if at >= np.median(near) else near.max())


def _starting_heights(trace: Array, positions: Array, widths: Array) -> Array:
    """Return heights whose Lorentzians together reach the trace at every line.

    Notes
    -----
    Starts from the heights above the nearby floor, and scales each by (trace / sum of all lines)
    there, a few times over: heights keep their sign and stay bounded in a crowd.
    """
    at = np.clip(np.round(positions).astype(int), 0, trace.size - 1)
    floor = np.array([_nearby_floor(trace, p, w) for p, w in zip(positions, widths, strict=True)])
    wanted = trace[at] - floor
    order = np.argsort(positions)
    height = wanted.copy()
    reach = min(positions.size - 1, _NEIGHBOURS)
    for _ in range(6):
        total = height.copy()
        for k in range(1, reach + 1):
            left, right = order[:-k], order[k:]
            u2 = (2.0 * (positions[right] - positions[left])) ** 2
            total[left] += height[right] / (1.0 + u2 / widths[right] ** 2)
            total[right] += height[left] / (1.0 + u2 / widths[left] ** 2)
        ratio = np.divide(wanted, total, out=np.ones_like(total), where=total * wanted > 0)
        height *= np.clip(ratio, 0.5, 2.0)
    return np.asarray(height, dtype=np.float64)


def _groups(positions: Array, widths: Array) -> list[NDArray[np.int64]]:
    """Return indices of lines that overlap, at most six together."""
    order = np.argsort(positions)
    gap = np.diff(positions[order]) / np.maximum(widths[order][1:], widths[order][:-1])
    pending = np.split(order, np.flatnonzero(gap > _REACH) + 1)
    groups: list[NDArray[np.int64]] = []
    while pending:
        group = pending.pop()
        if group.size <= _MAX_GROUP:
            groups.append(group)
            continue
        inner = np.diff(positions[group])
        # A cut near the middle: gaps count less towards the ends.
        place = np.minimum(np.arange(1, group.size), group.size - np.arange(1, group.size))
        at = int(np.argmax(inner * np.minimum(place, 3))) + 1
        pending += [group[:at], group[at:]]
    return groups


def _batches(
    groups: list[NDArray[np.int64]], positions: Array, widths: Array
) -> list[list[NDArray[np.int64]]]:
    """Return groups sorted by size and extent, in batches."""

    def extent(group: NDArray[np.int64]) -> float:
        return float(np.ptp(positions[group]) + 2 * _REACH * widths[group].max())

    ordered = sorted(groups, key=lambda g: (g.size, extent(g)))
    batches: list[list[NDArray[np.int64]]] = []
    for group in ordered:
        if batches and len(batches[-1]) < _BATCH and batches[-1][0].size == group.size:
            batches[-1].append(group)
        else:
            batches.append([group])
    return batches


@dataclass(slots=True, eq=False)
class _Window:
    """A batch of groups with their stretch of the trace, padded to one shape.

    ``which`` (g, k) line indices; ``x`` (g, p) points relative to ``origin`` (g,);
    ``y`` (g, p) the trace less the other groups' lines; ``is_point`` (g, p) not padding.
    """

    which: NDArray[np.int64]
    is_line: NDArray[np.bool_]
    x: Array
    y: Array
    signal: Array
    is_point: NDArray[np.bool_]
    step: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        batch: list[NDArray[np.int64]],
        state: _State,
        trace: Array,
        positions: Array,
        widths: Array,
    ) -> _Window:
        """Cut the windows and subtract what other groups put there."""
        which = np.stack(batch)
        width = np.maximum(widths[which], 3.0)
        first = np.floor((positions[which] - _REACH * width).min(axis=1)).astype(int)
        last = np.ceil((positions[which] + _REACH * width).max(axis=1)).astype(int)
        first = np.clip(first, 0, max(0, trace.size - 6))
        last = np.clip(last, first + 5, trace.size - 1)
        step = np.maximum(1, -(-(last - first + 1) // _MAX_POINTS))
        count = (last - first) // step + 1
        index = first[:, None] + step[:, None] * np.arange(count.max())
        is_point = np.arange(count.max()) < count[:, None]
        index = np.minimum(index, trace.size - 1)
        x = index.astype(np.float64)
        y = trace[index] - cls._others(which, state, x, first, last)
        return cls(which, which >= 0, x, y, trace[index], is_point, step)

    @staticmethod
    def _others(
        which: NDArray[np.int64], state: _State, x: Array, first: Array, last: Array
    ) -> Array:
        """Return the tails of all lines outside each group, nearest 24 by influence."""
        middle = 0.5 * (first + last)
        distance = np.abs(state.position[None, :] - middle[:, None]) + 1.0
        influence = np.abs(state.height) * np.exp(2 * state.log_fwhm) / distance**2
        np.put_along_axis(influence, which, -1.0, axis=1)
        k = min(24, influence.shape[1])
        nearest = np.argpartition(-influence, k - 1, axis=1)[:, :k]
        picked = np.take_along_axis(influence, nearest, axis=1)
        return state.profile(np.where(picked > 0, nearest, -1), x)


def _fit_batch(
    window: _Window,
    state: _State,
    sigma: float,
    prior: tuple[Array, Array, float],
    correlation: Array,
) -> dict[str, Array]:
    """Improve the lines of a batch in place; return errors and misfits, each (g, k)."""
    which, k = window.which, window.which.shape[1]
    start_position, start_log_fwhm, prior_eta = prior
    weight = window.is_point / (sigma**2 + (SHAPE_ERROR * np.abs(window.signal)) ** 2)
    scale = np.maximum(np.abs(window.y * window.is_point).max(axis=1), sigma)[:, None]
    wide = np.exp(start_log_fwhm[which])
    centre = np.concatenate(
        [
            start_position[which],
            start_log_fwhm[which],
            np.zeros_like(wide),
            np.full((len(which), 1), prior_eta),
            np.zeros((len(which), 2)),
        ],
        axis=1,
    )
    stiffness = np.concatenate(
        [
            1.0 / (0.5 * wide) ** 2,
            np.full_like(wide, 1.0 / 0.7**2),
            np.full_like(wide, 1e-8),
            np.full((len(which), 1), 1.0 / 0.15**2),
            np.full((len(which), 2), 1e-8),
        ],
        axis=1,
    )
    middle = window.x.mean(axis=1, keepdims=True)
    span = np.maximum(np.ptp(window.x, axis=1, keepdims=True), 1.0)
    slope = (window.x - middle) / span

    def model(p: Array) -> tuple[Array, Array]:
        position, log_fwhm, height = p[:, :k], p[:, k : 2 * k], p[:, 2 * k : 3 * k]
        eta = np.clip(p[:, 3 * k : 3 * k + 1], 0.0, 1.0)[:, :, None]
        half = 0.5 * np.exp(log_fwhm)[:, None, :]
        u = (window.x[:, :, None] - position[:, None, :]) / half
        u2 = u * u
        lorentz, gauss = 1 / (1 + u2), np.exp(-LN2 * np.minimum(u2, 200.0))
        shape = eta * lorentz + (1 - eta) * gauss
        tall = height[:, None, :] * scale[:, :, None]
        bend = tall * (eta * 2 * u * lorentz**2 + (1 - eta) * 2 * LN2 * u * gauss)
        jacobian = np.concatenate(
            [
                bend / half,
                bend * u,
                shape * scale[:, :, None],
                (tall * (lorentz - gauss)).sum(axis=2, keepdims=True),
                np.broadcast_to(scale[:, :, None], (*window.x.shape, 1)),
                slope[:, :, None] * scale[:, :, None],
            ],
            axis=2,
        )
        base = (p[:, 3 * k + 1 : 3 * k + 2] + p[:, 3 * k + 2 :] * slope) * scale
        return (tall * shape).sum(axis=2) + base, jacobian

    def cost(p: Array, fitted: Array) -> Array:
        data = (weight * (window.y - fitted) ** 2).sum(axis=1)
        return np.asarray(data + (stiffness * (p - centre) ** 2).sum(axis=1))

    ends = np.where(window.is_point, window.y, np.inf).min(axis=1, keepdims=True) / scale
    lines = (state.position[which], state.log_fwhm[which], state.height[which] / scale)
    p = np.concatenate(
        [*lines, state.eta[which[:, :1]], np.clip(ends, -1, 1), np.zeros_like(ends)], axis=1
    )
    fitted, jacobian = model(p)
    best = cost(p, fitted)
    damping = np.full(len(p), 1e-2)
    eye = np.eye(p.shape[1])
    for _ in range(_ITERATIONS):
        weighted = jacobian * weight[:, :, None]
        hessian = np.einsum("gpi,gpj->gij", weighted, jacobian, optimize=True)
        hessian = hessian + eye * stiffness[:, None, :]
        gradient = np.einsum("gpi,gp->gi", weighted, window.y - fitted) - stiffness * (p - centre)
        diagonal = np.einsum("gii->gi", hessian)
        damped = hessian + eye * (damping[:, None] * diagonal)[:, None, :]
        trial = p + np.linalg.solve(damped, gradient[:, :, None])[:, :, 0]
        trial[:, 3 * k] = np.clip(trial[:, 3 * k], 0.0, 1.0)
        wide_limit = start_log_fwhm[which]
        shift = _MAX_SHIFT * wide
        trial[:, :k] = np.clip(
            trial[:, :k], start_position[which] - shift, start_position[which] + shift
        )
        trial[:, k : 2 * k] = np.clip(trial[:, k : 2 * k], wide_limit - 1.6, wide_limit + 1.6)
        new_fitted, new_jacobian = model(trial)
        value = cost(trial, new_fitted)
        better = value < best
        gain = np.where(better, best - value, 0.0)
        p[better], fitted[better] = trial[better], new_fitted[better]
        jacobian[better], best = new_jacobian[better], np.where(better, value, best)
        damping = np.clip(np.where(better, damping / 4, damping * 6), 1e-8, 1e8)
        if (gain <= 1e-6 * best).all() and better.any():
            break
    state.position[which], state.log_fwhm[which] = p[:, :k], p[:, k : 2 * k]
    state.height[which] = p[:, 2 * k : 3 * k] * scale
    state.eta[which] = p[:, 3 * k : 3 * k + 1]
    errors = _errors(window, jacobian, weight, stiffness, sigma**2 * correlation)
    points = np.maximum(window.is_point.sum(axis=1) - p.shape[1], 1)
    misfit = np.sqrt((weight * (window.y - fitted) ** 2).sum(axis=1) / points)
    return {
        "position_err": errors[:, :k],
        "fwhm_err": errors[:, k : 2 * k] * np.exp(p[:, k : 2 * k]),
        "height_err": errors[:, 2 * k : 3 * k] * scale,
        "misfit": np.broadcast_to(misfit[:, None], which.shape),
    }


def _errors(
    window: _Window, jacobian: Array, weight: Array, stiffness: Array, covariance: Array
) -> Array:
    """Return standard errors (g, parameters) for noise of a given autocovariance."""
    weighted = jacobian * weight[:, :, None]
    hessian = np.einsum("gpi,gpj->gij", weighted, jacobian, optimize=True)
    inverse = np.linalg.inv(hessian + np.eye(hessian.shape[1]) * stiffness[:, None, :])
    points = np.arange(window.x.shape[1])
    lag = np.abs(points[:, None] - points[None, :])[None] * window.step[:, None, None]
    known = np.append(covariance, 0.0)
    noise = known[np.minimum(lag, covariance.size)]
    middle = np.einsum("gpi,gpq,gqj->gij", weighted, noise, weighted, optimize=True)
    spread = inverse @ middle @ inverse
    return np.asarray(np.sqrt(np.maximum(np.einsum("gii->gi", spread), 0.0)))
