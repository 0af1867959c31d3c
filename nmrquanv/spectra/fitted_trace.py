"""The curves of a list's lines, alone and together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.lineshapes import pseudo_voigt, pseudo_voigt_area
from nmrquanv.spectra.peaks import Peak, PeakList

Array = NDArray[np.float64]

_REACH_WIDTHS = 100.0
"""A Lorentzian has fallen to a forty-thousandth of its height there."""

_REPORT_EVERY = 64

_CURVE_POINTS, _CURVE_WIDTHS = 61, 8.0
"""Of a line drawn alone: points, and how many of its widths it reaches to either side."""


@dataclass(frozen=True, slots=True, eq=False)
class LineCurve:
    """One line of a list.

    Parameters
    ----------
    ppm : (n,) float64, ppm
        Rising; closer where the line bends.
    values : (n,) float64
        Intensity, from a baseline of zero.
    width_ppm : float, ppm
        FWHM.
    """

    ppm: Array
    values: Array
    width_ppm: float


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
    single : tuple of LineCurve
        Each of them alone.
    """

    values: Array
    lines: int
    left_out: int
    single: tuple[LineCurve, ...] = ()


def shapes_of(layers: Mapping[str, PeakList]) -> dict[str, CommonShape]:
    """Return what each finder's lines were fitted to have beyond a pseudo-Voigt, where any."""
    return {name: layer.shape for name, layer in layers.items() if layer.shape is not None}


def fitted_trace(
    axis: Axis,
    peaks: Iterable[Peak],
    report: Report = silent_report,
    *,
    shapes: Mapping[str, CommonShape] | None = None,
) -> FittedTrace:
    """Add up the lines of a list, as they were fitted.

    Parameters
    ----------
    axis : Axis
    peaks : iterable of Peak
        Height, width and area say each line's shape; without an area it is a Lorentzian.
    report : Report
        May cancel.
    shapes : mapping of str to CommonShape or None
        What each finder's lines have beyond a pseudo-Voigt (:func:`shapes_of`).
    """
    listed, known = list(peaks), shapes or {}
    drawn = [p for p in listed if p.fwhm_hz]
    values = np.zeros(axis.size)
    for number, peak in enumerate(drawn):
        if number % _REPORT_EVERY == 0:
            report(number, len(drawn), "drawing the fit")
        at, fwhm = float(axis.point(peak.ppm)), float(peak.fwhm_hz or 0.0) / axis.point_hz
        first = max(0, int(at - _REACH_WIDTHS * fwhm))
        x = np.arange(first, min(axis.size, int(at + _REACH_WIDTHS * fwhm) + 2), dtype=np.float64)
        values[first : first + x.size] += _line(peak, (x - at) / (0.5 * fwhm), known)
    single = tuple(line_curve(axis, peak, known) for peak in drawn)
    return FittedTrace(values, len(drawn), len(listed) - len(drawn), single)


def line_curve(
    axis: Axis, peak: Peak, shapes: Mapping[str, CommonShape] | None = None
) -> LineCurve:
    """Return one line of a list, which has a width, as a curve of few points."""
    width = float(peak.fwhm_hz or 0.0) / axis.point_hz * axis.point_ppm
    # as a Lorentzian falls: equal steps of the angle are short at the top and long in the feet
    ends = np.arctan(2.0 * _CURVE_WIDTHS)
    away = 0.5 * width * np.tan(np.linspace(-ends, ends, _CURVE_POINTS))
    # points rise as chemical shifts fall
    values = _line(peak, -away / (0.5 * width), shapes or {})
    return LineCurve(peak.ppm + away, values, width)


def _line(peak: Peak, halves: Array, shapes: Mapping[str, CommonShape]) -> Array:
    """Return a line at distances from its top, half widths."""
    common = shapes.get(peak.finder)
    values = pseudo_voigt(halves, peak.height, 0.0, 2.0, lorentzian_part(peak, common))
    if common is None:
        return values
    log_fwhm = np.array(np.log(peak.fwhm_hz or 1.0))
    inside = np.abs(halves) < common.reach
    values[inside] += peak.height * common.at(halves[inside], log_fwhm)[0]
    return values


def lorentzian_part(peak: Peak, common: CommonShape | None = None) -> float:
    """Return how much of a pseudo-Voigt of this height, width and area is Lorentzian, 0 to 1.

    What the line has beyond it (``common``, widths in Hz) is taken off its area first.
    """
    if peak.area is None or not peak.fwhm_hz or not peak.height:
        return 1.0
    unit = peak.area / (peak.height * peak.fwhm_hz)
    if common is not None:
        unit -= 0.5 * float(common.area(np.log(np.array(peak.fwhm_hz))))
    gauss, lorentz = (
        float(pseudo_voigt_area(np.ones(1), np.ones(1), np.full(1, eta))[0]) for eta in (0.0, 1.0)
    )
    return float(np.clip((unit - gauss) / (lorentz - gauss), 0.0, 1.0))
