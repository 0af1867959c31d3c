"""The specification curve: a designed sample, and a sign that hangs on one known choice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nmrquanv.guarded import read_json
from nmrquanv.paths import resource
from nmrquanv.statistics import estimate, holm, student
from nmrquanv.study import EXPERIMENT_NAMES
from nmrquanv.study.data.datasets import PRESETS, Preset
from nmrquanv.study.data.resampling import two_way
from nmrquanv.study.experiments import readme_apart, robustness, specification_curve
from nmrquanv.study.experiments.registry import EXPERIMENTS, all_runs, summarised
from nmrquanv.study.experiments.specification import factors, metrics, pair, settings
from nmrquanv.study.report.digests import file_digest
from nmrquanv.study.report.html_report import JSON, Study, write_report
from nmrquanv.study.running.estimate import total_seconds
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.tiers import TIERS


def digits(numbers: np.ndarray) -> str:
    return "".join(str(int(n)) for n in numbers)


def counts(quality: float, seed: int) -> dict[str, str]:
    rng = np.random.default_rng(seed)
    lines = rng.integers(1, 5, 200)
    return {
        "lines": digits(lines),
        "found": digits(lines),
        "right": digits(np.minimum(lines, rng.binomial(4, quality, 200))),
    }


@pytest.fixture(scope="module")
def curve_results(make_result) -> Results:
    """Make the QuanvNN better without overlap and worse with it, whatever else is chosen."""
    tier = TIERS["standard"]
    made = {}
    for setting in settings(tier):
        lead = {None: 0.0, 0.0: 0.08, 0.9: -0.08}[setting["overlap"]]
        for cell, level in zip(pair(tier, setting), (0.6 + lead, 0.6), strict=True):
            for spec in cell.specs:
                result = make_result(spec, {"quanv": level, "cnn": level})
                result["extra"]["by_spectrum"] = counts(level, spec.seed)
                made[spec.key()] = result
    return Results(made)


def test_every_value_of_a_factor_is_drawn_equally_often() -> None:
    drawn = settings(TIERS["standard"])[3:]
    for name, levels in factors().items():
        wanted = Counter(levels)
        found = Counter(s[name] for s in drawn)
        for level, times in wanted.items():
            assert abs(found[level] - len(drawn) * times / len(levels)) <= times


def test_the_first_settings_are_the_usual_ones_on_each_preset() -> None:
    usual = settings(TIERS["standard"])[:3]
    assert {s["preset"] for s in usual} == {"easy", "medium", "hard"}
    assert {s.words() for s in usual} == {"as usual"}


def test_a_smaller_tier_is_a_part_of_the_same_sample() -> None:
    assert settings(TIERS["quick"]) == settings(TIERS["standard"])[:4]


def test_both_networks_of_a_setting_share_data_and_size() -> None:
    tier = TIERS["standard"]
    for setting in settings(tier):
        for quanv, cnn in zip(*(c.specs for c in pair(tier, setting)), strict=True):
            assert quanv.chosen_preset() == cnn.chosen_preset()
            same = ("spectra", "epochs", "seed", "rate")
            assert all(getattr(quanv, n) == getattr(cnn, n) for n in same)


def test_the_choice_that_moves_the_sign_is_named(curve_results: Results) -> None:
    tier = TIERS["standard"]
    points = robustness.curve(curve_results, tier)
    assert len(points) == tier.robust_settings
    relative = [p.comparison.relative.mean for p in points]
    assert relative == sorted(relative)
    explained = robustness.shares(points)
    assert max(explained, key=explained.__getitem__) == "overlap"
    assert explained["overlap"] > 0.6
    assert max(v for n, v in explained.items() if n != "overlap") < 0.05


def test_the_summary_counts_signs_and_says_what_is_missing(curve_results: Results) -> None:
    tier = TIERS["standard"]
    summary = robustness.summarise(curve_results, tier)
    overlap = Counter(s["overlap"] for s in settings(tier))
    better, worse, *_ = robustness.signs(curve_results, tier, "f1_4", is_less_better=False)
    assert better >= overlap[0.0]
    assert worse >= overlap[0.9]
    assert "overlap" in " ".join(summary.answer)
    assert len(summary.figures) == 1
    assert "not finished" in robustness.summarise(Results({}), tier).answer[0]


def test_less_error_is_better(curve_results: Results) -> None:
    tier = TIERS["standard"]
    f1 = robustness.signs(curve_results, tier, "f1_4", is_less_better=False)
    error = robustness.signs(curve_results, tier, "mae_points", is_less_better=True)
    assert error[:2] == f1[:2]  # the made-up error falls where F1 rises


def test_the_interval_over_seeds_and_spectra_holds_the_truth_and_is_wider_with_fewer_spectra():
    first = [counts(0.7, seed) for seed in range(10)]
    second = [counts(0.6, seed) for seed in range(10)]
    found = two_way(first, second)
    assert found.low < found.value < found.high
    few = [[{n: v[:20] for n, v in c.items()} for c in part] for part in (first, second)]
    fewer = two_way(*few)
    assert fewer.high - fewer.low > found.high - found.low
    same = two_way(first, first)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_the_interval_over_both_is_as_wide_over_few_seeds_as_students() -> None:
    """All spectra alike, so that seeds alone differ."""
    lines = digits(np.full(50, 4))
    first, second = (
        [{"lines": lines, "found": lines, "right": digits(np.full(50, n))} for n in right]
        for right in ((1, 2, 3), (1, 1, 1))
    )
    found, wanted = two_way(first, second), estimate([0.0, 0.25, 0.5])
    assert found.value == pytest.approx(wanted.mean)
    assert found.high - found.low == pytest.approx(wanted.high - wanted.low, rel=0.15)


def test_settings_in_which_nothing_is_learnt_are_told(curve_results: Results) -> None:
    points = robustness.curve(curve_results, TIERS["standard"])
    told = specification_curve.counts(points)
    assert (told.silent, told.learnt_reach) == (0, told.reach)
    blind = tuple(replace(p, level=0.9 * p.floor - 0.2) for p in points)
    told = specification_curve.counts(blind)
    assert told.silent == len(points)
    assert told.reach > told.learnt_reach == 0


def test_holm_corrects_step_by_step() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])


def test_it_stands_apart_from_all() -> None:
    from nmrquanv.study.experiments.registry import chosen

    assert "robustness" in EXPERIMENT_NAMES
    assert "robustness" not in chosen("all")


def test_each_point_of_the_curve_comes_with_its_runs(curve_results: Results) -> None:
    tier = TIERS["standard"]
    points = robustness.summarise(curve_results, tier).points
    assert len(points) == tier.robust_settings
    assert [p.mean for p in points] == sorted(p.mean for p in points)
    for point in points:
        assert [seed for seed, _, _ in point.runs] == list(range(tier.robust_seeds))
        shares = [quanv / cnn - 1 for _, quanv, cnn in point.runs]
        assert point.mean == pytest.approx(np.mean(shares), abs=0.02)
        assert point.low <= point.mean <= point.high


def test_where_nothing_is_found_there_is_no_gain_and_the_report_can_be_read(
    make_result, tmp_path
) -> None:
    tier, made = TIERS["standard"], {}
    for number, setting in enumerate(settings(tier)):
        is_silent = number in (1, 5)
        for cell in pair(tier, setting):
            for spec in cell.specs:
                result = make_result(spec, {"quanv": 0.7, "cnn": 0.6})
                result["extra"]["by_spectrum"] = counts(0.6 * (not is_silent), spec.seed)
                for figures in result["metrics"].values():
                    figures["f1_4"] *= not is_silent
                made[spec.key()] = result
    results = Results(made)
    points = specification_curve.curve(results, tier)
    assert [p.setting.number for p in points if not p.has_gain] == [
        p.setting.number for p in points[-2:]
    ]
    summary = robustness.summarise(results, tier)
    assert len(summary.points) == len(points) - 2
    assert any("In 2 of them the CNN finds no peak" in said for said in summary.answer)
    study = Study(tier, (summary,), robustness.runs(tier), results, {})
    write_report(tmp_path, study)
    told = read_json(tmp_path / JSON, dict[str, Any])
    assert len(told["experiments"][0]["points"]) == len(summary.points)


def test_the_verdict_is_a_word_or_what_it_depends_on(curve_results: Results) -> None:
    points = specification_curve.curve(curve_results, TIERS["standard"])
    assert specification_curve.verdict(points).startswith("depends on overlap")
    above = tuple(p for p in points if p.comparison.difference.mean > 0.05)
    below = tuple(p for p in points if p.comparison.difference.mean < -0.05)
    assert specification_curve.verdict(above) == "reproduced"
    assert specification_curve.verdict(below) == "reversed"
    unsure = tuple(replace(p, p=0.5) for p in points)
    assert specification_curve.verdict(unsure).startswith("undecided (median power")


def test_power_is_the_share_of_repetitions_that_would_show_the_gain(curve_results) -> None:
    point = specification_curve.curve(curve_results, TIERS["standard"])[0]
    wide = replace(point.comparison.difference, sd=0.08, n=6)
    point = replace(point, comparison=replace(point.comparison, difference=wide), level=0.6)
    rng = np.random.default_rng(0)
    drawn = rng.normal(0.11 * 0.6, 0.08, (20_000, 6))
    t = drawn.mean(axis=1) / (drawn.std(axis=1, ddof=1) / np.sqrt(6))
    shown = float((np.abs(t) > student(5)).mean())
    assert specification_curve.gain_power(point) == pytest.approx(shown, abs=0.01)


def test_the_page_says_what_would_change_the_answer(curve_results: Results) -> None:
    tables = robustness.summarise(curve_results, TIERS["standard"]).tables
    (page,) = (t for t in tables if t.title == "What would change our mind")
    told = " ".join(str(cell) for row in page.rows for cell in row)
    assert file_digest("training/specification.json") in told
    assert "--point NUMBER" in told


def test_every_setting_has_all_figures_and_is_marked_by_its_choices(curve_results) -> None:
    tier = TIERS["standard"]
    summary = robustness.summarise(curve_results, tier)
    table = summary.tables[0]
    assert {"F1, 4 pt", "mask F1", "its floor", "count right"} <= set(table.columns)
    curve, choices = summary.figures[0].panels
    assert len(choices.rows) == sum(len(set(levels)) for levels in factors().values())
    for marks in choices.series:
        assert len(marks.x) == tier.robust_settings
    preset = next(s for s in choices.series if s.label == "preset")
    for series in curve.series:
        row = float(choices.rows.index(f"preset {series.label}"))
        assert {y for x, y in zip(preset.x, preset.y, strict=True) if x in series.x} == {row}


def test_the_file_names_ranges_and_metrics_too() -> None:
    told = read_json(resource("training/specification.json"), dict[str, Any])
    assert {name: Preset(name, **v) for name, v in told["presets"].items()} == PRESETS
    assert [m["name"] for m in told["metrics"]] == [name for _, name, _ in metrics()]


def test_readme_says_of_the_curve_what_the_runs_say(curve_results: Results) -> None:
    tier = TIERS["standard"]
    said = {s.about: s.text for s in readme_apart.statements("robustness", curve_results, tier)}
    assert "depends on overlap" in said["the verdict over all settings"]
    assert f"for {tier.robust_settings} comparisons" in said["the sign over all settings"]
    assert said["size"].startswith("10 seeds, ")
    assert "overlap (" in said["what moves the sign"]
    assert readme_apart.statements("robustness", Results({}), tier) == []


def test_a_tier_that_learns_nothing_draws_no_conclusions(make_result) -> None:
    tier = TIERS["quick"]
    results = Results({s.key(): make_result(s) for s in all_runs(["noise"], tier)})
    (told,) = summarised("noise", results, tier).answer
    assert "no conclusions are drawn" in told
    assert "F1 at 4 points is 0." in told
    standard = TIERS["standard"]
    full = Results({s.key(): make_result(s) for s in all_runs(["noise"], standard)})
    assert summarised("noise", full, standard) == EXPERIMENTS["noise"].summarise(full, standard)


def test_the_standard_tier_takes_at_most_eight_hours_of_one_core() -> None:
    assert total_seconds(robustness.runs(TIERS["standard"])) < 8 * 3600


def test_the_whole_curve_with_all_answers_has_room_in_twelve_megabytes() -> None:
    folder, tier = resource("help/study/robustness"), TIERS["standard"]
    size = {p: p.stat().st_size for p in folder.rglob("*") if p.is_file()}
    done = len(list((folder / "runs").glob("*.json")))
    grows = sum(n for p, n in size.items() if p.parent != folder or p.name == "runs.csv")
    whole = grows * len(robustness.runs(tier)) / done + sum(size.values()) - grows
    assert whole < 12e6
