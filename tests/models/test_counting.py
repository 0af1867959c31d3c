"""Pairs and single lines through the whole finder, with the field learnt from the spectrum."""

from __future__ import annotations

import pytest

from nmrquanv.bench.second.hard_kinds import second_spectrum
from nmrquanv.bench.second.sites import CASES, site_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.scoring import score


@pytest.mark.parametrize(
    ("shape", "snr"),
    [("lopsided", 300.0), ("Voigt", 300.0), ("Voigt", 3000.0), ("Voigt", 30_000.0)],
)
def test_pairs_half_a_width_apart_are_two_and_broad_single_lines_one(shape, snr) -> None:
    made, sites = site_spectrum(shape, snr, 0)
    found = find_peaks(made.spectrum, "cnn").passing(PRESETS["all"]).peaks
    right = {case: [s.is_right(found) for s in sites if s.case == case] for case in (None, *CASES)}
    assert sum(right[None]) >= 11
    for case in CASES:
        assert sum(right[case]) >= 3, case


def test_errors_of_counted_lines_hold_the_shape(recwarn) -> None:
    made, sites = site_spectrum("lopsided", 3000.0, 0)
    found = find_peaks(made.spectrum, "cnn").passing(PRESETS["all"]).peaks
    singles = [s for s in sites if s.case is None]
    misses = []
    for site in singles:
        near = [p for p in found if abs(p.ppm - site.ppm[0]) < site.fwhm_ppm]
        assert len(near) == 1
        assert near[0].ppm_err is not None
        misses.append(abs(near[0].ppm - site.ppm[0]) / near[0].ppm_err)
        assert near[0].fwhm_hz == pytest.approx(site.fwhm_ppm * 500.0, rel=0.05)
    assert sorted(misses)[len(misses) // 2] < 2.5


def test_single_lines_in_a_lopsided_field_are_not_split_more_often_when_they_are_taller() -> None:
    extra = {}
    for snr in (300.0, 30_000.0):
        made, sites = site_spectrum("lopsided", snr, 1)
        found = find_peaks(made.spectrum, "cnn").passing(PRESETS["all"]).peaks
        singles = [s for s in sites if s.case is None]
        marks = [sum(abs(p.ppm - s.ppm[0]) < s.fwhm_ppm for p in found) for s in singles]
        assert min(marks) == 1
        extra[snr] = sum(marks) - len(marks)
    assert extra[30_000.0] <= max(extra[300.0], 1)


def test_second_lines_of_pairs_are_not_taken_for_the_feet_of_a_field() -> None:
    for number in (1, 2):
        made = second_spectrum("uneven pairs", number)
        found = find_peaks(made.spectrum, "cnn").passing(PRESETS["all"]).peaks
        near = [min(abs(p.ppm - line.ppm) for p in found) for line in made.lines]
        is_marked = [
            away < 0.3 * line.fwhm_hz / made.spectrum.axis.sf_mhz
            for away, line in zip(near, made.lines, strict=True)
        ]
        assert sum(is_marked) >= 0.93 * len(made.lines)


def test_a_field_whose_small_part_stands_off_is_learnt_all_the_same() -> None:
    made = second_spectrum("lopsided", 0, 40904)  # hardly a line has no small top beside it
    peaks = find_peaks(made.spectrum, "quanv").passing(PRESETS["all"])
    judged = score(peaks, made.lines, made.spectrum.axis, made.sigma)
    assert judged.n_false <= 4  # 33 where every line was fitted as two
    assert judged.n_missed <= 6
