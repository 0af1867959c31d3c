"""How often both lines of a close pair are found, and a single line is left whole.

A pair is right when exactly two peaks stand there, each within 0.2 FWHM of its line; a single line
when exactly one peak does. The spectra are those of ``pair_spectra.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmrquanv.bench.pair_spectra import SEPARATIONS, Site, make_pairs
from nmrquanv.bench.shipped_finders import Finder
from nmrquanv.statistics import Interval, wilson


@dataclass(frozen=True, slots=True)
class PairTask:
    """A spectrum of pairs to be made, and the finders to measure on it."""

    seed: int
    number: int
    models: tuple[str, ...]
    find: Finder


@dataclass(frozen=True, slots=True)
class SiteOutcome:
    """What a finder made of a site."""

    separation: float
    ratio: float
    is_pair: bool
    is_voigt: bool
    is_lopsided: bool
    n_found: int
    is_resolved: bool


def sites_on(task: PairTask) -> list[list[SiteOutcome]]:
    """Return for each model what became of the sites of the task's spectrum."""
    is_lopsided = task.number % 2 == 1
    rng = np.random.default_rng([task.seed, 1, task.number])
    spectrum = make_pairs(rng, is_lopsided=is_lopsided)
    sf_mhz = spectrum.made.spectrum.axis.sf_mhz
    result = []
    for model in task.models:
        peaks = task.find(spectrum.made, model).shown.peaks
        result.append(
            [_judged(site, site.own(peaks, sf_mhz), is_lopsided) for site in spectrum.sites]
        )
    return result


def _judged(site: Site, found_hz: list[float], is_lopsided: bool) -> SiteOutcome:
    return SiteOutcome(
        site.separation,
        site.ratio,
        site.is_pair,
        site.is_voigt,
        is_lopsided,
        len(found_hz),
        site.is_resolved(found_hz),
    )


@dataclass(frozen=True, slots=True)
class PairResult:
    """A finder on pairs of one separation and on single lines as wide.

    Parameters
    ----------
    separation : float
    two, two_equal, two_unequal : Interval
        P(two found, both within 0.2 FWHM | pair): all, 1:1, 1:3.
    one, one_lorentz, one_voigt, one_even, one_lopsided : Interval
        P(one found | single): all, by shape, in an even and in a lopsided field.
    pairs, singles : int
    """

    separation: float
    two: Interval
    two_equal: Interval
    two_unequal: Interval
    one: Interval
    one_lorentz: Interval
    one_voigt: Interval
    one_even: Interval
    one_lopsided: Interval
    pairs: int
    singles: int


def pair_results(outcomes: Sequence[SiteOutcome]) -> tuple[PairResult, ...]:
    """Sum up what became of all sites, one result for each separation."""
    results = []
    for separation in SEPARATIONS:
        own = [o for o in outcomes if o.separation == separation]
        pairs, singles = [o for o in own if o.is_pair], [o for o in own if not o.is_pair]
        results.append(
            PairResult(
                separation,
                _share(pairs),
                _share([o for o in pairs if o.ratio == 1.0]),
                _share([o for o in pairs if o.ratio != 1.0]),
                _share(singles),
                _share([o for o in singles if not o.is_voigt]),
                _share([o for o in singles if o.is_voigt]),
                _share([o for o in singles if not o.is_lopsided]),
                _share([o for o in singles if o.is_lopsided]),
                len(pairs),
                len(singles),
            )
        )
    return tuple(results)


def _share(outcomes: Sequence[SiteOutcome]) -> Interval:
    return wilson(sum(o.is_resolved for o in outcomes), len(outcomes))
