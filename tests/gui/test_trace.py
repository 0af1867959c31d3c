from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.gui.plot.columns import Columns, covered, reach_beside
from nmrquanv.gui.plot.extremes import Extremes
from nmrquanv.spectra.processing import phase_trace


@given(st.integers(10, 5000), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_no_extreme_of_the_trace_is_lost(size, columns, seed) -> None:
    y = np.random.default_rng(seed).normal(size=size)
    groups = Extremes(y).groups(0, size - 1, columns)
    if size - 1 <= 3 * columns:
        assert groups is None
        return
    parts = [y[start : start + groups.length] for start in range(0, size, groups.length)]
    np.testing.assert_array_equal(groups.least, [part.min() for part in parts])
    np.testing.assert_array_equal(groups.greatest, [part.max() for part in parts])


def test_few_points_are_drawn_as_they_are() -> None:
    y = np.arange(100.0)
    assert Extremes(y).groups(20.4, 30.6, 1000) is None
    index, value = Extremes(y).points(20.4, 30.6)
    assert index[0] <= 20
    assert index[-1] >= 31
    np.testing.assert_array_equal(value, y[index.astype(int)])


def test_a_single_tall_point_is_seen_in_half_a_million() -> None:
    y = np.zeros(524_288)
    y[123_457] = 1.0
    groups = Extremes(y).groups(0, len(y) - 1, 1200)
    assert groups.greatest.max() == 1.0
    where = groups.middle + groups.length * groups.greatest.argmax()
    assert abs(where - 123_457) <= groups.length / 2
    assert len(groups.least) <= 2 * 1200 + 2


def test_panning_by_a_point_draws_the_same_groups() -> None:
    """Groups that move with the view make the picture shimmer."""
    y = np.random.default_rng(0).normal(size=100_000)
    first, second = (Extremes(y).groups(n, 90_000 + n, 500) for n in (1000, 1001))
    assert first.length == second.length
    assert (second.middle - first.middle) % first.length == 0
    ours, theirs = (set(zip(g.least, g.greatest, strict=True)) for g in (first, second))
    assert len(ours & theirs) > 0.98 * len(ours)


@given(st.integers(100, 20_000), st.integers(10, 60), st.integers(0, 2**32 - 1))
def test_every_stretch_has_its_extremes(size, columns, seed) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=size)
    extremes = Extremes(y)
    for first in rng.uniform(0, 0.7 * size, 5):
        last = first + rng.uniform(0.05, 0.3) * size
        inside = y[int(np.ceil(first)) : int(last) + 1]
        groups = extremes.groups(first, last, columns)
        if groups is None:
            index, value = extremes.points(first, last)
            np.testing.assert_array_equal(value, y[index.astype(int)])
            assert index[0] <= np.ceil(first)
            assert index[-1] >= np.floor(last)
            continue
        assert groups.greatest.max() >= inside.max()
        assert groups.least.min() <= inside.min()
        # what is drawn beyond the view is at most a group on either side
        assert groups.middle >= first - 2 - 2 * groups.length
        assert len(groups.least) * groups.length <= last - first + 4 * groups.length


@given(st.integers(2, 400), st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_columns_hold_all_that_falls_into_them_and_hang_together(count, width, seed) -> None:
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.uniform(0.3, 1.0, count)) - rng.uniform(0, 20)
    high = rng.normal(0, 50, count)
    low = high + rng.uniform(0, 9, count)
    columns = covered(x, high, low, width)
    assert columns.first == max(0, int(np.floor(x[0])))
    for column, up, down in zip(
        range(columns.first, width), columns.highest, columns.lowest, strict=False
    ):
        inside = (x >= column) & (x < column + 1)
        assert up <= min(high[inside], default=np.inf)
        assert down >= max(low[inside], default=-np.inf)
    assert (columns.highest[1:] <= columns.lowest[:-1]).all()
    assert (columns.highest[:-1] <= columns.lowest[1:]).all()


def test_a_line_between_columns_is_never_broken() -> None:
    columns = covered(np.array([0.5, 1.5, 2.5]), *2 * (np.array([10.0, 90.0, 20.0]),), 3)
    np.testing.assert_array_equal(columns.highest, [10.0, 50.0, 20.0])
    np.testing.assert_array_equal(columns.lowest, [50.0, 90.0, 55.0])


@pytest.mark.parametrize("around", [0, 1, 3, 6])
def test_what_is_near_a_column_counts(around) -> None:
    rng = np.random.default_rng(0)
    columns = Columns(4, rng.normal(size=30), rng.normal(size=30) + 5.0)
    highest, lowest = reach_beside(columns, 40, around)
    for at in range(40):
        near = slice(max(0, at - around - 4), max(0, at + around + 1 - 4))
        assert highest[at] == min(columns.highest[near], default=np.inf)
        assert lowest[at] == max(columns.lowest[near], default=-np.inf)


@pytest.mark.parametrize(("ph0", "ph1"), [(30.0, 0.0), (-90.0, 250.0), (0.0, -1e4)])
def test_previewed_phase_follows_the_recipes_rule(ph0, ph1) -> None:
    data = np.random.default_rng(1).normal(size=5000) + 1j * np.arange(5000)
    k = np.arange(data.size)
    expected = (data * np.exp(1j * np.deg2rad(ph0 + ph1 * k / data.size))).real
    np.testing.assert_allclose(phase_trace(data, ph0, ph1), expected, rtol=1e-9, atol=1e-6)
