"""Lines known roughly -> lines known with their errors."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.fitting.groups import LineValues
from nmrquanv.spectra.fitting.level import Level
from nmrquanv.spectra.fitting.normal_equations import solved
from nmrquanv.spectra.fitting.passes import Known, Passes
from nmrquanv.spectra.fitting.priors import WIDTH_ERR
from nmrquanv.spectra.lineshapes import pseudo_voigt_area

Array = NDArray[np.float64]

_TYPICAL_ETA, _ROOM = 0.8, 0.2
_NEIGHBOURS = 8
_ODD_MISFIT, _ODD_SNR = 1.5, 50.0
_TOP_REACH = 0.5
_SLANT_SHARE = 0.9
"""A small phase error moves the top of a Lorentzian by 0.6 of that, the best even line by more; how
much covers what it should is from simulated spectra of their own seeds."""

_DATA_SHARE = 1.05
"""What estimates of noise and neighbours add to the errors of noise; from the same spectra."""


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
        Standard errors of noise, with its autocorrelation in them.
    position_data : (n,) float64, points
        The position's by noise alone, as if nobody had seen before where it starts.
    position_shape, fwhm_shape, height_shape : (n,) float64
        What a shape error of 1 would add to them: lines that are other than the model by a share of
        their height put that share of it into every error (:meth:`with_shape`).
    misfit : (n,) float64
        Root mean square residual of the line's group over the expected one; 1 is perfect.
    common : CommonShape or None
        What each line has beyond a pseudo-Voigt.
    """

    position: Array
    fwhm: Array
    height: Array
    eta: Array
    position_err: Array
    fwhm_err: Array
    height_err: Array
    position_data: Array
    position_shape: Array
    fwhm_shape: Array
    height_shape: Array
    misfit: Array
    common: CommonShape | None = None

    @classmethod
    def blank(cls, n: int, common: CommonShape | None = None) -> FittedLines:
        """Return lines of which nothing is known: zeros."""
        own = {f.name: np.zeros(n) for f in fields(cls) if f.name != "common"}
        return cls(**own, common=common)

    def chosen(self, which: NDArray[np.generic]) -> FittedLines:
        """Return some of the lines."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "common"}
        arrays = {name: values[which] for name, values in own.items()}
        return FittedLines(**arrays, common=self.common)

    def state(self) -> LineValues:
        """Return the lines as they stand, to take them off a trace."""
        log_fwhm = np.log(np.maximum(self.fwhm, 1e-3))
        return LineValues(self.position, log_fwhm, self.height, self.eta, self.common)

    def with_shape(self, shape_error: Array | float, slant: Array | float = 0.0) -> FittedLines:
        """Return the lines with the errors that their shape leaves, beside those of noise.

        Parameters
        ----------
        shape_error : (n,) float64 or float
            Share of its height by which a line misses the model.
        slant : (n,) float64, widths
            How far the middle of each line moves on the way up
            (:func:`nmrquanv.spectra.fitting.shape.slants`): where a lopsided line
            stands is not known better.
        """
        by_shape = {n: shape_error * getattr(self, f"{n}_shape") for n in ("fwhm", "height")}
        errors = {f"{n}_err": np.hypot(getattr(self, f"{n}_err"), by_shape[n]) for n in by_shape}
        place = np.hypot(shape_error * self.position_shape, _SLANT_SHARE * slant * self.fwhm)
        data = _DATA_SHARE * self.position_data
        return replace(self, **errors, position_err=np.hypot(data, place))

    @property
    def area(self) -> Array:
        """Areas, intensity x points, signed."""
        area = pseudo_voigt_area(self.height, self.fwhm, self.eta)
        if self.common is None:
            return area
        more = self.common.area(np.log(np.maximum(self.fwhm, 1e-3)))
        return np.asarray(area + 0.5 * self.height * self.fwhm * more)


def fit_lines(
    trace: Array,
    sigma: float,
    positions: Array,
    widths: Array,
    correlation: Array,
    report: Report = silent_report,
    *,
    max_shift: float = 0.4,
    start_err: float = 0.5,
    least: float = 0.0,
    is_upright: bool = False,
    level: Level | None = None,
    known: Known | None = None,
    common: CommonShape | None = None,
    width_err: float = WIDTH_ERR,
) -> FittedLines:
    """Fit lines that are known roughly.

    Parameters
    ----------
    trace : (m,) float64
        Real part of the spectrum; lines at least 3 points wide.
    sigma : float
        Its noise.
    positions : (n,) float64, points
        Starting positions.
    widths : (n,) float64, points
        Starting full widths, within a factor of about 3.
    correlation : (k,) float64
        Autocorrelation of the noise at lags 0..k-1.
    report : Report
        May cancel.
    max_shift : float, widths
        Farthest that a line may move; one that wants to go farther gets its start back.
    start_err : float, widths
        Standard error of the starting positions: where lines overlap so closely that the trace
        hardly tells them apart, they stay near their start.
    least : float, points
        Width of the narrowest lines looked for: narrower ones are placed no better and move as far.
    is_upright : bool
        All lines point up; else a line that starts in a valley points down.
    level : Level or None
        That the lines stand on, beside a straight baseline under each group; None for one that
        nobody knows.
    known : dict or None
        Groups that earlier fits of the same trace, in the same way, have solved; added to.
    common : CommonShape or None
        What lines have beyond the model line.
    width_err : float
        Standard error of the logarithms of the starting widths.

    Returns
    -------
    FittedLines

    Notes
    -----
    Weights hold the noise and a share (``SHAPE_ERROR``) of the local signal: the shape error of a
    tall line must not drown its neighbours. Weak priors keep each line near its start. Groups of
    more than 12 lines are split at their widest gap; lines of other groups enter as fixed tails
    (:mod:`nmrquanv.spectra.fitting.passes`). Tall lines that no symmetric shape fits are placed at
    their top. Standard errors: ``H^-1 J' W C W J H^-1``, C the noise's Toeplitz covariance.
    """
    if not positions.size:
        return FittedLines.blank(0, common)
    start, eta = _starts(widths, trace.size, common)
    height = _starting_heights(trace, positions, np.exp(start), is_upright=is_upright)
    state = LineValues(positions.copy(), start.copy(), height, eta, common)
    shared, ground = {} if known is None else known, level or Level.unknown(trace.size)
    place, to_fit = (max_shift, start_err, least), (trace, sigma, correlation)
    out = Passes(*to_fit, positions, start, *place, ground, shared, width_err).run(state, report)
    out["position"], out["height"], out["eta"] = state.position, state.height, state.eta
    # A line at the end of its tether says that the model does not hold here: keep the start.
    tether = max_shift * np.maximum(np.exp(start), least)
    is_stuck = np.abs(state.position - positions) > 0.98 * tether
    out["position"] = np.where(is_stuck, positions, state.position)
    for name in ("position_err", "position_data"):
        out[name] = np.where(is_stuck, tether, out[name])
    out["fwhm"] = np.exp(state.log_fwhm)
    is_odd = (out["misfit"] > _ODD_MISFIT) & (np.abs(state.height) > _ODD_SNR * sigma) & ~is_stuck
    out["position"] = apexes(trace, state, out["position"], np.flatnonzero(is_odd))
    return FittedLines(**out, common=common)


def apexes(
    trace: Array, state: LineValues, positions: Array, which: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the positions with those of some lines put at their very top.

    Parameters
    ----------
    trace : (m,) float64
    state : LineValues
        Fitted lines, whose tails are taken off their neighbours.
    positions : (n,) float64, points
    which : (k,) int64
        Tall lines of which the symmetric model is known to miss the shape (a lopsided field): the
        centre of the best symmetric line is not where such a line has its maximum.

    Returns
    -------
    (n,) float64
        A cubic through the points within half a width gives the top; a line without one, or
        with a neighbour nearer than 0.8 widths, keeps its place.
    """
    result = positions.copy()
    if which.size == 0:
        return result
    order = np.argsort(positions)
    rank = np.argsort(order)[which]
    beside = rank[:, None] + np.concatenate([np.arange(-8, 0), np.arange(1, 9)])
    inside = (beside >= 0) & (beside < positions.size)
    others = np.where(inside, order[np.clip(beside, 0, positions.size - 1)], -1)
    fwhm = np.exp(state.log_fwhm[which])
    step = np.maximum(1, np.round(fwhm * _TOP_REACH / 4)).astype(int)
    point = np.round(positions[which]).astype(int)[:, None] + step[:, None] * np.arange(-6, 7)
    point = np.clip(point, 0, trace.size - 1)
    u = (point - positions[which][:, None]) / fwhm[:, None]
    weight = (np.abs(u) <= np.maximum(_TOP_REACH, 1.6 / fwhm)[:, None]).astype(float)
    y = trace[point] - state.profile(others, point.astype(np.float64))
    powers = np.stack([u**k for k in range(4)], axis=2)
    normal = np.einsum("qp,qpi,qpj->qij", weight, powers, powers) + np.diag([0, 0, 0, 1e-3])
    a = solved(normal, np.einsum("qp,qpi,qp->qi", weight, powers, y)[:, :, None])[:, :, 0]
    shift = np.zeros(len(a))
    for _ in range(4):
        slope = a[:, 1] + (2 * a[:, 2] + 3 * a[:, 3] * shift) * shift
        bend = 2 * a[:, 2] + 6 * a[:, 3] * shift
        shift = np.clip(shift - slope / np.where(bend == 0, np.inf, bend), -0.3, 0.3)
    gap = np.where(inside, np.abs(positions[others] - positions[which][:, None]), np.inf)
    good = (np.sign(a[:, 2]) == -np.sign(state.height[which])) & (np.abs(shift) < 0.2)
    good &= gap.min(axis=1) > 0.8 * fwhm
    result[which[good]] += (shift * fwhm)[good]
    return result


def _starts(widths: Array, size: int, common: CommonShape | None) -> tuple[Array, Array]:
    """Return the logarithms of widths and the Lorentzian shares with which lines start."""
    start, eta = np.log(np.clip(widths, 1.5, size / 4)), np.full(widths.size, _TYPICAL_ETA)
    if common is not None:  # none of its lines is narrower than its narrowest: start with room
        start = np.maximum(start, common.log_fwhm[0] + _ROOM)
        eta[:] = np.median(np.interp(start, common.log_fwhm, common.eta))
    return start, eta


def _nearby_floor(
    trace: Array, positions: Array, widths: Array, *, is_upright: bool
) -> NDArray[np.float64]:
    """Return the lower of the two sides of lines, three widths around; for a dip the upper."""
    lo = np.maximum((positions - 3 * widths).astype(np.int64) - 1, 0).tolist()
    hi = np.minimum((positions + 3 * widths).astype(np.int64) + 2, trace.size).tolist()
    at = np.clip(np.round(positions).astype(np.int64), 0, trace.size - 1).tolist()
    floor = np.zeros(positions.size)
    for i, (first, last, middle) in enumerate(zip(lo, hi, at, strict=True)):
        if last <= first:
            continue
        near = trace[first:last]
        is_up = is_upright or trace[middle] >= np.median(near)
        floor[i] = near.min() if is_up else near.max()
    return floor


def _starting_heights(trace: Array, positions: Array, widths: Array, *, is_upright: bool) -> Array:
    """Return heights whose Lorentzians together reach the trace at every line.

    Notes
    -----
    Starts from the heights above the nearby floor, and scales each by (trace / sum of all lines)
    there, a few times over: heights keep their sign and stay bounded in a crowd.
    """
    at = np.clip(np.round(positions).astype(int), 0, trace.size - 1)
    wanted = trace[at] - _nearby_floor(trace, positions, widths, is_upright=is_upright)
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
