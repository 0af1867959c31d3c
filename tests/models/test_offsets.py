"""Lines that stand on an offset, in a dip or on a rolling baseline are found as on a flat one."""

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.spectrum import Spectrum

POINTS = 8192
X = np.arange(POINTS)
HEIGHTS = {3000: 1.0, 5000: 0.9, 6500: 0.8}
DISH = -1.5 * np.sin(np.pi * X / POINTS)
DIP = -5000.0 * np.exp(-(((X - 5000) / 2500.0) ** 2))


def _spectrum(height, noise, ground):
    trace = sum(height * h / (1 + ((X - at) / 3.0) ** 2) for at, h in HEIGHTS.items())
    trace = trace + ground + np.random.default_rng(1).normal(0, noise, POINTS)
    return Spectrum.from_arrays(np.linspace(10, 0, POINTS), trace, sf_mhz=400.0, nucleus="1H")


@pytest.mark.parametrize("model", ["quanv", "cnn", "classical"])
@pytest.mark.parametrize(
    ("height", "noise", "ground"),
    [(1.0, 1e-4, -1.1), (1.0, 1e-4, 1000.0), (1.0, 1e-4, DISH), (300.0, 1.0, DIP)],
    ids=["below zero", "far above", "dish", "dip"],
)
def test_lines_are_as_tall_wherever_the_trace_lies(model, height, noise, ground):
    found = nq.find_peaks(_spectrum(height, noise, ground), model)
    at = [(10 - p.ppm) / 10 * (POINTS - 1) for p in found]
    assert at == pytest.approx(list(HEIGHTS), abs=1.0)
    share = [p.height / height for p in found]
    assert share == pytest.approx(list(HEIGHTS.values()), rel=0.06)


def test_negative_lines_above_zero_are_found():
    found = nq.find_peaks(_spectrum(-300.0, 1.0, 1000.0), "quanv", polarity="both")
    assert [p.height / -300.0 for p in found] == pytest.approx(list(HEIGHTS.values()), rel=0.06)


def test_a_least_height_refers_to_heights_above_the_level():
    heights = [reference_height(_spectrum(1.0, 1e-4, ground)) for ground in (0.0, -7.0, 1000.0)]
    assert heights == pytest.approx([1.0, 1.0, 1.0], rel=0.01)
