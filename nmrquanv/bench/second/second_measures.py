"""Finders on the second simulator: F1 by kind, splits, and how honest standard errors are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from nmrquanv.bench.kinds import FinderOutcome, KindResult, kind_result, macro_f1, outcome
from nmrquanv.bench.second.hard_kinds import SECOND_KINDS, second_spectrum
from nmrquanv.bench.second.sites import (
    SHAPES,
    SNRS,
    SiteVerdict,
    SplitResult,
    site_spectrum,
    split_results,
)
from nmrquanv.bench.second.spectrometer import SecondSpectrum
from nmrquanv.bench.shipped_finders import Finder
from nmrquanv.pool import Pool
from nmrquanv.progress import Report
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.scoring import assigned
from nmrquanv.statistics import Interval, wilson

SNR_EDGES = (6.0, 15.0, 50.0, 200.0, 1000.0, np.inf)
"""Standard errors are judged between these."""

LOPSIDED, EVEN = "lopsided", "even"
_CLEAR_FWHM = 1.0


@dataclass(frozen=True, slots=True)
class Miss:
    """How far a right peak is from its line, in its own standard errors."""

    is_lopsided: bool
    snr: float
    errors: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Share of lines within one standard error: 0.68 where errors are honest.

    Parameters
    ----------
    shape : str
    low_snr, high_snr : float
    share : Interval
    lines : int
    """

    shape: str
    low_snr: float
    high_snr: float
    share: Interval
    lines: int


@dataclass(frozen=True, slots=True)
class SecondResult:
    """What a finder makes of the second simulator's spectra.

    Parameters
    ----------
    kinds : dict of str to KindResult
    macro_f1 : Interval
    splits : tuple of SplitResult
    coverage : tuple of Coverage
        Empty for a finder without standard errors.
    """

    kinds: dict[str, KindResult]
    macro_f1: Interval
    splits: tuple[SplitResult, ...]
    coverage: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class SecondTask:
    """A spectrum of a kind, or of sites (``kind`` is their shape), and the finders to measure."""

    kind: str
    snr: float
    number: int
    models: tuple[str, ...]
    find: Finder


@dataclass(frozen=True, slots=True)
class _Judged:
    """One finder on one spectrum."""

    outcome: FinderOutcome | None
    misses: tuple[Miss, ...]
    verdicts: tuple[SiteVerdict, ...]


def judged_on(task: SecondTask) -> list[_Judged]:
    """Return what each model makes of the task's spectrum."""
    if not task.snr:
        made = second_spectrum(task.kind, task.number)
        result = []
        for model in task.models:
            found = task.find(made, model)
            result.append(_Judged(outcome(made, found), misses(made, found.shown), ()))
        return result
    made, sites = site_spectrum(task.kind, task.snr, task.number)
    result = []
    for model in task.models:
        peaks = task.find(made, model).shown.peaks
        verdicts = [SiteVerdict(task.kind, task.snr, s.case, s.is_right(peaks)) for s in sites]
        result.append(_Judged(None, (), tuple(verdicts)))
    return result


def measure_second(
    models: tuple[str, ...], spectra: int, find: Finder, pool: Pool, report: Report
) -> list[SecondResult]:
    """Measure finders side by side; one result for each, in their order.

    Parameters
    ----------
    models : tuple of str
    spectra : int
        Of each kind; sites have a quarter as many of each shape and S/N.
    find : Finder
    pool : Pool
    report : Report
    """
    tasks = [
        SecondTask(kind, 0.0, number, models, find)
        for number, kind in product(range(spectra), SECOND_KINDS)
    ]
    tasks += [
        SecondTask(shape, snr, number, models, find)
        for number, shape, snr in product(range(-(-spectra // 4)), SHAPES, SNRS)
    ]
    done = list(pool.each(judged_on, tasks, report, "spectra of the second simulator"))
    return [_result([judged[i] for judged in done]) for i in range(len(models))]


def _result(own: Sequence[_Judged]) -> SecondResult:
    outcomes = [j.outcome for j in own if j.outcome is not None]
    by_kind = {kind: [o for o in outcomes if o.kind == kind] for kind in SECOND_KINDS}
    return SecondResult(
        {kind: kind_result(outcomes) for kind, outcomes in by_kind.items()},
        macro_f1(by_kind),
        split_results([v for j in own for v in j.verdicts]),
        coverage([m for j in own for m in j.misses]),
    )


def misses(made: SecondSpectrum, shown: PeakList) -> tuple[Miss, ...]:
    """Return how far right peaks are from lines that stand clear, in standard errors."""
    lines, axis = made.lines, made.spectrum.axis
    lines_of, counted = assigned([p.ppm for p in shown], lines, axis, made.sigma)
    ppm = np.array([x.ppm for x in lines])
    gap = np.abs(np.diff(ppm, prepend=np.inf, append=-np.inf))
    room = np.minimum(gap[:-1], gap[1:]) * axis.sf_mhz
    found = []
    for peak, line in zip(shown, lines_of, strict=True):
        if line is None or not counted[line] or not peak.ppm_err:
            continue
        true = lines[line]
        if room[line] > _CLEAR_FWHM * true.fwhm_hz:
            errors = abs(peak.ppm - true.ppm) / peak.ppm_err
            is_lopsided = made.kind == LOPSIDED
            found.append(Miss(is_lopsided, true.height / made.sigma, float(errors)))
    return tuple(found)


def coverage(found: Sequence[Miss]) -> tuple[Coverage, ...]:
    """Return the share within one standard error, by shape and S/N."""
    result = []
    for shape in (EVEN, LOPSIDED):
        for low, high in pairwise(SNR_EDGES):
            own = [m for m in found if m.is_lopsided == (shape == LOPSIDED) and low <= m.snr < high]
            if own:
                share = wilson(sum(m.errors <= 1.0 for m in own), len(own))
                result.append(Coverage(shape, float(low), float(high), share, len(own)))
    return tuple(result)
