"""The curve of a list's lines."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.progress import Cancelled
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.fitted_trace import fitted_trace, line_curve, lorentzian_part
from nmrquanv.spectra.lineshapes import pseudo_voigt, pseudo_voigt_area
from nmrquanv.spectra.peaks import Peak

AXIS = Axis(8192, 4000.0, 400.0, 9.5)
LINES = ((7.0, 50.0, 2.0, 1.0), (6.99, -20.0, 3.0, 0.4), (2.0, 5.0, 40.0, 0.0))
"""ppm, height, width in Hz, Lorentzian part."""


def peak(ppm: float, height: float, fwhm_hz: float, eta: float) -> Peak:
    area = float(pseudo_voigt_area(np.array(height), np.array(fwhm_hz), np.array(eta)))
    return Peak(ppm, height, fwhm_hz=fwhm_hz, area=area, finder="cnn")


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_height_width_and_area_tell_the_shape(eta) -> None:
    assert lorentzian_part(peak(5.0, -3.0, 1.5, eta)) == pytest.approx(eta)


def test_a_peak_without_an_area_is_a_lorentzian() -> None:
    assert lorentzian_part(Peak(5.0, 3.0, fwhm_hz=1.5)) == 1.0


def test_the_curve_is_the_sum_of_the_lines() -> None:
    hz = AXIS.all_ppm() * AXIS.sf_mhz
    true = sum(pseudo_voigt(hz, h, p * AXIS.sf_mhz, w, e) for p, h, w, e in LINES)
    fitted = fitted_trace(AXIS, [peak(*line) for line in LINES])
    assert fitted.values == pytest.approx(true, abs=50.0 * 3e-5)
    assert (fitted.lines, fitted.left_out) == (3, 0)


def test_peaks_without_a_width_are_counted_not_guessed() -> None:
    fitted = fitted_trace(AXIS, [Peak(5.0, 3.0)])
    assert (fitted.lines, fitted.left_out) == (0, 1)
    assert not fitted.values.any()


def test_lines_at_and_beyond_the_ends_are_drawn_as_far_as_the_axis_goes() -> None:
    high, low = AXIS.limits_ppm
    fitted = fitted_trace(AXIS, [peak(high + 1.0, 9.0, 2.0, 1.0), peak(low, 9.0, 2.0, 1.0)])
    assert fitted.values[-1] == pytest.approx(9.0, rel=1e-6)
    assert fitted.values.size == AXIS.size


def test_it_can_be_cancelled() -> None:
    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fitted_trace(AXIS, [peak(*LINES[0])], stop)


def test_lines_alone_add_up_to_the_sum_and_are_fine_where_they_bend() -> None:
    fitted = fitted_trace(AXIS, [peak(*line) for line in LINES])
    assert len(fitted.single) == fitted.lines == len(LINES)
    ppm = AXIS.all_ppm()
    together = sum(np.interp(ppm, one.ppm, one.values, 0.0, 0.0) for one in fitted.single)
    tallest = np.abs(fitted.values).max()
    assert np.abs(together - fitted.values).max() < 0.01 * tallest
    one = peak(*LINES[0])
    curve = line_curve(AXIS, one)
    assert curve.values.max() == pytest.approx(one.height)
    half = curve.ppm[curve.values >= 0.5 * one.height]
    assert half[-1] - half[0] == pytest.approx(curve.width_ppm, rel=0.1)
    assert curve.width_ppm == pytest.approx(one.fwhm_hz / AXIS.sf_mhz, rel=1e-6)
