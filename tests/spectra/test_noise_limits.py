"""Noise below the digits of a file, and noise between lines that leave no quiet stretch."""

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.spectra.calm import calm
from nmrquanv.spectra.noise import Noise
from nmrquanv.spectra.scope import notes_of
from nmrquanv.spectra.spectrum import Spectrum

POINTS = 8192


def _line(n, at, fwhm, height):
    return height / (1 + (2 * (np.arange(n) - at) / fwhm) ** 2)


def _spectrum(trace):
    ppm = np.linspace(10, 0, trace.size)
    return Spectrum.from_arrays(ppm, trace, sf_mhz=400.0, nucleus="1H")


def _noted(trace):
    return [note.kind for note in notes_of(_spectrum(trace), ())]


def _rounded(noise, step, seed=1):
    """Return two lines with noise of a strength in steps, in whole steps."""
    trace = _line(POINTS, 3000, 6, 1000.0) + _line(POINTS, 5000, 6, 300.0)
    trace += np.random.default_rng(seed).normal(0, noise, POINTS)
    return np.round(trace) * step


@pytest.mark.parametrize("noise", [0.05, 0.3, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("step", [1.0, 1e-3, 1e250, 1e-300])
def test_noise_below_the_digits_is_what_rounding_leaves(noise, step):
    seen = Noise.of(_rounded(noise, step))
    rounded = np.round(np.random.default_rng(2).normal(0, noise, POINTS)).std()
    # rounded feet of lines add to it
    assert 0.88 < seen.sigma / step / max(rounded, 12**-0.5) < 1.25
    assert seen.step / step == pytest.approx(1.0)
    assert np.ptp(seen.profile) == 0.0


@pytest.mark.parametrize("model", ["quanv", "classical"])
@pytest.mark.parametrize("noise", [0.3, 0.5])
def test_steps_of_the_digits_are_no_peaks_and_it_is_said(model, noise):
    found = nq.find_peaks(_spectrum(_rounded(noise, 1e-3)), model)
    assert [round(p.height, 1) for p in found] == [1.0, 0.3]
    assert any("export with more digits" in note for note in found.notes)


def test_digits_that_are_finer_than_the_noise_change_nothing():
    trace = _rounded(5.0, 1.0)
    assert Noise.of(trace).step == 0.0
    assert "digits" not in _noted(trace)
    # two values are no digits
    assert Noise.of((np.arange(POINTS) % 64 == 0) * 1.0).step == 0.0


@pytest.mark.parametrize(("n", "every", "fwhm"), [(4096, 12, 3), (1024, 28, 6), (8192, 30, 4)])
def test_lines_that_fill_a_trace_are_no_noise(n, every, fwhm):
    at = np.arange(every, n - every / 2, every)
    lines = sum(_line(n, place, fwhm, 500.0) for place in at)
    trace = lines + np.random.default_rng(2).normal(size=n)
    seen = Noise.of(trace)
    assert 0.7 < seen.sigma < 4.0
    assert seen.is_full
    assert "full" in _noted(trace)
    for model in ("quanv", "classical"):
        found = nq.find_peaks(_spectrum(trace), model)
        place = [(10 - p.ppm) / 10 * (n - 1) for p in found]
        assert place == pytest.approx(at.tolist(), abs=0.5)


def test_correlated_noise_between_lines_is_not_thought_smaller_than_it_is():
    """Zero-filled twice and apodized: neighbours differ by a fraction of the noise."""
    n, rng = 4096, np.random.default_rng(3)
    decay = np.exp(-2.0 * np.arange(n // 4) / (n // 4))
    fid = (rng.normal(size=n // 4) + 1j * rng.normal(size=n // 4)) * decay
    noise = np.fft.fft(fid, n).real
    noise /= noise.std()
    assert Noise.of(noise).sigma == pytest.approx(1.0, rel=0.15)
    assert not Noise.of(noise).is_full
    full = noise + sum(_line(n, at, 8, 300.0) for at in np.arange(20, n, 40))
    assert Noise.of(full).sigma > 0.7
    assert Noise.of(full).is_full


def _cut_fid(sigma):
    """Return (trace, points per period) of a FID that rings at its end; zero filled eight times."""
    n, rng = 8192, np.random.default_rng(3)
    t = np.arange(n)
    fid = sum(
        a * np.exp(2j * np.pi * f * t - t / 6000.0)
        for f, a in zip(rng.uniform(-0.45, 0.45, 40), rng.uniform(200.0, 9000.0, 40), strict=True)
    )
    fid = fid + rng.normal(0.0, 1.0, (n, 2)) @ [1.0, 1.0j]
    return np.fft.fft(fid, 8 * n).real * sigma / np.sqrt(n), 8.0


def test_wiggles_of_a_cut_fid_are_no_noise():
    trace, period = _cut_fid(2.0)
    assert Noise.of(trace).sigma > 2.5
    assert Noise.of(trace, period).sigma == pytest.approx(2.0, rel=0.08)


def test_a_window_takes_wiggles_and_halves_white_noise():
    x = np.arange(POINTS)
    assert np.abs(calm(np.cos(2 * np.pi * x / 8.0 + 1.0), 8.0)).max() < 1e-9
    white = np.random.default_rng(0).normal(size=8 * POINTS)
    assert calm(white, 2.0).var() == pytest.approx(0.5, rel=0.03)


def test_parts_of_a_long_trace_tell_what_the_whole_one_does(monkeypatch):
    """A tall line at the end of a part rings nowhere: the part goes to nothing there."""
    rng = np.random.default_rng(8)
    td, filled = 1 << 17, 4
    fid = rng.normal(size=td) + 1j * rng.normal(size=td)
    for place in np.linspace(-0.45, 0.45, 37):
        fid += 30.0 * np.exp((2j * np.pi * place - 0.7 / td) * np.arange(td))
    trace = np.fft.fft(fid, filled * td).real / np.sqrt(td)
    told = Noise.of(trace, float(filled)).sigma
    assert calm(trace, float(filled)).size < trace.size
    monkeypatch.setattr("nmrquanv.spectra.calm._PARTS", trace.size)
    assert calm(trace, float(filled)).size == trace.size
    assert told == pytest.approx(Noise.of(trace, float(filled)).sigma, rel=0.02)
    assert told == pytest.approx(1.0, rel=0.05)
    assert told < 0.9 * Noise.of(trace).sigma
