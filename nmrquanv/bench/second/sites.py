"""Pairs and single lines of the second simulator: who splits what, and who splits what is one.

Sites stand far apart among ordinary lines of one spectrum. Its field is even, or lopsided; pairs
are 0.5 FWHM apart 1:1 and 1:3, and 1.0 FWHM 1:10; as many singles are as broad as a pair, by a
faster decay, by a Gaussian of their own, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nmrquanv.bench.second.hard_kinds import SEED, log_between, lopsided
from nmrquanv.bench.second.spectrometer import (
    EVEN,
    Resonance,
    SecondSpectrum,
    Setup,
    StickShape,
    acquire,
    shape_of,
)
from nmrquanv.bench.second.sticks import SignalSticks, single
from nmrquanv.spectra.peaks import Peak
from nmrquanv.statistics import Interval, wilson

SHAPES = ("Lorentzian", "Voigt", "lopsided")
SNRS = (300.0, 3000.0, 30_000.0)
CASES = ((0.5, 1.0), (0.5, 3.0), (1.0, 10.0))
"""Distance in FWHM, and how much taller the taller line is."""

_OF_EACH, _SINGLES, _ORDINARY = 4, 12, 16
_NEAR, _REACH, _SPACING_HZ = 0.2, 3.0, 80.0


@dataclass(frozen=True, slots=True)
class LoneSite:
    """One or two lines that stand alone.

    Parameters
    ----------
    ppm : tuple of float
        Of their maxima.
    fwhm_ppm : float
        Of one line.
    case : (float, float) or None
        Of :data:`CASES`; None for a single line.
    """

    ppm: tuple[float, ...]
    fwhm_ppm: float
    case: tuple[float, float] | None

    def is_right(self, peaks: Sequence[Peak]) -> bool:
        """Tell whether as many peaks as lines are here, those of a pair within 0.2 FWHM."""
        reach = _REACH * self.fwhm_ppm
        middle = sum(self.ppm) / len(self.ppm)
        found = sorted(p.ppm for p in peaks if abs(p.ppm - middle) < reach)
        if len(found) != len(self.ppm):
            return False
        near = _NEAR * self.fwhm_ppm
        away = [abs(a - b) for a, b in zip(sorted(self.ppm), found, strict=True)]
        return self.case is None or max(away) < near


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """What a finder made of a site."""

    shape: str
    snr: float
    case: tuple[float, float] | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class SplitResult:
    """A finder on sites of one shape and S/N.

    Parameters
    ----------
    shape : str
    snr : float
    pairs : tuple of Interval
        P(two found in place | pair), for each of :data:`CASES`.
    single : Interval
        P(one found | single).
    """

    shape: str
    snr: float
    pairs: tuple[Interval, ...]
    single: Interval


def site_spectrum(shape: str, snr: float, number: int) -> tuple[SecondSpectrum, list[LoneSite]]:
    """Return a spectrum of sites, the same at every call, and its sites."""
    key = [SEED, 1_000 + SHAPES.index(shape), SNRS.index(snr), number]
    rng = np.random.default_rng(key)
    own_hz = log_between(rng, 0.5, 1.0)
    field = lopsided(rng, log_between(rng, 0.6, 2.0), own_hz + 0.2) if shape == SHAPES[2] else EVEN
    setup = Setup(sf_mhz=500.0, field=field, lb_hz=0.2)
    line = Resonance(single(), snr, own_hz, own_hz if shape == SHAPES[1] else 0.0)
    count = len(CASES) * _OF_EACH + _SINGLES + _ORDINARY
    place = (np.arange(count) - 0.5 * count) * _SPACING_HZ + rng.uniform(-20, 20, count)
    hz = iter(rng.permutation(place).tolist())
    signals, sites = [], []
    fwhm = _shape(line, setup).fwhm_hz
    for apart, ratio in CASES * _OF_EACH:
        gap, share = apart * fwhm * rng.choice([-1.0, 1.0]), np.array([1.0, 1.0 / ratio])
        pair = replace(line, sticks=SignalSticks(np.array([0.0, gap]), share).at(next(hz)))
        signals.append(pair)
        sites.append(_site(pair, setup, (apart, ratio)))
    for _ in range(_SINGLES):
        own = replace(_broader(rng, line, fwhm), sticks=single().at(next(hz)))
        signals.append(own)
        sites.append(_site(own, setup, None))
    signals += [
        replace(line, sticks=single().at(at), snr=snr * log_between(rng, 0.1, 1.0)) for at in hz
    ]
    return acquire(rng, signals, setup, shape), sites


def _shape(line: Resonance, setup: Setup) -> StickShape:
    """Return what a line looks like as processed."""
    return shape_of(line.decay(setup.t) * setup.field.over(setup.t) * setup.window, setup)


def _site(signal: Resonance, setup: Setup, case: tuple[float, float] | None) -> LoneSite:
    """Return where a signal's lines have their maxima."""
    form = _shape(signal, setup)
    ppm = setup.middle_ppm + (signal.sticks.hz + form.top_hz) / setup.sf_mhz
    return LoneSite(tuple(float(x) for x in ppm), form.fwhm_hz / setup.sf_mhz, case)


def _broader(rng: np.random.Generator, line: Resonance, fwhm: float) -> Resonance:
    """Return a line that is broader than the others, by its decay or by a Gaussian."""
    wider = rng.uniform(0.0, 0.5) * fwhm
    if rng.random() < 0.5:
        return replace(line, gauss_hz=float(np.hypot(line.gauss_hz, 1.5 * wider)))
    return replace(line, width_hz=line.width_hz + wider)


def split_results(verdicts: Sequence[SiteVerdict]) -> tuple[SplitResult, ...]:
    """Sum up what became of all sites, one result for each shape and S/N."""

    def share(own: Sequence[SiteVerdict]) -> Interval:
        return wilson(sum(v.is_right for v in own), len(own))

    results = []
    for shape in SHAPES:
        for snr in SNRS:
            own = [v for v in verdicts if (v.shape, v.snr) == (shape, snr)]
            pairs = tuple(share([v for v in own if v.case == case]) for case in CASES)
            results.append(SplitResult(shape, snr, pairs, share([v for v in own if not v.case])))
    return tuple(results)
