"""What all lines of a spectrum have beyond the model line, where its field is known.

A line in a field is a pseudo-Voigt of the line's own height and width, centred at its top, and what
this table says beyond it, as a share of the height. Fits take it as given: it was learnt from lone
lines and held against others (:mod:`nmrquanv.spectra.field`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.fitting.spread import Spread
from nmrquanv.spectra.lineshapes import LN2

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_REACH, _CUT_REACH = 14.0, 70.0
"""Half widths from the top up to which a line differs from the model: of a field, of a cut FID,
whose wiggles fall off as slowly as a Lorentzian does not."""

_STEP, _FADED, _CORE = 0.05, 0.7, 4.0
_LEVELS, _NARROWEST, _BROADEST = 28, 0.2, 6.0
_LOST = np.linspace(0.02, 9.0, 120)
"""Of cut lines: how often their signal has fallen to 1/e when the FID ends."""


@dataclass(frozen=True, slots=True, eq=False)
class CommonShape:
    """A table over widths (``n``) and places (``m``).

    Parameters
    ----------
    log_fwhm : (n,) float64
        Of lines, points; ascending.
    beyond : (n, m) float64
        Share of the height, every 0.05 half widths, as far on one side as on the other.
    slope : (n, m) float64
        Its derivative, for each half width.
    eta : (n,) float64
        Lorentzian share of the pseudo-Voigt that it stands beside.
    """

    log_fwhm: Array
    beyond: Array
    slope: Array
    eta: Array

    @classmethod
    def of(cls, spread: Spread, width: float) -> CommonShape:
        """Tabulate the lines of a field in which a usual line has a Lorentzian width, points."""
        rows, u = [], _halves(_REACH)
        for own in width * np.geomspace(_NARROWEST, _BROADEST, _LEVELS):
            form = spread.form(float(own))
            line = spread.line(form.top + 0.5 * form.fwhm * u, float(own)) / form.height
            rows.append((np.log(form.fwhm), line))
        return cls._beyond_voigt(u, rows)

    @classmethod
    def of_cut(cls, period: float) -> CommonShape:
        """Return the lines of an FID that was cut while they rang; ``period`` is 1/T, points.

        Notes
        -----
        A line of the decay ``R`` is ``(1 - exp(-z T)) / z`` with ``z = R - 2 pi i f``: with wiggles
        of the period ``1/T``, however narrow it is.
        """
        return cls._of_cut_periods().wider(period)

    @classmethod
    @cache
    def _of_cut_periods(cls) -> CommonShape:
        """Tabulate the lines of a cut FID in periods: the same for every spectrum."""
        rows, u = [], _halves(_CUT_REACH)
        for lost in _LOST:  # R T
            half = _cut_half_width(float(lost))
            line = _cut_line(float(lost), half * u) / _cut_line(float(lost), np.zeros(1))
            rows.append((np.log(2.0 * half), line))
        return cls._beyond_voigt(u, rows)

    @classmethod
    def _beyond_voigt(cls, u: Array, rows: list[tuple[float, Array]]) -> CommonShape:
        """Return what lines (log FWHM; height 1 over half widths) have beyond pseudo-Voigts."""
        lorentz, gauss = 1.0 / (1.0 + u * u), np.exp(-LN2 * np.minimum(u * u, 200.0))
        narrower, core = lorentz - gauss, np.abs(u) < _CORE
        faded = np.clip((1.0 - np.abs(u) / u[-1]) / (1.0 - _FADED), 0.0, 1.0)
        beyond, shares = [], []
        for _, line in rows:
            eta = float(((line - gauss) * narrower)[core].sum() / (narrower[core] ** 2).sum())
            eta = min(max(eta, 0.0), 1.0)
            shares.append(eta)
            beyond.append(faded * (line - gauss - eta * narrower))
        table = np.array(beyond)
        widths = np.array([log_fwhm for log_fwhm, _ in rows])
        return cls(widths, table, np.gradient(table, _STEP, axis=1), np.array(shares))

    @property
    def reach(self) -> float:
        """Half widths from the top up to which lines differ from the model."""
        return 0.5 * _STEP * float(self.beyond.shape[1] - 1)

    def wider(self, factor: float) -> CommonShape:
        """Return the same on a trace with so many points for each."""
        return replace(self, log_fwhm=self.log_fwhm + np.log(factor))

    def at(self, u: Array, log_fwhm: Array) -> tuple[Array, Array, Array]:
        """Return value, slope and change with the width at ``u`` half widths from the tops.

        Parameters
        ----------
        u : (..., p) float64
        log_fwhm : (...) float64

        Returns
        -------
        (..., p) float64, three times
            Share of the height; for each half width; for each unit of ``log_fwhm``.
        """
        row, share, step = self._rows(log_fwhm)
        places = self.beyond.shape[1]
        place = (np.clip(u, -self.reach, self.reach) + self.reach) / _STEP
        first = np.minimum(place.astype(np.int64), places - 2)
        part = place - first
        first += places * row[..., None]
        values, slopes = [], []
        for more in (0, places):
            slope = np.take(self.slope, first + more)
            # a parabola between the points: value and slope belong together
            bend = np.take(self.slope, first + more + 1) - slope
            low = np.take(self.beyond, first + more)
            values.append(low + _STEP * part * (slope + 0.5 * part * bend))
            slopes.append(slope + part * bend)
        steeper, change = slopes[1] - slopes[0], values[1] - values[0]
        share = share[..., None]
        return values[0] + share * change, slopes[0] + share * steeper, change / step[..., None]

    def _rows(self, log_fwhm: Array) -> tuple[Index, Array, Array]:
        """Return the row below some widths, the way to the next, 0 to 1, and how far that is."""
        last = self.log_fwhm.size - 2
        row = np.clip(np.searchsorted(self.log_fwhm, log_fwhm) - 1, 0, last)
        step = self.log_fwhm[row + 1] - self.log_fwhm[row]
        share = np.clip((log_fwhm - self.log_fwhm[row]) / step, 0.0, 1.0)
        return row.astype(np.int64), share, step

    def size(self, log_fwhm: float) -> float:
        """Return how much it adds to lines of a width, root mean square within two widths."""
        u = np.arange(-_CORE, _CORE + _STEP, _STEP)
        return float(np.sqrt(np.mean(self.at(u, np.array(log_fwhm))[0] ** 2)))

    def area(self, log_fwhm: Array) -> Array:
        """Return what it adds to the areas of lines of height and half width 1."""
        whole = _STEP * self.beyond.sum(axis=1)
        return np.asarray(np.interp(log_fwhm, self.log_fwhm, whole))


def _halves(reach: float) -> Array:
    """Return the places of a table, half widths."""
    count = round(reach / _STEP)
    return _STEP * np.arange(-count, count + 1, dtype=np.float64)


def _cut_line(lost: float, periods: Array) -> Array:
    """Return a line of a cut FID at distances from it; ``lost`` is its decay times the length."""
    z = lost - 2j * np.pi * periods
    return np.asarray(((1.0 - np.exp(-z)) / z).real)


def _cut_half_width(lost: float) -> float:
    """Return where a line of a cut FID has fallen to half, in periods."""
    from scipy.optimize import brentq

    half = 0.5 * _cut_line(lost, np.zeros(1))[0]
    end = 0.31 + lost / (2 * np.pi)  # no broader than both that the end and the decay make it
    return float(brentq(lambda f: _cut_line(lost, np.array([f]))[0] - half, 0.0, end))
