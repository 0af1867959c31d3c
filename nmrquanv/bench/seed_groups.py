"""One method trained from several seeds: mean over seeds, and differences seed by seed.

Models called ``NAME-s1``, ``NAME-s2``... are the seeds of *group* ``NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from nmrquanv.bench.kinds import KindResult
from nmrquanv.statistics import Estimate, Paired, paired, share

MACRO = "macro"
_SEED = re.compile(r"(?P<group>.+)-s(?P<seed>\d+)")

Figures = Mapping[str, float]
"""F1 of each kind, and :data:`MACRO`."""


@dataclass(frozen=True, slots=True)
class SeedResult:
    """A group's mean over its seeds, with t-intervals.

    Parameters
    ----------
    seeds : tuple of int
    f1 : dict of str to Estimate
        For each kind, and :data:`MACRO`.
    """

    seeds: tuple[int, ...]
    f1: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class SeedDifference:
    """Two groups compared over the seeds that both have, first minus second.

    Parameters
    ----------
    first, second : str
    seeds : tuple of int
    f1 : dict of str to Paired
        For each kind, and :data:`MACRO`.
    """

    first: str
    second: str
    seeds: tuple[int, ...]
    f1: dict[str, Paired]


def groups(labels: Sequence[str]) -> dict[str, dict[int, str]]:
    """Return the label of each seed of each group; groups of one seed are none."""
    found: dict[str, dict[int, str]] = {}
    for label in labels:
        if match := _SEED.fullmatch(label):
            found.setdefault(match["group"], {})[int(match["seed"])] = label
    return {name: dict(sorted(own.items())) for name, own in found.items() if len(own) > 1}


def figures_of(by_kind: Mapping[str, KindResult]) -> dict[str, float]:
    """Return a model's F1 of each kind and their mean."""
    f1 = {kind: result.f1.value for kind, result in by_kind.items()}
    return {**f1, MACRO: sum(f1.values()) / len(f1)}


def seed_results(figures: Mapping[str, Figures]) -> dict[str, SeedResult]:
    """Return the mean of each group over its seeds; ``figures`` by label."""
    results = {}
    for name, own in groups(list(figures)).items():
        kinds = figures[next(iter(own.values()))]
        f1 = {k: share([figures[label][k] for label in own.values()]) for k in kinds}
        results[name] = SeedResult(tuple(own), f1)
    return results


def seed_differences(figures: Mapping[str, Figures]) -> tuple[SeedDifference, ...]:
    """Compare every two groups that share at least two seeds."""
    results = []
    for (first, ours), (second, theirs) in combinations(groups(list(figures)).items(), 2):
        seeds = tuple(sorted(set(ours) & set(theirs)))
        if len(seeds) > 1:
            kinds = figures[ours[seeds[0]]]
            f1 = {
                k: paired(
                    [figures[ours[s]][k] for s in seeds], [figures[theirs[s]][k] for s in seeds]
                )
                for k in kinds
            }
            results.append(SeedDifference(first, second, seeds, f1))
    return tuple(results)
