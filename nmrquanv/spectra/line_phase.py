"""The phase of single lines and multiplets, read off a complex spectrum near them.

A *cluster* is a stretch of spectrum with one or more overlapping lines. All its lines share one
phase; their amplitudes are real and may have either sign. Smooth baselines and the tails of
lines outside are taken up by a complex straight line, so that neither biases the phase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BACKGROUND = 4
"""Real coefficients of the complex straight line under a cluster."""

_MAX_ITERATIONS = 16
_MAX_ADDED = 3
"""Lines added where a first fit leaves a residual: shoulders, feet of badly shimmed lines."""

_FREE_SIGN_WIDTHS = 1.5
"""Lines further apart than this many FWHM (of the wider) may have opposite signs."""

_PHASE_GRID = np.deg2rad(np.arange(0.0, 180.0, 22.5))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClusterFit:
    """Lorentzian lines of common phase fitted to a cluster.

    Parameters
    ----------
    phase : float, rad
        Such that ``exp(i phase) sum_j a_j / (1 + i (x - x_j) / w_j)`` is the cluster.
    phase_err : float, rad
        Standard error, from the residual: systematic misfit is included.
    positions, half_widths, amplitudes : (lines,) float64
        Points, points (half of the FWHM), and signed heights.
    rms : float
        Of the residual, in the units of the cluster.
    """

    phase: float
    phase_err: float
    positions: Floats
    half_widths: Floats
    amplitudes: Floats
    rms: float


@dataclass(slots=True)
class _State:
    """Trial values of the non-linear parameters, and the linear solution that they give."""

    positions: Floats
    half_widths: Floats
    phase: float
    lines: NDArray[np.complexfloating]
    q: Floats
    linear: Floats
    residual: Floats

    @property
    def cost(self) -> float:
        return float(self.residual @ self.residual)


def _stacked(values: NDArray[np.complex128]) -> Floats:
    """Return real above imaginary parts."""
    return np.concatenate([values.real, values.imag])


def _solve(
    y: NDArray[np.complex128], x: Floats, positions: Floats, half_widths: Floats, phase: float
) -> _State:
    """Solve for amplitudes and background at given positions, widths and phase."""
    lines = 1 / (1 + 1j * (x[:, None] - positions) / half_widths)
    slope = (x - x.mean()) / max(1.0, np.ptp(x) / 2)
    flat = np.stack([np.ones_like(slope), slope], axis=1)
    columns = _stacked(np.hstack([lines * np.exp(1j * phase), flat, 1j * flat]))
    count = columns.shape[1]
    # A trace of ridge keeps coinciding lines solvable; it is far below the noise.
    q, r = np.linalg.qr(np.vstack([columns, 1e-4 * np.eye(count)]))
    target = np.concatenate([_stacked(y), np.zeros(count)])
    linear = np.linalg.solve(r, q.T @ target)
    residual = target - q @ (q.T @ target)
    return _State(positions, half_widths, phase, lines, q, linear, residual)


def _jacobian(state: _State, x: Floats) -> Floats:
    """Return the derivative of the model by positions, log widths and phase.

    The part that amplitudes and background can make up for is projected out (variable
    projection, Kaufman's form).
    """
    count = state.positions.size
    amplitudes = state.linear[:count]
    turn = np.exp(1j * state.phase)
    squared = turn * amplitudes * state.lines**2 * 1j / state.half_widths
    by_log_width = squared * (x[:, None] - state.positions)
    by_phase = (1j * turn * (state.lines @ amplitudes))[:, None]
    columns = _stacked(np.hstack([squared, by_log_width, by_phase]))
    padded = np.vstack([columns, np.zeros((state.q.shape[0] - columns.shape[0], 2 * count + 1))])
    projected: Floats = padded - state.q @ (state.q.T @ padded)
    return projected


def _descend(y: NDArray[np.complex128], x: Floats, state: _State) -> tuple[_State, float]:
    """Improve positions, widths and phase (Levenberg-Marquardt); return also the phase's error."""
    damping, variance = 1e-3, np.inf
    count = state.positions.size
    for _ in range(_MAX_ITERATIONS):
        jacobian = _jacobian(state, x)
        normal = jacobian.T @ jacobian
        scale = np.diag(normal) + 1e-12 * max(float(np.trace(normal)), 1e-300)
        step = np.linalg.solve(normal + np.diag(damping * scale), jacobian.T @ state.residual)
        widths = state.half_widths * np.exp(np.clip(step[count:-1], -0.7, 0.7))
        trial = _solve(
            y,
            x,
            state.positions + np.clip(step[:count], -state.half_widths, state.half_widths),
            np.clip(widths, 0.3, np.ptp(x)),
            state.phase + float(np.clip(step[-1], -0.5, 0.5)),
        )
        freedom = max(1, state.residual.size - 4 * count - _BACKGROUND - 1)
        variance = np.linalg.inv(normal + np.diag(1e-9 * scale))[-1, -1] * state.cost / freedom
        if trial.cost < state.cost:
            gain = 1 - trial.cost / state.cost
            state, damping = trial, max(damping / 5, 1e-7)
            if gain < 1e-4:
                break
        else:
            damping *= 8
            if damping > 1e3:
                break
    return state, float(np.sqrt(max(variance, 0.0)))


def _wrong_signs(state: _State) -> NDArray[np.bool_]:
    """Tell which lines oppose a stronger neighbour with which they overlap.

    Such a pair imitates a dispersive line, and the phase would be lost in it.
    """
    amplitudes = state.linear[: state.positions.size]
    areas = amplitudes * state.half_widths
    apart = np.abs(state.positions[:, None] - state.positions)
    reach = 2 * _FREE_SIGN_WIDTHS * np.maximum(state.half_widths[:, None], state.half_widths)
    opposed = np.sign(areas[:, None]) != np.sign(areas)
    stronger = np.abs(areas) > np.abs(areas[:, None])
    wrong: NDArray[np.bool_] = (opposed & stronger & (apart < reach)).any(axis=1)
    return wrong


def _first_phase(
    y: NDArray[np.complex128], x: Floats, positions: Floats, half_widths: Floats
) -> _State:
    trials = [_solve(y, x, positions, half_widths, phase) for phase in _PHASE_GRID]
    allowed = [t for t in trials if not _wrong_signs(t).any()] or trials
    return min(allowed, key=lambda t: t.cost)


def fit_cluster(
    y: NDArray[np.complex128],
    x: Floats,
    positions: Floats,
    half_widths: Floats,
    *,
    noise: float = 0.0,
    phase: float | None = None,
) -> ClusterFit:
    """Fit Lorentzian lines of one common phase to a stretch of complex spectrum.

    Parameters
    ----------
    y : (n,) complex128
        Intensities, scaled so that the tallest is about 1.
    x : (n,) float64, points
    positions, half_widths : (lines,) float64, points
        Starting values; more lines are added where the residual asks for them.
    noise : float
        Standard deviation of the real part of ``y``.
    phase : float, rad, or None
        Starting value; None tries several.

    Returns
    -------
    ClusterFit
    """
    if phase is None:
        state = _first_phase(y, x, positions, half_widths)
    else:
        state = _solve(y, x, positions, half_widths, phase)
    state, error = _descend(y, x, state)
    for _ in range(_MAX_ADDED):
        wrong = _wrong_signs(state)
        left = state.residual[: x.size] + 1j * state.residual[x.size : 2 * x.size]
        left = left * np.exp(-1j * state.phase)
        worst = int(np.argmax(np.abs(left.real)))
        is_misfit = abs(left.real[worst]) > max(5 * noise, 0.01)
        if not wrong.any() and not is_misfit:
            break
        keep_positions, keep_widths = state.positions[~wrong], state.half_widths[~wrong]
        if not wrong.any():
            nearest = int(np.argmin(np.abs(state.positions - x[worst])))
            keep_positions = np.append(keep_positions, x[worst])
            keep_widths = np.append(keep_widths, state.half_widths[nearest])
        state, error = _descend(y, x, _solve(y, x, keep_positions, keep_widths, state.phase))
    return ClusterFit(
        phase=state.phase,
        phase_err=error,
        positions=state.positions,
        half_widths=state.half_widths,
        amplitudes=state.linear[: state.positions.size],
        rms=float(np.sqrt(state.cost / x.size)),
    )
