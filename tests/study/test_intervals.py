"""Intervals cover what they say they cover."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nmrquanv.study.intervals import bootstrap_mean, poisson_upper, wilson


def test_bootstrap_intervals_cover_the_true_mean() -> None:
    rng = np.random.default_rng(4)
    trials, hits = 300, 0
    for _ in range(trials):
        f1 = rng.beta(8, 1, 25)  # skewed, as F1 is
        interval = bootstrap_mean([f1])
        assert interval.low <= interval.value <= interval.high
        hits += interval.low <= 8 / 9 <= interval.high
    assert 0.91 <= hits / trials <= 0.98


def test_groups_count_the_same_whatever_their_size() -> None:
    mean = bootstrap_mean([np.ones(10), np.zeros(30)])
    assert (mean.value, mean.low, mean.high) == (0.5, 0.5, 0.5)
    rng = np.random.default_rng(0)
    one = bootstrap_mean([rng.normal(size=40)])
    ten = bootstrap_mean([rng.normal(size=40) for _ in range(10)])
    ratio = (one.high - one.low) / (ten.high - ten.low)
    assert ratio == pytest.approx(math.sqrt(10), rel=0.3)


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    assert math.isnan(bootstrap_mean([[0.5]]).low)
    assert bootstrap_mean([[0.5]]).value == 0.5
    assert math.isnan(bootstrap_mean([[]]).value)
    assert math.isnan(wilson(0, 0).value)


def test_wilson_agrees_with_the_formula() -> None:
    z, n, p = 1.959964, 40, 38 / 40
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    interval = wilson(38, 40)
    assert interval.value == p
    assert (interval.low, interval.high) == pytest.approx((middle - reach, middle + reach))


def test_the_upper_limit_of_nothing_seen_is_three() -> None:
    assert poisson_upper(0) == pytest.approx(-math.log(0.05))
    # by definition: that few or fewer would be seen in 5 % of all cases
    limit = poisson_upper(3)
    seen = sum(math.exp(-limit) * limit**k / math.factorial(k) for k in range(4))
    assert seen == pytest.approx(0.05)
