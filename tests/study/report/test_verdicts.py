"""The words follow from the intervals alone."""

import math

import numpy as np
import pytest

from nmrquanv.statistics import Estimate, estimate, spread
from nmrquanv.study.report.power import spread_power
from nmrquanv.study.report.verdicts import on_divergence, on_gain, on_more, on_threshold


def interval(low, high, n=10):
    return Estimate((low + high) / 2, low, high, 0.01, n)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.08, 0.14, "reproduced"),
        (0.15, 0.20, "reproduced"),
        (0.02, 0.06, "not reproduced"),
        (-0.02, 0.05, "not reproduced"),
        (-0.09, -0.03, "reversed"),
        (-0.05, 0.20, "undecided"),
    ],
)
def test_a_gain_of_11_percent(low, high, word):
    verdict = on_gain(interval(low, high), 0.11)
    assert verdict.word == word
    assert str(verdict).startswith(word)


def test_a_range_of_gains():
    assert "same size" in on_gain(interval(0.16, 0.30), 0.15, 0.25).reason
    assert "at least as large" in on_gain(interval(0.26, 0.30), 0.15, 0.25).reason
    assert on_gain(interval(0.02, 0.10), 0.15, 0.25).word == "not reproduced"


@pytest.mark.parametrize("value", [None, estimate([0.1, 0.2]), Estimate(math.nan, 0, 0, 0, 9)])
def test_too_few_seeds_decide_nothing(value):
    assert on_gain(value, 0.1).word == "cannot be compared"
    assert on_threshold(value, 0.1).word == "cannot be compared"
    assert on_more(value, "a", "b", 0.05).word == "cannot be compared"
    assert on_divergence(value, interval(0, 1)).word == "cannot be compared"


def test_a_limit():
    assert on_threshold(interval(0.031, 0.05), 0.03).word == "reproduced"
    assert on_threshold(interval(0.01, 0.02), 0.03).word == "not reproduced"
    assert on_threshold(interval(0.02, 0.05), 0.03).word == "undecided"


@pytest.mark.parametrize(
    ("cnn", "quanv", "word"),
    [
        ((0.1, 0.2), (-0.2, -0.1), "reproduced"),
        ((0.1, 0.2), (-0.1, 0.1), "reproduced"),
        ((0.1, 0.2), (0.1, 0.2), "not reproduced"),
        ((-0.2, -0.1), (-0.2, -0.1), "not reproduced"),
        ((-0.1, 0.1), (0.1, 0.2), "reversed"),
    ],
)
def test_divergence(cnn, quanv, word):
    assert on_divergence(interval(*cnn), interval(*quanv)).word == word


def test_more():
    assert on_more(interval(0.1, 0.2), "a", "b", 0.05).word == "reproduced"
    assert on_more(interval(-0.2, -0.1), "a", "b", 0.05).word == "reversed"
    assert on_more(interval(-0.1, 0.1), "a", "b", 0.05).word == "not reproduced"


def test_what_does_not_show_is_undecided_where_it_could_not_have_shown() -> None:
    wide = estimate([0.30, -0.20, 0.10, -0.15])
    for verdict in (on_more(wide, "a", "b", 0.05), on_divergence(wide, interval(-0.2, -0.1))):
        assert verdict.word == "undecided"
        assert verdict.power < 0.2
        assert f"(power {verdict.power:.2f} to see " in verdict.reason
    narrow = estimate([0.01, -0.01, 0.002, -0.002])
    verdict = on_divergence(narrow, interval(-0.2, -0.1))
    assert (verdict.word, verdict.power > 0.99) == ("not reproduced", True)


def test_the_power_of_a_spread_is_how_often_it_shows() -> None:
    rng = np.random.default_rng(0)
    seen = [
        on_threshold(spread(rng.normal(0, 1.5 * 0.03, 8)), 0.03).word == "reproduced"
        for _ in range(1500)
    ]
    assert spread_power(8, 1.5) == pytest.approx(np.mean(seen), abs=0.04)
    assert "(power 0.29 were it 0.045)" in on_threshold(interval(0.02, 0.05, 5), 0.03).reason


def test_an_undecided_gain_tells_its_power():
    wide = estimate([0.30, -0.10, 0.20, -0.05])
    verdict = on_gain(wide, 0.11)
    assert verdict.word == "undecided"
    assert 0.05 < verdict.power < 0.5
    assert f"(power {verdict.power:.2f})" in str(verdict)
    assert on_gain(estimate([0.12, 0.11, 0.10, 0.11]), 0.11).power > 0.99
    assert on_gain(estimate([0.1101, 0.11, 0.11, 0.11]), 0.11).power == 1.0
