"""Experiment ``ansatz``: which circuit, and against which controls, at each difficulty."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nmrquanv.statistics import Paired, spread
from nmrquanv.study.experiments import learning_rates
from nmrquanv.study.report.methods import (
    ANSATZ_LABELS,
    F1,
    FRONT_END_LABELS,
    NOT_CORRECTED,
    Cell,
    metric_table,
    missing_note,
    pickers,
    runs_of,
    seeded,
    series,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Series,
    Summary,
    direction,
    percent,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import ANSATZES, DIFFICULTIES, RunSize, Tier

NAME = "ansatz"
QUESTION = (
    "Does it matter which quantum circuit stands in front, and does any of them find peaks better"
    " than an ordinary convolution or classical peak picking?"
)
CONTROLS = ("quanv_frozen", "cnn", "cnn_normalised", "quadratic")
WIN, SIGMA = 0.08, 0.03
"""Thresholds of the two questions: strongly entangling better by 8 %, random's sigma above 0.03."""

_DODGE = 0.05  # between series of a figure, so that their intervals can be told apart


def circuit(tier: Tier, ansatz: str, preset: str) -> Cell:
    """Return the runs of one ansatz at one difficulty."""
    make, count = _size(tier, preset)
    return seeded(
        f"QuanvNN, {ANSATZ_LABELS[ansatz]}",
        count,
        lambda seed: make(tier, "quanv", seed, preset=preset, ansatz=ansatz),
    )


def control(tier: Tier, front_end: str, preset: str) -> Cell:
    """Return the runs of a control at one difficulty."""
    make, count = _size(tier, preset)
    label = FRONT_END_LABELS[front_end]
    return seeded(label, count, lambda seed: make(tier, front_end, seed, preset=preset))


def alike(tier: Tier, preset: str) -> list[Cell]:
    """Return the ansätze and the CNN in runs of one size for all difficulties, to compare these."""
    if alike_size(tier) == tier.headline:
        return [*(circuit(tier, a, preset) for a in ANSATZES), control(tier, "cnn", preset)]
    made: list[tuple[str, dict[str, Any], str]] = [
        ("quanv", {"ansatz": a}, f"QuanvNN, {ANSATZ_LABELS[a]}") for a in ANSATZES
    ]
    return [
        seeded(
            label,
            tier.sweep_seeds,
            partial(_small, tier, front_end, preset=preset, **changes),
        )
        for front_end, changes, label in (*made, ("cnn", {}, FRONT_END_LABELS["cnn"]))
    ]


def _small(tier: Tier, front_end: str, seed: int, **changes: Any) -> RunSpec:
    return tiers.sweep(tier, front_end, seed, **changes)


def cells(tier: Tier, preset: str) -> list[Cell]:
    """Return all that is compared at one difficulty."""
    controls = CONTROLS if preset in tier.full_presets else ("cnn",)
    return [
        *(circuit(tier, a, preset) for a in ANSATZES),
        *(control(tier, c, preset) for c in controls),
        *pickers(preset),
    ]


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    compared = runs_of(
        cell for preset in DIFFICULTIES for cell in (*cells(tier, preset), *alike(tier, preset))
    )
    return tuple(dict.fromkeys((*compared, *learning_rates.runs(tier))))


def summarise(results: Results, tier: Tier) -> Summary:
    """Compare ansätze and controls."""
    tables = [
        metric_table(f"{preset.capitalize()} spectra ({_words(tier, preset)})", results, compared)
        for preset in DIFFICULTIES
        if results.finished(runs_of(compared := cells(tier, preset)))
    ]
    small = [p for p in tier.full_presets if alike(tier, p)[0] not in cells(tier, p)]
    tables += [
        metric_table(f"{preset.capitalize()} spectra ({_of_size(tier.sweep)})", results, compared)
        for preset in small
        if results.finished(runs_of(compared := alike(tier, preset)))
    ]
    if (rates := learning_rates.table(results, tier)) is not None:
        tables.append(rates)
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        tuple(tables),
        (_figure(results, tier),),
        (
            NOT_CORRECTED,
            "The random ansatz gets a new random structure with every seed; the others differ in"
            " data, starting weights and order only.",
            "Sizes of two-design and random are our reconstruction: three layers each.",
            "Batch, epochs and the learning rate are the same for all networks; the last table lets"
            " each choose its own rate. Thresholds are tuned on validation spectra for all alike.",
        ),
    )


def _size(tier: Tier, preset: str) -> tuple[Callable[..., RunSpec], int]:
    if preset in tier.full_presets:
        return tiers.headline, tier.ansatz_seeds
    return tiers.sweep, tier.sweep_seeds


def alike_size(tier: Tier) -> RunSize:
    """Return the size at which difficulties are compared."""
    return tier.headline if set(DIFFICULTIES) <= set(tier.full_presets) else tier.sweep


def _words(tier: Tier, preset: str) -> str:
    return _of_size(tier.headline if preset in tier.full_presets else tier.sweep)


def _of_size(size: RunSize) -> str:
    return f"{size.spectra:,} for training, {size.epochs} epochs"


def _answers(results: Results, tier: Tier) -> list[str]:
    strong, design, chance = (circuit(tier, a, "hard").specs for a in ANSATZES)
    against = results.pair(strong, design, F1)
    said = [
        f"On {preset} spectra ({_words(tier, preset)}), F1 at 4 points: "
        + direction(
            _against_cnn(results, tier, preset), "the strongly entangling QuanvNN", "the CNN"
        )
        for preset in reversed(DIFFICULTIES)
    ]
    if against is not None and against.relative.has_interval:
        low, high = against.relative.low, against.relative.high
        wins = "yes" if low > WIN else "no" if high < WIN else "not decided by these seeds"
        said.append(
            "Strongly entangling better than two-design by more than 8 %? "
            f"{wins}: {percent(against.relative)}"
        )
    values = results.values(chance, F1)
    if len(values) > 2:
        sd = spread(values)
        above = "yes" if sd.low > SIGMA else "no" if sd.high < SIGMA else "not decided"
        said.append(
            f"Random's standard deviation over seeds above 0.03? {above}: {with_interval(sd)}"
        )
    if tuned := learning_rates.answer(results, tier):
        said.append(tuned)
    best = [(results.mean(c.specs, F1), c.label) for c in cells(tier, "hard")]
    known = sorted(((m.mean, label) for m, label in best if m is not None), reverse=True)
    if known:
        ranked = "; ".join(f"{label} {value:.3f}" for value, label in known)
        said.append(f"The order on hard spectra is: {ranked}")
    return [sentence(s) for s in said]


def _against_cnn(results: Results, tier: Tier, preset: str) -> Paired | None:
    strong = circuit(tier, "strongly_entangling", preset).specs
    return results.pair(strong, control(tier, "cnn", preset).specs, F1)


def _figure(results: Results, tier: Tier) -> Chart:
    labels = (*(ANSATZ_LABELS[a] for a in ANSATZES), "CNN")
    lines = [
        series(
            label,
            results,
            [(i + _DODGE * (number - 1), alike(tier, p)[number]) for i, p in _numbered()],
        )
        for number, label in enumerate(labels)
    ]
    for number, label in enumerate(c.label for c in pickers("hard")):
        steps = [(float(i), pickers(p)[number]) for i, p in _numbered()]
        dashed = series(label, results, steps)
        lines.append(Series(label, dashed.x, dashed.y, style="dashed"))
    spots = [_spots(results, i, c) for i, c in enumerate(cells(tier, "hard"))]
    return Chart(
        "Left: mean F1 at 4 points with 95 % intervals, by difficulty, all of one size"
        f" ({_of_size(alike_size(tier))}). Right: every seed on hard spectra"
        f" ({_words(tier, 'hard')}).",
        (
            Panel("By difficulty", "", "F1 at 4 points", tuple(lines), DIFFICULTIES),
            Panel(
                "Hard, seed by seed",
                "",
                "F1 at 4 points",
                tuple(spots),
                tuple(c.label.removeprefix("QuanvNN, ") for c in cells(tier, "hard")),
            ),
        ),
    )


def _numbered() -> list[tuple[int, str]]:
    return list(enumerate(DIFFICULTIES))


def _spots(results: Results, place: int, cell: Cell) -> Series:
    values = tuple(results.values(cell.specs, F1))
    label = cell.label.removeprefix("QuanvNN, ")
    return Series(label, (float(place),) * len(values), values, style="points")
