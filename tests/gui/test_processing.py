from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.panels.phase_editor import wrapped
from nmrquanv.gui.panels.processing import Processing, points_text
from nmrquanv.io import read
from nmrquanv.session.document import Document
from nmrquanv.spectra.recipe import Apodization, Baseline, GroupDelay, Phase, Reference, ZeroFill

WAIT_MS = 20_000


@pytest.fixture
def fid_document(examples, qapp) -> Document:
    dataset = read(examples / "bruker_1h_aspirin_fidonly" / "1", source="fid")
    return Document(dataset, dataset.recipe.run(dataset.data), "aspirin")


def shown(document, qtbot) -> Processing:
    panel = Processing()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(300, 560)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def fid_panel(fid_document, qtbot) -> Processing:
    panel = shown(fid_document, qtbot)
    yield panel
    panel.hide()


@pytest.fixture
def panel(document, qtbot) -> Processing:
    panel = shown(document, qtbot)
    yield panel
    panel.hide()


def click_box(qtbot, box) -> None:
    where = box.rect().center()
    where.setX(10)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=where)


def drag(slider, *stops: float) -> None:
    """Drag as the mouse does it: the handle is down from the first stop to the last."""
    slider.setSliderDown(True)
    for stop in stops:
        slider.setSliderPosition(round(stop * slider.maximum()))
    slider.setSliderDown(False)


def test_a_fid_shows_all_its_steps_with_their_starting_values(fid_panel) -> None:
    recipe = fid_panel._document.recipe
    assert "From the FID" in fid_panel.source_text.text()
    assert fid_panel.fid_steps.lb.value() == pytest.approx(recipe.step(Apodization).lb_hz)
    assert fid_panel.fid_steps.si.currentData() == recipe.step(ZeroFill).si
    assert fid_panel.fid_steps.delay_box.isChecked()
    assert fid_panel.phase.ph1.value() == pytest.approx(recipe.step(Phase).ph1_deg, abs=0.06)
    assert not fid_panel.reset_button.isEnabled()


def test_what_was_typed_for_one_spectrum_is_not_done_to_the_next(
    fid_panel, fid_document, document, qtbot
) -> None:
    fid_panel.activateWindow()
    fid_panel.fid_steps.lb.setFocus()
    qtbot.waitUntil(fid_panel.fid_steps.lb.hasFocus)
    fid_panel.fid_steps.lb.selectAll()
    qtbot.keyClicks(fid_panel.fid_steps.lb, "4.5")
    before = fid_document.reprocess.wanted_recipe, document.reprocess.wanted_recipe
    fid_panel.set_document(document)  # it has no FID, so that the field is disabled
    assert (fid_document.reprocess.wanted_recipe, document.reprocess.wanted_recipe) == before
    fid_panel.set_document(fid_document)
    assert fid_panel.fid_steps.lb.value() == pytest.approx(before[0].step(Apodization).lb_hz)


def test_steps_that_a_processed_spectrum_cannot_have_are_hidden(panel) -> None:
    assert panel.phase.isVisible()
    assert panel.shift.isVisible()
    for part in (
        panel.fid_steps.delay_box,
        panel.fid_steps.lb,
        panel.fid_steps.si,
        panel.fid_steps.transform_text,
    ):
        assert not part.isVisible()
    assert "processed spectrum" in panel.source_text.text()


def test_line_broadening_is_one_undo_step_and_widens_the_lines(fid_panel, qtbot) -> None:
    document = fid_panel._document
    tallest = np.abs(document.spectrum.data).max()
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        fid_panel.fid_steps.lb.setValue(5.0)
    assert document.recipe.step(Apodization) == Apodization(5.0)
    assert np.abs(document.spectrum.data).max() < 0.5 * tallest
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert fid_panel.fid_steps.lb.value() != 5.0


def test_steps_are_switched_off_and_on_again(fid_panel, qtbot) -> None:
    document = fid_panel._document
    for box, kind in (
        (fid_panel.fid_steps.lb_box, Apodization),
        (fid_panel.fid_steps.si_box, ZeroFill),
    ):
        start = document.recipe.step(kind)
        with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
            click_box(qtbot, box)
        assert document.recipe.step(kind) is None
        with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
            click_box(qtbot, box)
        assert document.recipe.step(kind) == start
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        click_box(qtbot, fid_panel.fid_steps.delay_box)
    assert document.recipe.step(GroupDelay) == GroupDelay(is_on=False)


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


def test_ph1_turns_about_the_pivot_so_that_the_tallest_line_stays(panel, qtbot) -> None:
    document = panel._document
    before = document.spectrum
    point = int(np.argmax(np.abs(before.data)))
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph1.slider, 0.6, 0.9)
    step, after = document.recipe.step(Phase), document.spectrum
    assert step.ph1_deg == pytest.approx(144.0)
    assert after.trace[point] == pytest.approx(before.trace[point], rel=0.01)
    assert "7.26" in panel.phase.pivot_text.text()


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


def test_baseline_and_reference_work_on_a_processed_spectrum(panel, qtbot) -> None:
    document = panel._document
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        click_box(qtbot, panel.baseline_box)
    assert document.recipe.step(Baseline).mode == "automatic"
    top = document.spectrum.axis.offset_ppm
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        panel.shift.setValue(0.04)
    assert document.spectrum.axis.offset_ppm == pytest.approx(top + 0.04)
    assert panel.reference_box.isChecked()
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        click_box(qtbot, panel.reference_box)
    assert document.recipe.step(Reference) == Reference(0.0)


def test_starting_values_come_back_with_one_click(panel, qtbot) -> None:
    document = panel._document
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        drag(panel.phase.ph0.slider, 0.9)
    assert panel.reset_button.isEnabled()
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        qtbot.mouseClick(panel.reset_button, Qt.MouseButton.LeftButton)
    assert document.recipe == document.dataset.recipe
    assert not panel.reset_button.isEnabled()


@pytest.mark.parametrize(
    ("degrees", "expected"), [(0, 0), (180, 180), (-180, 180), (190, -170), (-400, -40), (720, 0)]
)
def test_angles_are_shown_within_half_a_turn(degrees, expected) -> None:
    assert wrapped(degrees) == pytest.approx(expected)


def test_sizes_are_written_as_spectroscopists_say_them() -> None:
    assert [points_text(n) for n in (65536, 1024, 1000)] == ["64k", "1k", "1000"]


def test_nothing_is_cut_at_300_pixels(fid_panel) -> None:
    inside = fid_panel.findChild(type(fid_panel.phase)).parentWidget()
    assert inside.minimumSizeHint().width() <= 300
