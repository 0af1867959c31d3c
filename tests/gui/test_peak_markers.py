from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from nmrquanv.gui import theme
from nmrquanv.gui.marker_looks import TRUE_LINES
from nmrquanv.gui.plot.peak_labels import LEAST_STRIP, distinct_texts, label_spacing
from nmrquanv.gui.plot.peak_markers import MARKER_ROOM
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


def lane_of(view, finder: str, ppm: float) -> tuple[float, float]:
    """Where a finder's tick for a line stands in its lane."""
    peak = min(view.document.shown_layer(finder), key=lambda p: abs(p.ppm - ppm))
    return float(view.trace.x_px(peak.ppm)), view.layers.lanes.middle(finder)


FINDERS = ("quanv", "cnn", "classical")


def is_hue(colour: QColor, name: str) -> bool:
    """Tell whether a colour is a finder's, paler or not."""
    wanted = theme.layer_colour(name)
    return colour.saturation() > 40 and abs(colour.hue() - wanted.hue()) < 12


def test_each_finder_has_a_faint_lane_of_its_colour_under_the_trace(view) -> None:
    heights = []
    for name in FINDERS:
        at = lane_of(view, name, 5.0)
        heights.append(at[1])
        assert any(is_hue(QColor(c), name) for c in colours_near(view, at, 2))
        hit = view.layers.hit(QPointF(*at))
        assert (hit.layer, round(hit.peak.ppm, 2)) == (name, 5.0)
    assert heights == sorted(heights)
    assert heights[0] > float(view.trace.y_px(0.0))


def test_a_hidden_lane_is_neither_drawn_nor_hit(view) -> None:
    at = lane_of(view, "quanv", 5.0)
    view.state.show_layer("quanv", False)
    assert not any(is_hue(QColor(c), "quanv") for c in colours_near(view, at, 2))
    assert view.layers.hit(QPointF(*at)) is None
    view.state.show_layer("quanv", True)
    assert view.layers.hit(QPointF(*at)).layer == "quanv"


def test_a_line_has_one_mark_and_nothing_stacked_over_it(view, mouse) -> None:
    x, y = tick_of(mouse, view, 5.0)
    assert theme.current().text in colours_near(view, (x, y), 5)
    over = colours_near(view, (x, y - 18), 10)
    assert over == {theme.current().plot}
    assert view.layers.hit(QPointF(x, y - 24)) is None


def test_colour_and_shape_say_who_agrees(view, mouse) -> None:
    peaks = {round(p.ppm, 2): i for i, p in enumerate(view.markers.working)}
    agreement = view.markers.agreement
    kinds = {ppm: agreement.kinds[agreement.kind[i]] for ppm, i in peaks.items()}
    assert kinds == {7.26: "all", 7.0: "all", 5.0: "all", 3.0: "some"}
    assert theme.current().muted in colours_near(view, tick_of(mouse, view, 3.0), 5)
    view.document.edit.choose_working("cnn")
    assert theme.current().cnn in colours_near(view, tick_of(mouse, view, 4.0), 3)
    view.document.edit.move_peak(peak_at(view, 4.0).id, 4.2)
    assert theme.current().mine in colours_near(view, tick_of(mouse, view, 4.2), 3)


def test_the_legend_names_the_kinds_that_occur(view) -> None:
    assert dict(view.legend.entries()) == {
        "all": "all finders (3)",
        "some": "some finders (1)",
    }
    view.document.edit.choose_working("cnn")
    assert dict(view.legend.entries())["cnn"] == "CNN only (1)"
    assert view.legend.geometry().bottom() < view.plot.geometry().top()
    view.set_document(None)
    assert view.legend.entries() == ()


def crowd(view, count: int = 400) -> None:
    """Mark the noise in a stretch densely, lower lines between taller ones."""
    trace, axis = view.document.spectrum.trace, view.document.spectrum.axis
    points = [int(axis.point(6.0)) + 7 * i for i in range(count)]
    peaks = [Peak(float(axis.ppm(p)), abs(float(trace[p])), finder="quanv") for p in points]
    view.markers.set_working(peaks, 3)


def test_crowded_marks_thin_out_by_height_and_come_back_on_zooming(view) -> None:
    crowd(view)
    few = view.markers.drawn()
    x, height = view.markers.places().x, [p.height for p in view.markers.working]
    assert 10 < len(few) < 120
    at = sorted(x[few])
    assert min(b - a for a, b in pairwise(at)) >= MARKER_ROOM - 1
    for i in set(range(len(x))) - set(few.tolist()):
        assert max(height[k] for k in few if abs(x[k] - x[i]) < MARKER_ROOM + 1) >= height[i]
    assert view.legend.thinned() == f"{len(few)} of 400 marks: zoom in for the others"
    view.view_box.show_view(x=(5.9, 6.0))
    assert len(view.markers.drawn()) >= view.markers.in_view() > 10
    assert view.legend.thinned() == ""


def test_no_mark_covers_the_trace(view) -> None:
    """Also not that of a taller line beside it."""
    spectrum = view.document.spectrum
    peaks = [Peak(5.0 + d, 1.0, finder="quanv") for d in (-0.04, -0.012, 0.0, 0.012, 0.04)]
    view.markers.set_working(peaks, 3)
    view.view_box.show_view(x=(4.5, 5.5))
    x, _, foot = view.markers.places()
    columns = np.rint(view.trace.x_px(spectrum.axis.all_ppm()))
    y = view.trace.y_px(spectrum.trace)
    for i in view.markers.drawn():
        beside = np.abs(columns - x[i]) <= 5
        assert y[beside].min() > foot[i] - 3
    lifted = view.markers.places().apex - foot
    assert lifted.max() > 20
    assert lifted[2] == pytest.approx(0, abs=1.5)


@pytest.mark.parametrize("tool", ["zoom", "pick", "integral", "region", "reference"])
def test_a_deleted_peak_leaves_no_mark_in_any_tool(view, mouse, qtbot, tool) -> None:
    view.set_tool(tool)
    at = tick_of(mouse, view, 5.0)
    mouse.move(view, at)
    view.editing.delete_selected()
    assert all(abs(p.ppm - 5.0) > 0.1 for p in view.markers.working)
    assert view.layers.hit(QPointF(*at)) is None
    mouse.move(view, (700, 250))
    assert colours_near(view, at, 8) == {theme.current().plot}


def test_labels_never_repeat(view) -> None:
    peaks = [Peak(5.0 + 0.0002 * i, 50.0 + i, source="added") for i in range(3)]
    peaks += [Peak(4.9, 5.0, source="added"), Peak(4.9, -5.0, source="added")]
    view.markers.set_working(peaks, 3)
    view.view_box.show_view(x=(4.85, 5.001))
    texts = [label.text for label in view.markers._labels()]
    assert len(set(texts)) == len(texts)
    assert {"5.0000", "5.0002", "5.0004", "4.90000"} == set(texts)
    assert distinct_texts([(p, p.ppm) for p in peaks], 3) == [
        "5.0000", "5.0002", "5.0004", "4.90000", "",
    ]  # fmt: skip


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
    assert facts["FWHM"] == "2.00 Hz (8.2 points)"
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


def test_a_confirmed_peak_has_a_check_over_its_mark(view, mouse) -> None:
    x, y = tick_of(mouse, view, 5.0)
    over = (x, y - 10)
    assert colours_near(view, over, 3) == {theme.current().plot}
    view.document.edit.confirm_peaks([peak_at(view, 5.0).id])
    assert len(colours_near(view, over, 3)) > 1


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


@pytest.mark.parametrize("finder", FINDERS)
def test_a_click_on_a_finders_tick_selects_the_peak_over_it(view, mouse, finder) -> None:
    mouse.click(view, lane_of(view, finder, 5.0))
    assert view.editing.selected_ids() == (peak_at(view, 5.0).id,)


def test_a_deleted_line_keeps_no_tick_of_any_finder_until_it_is_restored(view, mouse) -> None:
    places = [lane_of(view, finder, 5.0) for finder in FINDERS]
    view.document.edit.delete_peaks([peak_at(view, 5.0).id])
    assert [view.layers.hit(QPointF(*at)) for at in places] == [None, None, None]
    view.document.undo_stack.undo()
    assert [view.layers.hit(QPointF(*at)).layer for at in places] == list(FINDERS)
