from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.session.agreement import Agreement, Agreements
from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance

SHIFTS = {"quanv": (7.0, 5.0, 3.0, 1.0), "cnn": (7.0, 5.0, 2.0), "classical": (7.0, 3.001)}


def found(finder: str, shifts=None) -> PeakList:
    peaks = tuple(
        Peak(ppm, 50.0, snr=1e3, fwhm_hz=2.0, confidence=0.9, finder=finder)
        for ppm in shifts or SHIFTS[finder]
    )
    return PeakList(peaks, Provenance(finder))


def kinds(document, agreements=None) -> dict[float, str]:
    said = (agreements or Agreements()).of(document)
    peaks = document.shown_peaks()
    return {round(p.ppm, 2): said.kinds[k] for p, k in zip(peaks, said.kind, strict=True)}


@pytest.fixture
def searched(document):
    document.edit.set_layer_results({finder: found(finder) for finder in SHIFTS})
    return document


def test_who_agrees_is_told_of_each_peak(searched) -> None:
    searched.edit.choose_working("union")
    assert kinds(searched) == {7.0: "all", 5.0: "some", 3.0: "some", 2.0: "cnn", 1.0: "quanv"}
    assert Agreements().of(searched).counts() == {"all": 1, "some": 2, "quanv": 1, "cnn": 1}


def test_two_finders_that_agree_are_all_of_them(document) -> None:
    document.edit.set_layer_results({finder: found(finder) for finder in ("quanv", "cnn")})
    assert kinds(document) == {7.0: "all", 5.0: "all", 3.0: "quanv", 1.0: "quanv"}


def test_one_finder_stands_for_itself(document) -> None:
    document.edit.set_layer_results({"cnn": found("cnn")})
    assert set(kinds(document).values()) == {"cnn"}


def test_what_a_person_added_or_moved_is_theirs_and_what_they_confirmed_is_not(searched) -> None:
    agreements = Agreements()
    first, second, *_ = searched.shown_peaks()
    searched.edit.move_peak(first.id, 7.5)
    searched.edit.confirm_peaks([second.id])
    searched.edit.add_peak(4.0, snap=False)
    assert kinds(searched, agreements) == {
        7.5: "mine", 5.0: "some", 4.0: "mine", 3.0: "some", 1.0: "quanv",
    }  # fmt: skip


def test_a_finder_whose_thresholds_hide_a_line_does_not_say_it(searched) -> None:
    agreements = Agreements()
    assert kinds(searched, agreements)[5.0] == "some"
    stricter = replace(searched.thresholds, confidences=(("cnn", 0.95),))
    searched.edit.set_thresholds(stricter)
    assert kinds(searched, agreements)[5.0] == "quanv"
    searched.undo_stack.undo()
    assert kinds(searched, agreements)[5.0] == "some"


def test_a_close_pair_needs_two_marks_of_another_to_be_agreed_on(document) -> None:
    document.edit.set_layer_results(
        {"quanv": found("quanv", (5.0, 5.002)), "cnn": found("cnn", (5.0018,))}
    )
    said = Agreements().of(document)
    assert [said.kinds[k] for k in said.kind] == ["all", "quanv"]


def test_a_part_of_the_list_keeps_what_is_said_of_it() -> None:
    peaks = tuple(Peak(p, 1.0, finder="cnn", source=s) for p, s in ((2, "model"), (1, "added")))
    said = Agreement.of(PeakColumns.of(PeakList(peaks)))
    assert said.counts() == {"cnn": 1, "mine": 1}
    assert said.part([1]).counts() == {"mine": 1}
