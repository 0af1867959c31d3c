"""Experiment ``real``: models trained on synthetic data, on real spectra (next check 1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from nmrquanv.statistics import Estimate, Paired, estimate, paired, share
from nmrquanv.study.data.listed_signals import LISTED
from nmrquanv.study.data.real_windows import EXAMPLES, real_windows
from nmrquanv.study.report.methods import (
    F1,
    FRONT_END_LABELS,
    NOT_CORRECTED,
    Cell,
    missing_note,
    pickers,
    runs_of,
    seeded,
    series_of,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Row,
    Summary,
    Table,
    direction,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import Floors, floors_on
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "real"
QUESTION = (
    "How well do models that have seen nothing but synthetic spectra find the lines of real ones,"
    " and how much is lost on the way?"
)
FRONT_ENDS = ("quanv", "cnn")
HEADS = ("slots", "dense")
_ALL = ""


def cell(tier: Tier, front_end: str, head: str) -> Cell:
    """Return the runs of a front end and head."""
    label = f"{FRONT_END_LABELS[front_end]}, {head} head"
    if head == "dense":
        return seeded(label, tier.sweep_seeds, lambda seed: tiers.dense(tier, front_end, seed))
    return seeded(label, tier.headline_seeds, lambda seed: tiers.headline(tier, front_end, seed))


def networks(tier: Tier) -> list[Cell]:
    """Return all networks that are compared."""
    return [cell(tier, front_end, head) for head in HEADS for front_end in FRONT_ENDS]


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of([*networks(tier), *pickers("hard")])


def real_f1(results: Results, spec: RunSpec, spectrum: str = _ALL) -> float | None:
    """Return a run's F1 at 4 points on real windows, of all spectra or of one."""
    result = results.get(spec)
    measured = result["extra"].get("real") if result else None
    if not measured:
        return None
    if spectrum == _ALL:
        return float(measured["f1_4"])
    one = measured["spectra"].get(spectrum)
    return float(one["f1_4"]) if one else None


def real_mean(results: Results, cell_: Cell, spectrum: str = _ALL) -> Estimate | None:
    """Return mean and interval over seeds of :func:`real_f1`."""
    values = [v for s in cell_.specs if (v := real_f1(results, s, spectrum)) is not None]
    return share(values) if values else None


def gap(results: Results, cell_: Cell) -> Paired | None:
    """Compare synthetic test with real windows, run by run: a positive difference is lost F1."""
    both = [(results.value(s, F1), real_f1(results, s)) for s in cell_.specs]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    return paired([a for a, _ in known], [b for _, b in known]) if known else None


def between(results: Results, first: Cell, second: Cell) -> Paired | None:
    """Compare two cells on real windows, seed by seed."""
    both = [
        (real_f1(results, s), real_f1(results, t))
        for s, t in zip(first.specs, second.specs, strict=True)
    ]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    return paired([a for a, _ in known], [b for _, b in known]) if known else None


def summarise(results: Results, tier: Tier) -> Summary:
    """Say what real spectra cost."""
    shown = [*networks(tier), *pickers("hard")]
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        (
            _gap_table(results, shown),
            _spectrum_table(results, shown),
            *_listed_tables(results, shown),
        ),
        (_figure(results, shown),),
        (
            NOT_CORRECTED,
            "Real spectra: the four bundled Bruker data sets with an operator's own TopSpin list of"
            " lines, cut into windows of 200 points on the program's finest grid (narrow lines 7.5"
            " points wide) that hold one to five listed lines. Cyclosporin and the spectra with"
            " lists of signals (good to 0.03 ppm, many times the 4 points) are not among them: with"
            " --spectra the patterns of such lists are looked for on the trace.",
            "The lists are not perfect: TopSpin lists a few bumps of the baseline, and one broad"
            " line is wider than any in training. Thresholds come from synthetic spectra.",
        ),
    )


def _answers(results: Results, tier: Tier) -> list[str]:
    said = []
    for c in networks(tier):
        lost = gap(results, c)
        if lost is None:
            continue
        real = with_interval(real_mean(results, c), 2)
        loss = with_interval(lost.difference, 2, "+")
        said.append(f"{c.label}: F1 {real} on real windows; lost against synthetic ones {loss}")
    for head in HEADS:
        pair = between(results, cell(tier, "quanv", head), cell(tier, "cnn", head))
        if pair is not None:
            told = direction(pair, "the QuanvNN", "the CNN")
            said.append(f"On real windows with the {head} head, F1: {told}")
    picked = [(c.label, m.mean) for c in pickers("hard") if (m := real_mean(results, c))]
    if picked:
        words = " and ".join(f"{label} {value:.2f}" for label, value in picked)
        said.append(f"Classical picking, tuned on the same synthetic spectra, reaches {words}")
    return [sentence(s) for s in said]


def on_real(results: Results, cell_: Cell, name: str) -> Estimate | None:
    """Return the mean over seeds of a share of all real windows."""
    told = [r["extra"].get("real") for r in results.finished(cell_.specs)]
    values = [float(one[name]) for one in told if one and name in one]
    return share(values) if values else None


@lru_cache(maxsize=1)
def floors_there() -> Floors:
    """Return what the best constant answer gets on the real windows."""
    return floors_on(real_windows().spectra)


def _gap_table(results: Results, shown: list[Cell]) -> Table:
    rows = []
    for c in shown:
        lost = gap(results, c)
        mask, mask_floor, right = (
            on_real(results, c, name) for name in ("mask_f1", "mask_f1_floor", "count_accuracy")
        )
        rows.append(
            (
                c.label,
                lost.n if lost else 0,
                with_interval(results.mean(c.specs, F1)),
                with_interval(real_mean(results, c)),
                f"{floors_there().f1:.3f}" if lost else "–",
                with_interval(lost.difference, 3, "+") if lost else "–",
                with_interval(mask),
                f"{mask_floor.mean:.3f}" if mask_floor else "–",
                f"{right.mean:.3f}" if right else "–",
                f"{floors_there().count:.3f}" if right else "–",
            )
        )
    return Table(
        "Domain gap: F1 at 4 points on synthetic test spectra and on real windows",
        (
            *("", "runs", "synthetic, hard", "real", "its floor", "lost"),
            *("mask F1", "its floor", "count right", "its floor"),
        ),
        tuple(rows),
        "Floors: what the best constant answer gets on the same real windows. All columns after the"
        " synthetic one are of real windows.",
    )


def _spectrum_table(results: Results, shown: list[Cell]) -> Table:
    names = [name for name, _ in EXAMPLES]
    rows = tuple(
        (c.label, *(with_interval(real_mean(results, c, name), 2) for name in names)) for c in shown
    )
    return Table("Spectrum by spectrum: F1 at 4 points", ("", *names), rows)


Listed = Mapping[str, Any]
"""What :func:`nmrquanv.study.data.listed_signals.measure_listed` says."""


def _listed_tables(results: Results, shown: list[Cell]) -> list[Table]:
    """Return what was found of the known lines of ``--spectra``, a table for each set of spectra.

    There are several when runs whose networks are gone were asked about other spectra before.
    """
    by_data: dict[str, dict[str, list[Listed]]] = {}
    for c in shown:
        for result in results.finished(c.specs):
            if told := result["extra"].get(LISTED):
                by_data.setdefault(told["data_hash"], {}).setdefault(c.label, []).append(told)
    return [_listed_table(by_label) for by_label in by_data.values()]


def _listed_table(by_label: Mapping[str, list[Listed]]) -> Table:
    data = next(iter(by_label.values()))[0]
    names = tuple(data["spectra"])
    rows: list[Row] = []
    for label, told in by_label.items():
        found = with_interval(share([one["recall_4"] for one in told]))
        chance = estimate([one["chance_4"] for one in told]).mean
        each = (estimate([one["spectra"][n]["recall_4"] for one in told]).mean for n in names)
        rows.append((label, len(told), found, f"{chance:.3f}", *(f"{x:.2f}" for x in each)))
    sizes = (f"{n}, {x['lines']} lines of {x['shown']} signals" for n, x in data["spectra"].items())
    note = (
        f"{data['lines']} known lines in {data['windows']} windows: {'; '.join(sizes)}. Signals are"
        " expanded to first order and shifted onto the trace; those whose pattern the trace does"
        " not show are left out. Such lists are partial, so answers elsewhere are not counted as"
        " false; “by chance” is the share of points within 4 points of an answer. Lines without a"
        " top of their own cannot be placed, which favours picking by tops."
    )
    if data["left_out"]:
        note += f" Lists of which nothing could be used: {', '.join(data['left_out'])}."
    title = "Spectra with lists of signals: share of the known lines within 4 points of an answer"
    return Table(title, ("", "runs", "found", "by chance", *names), tuple(rows), note)


def _figure(results: Results, shown: list[Cell]) -> Chart:
    drawn = []
    for label, shift in (("synthetic test", -0.1), ("real windows", 0.1)):
        known = []
        for i, c in enumerate(shown):
            is_real = label.startswith("real")
            value = real_mean(results, c) if is_real else results.mean(c.specs, F1)
            if value is not None:
                known.append((i + shift, value))
        drawn.append(series_of(label, known, "points"))
    ticks = tuple(c.label.removesuffix(" head") for c in shown)
    return Chart(
        "Mean F1 at 4 points with 95 % intervals over seeds: the distance between the two colours"
        " is the domain gap.",
        (Panel("Synthetic and real", "", "F1 at 4 points", tuple(drawn), ticks),),
    )
