"""The specification curve in numbers: differences by setting, what decides them, how sure they are.

See :mod:`nmrquanv.study.experiments.robustness`, which lays them out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.statistics import Interval, Paired, holm
from nmrquanv.study.data.resampling import two_way
from nmrquanv.study.experiments.specification import CurveSetting, factors, pair, settings
from nmrquanv.study.report.methods import F1
from nmrquanv.study.report.power import power
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

REPORTED_F1, REPORTED_ERROR = 0.11, 0.30
"""The authors' gains of F1 and of the position error, as shares."""

_CERTAIN = 0.05
LEAST_SEEDS = 3
_FEW_SETTINGS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of the curve.

    Parameters
    ----------
    setting : CurveSetting
    comparison : Paired
        F1 at 4 points, over seeds.
    both : Interval
        The same difference with its interval over seeds and test spectra.
    level : float
        The CNN's mean F1.
    runs : tuple of (seed, F1 of the QuanvNN, F1 of the CNN)
    p : float
        Corrected for all settings (Holm).
    floor : float
        F1 of the best constant answer there.
    """

    setting: CurveSetting
    comparison: Paired
    both: Interval
    level: float
    runs: tuple[tuple[int, float, float], ...]
    p: float
    floor: float

    @property
    def has_gain(self) -> bool:
        """Whether there is a gain to tell: none where the CNN finds nothing."""
        return self.comparison.relative.n > 0

    @property
    def has_learnt(self) -> bool:
        """Whether at least one of the networks is better than an answer that never looks."""
        return max(self.level, self.level + self.comparison.difference.mean) > self.floor

    @property
    def reaches(self) -> bool:
        """Whether the mean gain is the authors' or more."""
        return self.has_gain and self.comparison.relative.mean >= REPORTED_F1


@dataclass(frozen=True, slots=True)
class CurveCounts:
    """In how many settings the QuanvNN is better, worse, beyond chance; and corrected (Holm).

    ``reach``: its mean gain is the authors' or more; ``learnt_reach``: and a network has learnt.
    ``silent``: no network is better than the best constant answer.
    """

    settings: int
    better: int
    worse: int
    surely_better: int
    surely_worse: int
    better_on_others: int
    worse_on_others: int
    reach: int
    learnt_reach: int
    silent: int


def counts(points: tuple[Point, ...]) -> CurveCounts:
    """Count the settings of a curve; "on others" by the interval over seeds and test spectra."""
    gaps = [p.comparison.difference for p in points]
    sure = [p.comparison.difference.mean for p in points if p.p < _CERTAIN]
    return CurveCounts(
        len(points),
        sum(g.low > 0 for g in gaps),
        sum(g.high < 0 for g in gaps),
        sum(mean > 0 for mean in sure),
        sum(mean < 0 for mean in sure),
        sum(p.both.low > 0 for p in points),
        sum(p.both.high < 0 for p in points),
        sum(p.reaches for p in points),
        sum(p.reaches and p.has_learnt for p in points),
        sum(not p.has_learnt for p in points),
    )


def curve(results: Results, tier: Tier) -> tuple[Point, ...]:
    """Return the settings whose runs have finished for three seeds or more, lowest first.

    Last come those in which the CNN finds nothing: there is no gain to tell.
    """
    found = []
    for setting in settings(tier):
        quanv, cnn = pair(tier, setting)
        done = [
            (a, b)
            for a, b in zip(quanv.specs, cnn.specs, strict=True)
            if a in results and b in results
        ]
        comparison = results.pair([a for a, _ in done], [b for _, b in done], F1) if done else None
        if comparison is not None and comparison.n >= min(LEAST_SEEDS, tier.robust_seeds):
            answered = [[_counts(results, s) for s in specs] for specs in zip(*done, strict=True)]
            told = tuple(
                (a.seed, results.value(a, F1) or 0.0, results.value(b, F1) or 0.0) for a, b in done
            )
            level = float(np.mean([cnn for _, _, cnn in told]))
            found.append((setting, comparison, two_way(*answered), level, told))
    corrected = holm([f[1].p for f in found])
    points = [
        Point(*f, p, floors(pair(tier, f[0])[0].specs[0].chosen_preset()).f1)
        for f, p in zip(found, corrected, strict=True)
    ]
    return tuple(sorted(points, key=lambda x: (not x.has_gain, x.comparison.relative.mean)))


def _counts(results: Results, spec: RunSpec) -> dict[str, str]:
    result = results.get(spec)
    return dict(result["extra"]["by_spectrum"]) if result is not None else {}


def shares(points: tuple[Point, ...]) -> dict[str, float]:
    """Return, for each factor, the share of the differences' variance that it alone explains.

    Notes
    -----
    What the fit of a main-effects model loses without the factor, over the total sum of squares.
    Factors are nearly, not exactly, independent in the sample, so the shares need not add up.
    """
    y = np.array([p.comparison.difference.mean for p in points])
    total = float(((y - y.mean()) ** 2).sum())
    names = [n for n, levels in factors().items() if len(set(levels)) > 1]
    columns = {name: _dummies(points, name) for name in names}
    if len(y) < _FEW_SETTINGS or total == 0:
        return {}
    whole = _left(y, list(columns.values()))
    return {
        name: (_left(y, [c for n, c in columns.items() if n != name]) - whole) / total
        for name in names
    }


def _dummies(points: tuple[Point, ...], factor: str) -> NDArray[np.float64]:
    levels = list(dict.fromkeys(factors()[factor]))
    return np.array(
        [[float(p.setting[factor] == level) for level in levels[1:]] for p in points]
    ).reshape(len(points), -1)


def _left(y: NDArray[np.float64], columns: list[NDArray[np.float64]]) -> float:
    design = np.hstack([np.ones((len(y), 1)), *columns])
    return float(((y - design @ np.linalg.pinv(design) @ y) ** 2).sum())


def signs(results: Results, tier: Tier, name: str, *, is_less_better: bool) -> tuple[int, ...]:
    """Count the settings in which the QuanvNN is better, worse, neither beyond chance, as reported.

    The last: its mean gain reaches the authors'.
    """
    better = worse = neither = reaches = 0
    wanted = REPORTED_ERROR if is_less_better else REPORTED_F1
    for setting in settings(tier):
        quanv, cnn = pair(tier, setting)
        found = results.pair(quanv.specs, cnn.specs, name)
        if found is None or found.n < min(LEAST_SEEDS, tier.robust_seeds):
            continue
        gap = found.difference
        low, high = (-gap.high, -gap.low) if is_less_better else (gap.low, gap.high)
        better, worse = better + (low > 0), worse + (high < 0)
        neither += low <= 0 <= high
        gain = -found.relative.mean if is_less_better else found.relative.mean
        reaches += gain >= wanted
    return better, worse, neither, reaches


def gain_power(point: Point) -> float:
    """Return the chance that so many seeds would show the reported gain of F1, were it there.

    The effect is 11 % of the CNN's own F1.
    """
    return power(point.comparison.difference, REPORTED_F1 * point.level)


def verdict(points: tuple[Point, ...]) -> str:
    """Return the verdict over all settings: one word, or what it depends on."""
    certain = [p for p in points if p.p < _CERTAIN]
    above = [p for p in certain if p.comparison.difference.mean > 0]
    if above and len(above) < len(certain):
        ranked = sorted(shares(points).items(), key=lambda item: -item[1])[:2]
        told = " and ".join(name for name, _ in ranked)
        return f"depends on {told}" if told else "depends on the setting"
    if not certain:
        powers = [p for p in map(gain_power, points) if np.isfinite(p)]
        told = f"{np.median(powers):.2f}" if powers else "unknown: too few seeds"
        return f"undecided (median power to see the reported gain: {told})"
    reaches = sum(p.reaches for p in above)
    if 2 * reaches > len(points):
        return "reproduced"
    return "same direction, smaller" if above else "reversed"
