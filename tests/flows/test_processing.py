"""Processing in the real window: what the plot shows while one works, with real mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QDialogButtonBox

from nmrquanv.gui.dialogs.choose_spectra import ChooseSpectraDialog
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.dialogs.reference import OffersDialog, ShiftDialog
from nmrquanv.gui.dialogs.synthetic import SyntheticDialog
from nmrquanv.gui.panels.peak_table_columns import COLUMNS, UNKNOWN
from nmrquanv.io.recipe_files import read_recipe
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.recipe import Apodization, Baseline, Magnitude, Phase, Reference, Smoothing
from tests.flows.conftest import CTRL, LEFT, NONE
from tests.flows.peak_user import integrated
from tests.flows.processing_user import (
    WAIT_MS,
    added,
    after,
    chosen,
    field,
    file_typed,
    menu_entry,
    pressed,
    taken,
)
from tests.flows.test_several import stack_of

OK = QDialogButtonBox.StandardButton.Ok


def grip(slider) -> QPoint:
    share = slider.sliderPosition() / slider.maximum()
    return QPoint(round(share * (slider.width() - 12)) + 6, slider.height() // 2)


def test_the_plot_shows_a_drag_while_it_lasts_and_esc_gives_it_back(at_fid, qtbot) -> None:
    user, panel, trace = at_fid, at_fid.window.processing, at_fid.view.trace
    kinds, before = QEvent.Type, trace.values.copy()
    chosen(user, Apodization)
    part = field(user, Apodization, "lb_hz")
    slider, was = part.slider, part.value()
    start, end = QPointF(grip(slider)), QPointF(0.9 * slider.width(), slider.height() / 2)
    user._send(slider, kinds.MouseButtonPress, start, LEFT, LEFT)
    assert slider.isSliderDown()
    with qtbot.waitSignal(panel.preview.shown, timeout=WAIT_MS):
        user._send(slider, kinds.MouseMove, end, NONE, LEFT)
    assert trace.values.max() < 0.5 * before.max()
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert np.array_equal(trace.values, before)
    assert part.value() == was
    user._send(slider, kinds.MouseButtonRelease, end, LEFT, NONE)
    assert not user.document.processing.is_running
    assert user.document.undo_stack.count() == 0
    trace_after = after(user, lambda: user.drag_on(slider, start.toPoint(), end.toPoint()))
    assert trace_after.max() < 0.5 * before.max()
    assert user.document.undo_stack.count() == 1


def test_the_pivot_is_dragged_in_the_plot_and_stays_in_phase(at_fid, qtbot) -> None:
    panel, marks, document = (
        at_fid.window.processing,
        at_fid.view.layers.processing,
        at_fid.document,
    )
    chosen(at_fid, Phase)
    assert marks.pivot_ppm == pytest.approx(panel.phase.pivot_ppm)
    tag = marks.tag().center()
    mouse, view = at_fid.mouse, at_fid.view
    x = float(marks.x_px(5.0))
    mouse.drag(view, (tag.x(), tag.y()), (x, tag.y()))
    assert panel.phase.pivot_ppm == pytest.approx(5.0, abs=0.1)
    axis, before = document.spectrum.axis, document.recipe.step(Phase)
    after(at_fid, lambda: at_fid.type_into(panel.phase.ph1.spin, f"{before.ph1_deg + 90:.3f}"))
    now = document.recipe.step(Phase)
    share = axis.point(panel.phase.pivot_ppm) / axis.size
    turned = now.ph0_deg - before.ph0_deg + (now.ph1_deg - before.ph1_deg) * share
    assert (turned + 180) % 360 == pytest.approx(180, abs=0.3)
    chosen(at_fid, Apodization)
    assert marks.pivot_ppm is None


def test_points_and_regions_of_a_baseline_are_set_in_the_plot(at_fid, qtbot) -> None:
    panel, view, mouse = at_fid.window.processing, at_fid.view, at_fid.mouse
    marks, document = view.layers.processing, at_fid.document
    chosen(at_fid, Baseline)
    qtbot.waitUntil(lambda: marks.has_curve, timeout=WAIT_MS)
    at_fid.click(panel.forms.baseline.left_out_button)
    assert view.tool_name == "left_out"
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        mouse.drag(view, mouse.place(view, 6.0), mouse.place(view, 4.0))
    ((high, low),) = document.recipe.step(Baseline).excluded
    assert (high, low) == (pytest.approx(6.0, abs=0.1), pytest.approx(4.0, abs=0.1))
    at_fid.click(panel.forms.baseline.anchors_button)
    qtbot.waitUntil(lambda: document.recipe.step(Baseline).mode == "points", timeout=WAIT_MS)
    for count, ppm in enumerate((10.0, 5.0, 0.0), start=1):
        mouse.click(view, mouse.place(view, ppm))
        qtbot.waitUntil(
            lambda n=count: len(document.recipe.step(Baseline).anchors) == n, timeout=WAIT_MS
        )
    assert sorted(document.recipe.step(Baseline).anchors) == pytest.approx([0, 5, 10], abs=0.1)
    assert len(marks.anchors) == 3
    mouse.click(view, mouse.place(view, 5.0))
    qtbot.waitUntil(lambda: len(document.recipe.step(Baseline).anchors) == 2, timeout=WAIT_MS)
    chosen(at_fid, Phase)
    assert view.tool_name == "zoom"
    assert not marks.anchors
    assert not marks.has_curve


def test_a_recipe_is_saved_loaded_and_used_on_others(at_fid, qtbot, tmp_path, examples) -> None:
    user, document, workspace = at_fid, at_fid.document, at_fid.window.workspace
    chosen(user, Apodization)
    width = field(user, Apodization, "lb_hz").spin
    after(user, lambda: user.type_into(width, "2.5"))
    after(user, lambda: added(user, "Smoothing"))
    chosen(user, Smoothing)
    after(user, lambda: user.type_into(field(user, Smoothing, "width_points").spin, "9"))
    chosen(user, Reference)
    after(user, lambda: user.type_into(field(user, Reference, "shift_ppm").spin, "0.1"))
    path = tmp_path / "mine.recipe.json"
    menu_entry(user, "Analysis", "Save Recipe")
    file_typed(user, path)
    saved = read_recipe(path)
    assert saved.step(Apodization) == Apodization(2.5)
    assert saved.step(Reference) is None

    chosen(user, Apodization)
    after(user, lambda: user.type_into(width, "0.3"))
    menu_entry(user, "Analysis", "Load Recipe")
    after(user, lambda: file_typed(user, path))
    assert document.recipe.step(Apodization) == Apodization(2.5)
    assert document.recipe.shift_ppm == pytest.approx(0.1)

    with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
        user.press(Qt.Key.Key_N, CTRL)
        dialog = user.dialog(SyntheticDialog)
        user.click(dialog.buttons.button(OK))
    other = user.document
    stored = user.open(examples / "bruker_1h_menthol" / "10")
    count, tabs = other.undo_stack.count(), user.window.tabs
    qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(0).center() - QPoint(10, 0))
    assert user.document is document
    menu_entry(user, "Analysis", "Use Recipe on Others")
    dialog = user.dialog(ChooseSpectraDialog)
    texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert any("from a processed spectrum" in text for text in texts)
    assert len(dialog.chosen()) == 1
    after(user, lambda: pressed(user, dialog, OK), other)
    assert other.recipe.step(Smoothing).width_points == 9
    assert other.recipe.step(Apodization) == Apodization(2.5)
    assert other.recipe.shift_ppm == 0.0
    assert other.undo_stack.count() == count + 1
    assert stored.recipe.step(Smoothing) is None

    user.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    user.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert user.document is stored
    menu_entry(user, "Analysis", "Load Recipe")
    file_typed(user, path)
    error = user.dialog(ErrorDialog)
    assert "starts from the FID" in error.text.text()
    user.leave(error)


def numbers(axis, low: float, high: float) -> list[float]:
    """Return the numbers at the long ticks between two shifts."""
    spacing, values = axis.tickValues(low, high, 900.0)[0]
    return [float(text) for text in axis.tickStrings(values, 1.0, spacing)]


def test_the_axis_is_numbered_in_hz_or_points_and_nothing_else_changes(at_fid) -> None:
    user, view = at_fid, at_fid.view
    axis = user.document.spectrum.axis
    shown = view.visible_ppm()
    menu_entry(user, "View", "Axis", "Axis in Hz")
    assert "Hz" in view.axis.labelText
    spacing, places = view.axis.tickValues(0.0, 10.0, 900.0)[0]
    told = [float(t) for t in view.axis.tickStrings(places, 1.0, spacing)]
    assert told == pytest.approx([axis.hz(p) for p in places])
    assert all(hz % spacing == pytest.approx(0.0, abs=1e-6) for hz in told)
    peak = Peak(5.0, 10.0)
    assert view.markers.label_of(peak) == f"{axis.hz(5.0):.1f}"
    menu_entry(user, "View", "Axis", "Axis in Points")
    assert view.markers.label_of(peak) == f"{axis.point(5.0):.0f}"
    spacing, places = view.axis.tickValues(0.0, 10.0, 900.0)[0]
    told = [float(t) for t in view.axis.tickStrings(places, 1.0, spacing)]
    assert told == pytest.approx([axis.point(p) for p in places], abs=0.6)
    user.mouse.move(view, user.mouse.place(view, 5.0))
    assert "points" in user.window.status.cursor_text.text()
    assert view.visible_ppm() == shown
    menu_entry(user, "View", "Axis", "Axis in ppm")
    assert numbers(view.axis, 0.0, 10.0)[0] in (0.0, 10.0)
    assert view.markers.label_of(peak) == "5.000"
    user.mouse.move(view, user.mouse.place(view, 5.1))
    assert "ppm" in user.window.status.cursor_text.text()


def test_a_spectrum_is_referenced_by_its_solvent_or_by_a_known_shift(user, examples, qtbot) -> None:
    document = user.open(examples / "bruker_13c_caryophyllene_oxide" / "11")
    menu_entry(user, "Analysis", "Reference by")
    dialog = user.dialog(OffersDialog)
    texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    row = next(n for n, text in enumerate(texts) if text.startswith("CDCl3"))
    assert "3 lines" in texts[row]
    before = document.spectrum.axis.offset_ppm
    at = dialog.list.visualItemRect(dialog.list.item(row)).center()
    user.qtbot.mouseClick(dialog.list.viewport(), LEFT, pos=at)
    after(user, lambda: pressed(user, dialog, OK))
    assert document.undo_stack.count() == 1
    assert "Referenced by CDCl3" in user.window.status.message.text()
    moved = document.spectrum.axis.offset_ppm - before
    assert f"{moved:+.4f}" in texts[row]
    user.press(Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    user.mouse.click(user.view, user.mouse.place(user.view, 77.16))
    dialog = user.dialog(ShiftDialog)
    taken(user, dialog.known, "TMS")
    assert dialog.box.value() == 0.0
    after(user, lambda: pressed(user, dialog, OK))
    assert document.spectrum.axis.offset_ppm - before - moved == pytest.approx(-77.16, abs=0.3)


def test_integrals_are_off_for_magnitudes_also_under_a_baseline(at_fid, qtbot) -> None:
    user, document = at_fid, at_fid.document
    user.press(Qt.Key.Key_I)
    user.mouse.drag(user.view, user.mouse.place(user.view, 8.3), user.mouse.place(user.view, 7.9))
    assert len(document.integrals) == 1
    after(user, lambda: added(user, "Magnitude"))
    assert document.recipe.active(Magnitude) is not None
    user.show_panel("integrals")
    panel = user.window.integrals
    qtbot.waitUntil(panel.caution.isVisible, timeout=WAIT_MS)
    assert "magnitude" in panel.caution.text()
    assert not panel.auto_button.isEnabled()
    user.choose_finders("classical")
    user.find()
    user.show_panel("peaks")
    table = user.window.peak_table
    column = next(n for n, one in enumerate(COLUMNS) if one.key == "area")
    cells = [table.model.index(row, column).data() for row in range(table.model.rowCount())]
    assert cells
    assert set(cells) == {UNKNOWN}
    stack = stack_of(user)
    page = stack.page
    stack.click("region")
    stack.drag(8.3, 7.9)
    assert page.series.quantity.currentData() == "area"
    assert page.series.table.item(0, 1).text() == UNKNOWN
    assert "magnitude" in page.series.caution.text()
    assert page.series.caution.isVisible()
    stack.press(Qt.Key.Key_W, CTRL)
    assert not page.isVisible()


def test_why_a_step_did_not_move_goes_when_one_is_touched_or_anything_is_done(at_fid) -> None:
    user, panel = at_fid, at_fid.window.processing
    chosen(user, Apodization)

    def touched() -> None:
        chosen(user, Apodization)

    def done() -> None:
        integrated(user, 6.0, 5.0)
        assert len(user.document.integrals) == 1

    for do in (touched, done):
        while not panel.state_text.text().startswith("Not moved"):
            user.click(panel.buttons.down)
        do()
        assert "Not moved" not in panel.state_text.text()
