import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv.spectra.line_widths import line_widths_points
from nmrquanv.spectra.lineshapes import lorentzian
from nmrquanv.spectra.noise import Noise, _medians, noise_sigma, row_medians
from nmrquanv.spectra.noise_correlation import noise_correlation


@pytest.mark.parametrize("size", [4, 7, 40])
def test_medians_of_stretches_are_medians_and_too_few_tell_nothing(size: int) -> None:
    values = np.random.default_rng(size).normal(size=size)
    ends = np.array([(a, b) for a in range(size) for b in range(a, size + 1)])
    found = _medians(values, *ends.T)
    wanted = [np.median(values[a:b]) if b - a >= 4 else np.nan for a, b in ends]
    np.testing.assert_allclose(found, wanted, rtol=1e-15)


@pytest.mark.parametrize("shape", [(0, 8), (1, 1), (3, 2), (5, 7), (40, 128), (9, 515)])
def test_medians_of_rows_are_numpys(shape: tuple[int, int]) -> None:
    rows = np.round(np.random.default_rng(4).normal(size=shape), 2)  # some of them alike
    assert (row_medians(rows) == np.median(rows, axis=1)).all()


def zero_filled_noise(rng, points, filling, lb=0.0):
    """Real part of a spectrum of unit-variance noise: correlated as zero filling makes it."""
    td = points // filling
    fid = rng.normal(size=td) + 1j * rng.normal(size=td)
    window = np.exp(-lb * np.arange(td) / td)
    return np.fft.fft(fid * window, points).real / np.sqrt((window**2).sum())


@pytest.mark.parametrize("filling", [1, 2, 4])
@pytest.mark.parametrize("lb", [0.0, 3.0])
def test_sigma_is_right_whatever_the_zero_filling(filling, lb):
    rng = np.random.default_rng(filling)
    trace = 7.0 * zero_filled_noise(rng, 32768, filling, lb)
    assert noise_sigma(trace) == pytest.approx(7.0, rel=0.06)


def test_sigma_survives_a_rolling_baseline_and_tall_lines():
    rng = np.random.default_rng(0)
    x = np.arange(32768.0)
    trace = zero_filled_noise(rng, x.size, 2) + 400 * np.sin(x / 3000)
    for center in rng.uniform(0, x.size, 80):
        trace = trace + lorentzian(x, 5e4, center, 6.0)
    assert noise_sigma(trace) == pytest.approx(1.0, rel=0.6)


def test_sigma_ignores_a_zero_padded_stretch():
    rng = np.random.default_rng(1)
    trace = zero_filled_noise(rng, 16384, 1)
    trace[:6000] = 0.0
    assert noise_sigma(trace) == pytest.approx(1.0, rel=0.1)


def test_sigma_of_a_constant_trace_is_positive():
    assert noise_sigma(np.ones(1000)) > 0
    assert noise_sigma(np.zeros(1000)) > 0


@given(scale=st.floats(1e-6, 1e9))
@settings(max_examples=20, deadline=None)
def test_sigma_scales_with_the_trace(scale):
    trace = np.random.default_rng(2).normal(size=4096)
    assert noise_sigma(scale * trace) == pytest.approx(scale * noise_sigma(trace), rel=1e-9)


def test_widths_are_those_of_the_lines_and_not_of_noise_on_them():
    rng = np.random.default_rng(3)
    x = np.arange(65536.0)
    for fwhm, height in ((5.0, 500.0), (90.0, 50.0)):
        trace = zero_filled_noise(rng, x.size, 2)
        for center in np.linspace(2000, 63000, 25):
            trace = trace + lorentzian(x, height, center, fwhm)
        widths = line_widths_points(trace)
        assert np.median(widths) == pytest.approx(fwhm, rel=0.25)


@pytest.mark.parametrize("filled", [1, 2, 4])
def test_lines_narrower_than_a_point_are_seen_and_wiggles_are_not(filled):
    """Lines of an FID that ends long before they have decayed, a few broad ones beside them."""
    td = 8192
    t = np.arange(td)
    places = np.linspace(200.3, 7900.7, 12)
    fid = sum(np.exp((2j * np.pi * place - 0.6) * t / td) for place in places)
    for place in (1500, 3500, 5500):
        fid = fid + 5.0 * np.exp((2j * np.pi * place - 60.0 * np.pi) * t / td)
    fid[0] *= 0.5
    trace = np.fft.fft(fid, filled * td).real
    trace += zero_filled_noise(np.random.default_rng(6), trace.size, filled) * 50.0
    widths = line_widths_points(trace)
    assert widths.size >= 9
    assert 0.4 * filled <= np.percentile(widths, 20) <= max(1.7, 1.5 * filled)


def test_noise_alone_has_no_clear_line():
    trace = zero_filled_noise(np.random.default_rng(4), 32768, 1)
    assert line_widths_points(trace).size <= 10


def test_correlation_follows_the_zero_filling():
    rng = np.random.default_rng(5)
    white = zero_filled_noise(rng, 65536, 1)
    filled = zero_filled_noise(rng, 65536, 4)
    assert abs(noise_correlation(white, noise_sigma(white))[1]) < 0.08
    # real part of a fourfold filled causal signal: sin(pi/2) / (pi/2) at lag 1
    assert noise_correlation(filled, noise_sigma(filled))[1] == pytest.approx(0.637, abs=0.05)


def test_uneven_noise_of_millions_of_points_is_seen_where_it_is() -> None:
    size = 4_000_000
    louder = np.where(np.arange(size) < size // 4, 3.0, 1.0)
    trace = np.random.default_rng(5).normal(0, 1, size) * louder
    noise = Noise.of(trace)
    assert noise.sigma == pytest.approx(1.0, rel=0.03)
    middle = noise.profile[[size // 8, size // 2, 7 * size // 8]]
    np.testing.assert_allclose(middle, [3.0, 1.0, 1.0], rtol=0.08)
