from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.gui.plot.extremes import Extremes
from nmrquanv.spectra.processing import phase_trace


@given(st.integers(10, 5000), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_no_extreme_of_the_trace_is_lost(size, columns, seed) -> None:
    y = np.random.default_rng(seed).normal(size=size)
    index, value = Extremes(y).shown(0, size - 1, columns)
    assert value.max() == y.max()
    assert value.min() == y.min()
    assert (np.diff(index) >= 0).all()
    np.testing.assert_array_equal(value, y[index.astype(int)])


def test_few_points_are_drawn_as_they_are() -> None:
    y = np.arange(100.0)
    index, value = Extremes(y).shown(20.4, 30.6, 1000)
    assert index[0] <= 20
    assert index[-1] >= 31
    np.testing.assert_array_equal(value, y[index.astype(int)])


def test_a_single_tall_point_is_seen_in_half_a_million() -> None:
    y = np.zeros(524_288)
    y[123_457] = 1.0
    index, value = Extremes(y).shown(0, len(y) - 1, 1200)
    assert value.max() == 1.0
    assert len(index) <= 4 * 1200 + 4


def test_panning_by_a_point_draws_the_same_groups() -> None:
    """Groups that move with the view make the picture shimmer."""
    y = np.random.default_rng(0).normal(size=100_000)
    first = set(zip(*Extremes(y).shown(1000, 91_000, 500), strict=True))
    second = set(zip(*Extremes(y).shown(1001, 91_001, 500), strict=True))
    assert len(first & second) > 0.98 * len(first)


@given(st.integers(100, 20_000), st.integers(10, 60), st.integers(0, 2**32 - 1))
def test_every_stretch_has_its_extremes(size, columns, seed) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=size)
    extremes = Extremes(y)
    for first in rng.uniform(0, 0.7 * size, 5):
        last = first + rng.uniform(0.05, 0.3) * size
        index, value = extremes.shown(first, last, columns)
        inside = y[int(np.ceil(first)) : int(last) + 1]
        assert value.max() >= inside.max()
        assert value.min() <= inside.min()
        # what is drawn beyond the view is at most a group on either side
        assert index.min() >= first - 2 - 2 * size / columns
        np.testing.assert_array_equal(value, y[index.astype(int)])


@pytest.mark.parametrize(("ph0", "ph1"), [(30.0, 0.0), (-90.0, 250.0), (0.0, -1e4)])
def test_previewed_phase_follows_the_recipes_rule(ph0, ph1) -> None:
    data = np.random.default_rng(1).normal(size=5000) + 1j * np.arange(5000)
    k = np.arange(data.size)
    expected = (data * np.exp(1j * np.deg2rad(ph0 + ph1 * k / data.size))).real
    np.testing.assert_allclose(phase_trace(data, ph0, ph1), expected, rtol=1e-9, atol=1e-6)
