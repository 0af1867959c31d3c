"""Convolutions with fewer products: the same sums, window by window."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.models.dilated import Dilated, WindowRows

RNG = np.random.default_rng(3)


def direct(x: np.ndarray, taps: np.ndarray, bias: np.ndarray, dilation: int) -> np.ndarray:
    """Return the rectified answer to one window (points, in), tap by tap."""
    reach = dilation * (len(taps) - 1) // 2
    padded = np.pad(x, ((reach, reach), (0, 0)))
    sums = bias + sum(
        padded[k * dilation : k * dilation + len(x)] @ tap for k, tap in enumerate(taps)
    )
    return np.maximum(sums, 0)


@pytest.mark.parametrize("width", [1, 3, 5, 7, 9, 11, 15])
@pytest.mark.parametrize("dilation", [1, 3, 8])
@pytest.mark.parametrize(("count", "points"), [(1, 32), (4, 200), (7, 203)])
def test_each_window_is_answered_for_itself(
    width: int, dilation: int, count: int, points: int
) -> None:
    taps, bias = RNG.normal(size=(width, 6, 4)), RNG.normal(size=4)
    layer = Dilated.of(taps, bias, dilation)
    windows = WindowRows(count, points, gap=layer.reach + 5)
    x = np.zeros((layer.rows(windows), 6))
    windows.inside(x)[:] = RNG.normal(size=(count, points, 6))
    answer = layer(x, windows)
    for seen, told in zip(windows.inside(x), windows.inside(answer), strict=True):
        np.testing.assert_allclose(told, direct(seen, taps, bias, dilation), atol=1e-10)
    windows.inside(answer)[:] = 0
    assert not answer.any()  # the next convolution wants zeros between windows


def test_an_array_that_is_given_is_written_into_where_windows_are() -> None:
    layer = Dilated.of(RNG.normal(size=(7, 6, 4)), RNG.normal(size=4), 2)
    windows = WindowRows(5, 200, gap=layer.reach)
    x = np.zeros((layer.rows(windows), 6))
    windows.inside(x)[:] = RNG.normal(size=(5, 200, 6))
    given = np.zeros((len(x), 4))
    windows.inside(given)[:] = np.nan  # what an earlier layer has left
    answer = layer(x, windows, given)
    assert answer is given
    np.testing.assert_array_equal(answer, layer(x, windows))


def test_width_seven_takes_a_third_of_the_products() -> None:
    layer = Dilated.of(np.ones((7, 2, 2)), np.zeros(2), 1)
    answers, products = layer.after.shape
    assert products / answers < 7 / 3


def test_too_few_rows_are_refused() -> None:
    layer = Dilated.of(RNG.normal(size=(7, 2, 3)), np.zeros(3), 4)
    windows = WindowRows(2, 50, gap=layer.reach)
    with pytest.raises(ValueError, match="rows do not hold"):
        layer(np.zeros((layer.rows(windows) - 1, 2)), windows)
    narrow = WindowRows(2, 50, gap=layer.reach - 1)
    with pytest.raises(ValueError, match="reach of 12"):
        layer(np.zeros((1000, 2)), narrow)
