import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv.models import regridding as res
from nmrquanv.models import windows as win
from nmrquanv.models.one_window import view_grid
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.spectrum import Spectrum


def lines_spectrum(td, si, hz, lb=1.0, sw=4000.0, noise=0.0, seed=0):
    """Complex spectrum of decays at frequencies (Hz from the carrier), highest ppm first."""
    t = np.arange(td) / sw
    fid = sum(np.exp((2j * np.pi * f - np.pi * lb) * t) for f in hz)
    rng = np.random.default_rng(seed)
    fid = fid + noise * (rng.normal(size=td) + 1j * rng.normal(size=td))
    # index 0 is the highest ppm in the package's order: frequencies fall along the array
    data = np.fft.fftshift(np.fft.fft(np.conj(fid), si))
    return Spectrum(data, Axis(si, sw, 400.0, 10.0), time_points=td)


def direct(td, hz, at, lb=1.0, sw=4000.0):
    """The real spectrum at given fractional points of an axis of ``size``, by direct summation."""
    t = np.arange(td) / sw
    fid = np.conj(sum(np.exp((2j * np.pi * f - np.pi * lb) * t) for f in hz))
    return np.array([np.sum(fid * np.exp(-2j * np.pi * f * t)).real for f in at])


@pytest.mark.parametrize("filling", [1, 2])
def test_resampling_is_exact_also_when_si_is_td(filling):
    td, hz = 1024, [311.7, -602.3]
    spectrum = lines_spectrum(td, filling * td, hz, lb=6.0)
    fine = res.resample(spectrum, 4 * td)
    frequency = (np.arange(4 * td) - 2 * td) / (4 * td) * 4000.0
    expected = direct(td, hz, frequency, lb=6.0)
    assert np.abs(fine - expected).max() < 1e-6 * np.abs(expected).max()


def test_a_signal_that_rings_to_its_end_is_not_cut_where_its_lines_beat():
    """Two lines half a period apart: what is left of both is nothing at four fifths of the time."""
    td, hz = 8192, [311.7, 311.7 + 0.625 * 4000.0 / 8192]
    spectrum = lines_spectrum(td, td, hz, lb=0.1)
    fine = res.resample(spectrum, 4 * td)
    frequency = (np.arange(4 * td) - 2 * td) / (4 * td) * 4000.0
    near = np.flatnonzero(np.abs(frequency + 311.7) < 20)
    expected = direct(td, hz, frequency[near], lb=0.1)
    assert np.abs(fine[near] - expected).max() < 0.02 * np.abs(expected).max()


def test_the_real_part_alone_would_be_another_spectrum_when_si_is_td():
    td, hz = 1024, [311.7]
    spectrum = lines_spectrum(td, td, hz, lb=6.0)
    real = spectrum.with_data(spectrum.trace)
    whole, half = res.resample(spectrum, 4 * td), res.resample(real, 4 * td)
    assert np.abs(whole - half).max() > 0.05 * whole.max()


def test_a_real_zero_filled_spectrum_is_resampled_well():
    td, hz = 1024, [311.7, -602.3]
    spectrum = lines_spectrum(td, 4 * td, hz, lb=6.0)
    real = spectrum.with_data(spectrum.trace)
    assert res.resample(real, 8 * td) == pytest.approx(
        res.resample(spectrum, 8 * td), abs=2e-3 * spectrum.trace.max()
    )


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_native_points_stay(factor):
    spectrum = lines_spectrum(512, 1024, [100.0, 700.3], noise=0.1)
    fine = res.resample(spectrum, factor * 1024)
    assert fine[::factor] == pytest.approx(spectrum.trace, abs=1e-9 * np.abs(spectrum.trace).max())


def test_a_coarse_grid_keeps_a_line_where_it_is_and_does_not_ring():
    spectrum = lines_spectrum(8192, 16384, [500.0], lb=0.5)
    coarse = res.resample(spectrum, 1024)
    axis = spectrum.axis.resized(1024)
    top = int(np.argmax(coarse))
    expected = spectrum.axis.ppm(float(np.argmax(spectrum.trace)))
    assert axis.ppm(float(top)) == pytest.approx(expected, abs=axis.point_ppm)
    away = np.abs(np.arange(1024) - top) > 12
    assert np.abs(coarse[away]).max() < 0.02 * coarse[top]


def test_narrow_lines_get_their_width_on_the_finest_grid():
    spectrum = lines_spectrum(8192, 32768, np.linspace(-1500, 1500, 12), lb=2.0, noise=0.3)
    narrow = win.narrow_width_points(spectrum)
    assert narrow == pytest.approx(2.0 / spectrum.axis.point_hz, rel=0.15)
    finest, coarser = win.grids(spectrum, narrow)[:2]
    assert 2.0 / finest.axis.point_hz == pytest.approx(win.FWHM_POINTS, rel=0.2)
    assert finest.axis.size / coarser.axis.size == pytest.approx(win.SCALE_RATIO, rel=0.02)


def test_noise_only_has_grids_of_sensible_size():
    rng = np.random.default_rng(0)
    data = rng.normal(size=16384) + 1j * rng.normal(size=16384)
    spectrum = Spectrum(data, Axis(16384, 5000.0, 500.0, 10.0))
    narrow = win.narrow_width_points(spectrum)
    assert 1000 < win.grids(spectrum, narrow)[0].axis.size < 1 << 21


def test_features_do_not_depend_on_the_intensity_scale():
    spectrum = lines_spectrum(2048, 4096, [100.0, -700.0], lb=3.0, noise=0.5)
    one = win.Grid(
        spectrum.trace, noise_sigma(spectrum.trace), spectrum.axis, np.ones(spectrum.axis.size)
    )
    big = win.Grid(1e7 * one.trace, 1e7 * one.sigma, one.axis, one.louder)
    assert win.features(one) == pytest.approx(win.features(big), abs=2e-4)
    assert np.isfinite(win.features(one)).all()


def test_the_floor_follows_a_rolling_baseline_and_not_a_negative_line():
    x = np.arange(8000.0)
    roll = 200 * np.sin(x / 900)
    floor = win.local_floor(roll + np.random.default_rng(0).normal(size=x.size))
    assert np.abs(floor - roll)[100:-100].max() < 30
    dip = np.random.default_rng(1).normal(size=x.size) - 5000 / (1 + ((x - 4000) / 4) ** 2)
    assert win.local_floor(dip).min() > -30


@given(first=st.integers(0, 4000), length=st.integers(1, 3000))
@settings(max_examples=40, deadline=None)
def test_windows_cover_the_region_and_come_back_in_place(first, length):
    size = 7001
    stop = min(size, first + length)
    starts = win.window_starts(size, first, stop)
    ramp = np.arange(size, dtype=np.float32)[None]
    cuts = win.cut(ramp, starts)
    assert cuts.shape[1:] == (1, win.WINDOW_POINTS)
    back = win.stitch(cuts[:, 0], starts, size)
    inside = np.arange(first, stop)
    assert back[inside] == pytest.approx(inside, abs=0.01)


def test_one_window_holds_exactly_the_region():
    spectrum = lines_spectrum(4096, 8192, [400.0], lb=4.0)
    centre = spectrum.axis.ppm(float(np.argmax(spectrum.trace)))
    grid, first = view_grid(spectrum, centre + 0.1, centre - 0.1)
    assert grid.axis.ppm(float(first)) == pytest.approx(centre + 0.1)
    assert grid.axis.ppm(first + 199.0) == pytest.approx(centre - 0.1)
    window = grid.trace[first : first + win.WINDOW_POINTS]
    assert abs(int(np.argmax(window)) - 99.5) <= 1.5
    assert window.max() == pytest.approx(spectrum.trace.max(), rel=0.02)


def test_a_view_at_the_end_of_the_spectrum_has_its_200_points():
    spectrum = lines_spectrum(4096, 8192, [400.0], lb=4.0)
    high, low = spectrum.axis.limits_ppm
    for region in ((high, high - 0.5), (low + 0.5, low), (high, low)):
        grid, first = view_grid(spectrum, *region)
        assert 0 <= first <= grid.trace.size - win.WINDOW_POINTS
        assert np.isfinite(grid.trace).all()


def test_louder_noise_is_made_as_loud_as_elsewhere_and_even_noise_left_alone():
    rng = np.random.default_rng(5)
    size = 65536
    noise = rng.normal(size=size) + 1j * rng.normal(size=size)
    place = np.linspace(0, 1, size, endpoint=False)
    profile = np.exp(0.6 * np.cos(2 * np.pi * 2 * place))
    even = Spectrum(noise, Axis(size, 8000.0, 500.0, 12.0))
    for spectrum, loudest in ((even, 1.0), (even.with_data(noise * profile), 3.3)):
        grid = win.grids(spectrum, win.FWHM_POINTS)[0]
        assert grid.louder.max() / grid.louder.min() == pytest.approx(loudest, rel=0.2)
        blocks = (grid.trace / grid.sigma)[: 256 * (grid.trace.size // 256)].reshape(256, -1)
        assert blocks.std(axis=1).max() < 1.35


@pytest.mark.parametrize("points", [200, 256])
def test_windows_of_any_length_cover_a_grid_and_come_back(points: int) -> None:
    ramp = np.arange(1500, dtype=np.float32)[None]
    starts = win.window_starts(1500, points=points)
    cuts = win.cut(ramp, starts, points)
    assert cuts.shape == (len(starts), 1, points)
    np.testing.assert_allclose(win.stitch(cuts[:, 0], starts, 1500), ramp[0], atol=0.01)
