from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.signal import find_peaks, peak_prominences

from nmrquanv.spectra.extrema import maxima, prominent, valleys


def traces() -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 1, 5000)
    x = np.arange(5000.0)
    lines = sum(
        h / (1 + ((x - p) / w) ** 2) for p, h, w in rng.uniform([0, 5, 1], [5000, 90, 9], (60, 3))
    )
    smooth = np.convolve(noise, np.hanning(9) / 4, mode="same")
    steps = np.repeat(rng.integers(-4, 5, 700).astype(float), rng.integers(1, 9, 700))
    return [
        noise,
        noise + lines,
        smooth + lines,
        -lines + noise,
        np.sin(x / 30),
        steps,
        np.zeros(50),
    ]


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("least", [0.5, 4.0, 12.0])
def test_maxima_and_widths_are_those_of_scipy(number, least) -> None:
    trace = traces()[number]
    found, prominence, width = prominent(trace, least)
    right, shape = find_peaks(trace, prominence=least, width=0.0)
    np.testing.assert_array_equal(found, right)
    np.testing.assert_array_equal(prominence, shape["prominences"])
    np.testing.assert_array_equal(width, shape["widths"])


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("wlen", [101, 999])
def test_none_that_stands_out_within_a_stretch_is_left_out(number, wlen) -> None:
    trace = traces()[number]
    every = find_peaks(trace)[0]
    right = every[peak_prominences(trace, every, wlen=max(wlen, 2 * 64 + 3))[0] > 4.0]
    assert set(right) <= set(maxima(trace, 4.0))


def test_of_noise_hardly_any_is_looked_at() -> None:
    noise = np.random.default_rng(1).normal(0, 1, 200_000)
    assert maxima(noise, 12.0).size < 0.001 * find_peaks(noise)[0].size


def test_a_least_prominence_may_differ_from_point_to_point() -> None:
    trace = traces()[1]
    least = np.linspace(2.0, 20.0, trace.size)
    np.testing.assert_array_equal(
        prominent(trace, least)[0], find_peaks(trace, prominence=least, width=0.0)[0]
    )


@pytest.mark.parametrize("number", range(7))
def test_valleys_are_the_lowest_points_between(number) -> None:
    trace = traces()[number]
    maximum = find_peaks(trace)[0]
    right = [a + int(np.argmin(trace[a : b + 1])) for a, b in itertools.pairwise(maximum)]
    assert valleys(trace, maximum).tolist() == right
