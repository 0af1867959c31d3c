"""The short form of ``fuzz_pick.py``, and what broke before."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import SearchError
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds

FUZZ = runpy.run_path(str(Path(__file__).with_name("fuzz_pick.py")))
FINDERS = FUZZ["FINDERS"]


def spectrum(data):
    return Spectrum(np.asarray(data), Axis(len(data), 4000.0, 400.0, 10.0))


@pytest.mark.slow
@pytest.mark.parametrize("finder", FINDERS)
def test_hostile_spectra_end_in_a_list_or_a_named_error(finder):
    find_peaks(spectrum(np.random.default_rng(0).normal(size=64)), finder)  # libraries are loaded
    cases = FUZZ["hostile"](FUZZ["SHORT"])
    faults = {c.name: f for c in cases if (f := FUZZ["fault_of"](c, finder))}
    assert faults == {}


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("size", [2, 7, 16, 31])
def test_too_few_points_are_refused_with_what_to_do(finder, size):
    with pytest.raises(SearchError, match=rf"only {size} points.*larger size"):
        find_peaks(spectrum(np.arange(size, dtype=float)), finder)


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("size", [32, 127, 16384])
def test_a_ramp_or_an_exponential_has_no_peaks(finder, size):
    for data in (np.arange(size), np.exp(-np.arange(size) * 9.0 / size)):
        assert len(find_peaks(spectrum(data), finder).passing(Thresholds())) == 0


@pytest.mark.parametrize("finder", FINDERS)
def test_lines_are_found_whatever_the_intensities_are_counted_in(finder):
    x, rng = np.arange(4096), np.random.default_rng(3)
    data = 300.0 / (1 + ((x - 1500) / 4) ** 2) + rng.normal(size=x.size)
    plain = find_peaks(spectrum(data), finder)
    assert len(plain.passing(Thresholds(min_height=0.1))) == 1
    for exponent in (-1000, 980):
        peaks = find_peaks(spectrum(np.ldexp(data, exponent)), finder)
        assert [p.ppm for p in peaks] == [p.ppm for p in plain]
        assert [p.snr for p in peaks] == [p.snr for p in plain]
        assert [p.height for p in peaks] == [np.ldexp(p.height, exponent) for p in plain]


def test_noise_is_known_of_a_spectrum_of_any_size():
    rng = np.random.default_rng(5)
    for size in range(2, 40):
        assert 0 < spectrum(rng.normal(size=size)).noise.sigma < 5
    sigmas = [spectrum(rng.normal(size=100)).noise.sigma for _ in range(50)]
    assert 0.7 < np.median(sigmas) < 1.1
