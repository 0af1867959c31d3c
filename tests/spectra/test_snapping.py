from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.snapping import height_at, measured, snapped, uphill
from nmrquanv.spectra.spectrum import Spectrum

AXIS = Axis(16384, 4000.0, 400.0, 10.0)
HZ = 1 / 400.0


def lorentzians(*lines: tuple[float, float], fwhm_hz: float = 2.0) -> Spectrum:
    hz = AXIS.all_ppm() * AXIS.sf_mhz
    trace = sum(h / (1 + ((hz - p * AXIS.sf_mhz) / (fwhm_hz / 2)) ** 2) for p, h in lines)
    return Spectrum(np.asarray(trace), AXIS)


@given(st.floats(1.0, 9.0), st.sampled_from([-40.0, 40.0]), st.floats(-1.5, 1.5))
def test_a_click_near_a_line_finds_top_height_width_and_area(ppm, height, off_hz) -> None:
    spectrum = lorentzians((ppm, height))
    at = snapped(spectrum, ppm + off_hz * HZ, 2.5 * HZ)
    assert at == pytest.approx(ppm, abs=0.05 * AXIS.point_ppm)
    peak = measured(spectrum, at, sigma=0.5)
    assert peak.height == pytest.approx(height, rel=0.01)
    assert peak.fwhm_hz == pytest.approx(2.0, rel=0.02)
    assert peak.area == pytest.approx(np.pi / 2 * height * 2.0, rel=0.03)
    assert peak.snr == pytest.approx(80, rel=0.01)


def test_the_tallest_of_several_within_reach_is_meant() -> None:
    spectrum = lorentzians((5.0, 1.0), (5.0 - 8 * HZ, -10.0))
    assert snapped(spectrum, 5.0 - HZ, 10 * HZ) == pytest.approx(5.0 - 8 * HZ, abs=0.2 * HZ)
    assert snapped(spectrum, 5.0 - HZ, 2 * HZ) == pytest.approx(5.0, abs=0.2 * HZ)


def test_on_a_slope_without_a_top_the_click_counts() -> None:
    spectrum = lorentzians((5.0, 1.0))
    assert snapped(spectrum, 5.0 - 10 * HZ, 2 * HZ) == 5.0 - 10 * HZ
    free = measured(spectrum, 5.0 - HZ, None, is_on_top=False)
    assert free.height == pytest.approx(0.5, rel=0.01)
    assert (free.fwhm_hz, free.area, free.snr) == (None, None, None)


def test_a_line_with_a_neighbour_is_measured_on_its_free_side() -> None:
    spectrum = lorentzians((5.0, 10.0), (5.0 - 3 * HZ, 9.0))
    peak = measured(spectrum, snapped(spectrum, 5.0, HZ))
    assert peak.fwhm_hz == pytest.approx(2.0, rel=0.15)


def test_a_line_between_two_neighbours_has_no_width() -> None:
    spectrum = lorentzians((5.0 + 1.8 * HZ, 10.0), (5.0, 10.0), (5.0 - 1.8 * HZ, 10.0))
    assert measured(spectrum, snapped(spectrum, 5.0, 0.5 * HZ)).fwhm_hz is None


@pytest.mark.parametrize("ppm", [10.0, 0.0, 12.0, -3.0])
def test_at_and_beyond_the_ends_of_the_axis_nothing_breaks(ppm) -> None:
    spectrum = lorentzians((5.0, 10.0))
    assert snapped(spectrum, ppm, 0.01) == pytest.approx(ppm, abs=0.01)
    assert np.isfinite(measured(spectrum, ppm).height)


def test_the_height_is_interpolated_between_points() -> None:
    spectrum = Spectrum(np.array([0.0, 2.0, 6.0, 0.0]), Axis(4, 4.0, 1.0, 3.0))
    assert height_at(spectrum, 2.0) == 2.0
    assert height_at(spectrum, 1.5) == 4.0
    assert height_at(spectrum, 9.0) == 0.0


def test_uphill_leads_to_the_top_of_a_flank_and_from_noise_nowhere() -> None:
    axis = Axis(4096, 4096.0, 400.0, 9.0)
    ppm, at = axis.all_ppm(), axis.ppm(2000)
    trace = 100.0 / (1 + ((ppm - at) * 400.0 / 5.0) ** 2)
    spectrum = Spectrum(trace, axis)
    for off_hz in (-8.0, -4.0, 4.0, 8.0):
        assert uphill(spectrum, at + off_hz / 400.0) == pytest.approx(at, abs=1e-4)
    assert uphill(spectrum, at + 60.0 / 400.0) is None
