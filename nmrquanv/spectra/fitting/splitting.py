"""One line or two: what the data want under a top that stands alone.

Two lines half a width apart look like one line a little too broad. Whether they are two is asked
with the shape that the spectrum's lines share (:mod:`nmrquanv.spectra.field`): a pair must beat the
single line *with* it, and a single line may have a decay and a Gaussian of its own. What the shape
leaves of lines that it was not learnt from is in the weights, so that no height makes a line two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.field import Field
from nmrquanv.spectra.fitting.shaped_lines import fit_shaped
from nmrquanv.spectra.fitting.stretches import Question, Shaped, Stretches

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MIN_GAIN = 25.0
"""Least gain in chi square. A pair has two parameters more than a single line; the Bayesian
information criterion would ask for about 6 on the 20 independent points of a line."""

NEAREST = 0.48
"""In widths: nearer lines are one by the project's definition."""

CAUTION = 1.5
"""Shape errors have longer tails than noise."""

_MISFIT, _LEFT, _NO_GAIN, _FITS, _TRUSTED = 1.8, 0.5, 8.0, 2.0, 0.6
_FARTHEST, _LEAST_SHARE, _FEWEST_POINTS = 1.7, 0.03, 9.0
_LEAST_BEND, _BROADEST, _AT_A_TIME = 0.04, 1.15, 64
_STARTS = ((-0.25, 0.25), (-0.15, 0.5), (-0.5, 0.15), (0.0, 1.0), (-1.0, 0.0))
_SUSPECT, _WIDTH_ERR, _UNEXPLAINED = 1.3, 0.15, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Lone tops fitted as one line and as two; arrays over ``n`` tops.

    Parameters
    ----------
    one, two : Shaped
        ``two`` holds numbers where :attr:`is_tried`; widths of a pair are equal.
    points : (n,) float64
        Independent points that were fitted.
    dependence : float
        Points of the trace for each independent one.
    is_tried : (n,) bool
        Where one line left enough to ask for two.
    field : Field
    fwhm : (n,) float64, points
        Of the whole.
    """

    one: Shaped
    two: Shaped
    points: Array
    dependence: float
    is_tried: Mask
    field: Field
    fwhm: Array

    @property
    def single(self) -> Array:
        """Chi square of one line for each independent point, (n,)."""
        return self.one.chi / self.dependence / np.maximum(self.points, 1.0)

    @property
    def gain(self) -> Array:
        """By how much two lines have the smaller chi square; 0 where not tried."""
        gain = (self.one.chi - self.two.chi) / self.dependence
        return np.where(self.is_tried, gain, 0.0)

    def looser(self, shaped: Shaped) -> Array:
        """Return by how much errors grow because the shape does not explain a top: 1 or more."""
        each = shaped.chi / self.dependence / np.maximum(self.points, 1.0)
        return np.asarray(np.sqrt(np.maximum(each, 1.0)))

    @property
    def usual(self) -> float:
        """Chi square of a usual top for each point, at least 1."""
        return max(1.0, float(np.median(self.single))) if self.points.size else 1.0

    @property
    def is_trusted(self) -> bool:
        """Whether the shape is known, and explains most of the tops: else misfits tell nothing."""
        fits = float(np.mean(self.single < _FITS)) if self.points.size else 0.0
        return self.field.is_known and fits >= _TRUSTED

    def is_pair(self) -> Mask:
        """Tell which tops are two lines."""
        tall = self.two.height
        share = tall.min(axis=1) / np.maximum(np.abs(tall).sum(axis=1), 1e-300)
        good = self.is_tried & (self.gain > MIN_GAIN) & (share > _LEAST_SHARE)
        good &= (self.single > _MISFIT * self.usual) & (self.two.chi < _LEFT * self.one.chi)
        good &= (self.points > _FEWEST_POINTS) & self.is_trusted
        for i in np.flatnonzero(good):
            apart = abs(float(np.diff(self.two.position[i])[0]))
            fwhm = self.field.spread.form(float(self.two.width[i])).fwhm
            good[i] = NEAREST * fwhm < apart < _FARTHEST * fwhm
            # A small line close to a tall one looks like the field's own error; a line of a pair
            # is no broader than the pair.
            good[i] &= bool(share[i] * (apart / fwhm) ** 2 > _LEAST_BEND)
            good[i] &= bool(fwhm < _BROADEST * self.fwhm[i])
        return np.asarray(good, dtype=bool)

    def is_single(self) -> Mask:
        """Tell which tops one line explains, and two would show and do no better."""
        good = (self.single < _FITS * self.usual) & (self.gain < _NO_GAIN)
        good &= (self.points > _FEWEST_POINTS) & self.is_trusted
        return np.asarray(good, dtype=bool)

    def is_open(self) -> Mask:
        """Tell which tops one line does not explain by far, with a Gaussian of its own."""
        good = (self.single > _UNEXPLAINED * self.usual) & (self.points > _FEWEST_POINTS)
        return np.asarray(good & self.is_trusted & ~self.is_pair(), dtype=bool)


def trials(
    stretches: Stretches, field: Field, dependence: float, report: Report = silent_report
) -> Trials:
    """Fit lone tops as one line and, where that leaves much, as two.

    Parameters
    ----------
    stretches : Stretches
        Weights with the field's shape error in them.
    field : Field
    dependence : float
        Points of the trace for each independent one.
    report : Report
        May cancel.
    """
    n = stretches.middle.size
    points = (stretches.weight > 0).sum(axis=1) / dependence
    usual = field.width if field.is_known else 0.9 * stretches.fwhm
    log = np.log(np.broadcast_to(usual, n) / stretches.fwhm)
    one = _in_parts(stretches, field, Question(np.zeros((n, 1)), log), report)
    suspect = np.flatnonzero(one.chi > _SUSPECT * dependence * points)
    if suspect.size:
        asked = Question(np.zeros((suspect.size, 1)), log[suspect], has_gauss=True)
        better = _in_parts(stretches.chosen(suspect), field, asked, report)
        wins = better.chi < one.chi[suspect]
        one.put(suspect[wins], better.chosen(wins))
    is_tried = one.chi > _SUSPECT * dependence * points
    found = Trials(one, one, points, dependence, is_tried, field, stretches.fwhm)
    if not found.is_trusted:  # then nothing that two lines do tells anything
        is_tried = np.zeros(n, dtype=bool)
    two = _pairs(stretches, field, log, np.flatnonzero(is_tried), report)
    return replace(found, two=two, is_tried=is_tried)


def _in_parts(stretches: Stretches, field: Field, asked: Question, report: Report) -> Shaped:
    """Fit some stretches at a time: any number fits into memory, and may be cancelled."""
    n, k = asked.start.shape
    found = Shaped.empty(n, k, stretches.x.shape[1])
    for first in range(0, n, _AT_A_TIME):
        report(first, n, "looking for close pairs")
        part = np.arange(first, min(first + _AT_A_TIME, n))
        own = replace(asked, start=asked.start[part], log_width=asked.log_width[part])
        found.put(part, fit_shaped(stretches.chosen(part), field.spread, own))
    return found


def _pairs(
    stretches: Stretches,
    field: Field,
    log_width: Array,
    which: NDArray[np.int64],
    report: Report,
) -> Shaped:
    """Return the best of pairs that start in several ways; 0 where none was tried."""
    n = stretches.middle.size
    two = Shaped.empty(n, 2, stretches.x.shape[1])
    if which.size == 0:
        return two
    part, log = stretches.chosen(which), log_width[which]
    best: Shaped | None = None
    for start in _STARTS:
        begin = np.tile(np.array(start), (which.size, 1))
        found = _in_parts(part, field, Question(begin, log, _WIDTH_ERR), report)
        if best is None:
            best = found
        else:
            wins = (found.chi < best.chi) & (found.height > 0).all(axis=1)
            best.put(wins, found.chosen(wins))
    assert best is not None
    two.put(which, best)
    return two
