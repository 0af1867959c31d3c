"""Sidebands are told from lines where all tall lines of a spectrum have them."""

from __future__ import annotations

import pytest

from nmrquanv.bench.second.hard_kinds import second_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.scoring import assigned
from nmrquanv.spectra.sidebands import with_sidebands

SF = 500.0
AXIS = Axis(32768, 5000.0, SF, 10.0)


def peak(hz: float, snr: float) -> Peak:
    return Peak(hz / SF, 10.0 * snr, snr=snr, fwhm_hz=0.9, ppm_err=1e-5)


def told(peaks: list[Peak]) -> dict[float, float]:
    """Return the parents (Hz) of sidebands (Hz)."""
    found = with_sidebands(peaks, AXIS)
    return {
        round(p.ppm * SF, 1): round((p.parent_ppm or 0.0) * SF, 1)
        for p in found
        if p.peak_class == "sideband"
    }


LINES = [(600.0, 5000.0), (607.0, 4000.0), (1400.0, 3000.0), (2100.0, 8000.0), (3300.0, 2500.0)]


def test_weak_copies_of_every_line_at_one_distance_are_its_sidebands():
    lines = [peak(*line) for line in LINES]
    copies = [peak(hz + side * 50.0, 0.01 * snr) for hz, snr in LINES for side in (1, -1)]
    others = [peak(1450.8, 40.0), peak(2000.0, 90.0), peak(3349.8, 200.0)]
    found = told([*lines, *copies, *others])
    assert found == {hz + side * 50.0: hz for hz, _ in LINES for side in (1, -1)}


def test_outer_lines_of_alike_multiplets_are_none_where_singlets_have_no_such_pair():
    """Three isopropyl groups have the same coupling, and outer lines of 5 % beside the tallest."""
    septet = [1, 6, 15, 20, 15, 6, 1]
    peaks = [
        peak(middle + 7.0 * (k - 3), 50.0 * n)
        for middle in (900.0, 1300.0, 1700.0)
        for k, n in enumerate(septet)
    ]
    singlets = [peak(hz, 3000.0) for hz in (2500.0, 2700.0, 3100.0)]
    assert told([*peaks, *singlets]) == {}


def test_one_pair_beside_one_line_is_the_samples():
    lines = [peak(*line) for line in LINES]
    assert told([*lines, peak(1450.0, 30.0), peak(1350.0, 30.0)]) == {}


def test_what_a_person_added_stays_what_it_is():
    copies = [peak(hz + side * 50.0, 0.01 * snr) for hz, snr in LINES for side in (1, -1)]
    own = Peak(650.0 / SF, 500.0, snr=50.0, fwhm_hz=0.9, source="added")
    found = told([*[peak(*line) for line in LINES], *copies[1:], own])
    assert 650.0 not in found
    assert len(found) == 9


def test_hum_beside_the_lines_of_another_hands_simulator_is_found_and_nothing_else():
    made = second_spectrum("artefacts", 1)
    peaks = find_peaks(made.spectrum, "classical")
    lines_of, counted = assigned([p.ppm for p in peaks], made.lines, made.spectrum.axis, made.sigma)
    sidebands = [k for k, p in enumerate(peaks) if p.peak_class == "sideband"]
    assert len(sidebands) > 20
    for k in sidebands:
        line = lines_of[k]
        assert line is None or not counted[line]
        away = abs(peaks.peaks[k].ppm - (peaks.peaks[k].parent_ppm or 0.0)) * SF
        assert away == pytest.approx(50.0 * SF / made.spectrum.axis.sf_mhz, abs=1.0)
