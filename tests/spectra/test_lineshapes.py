import numpy as np
import pytest

from nmrquanv.spectra.lineshapes import gaussian, lorentzian, pseudo_voigt, pseudo_voigt_area

X = np.linspace(-4000, 4000, 800_001)


@pytest.mark.parametrize("shape", [lorentzian, gaussian])
def test_height_and_width_are_as_named(shape):
    y = shape(X, 3.0, 10.0, 8.0)
    assert y.max() == pytest.approx(3.0)
    assert X[np.argmax(y)] == pytest.approx(10.0, abs=1e-6)
    assert np.ptp(X[y >= 1.5]) == pytest.approx(8.0, abs=0.03)


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_area_is_the_integral(eta):
    numeric = np.trapezoid(pseudo_voigt(X, -2.0, 0.0, 5.0, eta), X)
    analytic = pseudo_voigt_area(np.array(-2.0), np.array(5.0), np.array(eta))
    assert numeric == pytest.approx(float(analytic), rel=2e-3)
