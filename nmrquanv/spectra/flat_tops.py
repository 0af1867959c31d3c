"""Tops that a limit cut flat: each is one peak, on the middle of what is flat.

No line shape is flat, so a fit puts lines on both ends of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.quiet import quiet_level
from nmrquanv.spectra.spectrum import Spectrum

Run = tuple[int, int]
"""First and last point of what is flat."""

_FLAT, _LEAST, _SHORT = 4, 3, 2
"""Of points side by side at the greatest size of a trace: a sound top has one, by chance two. Three
are flat where the trace falls off beside them, as many must where digits are coarse, and two where
others are flat."""

_FALL = 12.0
"""In sigma: more than rounding, which is in sigma, makes of a round top in the next point."""

_FLANKS = 0.5
"""Of its length: so far beside a flat run a fit puts lines of it. One with a top of its own there
is another line."""

_WINDOW_POINTS, _RUNS, _HALF_BAND = 8001, 5, 4.0


def flat_runs(spectrum: Spectrum) -> tuple[Run, ...]:
    """Return the stretches of a trace that lie at its greatest size: a limit that it did not pass.

    Returns
    -------
    tuple of (int, int)
        First and last point of each, rising.
    """
    trace = spectrum.trace
    most = max(float(trace.max(initial=0.0)), -float(trace.min(initial=0.0)))
    at = np.flatnonzero(np.abs(trace) == most)
    if most == 0.0 or at.size < _LEAST:
        return ()
    is_next = (np.diff(at) == 1) & (trace[at[1:]] == trace[at[:-1]])
    parts = np.split(at, np.flatnonzero(~is_next) + 1)
    # what reaches to an end is a step, no top
    inside = (p for p in parts if p.size >= _SHORT and p[0] > 0 and p[-1] < trace.size - 1)
    runs = tuple((int(run[0]), int(run[-1])) for run in inside)
    return runs if any(_is_cut(spectrum, run) for run in runs) else ()


def _is_cut(spectrum: Spectrum, run: Run) -> bool:
    """Tell whether a run is flat without looking at others."""
    length, size, noise = run[1] - run[0] + 1, np.abs(spectrum.trace), spectrum.noise
    if length >= _FLAT and not noise.step:
        return True
    beside = size[[run[0] - 1, run[1] + 1]]
    return length >= _LEAST and float(size[run[0]] - beside.max()) > _FALL * noise.sigma


def with_flat_tops(peaks: Sequence[Peak], spectrum: Spectrum) -> tuple[Peak, ...]:
    """Return the peaks of a spectrum with one alone on each flat top, of kind ``"top"``."""
    found = tuple(peaks)
    for run in flat_runs(spectrum):
        own = [p for p in found if _is_of(p, run, spectrum)]
        if own:
            others = tuple(p for p in found if p not in own)
            found = (*others, _joined(own, run, spectrum))
    return found


def _is_of(peak: Peak, run: Run, spectrum: Spectrum) -> bool:
    """Tell whether a peak stands for a flat top."""
    first, last = run
    if (peak.height < 0) != (spectrum.trace[first] < 0):
        return False
    if peak.top_ppm is not None:
        return first - 1 <= float(spectrum.axis.point(peak.top_ppm)) <= last + 1
    reach = _FLANKS * (last - first + 1)
    return first - reach <= float(spectrum.axis.point(peak.ppm)) <= last + reach


def _joined(peaks: Sequence[Peak], run: Run, spectrum: Spectrum) -> Peak:
    """Return the peak that stands for a flat top, of those that a finder put on it."""
    from scipy.signal import peak_prominences, peak_widths

    axis, noise = spectrum.axis, spectrum.noise
    middle = 0.5 * (run[0] + run[1])
    nearest = int(middle)
    sign = -1.0 if spectrum.trace[nearest] < 0 else 1.0
    trace = sign * spectrum.trace
    window = max(_WINDOW_POINTS, _RUNS * (run[1] - run[0]))
    rises = peak_prominences(trace, [nearest], wlen=window)
    level = float(quiet_level(trace, noise.sigma)[nearest])
    # a broad flat top lifts the level beneath it; valleys are the lower edge of the noise
    height = max(float(trace[nearest]) - level, float(rises[0][0]) - _HALF_BAND * noise.sigma)
    width = float(peak_widths(trace, [nearest], 0.5, rises)[0][0])
    known = [p.area for p in peaks if p.area is not None]
    ppm = float(axis.ppm(middle))
    error = (run[1] - run[0]) / np.sqrt(12.0) * axis.point_ppm  # it may be anywhere on it
    return replace(
        max(peaks, key=lambda p: abs(p.height)),
        ppm=ppm,
        height=sign * height,
        snr=height / float(noise.profile[nearest]),
        fwhm_hz=width * axis.point_hz,
        area=sum(known) if known else None,
        ppm_err=float(error),
        confidence=max((p.confidence for p in peaks if p.confidence is not None), default=None),
        top_ppm=ppm,
        kind="top",
        least_lines=1,
    )
