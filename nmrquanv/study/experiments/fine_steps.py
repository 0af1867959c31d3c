"""Experiment ``steps``: the gap against overlap and noise in eight steps, corrected for chance.

The correction is that of :mod:`nmrquanv.study.experiments.scaling`.
"""

from __future__ import annotations

from nmrquanv.statistics import Paired, holm
from nmrquanv.study.experiments import scaling
from nmrquanv.study.experiments.laws import Law, fit_laws
from nmrquanv.study.report.methods import (
    F1,
    FRONT_END_LABELS,
    Cell,
    metric_table,
    missing_note,
    runs_of,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Row,
    Series,
    Summary,
    Table,
    p_value,
    sentence,
    with_interval,
)
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "steps"
QUESTION = (
    "In eight steps of overlap and of noise, with what chance alone gives taken out: does the gap"
    " between QuanvNN and CNN move, and where is it above or below zero?"
)
SWEEPS = ("overlap", "noise")
_TITLE = "All figures at every step"
_CERTAIN = 0.05


def steps(tier: Tier, sweep: str) -> tuple[float, ...]:
    """Return the steps of a sweep."""
    return tier.fine_overlaps if sweep == "overlap" else tier.fine_sigmas


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(_cells(tier))


def _cells(tier: Tier) -> list[Cell]:
    return [
        scaling.cell(tier, front_end, sweep, x)
        for sweep in SWEEPS
        for x in steps(tier, sweep)
        for front_end in scaling.FRONT_ENDS
    ]


def gaps(results: Results, tier: Tier, sweep: str) -> list[tuple[float, float]]:
    """Return (step, gap over the room above chance), one for each seed and step."""
    return scaling.gaps_at(results, tier, sweep, steps(tier, sweep))


def without_overlap(results: Results, tier: Tier) -> Paired | None:
    """Compare F1 at the step of overlap where lines keep apart; not corrected."""
    x = min(steps(tier, "overlap"))
    quanv, cnn = (scaling.cell(tier, f, "overlap", x).specs for f in scaling.FRONT_ENDS)
    return results.pair(quanv, cnn, F1)


def law(results: Results, tier: Tier, sweep: str) -> Law | None:
    """Fit a linear law to the corrected gaps; None while too few runs have finished."""
    found = gaps(results, tier, sweep)
    if len(found) < 5 or len({x for x, _ in found}) < 3:
        return None
    return fit_laws(*zip(*found, strict=True))[1]


def summarise(results: Results, tier: Tier) -> Summary:
    """Say how the corrected gap moves."""
    is_any = any(spec in results for spec in runs(tier))
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        (_table(results, tier), metric_table(_TITLE, results, _cells(tier))),
        tuple(_figure(results, tier, sweep) for sweep in SWEEPS) if is_any else (),
        (
            "Floor: F1 at 4 points of evenly spread peaks, ever the same, in the best number.",
            "Corrected gap: the difference of F1 over one minus the floor. P-values: paired t-test"
            " at each step, corrected for all steps of both sweeps (Holm).",
        ),
    )


def _answers(results: Results, tier: Tier) -> list[str]:
    said = []
    for sweep in SWEEPS:
        fitted = law(results, tier, sweep)
        if fitted is None:
            continue
        places = {x for x, _ in gaps(results, tier, sweep)}
        span = max(places) - min(places)
        change, low, high = (span * x for x in (fitted.parameters[1], fitted.low, fitted.high))
        word = "does not move beyond chance"
        if low > 0 or high < 0:
            word = f"moves towards the {'QuanvNN' if low > 0 else 'CNN'}"
        said.append(
            f"with {sweep} from {min(places):g} to {max(places):g} in {len(places)} steps the"
            f" corrected gap {word}: {change:+.3f} [{low:+.3f}, {high:+.3f}]"
        )
    return [sentence(s) for s in said]


def _table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    places = [(s, x) for s in SWEEPS for x in steps(tier, s)]
    cells = [[scaling.cell(tier, f, s, x).specs for f in scaling.FRONT_ENDS] for s, x in places]
    pairs = [results.pair(quanv, cnn, F1) for quanv, cnn in cells]
    corrected = iter(holm([p.p for p in pairs if p is not None]))
    for (sweep, x), pair in zip(places, pairs, strict=True):
        if pair is None:
            continue
        both = [results.mean(scaling.cell(tier, f, sweep, x).specs, F1) for f in scaling.FRONT_ENDS]
        room, p = 1.0 - scaling.floor(sweep, x), next(corrected)
        rows.append(
            (
                scaling.SWEEPS[sweep],
                f"{x:g}",
                f"{1.0 - room:.3f}",
                *(with_interval(m) for m in both),
                f"{pair.difference.mean / room:+.3f}",
                f"{p_value(p)}{', certain' if p < _CERTAIN else ''}",
                pair.n,
            )
        )
    columns = ("sweep", "at", "floor", *(FRONT_END_LABELS[f] for f in scaling.FRONT_ENDS),
               "corrected gap", "p, corrected", "seeds")  # fmt: skip
    return Table("F1 at 4 points, its floor, and the gap above chance", columns, tuple(rows))


def _figure(results: Results, tier: Tier, sweep: str) -> Chart:
    found = gaps(results, tier, sweep)
    cloud = Series(
        "gap, seed by seed", tuple(x for x, _ in found), tuple(g for _, g in found), style="points"
    )
    lines = [cloud]
    if found and (fitted := law(results, tier, sweep)) is not None:
        places = tuple(sorted({x for x, _ in found}))
        drawn = tuple(float(y) for y in fitted.at(places))
        lines.append(Series("linear", places, drawn, style="dashed"))
    panel = Panel(
        f"Against {scaling.SWEEPS[sweep]}",
        scaling.SWEEPS[sweep],
        "gap above chance",
        tuple(lines),
        has_zero_line=True,
    )
    return Chart(f"Corrected gap against {scaling.SWEEPS[sweep]}, seed by seed.", (panel,))
