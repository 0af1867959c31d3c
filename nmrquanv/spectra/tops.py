"""What anyone sees in a trace: its tops, and all places where there is something to see.

Words: a *maximum* is a local maximum that stands clear of the noise; a *top* is one that nobody
overlooks (:class:`Rule`), and no wiggle of a truncated FID; a *shoulder* is a place where the trace
is concave without a maximum. No line shape, no network: whatever a finder says is held against
this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.extrema import maxima
from nmrquanv.spectra.quiet import quiet_level, quiet_sigma

Array = NDArray[np.float64]

_SEEKING = "looking for tops"
_WINDOW_POINTS = 8001
_FLOOR_HZ, _FLOOR_POINTS = 100.0, 201
_MOSTLY, _OWN_REACH = 0.5, 0.5
"""Of a rise that is a hump's for the most part; and of the floor's reach: at half of what a broad
line stands above its floor it is 0.7 of it wide, whatever its width."""

_SHOULDER_SIGMAS = 2.0
_WIGGLE_SHARE, _WIGGLE_REACH, _WIGGLE_NEAR = 0.25, 40.0, 0.35
_COMB, _COMB_SPREAD = 6, 0.15


@dataclass(frozen=True, slots=True)
class Rule:
    """When a maximum is a top.

    Parameters
    ----------
    snr, share : float
        Least height above the local floor: in sigma, and of the tallest of the trace.
    rise_snr, rise_share : float
        Least height above both valleys: in sigma, and of the height above the level where nothing
        stands.
    maximum_snr : float, sigma
        Least height above both valleys of what counts as a maximum at all.
    """

    snr: float = 20.0
    share: float = 0.005
    rise_snr: float = 8.0
    rise_share: float = 0.05
    maximum_snr: float = 4.0


VISIBLE = Rule()
"""The project's definition of a visible top."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How well a trace is seen.

    Parameters
    ----------
    sigma : float, intensity
        Noise.
    point_hz : float
    acquisition_s : float or None
        Length of the FID, which fixes the period of truncation wiggles; None where unknown.
    """

    sigma: float
    point_hz: float
    acquisition_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tops:
    """Maxima and shoulders of a trace whose lines point up; indices of points, ascending.

    Parameters
    ----------
    maximum : (n,) int64
    rise : (n,) float64, intensity
        Height above the higher of the two valleys; of a line on a hump the hump is no part of it.
    width : (n,) float64, points
        Full width at half the rise, at least 1.
    above : (n,) float64, intensity
        Height above the local floor, or above the valleys where a line is too broad for the floor.
    is_top : (n,) bool
    shoulder : (m,) int64
        Maxima of the curvature, so maxima of the trace are among them.
    """

    maximum: NDArray[np.int64]
    rise: Array
    width: Array
    above: Array
    is_top: NDArray[np.bool_]
    shoulder: NDArray[np.int64]

    def stretched(self, factor: int) -> Tops:
        """Return the same on a trace with ``factor`` points for each."""
        return replace(
            self,
            maximum=factor * self.maximum,
            width=factor * self.width,
            shoulder=factor * self.shoulder,
        )

    @property
    def top(self) -> NDArray[np.int64]:
        """The tops alone."""
        return self.maximum[self.is_top]


def tops_of(
    trace: Array, sight: Sight, rule: Rule = VISIBLE, report: Report = silent_report
) -> Tops:
    """Survey a trace.

    Parameters
    ----------
    trace : (m,) float64
        Lines point up.
    sight : Sight
    rule : Rule

    Notes
    -----
    Heights count from an opening over 100 Hz, so that a rolling baseline or a hump carries no tops
    of its own.
    """
    from scipy.signal import peak_prominences, peak_widths

    sigma = sight.sigma
    report(0, 4, _SEEKING)
    maximum = maxima(trace, rule.maximum_snr * sigma)
    report(0, 4, _SEEKING)
    report(0, 4, _SEEKING)
    rise, left, right = peak_prominences(trace, maximum, wlen=_WINDOW_POINTS)
    clear = rise > rule.maximum_snr * sigma
    maximum, rise, left, right = maximum[clear], rise[clear], left[clear], right[clear]
    if maximum.size == 0:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Tops(none, nothing, nothing, nothing, none.astype(bool), none)
    data = (rise, left, right)
    width = peak_widths(trace, maximum, 0.5, prominence_data=data, wlen=_WINDOW_POINTS)[0]
    width = np.maximum(width, 1.0)
    report(1, 4, _SEEKING)
    reach = floor_reach(trace.size, sight)
    floor = floor_of(trace, reach, report)
    above = trace[maximum] - np.minimum(floor[maximum], trace[maximum])
    level = quiet_level(trace, sigma)
    raised = trace - level
    is_top = above >= max(rule.snr * sigma, rule.share * float(np.abs(raised).max()))
    is_top &= rise >= np.maximum(rule.rise_snr * sigma, rule.rise_share * raised[maximum])
    report(2, 4, _SEEKING)
    # in a dip lines stand on the dip
    is_top &= ~_wiggles(trace - np.minimum(level, floor), maximum, sight, rule, report)
    on_hump = (above >= rule.snr * sigma) & (above < _MOSTLY * rise)
    on_hump &= width > _OWN_REACH * reach
    own = peak_widths(trace, maximum, 0.5, (np.where(on_hump, above, rise), left, right))[0]
    on_hump &= own < _OWN_REACH * reach
    rise, width = np.where(on_hump, above, rise), np.where(on_hump, np.maximum(own, 1.0), width)
    report(3, 4, _SEEKING)
    return Tops(
        maximum, rise, width, np.maximum(above, rise), is_top, shoulders(trace, width, report)
    )


def floor_reach(size: int, sight: Sight) -> int:
    """Return over how many points the floor of a trace of ``size`` points is opened."""
    return min(max(_FLOOR_POINTS, int(_FLOOR_HZ / sight.point_hz)), size)


def floor_of(trace: Array, reach: int, report: Report = silent_report) -> Array:
    """Return what tops stand on: an opening, along the lower edge of the noise."""
    from scipy.ndimage import grey_dilation, grey_erosion, uniform_filter1d

    lowest = grey_erosion(trace, size=(reach,))
    report(1, 4, _SEEKING)
    opened = grey_dilation(lowest, size=(reach,))
    report(1, 4, _SEEKING)
    return np.asarray(uniform_filter1d(opened, reach), dtype=np.float64)


def shoulders(trace: Array, widths: Array, report: Report = silent_report) -> NDArray[np.int64]:
    """Return where a trace is concave beyond its noise, for lines of some widths (points)."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    smoothing = max(1.0, float(np.percentile(widths, 20)) / 4)
    bend = -gaussian_filter1d(trace, smoothing, order=2)
    report(3, 4, _SEEKING)
    place, _ = find_peaks(bend, height=_SHOULDER_SIGMAS * quiet_sigma(bend))
    return np.asarray(place, dtype=np.int64)


def _wiggles(
    trace: Array, maximum: NDArray[np.int64], sight: Sight, rule: Rule, report: Report
) -> NDArray[np.bool_]:
    """Tell which maxima are wiggles of a cut FID, beside a taller line.

    Notes
    -----
    A cosine window on the FID is ``y(f - 1/4T) + y(f + 1/4T)`` in the spectrum: wiggles of the
    period 1/T cancel exactly, lines stay. Without a known T, six or more maxima at even distances
    are wiggles.
    """
    if sight.acquisition_s is None:
        return _combs(trace, maximum)
    from scipy.signal import peak_prominences

    period = 1.0 / (sight.acquisition_s * sight.point_hz)
    calm = 0.5 * (_moved(trace, period / 4) + _moved(trace[::-1], period / 4)[::-1])
    report(2, 4, _SEEKING)
    least = rule.maximum_snr * sight.sigma
    stay = maxima(calm, least)
    report(2, 4, _SEEKING)
    rise = peak_prominences(calm, stay, wlen=_WINDOW_POINTS)[0]
    stay = stay[rise > np.maximum(least, 0.5 * rule.rise_share * calm[stay])]
    if stay.size == 0:
        distance = np.full(maximum.size, np.inf)
    else:
        after = np.clip(np.searchsorted(stay, maximum), 0, stay.size - 1)
        before = np.maximum(after - 1, 0)
        distance = np.minimum(np.abs(stay[after] - maximum), np.abs(stay[before] - maximum))
    reach = int(_WIGGLE_REACH * period)
    gone = distance > _WIGGLE_NEAR * period
    for i in np.flatnonzero(gone):
        around = trace[max(0, maximum[i] - reach) : maximum[i] + reach]
        gone[i] = trace[maximum[i]] < _WIGGLE_SHARE * around.max()
    return np.asarray(gone)


def _moved(trace: Array, points: float) -> Array:
    """Return a trace moved to later points, linearly between them; the first value fills up."""
    whole = min(int(points), trace.size - 1)
    share = points - whole
    padded = np.concatenate([np.full(whole + 1, trace[0]), trace[: trace.size - whole]])
    return np.asarray((1.0 - share) * padded[1:] + share * padded[:-1])


def _combs(trace: Array, maximum: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which maxima stand at even distances beside a taller line."""
    is_wiggle = np.zeros(maximum.size, dtype=bool)
    gaps = np.diff(maximum)
    if gaps.size < _COMB - 1:
        return is_wiggle
    runs = np.lib.stride_tricks.sliding_window_view(gaps, _COMB - 1)
    uneven = runs.max(axis=1) - runs.min(axis=1)
    for first in np.flatnonzero(uneven <= np.maximum(1.0, _COMB_SPREAD * runs.mean(axis=1))):
        around = maximum[max(0, first - 40) : first + 46]
        members = maximum[first : first + _COMB]
        is_small = trace[members] < _WIGGLE_SHARE * trace[around].max()
        is_wiggle[first : first + _COMB] |= is_small
    return is_wiggle
