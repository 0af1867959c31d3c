"""Processing in the real window: what the plot shows while one works, with real mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from nmrquanv.spectra.recipe import Apodization, Baseline, Phase

WAIT_MS = 30_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def at_fid(user, examples, qtbot):
    """A person who works on aspirin's FID with the processing panel in front."""
    user.open(examples / "bruker_1h_aspirin_fidonly" / "1")
    qtbot.wait(300)  # the first document lays the docks out, a moment later
    user.show_panel("processing")
    qtbot.waitUntil(lambda: user.window.processing.is_in_view)
    return user


def grip(slider) -> QPoint:
    share = slider.sliderPosition() / slider.maximum()
    return QPoint(round(share * (slider.width() - 12)) + 6, slider.height() // 2)


def test_the_plot_shows_a_drag_while_it_lasts_and_esc_gives_it_back(at_fid, qtbot) -> None:
    panel, trace = at_fid.window.processing, at_fid.view.trace
    before = trace.values.copy()
    panel.steps.choose(Apodization)
    part = panel.forms.by_kind[Apodization].fields["lb_hz"]
    slider, was = part.slider, part.value()
    qtbot.mousePress(slider, LEFT, pos=grip(slider))
    assert slider.isSliderDown()
    with qtbot.waitSignal(panel.preview.shown, timeout=WAIT_MS):
        slider.setSliderPosition(round(0.9 * slider.maximum()))
    assert trace.values.max() < 0.5 * before.max()
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert np.array_equal(trace.values, before)
    assert part.value() == was
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() - 4, 8))
    assert not at_fid.document.processing.is_running
    assert at_fid.document.undo_stack.count() == 0


def test_the_pivot_is_dragged_in_the_plot_and_stays_in_phase(at_fid, qtbot) -> None:
    panel, marks, document = (
        at_fid.window.processing,
        at_fid.view.layers.processing,
        at_fid.document,
    )
    panel.steps.choose(Phase)
    assert marks.pivot_ppm == pytest.approx(panel.phase.pivot_ppm)
    tag = marks.tag().center()
    mouse, view = at_fid.mouse, at_fid.view
    x = float(marks.x_px(5.0))
    mouse.drag(view, (tag.x(), tag.y()), (x, tag.y()))
    assert panel.phase.pivot_ppm == pytest.approx(5.0, abs=0.1)
    axis, before = document.spectrum.axis, document.recipe.step(Phase)
    with qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
        panel.phase.ph1.spin.setValue(before.ph1_deg + 90.0)
    after = document.recipe.step(Phase)
    share = axis.point(panel.phase.pivot_ppm) / axis.size
    turned = after.ph0_deg - before.ph0_deg + (after.ph1_deg - before.ph1_deg) * share
    assert (turned + 180) % 360 == pytest.approx(180, abs=0.3)
    panel.steps.choose(Apodization)
    assert marks.pivot_ppm is None


def test_points_and_regions_of_a_baseline_are_set_in_the_plot(at_fid, qtbot) -> None:
    panel, view, mouse = at_fid.window.processing, at_fid.view, at_fid.mouse
    marks, document = view.layers.processing, at_fid.document
    panel.steps.choose(Baseline)
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
    panel.steps.choose(Phase)
    assert view.tool_name == "zoom"
    assert not marks.anchors
    assert not marks.has_curve
