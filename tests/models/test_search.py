"""Which windows are worth a look: the matched filter is the gate."""

import numpy as np

from nmrquanv.models import windows as win
from nmrquanv.models.search import LEAST_SNR, matched_snr
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum

_POINTS, _AT, _NARROW = 8192, 4000, 3.0
"""Of a trace whose narrow lines are three points wide."""


def _snr(added, seed=7):
    """Return the grid's matched-filter S/N of noise with something added, and where the line is."""
    trace = np.random.default_rng(seed).normal(size=_POINTS) + added
    spectrum = Spectrum(trace, Axis(_POINTS, 1000.0, 500.0, 5.0), Sample("1H"))
    grid = win.grids(spectrum, _NARROW)[0]
    snr = matched_snr(win.features(grid), win.STANDARD)
    at = round(_AT * grid.trace.size / _POINTS)
    return snr, snr[at - 6 : at + 7].max()


def _line(height, fwhm):
    return height / (1.0 + (2.0 * (np.arange(_POINTS) - _AT) / fwhm) ** 2)


def test_a_line_stands_out_further_than_any_of_its_points():
    seen = [_snr(_line(4.0, 2 * _NARROW), seed)[1] for seed in range(8)]
    assert np.median(seen) > 1.5 * 4.0 > LEAST_SNR


def test_a_spike_of_one_point_is_not():
    spike = np.zeros(_POINTS)
    spike[_AT] = 5.0
    assert _snr(spike)[1] < LEAST_SNR


def test_noise_is_left_alone():
    snr, _ = _snr(0.0)
    starts = win.window_starts(snr.size)[1:-2]
    speaks = [snr[s : s + win.WINDOW_POINTS].max() > LEAST_SNR for s in starts]
    assert np.mean(speaks) < 0.1


def test_a_broad_roll_under_the_noise_is_no_line():
    roll = 30.0 * np.sin(np.arange(_POINTS) / 1500.0)
    snr, _ = _snr(roll)
    assert np.mean(snr[500:-500] > LEAST_SNR) < 0.01
