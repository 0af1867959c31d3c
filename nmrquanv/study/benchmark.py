"""Accuracy and speed of the finders on simulated spectra that no training has seen.

Ten kinds of spectra, each a difficulty of its own; peaks as shipped settings show them, scored by
the rules of ``spectra/scoring.py``. Training draws its spectra from other seeds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.peaks import PeakList, Thresholds
from nmrquanv.spectra.scoring import COUNTED_SNR, Score, assigned, score
from nmrquanv.spectra.simulate import KINDS, Simulated, simulate

BENCHMARK_SEED = 20_261_123
"""First entry of every spectrum's seed; training seeds are small numbers."""

BENCHMARK_KINDS = tuple(kind for kind in KINDS if kind != "mixed")
_BOOTSTRAP = 2000
_CLEAN_SNR, _CLEAN_GAP = 20.0, 1.5


@dataclass(frozen=True, slots=True)
class KindResult:
    """A finder on one kind of spectra.

    Parameters
    ----------
    f1, low, high : float
        Mean over spectra, with a bootstrap 95 % interval.
    precision, recall : float
        Over all peaks and lines together.
    error_fwhm : float or None
        Mean distance of right peaks from lines of 20 sigma or more that stand 1.5 FWHM clear,
        in units of their FWHM.
    seconds : float
        Median time for one spectrum, refinement included.
    spectra, lines : int
    """

    f1: float
    low: float
    high: float
    precision: float
    recall: float
    error_fwhm: float | None
    seconds: float
    spectra: int
    lines: int


@dataclass(slots=True)
class _Tally:
    """What is collected over the spectra of a kind."""

    scores: list[Score] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, made: Simulated, found: PeakList, seconds: float) -> None:
        """Count one spectrum."""
        lines, axis = made.lines, made.spectrum.axis
        self.scores.append(score(found, lines, axis, made.sigma))
        self.seconds.append(seconds)
        lines_of, counted = assigned([p.ppm for p in found], lines, axis, made.sigma)
        clean = _clean(made)
        for peak, line in zip(found, lines_of, strict=True):
            if line is not None and counted[line] and clean[line]:
                away = abs(peak.ppm - lines[line].ppm) * axis.sf_mhz
                self.errors.append(away / lines[line].fwhm_hz)

    def result(self) -> KindResult:
        """Sum up."""
        f1 = np.array([s.f1 if s.f1 is not None else 1.0 for s in self.scores])
        rng = np.random.default_rng(0)
        means = rng.choice(f1, (_BOOTSTRAP, len(f1))).mean(axis=1)
        right = sum(s.n_right for s in self.scores)
        false = sum(s.n_false for s in self.scores)
        lines = right + sum(s.n_missed for s in self.scores)
        return KindResult(
            float(f1.mean()),
            float(np.percentile(means, 2.5)),
            float(np.percentile(means, 97.5)),
            right / max(right + false, 1),
            right / max(lines, 1),
            float(np.mean(self.errors)) if self.errors else None,
            float(np.median(self.seconds)),
            len(f1),
            lines,
        )


def _clean(made: Simulated) -> NDArray[np.bool_]:
    """Return which lines are strong and stand clear of their neighbours."""
    hz = np.array([x.ppm for x in made.lines]) * made.spectrum.axis.sf_mhz
    fwhm = np.array([x.fwhm_hz for x in made.lines])
    height = np.abs([x.height for x in made.lines])
    exists = height >= 0.5 * COUNTED_SNR * made.sigma
    gap = np.full(len(hz), np.inf)
    real = np.flatnonzero(exists)
    order = real[np.argsort(hz[real])]
    steps = np.diff(hz[order])
    gap[order] = np.minimum(np.append(np.inf, steps), np.append(steps, np.inf))
    return (height >= _CLEAN_SNR * made.sigma) & (gap > _CLEAN_GAP * fwhm)


def accuracy(
    models: Sequence[str] = ("quanv", "cnn", "classical"),
    spectra_per_kind: int = 40,
    *,
    kinds: Sequence[str] = BENCHMARK_KINDS,
    seed: int = BENCHMARK_SEED,
    report: Report = silent_report,
) -> dict[str, dict[str, KindResult]]:
    """Measure finders side by side on the same spectra.

    Parameters
    ----------
    models : sequence of str
        As :func:`nmrquanv.models.finder.find_peaks` takes them.
    spectra_per_kind : int
    kinds : sequence of str
    seed : int
    report : Report

    Returns
    -------
    dict
        ``result[model][kind]``.
    """
    tallies = {model: {kind: _Tally() for kind in kinds} for model in models}
    total = len(kinds) * spectra_per_kind
    for number in range(total):
        kind = kinds[number % len(kinds)]
        report(number, total, f"{kind} spectra")
        made = simulate(np.random.default_rng([seed, number]), kind)
        for model in models:
            started = time.perf_counter()
            found = find_peaks(made.spectrum, model)
            seconds = time.perf_counter() - started
            tallies[model][kind].add(made, found.passing(Thresholds()), seconds)
    return {m: {k: t.result() for k, t in by_kind.items()} for m, by_kind in tallies.items()}


def macro_f1(by_kind: dict[str, KindResult]) -> float:
    """Return the mean F1 over kinds."""
    return float(np.mean([r.f1 for r in by_kind.values()]))


def table(results: dict[str, dict[str, KindResult]]) -> str:
    """Return the results as a Markdown table."""
    kinds = list(next(iter(results.values())))
    rows = [
        "| finder | " + " | ".join(kinds) + " | macro F1 | error, FWHM | s a spectrum |",
        "|---" * (len(kinds) + 4) + "|",
    ]
    for model, by_kind in results.items():
        cells = [f"{by_kind[k].f1:.3f}" for k in kinds]
        errors = [r.error_fwhm for r in by_kind.values() if r.error_fwhm is not None]
        error = f"{np.mean(errors):.4f}" if errors else "–"
        seconds = f"{np.median([r.seconds for r in by_kind.values()]):.2f}"
        rows.append(
            f"| {model} | {' | '.join(cells)} | {macro_f1(by_kind):.3f} | {error} | {seconds} |"
        )
    return "\n".join(rows)


def to_dict(results: dict[str, dict[str, KindResult]]) -> dict[str, Any]:
    """Return the results as JSON values."""
    return {m: {k: asdict(r) for k, r in by_kind.items()} for m, by_kind in results.items()}
