"""The recipe: what the steps show, what a gesture does to the document, what a preview does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from nmrquanv.gui.panels.phase_editor import wrapped
from nmrquanv.gui.panels.processing import Processing
from nmrquanv.gui.panels.step_fields import FIELDS
from nmrquanv.gui.panels.step_form import ChoiceBox
from nmrquanv.gui.panels.step_words import points_text
from nmrquanv.spectra.recipe import (
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Magnitude,
    Phase,
    Reference,
    Smoothing,
    Truncation,
    ZeroFill,
)  # fmt: skip

WAIT_MS = 20_000


def shown(document, qtbot) -> Iterator[Processing]:
    panel = Processing()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(300, 640)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


@pytest.fixture
def fid_panel(fid_document, qtbot) -> Iterator[Processing]:
    yield from shown(fid_document, qtbot)


@pytest.fixture
def panel(document, qtbot) -> Iterator[Processing]:
    yield from shown(document, qtbot)


def row_of(panel, kind) -> int:
    return [type(step) for step in panel.wanted.steps].index(kind)


def tick(qtbot, panel, kind) -> None:
    """Click the tick of a step, as a person does."""
    item = panel.steps.item(row_of(panel, kind))
    panel.steps.scrollToItem(item)
    rect = panel.steps.visualItemRect(item)
    at = QPoint(rect.left() + 10, rect.center().y())
    qtbot.mouseClick(panel.steps.viewport(), Qt.MouseButton.LeftButton, pos=at)


def drag(slider, *stops: float) -> None:
    """Drag as the mouse does it: the handle is down from the first stop to the last."""
    slider.setSliderDown(True)
    for stop in stops:
        slider.setSliderPosition(round(stop * slider.maximum()))
    slider.setSliderDown(False)


def add(panel, qtbot, title: str) -> None:
    panel.buttons.menu.aboutToShow.emit()
    action = next(a for a in panel.buttons.menu.actions() if a.text() == title)
    with qtbot.waitSignal(panel._document.processing.succeeded, timeout=WAIT_MS):
        action.trigger()


def test_a_fid_shows_all_its_steps_with_their_starting_values(fid_panel) -> None:
    recipe = fid_panel._document.recipe
    assert "From the FID" in fid_panel.source_text.text()
    texts = [fid_panel.steps.item(row).text() for row in range(fid_panel.steps.count())]
    assert len(texts) == len(recipe.steps)
    assert texts[1] == f"Apodization: EM {recipe.step(Apodization).lb_hz:.2f} Hz"
    assert texts[2] == f"Zero filling: {points_text(recipe.step(ZeroFill).si)}"
    assert fid_panel.steps.item(0).checkState() == Qt.CheckState.Checked
    assert fid_panel.steps.kind() is Phase
    assert fid_panel.phase.ph1.value() == pytest.approx(recipe.step(Phase).ph1_deg, abs=0.06)
    assert not fid_panel.reset_button.isEnabled()


def test_what_was_typed_for_one_spectrum_is_not_done_to_the_next(
    fid_panel, fid_document, document, qtbot
) -> None:
    fid_panel.steps.choose(Apodization)
    field = fid_panel.forms.by_kind[Apodization].fields["lb_hz"].spin
    fid_panel.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "4.5")
    before = fid_document.reprocess.wanted_recipe, document.reprocess.wanted_recipe
    fid_panel.set_document(document)
    assert (fid_document.reprocess.wanted_recipe, document.reprocess.wanted_recipe) == before


def test_steps_that_a_processed_spectrum_cannot_have_are_not_offered(panel, fid_panel) -> None:
    assert {type(step) for step in panel.wanted.steps} == {Phase, Baseline, Reference}
    for one in (panel, fid_panel):
        one.buttons.menu.aboutToShow.emit()
    offered = [action.text() for action in panel.buttons.menu.actions()]
    assert offered == ["Magnitude", "Smoothing", "Reference deconvolution…"]
    assert "Truncation" in [action.text() for action in fid_panel.buttons.menu.actions()]
    assert "processed spectrum" in panel.source_text.text()


def test_line_broadening_is_one_undo_step_and_widens_the_lines(fid_panel, qtbot) -> None:
    document = fid_panel._document
    tallest = np.abs(document.spectrum.data).max()
    fid_panel.steps.choose(Apodization)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        fid_panel.forms.by_kind[Apodization].fields["lb_hz"].spin.setValue(5.0)
    assert document.recipe.step(Apodization) == Apodization(5.0)
    assert np.abs(document.spectrum.data).max() < 0.5 * tallest
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert fid_panel.forms.by_kind[Apodization].fields["lb_hz"].value() != 5.0


def test_a_drag_is_shown_while_it_lasts_and_changes_the_recipe_once_at_its_end(
    fid_panel, qtbot
) -> None:
    document, seen = fid_panel._document, []
    fid_panel.steps.choose(Apodization)
    fid_panel.preview.shown.connect(seen.append)
    before = document.spectrum
    slider = fid_panel.forms.by_kind[Apodization].fields["lb_hz"].slider
    slider.setSliderDown(True)
    with qtbot.waitSignal(fid_panel.preview.shown, timeout=WAIT_MS):
        slider.setSliderPosition(round(0.9 * slider.maximum()))
    assert seen[-1].recipe.step(Apodization).lb_hz == pytest.approx(17.5, abs=0.05)
    assert np.abs(seen[-1].spectrum.data).max() < 0.3 * np.abs(before.data).max()
    assert document.spectrum is before
    assert document.undo_stack.count() == 0
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        slider.setSliderDown(False)
    assert document.undo_stack.count() == 1
    assert seen[-1] is None
    assert document.recipe.step(Apodization).lb_hz == pytest.approx(17.5, abs=0.05)


def test_esc_gives_a_drag_up(fid_panel, qtbot) -> None:
    document, seen = fid_panel._document, []
    fid_panel.steps.choose(Apodization)
    fid_panel.preview.shown.connect(seen.append)
    part = fid_panel.forms.by_kind[Apodization].fields["lb_hz"]
    before = part.value()
    slider = part.slider
    grip = QPoint(round(slider.sliderPosition() / slider.maximum() * slider.width()), 8)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=grip)
    assert slider.isSliderDown()
    with qtbot.waitSignal(fid_panel.preview.shown, timeout=WAIT_MS):
        slider.setSliderPosition(round(0.8 * slider.maximum()))
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert seen[-1] is None
    assert part.value() == before
    qtbot.mouseMove(slider, QPoint(slider.width() - 4, 8))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 4, 8))
    assert part.value() == before
    assert document.undo_stack.count() == 0
    assert document.processing.wanted is None


def test_steps_are_ticked_off_and_on_again_with_all_that_they_held(fid_panel, qtbot) -> None:
    document = fid_panel._document
    for kind in (GroupDelay, Apodization, ZeroFill, Phase, Baseline):
        start, spectrum = document.recipe.step(kind), document.spectrum
        with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
            tick(qtbot, fid_panel, kind)
        assert document.recipe.step(kind).is_on is False
        assert not np.array_equal(document.spectrum.data, spectrum.data)
        with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
            tick(qtbot, fid_panel, kind)
        assert document.recipe.step(kind) == start
        assert np.array_equal(document.spectrum.data, spectrum.data)


def test_steps_are_moved_with_keys_and_impossible_places_are_refused_with_the_reason(
    fid_panel, qtbot
) -> None:
    document = fid_panel._document
    add(fid_panel, qtbot, "Smoothing")
    assert fid_panel.steps.kind() is Smoothing
    kinds = [type(step) for step in document.recipe.steps]
    assert kinds.index(Smoothing) == kinds.index(Baseline) + 1
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        qtbot.keyClick(fid_panel.steps, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    kinds = [type(step) for step in document.recipe.steps]
    assert kinds.index(Smoothing) == kinds.index(Baseline) - 1
    assert fid_panel.steps.kind() is Smoothing
    fid_panel.steps.choose(Apodization)
    count = document.undo_stack.count()
    qtbot.mouseClick(fid_panel.buttons.down, Qt.MouseButton.LeftButton)
    assert "zeros" in fid_panel.state_text.text()
    fid_panel.steps.choose(Phase)
    qtbot.mouseClick(fid_panel.buttons.up, Qt.MouseButton.LeftButton)
    assert "after the Fourier transform" in fid_panel.state_text.text()
    assert document.undo_stack.count() == count
    fid_panel.steps.choose(FourierTransform)
    assert not fid_panel.buttons.remove.isEnabled()


def test_a_step_is_removed_with_del_and_comes_back_where_it_belongs(fid_panel, qtbot) -> None:
    document = fid_panel._document
    before = document.recipe
    fid_panel.steps.choose(Apodization)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        qtbot.keyClick(fid_panel.steps, Qt.Key.Key_Delete)
    assert document.recipe.step(Apodization) is None
    add(fid_panel, qtbot, "Apodization")
    assert document.recipe == before


def test_windows_show_only_what_they_need(fid_panel, qtbot) -> None:
    document = fid_panel._document
    fid_panel.steps.choose(Apodization)
    form = fid_panel.forms.by_kind[Apodization]
    shape = form.fields["shape"]
    assert isinstance(shape, ChoiceBox)
    shape.box.setCurrentIndex(shape.box.findData("sine bell"))
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        shape.box.activated.emit(shape.box.currentIndex())
    assert document.recipe.step(Apodization).shape == "sine bell"
    seen = {name for name, part in form.fields.items() if part.isVisible()}
    assert seen == {"shape", "start_deg", "power"}


def test_impossible_values_are_refused_with_the_reason(fid_panel, qtbot) -> None:
    document = fid_panel._document
    fid_panel.steps.choose(Apodization)
    form = fid_panel.forms.by_kind[Apodization]
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        fid_panel.set_step(Apodization(shape="trapezoid", rise=0.5, fall=0.25))
    form.fields["fall"].spin.setValue(0.9)
    assert "make one of them shorter" in fid_panel.state_text.text()
    assert form.fields["fall"].value() == 0.25


def test_truncation_and_magnitude_work_from_the_menu(fid_panel, qtbot) -> None:
    document = fid_panel._document
    add(fid_panel, qtbot, "Truncation")
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        fid_panel.forms.by_kind[Truncation].fields["points"].spin.setValue(2048)
    assert document.spectrum.time_points == 2048
    add(fid_panel, qtbot, "Magnitude")
    assert document.spectrum.trace.min() >= 0 or document.recipe.active(Baseline) is not None
    assert document.recipe.step(Magnitude) == Magnitude()


def test_dragging_a_phase_slider_previews_and_only_release_changes_the_recipe(panel, qtbot):
    document = panel._document
    previews, steps = [], document.undo_stack.count()
    panel.phase_preview.connect(lambda ph0, ph1: previews.append((ph0, ph1)))
    slider = panel.phase.ph0.slider
    slider.setSliderDown(True)
    slider.setSliderPosition(round(0.75 * slider.maximum()))
    assert previews[-1] == (pytest.approx(90.0), 0.0)
    assert document.undo_stack.count() == steps
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        slider.setSliderDown(False)
    assert document.recipe.step(Phase).ph0_deg == pytest.approx(90.0)
    assert document.undo_stack.count() == steps + 1
    assert previews[-1] == (0.0, 0.0)


def test_esc_gives_a_drag_of_the_phase_up(panel, qtbot):
    previews = []
    panel.phase_preview.connect(lambda ph0, ph1: previews.append((ph0, ph1)))
    slider = panel.phase.ph0.slider
    slider.setSliderDown(True)
    slider.setSliderPosition(round(0.75 * slider.maximum()))
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    slider.setSliderDown(False)
    assert previews[-1] == (0.0, 0.0)
    assert panel.phase.ph0.value() == 0.0
    assert panel._document.processing.wanted is None


def test_ph1_turns_about_the_pivot_so_that_the_tallest_line_stays(panel, qtbot) -> None:
    document = panel._document
    before = document.spectrum
    point = int(np.argmax(np.abs(before.data)))
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph1.slider, 0.6, 0.9)
    step, after = document.recipe.step(Phase), document.spectrum
    assert step.ph1_deg == pytest.approx(144.0)
    assert after.trace[point] == pytest.approx(before.trace[point], rel=0.01)
    assert panel.phase.pivot.text().startswith("7.26")
    assert panel.phase.pivot_text.text() == "the tallest line"


def test_another_pivot_stays_as_it_is_while_ph1_turns_the_rest(panel, qtbot) -> None:
    document = panel._document
    axis = document.spectrum.axis
    panel.phase.set_pivot(3.0)
    share = axis.point(3.0) / axis.size
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph1.slider, 0.75)
    step = document.recipe.step(Phase)
    assert (step.ph0_deg + step.ph1_deg * share + 180) % 360 == pytest.approx(180, abs=0.2)
    assert panel.phase.pivot_ppm == pytest.approx(3.0)
    assert panel.phase.pivot.text() == "3.000 ppm"
    assert panel.phase.pivot_text.text() == ""


def test_a_second_drag_before_the_first_is_computed_builds_on_it(panel, qtbot) -> None:
    document = panel._document
    drag(panel.phase.ph0.slider, 0.75)
    drag(panel.phase.ph1.slider, 0.75)
    qtbot.waitUntil(
        lambda: (
            document.recipe.step(Phase).ph1_deg == pytest.approx(90.0)
            and not document.processing.is_running
        ),
        timeout=WAIT_MS,
    )
    share = np.argmax(np.abs(document.spectrum.data)) / document.spectrum.axis.size
    assert document.recipe.step(Phase).ph0_deg == pytest.approx(90.0 - 90.0 * share, abs=0.2)


def test_the_half_turn_turns_all_lines_upside_down(panel, qtbot) -> None:
    document = panel._document
    before = document.spectrum.trace
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        qtbot.mouseClick(panel.phase.flip_button, Qt.MouseButton.LeftButton)
    np.testing.assert_allclose(document.spectrum.trace, -before, atol=1e-9)


def test_automatic_phase_finds_angles_and_a_drag_goes_back_to_manual(panel, qtbot) -> None:
    document = panel._document
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph0.slider, 0.7)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        qtbot.mouseClick(panel.phase.automatic_button, Qt.MouseButton.LeftButton)
    step = document.recipe.step(Phase)
    assert step.mode == "automatic"
    assert panel.phase.ph0.value() == pytest.approx(wrapped(step.ph0_deg), abs=0.06)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph0.slider, 0.4)
    assert document.recipe.step(Phase).mode == "manual"
    assert not panel.phase.automatic_button.isChecked()


def test_a_declined_automatic_phase_is_said_in_the_panel(fid_panel, qtbot, monkeypatch) -> None:
    document = fid_panel._document
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        fid_panel.set_step(Phase("automatic"))
    found = document.recipe.step(Phase)
    worse = found.ph0_deg + 25.0, found.ph1_deg
    monkeypatch.setattr("nmrquanv.spectra.autophase.straight_phase", lambda _: worse)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        fid_panel.set_step(Apodization(0.5))
    assert fid_panel.state_text.text().startswith("Automatic phase declined")
    assert document.recipe.step(Phase) == found


def test_baseline_and_reference_work_on_a_processed_spectrum(panel, qtbot) -> None:
    document = panel._document
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        tick(qtbot, panel, Baseline)
    assert document.recipe.step(Baseline) == Baseline()
    top = document.spectrum.axis.offset_ppm
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        panel.steps.choose(Reference)
        panel.forms.by_kind[Reference].fields["shift_ppm"].spin.setValue(0.04)
    assert document.spectrum.axis.offset_ppm == pytest.approx(top + 0.04)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        tick(qtbot, panel, Reference)
    assert document.recipe.step(Reference) == Reference(0.04, is_on=False)
    assert document.spectrum.axis.offset_ppm == pytest.approx(top)


def test_starting_values_come_back_with_one_click(panel, qtbot) -> None:
    document = panel._document
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph0.slider, 0.9)
    assert panel.reset_button.isEnabled()
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        qtbot.mouseClick(panel.reset_button, Qt.MouseButton.LeftButton)
    assert document.recipe == document.dataset.recipe
    assert not panel.reset_button.isEnabled()


def test_nothing_is_cut_at_300_pixels(fid_panel) -> None:
    inside = fid_panel.steps.parentWidget()
    for kind in FIELDS:
        fid_panel.forms.form(kind)
    assert inside.minimumSizeHint().width() <= 300
