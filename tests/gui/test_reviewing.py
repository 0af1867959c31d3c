"""Review mode: from one doubtful line to the next, by keys alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from nmrquanv.gui.panels.review_bar import ReviewBar
from nmrquanv.session.review import doubts, hidden_lines
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.thresholds import CARD_THRESHOLDS

AGREED, ONLY_FIRST, ONLY_SECOND, HIDDEN = 7.0, 5.0, 3.0, 1.2


def layer(finder: str, ppm: tuple[float, ...], **confidence: float) -> PeakList:
    peaks = tuple(
        Peak(
            x,
            50.0,
            snr=900.0,
            fwhm_hz=2.0,
            confidence=confidence.get(f"at_{i}", 0.95),
            finder=finder,
        )
        for i, x in enumerate(ppm)
    )
    return PeakList(peaks, Provenance(finder, "c0ffee", {CARD_THRESHOLDS: {}}), 0.02)


@pytest.fixture
def reviewed(window, make_document):
    """A window on a document on which two networks disagree."""
    document = make_document()
    quanv = layer("quanv", (AGREED, ONLY_FIRST, HIDDEN), at_2=0.3)
    document.edit.set_layer_results({"quanv": quanv, "cnn": layer("cnn", (AGREED, ONLY_SECOND))})
    document.edit.choose_working("quanv")
    window.view.set_document(document)
    yield document
    window.view.set_document(None)


def places(document) -> list[tuple[float, str]]:
    return [(round(d.peak.ppm, 2), d.why) for d in doubts(document)]


def test_what_is_worth_a_look(reviewed) -> None:
    assert places(reviewed) == [
        (ONLY_FIRST, "only Quantum"),
        (ONLY_SECOND, "only CNN"),
        (HIDDEN, "hidden by its confidence"),
    ]


def test_what_a_person_decided_is_settled(reviewed) -> None:
    reviewed.edit.confirm_peaks([p.id for p in reviewed.peaks if p.ppm == ONLY_FIRST])
    reviewed.edit.reject_peak(next(p for p in reviewed.layers["cnn"] if p.ppm == ONLY_SECOND))
    reviewed.edit.add_region(1.3, 1.1)
    assert places(reviewed) == []
    reviewed.undo_stack.undo()
    assert [why for _, why in places(reviewed)] == ["hidden by its confidence"]


def test_a_rejected_line_is_a_deleted_one_that_can_be_restored(reviewed) -> None:
    peak = next(p for p in reviewed.layers["cnn"] if p.ppm == ONLY_SECOND)
    steps = reviewed.undo_stack.index()
    reviewed.edit.reject_peak(peak)
    assert reviewed.undo_stack.index() == steps + 1
    assert [t.peak.id for t in reviewed.tombstones] == [peak.id]
    reviewed.undo_stack.undo()
    assert reviewed.tombstones == ()


def test_a_doubtful_peak_that_both_found_is_looked_at_too(reviewed) -> None:
    unsure = replace(reviewed.layers["quanv"].peaks[0], confidence=0.8)
    quanv = reviewed.layers["quanv"].remove([unsure.id]).add(unsure)
    reviewed.edit.set_layer_results({"quanv": quanv})
    assert places(reviewed)[0] == (AGREED, "doubtful")


def test_keys_walk_accept_and_reject(reviewed, window, qtbot) -> None:
    view, reviewing = window.view, window.view_commands.reviewing
    window.activateWindow()
    view.setFocus()
    for action in ("next_doubt", "previous_doubt"):
        window.actions_by_id[action].setEnabled(True)
    window.actions_by_id["next_doubt"].trigger()
    assert reviewing.is_on
    assert round(reviewing.current.peak.ppm, 2) == ONLY_FIRST
    assert view.editing.selected_ids() == (reviewing.current.peak.id,)
    assert "1 of 3: Enter" in window.status.message.text()
    low, high = view.view_box.current_view().x
    assert low < ONLY_FIRST < high
    assert high - low < 1.0
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert next(p for p in reviewed.peaks if p.ppm == ONLY_FIRST).is_confirmed
    assert round(reviewing.current.peak.ppm, 2) == ONLY_SECOND
    qtbot.keyClick(view, Qt.Key.Key_Return)
    (taken,) = (p for p in reviewed.shown_peaks() if round(p.ppm, 2) == ONLY_SECOND)
    fitted = next(p for p in reviewed.layers["cnn"] if p.ppm == ONLY_SECOND)
    assert taken.is_confirmed
    assert replace(taken, id=fitted.id, is_confirmed=False) == fitted, "as the network fitted it"
    assert round(reviewing.current.peak.ppm, 2) == HIDDEN
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert HIDDEN not in [round(p.ppm, 2) for p in reviewed.peaks]
    assert not reviewing.is_on
    assert "all of the 3" in window.status.message.text()


def test_the_keys_are_the_review_s_wherever_it_was_begun(reviewed, window, qtbot) -> None:
    """Begun from the table, Enter did nothing, and Del left the review where it was."""
    window.pages.setCurrentWidget(window.view)
    window.peak_table.view.setFocus()
    window.actions_by_id["next_doubt"].triggered.emit()
    review = window.view_commands.reviewing
    assert review.is_on
    assert window.view.hasFocus() or window.view.isAncestorOf(QApplication.focusWidget())


def test_a_line_deleted_elsewhere_is_settled(reviewed, window, qtbot) -> None:
    review = window.view_commands.reviewing
    review.step()
    first = review.current.peak
    assert first.ppm == ONLY_FIRST
    reviewed.edit.delete_peaks([first.id])
    qtbot.waitUntil(lambda: review.current is not None and review.current.peak.ppm == ONLY_SECOND)
    assert review.bar.progress.text() == "2 of 3"


def test_backwards_and_out(reviewed, window) -> None:
    reviewing = window.view_commands.reviewing
    reviewing.step(-1)
    assert round(reviewing.current.peak.ppm, 2) == HIDDEN
    reviewing.step(-1)
    assert round(reviewing.current.peak.ppm, 2) == ONLY_SECOND
    reviewing.step(1)
    reviewing.step(1)
    assert round(reviewing.current.peak.ppm, 2) == ONLY_FIRST
    agreed = next(p for p in reviewed.peaks if p.ppm == AGREED)
    window.view.editing.select([agreed.id])
    assert not reviewing.is_on


def test_delete_outside_of_a_review_is_the_usual_one(reviewed, window, qtbot) -> None:
    window.activateWindow()
    view = window.view
    view.setFocus()
    agreed = next(p for p in reviewed.peaks if p.ppm == AGREED)
    view.editing.select([agreed.id])
    window.actions_by_id["delete"].setEnabled(True)
    window.actions_by_id["delete"].trigger()
    assert reviewed.peaks.find(agreed.id) is None


def test_a_review_goes_on_from_one_shown_peak_to_the_next(reviewed, window, qtbot) -> None:
    reviewed.edit.set_layer_results({"quanv": layer("quanv", (7.0, 5.0, 3.0, 1.2))})
    reviewed.edit.set_layer_results({"cnn": layer("cnn", (1.2,))})
    reviewed.edit.choose_working("quanv")
    window.activateWindow()
    window.view.setFocus()
    reviewing = window.view_commands.reviewing
    reviewing.step()
    for key, left in ((Qt.Key.Key_Return, 2), (Qt.Key.Key_Delete, 1)):
        qtbot.keyClick(window.view, key)
        assert reviewing.is_on
        assert len(doubts(reviewed)) == left
    assert round(reviewing.current.peak.ppm, 2) == 3.0
    assert [round(p.ppm, 2) for p in reviewed.peaks] == [7.0, 3.0, 1.2]


def test_a_neighbour_of_a_deleted_line_is_still_to_be_looked_at(reviewed) -> None:
    close = 5.0 + 0.4 * 2.0 / 400.0  # within half a width of the line that goes
    reviewed.edit.set_layer_results({"quanv": layer("quanv", (AGREED, ONLY_FIRST, close))})
    reviewed.edit.choose_working("quanv")
    gone = next(p for p in reviewed.peaks if p.ppm == ONLY_FIRST)
    reviewed.edit.delete_peaks([gone.id])
    assert [d.peak.ppm for d in doubts(reviewed) if d.why == "only Quantum"] == [close]


def test_a_review_ends_with_the_spectrum_that_it_is_of(reviewed, window, make_document) -> None:
    reviewing = window.view_commands.reviewing
    for leave in (
        lambda: window.view.set_document(make_document(name="other")),
        lambda: window.view.set_document(None),
    ):
        window.view.set_document(reviewed)
        reviewing.step()
        assert reviewing.bar.isVisibleTo(window.view)
        assert reviewing._line.isVisible()
        leave()
        assert not reviewing.is_on
        assert not reviewing.bar.isVisibleTo(window.view)
        assert not reviewing._line.isVisible()
    # a place that was looked at and is no doubt leaves no line either
    window.view.set_document(reviewed)
    reviewing.look_at(AGREED)
    assert reviewing._line.isVisible()
    window.view.set_document(make_document(name="third"))
    assert not reviewing._line.isVisible()


def test_a_review_ends_where_the_fid_is_shown(window, fid_document) -> None:
    window.workspace._add([fid_document])
    reviewing = window.view_commands.reviewing
    reviewing.look_at(5.0)
    assert reviewing._line.isVisible()
    window.actions_by_id["show_fid"].trigger()
    assert window.view.shows_fid
    assert not reviewing._line.isVisible()


def test_a_narrow_bar_has_two_rows_and_cuts_no_word(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    bar = ReviewBar(holder)
    versions = [("quanv", True), ("cnn", False)]
    for width, has_two in ((480, True), (1200, False), (480, True)):
        bar.resize(width, 80)
        bar.show_line("1 of 3", "5.0000 ppm: doubtful, confidence 0.75, S/N 1261", versions)
        holder.show()
        qtbot.waitExposed(holder)
        bar.layout().activate()
        assert (bar.stop.y() > bar.why.geometry().bottom()) is has_two
        assert bar.why.width() >= bar.why.sizeHint().width()
    holder.hide()


def test_a_small_line_beside_tall_ones_is_clear(reviewed, window) -> None:
    """The line at 3 ppm has a fifth of the height of that at 7: both are within the view."""
    window.pages.setCurrentWidget(window.view)
    view, reviewing = window.view, window.view_commands.reviewing
    small = next(p for p in reviewed.layers["cnn"] if p.ppm == ONLY_SECOND)
    tiny = replace(small, height=0.9, ppm=7.03, id="tiny")
    reviewed.edit.set_layer_results({"cnn": reviewed.layers["cnn"].add(tiny)})
    assert doubts(reviewed)[0].peak.id == "tiny"
    window.view.full_view(both=True)
    reviewing.step()
    assert reviewing.current.peak.id == "tiny"
    low, high = view.view_box.current_view().x
    assert low < AGREED < high, "the tall one is in view too"
    trace = float(view.trace.value_at(7.03))
    rect = view.view_box.rect()
    above = float(view.trace.y_px(0.0)) - float(view.trace.y_px(max(trace, 0.9)))
    assert above > 0.25 * rect.height()


def test_after_the_last_doubt_the_view_is_as_before_and_says_what_was_done(
    reviewed, window
) -> None:
    view, reviewing = window.view, window.view_commands.reviewing
    view.full_view(both=True)
    before = view.view_box.current_view()
    reviewing.step()
    while reviewing.is_on:
        reviewing.reject()
    assert view.view_box.current_view() == before
    assert window.status.message.text() == "Reviewed: all of the 3 doubtful lines are settled"
    reviewing.step()
    assert "Nothing to review" in window.status.message.text()


def test_lines_that_other_thresholds_hide_come_in_a_second_round_with_what_hides_them(
    reviewed, window, qtbot
) -> None:
    """Hidden ones above the noise: the first round stays as short as it was."""
    quanv = reviewed.layers["quanv"]
    like = quanv.peaks[0]
    weak = replace(like, ppm=4.0, snr=8.0, id="weak")
    noise = replace(like, ppm=4.5, snr=2.8, id="noise")
    satellite = replace(weak, ppm=4.7, peak_class="satellite", id="satellite")
    small = replace(like, ppm=2.0, height=0.02, confidence=0.3, id="small")
    reviewed.edit.set_layer_results({"quanv": quanv.add(weak, noise, satellite, small)})
    reviewed.edit.choose_working("quanv")
    reviewed.edit.set_thresholds(replace(reviewed.thresholds, min_snr=20.0))
    assert [(d.peak.ppm, d.why) for d in hidden_lines(reviewed)] == [
        (4.0, "hidden by its S/N"),
        (2.0, "hidden by its height and confidence"),
    ]
    assert "small" not in [d.peak.id for d in doubts(reviewed)]
    window.activateWindow()
    window.view.setFocus()
    review = window.view_commands.reviewing
    review.step()
    seen = []
    for _ in range(5):
        seen.append((review.current.peak.ppm, review.bar.progress.text()))
        qtbot.keyClick(window.view, Qt.Key.Key_N)
    assert [ppm for ppm, _ in seen] == [ONLY_FIRST, ONLY_SECOND, HIDDEN, 4.0, 2.0]
    assert [text for _, text in seen][2:4] == ["3 of 3", "hidden 1 of 2"]
    assert review.current.peak.ppm == ONLY_FIRST, "and from the last to the first"
    for _ in range(3):
        qtbot.keyClick(window.view, Qt.Key.Key_Delete)
    assert "all of the 3 doubtful lines are settled; N goes through 2" in (
        window.status.message.text()
    )
    window.actions_by_id["next_doubt"].triggered.emit()
    assert review.current.peak.id == "weak"
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    assert reviewed.shown_peaks().find("weak").is_confirmed
    qtbot.keyClick(window.view, Qt.Key.Key_Delete)
    assert "all of the 2 hidden lines" in window.status.message.text()


def test_without_a_network_nobody_is_said_to_agree(window, make_document) -> None:
    document = make_document()
    window.view.set_document(document)
    review = window.view_commands.reviewing
    review.step()
    assert window.status.message.text() == "Nothing to review: find peaks first"
    like = replace(layer("classical", (7.0,)), provenance=Provenance("classical"))
    document.edit.set_layer_results({"classical": like})
    review.step()
    assert "without a network nobody disagrees" in window.status.message.text()
    document.edit.set_thresholds(replace(document.thresholds, min_snr=1000.0))
    review.step()
    assert review.bar.progress.text() == "hidden 1 of 1"
    assert "hidden by its S/N" in review.bar.why.text()
    window.view.set_document(None)
