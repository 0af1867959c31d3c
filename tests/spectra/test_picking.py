from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.lineshapes import lorentzian
from nmrquanv.spectra.picking import pick_classical, signs
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.thresholds import Thresholds

SHOWN = Thresholds()

AXIS = Axis(16384, 6000.0, 500.0, 11.0)


def spectrum_of(lines, sample=None, seed=0):
    x = np.arange(float(AXIS.size))
    y = np.random.default_rng(seed).normal(size=AXIS.size)
    for ppm, height in lines:
        y = y + lorentzian(x, height, AXIS.point(ppm), 6.0)
    return Spectrum(y, AXIS, sample or Sample(nucleus="1H"))


def test_isolated_lines_are_found_to_a_tenth_of_a_point():
    found = pick_classical(spectrum_of([(7.0, 900), (3.5, 300), (1.2, 50)])).passing(SHOWN)
    assert [round(p.ppm, 3) for p in found] == pytest.approx([7.0, 3.5, 1.2], abs=0.002)
    tall = found.peaks[0]
    assert tall.ppm == pytest.approx(7.0, abs=0.1 * AXIS.point_ppm)
    assert tall.height == pytest.approx(900, rel=0.02)
    assert tall.fwhm_hz == pytest.approx(6 * AXIS.point_hz, rel=0.1)
    assert tall.snr == pytest.approx(900, rel=0.1)
    assert tall.confidence is None


def test_nothing_but_noise_gives_next_to_nothing():
    assert all(len(pick_classical(spectrum_of([], seed=s)).passing(SHOWN)) == 0 for s in range(5))


def test_a_region_limits_the_search():
    spectrum = spectrum_of([(7.0, 900), (3.5, 300)])
    assert len(pick_classical(spectrum, region=(8.0, 6.0)).passing(SHOWN)) == 1
    assert len(pick_classical(spectrum, region=(6.0, 8.0)).passing(SHOWN)) == 1


def test_auto_looks_for_negative_lines_only_where_there_are_some():
    assert signs(spectrum_of([(7.0, 900)])) == (1.0,)
    assert signs(spectrum_of([(7.0, 900), (3.0, -400)])) == (1.0, -1.0)
    program = Sample(nucleus="13C", pulse_program="dept135")
    assert signs(spectrum_of([(7.0, 900)], program)) == (1.0, -1.0)


def test_a_gap_between_lines_is_no_negative_line():
    """However deep: here deeper than the lines beside it are tall, the tallest stand far off."""
    x, y = np.arange(float(AXIS.size)), spectrum_of([]).data
    for at, height in [(30, 4500.0), (50, 4500.0), (70, 4500.0), (90, 8000.0)]:
        y = y + lorentzian(x, height, 8000 - at, 6.0) + lorentzian(x, height, 8000 + at, 6.0)
    assert signs(Spectrum(y, AXIS)) == (1.0,)
    down = y - lorentzian(x, 2500.0, 2000, 6.0)
    assert signs(Spectrum(down, AXIS)) == (1.0, -1.0)


def test_a_phase_error_is_no_negative_line():
    x = np.arange(float(AXIS.size))
    u = (x - 8000) / 3.0
    noise = np.random.default_rng(0).normal(size=x.size)
    dispersive = 5000 * (0.95 - 0.3 * u) / (1 + u * u) + noise
    assert signs(Spectrum(dispersive, AXIS)) == (1.0,)


def test_signs_on_request_and_refused():
    spectrum = spectrum_of([(7.0, 900), (3.0, -400)])
    heights = [p.height for p in pick_classical(spectrum, polarity="both").passing(SHOWN)]
    assert heights == pytest.approx([900, -400], rel=0.02)
    negative = pick_classical(spectrum, polarity="negative").passing(SHOWN).peaks
    assert [p.ppm for p in negative] == pytest.approx([3.0], abs=0.002)
    assert negative[0].area < 0
    with pytest.raises(ValueError, match="polarity"):
        signs(spectrum, "upwards")


def test_solvent_is_marked():
    sample = Sample(nucleus="1H", solvent="CDCl3")
    found = pick_classical(spectrum_of([(7.26, 500), (3.5, 300)], sample)).passing(SHOWN)
    assert [p.peak_class for p in found] == ["solvent", "signal"]
    bare = replace(sample, solvent="")
    assert all(p.peak_class == "signal" for p in pick_classical(spectrum_of([(7.26, 500)], bare)))
