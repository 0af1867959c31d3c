"""Finders on the ten kinds of simulated spectra: what is right, false, missed, and how exact.

An *outcome* is one finder on one spectrum, scored by the rules of ``spectra/scoring.py``; a *kind
result* sums up the outcomes of a kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.bench.shipped_finders import Finder, FoundPeaks, KnownSpectrum
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.scoring import COUNTED_SNR, EXISTING_SNR, assigned, score
from nmrquanv.spectra.simulate import KINDS, MIXED, Simulated, simulate
from nmrquanv.statistics import Interval, bootstrap_mean

BENCHMARK_SEED = 20_261_123
"""First entry of every spectrum's seed; training seeds are small numbers."""

BENCHMARK_KINDS = tuple(kind for kind in KINDS if kind != MIXED)
_CLEAN_SNR, _CLEAN_GAP = 20.0, 1.5


@dataclass(frozen=True, slots=True)
class FinderOutcome:
    """One finder on one spectrum.

    Parameters
    ----------
    kind : str
    n_right, n_false, n_missed : int
        Of the peaks that are shown.
    errors_fwhm : tuple of float
        Distances of right peaks from clean lines (20 sigma or more, 1.5 FWHM clear), in FWHM.
    confidence : tuple of float
        Of all candidates that are right or false; empty for a finder without confidence.
    is_right, is_shown : tuple of bool
        Of the same candidates.
    """

    kind: str
    n_right: int
    n_false: int
    n_missed: int
    errors_fwhm: tuple[float, ...]
    confidence: tuple[float, ...]
    is_right: tuple[bool, ...]
    is_shown: tuple[bool, ...]

    @property
    def f1(self) -> float:
        """F1; 1 when there was nothing to find and nothing was found."""
        total = 2 * self.n_right + self.n_false + self.n_missed
        return 2 * self.n_right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class KindResult:
    """A finder on one kind of spectra.

    Parameters
    ----------
    f1 : Interval
        Mean over spectra, with a bootstrap interval.
    precision, recall : float
        Over all peaks and lines together; NaN where there are none.
    error_fwhm : float
        Mean over the clean lines that were found, in FWHM; NaN without.
    spectra, lines, clean_lines : int
    """

    f1: Interval
    precision: float
    recall: float
    error_fwhm: float
    spectra: int
    lines: int
    clean_lines: int


def benchmark_spectrum(seed: int, kind: str, number: int) -> Simulated:
    """Return the benchmark's spectrum of this number: the same whatever else is measured."""
    place = BENCHMARK_KINDS.index(kind)
    return simulate(np.random.default_rng([seed, number * len(BENCHMARK_KINDS) + place]), kind)


@dataclass(frozen=True, slots=True)
class SpectrumTask:
    """A spectrum to be made, and the finders to measure on it."""

    seed: int
    kind: str
    number: int
    models: tuple[str, ...]
    find: Finder


def outcomes_on(task: SpectrumTask) -> list[FinderOutcome]:
    """Return the outcome of each model on the task's spectrum."""
    made = benchmark_spectrum(task.seed, task.kind, task.number)
    return [outcome(made, task.find(made, model)) for model in task.models]


def outcome(made: KnownSpectrum, found: FoundPeaks) -> FinderOutcome:
    """Judge what a finder made of a spectrum."""
    judged = score(found.shown, made.lines, made.spectrum.axis, made.sigma)
    confidence, is_right, is_shown = _judged_candidates(made, found)
    return FinderOutcome(
        made.kind,
        judged.n_right,
        judged.n_false,
        judged.n_missed,
        _errors(made, found.shown),
        confidence,
        is_right,
        is_shown,
    )


def _errors(made: KnownSpectrum, shown: PeakList) -> tuple[float, ...]:
    """Return how far right peaks are from clean lines, FWHM."""
    lines, axis = made.lines, made.spectrum.axis
    lines_of, counted = assigned([p.ppm for p in shown], lines, axis, made.sigma)
    clean = _clean(made) & counted
    return tuple(
        abs(peak.ppm - lines[line].ppm) * axis.sf_mhz / lines[line].fwhm_hz
        for peak, line in zip(shown, lines_of, strict=True)
        if line is not None and clean[line]
    )


def _clean(made: KnownSpectrum) -> NDArray[np.bool_]:
    """Return which lines are strong and stand clear of their neighbours."""
    hz = np.array([x.ppm for x in made.lines]) * made.spectrum.axis.sf_mhz
    fwhm = np.array([x.fwhm_hz for x in made.lines])
    height = np.abs([x.height for x in made.lines])
    gap = np.full(len(hz), np.inf)
    real = np.flatnonzero(height >= EXISTING_SNR * made.sigma)
    order = real[np.argsort(hz[real])]
    steps = np.diff(hz[order])
    if steps.size:
        gap[order] = np.minimum(np.append(np.inf, steps), np.append(steps, np.inf))
    return (height >= max(_CLEAN_SNR, COUNTED_SNR) * made.sigma) & (gap > _CLEAN_GAP * fwhm)


def _judged_candidates(
    made: KnownSpectrum, found: FoundPeaks
) -> tuple[tuple[float, ...], tuple[bool, ...], tuple[bool, ...]]:
    """Return confidence, truth and visibility of the candidates that are right or false."""
    candidates = [p for p in found.candidates if p.confidence is not None]
    shown = {p.id for p in found.shown}
    positions = [p.ppm for p in candidates]
    lines_of, counted = assigned(positions, made.lines, made.spectrum.axis, made.sigma)
    rows = [
        (float(peak.confidence or 0.0), line is not None, peak.id in shown)
        for peak, line in zip(candidates, lines_of, strict=True)
        if line is None or counted[line]
    ]
    confidence, is_right, is_shown = zip(*rows, strict=True) if rows else ((), (), ())
    return confidence, is_right, is_shown


def kind_result(outcomes: Sequence[FinderOutcome]) -> KindResult:
    """Sum up the outcomes of one finder on one kind."""
    right = sum(o.n_right for o in outcomes)
    found = right + sum(o.n_false for o in outcomes)
    lines = right + sum(o.n_missed for o in outcomes)
    errors = [e for o in outcomes for e in o.errors_fwhm]
    return KindResult(
        bootstrap_mean([[o.f1 for o in outcomes]]),
        right / found if found else math.nan,
        right / lines if lines else math.nan,
        float(np.mean(errors)) if errors else math.nan,
        len(outcomes),
        lines,
        len(errors),
    )


def macro_f1(by_kind: Mapping[str, Sequence[FinderOutcome]]) -> Interval:
    """Return the mean F1 over kinds; spectra are resampled within their kind."""
    return bootstrap_mean([[o.f1 for o in outcomes] for outcomes in by_kind.values()])


def mean_error(by_kind: Mapping[str, Sequence[FinderOutcome]]) -> float:
    """Return the mean position error over the clean lines of all kinds together, FWHM."""
    errors = [e for outcomes in by_kind.values() for o in outcomes for e in o.errors_fwhm]
    return float(np.mean(errors)) if errors else math.nan


def difference(first: Sequence[FinderOutcome], second: Sequence[FinderOutcome]) -> Interval:
    """Return the mean difference of two finders' F1 on the same spectra, first minus second."""
    return bootstrap_mean([[a.f1 - b.f1 for a, b in zip(first, second, strict=True)]])


def macro_difference(
    first: Mapping[str, Sequence[FinderOutcome]], second: Mapping[str, Sequence[FinderOutcome]]
) -> Interval:
    """Return the difference of two finders' macro F1 on the same spectra."""
    pairs = [zip(first[kind], second[kind], strict=True) for kind in first]
    return bootstrap_mean([[a.f1 - b.f1 for a, b in pair] for pair in pairs])
