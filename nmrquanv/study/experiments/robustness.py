"""Experiment ``robustness``: how far the answer hangs on what the paper leaves open.

A *specification curve*: every setting of :mod:`nmrquanv.study.experiments.specification` gives one
difference between QuanvNN and CNN; all of them, sorted, are the answer, and a regression on the
choices says which of them moves the sign.
"""

from __future__ import annotations

import numpy as np

from nmrquanv.statistics import Interval
from nmrquanv.study.data.datasets import FILE
from nmrquanv.study.experiments.specification import factors, metrics, pair, settings
from nmrquanv.study.experiments.specification_curve import (
    Point,
    counts,
    curve,
    gain_power,
    shares,
    signs,
    verdict,
)
from nmrquanv.study.report.digests import file_digest
from nmrquanv.study.report.methods import F1, missing_note, runs_of, series_of
from nmrquanv.study.report.power import told
from nmrquanv.study.report.summary import (
    Chart,
    CurvePoint,
    Panel,
    Row,
    Series,
    Summary,
    Table,
    percent,
    sentence,
)
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import DIFFICULTIES, Tier

NAME = "robustness"
QUESTION = (
    "Over the choices that the paper leaves open, where is the QuanvNN better than the CNN, where"
    " worse, and which choice decides?"
)


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the runs of all settings."""
    return runs_of(cell for setting in settings(tier) for cell in pair(tier, setting))


def summarise(results: Results, tier: Tier) -> Summary:
    """Lay out the curve, the signs by metric, and what the choices explain."""
    points = curve(results, tier)
    if not points:
        return Summary(NAME, QUESTION, missing_note(results, runs(tier)))
    tables = (
        _curve_table(points, results, tier),
        _metric_table(results, tier),
        *_share_tables(points),
        _change_table(),
    )
    notes = (
        "Settings: the study's usual choices on each preset, and a Latin hypercube over the choices"
        f" of resources/{FILE}. Each compares networks of the same size,"
        " data and seeds. The CNN's own choices (kernel, activation, batch normalisation) vary with"
        " it; a weak CNN makes the QuanvNN look good, so look at the settings that leave it as is.",
        "Power: the chance that so many seeds show a gain of 11 %, were it there. P-values: paired"
        " t-test over seeds, corrected for all settings of the table (Holm). The"
        " interval over both draws seeds and test spectra anew, as wide as so few seeds ask.",
    )
    return Summary(
        NAME,
        QUESTION,
        (*_answers(points), *missing_note(results, runs(tier))),
        tables,
        (_figure(points),),
        notes,
        tuple(_curve_point(p) for p in points if p.has_gain),
    )


def _answers(points: tuple[Point, ...]) -> list[str]:
    n = counts(points)
    said = [
        f"verdict on F1 (4 points): {verdict(points)}",
        f"in {n.better} of {n.settings} settings the QuanvNN's F1 (4 points) is higher than the"
        f" CNN's, in {n.worse} lower, in the others neither beyond chance, each by its own interval"
        f" over seeds; in {n.reach} the gain reaches the reported 11 %, in {n.learnt_reach} of"
        " these with a network that is better than a constant answer",
        f"over other seeds and other test spectra, {n.better_on_others} are higher and"
        f" {n.worse_on_others} lower",
        f"in {n.silent} settings neither network is better than the best constant answer",
    ]
    silent = sum(not p.has_gain for p in points)
    if silent:
        said.append(f"in {silent} of them the CNN finds no peak, so there is no gain to tell")
    said.append(
        f"corrected for {n.settings} comparisons, {n.surely_better} are higher and"
        f" {n.surely_worse} lower"
    )
    ranked = sorted(shares(points).items(), key=lambda item: -item[1])[:3]
    if ranked:
        told = ", ".join(f"{name} ({100 * share:.0f} % of the variance)" for name, share in ranked)
        said.append(f"what moves the difference most: {told}")
    return [sentence(s) for s in said]


def _curve_table(points: tuple[Point, ...], results: Results, tier: Tier) -> Table:
    rows: list[Row] = [
        (
            p.setting.number,
            str(p.setting["preset"]),
            p.setting.words(),
            p.comparison.n,
            *_beside(p, results, tier),
            percent(p.comparison.relative),
            _interval(p.both),
            "–" if not np.isfinite(p.p) else f"{p.p:.3f}",
            told(gain_power(p)),
        )
        for p in points
    ]
    columns = (
        "",
        "preset",
        "differs in",
        "seeds",
        "F1, 4 pt",
        "its floor",
        "mask F1",
        "its floor",
        "count right",
        "its floor",
        "F1, relative",
        "over both",
        "p, corrected",
        "power",
    )
    note = "Figures are the QuanvNN's and the CNN's; floors are those of the best constant answer."
    return Table("Every setting, from the CNN's best to the QuanvNN's", columns, tuple(rows), note)


def _beside(point: Point, results: Results, tier: Tier) -> tuple[str, ...]:
    """Return F1, mask F1 and share of right counts of both networks, with the floors."""
    both = pair(tier, point.setting)
    names = (F1, "mask_f1", "count_accuracy")
    told = [
        " / ".join("–" if m is None else f"{m.mean:.3f}" for m in means)
        for means in ([results.mean(c.specs, name) for c in both] for name in names)
    ]
    mask = results.mean(both[0].specs, "mask_f1_floor")
    floor = floors(both[0].specs[0].chosen_preset())
    lows = (floor.f1, mask.mean if mask else float("nan"), floor.count)
    return tuple(x for figure, low in zip(told, lows, strict=True) for x in (figure, f"{low:.3f}"))


def _curve_point(point: Point) -> CurvePoint:
    gain = point.comparison.relative
    low, high = (gain.low, gain.high) if gain.has_interval else (gain.mean, gain.mean)
    label = f"{point.setting['preset']}, {point.setting.words()}"
    if not point.has_learnt:
        label += "; neither network is better than a constant answer"
    return CurvePoint(point.setting.number, label, gain.mean, low, high, point.runs)


def _change_table() -> Table:
    """Return what would change the answer, and how to try."""
    rows: list[Row] = [
        (
            "another value of a choice, or another choice",
            f"resources/{FILE} (sha256 {file_digest(FILE)}): a value that moves more than a fifth"
            " of the settings to the other sign",
        ),
        (
            "a point of the curve",
            "nmrquanv study robustness --tier standard --point NUMBER --seeds 3 --output DIR:"
            " minutes; its interval leaves this one's",
        ),
        (
            "more seeds",
            "the same with --seeds 20: a setting within chance turns certain, against the verdict",
        ),
        (
            "the authors' own choices",
            "the field of the file that holds them: then one point is the answer, not the curve",
        ),
        (
            "a fault of ours",
            "nmrquanv study check computes every figure anew; data_hash and code_hash of the report"
            " tell whether data and code are the same",
        ),
    ]
    return Table("What would change our mind", ("what", "how to try, and what would count"),
                 tuple(rows))  # fmt: skip


def _interval(value: Interval) -> str:
    return f"{value.value:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"


def _metric_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = [
        (title, *signs(results, tier, name, is_less_better=less)) for title, name, less in metrics()
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


def _figure(points: tuple[Point, ...]) -> Chart:
    series = []
    for preset in DIFFICULTIES:
        chosen = [(k, p.comparison.relative) for k, p in enumerate(points) if p.has_gain]
        chosen = [(k, r) for k, r in chosen if points[k].setting["preset"] == preset]
        if chosen:
            series.append(series_of(preset, chosen, "points", 100.0))
    panel = Panel(
        "F1 (4 points), QuanvNN against CNN",
        "",
        "relative difference, %",
        tuple(series),
        has_zero_line=True,
    )
    caption = (
        "Every setting's difference with its 95 % interval over seeds, and below what it chose."
    )
    return Chart(caption, (panel, _choices(points)), is_stacked=True)


def _choices(points: tuple[Point, ...]) -> Panel:
    """Return a mark for every choice of every setting, below the curve."""
    rows: list[str] = []
    series = []
    for name, levels in factors().items():
        known = list(dict.fromkeys(levels))
        marks = [
            (float(k), float(len(rows) + known.index(p.setting[name])))
            for k, p in enumerate(points)
            if p.has_gain
        ]
        series.append(
            Series(name, tuple(x for x, _ in marks), tuple(y for _, y in marks), style="points")
        )
        words = name.replace("_", " ")
        rows += [f"{words} {'as preset' if level is None else level}" for level in known]
    return Panel("", "settings, sorted", "", tuple(series), rows=tuple(rows))
