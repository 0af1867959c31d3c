"""Where the parts of a sample put a line: a Gaussian in parts against the true one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import voigt_profile

from nmrquanv.spectra.fitting.spread import GAUSS_NODES, GAUSS_SHARES, Spread


@pytest.mark.parametrize("deviation", [0.1, 0.2, 0.35, 0.5])
def test_a_lorentzian_spread_by_a_gaussian_is_a_voigt_line(deviation):
    width = 10.0
    x = np.linspace(-60.0, 60.0, 1201)
    line = Spread.gaussian(deviation * width).line(x, width)
    true = voigt_profile(x, deviation * width, 0.5 * width)
    assert line / line.max() == pytest.approx(true / true.max(), abs=0.0007)


def test_parts_of_a_gaussian_have_its_mean_and_variance():
    assert GAUSS_SHARES.sum() == pytest.approx(1.0)
    mean, variance = GAUSS_SHARES @ GAUSS_NODES, GAUSS_SHARES @ GAUSS_NODES**2
    assert mean == pytest.approx(0.0, abs=1e-12)
    assert variance == pytest.approx(1.0, abs=0.01)
