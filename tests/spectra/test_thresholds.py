"""Who says what a peak must pass: the document, then the user, then the card, then the program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.thresholds import (
    CARD_THRESHOLDS,
    PROGRAM,
    Limits,
    Thresholds,
    card_thresholds,
)

CARD = Thresholds(min_snr=5000.0, min_height=0.2, min_confidence=0.9)


def test_nothing_said_is_what_the_program_says() -> None:
    assert Thresholds().limits() == PROGRAM
    assert Thresholds().limits("cnn", Thresholds()) == PROGRAM


@pytest.mark.parametrize("name", ["min_snr", "min_height", "min_confidence"])
def test_the_first_that_says_a_limit_is_obeyed(name: str) -> None:
    document, user = Thresholds(**{name: 0.3}), Thresholds(**{name: 0.5})
    card = Thresholds(**{name: 0.7})

    def obeyed(*levels: Thresholds) -> float:
        said = Thresholds()
        for level in levels[:-1]:
            said = said.over(level)
        return getattr(said.limits("cnn", levels[-1]), name)

    nothing = Thresholds()
    assert obeyed(document, user, card) == 0.3
    assert obeyed(nothing, user, card) == 0.5
    assert obeyed(nothing, nothing, card) == 0.7
    assert obeyed(nothing, nothing, nothing) == getattr(PROGRAM, name)


def test_confidence_belongs_to_each_finder() -> None:
    said = Thresholds(min_snr=3.0).with_confidence("cnn", 0.2).with_confidence("quanv", 0.8)
    assert said.limits("cnn", CARD) == Limits(3.0, 0.2, 0.2)
    assert said.limits("quanv", CARD).min_confidence == 0.8
    assert said.limits("mine", CARD).min_confidence == 0.9
    assert said.with_confidence("cnn", 0.4).limits("cnn").min_confidence == 0.4


def test_what_is_said_of_all_takes_the_place_of_what_a_lower_level_says_of_one() -> None:
    below = Thresholds().with_confidence("cnn", 0.2)
    assert Thresholds(min_confidence=0.6).over(below).limits("cnn").min_confidence == 0.6
    assert Thresholds(min_snr=9.0).over(below).limits("cnn").min_confidence == 0.2


def test_a_list_obeys_the_card_of_its_finder() -> None:
    peaks = (Peak(1.0, 10.0, snr=6000.0), Peak(2.0, 10.0, snr=4000.0))
    found = PeakList(peaks, Provenance("mine", "c0ffee", {CARD_THRESHOLDS: CARD.to_dict()}))
    assert [p.ppm for p in found.passing(Thresholds())] == [1.0]
    assert [p.ppm for p in found.passing(Thresholds(min_snr=100.0))] == [2.0, 1.0]


@pytest.mark.parametrize(
    "told",
    [None, 3, [], {"min_snr": -1}, {"min_snr": "6"}, {"min_height": float("nan")}, {"other": 1}],
)
def test_a_foreign_provenance_that_says_nonsense_says_nothing(told: object) -> None:
    assert card_thresholds({CARD_THRESHOLDS: told}) == Thresholds()


def test_a_card_keeps_what_it_says() -> None:
    for said in (CARD, Thresholds(), Thresholds(min_snr=2.0, shows_satellites=True)):
        assert card_thresholds({CARD_THRESHOLDS: said.to_dict()}) == said


@pytest.mark.parametrize(
    "values",
    [
        {"min_snr": -1.0},
        {"min_height": 2.0},
        {"confidences": (("cnn", 1.5),)},
        {"min_snr": float("nan")},
    ],
)
def test_impossible_thresholds_are_refused(values: dict) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Thresholds(**values)


@pytest.mark.parametrize("peak_class", ["satellite", "sideband", "wiggle", "artefact", "edge"])
def test_what_is_explained_is_hidden_by_its_class_and_never_by_its_confidence(peak_class) -> None:
    peak = Peak(2.0, 10.0, snr=500.0, confidence=0.99, peak_class=peak_class, parent_ppm=2.1)
    assert not PROGRAM.passes(peak, 10.0)
    assert replace(PROGRAM, shows_satellites=True).passes(peak, 10.0)
    assert PROGRAM.passes(replace(peak, is_confirmed=True), 10.0)
    assert PROGRAM.passes(peak.called("signal"), 10.0)
    assert peak.called("signal").parent_ppm is None
    columns = PeakColumns.of(PeakList((peak,)))
    assert columns.hidden({"user": PROGRAM}, 10.0).as_satellites.tolist() == [True]


def test_a_visible_top_passes_a_least_height_below_what_makes_it_one() -> None:
    on_a_flank = Peak(5.0, height=0.09, snr=200.0, confidence=0.9, top_ppm=5.0)  # of 100
    beside_one = replace(on_a_flank, top_ppm=None)
    assert PROGRAM.passes(on_a_flank, 100.0)
    assert not PROGRAM.passes(beside_one, 100.0)
    assert not replace(PROGRAM, min_height=0.005).passes(on_a_flank, 100.0)
