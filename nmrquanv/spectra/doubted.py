"""Which weak tops are uneven feet of a tall line, by the word of the finder that judged them.

A visible top is never hidden for want of confidence. But a bump of some per cent close beside a
tall line, of which a finder that judges settled lines says that it is hardly one, has its
explanation in the tall line: no shape that is fitted to lines of ten thousand sigma is right to a
thousandth of their height. :mod:`nmrquanv.spectra.feet` tells bumps that all lines have in common;
here are those that one line has alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.matching import within
from nmrquanv.spectra.peaks import Peak

_HARDLY = 0.1
"""Confidence of what is no line nine times out of ten."""

_SHARE, _WIDTHS, _REACH_HZ = 0.02, 15.0, 15.0
"""Of a line's height, at most: a residual of the best shapes on real lines has so much; and how far
from it, in its widths and in Hz. The test of line shapes asks that a line be 20 Hz broad or less
at .11 % of its height; half as much again is a poor field, and all simulated feet were within."""


def with_doubted(peaks: Sequence[Peak], axis: Axis) -> tuple[Peak, ...]:
    """Return peaks with the doubted bumps beside tall lines classed as artefacts.

    Parameters
    ----------
    peaks : sequence of Peak
        With solvent, satellites, sidebands, wiggles and common feet marked; of a finder without
        confidences none is marked, nor is a person's.
    axis : Axis
        Without a known frequency (``has_hz`` False) nothing is marked.
    """
    peaks = tuple(peaks)
    asked = np.array([_is_doubted(p) for p in peaks], dtype=np.bool_)
    if not axis.has_hz or not asked.any():
        return peaks
    which = np.flatnonzero(asked)
    hz = axis.sf_mhz * np.array([p.ppm for p in peaks])
    height = np.array([p.height for p in peaks])
    width = np.array([p.fwhm_hz or 0.0 for p in peaks])
    line, bump = within(hz, hz[which], np.minimum(_REACH_HZ, _WIDTHS * width))
    signed = height[line] * np.sign(height[which[bump]])
    told = {}
    for k in np.argsort(signed).tolist():  # the tallest has the last word
        number = int(which[bump[k]])
        if abs(height[number]) < _SHARE * signed[k]:
            told[number] = peaks[line[k]].ppm
    return tuple(p.called("artefact", told[i]) if i in told else p for i, p in enumerate(peaks))


def _is_doubted(peak: Peak) -> bool:
    """Tell whether the finder says of a signal that it is hardly a line."""
    is_open = peak.peak_class == "signal" and not peak.is_users
    return is_open and peak.confidence is not None and peak.confidence < _HARDLY
