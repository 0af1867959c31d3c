"""Who did what to which peak and when: in the state, so that it is saved, undone and restored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nmrquanv.session.edit_log import user_name
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.thresholds import Thresholds


def said(document) -> list[tuple[str, dict[str, str]]]:
    return [(line.text, dict(line.peaks)) for line in document.state.log]


def test_every_kind_of_edit_is_told_with_the_peaks_that_a_person_touched(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    ids = {round(p.ppm, 1): p.id for p in document.peaks}
    new = document.edit.add_peak(4.0, snap=False)
    document.edit.move_peak(ids[5.0], 5.02)
    document.edit.confirm_peaks([ids[3.0]])
    document.edit.confirm_peaks([ids[3.0]], False)
    document.edit.label_peak(ids[3.0], "CH2")
    document.edit.classify_peaks([ids[7.0]], "water")
    document.edit.delete_peaks([ids[1.2], new])
    document.edit.restore_deleted()
    document.edit.set_thresholds(Thresholds(3.0))
    document.edit.add_integral(7.1, 6.9)
    assert said(document) == [
        ("Find Peaks", {}),  # a finder's: nobody touched them
        ("Add Peak", {new: "added"}),
        ("Move Peak", {ids[5.0]: "moved"}),
        ("Confirm Peak", {ids[3.0]: "confirmed"}),
        ("Unconfirm Peak", {ids[3.0]: "unconfirmed"}),
        ("Label Peak", {ids[3.0]: "labelled"}),
        ("Mark as Water", {ids[7.0]: "called water"}),
        ("Delete 2 Peaks", {ids[1.2]: "deleted", new: "deleted"}),
        ("Restore Deleted Peaks", {ids[1.2]: "restored", new: "restored"}),
        ("Change Thresholds", {}),
        ("Add Integral", {}),
    ]
    assert {line.by for line in document.state.log} == {user_name()}
    ages = [datetime.now(UTC) - datetime.fromisoformat(line.at) for line in document.state.log]
    assert all(timedelta(seconds=-1) < age < timedelta(minutes=1) for age in ages)


def test_undoing_takes_the_line_back_and_redoing_brings_it(document) -> None:
    document.edit.add_peak(4.0)
    after = document.state.log
    document.undo_stack.undo()
    assert said(document) == []
    document.undo_stack.redo()
    assert document.state.log is after


def test_a_drag_is_one_line(document) -> None:
    gesture = new_gesture()
    new = document.edit.add_peak(4.0, snap=False, gesture=gesture)
    for step in range(1, 6):
        document.edit.move_peak(new, 4.0 + 0.01 * step, gesture)
    assert said(document) == [("Move Peak", {new: "added"})]
    assert document.undo_stack.count() == 1
    other = new_gesture()
    for step in range(1, 6):
        document.edit.move_peak(new, 4.1 + 0.01 * step, other)
    assert said(document)[1:] == [("Move Peak", {new: "moved"})]


def test_a_drag_that_was_undone_meanwhile_does_not_take_anothers_line(document) -> None:
    first = document.edit.add_peak(3.0, snap=False)
    gesture = new_gesture()
    document.edit.move_peak(first, 3.1, gesture)
    document.undo_stack.undo()
    document.edit.move_peak(first, 3.2, gesture)
    assert said(document) == [("Add Peak", {first: "added"}), ("Move Peak", {first: "moved"})]


def test_a_new_reference_touches_no_peak(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    document.edit.move_peak(document.peaks.peaks[0].id, 7.3)
    document.reprocess.reference(7.0, 7.1)
    assert said(document)[-1] == ("Reference", {})


def test_going_back_to_what_is_saved_brings_its_own_lines(document) -> None:
    document.edit.add_peak(4.0)
    document.mark_saved()
    saved = document.state
    document.edit.add_peak(5.0)
    document.edit.revert()
    assert document.state is saved


def test_who_has_no_name_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    from nmrquanv.session import edit_log

    def unknown() -> str:
        raise OSError("no username set")

    user_name.cache_clear()
    monkeypatch.setattr(edit_log.getpass, "getuser", unknown)
    try:
        assert user_name() == ""
    finally:
        user_name.cache_clear()
