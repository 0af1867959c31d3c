"""Bumps in the feet of lines are told from lines: all tall lines of a spectrum have them."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.bench.kinds import BENCHMARK_SEED, benchmark_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.feet import with_feet
from nmrquanv.spectra.lineshapes import lorentzian
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.scoring import assigned
from nmrquanv.spectra.spectrum import Spectrum

AXIS = Axis(32768, 5000.0, 500.0, 10.0)
LINES = [(600.0, 5000.0), (607.0, 4000.0), (1400.0, 3000.0), (2100.0, 8000.0), (3300.0, 2500.0)]
BUMP_HZ, SHARE, FWHM_HZ = 5.0, 0.02, 0.9


def made(lines: list[tuple[float, float]]) -> tuple[Spectrum, list[Peak]]:
    """Return a spectrum of lines (Hz, height) over a noise of 1, and its peaks."""
    y = np.random.default_rng(0).normal(size=AXIS.size)
    x = np.arange(float(AXIS.size))
    for hz, height in lines:
        y += lorentzian(x, height, AXIS.point(hz / AXIS.sf_mhz), FWHM_HZ / AXIS.point_hz)
    peaks = [Peak(hz / AXIS.sf_mhz, height, snr=height, fwhm_hz=FWHM_HZ) for hz, height in lines]
    return Spectrum(y, AXIS), peaks


def told(lines: list[tuple[float, float]]) -> dict[float, float]:
    """Return the parents (Hz) of the bumps (Hz)."""
    spectrum, peaks = made(lines)
    return {
        round(p.ppm * AXIS.sf_mhz, 1): round((p.parent_ppm or 0.0) * AXIS.sf_mhz, 1)
        for p in with_feet(peaks, spectrum)
        if p.peak_class == "artefact"
    }


def test_a_bump_that_all_tall_lines_have_is_none_of_the_sample() -> None:
    bumps = [(hz + BUMP_HZ, SHARE * height) for hz, height in LINES]
    found = told([*LINES, *bumps, (1410.0, 90.0), (2094.0, 200.0)])
    assert {hz for hz, _ in bumps if hz != 605.0} <= set(found)  # that one is under a tall line
    assert not {1410.0, 2094.0} & set(found)
    assert all(found[hz + BUMP_HZ] == hz for hz, _ in LINES if hz + BUMP_HZ in found)


def test_a_narrow_bump_on_the_slope_of_each_line_is_none_of_the_sample() -> None:
    """Close by, a third as wide as the line, on a tail that falls as fast as the bump rises."""
    away, width = 2.5, 0.3
    spectrum, peaks = made(LINES)
    x, y = np.arange(float(AXIS.size)), spectrum.trace.copy()
    for hz, height in LINES:
        at = AXIS.point((hz + away) / AXIS.sf_mhz)
        y += lorentzian(x, SHARE * height, at, width / AXIS.point_hz)
        bump = Peak((hz + away) / AXIS.sf_mhz, SHARE * height, snr=SHARE * height, fwhm_hz=width)
        peaks.append(bump)
    found = with_feet(peaks, Spectrum(y, AXIS))
    assert [p.peak_class for p in found] == ["signal"] * len(LINES) + ["artefact"] * len(LINES)
    alone = with_feet([*peaks[: len(LINES)], peaks[-1]], Spectrum(spectrum.trace, AXIS))
    assert alone[-1].peak_class == "signal"


def test_a_weak_line_beside_one_tall_line_is_the_samples() -> None:
    assert told([*LINES, (1405.0, 60.0)]) == {}
    assert told([*LINES, (1405.0, 60.0), (2105.0, 1000.0)]) == {}


def test_what_a_person_added_stays_what_it_is() -> None:
    spectrum, peaks = made([*LINES, *[(hz + BUMP_HZ, SHARE * height) for hz, height in LINES]])
    own = Peak(1405.0 / AXIS.sf_mhz, 60.0, snr=60.0, fwhm_hz=FWHM_HZ, source="added")
    found = with_feet([own, *peaks], spectrum)
    assert found[0] == own


def test_a_bump_in_a_region_is_explained_by_lines_outside() -> None:
    spectrum, _ = made([*LINES, *[(hz + BUMP_HZ, SHARE * height) for hz, height in LINES]])
    whole = {p.ppm: p.peak_class for p in pick_classical(spectrum)}
    middle = (2100.0 + BUMP_HZ) / AXIS.sf_mhz
    part = pick_classical(spectrum, region=(middle + 0.005, middle - 0.005))
    assert [p.peak_class for p in part] == ["artefact"]
    assert all(p.peak_class == whole[p.ppm] for p in part)


@pytest.mark.slow
def test_feet_of_measured_fields_are_found_and_no_line_with_them() -> None:
    spectrum = benchmark_spectrum(BENCHMARK_SEED, "measured", 11)
    peaks = find_peaks(spectrum.spectrum, "classical")
    feet = [p for p in peaks if p.peak_class == "artefact"]
    assert len(feet) >= 5
    axis = spectrum.spectrum.axis
    lines_of, counted = assigned([p.ppm for p in feet], spectrum.lines, axis, spectrum.sigma)
    assert all(line is None or not counted[line] for line in lines_of)
