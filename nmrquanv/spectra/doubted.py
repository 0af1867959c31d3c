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
from nmrquanv.spectra.common_foot import REACH_HZ
from nmrquanv.spectra.peaks import Peak

_HARDLY = 0.1
"""Confidence of what is no line nine times out of ten."""

_SHARE, _WIDTHS = 0.02, 15.0
"""Of a line's height, at most: a residual of the best shapes on real lines has so much; and how far
from it, in its widths."""


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
    asked = [
        i
        for i, p in enumerate(peaks)
        if p.peak_class == "signal"
        and not p.is_users
        and p.confidence is not None
        and p.confidence < _HARDLY
    ]
    if not axis.has_hz or not asked:
        return peaks
    hz = axis.sf_mhz * np.array([p.ppm for p in peaks])
    height = np.array([p.height for p in peaks])
    signed = height * np.sign(height[asked])[:, None]
    reach = np.minimum(REACH_HZ, _WIDTHS * np.array([p.fwhm_hz or 0.0 for p in peaks]))
    signed[np.abs(hz - hz[asked][:, None]) > reach] = 0.0
    parent = np.argmax(signed, axis=1)
    tallest = signed[np.arange(len(asked)), parent]
    told = {
        i: peaks[parent[k]].ppm for k, i in enumerate(asked) if abs(height[i]) < _SHARE * tallest[k]
    }
    return tuple(p.called("artefact", told[i]) if i in told else p for i, p in enumerate(peaks))
