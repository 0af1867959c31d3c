"""Experiment ``scaling``: whether the gap widens with complexity (the authors' question 3).

Where lines crowd, an answer that never looks is often right. A gap of F1 is therefore divided by
what lies between that floor and a perfect answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.statistics import estimate
from nmrquanv.study.data.datasets import PRESETS
from nmrquanv.study.experiments.laws import Law, fit_laws
from nmrquanv.study.report.methods import (
    F1,
    FRONT_END_LABELS,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
    series,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Row,
    Series,
    Summary,
    Table,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "scaling"
QUESTION = (
    "Does the gap between the QuanvNN and the CNN widen as spectra become more complex, and does it"
    " grow exponentially?"
)
FRONT_ENDS = ("quanv", "cnn")
PICKER = "prominence"
SWEEPS = {
    "peaks": "peaks in 200 points",
    "overlap": "probability of overlap",
    "noise": "noise, share of the maximum",
}
MARGIN = 2.0
"""Difference of BIC from which one law counts as better than another (Kass and Raftery 1995)."""

_SHOWN = 60


def steps(tier: Tier, sweep: str) -> tuple[float, ...]:
    """Return the values that a sweep goes through."""
    chosen = {"peaks": tier.peak_counts, "overlap": tier.overlaps, "noise": tier.sigmas}
    return tuple(float(x) for x in chosen[sweep])


def changes(sweep: str, value: float) -> tuple[tuple[str, float], ...]:
    """Return what a step changes in the hard preset."""
    names = {
        "peaks": ("n_min", "n_max"),
        "overlap": ("overlap",),
        "noise": ("sigma_min", "sigma_max"),
    }
    return tuple((name, value) for name in names[sweep])


def cell(tier: Tier, front_end: str, sweep: str, value: float) -> Cell:
    """Return the runs of a front end at one step; a picker has one run."""
    what = SWEEPS[sweep].split(",")[0]
    if value == 1 and sweep == "peaks":
        what = what.replace("peaks", "peak")
    label = f"{FRONT_END_LABELS[front_end]}, {value:g} {what}"
    changed = changes(sweep, value)
    if front_end == PICKER:
        return Cell(label, (tiers.classical(PICKER, "hard", preset_changes=changed),))
    return seeded(
        label,
        tier.sweep_seeds,
        lambda seed: tiers.sweep(tier, front_end, seed, preset_changes=changed),
    )


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(
        cell(tier, f, sweep, x)
        for sweep in SWEEPS
        for x in steps(tier, sweep)
        for f in (*FRONT_ENDS, PICKER)
    )


def floor(sweep: str, value: float) -> float:
    """Return what the best constant answer gets at a step."""
    return floors(PRESETS["hard"].changed(changes(sweep, value))).f1


def gaps_at(
    results: Results, tier: Tier, sweep: str, places: Sequence[float]
) -> list[tuple[float, float]]:
    """Return (complexity, F1 of the QuanvNN minus F1 of the CNN, over the room above chance).

    One for each seed and step; the room is 1 minus :func:`floor`.
    """
    found = []
    for x in places:
        both = [cell(tier, f, sweep, x).specs for f in FRONT_ENDS]
        for pair in zip(*both, strict=True):
            values = [results.value(spec, F1) for spec in pair]
            if values[0] is not None and values[1] is not None:
                found.append((x, (values[0] - values[1]) / (1.0 - floor(sweep, x))))
    return found


def gaps(results: Results, tier: Tier, sweep: str) -> list[tuple[float, float]]:
    """Return the gaps above chance at the steps of a sweep of the tier."""
    return gaps_at(results, tier, sweep, steps(tier, sweep))


def laws(results: Results, tier: Tier, sweep: str = "peaks") -> tuple[Law, Law, Law] | None:
    """Fit the laws of the gap, or return None while too few runs have finished."""
    found = gaps(results, tier, sweep)
    if len(found) < 5 or len({x for x, _ in found}) < 3:
        return None
    return fit_laws(*zip(*found, strict=True))


def is_exponential(fitted: Sequence[Law]) -> bool:
    """Tell whether an exponential gap in the QuanvNN's favour is supported.

    That is: growing (alpha's interval above zero), positive, and better by BIC than a constant and
    a linear gap.
    """
    constant, linear, exponential = fitted
    amplitude, _ = exponential.parameters
    better = exponential.bic + MARGIN < min(constant.bic, linear.bic)
    return amplitude > 0 and exponential.low > 0 and better


def summarise(results: Results, tier: Tier) -> Summary:
    """Say how the gap depends on complexity."""
    said, tables = _answers(results, tier), []
    if (fitted := laws(results, tier)) is not None:
        tables.append(_law_table(fitted))
    tables.append(_gap_table(results, tier))
    title = f"All figures against the number of peaks, {tier.sweep.spectra:,} for training"
    cells = [cell(tier, f, "peaks", x) for x in steps(tier, "peaks") for f in (*FRONT_ENDS, PICKER)]
    tables.append(metric_table(title, results, cells))
    return Summary(
        NAME,
        QUESTION,
        (*said, *missing_note(results, runs(tier))),
        tuple(tables),
        tuple(_figure(results, tier, sweep) for sweep in SWEEPS),
        (
            "Every step is trained and tested on spectra of its own. With more than five peaks the"
            " head has as many slots as there are peaks; front ends stay as they are.",
            "Peaks of 6 to 20 points width crowd 200 points: from about eight on they overlap"
            " whatever the preset says. F1 rises again there because answers placed anywhere are"
            " near some line: with 12 lines half of all points lie within 4 points of one. Laws are"
            " therefore fitted to the gap over one minus the floor, which is F1 at 4 points of"
            " evenly spread peaks, ever the same, in the best number.",
        ),
    )


def _answers(results: Results, tier: Tier) -> list[str]:
    fitted = laws(results, tier)
    if fitted is None:
        return []
    constant, linear, exponential = fitted
    alpha = exponential.parameters[1]
    best = min(fitted, key=lambda law: law.bic)
    exponential_words = "is" if is_exponential(fitted) else "is not"
    return [
        sentence(
            f"The gap above chance (F1 of the QuanvNN minus the CNN's, over what a constant answer"
            f" leaves) {_trend(linear)} with the number of peaks: {_slope(linear)} a peak; its mean"
            f" is"
            f" {with_interval(estimate([g for _, g in gaps(results, tier, 'peaks')]), 3, '+')}"
        ),
        sentence(
            f"An exponential law {exponential_words} supported: alpha = {alpha:+.2f}"
            f" {_limits(exponential)}, BIC {exponential.bic:.1f} against {constant.bic:.1f}"
            f" (constant) and {linear.bic:.1f} (linear); the {best.name} law fits best"
        ),
        *(
            sentence(f"With {words} from least to most the gap {_trend(law)}: {_slope(law, span)}")
            for sweep, words in (("overlap", "overlap"), ("noise", "noise"))
            if (others := laws(results, tier, sweep)) is not None
            for law, span in [(others[1], max(steps(tier, sweep)) - min(steps(tier, sweep)))]
        ),
    ]


def _trend(linear: Law) -> str:
    if linear.low > 0:
        return "moves in the QuanvNN's favour"
    return "moves in the CNN's favour" if linear.high < 0 else "shows no trend"


def _slope(linear: Law, span: float = 1.0) -> str:
    """Return a linear law's change over a span, with its interval."""
    slope, low, high = (span * x for x in (linear.parameters[1], linear.low, linear.high))
    return f"{slope:+.4f} [{low:+.4f}, {high:+.4f}]"


def _limits(law: Law) -> str:
    """Return an interval whose ends at the grid's end are said to be open."""
    low = "below -1.5" if law.low <= -1.5 else f"{law.low:+.2f}"
    high = "above +1.5" if law.high >= 1.5 else f"{law.high:+.2f}"
    return f"[{low}, {high}]"


def _law_table(fitted: Sequence[Law]) -> Table:
    formula = {
        "constant": "gap = {0:+.4f}",
        "linear": "gap = {0:+.4f} {1:+.4f} n",
        "exponential": "gap = {0:+.4g} exp({1:+.3f} n)",
    }
    rows = tuple(
        (
            law.name,
            formula[law.name].format(*law.parameters),
            _limits(law) if law.name == "exponential" else f"[{law.low:+.4f}, {law.high:+.4f}]",
            f"{law.aicc:.1f}",
            f"{law.bic:.1f}",
        )
        for law in fitted
    )
    return Table(
        "Laws of the gap against the number of peaks n",
        ("law", "fit", "95 % of the last parameter", "AICc", "BIC"),
        rows,
        "Smaller AICc and BIC are better; a difference of 2 is slight, of 6 strong. The authors'"
        " exponent alpha is the last parameter of the exponential law.",
    )


def _gap_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    for sweep in SWEEPS:
        for x in steps(tier, sweep):
            both = [cell(tier, f, sweep, x).specs for f in FRONT_ENDS]
            pair = results.pair(both[0], both[1], F1)
            rows.append(
                (
                    SWEEPS[sweep],
                    f"{x:g}",
                    *(with_interval(results.mean(specs, F1)) for specs in both),
                    with_interval(results.mean(cell(tier, PICKER, sweep, x).specs, F1)),
                    f"{floor(sweep, x):.3f}" if pair else "–",
                    with_interval(pair.difference, 3, "+") if pair else "–",
                    f"{pair.difference.mean / (1.0 - floor(sweep, x)):+.3f}" if pair else "–",
                    pair.n if pair else 0,
                )
            )
    columns = ("sweep", "at", "QuanvNN", "CNN", "prominence picking", "floor", "gap",
               "above chance", "seeds")  # fmt: skip
    return Table("F1 at 4 points along the sweeps", columns, tuple(rows))


def _figure(results: Results, tier: Tier, sweep: str) -> Chart:
    places = steps(tier, sweep)
    means = [
        series(FRONT_END_LABELS[f], results, [(x, cell(tier, f, sweep, x)) for x in places])
        for f in FRONT_ENDS
    ]
    picked = series(
        FRONT_END_LABELS[PICKER], results, [(x, cell(tier, PICKER, sweep, x)) for x in places]
    )
    means.append(Series(picked.label, picked.x, picked.y, style="dashed"))
    found = gaps(results, tier, sweep)
    places_of, values = tuple(x for x, _ in found), tuple(g for _, g in found)
    gap = [Series("gap, seed by seed", places_of, values, style="points")]
    if found and (fitted := laws(results, tier, sweep)) is not None and sweep == "peaks":
        place = np.linspace(min(places), max(places), _SHOWN)
        gap += [
            Series(law.name, tuple(place.tolist()), tuple(law.at(place).tolist()), style="dashed")
            for law in fitted
        ]
    return Chart(
        f"Against {SWEEPS[sweep]}. Left: mean F1 with 95 % intervals. Right: the gap, above zero"
        " where the QuanvNN is better.",
        (
            Panel("F1", SWEEPS[sweep], "F1 at 4 points", tuple(means)),
            Panel("Gap", SWEEPS[sweep], "gap above chance", tuple(gap), has_zero_line=True),
        ),
    )
