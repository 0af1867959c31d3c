from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from nmrquanv.gui import theme
from nmrquanv.gui.panels.layer_swatch import TRUE_LINES
from nmrquanv.gui.plot.peak_labels import LEAST_STRIP, label_spacing
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.spectra.peaks import Peak


@pytest.fixture
def view(qtbot, document) -> SpectrumView:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    qtbot.waitExposed(view)
    return view


def peak_at(view, ppm: float) -> Peak:
    return min(view.document.shown_peaks(), key=lambda p: abs(p.ppm - ppm))


def tick_of(mouse, view, ppm: float) -> tuple[float, float]:
    return mouse.mark(view, peak_at(view, ppm).id)


def colours_near(view, at: tuple[float, float], radius: int = 4) -> set[str]:
    image = view.plot.viewport().grab().toImage()
    place = view.plot.mapFromScene(view.view_box.mapToScene(QPointF(*at)))
    ratio = image.devicePixelRatio()
    return {
        QColor(image.pixel(round((place.x() + dx) * ratio), round((place.y() + dy) * ratio))).name()
        for dx in range(-radius, radius + 1)
        for dy in range(-radius, radius + 1)
    }


def test_every_shown_peak_has_one_mark_and_no_other(view) -> None:
    marked = [p.id for p in view.markers.working]
    assert marked == [p.id for p in view.document.shown_peaks()]
    assert 1.2 not in [round(p.ppm, 2) for p in view.markers.working]


def test_a_click_on_a_mark_selects_it_and_ctrl_adds(view, mouse) -> None:
    told = []
    view.editing.selection_changed.connect(told.append)
    mouse.click(view, tick_of(mouse, view, 7.0))
    assert view.editing.selected_ids() == (peak_at(view, 7.0).id,)
    mouse.click(view, tick_of(mouse, view, 3.0), mouse.ctrl)
    assert view.editing.selected_ids() == (peak_at(view, 7.0).id, peak_at(view, 3.0).id)
    mouse.click(view, (700, 250))
    assert view.editing.selected_ids() == ()
    assert len(told) == 3


def test_layers_are_told_apart_by_colour_and_stack_over_the_peak(view, mouse) -> None:
    x, y = tick_of(mouse, view, 5.0)
    for number, name in enumerate(("quanv", "cnn", "classical")):
        at = (x, y + 8 - 20.0 - 11.5 * number)
        assert theme.layer_colour(name).name() in colours_near(view, at, 2)
        hit = view.markers.hit(QPointF(*at))
        assert hit.layer == name


def test_a_hidden_layer_is_neither_drawn_nor_hit(view, mouse) -> None:
    view.state.show_layer("cnn", False)
    x, y = tick_of(mouse, view, 5.0)
    assert theme.current().cnn not in colours_near(view, (x, y - 30), 25)
    assert view.markers.hit(QPointF(x, y + 8 - 31.5)).layer == "classical"
    view.state.show_layer("cnn", True)
    assert theme.current().cnn in colours_near(view, (x, y - 30), 25)


def test_marks_of_lines_that_leave_the_view_stay_below_the_labels(view, mouse) -> None:
    view.view_box.scale_height(100)
    for ppm in (7.26, 7.0, 5.0):
        assert tick_of(mouse, view, ppm)[1] > LEAST_STRIP


def test_negative_peaks_are_marked_below(view, mouse) -> None:
    at = view.document.spectrum.axis.ppm(9000)
    view.document.edit.set_layer_results({})
    peak = Peak(at, -10.0, finder="user", source="added")
    view.markers.set_working([peak], 3)
    assert mouse.mark(view, peak.id)[1] > float(view.trace.y_px(0.0))


def test_labels_stand_apart_even_when_peaks_crowd(view) -> None:
    peaks = [Peak(5.0 + 0.002 * i, 50.0 + i, source="added") for i in range(80)]
    view.markers.set_working(peaks, 3)
    placed = view.markers.placed_labels()
    assert 5 < len(placed) < 80
    spacing = label_spacing(view.markers.label_font())
    at = sorted(x for _, x, _ in placed)
    assert min(b - a for a, b in pairwise(at)) >= spacing - 1e-6
    assert at[0] > 0
    assert at[-1] < view.view_box.rect().width()


def test_a_selected_peak_keeps_its_label_in_a_crowd(view) -> None:
    peaks = [Peak(5.0 + 0.002 * i, 50.0 + i, source="added") for i in range(80)]
    view.markers.set_working(peaks, 3)
    view.editing.select([peaks[0].id])
    assert peaks[0].id in {p.id for p, _, _ in view.markers.placed_labels()}


def test_the_card_says_what_is_known(view, mouse) -> None:
    mouse.move(view, tick_of(mouse, view, 5.0))
    facts = dict(view.layers.card.facts)
    assert facts["δ"].startswith("5.000")
    assert facts["ν"].endswith("Hz")
    assert facts["S/N"] == "2500"
    assert facts["FWHM"] == "2.00 Hz"
    assert facts["Confidence"] == "90 %"
    mouse.move(view, (700, 250))
    assert view.layers.card.facts == ()


def test_the_card_says_no_hz_when_nobody_knows_the_frequency(qtbot, make_document, mouse) -> None:
    document = make_document(has_hz=False)
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    peak_id = document.edit.add_peak(5.0)
    mouse.move(view, mouse.mark(view, peak_id))
    facts = dict(view.layers.card.facts)
    assert "ν" not in facts
    assert "FWHM" not in facts
    assert facts["State"] == "added by you"


def test_pick_tool_adds_at_the_local_maximum(view, mouse) -> None:
    view.document.edit.delete_peaks([p.id for p in view.document.shown_peaks()])
    view.set_tool("pick")
    x, y = mouse.place(view, 5.0)
    mouse.click(view, (x + 3, y))
    (added,) = view.document.shown_peaks()
    assert added.ppm == pytest.approx(5.0, abs=0.001)
    assert added.source == "added"
    assert view.editing.selected_ids() == (added.id,)


def test_alt_click_adds_exactly_there(view, mouse) -> None:
    view.set_tool("pick")
    x, y = mouse.place(view, 4.5)
    count = len(view.document.shown_peaks())
    mouse.click(view, (x, y), mouse.alt)
    assert len(view.document.shown_peaks()) == count + 1
    assert peak_at(view, 4.5).ppm == pytest.approx(4.5, abs=0.01)


def test_a_click_on_a_line_that_is_marked_adds_nothing(view, mouse) -> None:
    view.set_tool("pick")
    before = view.document.shown_peaks()
    mouse.click(view, mouse.place(view, before.peaks[2].ppm, 3.0))
    assert view.document.shown_peaks() == before
    assert view.editing.selected_ids() == (before.peaks[2].id,)


def test_dragging_a_mark_is_one_undo_step(view, mouse) -> None:
    view.set_tool("pick")
    peak = peak_at(view, 5.0)
    steps = view.document.undo_stack.count()
    x, y = tick_of(mouse, view, 5.0)
    mouse.drag(view, (x, y), (x - 90, y), mouse.alt, steps=12)
    moved = view.document.peaks.find(peak.id)
    assert moved.ppm == pytest.approx(view.view_box.x_at(x - 90), abs=0.02)
    assert moved.source == "moved"
    assert view.document.undo_stack.count() == steps + 1
    view.document.undo_stack.undo()
    assert view.document.peaks.find(peak.id) == peak


def test_a_box_selects_marks_and_del_deletes_them(view, mouse) -> None:
    view.set_tool("pick")
    x1, y1 = tick_of(mouse, view, 5.0)
    x2, y2 = tick_of(mouse, view, 3.0)
    mouse.drag(view, (x1 - 20, min(y1, y2) - 20), (x2 + 20, max(y1, y2) + 20))
    assert {round(view.document.peaks.find(i).ppm) for i in view.editing.selected_ids()} == {5, 3}
    view.editing.delete_selected()
    assert [round(p.ppm, 2) for p in view.document.shown_peaks()] == pytest.approx([7.26, 7.0])
    assert view.editing.selected_ids() == ()


def test_ids_in_takes_a_box_of_pixels(view) -> None:
    assert view.markers.ids_in(QRectF(0, 0, 1, 1)) == ()
    everything = view.markers.ids_in(view.view_box.rect())
    assert set(everything) == {p.id for p in view.markers.working}


def test_confirmed_and_added_peaks_look_different(view, mouse) -> None:
    x, y = tick_of(mouse, view, 5.0)
    head = (x, y + 8 - 13)
    before = colours_near(view, (head[0] + 2.2, head[1]), 0)
    view.document.edit.confirm_peaks([peak_at(view, 5.0).id])
    assert colours_near(view, (head[0] + 2.2, head[1]), 0) != before


def test_drag_of_the_integral_tool_integrates(view, mouse) -> None:
    view.set_tool("integral")
    mouse.drag(view, mouse.place(view, 5.2), mouse.place(view, 4.8))
    (integral,) = view.document.integrals
    assert (integral.high_ppm, integral.low_ppm) == pytest.approx((5.2, 4.8), abs=0.02)
    assert view.layers.integrals.hit(QPointF(*mouse.place(view, 5.0))) == integral
    view.document.edit.calibrate_integral(integral.id, 3.0)
    assert [d.text for d in view.layers.integrals.drawn] == ["3.00"]


def test_drag_of_the_region_tool_marks_a_region(view, mouse) -> None:
    view.set_tool("region")
    mouse.drag(view, mouse.place(view, 4.8), mouse.place(view, 5.2))
    (region,) = view.document.reviewed_regions
    assert (region.high_ppm, region.low_ppm) == pytest.approx((5.2, 4.8), abs=0.02)


def test_reference_tool_tells_the_line_that_was_clicked(view, mouse) -> None:
    told = []
    view.editing.reference_picked.connect(told.append)
    view.set_tool("reference")
    x, y = mouse.place(view, 5.0)
    mouse.click(view, (x + 3, y))
    assert told == [pytest.approx(5.0, abs=0.001)]


def test_true_lines_and_solvent_can_be_hidden(qtbot, make_document) -> None:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(make_document(true_lines=True))
    at = (float(view.trace.x_px(5.0)), float(view.trace.y_px(20.0)))
    assert theme.current().true_line in colours_near(view, at)
    view.state.show_layer(TRUE_LINES, False)
    assert theme.current().true_line not in colours_near(view, at)


def test_a_peaks_own_label_is_written(view) -> None:
    peak = replace(peak_at(view, 5.0), label="OMe")
    view.markers.set_working([peak], 2)
    assert view.markers.label_of(peak) == "5.00 OMe"


def test_the_strip_grows_for_the_users_own_texts(view) -> None:
    peak = replace(peak_at(view, 5.0), label="OCH3 of the ester")
    view.markers.set_working([peak], 3)
    assert view.markers.strip > LEAST_STRIP
    view.markers.set_working([replace(peak, label="")], 3)
    assert view.markers.strip == LEAST_STRIP


def mark_of(mouse, view, number) -> tuple[float, float]:
    """Where the mark of the finder of this number stands over the line at 5 ppm."""
    x, y = tick_of(mouse, view, 5.0)
    return x, y + 8 - 20.0 - 11.5 * number


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_click_on_a_finders_mark_selects_the_peak_below_it(view, mouse, number) -> None:
    mouse.click(view, mark_of(mouse, view, number))
    assert view.editing.selected_ids() == (peak_at(view, 5.0).id,)


def test_a_deleted_line_keeps_no_mark_of_any_finder_until_it_is_restored(view, mouse) -> None:
    places = [mark_of(mouse, view, number) for number in range(3)]
    view.document.edit.delete_peaks([peak_at(view, 5.0).id])
    assert [view.markers.hit(QPointF(*at)) for at in places] == [None, None, None]
    view.document.undo_stack.undo()
    assert [view.markers.hit(QPointF(*at)).layer for at in places] == ["quanv", "cnn", "classical"]
