from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.peak_labels import LEAST_STRIP
from nmrquanv.gui.plot.peak_markers import MARKER_STACK
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.session.document import Document
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.spectrum import Fid, Sample, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe


@pytest.fixture
def view(qtbot, document) -> SpectrumView:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    qtbot.waitExposed(view)
    return view


def widths(view) -> tuple[float, float]:
    shown = view.view_box.current_view()
    return shown.x[1] - shown.x[0], shown.y[1] - shown.y[0]


def test_ppm_falls_from_left_to_right(view) -> None:
    assert view.trace.x_px(7.0) < view.trace.x_px(1.2)
    high, low = view.visible_ppm()
    assert (high, low) == pytest.approx(view.document.spectrum.axis.limits_ppm)


def test_the_drawn_line_is_the_native_trace(view) -> None:
    np.testing.assert_array_equal(view.trace.values, view.document.spectrum.trace[::-1])
    axis = view.document.spectrum.axis
    assert view.trace.value_at(axis.ppm(1234)) == view.document.spectrum.trace[1234]


def test_the_tallest_line_outside_solvent_fills_the_height(view) -> None:
    """Chloroform is three times as tall here and runs out of the view."""
    tallest = view.document.spectrum.trace[view.document.spectrum.axis.span(7.1, 6.9)].max()
    assert float(view.trace.y_px(tallest)) == pytest.approx(LEAST_STRIP + MARKER_STACK, abs=1.0)
    assert float(view.trace.y_px(300.0)) < 0


def test_a_spectrum_with_lines_of_both_signs_shows_both(qtbot) -> None:
    axis = Axis(4096, 4000.0, 100.0, 200.0)
    data = np.zeros(4096)
    data[1000], data[3000] = 1.0, -0.8
    spectrum = Spectrum(data, axis, Sample("13C"))
    dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
    document = Document(dataset, dataset.recipe.run(spectrum), "dept")
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    shown = view.view_box.current_view().y
    assert shown[0] < -0.8
    assert shown[1] > 1.0


def test_wheel_scales_the_height_about_the_baseline(view, mouse) -> None:
    zero, before = float(view.trace.y_px(0.0)), widths(view)
    mouse.wheel(view, (400, 200), 1)
    assert float(view.trace.y_px(0.0)) == pytest.approx(zero)
    assert widths(view) == pytest.approx((before[0], before[1] / 1.15))
    mouse.wheel(view, (400, 200), -1, mouse.ctrl)
    assert widths(view)[1] == pytest.approx(before[1] / 1.15 * 2)


def test_shift_wheel_zooms_at_the_cursor(view, mouse) -> None:
    at, before = mouse.place(view, 5.0), widths(view)
    mouse.wheel(view, at, 2, mouse.shift)
    assert view.view_box.x_at(at[0]) == pytest.approx(5.0, abs=0.01)
    assert widths(view) == pytest.approx((before[0] / 1.15**2, before[1]))


def test_wheel_on_the_axis_zooms_the_axis(view, mouse) -> None:
    before = widths(view)
    below = view.view_box.rect().height() + 20
    mouse.wheel(view, (400, below), 1)
    assert widths(view) == pytest.approx((before[0] / 1.15, before[1]))


def test_the_wheel_preset_swaps_wheel_and_shift_wheel(view, mouse) -> None:
    view.view_box.is_wheel_zoom = True
    before = widths(view)
    mouse.wheel(view, (400, 200), 1)
    assert widths(view) == pytest.approx((before[0] / 1.15, before[1]))
    mouse.wheel(view, (400, 200), 1, mouse.shift)
    assert widths(view) == pytest.approx((before[0] / 1.15, before[1] / 1.15))


def test_left_drag_zooms_into_a_range_and_backspace_view_returns(view, mouse) -> None:
    before = view.view_box.current_view()
    mouse.drag(view, mouse.place(view, 7.5), mouse.place(view, 6.5))
    shown = view.view_box.current_view()
    assert shown.x == pytest.approx((6.5, 7.5), abs=0.02)
    assert shown.y == before.y
    assert view.view_box.previous_view()
    assert view.view_box.current_view().x == pytest.approx(before.x)
    assert not view.view_box.previous_view()


def test_ctrl_drag_zooms_into_a_box(view, mouse) -> None:
    mouse.drag(view, mouse.place(view, 7.5, 80.0), mouse.place(view, 6.5, 20.0), mouse.ctrl)
    shown = view.view_box.current_view()
    assert shown.x == pytest.approx((6.5, 7.5), abs=0.02)
    assert shown.y == pytest.approx((20.0, 80.0), abs=1.0)


@pytest.mark.parametrize("button", ["right", "middle"])
def test_other_drags_pan_at_constant_width(view, mouse, button) -> None:
    view.view_box.show_view(x=(4.0, 6.0))
    y = view.view_box.current_view().y
    start = mouse.place(view, 5.0)
    mouse.drag(view, start, (start[0] + 100, start[1] + 30), button=getattr(mouse, button))
    shown = view.view_box.current_view()
    assert shown.x[1] - shown.x[0] == pytest.approx(2.0)
    assert shown.y == y
    assert view.view_box.x_at(start[0] + 100) == pytest.approx(5.0, abs=0.03)


def test_panning_stops_at_the_end_of_the_sweep(view, mouse) -> None:
    view.view_box.show_view(x=(7.0, 9.0))
    mouse.drag(view, (100, 200), (800, 200), button=mouse.right)
    shown, limits = view.view_box.current_view(), view.view_box.limits_x
    assert shown.x[1] == pytest.approx(limits[1])
    assert shown.x[1] - shown.x[0] == pytest.approx(2.0)


def test_double_click_shows_the_whole_sweep_and_keeps_the_height(view, mouse) -> None:
    view.view_box.show_view(x=(4.0, 6.0), y=(-1.0, 7.0))
    mouse.click(view, (400, 250), is_double=True)
    shown = view.view_box.current_view()
    assert shown.x == pytest.approx(view.view_box.limits_x)
    assert shown.y == pytest.approx((-1.0, 7.0))


def test_full_view_twice_fits_the_height_as_well(view) -> None:
    start = view.view_box.current_view()
    view.view_box.show_view(x=(4.0, 6.0), y=(-1.0, 7.0))
    view.full_view_stepwise()
    assert view.view_box.current_view().y == pytest.approx((-1.0, 7.0))
    view.full_view_stepwise()
    assert view.view_box.current_view().y == pytest.approx(start.y)


def test_one_turning_of_the_wheel_is_one_step_back(view, mouse) -> None:
    before = view.view_box.current_view()
    for _ in range(5):
        mouse.wheel(view, (400, 200), 1)
    assert view.view_box.previous_view()
    assert view.view_box.current_view().y == pytest.approx(before.y)


def test_saved_views_come_back(view) -> None:
    view.view_box.show_view(x=(4.0, 6.0))
    view.saved_views.show_view(3)
    view.full_view()
    view.saved_views.show_view(3)
    assert view.view_box.current_view().x == pytest.approx((4.0, 6.0))


def test_each_document_keeps_its_view(view, make_document) -> None:
    first = view.document
    view.view_box.show_view(x=(4.0, 6.0), y=(-1.0, 7.0))
    view.set_document(make_document(name="other"))
    assert view.view_box.current_view().x != pytest.approx((4.0, 6.0))
    view.set_document(first)
    assert view.view_box.current_view().x == pytest.approx((4.0, 6.0))
    assert view.view_box.current_view().y == pytest.approx((-1.0, 7.0))


def test_re_referencing_takes_the_view_along(view) -> None:
    view.view_box.show_view(x=(6.5, 7.5))
    view.document.reprocess.reference(7.0, 7.1)
    assert view.view_box.current_view().x == pytest.approx((6.6, 7.6))
    assert view.trace.value_at(7.1) == pytest.approx(100.0, rel=0.01)


def test_space_drag_pans_and_a_mere_space_confirms(view, mouse, qtbot) -> None:
    view.view_box.show_view(x=(4.0, 6.0))
    (peak,) = [p for p in view.markers.working if abs(p.ppm - 5.0) < 0.01]
    view.editing.select([peak.id])
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_Space)
    mouse.drag(view, (400, 200), (500, 200))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    shown = view.view_box.current_view()
    assert shown.x[1] - shown.x[0] == pytest.approx(2.0)
    assert shown.x[1] > 6.1
    assert not view.document.peaks.find(peak.id).is_confirmed
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.document.peaks.find(peak.id).is_confirmed


def test_tab_walks_along_the_peaks(view, qtbot) -> None:
    view.setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Tab)
        seen.append(view.document.peaks.find(view.editing.selected_ids()[0]).ppm)
    assert seen == pytest.approx([7.26, 7.0, 5.0], abs=0.01)
    qtbot.keyClick(view, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert view.document.peaks.find(view.editing.selected_ids()[0]).ppm == pytest.approx(
        7.0, abs=0.01
    )


def test_the_fid_is_shown_over_time(qtbot) -> None:
    axis = Axis(2048, 4000.0, 400.0, 9.5)
    t = np.arange(2048) / 4000.0
    fid = Fid(np.exp((2j * np.pi * 300 - 5) * t), axis, 400.0, sample=Sample("1H"))
    dataset = DataSet(fid, spectrum_recipe(), ("fid",))
    spectrum = Spectrum(np.ones(2048) + 0j, axis)
    from nmrquanv.spectra.recipe import Outcome

    document = Document(dataset, Outcome(spectrum, dataset.recipe), "fid")
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    view.view_box.show_view(x=(0.0, 5.0))
    view.show_fid(True)
    assert view.shows_fid
    assert view.trace.x_px(0.0) < view.trace.x_px(0.1)
    assert view.view_box.limits_x == pytest.approx((0.0, 2047 / 4000))
    np.testing.assert_array_equal(view.trace.values, fid.data.real)
    view.show_fid(False)
    assert view.view_box.current_view().x == pytest.approx((0.0, 5.0))
    assert view.trace.x_px(5.0) < view.trace.x_px(0.0)


def test_nothing_of_the_spectrum_stands_over_its_fid(qtbot, fid_document) -> None:
    """The line of least S/N did, with a tag that could be dragged."""
    view = SpectrumView()
    qtbot.addWidget(view)
    view.show()
    view.set_document(fid_document)
    fid_document.edit.set_layer_results({"classical": pick_classical(fid_document.spectrum)})
    view.state.show_hiding("height")

    def seen() -> set[str]:
        layers = [item for item in view.view_box.childItems() if isinstance(item, Overlay)]
        return {type(x).__name__ for x in layers if x.isVisible() and x.has_content()}

    assert {"ThresholdLine", "HiddenMarks", "PeakMarkers"} <= seen()
    view.show_fid(True)
    assert seen() == {"Trace"}
    view.show_fid(False)
    assert "ThresholdLine" in seen()


def test_phase_is_previewed_and_taken_back(view) -> None:
    view.preview_phase(180.0, 0.0)
    np.testing.assert_allclose(view.trace.values, -view.document.spectrum.trace[::-1], atol=1e-9)
    view.preview_phase(0.0, 0.0)
    np.testing.assert_array_equal(view.trace.values, view.document.spectrum.trace[::-1])


def test_the_cursor_is_told_in_ppm_and_intensity(view, mouse, qtbot) -> None:
    told = []
    view.cursor_moved.connect(lambda x, value: told.append((x, value)))
    mouse.move(view, mouse.place(view, 5.0))
    x, value = told[-1]
    assert x == pytest.approx(5.0, abs=0.01)
    assert value == view.trace.value_at(x)


def test_an_empty_view_takes_all_gestures(qtbot, mouse) -> None:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(None)
    for tool in ("zoom", "pick", "integral", "region"):
        view.set_tool(tool)
        mouse.click(view, (100, 100))
        mouse.drag(view, (100, 100), (300, 200))
        mouse.wheel(view, (100, 100), 1)
    view.full_view_stepwise()
    view.fit_height()
    assert view.editing.select_next() is False


@pytest.mark.measures_time
@pytest.mark.parametrize("points", [65_536, 524_288])
def test_large_spectra_are_drawn_within_a_frame(qtbot, points) -> None:
    """Sixty frames a second leave 16 ms; here for the line alone, on a shared machine."""
    import time

    axis = Axis(points, 10_000.0, 500.0, 15.0)
    data = np.random.default_rng(0).normal(size=points)
    spectrum = Spectrum(data, axis, Sample("1H"))
    dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(1200, 600)
    view.show()
    view.set_document(Document(dataset, dataset.recipe.run(spectrum), "big"))
    best = 1e9
    for step in range(8):
        view.view_box.show_view(x=(-2.0 + 0.01 * step, 12.0), remember=False)
        start = time.perf_counter()
        view.plot.viewport().repaint()
        best = min(best, time.perf_counter() - start)
    assert best < 0.05
