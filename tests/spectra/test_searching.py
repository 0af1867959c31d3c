"""What a search leaves out whatever found it."""

import numpy as np

from nmrquanv.spectra.searching import stands_out


def test_a_broad_line_stands_out_and_a_slope_does_not():
    x = np.arange(4000.0)
    hump = 10.0 * np.exp(-(((x - 1000) / 120.0) ** 2))
    narrow = sum(300.0 / (1 + ((x - at) / 2.0) ** 2) for at in (820, 1010, 1190))
    slope = 0.05 * np.clip(x - 2500, 0, 600)
    seen = stands_out(hump + narrow + slope, np.array([1000.0, 2600.0]), np.array([200.0, 200.0]))
    assert seen.tolist() == [True, False]


def test_at_the_end_of_a_trace_one_side_is_asked():
    x = np.arange(400.0)
    assert stands_out(100.0 - 0.1 * x, np.array([5.0]), np.array([60.0])).tolist() == [True]
