"""A visible top is always marked, on the top; a hidden line only where the data determine it."""

import numpy as np
import pytest

from nmrquanv.bench.visible import judge
from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, Thresholds
from nmrquanv.spectra.spectrum import Spectrum

MODELS = ("quanv", "cnn")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "name", ["bruker_1h_menthol/10", "bruker_1h_aspirin_fidonly/1", "bruker_1h_cyclosporin/1"]
)
def test_a_visible_top_is_always_marked(examples, name, model):
    spectrum = read(examples / name).spectrum()
    peaks = find_peaks(spectrum, model)
    satellites = [p for p in peaks if p.peak_class == "satellite"]
    found = judge(spectrum, list(peaks.passing(Thresholds())), satellites)
    assert found.tall_unmarked == 0
    assert len(found.unmarked) <= 0.015 * found.tops
    assert len(found.nowhere) <= 0.035 * found.peaks
    assert len(found.doubled) <= 0.01 * found.peaks


def _field(lines, lopsided, seed=3):
    """Return a spectrum whose lines all have a weaker part beside them, as in a bad field."""
    td, si, sw_hz = 8192, 32768, 2000.0
    t = np.arange(td) / sw_hz
    rng = np.random.default_rng(seed)
    fid = sum(h * np.exp(2j * np.pi * f * t) for f, h in lines) * np.exp(-np.pi * 0.8 * t)
    fid = fid * (1 - lopsided + lopsided * np.exp(2j * np.pi * 0.55 * t - np.pi * 0.5 * t))
    fid = fid + 0.05 * (rng.normal(size=td) + 1j * rng.normal(size=td))
    data = np.fft.fftshift(np.fft.fft(fid * np.exp(-np.pi * 0.3 * t), si))
    return Spectrum(data[::-1], Axis(si, sw_hz, 500.0, 2.0), time_points=td)


@pytest.mark.parametrize("model", MODELS)
def test_one_lopsided_line_is_one_peak_however_strong(model):
    """False splits must not rise with the signal: what all lines share is no second line."""
    at = np.linspace(-800, 800, 14)
    for height in (0.5, 5.0, 50.0):
        spectrum = _field([(f, height) for f in at], 0.25)
        assert len(find_peaks(spectrum, model).passing(Thresholds())) == at.size


@pytest.mark.parametrize("model", MODELS)
def test_the_errors_grow_with_the_imperfection_of_the_lines(model):
    at = [(f, 20.0) for f in np.linspace(-800, 800, 14)]
    errors = [
        np.median([p.ppm_err for p in find_peaks(_field(at, share), model)]) for share in (0.0, 0.3)
    ]
    assert errors[1] > 3 * errors[0]


def test_confidence_never_hides_a_top():
    strict = Thresholds(min_confidence=0.9)
    assert strict.passes(Peak(1.0, 1.0, snr=100.0, confidence=0.2, top_ppm=1.0), 1.0)
    assert not strict.passes(Peak(1.0, 1.0, snr=100.0, confidence=0.2), 1.0)
