"""Intervals and paired tests against scipy and against data whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nmrquanv.statistics import (
    bootstrap_mean,
    estimate,
    paired,
    partial_correlation,
    poisson_upper,
    share,
    spread,
    wilson,
)

NUMBERS = st.lists(st.floats(-10, 10), min_size=3, max_size=12).filter(lambda x: np.ptp(x) > 1e-3)


@given(NUMBERS)
def test_an_estimate_is_scipys_t_interval(values):
    found = estimate(values)
    low, high = stats.t.interval(
        0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values)
    )
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.n == len(values)


def test_one_value_has_no_interval_and_none_is_an_error():
    assert not estimate([0.5]).has_interval
    with pytest.raises(ValueError, match="at least one"):
        estimate([])


@given(NUMBERS)
def test_the_paired_test_is_scipys(values):
    first = np.array(values)
    second = first[::-1] * 0.5 + 1.0
    if np.ptp(first - second) < 1e-6:
        return
    assert paired(first, second).p == pytest.approx(stats.ttest_rel(first, second).pvalue)


def test_relative_differences_are_taken_seed_by_seed():
    found = paired([1.1, 2.2, 3.3], [1.0, 2.0, 3.0])
    assert found.relative.mean == pytest.approx(0.1)
    assert found.relative.sd == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(ValueError, match="equally many"):
        paired([1.0], [1.0, 2.0])


def test_the_interval_of_a_spread_covers_the_truth_in_95_of_100_cases():
    rng = np.random.default_rng(0)
    found = [spread(rng.normal(0, 2.0, 6).tolist()) for _ in range(1000)]
    assert np.mean([s.low <= 2.0 <= s.high for s in found]) == pytest.approx(0.95, abs=0.025)


def test_without_controls_it_is_spearmans_correlation():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 50))
    y = y + x
    r, low, high = partial_correlation(x, y)
    assert r == pytest.approx(stats.spearmanr(x, y).statistic)
    assert low < r < high


def test_a_common_cause_makes_no_partial_correlation():
    rng = np.random.default_rng(2)
    cause = rng.normal(size=2000)
    x, y = cause + 0.3 * rng.normal(size=2000), cause + 0.3 * rng.normal(size=2000)
    assert partial_correlation(x, y)[0] > 0.8
    # ranks of a sum are not linear in the ranks of its parts: a little is left
    assert abs(partial_correlation(x, y, [cause])[0]) < 0.1
    assert math.isnan(partial_correlation(np.ones(20), np.arange(20))[0])


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


def test_the_interval_of_shares_stays_within_0_and_1() -> None:
    for values in ([0.99, 1.0, 0.9], [0.0, 0.02, 0.2], [0.4, 0.5, 0.6]):
        whole, cut = estimate(values), share(values)
        assert 0.0 <= cut.low <= cut.mean <= cut.high <= 1.0
        assert (cut.mean, cut.sd, cut.n) == (whole.mean, whole.sd, whole.n)
        assert cut.low == max(0.0, whole.low)
        assert cut.high == min(1.0, whole.high)
    assert not share([0.5]).has_interval


@pytest.mark.parametrize(("hits", "total"), [(0, 10), (7, 10), (10, 10), (93, 100)])
def test_wilsons_interval_is_scipys(hits, total):
    known = stats.binomtest(hits, total).proportion_ci(0.95, method="wilson")
    found = wilson(hits, total)
    assert (found.value, found.low, found.high) == pytest.approx(
        (hits / total, known.low, known.high)
    )


def test_wilsons_interval_takes_means_of_counts():
    between = wilson(7.5, 10)
    assert wilson(7, 10).low < between.low < wilson(8, 10).low
    assert math.isnan(wilson(0, 0).value)
