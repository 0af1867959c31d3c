"""The curve that a list's lines make together, and what they leave of the trace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.lineshapes import pseudo_voigt, pseudo_voigt_area
from nmrquanv.spectra.peaks import Peak

Array = NDArray[np.float64]

_REACH_WIDTHS = 100.0
"""A Lorentzian has fallen to a forty-thousandth of its height there."""

_REPORT_EVERY = 64


@dataclass(frozen=True, slots=True, eq=False)
class FittedTrace:
    """Sum of lines.

    Parameters
    ----------
    values : (si,) float64
        Intensity, from a baseline of zero.
    lines : int
        How many peaks it is made of.
    left_out : int
        Peaks without a width, which no curve can be drawn of.
    """

    values: Array
    lines: int
    left_out: int


def fitted_trace(axis: Axis, peaks: Iterable[Peak], report: Report = silent_report) -> FittedTrace:
    """Add up the lines of a list as pseudo-Voigts.

    Parameters
    ----------
    axis : Axis
    peaks : iterable of Peak
        Height, width and area say each line's shape; without an area it is a Lorentzian.
    report : Report
        May cancel.
    """
    listed = list(peaks)
    drawn = [p for p in listed if p.fwhm_hz]
    values = np.zeros(axis.size)
    for number, peak in enumerate(drawn):
        if number % _REPORT_EVERY == 0:
            report(number, len(drawn), "drawing the fit")
        at, fwhm = float(axis.point(peak.ppm)), float(peak.fwhm_hz or 0.0) / axis.point_hz
        first = max(0, int(at - _REACH_WIDTHS * fwhm))
        x = np.arange(first, min(axis.size, int(at + _REACH_WIDTHS * fwhm) + 2), dtype=np.float64)
        values[first : first + x.size] += pseudo_voigt(
            x, peak.height, at, fwhm, lorentzian_part(peak)
        )
    return FittedTrace(values, len(drawn), len(listed) - len(drawn))


def lorentzian_part(peak: Peak) -> float:
    """Return how much of a pseudo-Voigt of this height, width and area is Lorentzian, 0 to 1."""
    if peak.area is None or not peak.fwhm_hz or not peak.height:
        return 1.0
    unit = peak.area / (peak.height * peak.fwhm_hz)
    gauss, lorentz = (
        float(pseudo_voigt_area(np.ones(1), np.ones(1), np.full(1, eta))[0]) for eta in (0.0, 1.0)
    )
    return float(np.clip((unit - gauss) / (lorentz - gauss), 0.0, 1.0))
