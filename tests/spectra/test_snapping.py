from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.noise import Noise
from nmrquanv.spectra.snapping import floors_of, height_at, measured, snapped, uphill
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds

AXIS = Axis(16384, 4000.0, 400.0, 10.0)
HZ = 1 / 400.0


def lorentzians(*lines: tuple[float, float], fwhm_hz: float = 2.0) -> Spectrum:
    hz = AXIS.all_ppm() * AXIS.sf_mhz
    trace = sum(h / (1 + ((hz - p * AXIS.sf_mhz) / (fwhm_hz / 2)) ** 2) for p, h in lines)
    return Spectrum(np.asarray(trace), AXIS)


@settings(deadline=None)  # the first call loads scipy
@given(st.floats(1.0, 9.0), st.sampled_from([-40.0, 40.0]), st.floats(-1.5, 1.5))
def test_a_click_near_a_line_finds_top_height_width_and_area(ppm, height, off_hz) -> None:
    spectrum = lorentzians((ppm, height))
    at = snapped(spectrum, ppm + off_hz * HZ, 2.5 * HZ)
    assert at == pytest.approx(ppm, abs=0.05 * AXIS.point_ppm)
    peak = measured(spectrum, at, Noise(0.5, np.full(AXIS.size, 0.5)))
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


def noisy(*parts) -> Spectrum:
    ppm = np.linspace(10.0, 0.0, 8192)
    trace = np.random.default_rng(0).normal(0.0, 1.0, ppm.size)
    return Spectrum.from_arrays(ppm, trace + sum(part(ppm) for part in parts), sf_mhz=400.0)


def lorentzian(at: float, height: float, half_ppm: float):
    return lambda ppm: height / (1.0 + ((ppm - at) / half_ppm) ** 2)


def hump(at: float, height: float, width_ppm: float):
    return lambda ppm: height * np.exp(-(((ppm - at) / width_ppm) ** 2))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_line_counts_from_what_it_stands_on_over_the_noise_where_it_stands(sign) -> None:
    lines = lorentzian(5.0, sign * 100, 0.004), lorentzian(0.5, sign * 100, 0.004)
    spectrum = noisy(*lines, hump(5.0, sign * 1000, 2.0))
    for at in (5.0, 0.5):
        peak = measured(spectrum, snapped(spectrum, at, 0.005), spectrum.noise)
        assert peak.height == pytest.approx(sign * 100.0, rel=0.06)
        assert peak.snr == pytest.approx(100.0, rel=0.15)
        assert peak.fwhm_hz == pytest.approx(3.2, rel=0.15)


def test_a_line_that_a_person_adds_has_the_height_and_snr_that_a_search_gives_it() -> None:
    lines = lorentzian(5.0, 100.0, 0.004), lorentzian(2.5, 60.0, 0.006)
    spectrum = noisy(*lines, hump(5.0, 1000.0, 2.0), lambda ppm: 40.0 * np.sin(ppm))
    first, second = find_peaks(spectrum, "quanv").passing(Thresholds())
    for found in (first, second):
        added = measured(spectrum, snapped(spectrum, found.ppm, 0.003), spectrum.noise)
        assert added.height == pytest.approx(found.height, rel=0.1)
        assert added.snr == pytest.approx(found.snr, rel=0.1)


@pytest.mark.parametrize("click", [5.0, 4.97, 5.04, 4.584])
def test_a_line_broader_than_the_floor_reaches_counts_from_its_valleys(click) -> None:
    spectrum = noisy(hump(5.0, 500.0, 0.5))
    at = snapped(spectrum, click, 0.01)
    for is_on_top in (True, False):
        peak = measured(spectrum, at, spectrum.noise, is_on_top=is_on_top)
        height = 500.0 * np.exp(-(((at - 5.0) / 0.5) ** 2))
        assert peak.height == pytest.approx(height, rel=0.05)


def test_a_place_where_nothing_stands_is_within_the_noise() -> None:
    spectrum = noisy(lorentzian(5.0, 5000.0, 0.004))
    for at in (1.0, 2.0, 4.0, 8.0):
        peak = measured(spectrum, snapped(spectrum, at, 0.01), spectrum.noise)
        assert peak.snr < 6.0


def test_places_of_a_list_are_measured_as_each_alone() -> None:
    axis = Axis(65_536, 8000.0, 400.0, 10.0)
    ppm = axis.all_ppm()
    rng = np.random.default_rng(5)
    trace = rng.normal(size=ppm.size) + hump(2.0, 300.0, 1.5)(ppm) + hump(-4.0, 40.0, 0.3)(ppm)
    for at, height in zip(rng.uniform(-9, 9, 40), rng.normal(0, 200, 40), strict=True):
        trace += lorentzian(at, height, 0.004)(ppm)
    spectrum = Spectrum(trace, axis)
    floors = floors_of(spectrum)
    ends = float(ppm[0]), float(ppm[3]), float(ppm[-1])
    clicks = [float(snapped(spectrum, at, 0.01)) for at in rng.uniform(-9.9, 9.9, 20)]
    for at in (*ends, -4.0, *clicks, *rng.uniform(-9.9, 9.9, 20)):
        alone = measured(spectrum, at, spectrum.noise)
        listed = measured(spectrum, at, spectrum.noise, floors=floors)
        assert listed.height == pytest.approx(alone.height, rel=1e-9, abs=1e-9)
        assert listed.snr == pytest.approx(alone.snr, rel=1e-9, abs=1e-9)
        assert (listed.fwhm_hz or 0.0) == pytest.approx(alone.fwhm_hz or 0.0, rel=1e-9)
