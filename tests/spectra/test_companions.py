"""The second part of a spectrum's uneven lines is told from lines: all multiplets have it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.bench.kinds import benchmark_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.companions import with_companions
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.scoring import assigned

AXIS = Axis(32768, 5000.0, 500.0, 10.0)
FWHM_HZ, AWAY_HZ, SHARE = 1.2, 0.9, 0.45
DOUBLETS = [
    (600.0, 500.0),
    (607.0, 480.0),
    (1400.0, 300.0),
    (1408.5, 310.0),
    (2500.0, 700.0),
    (3300.0, 250.0),
]


def peak(hz: float, height: float, **more: str) -> Peak:
    return Peak(hz / AXIS.sf_mhz, height, snr=height, fwhm_hz=FWHM_HZ, **more)


def told(lines: list[tuple[float, float]]) -> dict[float, float]:
    """Return the parents (Hz) of the second parts (Hz)."""
    found = with_companions([peak(*line) for line in lines], AXIS)
    return {
        round(p.ppm * AXIS.sf_mhz, 1): round((p.parent_ppm or 0.0) * AXIS.sf_mhz, 1)
        for p in found
        if p.peak_class == "artefact"
    }


def second(lines: list[tuple[float, float]], away: float = AWAY_HZ) -> list[tuple[float, float]]:
    return [(hz + away, SHARE * height) for hz, height in lines]


@pytest.mark.parametrize("away", [AWAY_HZ, -AWAY_HZ, 1.6])
def test_a_part_that_all_multiplets_have_on_one_side_is_none_of_the_sample(away: float) -> None:
    assert told([*DOUBLETS, *second(DOUBLETS, away)]) == {
        round(hz + away, 1): hz for hz, _ in DOUBLETS
    }


def test_where_most_lines_have_none_it_is_a_line() -> None:
    assert told([*DOUBLETS, *second(DOUBLETS[:2])]) == {}
    assert told([*DOUBLETS, *second(DOUBLETS[:4])]) == {}  # of two multiplets


def test_a_place_that_another_line_covers_says_nothing() -> None:
    seen = [line for line in second(DOUBLETS) if line[0] != 1400.0 + AWAY_HZ]
    covering = (1400.0 + 0.5 * AWAY_HZ, 290.0)
    assert {hz + AWAY_HZ for hz, _ in DOUBLETS if hz != 1400.0} <= set(
        told([*DOUBLETS, *seen, covering])
    )


def test_patterns_that_are_alike_on_both_sides_are_couplings() -> None:
    triplets = [(hz, height) for hz, height in DOUBLETS if hz not in (607.0, 1408.5)]
    more = [(2000.0, 200.0), (2700.0, 600.0)]
    sides = [second([*triplets, *more], away) for away in (-1.5, 1.5)]
    assert told([*triplets, *more, *sides[0], *sides[1]]) == {}


def test_equal_halves_are_a_coupling() -> None:
    assert told([*DOUBLETS, *[(hz + AWAY_HZ, 0.97 * height) for hz, height in DOUBLETS]]) == {}


def test_parts_as_far_off_of_shares_of_their_own_are_lines() -> None:
    shares = (0.1, 0.7, 0.06, 0.3, 0.18, 0.5)
    parts = [
        (hz + AWAY_HZ, share * height) for (hz, height), share in zip(DOUBLETS, shares, strict=True)
    ]
    assert told([*DOUBLETS, *parts]) == {}


def test_what_a_person_added_stays_what_it_is() -> None:
    own = peak(600.0 + AWAY_HZ, SHARE * 500.0, source="added")
    others = [peak(*line) for line in [*DOUBLETS, *second(DOUBLETS[1:])]]
    assert with_companions([own, *others], AXIS)[0] == own


def test_without_a_frequency_nothing_is_told() -> None:
    peaks = tuple(peak(*line) for line in [*DOUBLETS, *second(DOUBLETS)])
    axis = Axis(32768, 5000.0, 500.0, 10.0, has_hz=False)
    assert with_companions(peaks, axis) == peaks


@pytest.mark.slow
def test_lines_of_a_field_of_two_parts_are_listed_once() -> None:
    made = benchmark_spectrum(909, "shim", 7)  # that nothing was set on
    peaks = find_peaks(made.spectrum, "cnn")
    parts = [p for p in peaks if p.peak_class == "artefact"]
    assert len(parts) >= 6
    lines_of, _ = assigned([p.ppm for p in parts], made.lines, made.spectrum.axis, made.sigma)
    assert all(line is None for line in lines_of)


def test_a_part_two_widths_off_is_told_also_by_lines_that_hardly_show_it() -> None:
    weak = [(hz, height / 4) for hz, height in DOUBLETS[2:4]]  # their parts: S/N 9
    lines = [*DOUBLETS[:2], *weak, *DOUBLETS[4:5]]
    parts = [(hz + 2.4 * FWHM_HZ, 0.12 * height) for hz, height in lines]
    assert set(told([*lines, *parts])) == {round(hz, 1) for hz, _ in parts}


def test_lines_whose_place_is_unsure_are_no_less_alike() -> None:
    shaken = [(hz + AWAY_HZ + 0.12 * (-1) ** i, SHARE * y) for i, (hz, y) in enumerate(DOUBLETS)]
    sure = [peak(*line) for line in DOUBLETS]
    parts = [replace(peak(*line), ppm_err=0.15 / AXIS.sf_mhz) for line in shaken]
    found = with_companions([*sure, *parts], AXIS)
    assert [p.peak_class for p in found[len(sure) :]] == ["artefact"] * len(parts)
    found = with_companions([*sure, *[peak(*line) for line in shaken]], AXIS)
    assert [p.peak_class for p in found[len(sure) :]] == ["signal"] * len(parts)
