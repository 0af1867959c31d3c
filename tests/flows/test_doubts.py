"""What a demanding chemist tries first: every window and baseline, a bad FID, a rude threshold."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nmrquanv.spectra.recipe import Apodization, Baseline, Phase, Smoothing, Truncation
from tests.flows.processing_user import WAIT_MS, added, after, chosen, field, ticked


def test_each_window_is_chosen_with_the_keys_and_changes_the_lines(at_fid) -> None:
    user, document = at_fid, at_fid.document
    chosen(user, Apodization)
    box = field(user, Apodization, "shape").box
    traces = [document.spectrum.trace]
    for shape in ("gaussian", "sine bell", "trapezoid", "traf"):
        box.setFocus()
        traces.append(after(user, lambda: user.qtbot.keyClick(box, Qt.Key.Key_Down)))
        assert document.recipe.step(Apodization).shape == shape
        seen = [name for name in ("lb_hz", "start_deg", "rise") if
                field(user, Apodization, name).isVisible()]  # fmt: skip
        assert len(seen) == 1
    size = traces[0].max()
    for k, one in enumerate(traces):
        assert all(np.abs(one - other).max() > 0.01 * size for other in traces[:k])
    for _ in range(4):
        user.undo()
    user.qtbot.waitUntil(lambda: np.array_equal(document.spectrum.trace, traces[0]))


def test_each_baseline_is_chosen_with_the_keys_and_drawn_before_it_counts(at_fid) -> None:
    user, document = at_fid, at_fid.document
    chosen(user, Baseline)
    marks = user.view.layers.processing
    user.qtbot.waitUntil(lambda: marks.has_curve, timeout=WAIT_MS)
    box = field(user, Baseline, "mode").box
    for mode in ("polynomial", "arpls", "snip"):
        box.setFocus()
        after(user, lambda: user.qtbot.keyClick(box, Qt.Key.Key_Down))
        assert document.recipe.step(Baseline).mode == mode
        assert np.isfinite(document.spectrum.trace).all()
        user.qtbot.waitUntil(lambda: marks.has_curve, timeout=WAIT_MS)
    assert field(user, Baseline, "period").isVisible()
    assert not field(user, Baseline, "order").isVisible()


def test_the_automatic_phase_mends_what_was_typed_and_is_the_same_the_second_time(at_fid) -> None:
    user, document = at_fid, at_fid.document
    chosen(user, Phase)
    phase = user.window.processing.phase
    right = document.spectrum.trace
    wrong = after(user, lambda: user.type_into(phase.ph0.spin, "20"))
    scale = np.abs(right).max()
    assert np.abs(wrong - right).max() > 0.5 * scale
    mended = after(user, lambda: user.click(phase.automatic_button))
    assert phase.automatic_button.isChecked()
    assert mended.min() > -0.05 * scale, "no line points down"
    assert np.abs(mended - right).max() < 0.05 * scale
    first = document.recipe.step(Phase)
    after(user, lambda: user.type_into(phase.ph0.spin, "20"))
    again = after(user, lambda: user.click(phase.automatic_button))
    second = document.recipe.step(Phase)
    assert (second.ph0_deg, second.ph1_deg) == pytest.approx(
        (first.ph0_deg, first.ph1_deg), abs=0.5
    )
    np.testing.assert_allclose(again, mended, atol=0.01 * scale)


def test_lines_are_turned_over_and_smoothed_by_mouse(at_fid) -> None:
    user, document = at_fid, at_fid.document
    before = document.spectrum.trace
    chosen(user, Phase)
    turned = after(user, lambda: user.click(user.window.processing.phase.flip_button))
    assert turned.min() == pytest.approx(-before.max(), rel=0.05)
    user.undo()
    smoothed = after(user, lambda: added(user, "Smoothing"))
    chosen(user, Smoothing)
    spin = field(user, Smoothing, "width_points").spin
    smoother = after(user, lambda: user.type_into(spin, "41"))
    assert smoother.max() < smoothed.max() < before.max()
    assert document.recipe.step(Smoothing).width_points == 41


def test_a_fid_that_was_cut_is_told_and_apodizing_it_as_it_says_mends_it(at_fid) -> None:
    user, notes = at_fid, at_fid.window.peak_table.notes
    after(user, lambda: added(user, "Truncation"))
    chosen(user, Truncation)
    spin = field(user, Truncation, "points").spin
    after(user, lambda: user.type_into(spin, "2048"))
    after(user, lambda: ticked(user, Apodization))
    user.choose_finders("classical")
    user.find()
    user.show_panel("peaks")
    assert "the FID ends before the lines have decayed" in notes.text().replace("The", "the")
    assert "apodize" in notes.text()
    user.show_panel("processing")
    after(user, lambda: ticked(user, Apodization))
    chosen(user, Apodization)
    after(user, lambda: user.type_into(field(user, Apodization, "lb_hz").spin, "5"))
    user.find()
    user.show_panel("peaks")
    assert "ends before" not in notes.text()


def test_a_typed_height_cuts_no_multiplet(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_M)
    whole = max((m for m in document.multiplets if m.couplings), key=lambda m: len(m.peak_ids))
    heights = [document.peaks.find(i).height for i in whole.peak_ids]
    tallest = document.reference_height()
    least, most = (100 * f(heights) / tallest for f in (min, max))
    assert most > 2 * least
    box = user.window.thresholds_panel.min_height.spin

    def shown() -> int:
        return sum(document.shown_peaks().find(i) is not None for i in whole.peak_ids)

    user.type_into(box, f"{0.5 * (least + most):.2f}")
    assert document.thresholds.min_height == pytest.approx(0.005 * (least + most), rel=0.02)
    assert shown() == len(whole.peak_ids)
    user.type_into(box, f"{1.2 * most:.2f}")
    assert shown() == 0
