"""Experiment ``robustness``: how far the answer hangs on what the paper leaves open.

A *specification curve*: every setting of :mod:`nmrquanv.study.experiments.specification` gives one
difference between QuanvNN and CNN; all of them, sorted, are the answer, and a regression on the
choices says which of them moves the sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.statistics import Estimate, Interval, Paired, holm
from nmrquanv.study.data.resampling import two_way
from nmrquanv.study.experiments.specification import Setting, factors, pair, settings
from nmrquanv.study.report.methods import F1, missing_note, runs_of
from nmrquanv.study.report.summary import (
    Figure,
    Panel,
    Row,
    Series,
    Summary,
    Table,
    percent,
    sentence,
)
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import DIFFICULTIES, Tier

NAME = "robustness"
QUESTION = (
    "Over the choices that the paper leaves open, where is the QuanvNN better than the CNN, where"
    " worse, and which choice decides?"
)
REPORTED_F1, REPORTED_ERROR = 0.11, 0.30
"""The authors' gains of F1 and of the position error, as shares."""

METRICS = (
    ("F1, 1 point", "f1_1", False),
    ("F1, 2 points", "f1_2", False),
    ("F1, 4 points", F1, False),
    ("F1, 8 points", "f1_8", False),
    ("F1, half a width", "f1_half_fwhm", False),
    ("mask F1", "mask_f1", False),
    ("count right", "count_accuracy", False),
    ("error of matched pairs", "mae_points", True),
    ("error of assigned pairs", "mae_assigned_points", True),
)
"""Title, name, whether less is better."""

_LEAST_SEEDS = 3
_FEW_SETTINGS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of the curve.

    Parameters
    ----------
    setting : Setting
    comparison : Paired
        F1 at 4 points, over seeds.
    both : Interval
        The same difference with its interval over seeds and test spectra.
    p : float
        Corrected for all settings (Holm).
    """

    setting: Setting
    comparison: Paired
    both: Interval
    p: float


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the runs of all settings."""
    return runs_of(cell for setting in settings(tier) for cell in pair(tier, setting))


def curve(results: Results, tier: Tier) -> tuple[Point, ...]:
    """Return the settings whose runs have finished for three seeds or more, lowest first."""
    found = []
    for setting in settings(tier):
        quanv, cnn = pair(tier, setting)
        done = [
            (a, b)
            for a, b in zip(quanv.specs, cnn.specs, strict=True)
            if a in results and b in results
        ]
        comparison = results.pair([a for a, _ in done], [b for _, b in done], F1) if done else None
        if comparison is not None and comparison.n >= min(_LEAST_SEEDS, tier.robust_seeds):
            counts = [[_counts(results, s) for s in specs] for specs in zip(*done, strict=True)]
            found.append((setting, comparison, two_way(*counts)))
    corrected = holm([c.p for _, c, _ in found])
    points = [Point(*f, p) for f, p in zip(found, corrected, strict=True)]
    return tuple(sorted(points, key=lambda x: x.comparison.relative.mean))


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
        if found is None or found.n < min(_LEAST_SEEDS, tier.robust_seeds):
            continue
        gap = found.difference
        low, high = (-gap.high, -gap.low) if is_less_better else (gap.low, gap.high)
        better, worse = better + (low > 0), worse + (high < 0)
        neither += low <= 0 <= high
        gain = -found.relative.mean if is_less_better else found.relative.mean
        reaches += gain >= wanted
    return better, worse, neither, reaches


def summarise(results: Results, tier: Tier) -> Summary:
    """Lay out the curve, the signs by metric, and what the choices explain."""
    points = curve(results, tier)
    if not points:
        return Summary(NAME, QUESTION, missing_note(results, runs(tier)))
    tables = (_curve_table(points), _metric_table(results, tier), *_share_tables(points))
    notes = (
        "Settings: the study's usual choices on each preset, and a Latin hypercube over the choices"
        f" of resources/{'training/specification.json'}. Each compares networks of the same size,"
        " data and seeds. The CNN's own choices (kernel, activation, batch normalisation) vary with"
        " it; a weak CNN makes the QuanvNN look good, so look at the settings that leave it as is.",
        "P-values: paired t-test over seeds, corrected for all settings of the table (Holm). The"
        " interval over both draws seeds and test spectra anew.",
    )
    return Summary(
        NAME,
        QUESTION,
        (*_answers(points), *missing_note(results, runs(tier))),
        tables,
        (_figure(points),),
        notes,
    )


def _answers(points: tuple[Point, ...]) -> list[str]:
    better = sum(p.comparison.difference.low > 0 for p in points)
    worse = sum(p.comparison.difference.high < 0 for p in points)
    reaches = sum(p.comparison.relative.mean >= REPORTED_F1 for p in points)
    said = [
        f"in {better} of {len(points)} settings the QuanvNN's F1 (4 points) is higher than the"
        f" CNN's, in {worse} lower, in the others neither beyond chance; in {reaches} the gain"
        " reaches the reported 11 %"
    ]
    certain = [p for p in points if p.p < 0.05]
    above = sum(p.comparison.difference.mean > 0 for p in certain)
    said.append(
        f"corrected for {len(points)} comparisons, {above} are higher and {len(certain) - above}"
        " lower"
    )
    ranked = sorted(shares(points).items(), key=lambda item: -item[1])[:3]
    if ranked:
        told = ", ".join(f"{name} ({100 * share:.0f} % of the variance)" for name, share in ranked)
        said.append(f"what moves the difference most: {told}")
    return [sentence(s) for s in said]


def _curve_table(points: tuple[Point, ...]) -> Table:
    rows: list[Row] = [
        (
            p.setting.number,
            str(p.setting["preset"]),
            p.setting.words(),
            p.comparison.n,
            percent(p.comparison.relative),
            _interval(p.both),
            "–" if not np.isfinite(p.p) else f"{p.p:.3f}",
        )
        for p in points
    ]
    columns = ("", "preset", "differs in", "seeds", "F1, relative", "over both", "p, corrected")
    return Table("Every setting, from the CNN's best to the QuanvNN's", columns, tuple(rows))


def _interval(value: Interval) -> str:
    return f"{value.value:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"


def _metric_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = [
        (title, *signs(results, tier, name, is_less_better=less)) for title, name, less in METRICS
    ]
    columns = ("", "QuanvNN better", "worse", "neither beyond chance", "gain as reported")
    note = "As reported: a mean gain of 11 % (of an F1 or share) or 30 % (of an error) or more."
    return Table("The sign by metric, in settings", columns, tuple(rows), note)


def _share_tables(points: tuple[Point, ...]) -> tuple[Table, ...]:
    found = sorted(shares(points).items(), key=lambda item: -item[1])
    if not found:
        return ()
    rows: list[Row] = []
    for name, share in found:
        levels = list(dict.fromkeys(factors()[name]))
        means = [_mean_at(points, name, level) for level in levels]
        told = ", ".join(
            f"{'preset' if level is None else level}: {mean:+.3f}"
            for level, mean in zip(levels, means, strict=True)
            if mean is not None
        )
        rows.append((name, f"{100 * share:.0f} %", told))
    note = "Mean differences of F1 at each value are over all settings that have it."
    columns = ("choice", "share of the variance", "mean difference by value")
    return (Table("What decides the sign", columns, tuple(rows), note),)


def _mean_at(points: tuple[Point, ...], name: str, level: object) -> float | None:
    values = [p.comparison.difference.mean for p in points if p.setting[name] == level]
    return float(np.mean(values)) if values else None


def _figure(points: tuple[Point, ...]) -> Figure:
    series = []
    for preset in DIFFICULTIES:
        chosen = [(k, p.comparison.relative) for k, p in enumerate(points)]
        chosen = [(k, r) for k, r in chosen if points[k].setting["preset"] == preset]
        if chosen:
            series.append(_series(preset, chosen))
    panel = Panel(
        "F1 (4 points), QuanvNN against CNN",
        "settings, sorted",
        "relative difference, %",
        tuple(series),
        has_zero_line=True,
    )
    return Figure("Every setting's difference with its 95 % interval over seeds.", (panel,))


def _series(preset: str, chosen: list[tuple[int, Estimate]]) -> Series:
    return Series(
        preset,
        tuple(float(k) for k, _ in chosen),
        tuple(100 * r.mean for _, r in chosen),
        tuple(100 * (r.low if r.has_interval else r.mean) for _, r in chosen),
        tuple(100 * (r.high if r.has_interval else r.mean) for _, r in chosen),
        style="points",
    )
