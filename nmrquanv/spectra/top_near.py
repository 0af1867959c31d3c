"""What anyone sees of a trace at one place: the maximum that is nearest, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.tops import VISIBLE, Sight, tops_of

_LEAST_POINTS, _LEAST_RISE = 1.5, 3.0
_REACH = 4096
"""Points to either side that are surveyed: as far as valleys are looked for."""


@dataclass(frozen=True, slots=True)
class TopNear:
    """A maximum of the trace that stands clear of the noise.

    Parameters
    ----------
    ppm : float, ppm
    away_widths : float
        How far the place that was asked about is from it, in its own widths.
    rise_snr, above_snr : float, sigma
        Height above the higher of its valleys, and above the local floor.
    is_top : bool
        Whether it is a visible top by the program's definition (:mod:`nmrquanv.spectra.tops`).
    """

    ppm: float
    away_widths: float
    rise_snr: float
    above_snr: float
    is_top: bool

    @property
    def is_here(self) -> bool:
        """Whether the place lies on it."""
        return self.away_widths <= 0.5


def peak_near(peaks: PeakList, ppm: float, axis: Axis) -> Peak | None:
    """Return the line of a list that stands at a place: within half its width, or 1.5 points."""
    near = min(peaks, key=lambda p: abs(p.ppm - ppm), default=None)
    if near is None:
        return None
    reach = max(0.5 * (near.fwhm_hz or 0.0) / axis.sf_mhz, _LEAST_POINTS * axis.point_ppm)
    return near if abs(near.ppm - ppm) <= reach else None


def sign_here(spectrum: Spectrum, ppm: float, peak: Peak | None) -> float:
    """Return which way a line at a place points: +1.0 or -1.0.

    That of the list's peak there; without one, down where a minimum stands there and no maximum.
    """
    if peak is not None:
        return -1.0 if peak.height < 0 else 1.0
    up, down = (top_near(spectrum, ppm, sign) for sign in (1.0, -1.0))
    points_down = down is not None and down.is_here and down.rise_snr >= _LEAST_RISE
    return -1.0 if points_down and not (up is not None and up.is_here) else 1.0


def top_near(spectrum: Spectrum, ppm: float, sign: float = 1.0) -> TopNear | None:
    """Return the maximum (for ``sign`` -1 the minimum) nearest to a place; None without any."""
    axis, sigma = spectrum.axis, spectrum.noise.sigma
    at = float(axis.point(ppm))
    first, last = max(0, round(at) - _REACH), min(axis.size, round(at) + _REACH + 1)
    duration = spectrum.time_points / axis.sw_hz if spectrum.time_points else None
    trace = np.ascontiguousarray(sign * spectrum.trace[first:last])
    seen = tops_of(trace, Sight(sigma, axis.point_hz, duration))
    if not seen.maximum.size or not sigma:
        return None
    i = int(np.argmin(np.abs(seen.maximum + first - at)))
    # a share of the tallest means that of the whole spectrum, not of the stretch
    tallest = VISIBLE.share * float(np.abs(spectrum.trace).max())
    return TopNear(
        float(axis.ppm(float(seen.maximum[i] + first))),
        abs(float(seen.maximum[i]) + first - at) / float(seen.width[i]),
        float(seen.rise[i]) / sigma,
        float(seen.above[i]) / sigma,
        bool(seen.is_top[i]) and float(seen.above[i]) >= tallest,
    )
