"""Marks of a crowded spectrum in the whole window: clicked, deleted, thinned out, brought back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt


@pytest.fixture
def at_menthol(user, menthol):
    """A person who looks at all of menthol with the peaks of two finders."""
    user.window.resize(1280, 800)
    user.open(menthol)
    user.choose_finders("cnn", "classical")
    user.find()
    return user


def legend(user) -> str:
    return user.view.legend.accessibleDescription()


def drawn(user) -> list[str]:
    """Return the ids of the peaks that have a mark in the view."""
    working = user.view.markers.working
    return [working[i].id for i in user.view.markers.drawn().tolist()]


def test_marks_thin_out_in_full_view_and_come_back_on_zooming(at_menthol) -> None:
    user, document = at_menthol, at_menthol.document
    shown = document.shown_peaks()
    few = drawn(user)
    assert 5 < len(few) < len(shown) / 2
    assert f"{len(few)} of {len(shown)} marks: zoom in for the others" in legend(user)
    tallest = max(shown, key=lambda p: p.height)
    assert tallest.id in few, "the tall ones keep theirs"
    user.zoom(2.24, 2.14)
    inside = {p.id for p in document.shown_peaks() if 2.14 < p.ppm < 2.24}
    assert len(inside) > 8
    assert inside <= set(drawn(user))
    assert "zoom in" not in legend(user)


def test_each_mark_that_is_seen_goes_when_it_is_deleted_and_undo_brings_it_back(at_menthol) -> None:
    """Thirty deletions looked like none: two coloured marks stayed on every line."""
    user, document = at_menthol, at_menthol.document
    user.zoom(2.24, 2.14)
    before, marks = document.shown_peaks(), drawn(user)
    table = user.window.peak_table.view
    for peak_id in marks:
        at = user.mouse.mark(user.view, peak_id)
        user.mouse.click(user.view, at)
        assert user.view.editing.selected_ids() == (peak_id,)
        (row,) = {index.row() for index in table.selectionModel().selectedRows()}
        peak = document.peaks.find(peak_id)
        assert f"{peak.ppm:.4f}" in {
            str(table.model().index(row, c).data()) for c in range(table.model().columnCount())
        }
        user.press(Qt.Key.Key_Delete)
        assert peak_id not in drawn(user)
        assert user.view.markers.hit(QPointF(*at)) is None
    assert drawn(user) == []
    assert len(document.shown_peaks()) == len(before) - len(marks)
    for _ in marks:
        user.undo()
    assert drawn(user) == marks
    assert [p.id for p in document.shown_peaks()] == [p.id for p in before]


def test_the_presets_are_one_click_each_and_undone_by_one_key(at_menthol) -> None:
    user, document = at_menthol, at_menthol.document
    panel = user.window.thresholds_panel
    user.show_panel("finding")
    counts = [len(document.shown_peaks())]
    for button in panel.preset_row.by_name.values():
        user.click(button)
        counts.append(len(document.shown_peaks()))
        assert str(counts[-1]) in panel.count_text.text()
    usual, everything, main = counts
    assert main < usual < everything
    user.undo()
    user.undo()
    assert len(document.shown_peaks()) == usual
