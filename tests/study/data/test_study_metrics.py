"""The study's figures against brute force and against answers whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from nmrquanv.study.data.datasets import PRESETS, Spectra, make
from nmrquanv.study.data.study_metrics import (
    Answers,
    count_f1,
    distances,
    f1,
    matched,
    measure,
    spectrum_f1,
    tuned_threshold,
)


def _hard(count: int = 200) -> Spectra:
    return make(PRESETS["hard"], count, 9)


def _truth(spectra: Spectra, shift: float = 0.0) -> Answers:
    score = np.where(spectra.is_line, 0.9, 0.1)
    return Answers(spectra.points + shift, score)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 20.0), st.booleans())
def test_matching_is_the_greatest_there_is(seed: int, tolerance: float, own: bool) -> None:
    rng = np.random.default_rng(seed)
    line, is_line = rng.uniform(0, 50, (5, 6)), rng.random((5, 6)) < 0.7
    position, score = rng.uniform(0, 50, (5, 7)), rng.random((5, 7))
    allowed = rng.uniform(0.1, tolerance + 0.1, (5, 6)) if own else tolerance
    found = Answers(position, score).above(0.3)
    counts = matched(found, line, is_line, allowed)
    for row in range(5):
        said = position[row][score[row] > 0.3]
        within = np.abs(said[:, None] - line[row]) <= np.broadcast_to(allowed, (5, 6))[row]
        within &= is_line[row]
        i, j = linear_sum_assignment(~within)
        assert counts[row] == within[i, j].sum()


def test_perfect_answers_have_perfect_figures() -> None:
    spectra = _hard()
    figures = measure(_truth(spectra), spectra, 0.5)
    for name in ("f1_1", "f1_8", "f1_half_fwhm", "match_rate", "count_accuracy", "mask_f1"):
        assert figures[name] == 1.0
    assert figures["mae_points"] == figures["median_points"] == 0.0


def test_a_shift_costs_exactly_the_tolerances_below_it() -> None:
    spectra = make(PRESETS["easy"], 200, 9)
    figures = measure(_truth(spectra, shift=3.0), spectra, 0.5)
    assert figures["f1_1"] == figures["f1_2"] == 0.0
    assert figures["f1_4"] == figures["f1_8"] == 1.0
    assert figures["mae_points"] == pytest.approx(3.0)
    # Half a width is 3 to 5 points.
    assert figures["f1_half_fwhm"] == pytest.approx(1.0, abs=0.01)


def test_two_answers_at_one_line_are_one_right_and_one_false() -> None:
    spectra = make(PRESETS["easy"].changed([("n_max", 1)]), 50, 0)
    place = spectra.points[:, :1]
    answers = Answers(np.hstack((place, place + 0.5)), np.ones((50, 2)))
    figures = measure(answers, spectra, 0.5)
    assert figures["f1_4"] == pytest.approx(2 / 3)
    assert figures["precision_4"] == pytest.approx(0.5)
    assert figures["recall_4"] == 1.0
    assert figures["count_accuracy"] == 0.0
    assert figures["mae_points"] == 0.0
    assert figures["mae_assigned_points"] == 0.0


def test_always_answering_four_peaks_gives_the_floor_on_hard() -> None:
    counts = np.array([2, 3, 4, 5])
    assert count_f1(np.full(4, 4), counts) == pytest.approx(26 / 30)
    spectra = _hard(1000)
    assert measure(_truth(spectra), spectra, 0.5)["mask_f1_floor"] == pytest.approx(0.867, abs=0.01)


def test_no_answers_at_all_are_a_figure_too() -> None:
    spectra = _hard(20)
    figures = measure(_truth(spectra), spectra, 2.0)
    assert figures["f1_4"] == figures["match_rate"] == 0.0
    assert figures["mae_points"] is None
    nobody = Answers(np.zeros((20, 3)), np.full((20, 3), -np.inf))
    assert tuned_threshold(nobody, spectra) == (0.0, 0.0)


def test_the_tuned_threshold_separates_true_answers_from_false() -> None:
    spectra = _hard()
    rng = np.random.default_rng(0)
    position = np.hstack((spectra.points, rng.uniform(0, 199, (200, 6))))
    low = rng.uniform(0.0, 0.3, (200, 6))
    high = np.where(spectra.is_line, rng.uniform(0.4, 0.9, (200, 5)), -np.inf)
    threshold, value = tuned_threshold(Answers(position, np.hstack((high, low))), spectra)
    assert 0.29 <= threshold <= 0.43
    assert value > 0.97


def test_distances_are_of_the_pairs_with_the_least_sum() -> None:
    spectra = make(PRESETS["easy"].changed([("n_min", 2)]), 1, 0)
    left, right = spectra.points[0, :2]
    found = Answers(np.array([[right - 1.0, left + 2.0]]), np.ones((1, 2))).above(0.5)
    np.testing.assert_allclose(sorted(distances(found, spectra, np.inf)), [1.0, 2.0])
    np.testing.assert_allclose(distances(found, spectra, 1.5), [1.0])


def test_f1_of_each_spectrum_averages_to_about_that_of_all() -> None:
    spectra = _hard()
    rng = np.random.default_rng(1)
    answers = Answers(
        spectra.points + rng.normal(0, 3, (200, 5)), np.where(spectra.is_line, 1, 0.0)
    )
    each = spectrum_f1(answers, spectra, 0.5)
    assert each.shape == (200,)
    assert each.mean() == pytest.approx(f1(answers.above(0.5), spectra, 4.0), abs=0.02)
