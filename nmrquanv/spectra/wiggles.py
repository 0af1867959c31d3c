"""Wiggles of a cut FID: small maxima beside a tall line that are no lines of their own.

An FID of the length T that still rings at its end puts ``sin(2 pi T f) / (2 pi T f)`` beside every
line. A *period* is 1/T. A wiggle vanishes where the FID's end is smoothed away, is no taller than
its parent's shape allows at that distance, and stands only beside lines as narrow as a period or
two: all others had died away before T. Wiggles are looked for only where the spectrum's lines show
that the FID was cut, and believed only in company: several beside one parent, a period apart
(those that point down half a period off), or many close to lines of any kind, nearly all where a
wiggle is. Where many such are seen, those of other lines are believed too. A finder that judges
lines is heard: what is surely a line is none, and what stands so close to a line that
smoothing cannot tell, though not where a wiggle of that line alone would, is one if it is rather no
line: wiggles of several lines add up elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]

_NEAREST, _CLOSE = 0.6, 3.0
"""In periods: how near to its parent a wiggle is looked for; and from where on smoothing alone
tells it from a line. How far wiggles reach, the noise says: they fall with the distance."""

_RATHER, _SURELY = 0.5, 0.9
"""Confidence of what is as likely a line as not; of what is one though it looks like a wiggle."""

_LARGEST, _ALLOWED = 0.25, 1.6
"""The first wiggle has 22 % of its line; and what neighbours that wiggle too add."""

_NARROW = 2.2
"""In periods: a line that broad has lost 99.9 % of its signal at T."""

_STAYS = 0.2
"""By how much of its height a line stands above its sides also when smoothed; one of no width by
0.35 of it."""

_PHASE, _PHASE_ERR = 0.25, 0.22
"""In periods: where after each full one the maximum is."""

_FEWEST_POINTS = 2.0

CUT_WIDTH, TALL_SHARE = 1.05, 0.1
"""In periods: the usual width of tall lines (of so much of the tallest and more) below which a
tenth and more of the signal was left at T."""

_MANY, _NEARLY_ALL = 6, 0.8
"""So many close to lines, nearly all of them where a wiggle is, say that there are wiggles; four
of nine lines stand there by chance."""

_COMPANY, _PLAIN, _NEXT, _EVEN, _MOSTLY = 4, 8, 3.5, 0.25, 0.7


@dataclass(frozen=True, slots=True)
class _Window:
    """A window on the FID, as what it is in the spectrum: a sum of shifted traces.

    Parameters
    ----------
    parts : tuple of (float, float)
        Shift in periods, and share.
    side : float, periods
        Where the sides of a line are.
    """

    parts: tuple[tuple[float, float], ...]
    side: float


_CALM = _Window(((0.0, 0.5), (-0.5, 0.25), (0.5, 0.25)), 1.25)
"""``cos^2(pi t / 2T)``."""

_CALMER = _Window(((0.0, 0.375), (-0.5, 0.25), (0.5, 0.25), (-1.0, 0.0625), (1.0, 0.0625)), 1.75)
"""``cos^4(pi t / 2T)``: ``cos^2`` leaves dips of 3 % beside a line, this one 0.5 %."""


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
    gone |= (height < 0) & ~_stays(spectrum.trace, place, period, height, _CALMER)
    able = [_may_be_one(p) for p in peaks]
    lines = np.flatnonzero(width < _NARROW)
    of, fitting, unlike = _parents(np.flatnonzero(gone & able), place, height, lines)
    seen = {parent for parent, own in of.items() if _recur(_beats(own, parent, place, height))}
    is_plain = sum(len(of[parent]) for parent in seen) >= _PLAIN
    is_plain |= len(fitting) >= _MANY and bool(np.mean(fitting) > _NEARLY_ALL)
    told = {i: parent for parent, own in of.items() if is_plain or parent in seen for i in own}
    if is_plain:
        sure = {i: peaks[i].confidence for i in unlike}
        told |= {i: unlike[i] for i, c in sure.items() if c is not None and c < _RATHER}
    return tuple(
        p.called("wiggle", peaks[told[i]].ppm) if i in told else p for i, p in enumerate(peaks)
    )


def _may_be_one(peak: Peak) -> bool:
    """Tell whether nothing says what a peak is, and no finder that it is surely a line."""
    is_line = peak.confidence is not None and peak.confidence > _SURELY
    return peak.peak_class == "signal" and not peak.is_users and not is_line


def _parents(
    which: NDArray[np.int64], place: Array, height: Array, lines: NDArray[np.int64]
) -> tuple[dict[int, list[int]], list[bool], dict[int, int]]:
    """Return the possible wiggles of each line, and of those close to one whether they fit it.

    Those that do not come last, with their lines.
    """
    of: dict[int, list[int]] = {}
    fitting, unlike = [], {}
    for i in which.tolist():
        parent = _parent(i, place, height, lines)
        if parent is None:
            continue
        is_fitting = _fits(i, parent, place, height)
        if abs(place[i] - place[parent]) < _CLOSE:
            fitting.append(is_fitting)
            if not is_fitting:
                unlike[i] = parent
                continue
        of.setdefault(parent, []).append(i)
    return of, fitting, unlike


def _beats(own: Sequence[int], parent: int, place: Array, height: Array) -> Array:
    """Return how far wiggles stand from their line, in periods, as if all had its sign."""
    away = np.abs(place[own] - place[parent])
    return np.asarray(np.where(height[own] * height[parent] > 0, away, away + 0.5))


def _fits(i: int, parent: int, place: Array, height: Array) -> bool:
    """Tell whether a peak stands where a line has a wiggle of its sign."""
    away = float(_beats([i], parent, place, height)[0])
    return abs((away - _PHASE + 0.5) % 1.0 - 0.5) < _PHASE_ERR


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


def _stays(
    trace: Array, place: Array, period: float, height: Array, window: _Window = _CALM
) -> NDArray[np.bool_]:
    """Tell which lines are left when the end of the FID is smoothed away."""
    x = np.arange(trace.size, dtype=np.float64)

    def smooth(at: Array) -> Array:
        values = [share * np.interp((at + by) * period, x, trace) for by, share in window.parts]
        return np.asarray(np.sum(values, axis=0))

    sign = np.sign(height)
    sides = np.maximum(sign * smooth(place - window.side), sign * smooth(place + window.side))
    left, least = sign * smooth(place), _STAYS * np.abs(height)
    return np.asarray((left > least) & (left - sides > least))


def _parent(i: int, place: Array, height: Array, lines: NDArray[np.int64]) -> int | None:
    """Return the line whose wiggle a peak can be; None where neither it nor all allow it."""
    apart, tall = place[i] - place[lines], np.abs(height)
    away = np.abs(apart)
    is_near = (away > _NEAREST) & (tall[i] < _LARGEST * tall[lines])
    if not is_near.any():
        return None
    near, apart, away = lines[is_near], apart[is_near], away[is_near]
    allowed = tall[near] / (2 * np.pi * away)
    best = int(np.argmax(allowed))
    if tall[i] > _ALLOWED * allowed[best]:
        whole = float(np.sum(height[near] * np.sinc(2.0 * apart)))
        if whole * height[i] <= 0 or tall[i] > _ALLOWED * abs(whole):
            return None
    return int(near[best])
