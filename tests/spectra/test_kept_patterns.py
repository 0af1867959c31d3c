"""Thresholds of height and confidence leave multiplets whole; S/N does not."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.spectra import kept_patterns
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.kept_patterns import CouplingScale, passing
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.row_patterns import READ
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.thresholds import Limits

PROTONS = CouplingScale(400.0, "1H")
TALLEST = 1000.0


def lines(ppm: float, couplings, height: float, **fields) -> list[Peak]:
    """Return a multiplet's lines; the tallest is ``height`` tall and has S/N 10 a unit."""
    sticks = first_order(ppm * 400.0, couplings)
    share = sticks.area / sticks.area.max()
    return [
        Peak(
            hz / 400.0,
            height * s,
            snr=10 * height * s,
            fwhm_hz=1.0,
            area=height * s,
            ppm_err=1e-5,
            finder="quanv",
            **{"confidence": 0.9, **fields},
        )
        for hz, s in zip(sticks.hz, share, strict=True)
    ]


def shown(peaks: list[Peak], limits: Limits, scale: CouplingScale = PROTONS) -> int:
    columns = PeakColumns.of(PeakList(tuple(peaks), Provenance("quanv")))
    return len(passing(columns, {"quanv": limits}, TALLEST, scale))


@pytest.mark.parametrize("couplings", [[(7.0, 3)], [(6.8, 6)], [(8.0, 1), (3.0, 2)]])
def test_a_least_height_hides_a_whole_pattern_or_nothing_of_it(couplings) -> None:
    peaks = lines(2.0, couplings, 40.0)
    for share in (0.0, 0.02, 0.039):
        assert shown(peaks, Limits(6.0, share, 0.5)) == len(peaks), share
    assert shown(peaks, Limits(6.0, 0.041, 0.5)) == 0


def test_below_the_least_snr_lines_go_one_by_one() -> None:
    peaks = lines(2.0, [(7.0, 3)], 40.0)
    assert shown(peaks, Limits(200.0, 0.0, 0.5)) == 2


def test_a_doubtful_line_stays_in_a_pattern_of_three_but_makes_none_of_two() -> None:
    triplet = lines(2.0, [(7.0, 2)], 40.0)
    doubtful = [*triplet[:2], Peak(
        triplet[2].ppm, triplet[2].height, snr=triplet[2].snr, fwhm_hz=1.0, area=triplet[2].area,
        ppm_err=1e-5, confidence=0.2, finder="quanv",
    )]  # fmt: skip
    assert shown(doubtful, Limits(6.0, 0.0, 0.5)) == 3
    sure, other = lines(2.0, [(7.0, 1)], 40.0)
    pair = [sure, Peak(other.ppm, other.height, snr=other.snr, fwhm_hz=1.0, area=other.area,
                       ppm_err=1e-5, confidence=0.2, finder="quanv")]  # fmt: skip
    assert shown(pair, Limits(6.0, 0.0, 0.5)) == 1


def test_a_pattern_of_doubtful_lines_keeps_none_of_them() -> None:
    quintet = lines(2.0, [(7.0, 4)], 40.0)
    for doubtful, left in (((0, 4), 5), ((0, 3, 4), 2)):
        row = [replace(p, confidence=0.2 if k in doubtful else 0.9) for k, p in enumerate(quintet)]
        assert shown(row, Limits(6.0, 0.0, 0.5)) == left, doubtful


def test_a_doubtful_line_that_the_data_do_not_tell_from_a_shown_one_stays_hidden() -> None:
    for apart_hz, left in ((1.4, 4), (0.9, 3)):
        row = lines(2.0, [(9.0, 1), (apart_hz, 1)], 40.0)
        row[0] = replace(row[0], confidence=0.2)
        assert shown(row, Limits(6.0, 0.0, 0.5)) == left, apart_hz


def test_lines_without_a_pattern_are_cut_and_satellites_stay_hidden() -> None:
    rng = np.random.default_rng(0)
    lone = [
        Peak(2.0 + 0.013 * k + rng.uniform(0, 0.004), h, snr=300.0, fwhm_hz=1.0, area=h,
             ppm_err=1e-5, finder="quanv")
        for k, h in enumerate((50.0, 12.0, 21.0))
    ]  # fmt: skip
    assert shown(lone, Limits(6.0, 0.04, 0.5)) == 1
    quartet = lines(2.0, [(7.0, 3)], 40.0)
    quartet[0] = Peak(quartet[0].ppm, quartet[0].height, snr=99.0, fwhm_hz=1.0, area=13.0,
                      finder="quanv", peak_class="satellite")  # fmt: skip
    assert shown(quartet, Limits(6.0, 0.02, 0.5)) == 2


NOT_LOOKED_FOR = [
    CouplingScale(), CouplingScale(400.0), CouplingScale(0.0, "1H"), CouplingScale(400.0, "11B"),
]  # fmt: skip


@pytest.mark.parametrize("scale", NOT_LOOKED_FOR)
def test_where_no_pattern_is_looked_for_a_least_height_cuts_no_run_of_near_lines(scale) -> None:
    quartet, far = lines(2.0, [(7.0, 3)], 40.0), lines(2.2, [], 15.0)
    assert shown([*far, *quartet], Limits(6.0, 0.02, 0.5), scale) == 4
    assert shown([*far, *quartet], Limits(6.0, 0.041, 0.5), scale) == 0
    assert shown([*far, *quartet], Limits(200.0, 0.02, 0.5), scale) == 2


def test_in_rows_too_long_for_patterns_a_least_height_cuts_no_run_either() -> None:
    row = [p for k in range(7) for p in lines(2.3 - 0.05 * k, [(7.0, 2)], 50.0)]
    assert len(row) > kept_patterns.MOST_LINES
    assert shown(row, Limits(6.0, 0.03, 0.5)) == len(row)
    assert shown(row, Limits(6.0, 0.051, 0.5)) == 0


def test_a_run_keeps_no_line_that_the_data_do_not_tell_from_a_shown_one() -> None:
    row = [p for k in range(7) for p in lines(2.3 - 0.05 * k, [(7.0, 2)], 50.0)]
    for away_hz, more in ((0.9, 0), (1.4, 1)):
        beside = replace(row[1], id="beside", ppm=row[1].ppm + away_hz / 400.0, height=25.0)
        assert shown([*row, beside], Limits(6.0, 0.03, 0.5)) == len(row) + more


def test_a_run_keeps_no_line_that_a_doubt_a_foot_or_a_far_main_line_is_about() -> None:
    quartet = lines(2.0, [(7.0, 3)], 40.0)
    doubtful = [*quartet[:3], replace(quartet[3], confidence=0.2)]
    assert shown(doubtful, Limits(6.0, 0.02, 0.5), CouplingScale()) == 3
    foot = replace(quartet[0], ppm=quartet[0].ppm + 0.01, height=1.5, id="foot")
    assert shown([foot, *quartet], Limits(6.0, 0.02, 0.5), CouplingScale()) == 4
    hidden = [replace(p, peak_class="wiggle") for p in quartet[1:3]]
    assert shown([quartet[0], *hidden, quartet[3]], Limits(6.0, 0.02, 0.5), CouplingScale()) == 0
    # 10 Hz apart each, so one run: the tall line speaks for those in reach of a coupling alone
    ladder = [replace(quartet[0], id=str(k), ppm=2.0 - 0.025 * k, height=40.0 if k == 0 else 10.0)
              for k in range(6)]  # fmt: skip
    assert shown(ladder, Limits(6.0, 0.02, 0.5), CouplingScale(400.0)) == 3


def test_in_decoupled_carbon_each_line_is_its_own() -> None:
    peaks = lines(2.0, [(7.0, 3)], 40.0)
    axis = Axis.through(np.linspace(10.0, 0.0, 64), 100.0)
    sample = Sample(nucleus="13C", pulse_program="zgpg30")
    scale = CouplingScale.of(Spectrum(np.zeros(64), axis, sample=sample))
    assert shown(peaks, Limits(6.0, 0.02, 0.5), scale) == 2


def test_the_main_preset_cuts_no_multiplet_of_a_spectrum_that_says_nothing_of_itself() -> None:
    ppm = np.linspace(10.0, 0.0, 1 << 13)
    sticks = ((4000, 3000.0), (2000, 65.0), (2014, 130.0), (2028, 65.0))
    point = np.arange(ppm.size)
    trace = sum(h / (1.0 + ((point - at) / 2.5) ** 2) for at, h in sticks)
    trace = trace + np.random.default_rng(3).normal(0.0, 1.0, ppm.size)
    for about in ({}, {"sf_mhz": 400.0}, {"nucleus": "1H"}):
        spectrum = Spectrum.from_arrays(ppm, trace, **about)
        found = nq.find_peaks(spectrum, "classical", thresholds=PRESETS["main"])
        assert len(found) == 4, about


def test_a_maximum_number_takes_the_tallest_and_cuts_no_multiplet() -> None:
    quartet, singlet = lines(2.0, [(7.0, 3)], 40.0), lines(4.0, [], 30.0)
    small = lines(6.0, [(7.0, 2)], 10.0)
    peaks = [*quartet, *singlet, *small]
    counts = {most: shown(peaks, Limits(6.0, 0.0, 0.5, max_peaks=most)) for most in range(1, 9)}
    assert counts == {1: 4, 2: 4, 3: 4, 4: 4, 5: 5, 6: 8, 7: 8, 8: 8}


def test_what_a_person_added_counts_and_stays_whatever_the_maximum() -> None:
    mine = [Peak(p.ppm, p.height, snr=p.snr, source="added", finder="quanv")
            for p in lines(8.0, [], 1.0)]  # fmt: skip
    peaks = [*lines(4.0, [], 30.0), *lines(5.0, [], 20.0), *mine]
    columns = PeakColumns.of(PeakList(tuple(peaks), Provenance("quanv")))
    found = passing(columns, {"quanv": Limits(6.0, 0.0, 0.5, max_peaks=2)}, TALLEST, PROTONS)
    assert [round(p.ppm, 1) for p in found] == [8.0, 4.0]


def test_no_pattern_brings_a_line_back_from_an_excluded_region() -> None:
    peaks = lines(2.0, [(7.0, 3)], 40.0)
    outer = max(p.ppm for p in peaks)
    limits = Limits(6.0, 0.0, 0.5, excluded=((outer + 0.001, outer - 0.001),))
    assert shown(peaks, limits) == 3


def test_a_line_that_is_small_and_doubtful_stays_in_no_pattern() -> None:
    """On a real spectrum such lines stood where the trace shows nothing."""
    sure = lines(2.0, [(7.0, 2)], 40.0)
    outer = [Peak(p.ppm, p.height, snr=p.snr, fwhm_hz=1.0, area=p.area, ppm_err=1e-5,
                  confidence=0.2, finder="quanv") for p in sure[2:]]  # fmt: skip
    assert shown([*sure[:2], *outer], Limits(6.0, 0.0, 0.5)) == 3
    assert shown([*sure[:2], *outer], Limits(6.0, 0.03, 0.5)) == 2


def test_only_rows_with_a_hidden_and_a_shown_line_are_grouped(monkeypatch) -> None:
    grouped: list[float] = []

    def noted(peaks, *scale):
        grouped.append(round(peaks[0].ppm))
        return multiplets_of(peaks, *scale)

    monkeypatch.setattr(kept_patterns, "multiplets_of", noted)
    whole, cut, small = (
        lines(ppm, [(7.0, 3)], height) for ppm, height in ((8.0, 900.0), (5.0, 41.0), (2.0, 9.0))
    )
    assert shown([*whole, *cut, *small], Limits(6.0, 0.02, 0.5)) == 8
    assert grouped == [5]


def test_what_a_person_says_of_a_line_groups_nothing_anew(monkeypatch) -> None:
    grouped: list[int] = []

    def noted(peaks, *scale):
        grouped.append(len(peaks))
        return multiplets_of(peaks, *scale)

    monkeypatch.setattr(kept_patterns, "multiplets_of", noted)
    quartet = lines(4.3, [(7.1, 3)], 41.0)
    said = {
        "confidence": 0.91, "finder": "cnn", "source": "moved", "is_confirmed": True,
        "label": "H-3", "parent_ppm": 1.0,
    }  # fmt: skip
    others = {f.name for f in fields(Peak)} - {*READ, "id", "least_lines"}
    assert others == set(said), "a peak has a new field: does it decide on patterns?"
    limits = Limits(6.0, 0.02, 0.5)
    assert shown(quartet, limits) == 4
    assert grouped == [4]
    for name, value in said.items():
        another = [replace(quartet[0], **{name: value}), *quartet[1:]]
        columns = PeakColumns.of(PeakList(tuple(another), Provenance("quanv")))
        assert kept_patterns.patterns(columns, PROTONS) == ((0, 1, 2, 3),), name
    assert grouped == [4]
    wider = [replace(quartet[0], fwhm_hz=1.01), *quartet[1:]]
    assert shown(wider, limits) == 4
    assert grouped == [4, 4]
