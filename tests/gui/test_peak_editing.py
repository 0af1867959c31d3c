"""Adding, selecting and moving peaks with mouse and keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.plot.peak_editing import NO_TOP
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.spectra.peaks import PeakList

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot, document) -> SpectrumView:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    qtbot.waitExposed(view)
    view.setFocus()
    return view


def listed(view) -> list[float]:
    return [p.ppm for p in view.document.shown_peaks()]


def near(view, ppm: float):
    return min(view.document.shown_peaks(), key=lambda p: abs(p.ppm - ppm))


@pytest.mark.parametrize("tool", ["zoom", "integral", "region"])
def test_a_click_beside_a_peak_selects_it(view, mouse, tool) -> None:
    view.set_tool(tool)
    x, y = mouse.place(view, 5.0, 20.0)
    mouse.click(view, (x + 5, y))
    assert view.editing.selected_ids() == (near(view, 5.0).id,)
    mouse.click(view, (x + 40, y))
    assert view.editing.selected_ids() == ()


def test_a_click_over_the_mark_of_a_line_selects_nothing(view, mouse) -> None:
    x, y = mouse.mark(view, near(view, 5.0).id)
    mouse.click(view, (x + 5, y - 60))
    assert view.editing.selected_ids() == ()


def test_a_click_on_a_flank_puts_the_peak_on_the_top(view, mouse) -> None:
    view.document.edit.delete_peaks([near(view, 5.0).id])
    view.set_tool("pick")
    view.view_box.show_view(x=(4.99, 5.01))
    x, y = mouse.place(view, 5.0016, 10.0)
    assert mouse.place(view, 5.0)[0] - x > 60
    mouse.click(view, (x, y))
    assert near(view, 5.0).ppm == pytest.approx(5.0, abs=0.0005)
    assert near(view, 5.0).source == "added"


@pytest.mark.parametrize("held", ["shift", "alt"])
def test_two_peaks_are_never_nearer_than_a_tenth_of_the_width_unless_shift_is_held(
    view, mouse, held
) -> None:
    view.set_tool("pick")
    view.view_box.show_view(x=(4.99, 5.01))
    before, peak = listed(view), near(view, 5.0)
    view.document.edit.move_peak(peak.id, 5.0 + 0.0004)
    at = mouse.place(view, 5.0, 45.0)
    view.document.edit.label_peak(peak.id, "moved")
    mouse.click(view, at)
    assert len(listed(view)) == len(before)
    mouse.click(view, mouse.place(view, 5.0, 45.0), getattr(mouse, held))
    assert len(listed(view)) == len(before) + 1


@pytest.mark.parametrize("held", ["plain", "shift", "alt"])
def test_the_reference_tool_takes_the_top_and_with_shift_the_place_itself(
    view, mouse, held
) -> None:
    picked = []
    view.editing.reference_picked.connect(picked.append)
    view.set_tool("reference")
    view.view_box.show_view(x=(4.99, 5.01))
    at = mouse.place(view, 5.0 + 4 * abs(view.view_box.x_at(1) - view.view_box.x_at(0)))
    view.document.edit.delete_peaks([near(view, 5.0).id])  # its mark would be the place
    mouse.click(view, (at[0], 200), getattr(mouse, held))
    exact, pixel = view.view_box.x_at(at[0]), abs(view.view_box.x_at(1) - view.view_box.x_at(0))
    assert picked == [pytest.approx(5.0 if held == "plain" else exact, abs=1.5 * pixel)]


def test_where_there_is_no_top_nothing_is_added_and_why_is_said(view, mouse) -> None:
    told = []
    view.editing.told.connect(told.append)
    view.set_tool("pick")
    view.view_box.show_view(x=(4.9900, 4.9925))
    before = listed(view)
    mouse.click(view, (300, 200))
    assert listed(view) == before
    assert told
    assert told[0].startswith(NO_TOP)


def test_arrows_nudge_the_selected_peak_as_one_step(view, qtbot) -> None:
    peak = near(view, 5.0)
    view.editing.select([peak.id])
    steps = view.document.undo_stack.count()
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Left)
    moved = view.document.peaks.find(peak.id)
    pixel = abs(view.view_box.x_at(1) - view.view_box.x_at(0))
    assert moved.ppm == pytest.approx(peak.ppm + 3 * pixel)
    assert moved.source == "moved"
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert view.document.peaks.find(peak.id).ppm == pytest.approx(peak.ppm - 7 * pixel)
    assert view.document.undo_stack.count() == steps + 1
    view.document.undo_stack.undo()
    assert view.document.peaks.find(peak.id) == peak


def test_a_peak_is_added_by_keyboard_alone(view, qtbot, mouse) -> None:
    view.document.edit.set_layer_results({"quanv": PeakList()})
    places = []
    view.cursor_moved.connect(lambda x, y: places.append(x))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    cursor = view.layers.cursor
    assert cursor.ppm is not None
    view.view_box.show_view(x=(4.8, 5.3))
    start = float(view.trace.x_px(5.0))
    while cursor.ppm is None or abs(float(view.trace.x_px(cursor.ppm)) - start) > 6:
        qtbot.keyClick(view, Qt.Key.Key_Right if cursor.ppm > 5.0 else Qt.Key.Key_Left)
    assert places[-1] == cursor.ppm
    qtbot.keyClick(view, Qt.Key.Key_Return)
    (ppm,) = listed(view)
    assert ppm == pytest.approx(5.0, abs=0.001)
    assert view.editing.selected_ids()
    view.editing.select(())
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Return, SHIFT)
    assert min(listed(view)) == pytest.approx(cursor.ppm)
    assert len(listed(view)) == 2
    view.editing.select(())
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return, ALT)
    assert len(listed(view)) == 3


def test_the_cursor_takes_the_view_along_and_goes_with_the_document(view, qtbot) -> None:
    view.view_box.show_view(x=(4.9, 5.1))
    for _ in range(60):
        qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    low, high = view.view_box.current_view().x
    assert low <= view.layers.cursor.ppm <= high < 5.05
    view.set_document(None)
    assert view.layers.cursor.ppm is None


def test_without_a_cursor_enter_does_nothing(view, qtbot) -> None:
    before = listed(view)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert listed(view) == before


def test_a_click_on_a_line_that_a_threshold_hides_confirms_the_finder_s_peak(view, mouse) -> None:
    hidden = next(p for p in view.document.peaks if p.ppm == 1.2)
    before, listed_before = listed(view), len(view.document.peaks)
    assert 1.2 not in before
    told = []
    view.editing.told.connect(told.append)
    view.set_tool("pick")
    view.view_box.show_view(x=(1.19, 1.21), y=(-0.05, 0.15))
    mouse.click(view, mouse.place(view, 1.2, 0.05))
    assert len(view.document.peaks) == listed_before
    assert len(listed(view)) == len(before) + 1
    assert view.document.peaks.find(hidden.id).is_confirmed
    assert view.editing.selected_ids() == (hidden.id,)
    assert "threshold hid it" in told[0]


def test_a_peak_is_not_dragged_or_nudged_onto_another_unless_alt_is_held(
    view, mouse, qtbot
) -> None:
    edit, told = view.document.edit, []
    view.editing.told.connect(told.append)
    own = edit.add_peak(5.01, snap=False)
    view.set_tool("pick")
    view.view_box.show_view(x=(4.98, 5.03), y=(-5.0, 60.0))
    start, end = mouse.mark(view, own), mouse.place(view, 5.0, 40.0)
    mouse.drag(view, start, end)
    assert view.document.peaks.find(own).ppm == 5.01
    assert "Another peak" in told[-1]
    pixel = abs(view.view_box.x_at(1) - view.view_box.x_at(0))
    edit.move_peak(own, 5.0 + 2.5 * 4000.0 / 16384 / 400.0 + pixel)
    view.editing.select([own])
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert abs(view.document.peaks.find(own).ppm - 5.0) > 0.0007
    mouse.drag(view, mouse.mark(view, own), end, mouse.shift)
    assert view.document.peaks.find(own).ppm == pytest.approx(5.0, abs=2 * pixel)


def test_a_hidden_peak_gives_way_to_one_that_is_moved_onto_it(view, mouse) -> None:
    hidden = next(p for p in view.document.peaks if p.ppm == 1.2)
    own = view.document.edit.add_peak(1.205, snap=False)
    view.set_tool("pick")
    view.view_box.show_view(x=(1.19, 1.21), y=(-0.05, 0.15))
    mouse.drag(view, mouse.mark(view, own), mouse.place(view, hidden.ppm, 0.05))
    assert abs(view.document.peaks.find(own).ppm - 1.2) < 0.001
    assert view.document.peaks.find(hidden.id) is None
    view.document.undo_stack.undo()
    assert view.document.peaks.find(hidden.id) == hidden


@pytest.mark.parametrize("what", ["delete", "keys", "spectrum"])
def test_the_card_of_a_mark_goes_with_what_was_under_the_resting_mouse(
    view, mouse, make_document, what
) -> None:
    """It stood on over the place of a deleted peak, and said how sure its finder was."""
    peak = near(view, 5.0)
    mouse.move(view, mouse.mark(view, peak.id))
    card = view.layers.card
    assert dict(card.facts)["δ"].startswith(f"{peak.ppm:.3f}")
    match what:
        case "delete":
            view.document.edit.delete_peaks([peak.id])
        case "keys":
            view.view_box.show_view(x=(3.5, 5.2))
        case _:
            view.set_document(make_document())
    assert card.facts == ()


def test_the_card_says_whether_others_agree(view, mouse) -> None:
    mouse.move(view, mouse.mark(view, near(view, 5.0).id))
    assert dict(view.layers.card.facts)["Found by"] == "Quantum (QuanvNN), all agree"
    mouse.move(view, mouse.mark(view, near(view, 3.0).id))
    assert dict(view.layers.card.facts)["Found by"] == "Quantum (QuanvNN), some agree"
