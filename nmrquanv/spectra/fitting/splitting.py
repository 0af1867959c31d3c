"""One line or two: which fitted lines the data would rather have as a close pair.

Two lines half a width apart look like one line a little too broad. Fitted as one, they leave a
residual that no single line explains. What a real magnet does to *every* line of a spectrum
leaves residuals as well, so a line is split only when it gains far more than the others do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.fitting.groups import State, Window
from nmrquanv.spectra.fitting.least_squares import GroupFit, Prior
from nmrquanv.spectra.fitting.lines import FittedLines

Array = NDArray[np.float64]

MIN_GAIN = 20.0
"""Least gain in chi square. A pair has three parameters more than a single line; the Bayesian
information criterion would ask for about 9 on the 20 independent points of a line."""

_GAIN_A_POINT, _TYPICAL_GAINS = 1.0, 6.0
_MISFIT, _LEFT, _LEFT_A_POINT = 1.3, 0.5, 0.6
_NEAREST, _FARTHEST, _LEAST_SHARE = 0.46, 0.7, 0.15
_SHARES = (0.5, 0.25, 0.75)
_APART, _REACH = 0.55, 0.8
_MAX_SHIFT, _LOOSE, _WIDTH_ERR = 0.6, 0.5, 0.15
_ORDINARY, _SHAPED_SNR, _ROOM, _TALLEST = 1.0, 1500.0, 1.3, 12
_BATCH = 48


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Lines fitted alone and as pairs; arrays over ``n`` lines, neighbours subtracted.

    Parameters
    ----------
    single, pair : (n,) float64
        Chi square of the best single line and of the best pair.
    points : (n,) float64
        Independent points that were fitted.
    position : (n, 2) float64, points
    fwhm : (n, 2) float64, points
    height : (n, 2) float64, sigma
    room : (n,) float64, widths
        Distance of the nearest other line.
    """

    single: Array
    pair: Array
    points: Array
    position: Array
    fwhm: Array
    height: Array
    room: Array

    @property
    def gain(self) -> Array:
        """By how much the pair's chi square is the smaller."""
        return self.single - self.pair

    def is_pair(self) -> NDArray[np.bool_]:
        """Tell for each line whether it is to be split.

        Notes
        -----
        Only where single lines do fit the spectrum: where its dozen tallest lone lines have a
        median chi square for each point above 1.0, the field shapes them all, and a pair is too
        good an excuse for it. The same holds for lines of more than 1,500 sigma and for those with
        a neighbour nearer than 1.3 widths. Of the others, the gain for each point must exceed six
        times the median.
        """
        points = np.maximum(self.points, 1.0)
        a_point, tall = self.gain / points, self.height.sum(axis=1)
        if self.gain.size == 0:
            return np.zeros(0, dtype=bool)
        alone = np.flatnonzero(self.room > _ROOM)
        tallest = alone[np.argsort(-tall[alone])[:_TALLEST]]
        if tallest.size == 0 or np.median((self.single / points)[tallest]) > _ORDINARY:
            return np.zeros(self.gain.size, dtype=bool)
        apart = np.abs(np.diff(self.position, axis=1)[:, 0]) / self.fwhm.mean(axis=1)
        share = self.height.min(axis=1) / np.maximum(tall, 1e-300)
        good = (self.gain > MIN_GAIN) & (tall < _SHAPED_SNR) & (self.room > _ROOM)
        good &= a_point > max(_GAIN_A_POINT, _TYPICAL_GAINS * float(np.median(a_point)))
        good &= (self.single > _MISFIT * points) & (self.pair < _LEFT * self.single)
        good &= self.pair < _LEFT_A_POINT * points
        good &= (apart > _NEAREST) & (apart < _FARTHEST) & (share > _LEAST_SHARE)
        return np.asarray(good, dtype=bool)


def trials(
    trace: Array,
    sigma: float,
    lines: FittedLines,
    which: NDArray[np.int64],
    correlation: Array,
    report: Report = silent_report,
) -> Trials:
    """Fit lines alone and as pairs of equal width.

    Parameters
    ----------
    trace : (m,) float64
        Lines point up.
    sigma : float
        Its noise.
    lines : FittedLines
        All lines of the trace, in its points.
    which : (n,) int64
        Those to try.
    correlation : (k,) float64
        Autocorrelation of the noise, lag 0 first: chi square counts independent points.
    """
    log_fwhm = np.log(np.maximum(lines.fwhm, 1.0))
    state = State(lines.position.copy(), log_fwhm, lines.height.copy(), lines.eta.copy())
    dependence = 1.0 + 2.0 * float(np.sum(correlation[1:] ** 2))
    found, batches = [], _batches(which)
    for number, part in enumerate(batches):
        report(number, len(batches), "looking for close pairs")
        found.append(_Batch(trace, sigma, state, part).trials(dependence))
    names = [f.name for f in fields(Trials)]
    if not found:
        none, two = np.zeros(0), np.zeros((0, 2))
        return Trials(none, none, none, two, two, two, none)
    return Trials(*(np.concatenate([getattr(f, name) for f in found]) for name in names))


def _batches(which: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [which[i : i + _BATCH] for i in range(0, which.size, _BATCH)]


class _Batch:
    """Some lines, each on its own stretch of the trace."""

    def __init__(self, trace: Array, sigma: float, state: State, which: NDArray[np.int64]) -> None:
        self._state, self._which, self._sigma = state, which, sigma
        self._fwhm = np.exp(state.log_fwhm)
        alone = [np.array([i]) for i in which]
        self._window = Window.of(alone, state, trace, state.position, _REACH * self._fwhm)
        self._eta = float(np.median(state.eta))

    def trials(self, dependence: float) -> Trials:
        single = self._single()
        chi, position, fwhm, height = self._pair(_SHARES[0])
        for share in _SHARES[1:]:
            other = self._pair(share)
            better = other[0] < chi
            chi = np.where(better, other[0], chi)
            position, fwhm, height = (
                np.where(better[:, None], new, old)
                for new, old in zip(other[1:], (position, fwhm, height), strict=True)
            )
        points = self._window.is_point.sum(axis=1) / dependence
        snr = height / self._sigma
        room = self._room()
        return Trials(single / dependence, chi / dependence, points, position, fwhm, snr, room)

    def _room(self) -> Array:
        away = np.abs(self._state.position[None, :] - self._state.position[self._which][:, None])
        away[np.arange(self._which.size), self._which] = np.inf
        return np.asarray(away.min(axis=1) / self._fwhm[self._which])

    def _single(self) -> Array:
        own = self._state
        state = State(own.position.copy(), own.log_fwhm.copy(), own.height.copy(), own.eta.copy())
        prior = Prior(own.position, own.log_fwhm, _MAX_SHIFT, _LOOSE, self._eta)
        return _chi_square(GroupFit.of(self._window, state, prior, self._sigma), state)

    def _pair(self, share: float) -> tuple[Array, Array, Array, Array]:
        """Fit pairs that start with a share of the height in the first line."""
        which, own, w = self._which, self._state, self._window
        fwhm = self._fwhm[which]
        middle, apart = own.position[which], _APART * fwhm
        start = np.stack([middle - (1 - share) * apart, middle + share * apart], axis=1).ravel()
        width = np.repeat(np.log(_REACH * fwhm), 2)
        height = 1.2 * own.height[which][:, None] * np.array([share, 1 - share])
        state = State(start.copy(), width.copy(), height.ravel(), np.repeat(own.eta[which], 2))
        pairs = np.arange(2 * which.size).reshape(-1, 2)
        window = Window(pairs, w.x, w.y, w.signal, w.is_point, w.step)
        prior = Prior(start, width, _MAX_SHIFT, _LOOSE, self._eta, _WIDTH_ERR)
        chi = _chi_square(GroupFit.of(window, state, prior, self._sigma), state)
        shaped = (state.position, np.exp(state.log_fwhm), state.height)
        position, fwhm, tall = (values.reshape(-1, 2) for values in shaped)
        return chi, position, fwhm, tall


def _chi_square(fit: GroupFit, state: State) -> Array:
    fitted, _ = fit.model(fit.solve(state))
    return np.asarray((fit.weight * (fit.window.y - fitted) ** 2).sum(axis=1))
