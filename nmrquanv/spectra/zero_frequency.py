"""Which peak is the spike at zero frequency: a voltage that is always there, and no line.

It stands in the middle of the sweep, to a point, and has no decay of its own: only the apodization
and the end of the FID make it broad. All lines of a sample are broader.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum

_OFF_POINTS, _OFF_PERIODS = 1.0, 0.25
"""How far from the middle, at most: in points, or periods of the FID's length."""

_FEWEST, _CLEAR_SNR, _NARROW_LINES, _NARROWER, _OF_A_KIND = 3, 12.0, 20.0, 0.7, 8.0
"""Clear lines to compare with, and that with which it is compared, per cent; share of its width.
The last: how much broader lines may be that tell; a solvent is narrow beside those of a paramagnet.
"""


def with_spike(peaks: Sequence[Peak], spectrum: Spectrum) -> tuple[Peak, ...]:
    """Return peaks with the one at zero frequency, if there is one, classed as an artefact.

    Parameters
    ----------
    peaks : sequence of Peak
        With solvent and satellites marked; only a signal becomes one, and none of a person's.
    spectrum : Spectrum
        What was searched.
    """
    peaks, axis = tuple(peaks), spectrum.axis
    if len(peaks) <= _FEWEST:
        return peaks
    off = np.abs(axis.point(np.array([p.ppm for p in peaks])) - 0.5 * axis.size)
    period = axis.size / spectrum.time_points if spectrum.time_points else 0.0
    number = int(np.argmin(off))
    spike = peaks[number]
    is_there = off[number] <= max(_OFF_POINTS, _OFF_PERIODS * period)
    may_be = is_there and spike.peak_class == "signal" and not spike.is_users
    if not may_be or not _is_sharp(spike, peaks):
        return peaks
    return (*peaks[:number], spike.called("artefact"), *peaks[number + 1 :])


def _is_sharp(spike: Peak, peaks: Sequence[Peak]) -> bool:
    """Tell whether a peak is narrower than clear lines that are not of another kind altogether."""
    width = spike.fwhm_hz or np.inf
    others = [p.fwhm_hz for p in peaks if p.fwhm_hz and (p.snr or 0.0) > _CLEAR_SNR]
    alike = [w for w in others if w < _OF_A_KIND * width]
    if len(alike) <= _FEWEST:
        return False
    return bool(width < _NARROWER * np.percentile(alike, _NARROW_LINES))
