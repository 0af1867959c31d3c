"""The least S/N as a line that is dragged in the plot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt

from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.plot.threshold_line import LEAST_SNR
from nmrquanv.gui.status_bar import notes_of
from nmrquanv.session.negative_lines import WARNING


@pytest.fixture
def view(qtbot, document) -> SpectrumView:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    qtbot.waitExposed(view)
    return view


def tag(view) -> tuple[float, float]:
    middle = view.layers.threshold.tag().center()
    return middle.x(), middle.y()


def test_the_line_stands_at_the_least_snr_and_counts(view, mouse) -> None:
    limit = view.layers.threshold.limit
    assert limit.snr == view.document.limits().min_snr
    assert limit.sigma == view.document.peaks.sigma
    assert view.layers.threshold.text() == "S/N 6.0"
    small = view.layers.threshold.tag().width()
    mouse.move(view, tag(view))
    assert view.layers.threshold.text() == "S/N 6.0 · 4 peaks"
    assert view.layers.threshold.tag().width() > small
    mouse.move(view, (300, 200))
    assert view.layers.threshold.text() == "S/N 6.0"
    view.view_box.show_view(y=(-0.05, 0.4))
    assert tag(view)[1] == pytest.approx(float(view.trace.y_px(6 * limit.sigma)))


@pytest.mark.parametrize("tool", ["zoom", "pick", "integral"])
def test_dragging_the_tag_changes_the_threshold_as_one_step(view, mouse, tool) -> None:
    view.set_tool(tool)
    view.view_box.show_view(y=(-5.0, 100.0))
    steps, before = view.document.undo_stack.count(), view.view_box.current_view()
    start = tag(view)
    end = (start[0], float(view.trace.y_px(30.0)))
    mouse.drag(view, start, end, steps=8)
    assert view.document.limits().min_snr == pytest.approx(30.0 / 0.02, rel=0.02)
    shown = {round(p.ppm, 2) for p in view.document.shown_peaks()}
    assert shown == {7.26, 7.0, 5.0}
    assert view.layers.threshold.limit.count == 3
    assert view.document.undo_stack.count() == steps + 1
    assert view.view_box.current_view() == before
    assert not view.document.integrals
    view.document.undo_stack.undo()
    assert view.layers.threshold.limit.snr == 6.0


def test_below_the_baseline_it_stops_at_the_least(view, mouse) -> None:
    view.view_box.show_view(y=(-50.0, 100.0))
    start = tag(view)
    mouse.drag(view, start, (start[0], 490.0), steps=4)
    assert view.document.limits().min_snr == LEAST_SNR


def test_a_drag_beside_the_tag_zooms(view, mouse) -> None:
    view.view_box.show_view(y=(-5.0, 100.0))
    y = tag(view)[1]
    before = view.view_box.current_view().x
    mouse.drag(view, (200, y), (400, y))
    assert view.view_box.current_view().x != before
    assert view.layers.threshold.limit.snr == 6.0


def test_the_pointer_says_that_the_tag_can_be_dragged(view, mouse) -> None:
    mouse.move(view, tag(view))
    assert view.view_box.cursor().shape() == Qt.CursorShape.SizeVerCursor
    mouse.move(view, (300, 200))
    assert view.view_box.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_it_can_be_hidden_and_is_not_there_without_peaks(view, make_document) -> None:
    at = QPointF(*tag(view))
    assert view.layers.threshold.hover(at)
    view.state.show_threshold(False)
    assert view.layers.threshold.limit is None
    assert not view.layers.threshold.hover(at)
    view.state.show_threshold(True)
    assert view.layers.threshold.hover(at)
    view.set_document(make_document(name="no peaks"))
    assert view.layers.threshold.limit is None


@pytest.mark.parametrize(("polarity", "is_both"), [("auto", False), ("both", True)])
def test_a_negative_line_is_drawn_only_where_lines_point_down_on_purpose(
    view, polarity, is_both
) -> None:
    """In 1H negative lobes are a fault; whoever looks for both signs gets both lines."""
    layer = view.document.layers["quanv"]
    down = replace(layer.peaks[1], height=-layer.peaks[1].height)
    settings = {**layer.provenance.settings, "polarity": polarity}
    provenance = replace(layer.provenance, settings=settings)
    peaks = (layer.peaks[0], down, *layer.peaks[2:])
    view.document.edit.set_layer_results(
        {"quanv": replace(layer, peaks=peaks, provenance=provenance)}
    )
    assert (view.layers.markers.signs() < 0).any()
    assert view.layers.threshold.limit.is_both == is_both
    assert (WARNING in notes_of(view.document)) != is_both
