"""Wiggles of a cut FID are told from lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.second.hard_kinds import second_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.scoring import assigned, score
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Limits
from nmrquanv.spectra.wiggles import with_wiggles

SI, SW_HZ, SF = 16384, 4000.0, 400.0
LOOSE = Limits(6.0, 0.0, 0.0)


def spectrum_of(lines, td, width_hz, seed=0):
    """Return the spectrum of an FID of ``td`` points, cut; lines are Hz and sigma."""
    t = np.arange(td) / SW_HZ
    fid = np.zeros(td, dtype=complex)
    for hz, snr in lines:
        decay = np.exp(-np.pi * width_hz * t)
        fid += snr * np.sqrt(td) / decay.sum() * np.exp(-2j * np.pi * hz * t) * decay
    fid += np.random.default_rng(seed).normal(size=(td, 2)) @ np.array([1, 1j])
    fid[0] *= 0.5
    data = np.fft.fftshift(np.fft.fft(fid, SI)) / np.sqrt(td)
    return Spectrum(data, Axis(SI, SW_HZ, SF, 0.5 * SW_HZ / SF), time_points=td)


def told(spectrum, model):
    found = find_peaks(spectrum, model)
    return found, [p for p in found if p.peak_class == "wiggle"]


@pytest.mark.parametrize("model", ["classical", "quanv"])
def test_wiggles_of_a_cut_fid_are_classed_so_and_not_shown(model):
    lines = [(-700.0, 900.0), (-200.0, 500.0), (300.0, 1500.0), (310.0, 60.0), (900.0, 700.0)]
    found, wiggles = told(spectrum_of(lines, 2048, 0.4), model)
    assert len(wiggles) > 10
    shown = [p for p in found if LOOSE.passes(p, 0.0)]
    for hz, _ in lines:
        assert min(abs(p.ppm * SF - hz) for p in shown) < 0.3
    assert len(shown) < len(lines) + 0.3 * len(wiggles)
    parents = {round(p.parent_ppm * SF) for p in wiggles}
    assert parents <= {round(hz) for hz, _ in lines}


@pytest.mark.parametrize("model", ["classical", "quanv"])
def test_small_lines_beside_tall_ones_are_no_wiggles_where_all_has_died_away(model):
    lines = [(300.0, 1500.0), (303.2, 90.0), (306.4, 60.0), (295.0, 80.0)]
    _, wiggles = told(spectrum_of(lines, 8192, 1.0), model)
    assert wiggles == []


@pytest.mark.parametrize("model", ["classical", "quanv"])
def test_a_few_small_lines_that_do_not_recur_are_no_wiggles(model):
    """The FID is cut, but so few lines beside a tall one, at no even distance, are the sample's."""
    lines = [(-600.0, 3000.0), (0.0, 3000.0), (600.0, 3000.0), (26.3, 500.0), (-33.1, 450.0)]
    found, _ = told(spectrum_of(lines, 4096, 0.9), model)
    shown = [p for p in found if LOOSE.passes(p, 0.0)]
    for hz, _ in lines:
        assert min(abs(p.ppm * SF - hz) for p in shown) < 0.5


@pytest.mark.parametrize("number", [2, 5])
def test_wiggles_that_point_down_or_are_few_beside_each_line_are_explained_too(number):
    """Multiplets of another hand's simulator: a hundred wiggles, or a few beside each line."""
    made = second_spectrum("truncated", number)
    found, wiggles = told(made.spectrum, "quanv")
    axis = made.spectrum.axis
    shown = found.passing(PRESETS["all"])
    judged = score(shown, made.lines, axis, made.sigma)
    assert judged.n_false <= 4  # the faintest ones, and a pair that is taken for one line
    assert judged.n_right > 10 * judged.n_false
    lines_of, _ = assigned([p.ppm for p in wiggles], made.lines, axis, made.sigma)
    assert len(wiggles) > 10
    assert set(lines_of) == {None}


def test_wiggles_a_hundred_periods_from_a_tall_line_are_explained_too():
    """Their height falls with the distance alone, and several lines' add up."""
    made = second_spectrum("truncated", 0, 33110)
    _, wiggles = told(made.spectrum, "quanv")
    axis = made.spectrum.axis
    period = axis.sw_hz / made.spectrum.time_points
    far = [p for p in wiggles if abs(p.ppm - p.parent_ppm) * axis.sf_mhz > 85.0 * period]
    assert len(far) > 10
    lines_of, _ = assigned([p.ppm for p in far], made.lines, axis, made.sigma)
    assert sum(line is not None for line in lines_of) <= 1  # one line is as low as they are


def test_a_line_that_the_judge_is_sure_of_is_no_wiggle():
    """What stands where a wiggle would, and as tall, is asked of the finder."""
    made = spectrum_of([(-700.0, 900.0), (300.0, 1500.0), (900.0, 700.0)], 2048, 0.4)
    found, wiggles = told(made, "quanv")
    some = wiggles[0].id
    asked = [
        replace(p.called("signal"), confidence=0.95 if p.id == some else 0.1)
        if p.peak_class == "wiggle"
        else p
        for p in found
    ]
    again = {p.id: p.peak_class for p in with_wiggles(asked, made)}
    assert again.pop(some) == "signal"
    assert sum(c == "wiggle" for c in again.values()) == len(wiggles) - 1
