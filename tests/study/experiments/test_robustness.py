"""The specification curve: a designed sample, and a sign that hangs on one known choice."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nmrquanv.statistics import holm
from nmrquanv.study import EXPERIMENT_NAMES
from nmrquanv.study.data.resampling import two_way
from nmrquanv.study.experiments import robustness
from nmrquanv.study.experiments.specification import factors, pair, settings
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


def test_holm_corrects_step_by_step() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])


def test_it_stands_apart_from_all() -> None:
    from nmrquanv.study.experiments.registry import chosen

    assert "robustness" in EXPERIMENT_NAMES
    assert "robustness" not in chosen("all")
