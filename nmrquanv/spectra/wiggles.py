"""Wiggles of a cut FID: small maxima beside a tall line that are no lines of their own.

An FID of the length T that still rings at its end puts ``sin(2 pi T f) / (2 pi T f)`` beside every
line. A *period* is 1/T. A wiggle vanishes where the FID's end is smoothed away, is no taller than
its parent's shape allows at that distance, and stands only beside lines as narrow as a period or
two: all others had died away before T. Wiggles are looked for only where the spectrum's lines show
that the FID was cut, and believed only in company: several beside one parent, a period apart.
Where many such are seen, those of other lines are believed too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]

_REACH, _NEAREST, _CLOSE = 40.0, 0.6, 3.0
"""In periods: how far from its parent a wiggle is looked for, at most and at least; and from where
on smoothing alone tells it from a line."""

_LARGEST, _ALLOWED = 0.25, 1.6
"""The first wiggle has 22 % of its line; and what neighbours that wiggle too add."""

_NARROW = 2.2
"""In periods: a line that broad has lost 99.9 % of its signal at T."""

_SIDE, _STAYS = 1.25, 0.2
"""In periods: where the sides are that a line stands above also when smoothed; a line of no width
keeps 0.35 of its height there."""

_PHASE, _PHASE_ERR = 0.25, 0.22
"""In periods: where after each full one the maximum is."""

_FEWEST_POINTS = 2.0

CUT_WIDTH, TALL_SHARE = 1.05, 0.1
"""In periods: the usual width of tall lines (of so much of the tallest and more) below which a
tenth and more of the signal was left at T."""

_COMPANY, _PLAIN, _NEXT, _EVEN, _MOSTLY = 4, 8, 3.5, 0.25, 0.7


def with_wiggles(peaks: Sequence[Peak], spectrum: Spectrum) -> tuple[Peak, ...]:
    """Return peaks with the wiggles of others classed so.

    Parameters
    ----------
    peaks : sequence of Peak
    spectrum : Spectrum
        Without known ``time_points`` nothing is marked.
    """
    axis = spectrum.axis
    if spectrum.time_points is None or not is_cut(spectrum, peaks):
        return tuple(peaks)
    duration = spectrum.time_points / axis.sw_hz
    period = 1.0 / (duration * axis.point_hz)
    if period < _FEWEST_POINTS:
        return tuple(peaks)  # too few points to smooth the end of the FID away
    place = axis.point(np.array([p.ppm for p in peaks])) / period
    height = np.array([p.height for p in peaks])
    width = np.array([p.fwhm_hz or np.inf for p in peaks]) * duration
    gone = ~_stays(spectrum.trace, place, period, height)
    able = [p.peak_class == "signal" and not p.is_users for p in peaks]
    of: dict[int, list[int]] = {}
    for i in np.flatnonzero(gone & able).tolist():
        parent = _parent(i, place, height, width)
        if parent is not None:
            of.setdefault(parent, []).append(i)
    seen = {parent for parent, own in of.items() if _recur(place[own])}
    is_plain = sum(len(of[parent]) for parent in seen) >= _PLAIN
    told = {i: parent for parent, own in of.items() if is_plain or parent in seen for i in own}
    return tuple(
        p.called("wiggle", peaks[told[i]].ppm) if i in told else p for i, p in enumerate(peaks)
    )


def is_cut(spectrum: Spectrum, peaks: Sequence[Peak]) -> bool:
    """Tell whether lines are so narrow that they had not died away when the FID ended."""
    known = [p for p in peaks if p.fwhm_hz and p.peak_class == "signal"]
    if not spectrum.time_points or not known:
        return False
    most = max(abs(p.height) for p in known)
    widths = [p.fwhm_hz or 0.0 for p in known if abs(p.height) > TALL_SHARE * most]
    return float(np.median(widths)) * spectrum.time_points / spectrum.axis.sw_hz < CUT_WIDTH


def _recur(place: Array) -> bool:
    """Tell whether wiggles of one parent stand a period apart, several of them."""
    if place.size < _COMPANY:
        return False
    gaps = np.diff(np.sort(place))
    near = gaps[gaps < _NEXT]
    whole = np.abs(near - np.round(near)) < _EVEN
    return near.size >= _COMPANY - 2 and bool(np.mean(whole) > _MOSTLY)


def _stays(trace: Array, place: Array, period: float, height: Array) -> NDArray[np.bool_]:
    """Tell which lines are left when the end of the FID is smoothed away.

    Notes
    -----
    The window ``cos^2(pi t / 2T)`` is ``y(f) / 2 + (y(f - 1/2T) + y(f + 1/2T)) / 4``.
    """
    x = np.arange(trace.size, dtype=np.float64)

    def smooth(at: Array) -> Array:
        parts = ((0.0, 0.5), (-0.5, 0.25), (0.5, 0.25))
        values = [share * np.interp((at + by) * period, x, trace) for by, share in parts]
        return np.asarray(np.sum(values, axis=0))

    sign = np.sign(height)
    sides = np.maximum(sign * smooth(place - _SIDE), sign * smooth(place + _SIDE))
    return np.asarray(sign * smooth(place) - sides > _STAYS * np.abs(height))


def _parent(i: int, place: Array, height: Array, width: Array) -> int | None:
    """Return the line whose wiggle a peak can be; None where no line allows it."""
    away = np.abs(place - place[i])
    tall = np.abs(height)
    is_near = (away > _NEAREST) & (away < _REACH) & (width < _NARROW)
    is_near &= tall[i] < _LARGEST * tall
    allowed = np.where(is_near, tall / (2 * np.pi * np.maximum(away, _NEAREST)), 0.0)
    best = int(np.argmax(allowed))
    if tall[i] > _ALLOWED * allowed[best]:
        return None
    phase = _PHASE if height[i] * height[best] > 0 else 1.0 - _PHASE
    off = abs((away[best] - phase + 0.5) % 1.0 - 0.5)
    return best if away[best] > _CLOSE or off < _PHASE_ERR else None
