"""Which peaks are bumps in the foot of a tall line: all tall lines have them, of the same share.

An uneven field gives all lines of a spectrum the same uneven foot. A weak peak close beside a
tall line is such a bump when the foot that the lines of other multiplets have in common foretells
it (:mod:`nmrquanv.spectra.common_foot`); where they have nothing there, it is a line of the sample.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.common_foot import MOST_SHARE, REACH_HZ, CommonFoot, FootedLines
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.sidebands import multiplets_of
from nmrquanv.spectra.spectrum import Spectrum

Index = NDArray[np.int64]

_TALL, _MULTIPLETS = 60, 3
"""So many lines are compared; they must be of so many multiplets at least."""

_SLACK_HZ, _SLACK_WIDTHS = 0.1, 0.12
_CLEAR_SIGMAS, _ALIKE = 4.0, 0.35
"""Least bend that tells anything, over its noise; least share that a bump and what is foretold have
of each other."""

_ROUND_WIDTHS, _EXPLAINED = 0.5, 0.4
"""In usual widths to either side of a bump: of the trace's bends there, the least share (of their
squares) that the foot explains."""

_SEEKING = "comparing the feet of lines"


def with_feet(
    peaks: Sequence[Peak], spectrum: Spectrum, report: Report = silent_report
) -> tuple[Peak, ...]:
    """Return peaks with the bumps in the feet of others classed as artefacts, with their parents.

    Parameters
    ----------
    peaks : sequence of Peak
        With solvent, satellites and wiggles marked; only signals are looked at, and no peak that is
        a person's. Where there are wiggles, all lines have them, and nothing else is told.
    spectrum : Spectrum
        What was searched; without a known frequency nothing is marked.
    report : Report
        May cancel.
    """
    peaks = tuple(peaks)
    is_cut = any(p.peak_class == "wiggle" for p in peaks)
    if is_cut or not spectrum.axis.has_hz or len(peaks) < _MULTIPLETS:
        return peaks
    lines = _lines(peaks, spectrum)
    which = np.argsort(-np.abs(lines.height), kind="stable")[:_TALL]
    multiplet = multiplets_of(lines.place[which])
    asked = [
        number
        for number in _weak(lines, which).tolist()
        if peaks[number].peak_class == "signal" and not peaks[number].is_users
    ]
    if not asked or multiplet.max() + 1 < _MULTIPLETS:
        return peaks
    noise, point_hz = spectrum.noise.sigma, spectrum.axis.point_hz
    place = spectrum.trace, noise, point_hz
    foot = CommonFoot.learnt(place, (lines, which, multiplet), np.array(asked), report)
    told = {}
    for done, number in enumerate(asked):
        if done % 64 == 0:
            report(done, len(asked), _SEEKING)
        if (parent := _parent(foot, which, lines, number)) is not None:
            told[number] = parent
    return tuple(
        p.called("artefact", peaks[told[i]].ppm) if i in told else p for i, p in enumerate(peaks)
    )


def _lines(peaks: tuple[Peak, ...], spectrum: Spectrum) -> FootedLines:
    """Lay peaks out."""
    axis = spectrum.axis
    place = axis.point(np.array([p.ppm for p in peaks])) * axis.point_hz
    width = np.array([p.fwhm_hz or axis.point_hz for p in peaks])
    return FootedLines(place, width, np.array([p.height for p in peaks]))


def _weak(lines: FootedLines, tall: Index) -> Index:
    """Return which lines are weak beside a tall one of their sign."""
    away = np.abs(lines.place[:, None] - lines.place[tall])
    signed = lines.height[:, None] * np.sign(lines.height[tall])
    weak = (signed > 0.0) & (signed < MOST_SHARE * np.abs(lines.height[tall]))
    near = (away < REACH_HZ) & (away > lines.width[tall])
    return np.flatnonzero((weak & near).any(axis=1))


def _parent(foot: CommonFoot, tall: Index, lines: FootedLines, number: int) -> int | None:
    """Return the tall line whose foot a peak is a bump of, None where it is a line."""
    at, sign = float(lines.place[number]), float(np.sign(lines.height[number]))
    near = foot.near(at)
    near = near[tall[near] != number]
    if not near.size:
        return None
    slack = max(_SLACK_HZ + _SLACK_WIDTHS * foot.width_hz, foot.point_hz)
    around = max(_ROUND_WIDTHS * foot.width_hz, slack)
    fold = int(foot.fold[near[0]])
    hz, seen = foot.around(at, around)
    seen, foretold = sign * seen, sign * foot.foretold(near, fold, hz)
    is_it = np.abs(hz - at) <= slack
    here, expected = float(seen[is_it].max()), float(foretold[is_it].max())
    if min(here, expected) < max(_CLEAR_SIGMAS * foot.sigma, _ALIKE * max(here, expected)):
        return None
    left = ((seen - foretold) ** 2).sum()
    if left > (1.0 - _EXPLAINED) * (seen**2).sum():
        return None
    top = hz[[np.argmax(np.where(is_it, foretold, -np.inf))]]
    share = [float(sign * foot.foretold(near[[i]], fold, top)[0]) for i in range(near.size)]
    return int(tall[near[np.argmax(share)]])
