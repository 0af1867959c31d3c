"""One height for each spectrum that a relative minimum height refers to."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.spectrum import Sample, Spectrum

AXIS = Axis(16384, 4000.0, 400.0, 9.5)


def made(lines: dict[float, float], solvent: str = "CDCl3", sigma: float = 0.01) -> Spectrum:
    ppm = AXIS.all_ppm()
    trace = sum(h / (1 + ((ppm - p) * 400.0) ** 2) for p, h in lines.items())
    noise = np.random.default_rng(0).normal(0, sigma, AXIS.size)
    return Spectrum(trace + noise, AXIS, Sample("1H", solvent))


def test_it_is_the_tallest_line_outside_solvent_and_water() -> None:
    spectrum = made({7.26: 500.0, 1.56: 300.0, 3.1: 20.0, 5.0: 7.0})
    assert reference_height(spectrum) == pytest.approx(20.0, rel=0.01)


def test_without_a_known_solvent_nothing_is_left_out() -> None:
    assert reference_height(made({7.26: 500.0, 3.1: 20.0}, "")) == pytest.approx(500.0, rel=0.01)


def test_negative_lines_count() -> None:
    assert reference_height(made({3.1: -40.0, 5.0: 7.0})) == pytest.approx(40.0, rel=0.01)


def test_a_spike_of_one_point_is_no_line() -> None:
    spectrum = made({3.1: 20.0})
    trace = spectrum.trace.copy()
    trace[9000] = 900.0
    spiked = Spectrum(trace, AXIS, spectrum.sample)
    assert reference_height(spiked) == reference_height(spectrum)


def test_excluded_regions_are_left_out() -> None:
    spectrum = made({3.1: 20.0, 5.0: 7.0})
    assert reference_height(spectrum, [(3.5, 2.5)]) == pytest.approx(7.0, rel=0.02)


def test_noise_alone_and_solvent_alone_have_one_too() -> None:
    assert 0.01 < reference_height(made({5.0: 0.0})) < 0.06
    alone = reference_height(made({7.26: 500.0}))
    assert 0.01 < alone < 5.0  # noise, and the solvent's feet outside its band
    assert reference_height(Spectrum(np.zeros(AXIS.size), AXIS)) == 0.0


def test_where_everything_is_excluded_the_whole_trace_counts() -> None:
    assert reference_height(made({3.1: 20.0}), [(20.0, -20.0)]) == pytest.approx(20.0, rel=0.01)
