"""Classical peak picking: the honest baseline of every comparison, and the sign of lines.

A local maximum counts when it stands out from its surroundings (prominence) by a number of noise
sigmas. No model of a line, no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np

from nmrquanv.finders import CLASSICAL, POLARITIES, Polarity
from nmrquanv.progress import Report, shared, silent_report, standing
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.extrema import prominent
from nmrquanv.spectra.flat_tops import with_flat_tops
from nmrquanv.spectra.lineshapes import pseudo_voigt_area
from nmrquanv.spectra.peak_classes import with_classes
from nmrquanv.spectra.peaks import REFERENCE_HEIGHT, Peak, PeakList, Provenance
from nmrquanv.spectra.quiet import FLOOR_POINTS, local_floor, quiet_level
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.scope import texts_of
from nmrquanv.spectra.searching import within_reason
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.thresholds import CARD_THRESHOLDS, Thresholds

CARD = Thresholds(min_snr=6.0, min_height=0.001)
"""What a card says of a network: what its peaks must pass by default; they have no confidence."""

PROMINENCE_SIGMAS = 7.5
"""Least prominence in sigma. A valley and a top of mere noise are easily 6 sigma apart; from 6.5 to
10 the benchmark of simulated spectra is flat."""

_SIGNED_EXPERIMENTS = ("dept", "apt", "jmod", "pendant", "noedi", "noemul", "selno")
"""In names of pulse programs; noesypr1d and its kind only suppress water."""

_NEGATIVE_SIGMAS = 12.0
_NEGATIVE_SHARE = 0.03
_LOBE_WIDTHS = 12.0
_FLOOR_WIDTHS = 25.0
_NOISE_HALF_BAND = 4.0
_SEEKING_DIPS, _PICKING = "looking for negative lines", "picking peaks"


def is_signed(sample: Sample) -> bool:
    """Tell whether an experiment gives lines of both signs: DEPT, APT and the like, NOE."""
    program = sample.pulse_program.lower()
    return any(word in program for word in _SIGNED_EXPERIMENTS)


def polarity_of(settings: Mapping[str, Any]) -> Polarity:
    """Return the polarity with which a search was made, by the settings of its provenance."""
    told = settings.get("polarity", "auto")
    return next((known for known in POLARITIES if known == told), "auto")


def is_looked_for(spectrum: Spectrum, settings: Mapping[str, Any], sign: float) -> bool:
    """Tell whether a search with such settings (of a provenance) looks for lines of a sign."""
    return sign in signs(spectrum, polarity_of(settings))


def signs(
    spectrum: Spectrum, polarity: Polarity = "auto", report: Report = silent_report
) -> tuple[float, ...]:
    """Return the signs of lines to look for: ``(1.0,)``, ``(-1.0,)`` or both.

    Parameters
    ----------
    spectrum : Spectrum
    polarity : "auto" | "positive" | "negative" | "both"
        "auto" looks for both when the pulse program says DEPT, APT, jmod or NOE, or when a negative
        line stands 12 sigma and 3 % of the tallest line below the quiet level, and is no lobe of a
        taller positive line close by (a phase error's).
    report : Report
        May cancel.

    Raises
    ------
    ValueError
        Another word for polarity.
    """
    if polarity not in get_args(Polarity):
        raise ValueError(f"polarity must be one of {get_args(Polarity)}, got '{polarity}'")
    if polarity != "auto":
        return {"positive": (1.0,), "negative": (-1.0,), "both": (1.0, -1.0)}[polarity]
    if is_signed(spectrum.sample):
        return (1.0, -1.0)
    return (1.0, -1.0) if _has_negative_lines(spectrum, report) else (1.0,)


def _has_negative_lines(spectrum: Spectrum, report: Report) -> bool:
    """Tell whether a line points down that is no lobe of a line pointing up."""
    trace, sigma = spectrum.trace, spectrum.noise.sigma
    report(0, 2, _SEEKING_DIPS)
    down, depth, width = prominent(-trace, _NEGATIVE_SIGMAS * sigma)
    report(1, 2, _SEEKING_DIPS)
    up, height, up_width = prominent(trace, _NEGATIVE_SIGMAS * sigma)
    report(1, 2, _SEEKING_DIPS)
    if down.size == 0:
        return False
    if up.size == 0:
        return True
    typical = float(np.median(up_width[np.argsort(height)[-20:]]))
    narrow = width < 12.0 * typical
    # a valley between two lines, or in the flank of a hump, is no line that points down
    below = np.minimum(depth, quiet_level(trace, sigma)[down] - trace[down])
    tall_enough = below > max(_NEGATIVE_SHARE * height.max(), _NEGATIVE_SIGMAS * sigma)
    for point, size in zip(down[narrow & tall_enough], depth[narrow & tall_enough], strict=True):
        near = np.abs(up - point) < _LOBE_WIDTHS * np.maximum(up_width, typical)
        if not near.any() or height[near].max() < size:
            return True
    return False


def pick_classical(
    spectrum: Spectrum,
    *,
    region: PpmRange | None = None,
    polarity: Polarity = "auto",
    report: Report = silent_report,
) -> PeakList:
    """Pick local extrema by noise-scaled prominence on the native trace.

    Parameters
    ----------
    spectrum : Spectrum
    region : (high_ppm, low_ppm) or None
    polarity : see :func:`signs`
    report : Report

    Returns
    -------
    PeakList
        Without confidence; position by a parabola through the three top points, height above the
        local floor, width at half prominence, area of a Lorentzian of that height and width.

    Raises
    ------
    SearchError
        See :func:`nmrquanv.spectra.searching.within_reason`.
    """

    def find(spectrum: Spectrum, region: PpmRange | None) -> PeakList:
        chosen, peaks = signs(spectrum, polarity, report), []
        points_both_ways = len(chosen if polarity == "auto" else signs(spectrum)) == 2
        for number, sign in enumerate(chosen):
            part = shared(report, number, len(chosen))
            peaks += _tops(spectrum, sign, points_both_ways, part)
        marked = with_classes(with_flat_tops(peaks, spectrum), spectrum, standing(report, 99))
        if region is not None:
            marked = tuple(p for p in marked if region[1] <= p.ppm <= region[0])
        settings = {
            "polarity": polarity,
            "region": region,
            "prominence_sigmas": PROMINENCE_SIGMAS,
            REFERENCE_HEIGHT: reference_height(spectrum),
            CARD_THRESHOLDS: CARD.to_dict(),
        }
        known = Provenance(CLASSICAL, None, settings, notes=texts_of(spectrum, marked))
        return PeakList(marked, known, spectrum.noise.sigma)

    return within_reason(spectrum, region, find)


def _tops(spectrum: Spectrum, sign: float, points_both_ways: bool, report: Report) -> list[Peak]:
    """Return the extrema of one sign that stand out of the noise."""
    report(0, 3, _PICKING)
    axis, y = spectrum.axis, sign * spectrum.trace
    sigma, noise = spectrum.noise.sigma, spectrum.noise.profile
    tops, _, widths = prominent(y, PROMINENCE_SIGMAS * noise)
    report(1, 3, _PICKING)
    reach = int(_FLOOR_WIDTHS * np.median(widths)) if tops.size else 1
    floor = sigma * local_floor(y / sigma, max(reach, FLOOR_POINTS))
    report(2, 3, _PICKING)
    # The floor runs along the lower edge of the noise; heights count from its middle.
    floor += min(float(np.median(y - floor)), _NOISE_HALF_BAND * sigma)
    least = floor[tops]
    if points_both_ways or sign < 0:
        # Between two lines of the other sign the trace has a maximum, but no line.
        least = np.maximum(least, (quiet_level(y, sigma) + PROMINENCE_SIGMAS * noise)[tops])
    is_line = y[tops] > least
    peaks = []
    for top, width in zip(tops[is_line], widths[is_line], strict=True):
        shift, extra = _vertex(y[top - 1], y[top], y[top + 1])
        height = sign * (float(y[top] - floor[top]) + extra)
        fwhm = float(width) * axis.point_hz
        area = pseudo_voigt_area(np.array(height), np.array(fwhm), np.array(1.0))
        peaks.append(
            Peak(
                ppm=float(axis.ppm(top + shift)),
                height=height,
                snr=abs(height) / float(noise[top]),
                fwhm_hz=fwhm,
                area=float(area),
                finder=CLASSICAL,
            )
        )
    return peaks


def _vertex(left: float, middle: float, right: float) -> tuple[float, float]:
    """Return where the top of a parabola through three points lies: points aside, height above."""
    bend = left - 2 * middle + right
    if bend >= 0:
        return 0.0, 0.0
    shift = 0.5 * (left - right) / bend
    return float(np.clip(shift, -0.5, 0.5)), float(-0.25 * (left - right) * shift)
