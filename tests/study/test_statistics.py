"""Intervals, paired tests and laws against scipy and against data whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nmrquanv.study.statistics import (
    estimate,
    fit_laws,
    paired,
    partial_correlation,
    spread,
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


PEAKS = np.repeat(np.arange(1, 13), 3)


@pytest.mark.parametrize(
    ("truth", "name", "last"),
    [
        (lambda n: 0 * n + 0.1, "constant", 0.1),
        (lambda n: 0.02 * n - 0.05, "linear", 0.02),
        (lambda n: 0.002 * np.exp(0.4 * n), "exponential", 0.4),
        (lambda n: 0.2 * np.exp(-0.5 * n), "exponential", -0.5),
    ],
)
def test_the_law_that_made_the_gap_is_found(truth, name, last):
    rng = np.random.default_rng(3)
    gap = truth(PEAKS.astype(float)) + 0.004 * rng.normal(size=PEAKS.size)
    fitted = fit_laws(PEAKS, gap)
    best = min(fitted, key=lambda law: law.bic)
    assert best.name == name
    assert best.parameters[-1] == pytest.approx(last, rel=0.1)
    assert best.low <= last <= best.high
    assert best.at(PEAKS) == pytest.approx(truth(PEAKS.astype(float)), abs=0.01)


def test_noise_alone_does_not_pin_alpha():
    gap = 0.01 * np.random.default_rng(4).normal(size=PEAKS.size)
    _, _, exponential = fit_laws(PEAKS, gap)
    assert exponential.low < 0 < exponential.high
    with pytest.raises(ValueError, match="5 values"):
        fit_laws([1, 2], [0.1, 0.2])
