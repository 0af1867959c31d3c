"""Accuracy and speed of the finders on simulated spectra that no training has seen.

Ten kinds of spectra, each a difficulty of its own; close pairs among single lines; noise without
lines; confidence; seconds; and beside them a second simulator. Peaks as a preset of thresholds
shows them. Training draws its spectra from other seeds. What it measures is in modules of their
own; here they are put together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from nmrquanv.bench.close_pairs import PairResult, PairTask, pair_results, sites_on
from nmrquanv.bench.kinds import (
    BENCHMARK_KINDS,
    BENCHMARK_SEED,
    FinderOutcome,
    KindResult,
    SpectrumTask,
    difference,
    kind_result,
    macro_difference,
    macro_f1,
    mean_error,
    outcomes_on,
)
from nmrquanv.bench.noise_only import CONDITIONS, NoiseResult, NoiseTask, noise_on, noise_results
from nmrquanv.bench.reliability_curve import CalibrationResult, calibration_result
from nmrquanv.bench.second.second_measures import SecondResult, measure_second
from nmrquanv.bench.seed_groups import (
    MACRO,
    SeedDifference,
    SeedResult,
    figures_of,
    seed_differences,
    seed_results,
)
from nmrquanv.bench.shipped_finders import Finder, WithPreset, find_as_shipped, labels
from nmrquanv.bench.timing import Timing, timings
from nmrquanv.finders import BUILT_IN
from nmrquanv.pool import Pool
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.statistics import Interval

PARTS = ("spectra", "pairs", "noise", "timing", "second")
"""What can be measured by itself."""

_TIMED_SPECTRA = 3
_PAIR_SPECTRA = 2


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """What to measure.

    Parameters
    ----------
    models : tuple of str
        As :func:`nmrquanv.models.finder.find_peaks` takes them; differences are those of the
        first from each of the others.
    spectra : int
        Of each kind and each condition of noise; there are twice as many of pairs, and at most 3
        of each kind are timed.
    parts : tuple of str
        Some of :data:`PARTS`.
    kinds : tuple of str
    seed : int
    workers : int
        Processes that work at the same time.
    has_seeds : bool
        Sum up models called ``NAME-s1``, ``NAME-s2``... as seeds of one method.
    preset : str
        Of the thresholds that F1, pairs and the second simulator are judged with; noise is judged
        with the default ones.
    find : Finder or None
        Another way to find, in the place of both.
    """

    models: tuple[str, ...] = BUILT_IN
    spectra: int = 40
    parts: tuple[str, ...] = PARTS
    kinds: tuple[str, ...] = BENCHMARK_KINDS
    seed: int = BENCHMARK_SEED
    workers: int = 1
    has_seeds: bool = False
    preset: str = "all"
    find: Finder | None = None

    def __post_init__(self) -> None:
        if (
            not self.models
            or self.spectra < 1
            or not set(self.parts) <= set(PARTS)
            or (self.preset not in PRESETS)
        ):
            raise ValueError(f"nothing to measure, or not known what: {self}")
        labels(self.models)

    @property
    def finder(self) -> Finder:
        """How peaks are found and chosen."""
        return self.find or WithPreset(self.preset)


@dataclass(frozen=True, slots=True)
class ModelResult:
    """All that was measured of one finder; None where that was not asked for.

    Parameters
    ----------
    kinds : dict of str to KindResult
    macro_f1 : Interval or None
    error_fwhm : float
        Position error over the clean lines of all kinds.
    counts : dict of str to list of (n_right, n_false, n_missed)
        Of each spectrum of each kind.
    calibration : CalibrationResult or None
        None also for a finder without confidence.
    pairs : tuple of PairResult
    noise : tuple of NoiseResult
    timing : Timing or None
    second : SecondResult or None
    """

    kinds: dict[str, KindResult] = field(default_factory=dict)
    macro_f1: Interval | None = None
    error_fwhm: float = math.nan
    counts: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    calibration: CalibrationResult | None = None
    pairs: tuple[PairResult, ...] = ()
    noise: tuple[NoiseResult, ...] = ()
    timing: Timing | None = None
    second: SecondResult | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of one finder minus that of another, on the same spectra.

    Parameters
    ----------
    first, second : str
    f1 : dict of str to Interval
        For each kind, and ``"macro"``.
    """

    first: str
    second: str
    f1: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything that was measured, by the models' labels."""

    plan: MeasurePlan
    models: dict[str, ModelResult]
    differences: tuple[Difference, ...] = ()
    seeds: dict[str, SeedResult] = field(default_factory=dict)
    seed_differences: tuple[SeedDifference, ...] = ()


def measure(plan: MeasurePlan, report: Report = silent_report) -> Benchmark:
    """Measure finders side by side on the same spectra.

    Parameters
    ----------
    plan : MeasurePlan
    report : Report
        Called after every spectrum; may cancel.

    Raises
    ------
    ModelError
        One of the models does not exist.

    Notes
    -----
    Seconds are measured first, with nothing else at work.
    """
    names = labels(plan.models)
    taken: Sequence[Timing | None] = [None] * len(names)
    if "timing" in plan.parts:
        count = min(_TIMED_SPECTRA, plan.spectra)
        taken = timings(plan.models, plan.finder, plan.kinds, plan.seed, count, report)
    with Pool(plan.workers if plan.workers > 1 else 0) as pool:
        outcomes = _spectra(plan, pool, report)
        pairs = _pairs(plan, pool, report)
        noise = _noise(plan, pool, report)
        second = _second(plan, pool, report)
    models = {
        name: replace(_model_result(outcomes[i], pairs[i], noise[i], taken[i]), second=second[i])
        for i, name in enumerate(names)
    }
    figures = {name: figures_of(r.kinds) for name, r in models.items() if r.kinds}
    has_seeds = plan.has_seeds and bool(figures)
    return Benchmark(
        plan,
        models,
        _differences(names, outcomes),
        seed_results(figures) if has_seeds else {},
        seed_differences(figures) if has_seeds else (),
    )


_ByKind = dict[str, list[FinderOutcome]]


def _spectra(plan: MeasurePlan, pool: Pool, report: Report) -> list[_ByKind]:
    """Return for each model its outcomes on each kind."""
    if "spectra" not in plan.parts:
        return [{} for _ in plan.models]
    tasks = [
        SpectrumTask(plan.seed, kind, number, plan.models, plan.finder)
        for number, kind in product(range(plan.spectra), plan.kinds)
    ]
    done = list(pool.each(outcomes_on, tasks, report, "spectra of ten kinds"))
    return [
        {
            kind: [o[i] for t, o in zip(tasks, done, strict=True) if t.kind == kind]
            for kind in plan.kinds
        }
        for i in range(len(plan.models))
    ]


def _pairs(plan: MeasurePlan, pool: Pool, report: Report) -> list[tuple[PairResult, ...]]:
    if "pairs" not in plan.parts:
        return [() for _ in plan.models]
    tasks = [
        PairTask(plan.seed, number, plan.models, plan.finder)
        for number in range(_PAIR_SPECTRA * plan.spectra)
    ]
    done = list(pool.each(sites_on, tasks, report, "close pairs"))
    return [
        pair_results([site for sites in done for site in sites[i]]) for i in range(len(plan.models))
    ]


def _noise(plan: MeasurePlan, pool: Pool, report: Report) -> list[tuple[NoiseResult, ...]]:
    if "noise" not in plan.parts:
        return [() for _ in plan.models]
    tasks = [
        NoiseTask(plan.seed, condition, number, plan.models, plan.find or find_as_shipped)
        for number, condition in product(range(plan.spectra), CONDITIONS)
    ]
    done = list(pool.each(noise_on, tasks, report, "noise only"))
    return [noise_results([o[i] for o in done]) for i in range(len(plan.models))]


def _second(plan: MeasurePlan, pool: Pool, report: Report) -> Sequence[SecondResult | None]:
    if "second" not in plan.parts:
        return [None] * len(plan.models)
    return measure_second(plan.models, plan.spectra, plan.finder, pool, report)


def _model_result(
    outcomes: _ByKind,
    pairs: tuple[PairResult, ...],
    noise: tuple[NoiseResult, ...],
    timing: Timing | None,
) -> ModelResult:
    if not outcomes:
        return ModelResult(pairs=pairs, noise=noise, timing=timing)
    return ModelResult(
        {kind: kind_result(own) for kind, own in outcomes.items()},
        macro_f1(outcomes),
        mean_error(outcomes),
        {k: [(o.n_right, o.n_false, o.n_missed) for o in own] for k, own in outcomes.items()},
        calibration_result(outcomes),
        pairs,
        noise,
        timing,
    )


def _differences(names: Sequence[str], outcomes: Sequence[_ByKind]) -> tuple[Difference, ...]:
    """Compare the first model with each of the others."""
    if not outcomes[0]:
        return ()
    first = outcomes[0]
    results = []
    for name, second in zip(names[1:], outcomes[1:], strict=True):
        f1 = {kind: difference(first[kind], second[kind]) for kind in first}
        results.append(Difference(names[0], name, {**f1, MACRO: macro_difference(first, second)}))
    return tuple(results)
