"""What of a document is shown: thresholds, the height they refer to, the working choice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.session.place_edits import add_place, remove_place
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.thresholds import CARD_THRESHOLDS, Thresholds

HZ = 1 / 400.0


def positions(peaks) -> list[float]:
    return [round(p.ppm, 3) for p in peaks]


def find(document, found, **fields) -> None:
    document.edit.set_layer_results({"quanv": found(**fields)})


def add(document, ppm, **where):
    peak_id = document.edit.add_peak(ppm, **where)
    return document.peaks.find(peak_id)


def near(document, ppm):
    return min(document.peaks, key=lambda p: abs(p.ppm - ppm))


def test_thresholds_act_at_once_and_a_slider_is_one_step(document, found) -> None:
    find(document, found)
    assert positions(document.shown_peaks()) == [7.26, 7.0, 5.0, 3.0]
    gesture = new_gesture()
    for height in (0.1, 0.3, 0.4):
        document.edit.set_thresholds(Thresholds(min_height=height), gesture)
    assert positions(document.shown_peaks()) == [7.26, 7.0, 5.0]
    document.undo_stack.undo()
    assert document.thresholds == Thresholds()
    assert document.undo_stack.count() == 2


def test_a_document_without_peaks_does_not_ask_what_their_heights_refer_to(
    document, found, monkeypatch
) -> None:
    """Of millions of points it takes a tenth of what opening may hold the window up."""
    asked = []
    whole = state_changes.reference_height
    monkeypatch.setattr(
        state_changes, "reference_height", lambda state: asked.append(1) or whole(state)
    )
    assert not document.shown_peaks().peaks
    assert document.hidden_counts().by_height == 0
    assert not asked
    find(document, found)
    assert document.shown_peaks().peaks
    assert asked


def test_the_relative_height_ignores_the_solvent_and_deletions(document, found) -> None:
    find(document, found)
    height = document.reference_height()
    assert height == pytest.approx(100.0, rel=0.001)
    document.edit.delete_peaks([near(document, 7.0).id])
    assert document.reference_height() == height
    document.edit.classify_peaks([near(document, 7.26).id], "signal")
    assert document.reference_height() == height


def test_what_a_person_vouches_for_passes_every_threshold(document, found) -> None:
    find(document, found)
    document.edit.confirm_peaks([near(document, 1.2).id])
    document.edit.set_thresholds(Thresholds(min_confidence=1.0))
    assert positions(document.shown_peaks()) == [1.2]


def test_union_intersection_or_one_finder_becomes_the_working_list(document, found) -> None:
    document.edit.set_layer_results({"quanv": found(skip=(3.0,)), "cnn": found("cnn", skip=(5.0,))})
    shown = {}
    for choice in ("quanv", "cnn", "union", "intersection"):
        document.edit.choose_working(choice)
        shown[choice] = positions(document.shown_peaks())
    assert shown == {
        "quanv": [7.26, 7.0, 5.0],
        "cnn": [7.26, 7.0, 3.0],
        "union": [7.26, 7.0, 5.0, 3.0],
        "intersection": [7.26, 7.0],
    }


def test_a_union_follows_the_thresholds_without_a_new_search(document, found) -> None:
    document.edit.set_layer_results({"quanv": found(), "cnn": found("cnn", confidence=0.9)})
    document.edit.choose_working("intersection")
    assert len(document.shown_peaks()) == 4
    document.edit.set_thresholds(Thresholds(min_confidence=0.95))
    assert len(document.shown_peaks()) == 0
    document.edit.set_thresholds(Thresholds(min_height=0.0))
    assert len(document.shown_peaks()) == 5


def test_a_finder_run_alone_shows_its_result(document, found) -> None:
    find(document, found)
    document.edit.set_layer_results({"cnn": found("cnn", skip=(3.0,))})
    assert document.working_choice == "cnn"
    assert positions(document.shown_peaks()) == [7.26, 7.0, 5.0]


def test_the_height_that_thresholds_refer_to_is_the_same_for_every_working_choice(
    document, found
) -> None:
    document.edit.set_layer_results({"quanv": PeakList(), "cnn": found("cnn")})
    heights = []
    for choice in ("quanv", "cnn", "union", "intersection"):
        document.edit.choose_working(choice)
        heights.append(document.reference_height())
    assert heights == [heights[0]] * 4
    assert heights[0] == pytest.approx(100.0, rel=0.001)


def with_satellites(found) -> PeakList:
    """What a finder finds, with the pair of the line at 5 ppm: J(CH) 128 Hz."""
    layer = found()
    beside = tuple(
        Peak(5.0 + side * 64 * HZ, 0.27, snr=13.5, fwhm_hz=2.0, confidence=0.9, finder="quanv")
        for side in (1, -1)
    )
    peaks = (*layer.peaks, *beside)
    return replace(layer, peaks=peaks)


def satellites(peaks) -> list[float]:
    return [round(p.ppm, 2) for p in peaks if p.peak_class == "satellite"]


def test_satellites_are_shown_exported_and_recorded_when_wanted(document, found) -> None:
    document.edit.set_layer_results({"quanv": with_satellites(found)})
    document.reprocess.reference(7.0, 7.1)
    assert satellites(document.peaks) == [5.26, 4.94]
    hidden = document.export_peaks()
    assert satellites(hidden) == []
    assert hidden.provenance.settings["shows_satellites"] is False
    document.edit.set_thresholds(Thresholds(min_height=0.0, shows_satellites=True))
    shown = document.export_peaks(leave_out_solvent=True)
    assert satellites(shown) == [5.26, 4.94]
    assert shown.provenance.settings["shows_satellites"] is True


def test_neither_finders_nor_classes_change_what_a_minimum_height_refers_to(
    document, found
) -> None:
    """With three finders menthol's tallest read 81.94 %, and correcting a class made lists jump."""
    alone = document.reference_height()
    document.edit.set_layer_results({"quanv": found("quanv")})
    tall = found("classical")
    tall = replace(tall, peaks=tuple(replace(p, height=3 * p.height) for p in tall.peaks))
    document.edit.set_layer_results({"classical": tall})
    before = [p.id for p in document.shown_peaks()]
    document.edit.classify_peaks([document.peaks.peaks[0].id], "signal")
    assert document.reference_height() == alone
    assert set(before) <= {p.id for p in document.shown_peaks()}


def test_a_search_in_view_knows_the_satellites_of_a_line_outside_it(document, found) -> None:
    find(document, found)
    everything = with_satellites(found)
    in_view = everything.filtered(lambda p: 4.8 < p.ppm < 4.9)
    assert satellites(in_view) == []
    document.edit.set_layer_results({"quanv": everything.filtered(lambda p: p.ppm > 4.9)})
    assert satellites(document.peaks) == []
    document.edit.set_layer_results({"quanv": in_view}, (4.9, 4.8))
    assert satellites(document.peaks) == [5.16, 4.84]
    assert satellites(document.shown_peaks()) == []


def test_what_a_person_calls_a_signal_stays_one(document, found) -> None:
    document.edit.set_layer_results({"quanv": with_satellites(found)})
    document.reprocess.reference(7.0, 7.001)
    assert len(satellites(document.peaks)) == 2
    document.edit.classify_peaks([near(document, 5.161).id], "signal")
    document.edit.set_layer_results({"quanv": document.layers["quanv"]})
    assert satellites(document.peaks) == [4.84]
    assert near(document, 5.161) in document.shown_peaks().peaks


def test_what_a_person_calls_a_line_is_shown_however_unsure_the_finder_was(document, found) -> None:
    peaks = with_satellites(found)
    doubtful = tuple(replace(p, confidence=0.1, top_ppm=None) for p in peaks)
    document.edit.set_layer_results({"quanv": replace(peaks, peaks=doubtful)})
    document.reprocess.reference(7.0, 7.001)
    document.edit.classify_peaks([near(document, 5.161).id], "signal")
    assert near(document, 5.161) in document.shown_peaks().peaks
    document.edit.classify_peaks(
        [near(document, 7.001).id], "impurity"
    )  # one that nothing explained
    assert near(document, 7.001) not in document.shown_peaks().peaks


def by_card(layer: PeakList, finder: str, card: Thresholds) -> PeakList:
    """The same layer of a finder whose card says something."""
    settings = {**layer.provenance.settings, CARD_THRESHOLDS: card.to_dict()}
    known = replace(layer.provenance, finder=finder, settings=settings)
    return replace(layer, provenance=known)


def test_a_layer_obeys_its_card_until_the_document_says_otherwise(document, found) -> None:
    strict = by_card(found(), "quanv", Thresholds(min_snr=1e6))
    document.edit.set_layer_results({"quanv": strict})
    assert document.limits("quanv").min_snr == 1e6
    assert positions(document.shown_peaks()) == []
    assert document.export_peaks().provenance.settings["min_snr"] == 1e6
    document.edit.set_thresholds(Thresholds(min_snr=10.0))
    assert document.limits("quanv").min_snr == 10.0
    assert positions(document.shown_peaks()) == [7.26, 7.0, 5.0, 3.0]
    document.undo_stack.undo()
    assert positions(document.shown_peaks()) == []


def test_each_layer_has_its_own_confidence(document, found) -> None:
    both = {
        name: by_card(found(name), name, Thresholds(min_confidence=confidence))
        for name, confidence in (("quanv", 1.0), ("cnn", 0.0))
    }
    document.edit.set_layer_results(both)
    assert positions(document.shown_layer("quanv")) == []
    assert positions(document.shown_layer("cnn")) == [7.26, 7.0, 5.0, 3.0]
    document.edit.choose_working("union")
    assert positions(document.shown_peaks()) == [7.26, 7.0, 5.0, 3.0]
    document.edit.set_thresholds(document.thresholds.with_confidence("cnn", 1.0))
    assert positions(document.shown_peaks()) == []
    document.edit.set_thresholds(document.thresholds.with_confidence("quanv", 0.5))
    assert positions(document.shown_layer("cnn")) == []
    assert positions(document.shown_peaks()) == [7.26, 7.0, 5.0, 3.0]
    told = document.export_peaks().provenance.settings["min_confidence"]
    assert told == {"quanv": 0.5, "cnn": 1.0}


def test_the_users_settings_go_before_the_card(document, found) -> None:
    dataset, recipe = document.dataset, document.recipe
    outcome = recipe.run(dataset.data)
    document = Document(dataset, outcome, thresholds=Thresholds(min_snr=10.0))
    document.edit.set_layer_results({"quanv": by_card(found(), "quanv", Thresholds(1e6, 0.5))})
    assert (document.limits("quanv").min_snr, document.limits("quanv").min_height) == (10.0, 0.5)


def test_regions_are_obeyed_undone_and_move_with_the_reference(document, found) -> None:
    find(document, found)
    add_place(document, "excluded", 6.9, 7.1)
    # the smallest line passes now: heights refer to the tallest of what is left
    assert positions(document.shown_peaks()) == [7.26, 5.0, 3.0, 1.2]
    assert document.reference_height() == pytest.approx(50.0, rel=0.01)
    add_place(document, "searched", 6.0, 4.0)
    add_place(document, "searched", 7.5, 5.5)
    assert document.thresholds.searched == ((7.5, 4.0),)
    assert positions(document.shown_peaks()) == [7.26, 5.0]
    assert document.hidden_counts().by_place == 3
    document.reprocess.reference(5.0, 5.5)
    assert document.thresholds.excluded == ((pytest.approx(7.6), pytest.approx(7.4)),)
    assert len(document.shown_peaks()) == 2
    for _ in range(2):
        document.undo_stack.undo()
    remove_place(document, "searched", (6.0, 4.0))
    assert positions(document.shown_peaks()) == [7.26, 5.0, 3.0, 1.2]
    assert document.undo_stack.undoText() == "Remove Searched Region"


def test_a_preset_leaves_the_regions(document) -> None:
    add_place(document, "excluded", 6.9, 7.1)
    assert Thresholds(min_snr=20).with_places_of(document.thresholds).excluded == ((7.1, 6.9),)


def test_the_maximum_is_the_documents_then_the_settings_then_the_cards() -> None:
    card, usual = Thresholds(max_peaks=9), Thresholds(max_peaks=5)
    assert Thresholds().limits("quanv", card).max_peaks == 9
    assert Thresholds().over(usual).limits("quanv", card).max_peaks == 5
    assert Thresholds(max_peaks=2).over(usual).limits("quanv", card).max_peaks == 2
    assert Thresholds().limits().max_peaks is None
    with pytest.raises(ValueError, match="range"):
        Thresholds(max_peaks=0)
    with pytest.raises(ValueError, match="range"):
        Thresholds(excluded=((1.0, 2.0),))
