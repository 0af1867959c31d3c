from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from nmrquanv.gui.panels.thresholds import ThresholdsPanel
from nmrquanv.spectra.thresholds import PROGRAM, Thresholds


@pytest.fixture
def finding(document, qtbot) -> ThresholdsPanel:
    panel = ThresholdsPanel()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(300, 420)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


def drag(qtbot, slider, stops) -> None:
    """Press on the slider's handle, move it to places of the groove, release."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=handle.center())
    for stop in stops:
        where = QPoint(int(stop * slider.width()), handle.center().y())
        qtbot.mouseMove(slider, where)
        slider.setSliderPosition(int(stop * slider.maximum()))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)


def confidence_row(finding):
    """The first finder's row for its confidence."""
    return next(iter(finding.confidences.values()))


def test_the_count_and_what_each_threshold_hides_are_told_live(finding) -> None:
    assert finding.count_text.text() == "Shown 4 of 5 candidates"
    assert finding.min_height.note.text() == "hides 1"
    assert finding.min_snr.note.text() == ""
    confidence_row(finding).spin.setValue(0.85)
    assert finding.count_text.text() == "Shown 3 of 5 candidates"


def test_a_drag_changes_what_is_shown_at_once_and_is_one_undo_step(finding, qtbot) -> None:
    document = finding._document
    steps = document.undo_stack.index()
    counts = []
    document.thresholds_changed.connect(lambda: counts.append(len(document.shown_peaks())))
    drag(qtbot, finding.min_snr.slider, (0.4, 0.8, 1.0))
    assert len(counts) >= 2
    assert document.thresholds.min_snr == pytest.approx(1000)
    assert document.undo_stack.index() == steps + 1
    document.undo_stack.undo()
    assert document.thresholds == Thresholds()
    assert finding.min_snr.value() == PROGRAM.min_snr


def test_two_drags_are_two_undo_steps(finding, qtbot) -> None:
    steps = finding._document.undo_stack.index()
    drag(qtbot, confidence_row(finding).slider, (0.75,))
    drag(qtbot, confidence_row(finding).slider, (0.85,))
    assert finding._document.undo_stack.index() == steps + 2


def test_sliders_of_ratios_are_logarithmic(finding) -> None:
    row = finding.min_snr
    middle = row.slider.maximum() // 2
    row.slider.setValue(middle)
    assert row.value() == pytest.approx(1000**0.5, rel=0.02)


def test_a_typed_value_is_kept_exactly_and_moves_the_slider(finding, qtbot) -> None:
    spin = finding.min_height.spin
    spin.selectAll()
    qtbot.keyClicks(spin, "12.5")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert finding._document.thresholds.min_height == pytest.approx(0.125)
    assert finding.min_height.slider.value() > 400


def test_default_thresholds_come_back_with_one_click(finding, qtbot) -> None:
    finding._document.edit.set_thresholds(Thresholds(50, 0.1, 0.9))
    assert finding.reset_button.isEnabled()
    qtbot.mouseClick(finding.reset_button, Qt.MouseButton.LeftButton)
    assert finding._document.thresholds == Thresholds()
    assert not finding.reset_button.isEnabled()


def test_the_default_thresholds_are_shown_to_their_last_digit(finding) -> None:
    finding.set_document(None)
    shown = finding.min_snr.spin, finding.min_height.spin, confidence_row(finding).spin
    snr, percent, confidence = (spin.text() for spin in shown)
    assert percent.endswith(" %")
    default = PROGRAM
    assert float(snr) == default.min_snr
    assert float(percent.removesuffix(" %")) == pytest.approx(100 * default.min_height)
    assert float(confidence) == default.min_confidence


@pytest.fixture
def with_satellites(finding, document_with_satellites) -> ThresholdsPanel:
    """The panel of a document with two satellites."""
    return finding


def click(qtbot, box) -> None:
    where = box.rect().center()
    where.setX(10)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=where)


def shown_satellites(finding) -> list[float]:
    shown = finding._document.shown_peaks()
    return [round(p.ppm, 2) for p in shown if p.peak_class == "satellite"]


def test_satellites_are_hidden_counted_and_shown_with_a_click(with_satellites, qtbot) -> None:
    finding = with_satellites
    document = finding._document
    before = finding.count_text.text()
    assert shown_satellites(finding) == []
    assert before.endswith("of 7 candidates")
    assert finding.satellites_note.text() == "hides 2"
    steps = document.undo_stack.index()
    click(qtbot, finding.satellites)
    assert finding.satellites.isChecked()
    assert shown_satellites(finding) == [5.16, 4.84]
    assert finding.satellites_note.text() == ""
    assert finding.count_text.text() != before
    assert document.undo_stack.index() == steps + 1
    document.undo_stack.undo()
    assert not finding.satellites.isChecked()
    assert finding.count_text.text() == before
    document.undo_stack.redo()
    assert finding.satellites.isChecked()
    qtbot.mouseClick(finding.reset_button, Qt.MouseButton.LeftButton)
    assert not finding.satellites.isChecked()


def test_a_confirmed_satellite_is_shown_whatever_is_ticked(with_satellites) -> None:
    document = with_satellites._document
    (chosen,) = (p for p in document.peaks if round(p.ppm, 2) == 5.16)
    document.edit.confirm_peaks([chosen.id])
    assert shown_satellites(with_satellites) == [5.16]
    assert with_satellites.satellites_note.text() == "hides 1"


def test_the_sliders_do_not_claim_to_hide_satellites(with_satellites) -> None:
    finding = with_satellites
    finding._document.edit.set_thresholds(Thresholds(0, 0, 0))
    notes = [row.note.text() for row in (finding.min_snr, finding.min_height)]
    assert (*notes, confidence_row(finding).note.text()) == ("", "", "")
    assert finding.satellites_note.text() == "hides 2"


def test_the_tick_is_explained_in_a_sentence_and_reached_by_keys(finding, qtbot) -> None:
    assert "13C" in finding.satellites.toolTip()
    assert finding.satellites.toolTip().endswith(".")
    finding.satellites.setFocus()
    qtbot.keyClick(finding.satellites, Qt.Key.Key_Space)
    assert finding._document.thresholds.shows_satellites


def test_deleted_peaks_come_back_with_one_click(finding, qtbot) -> None:
    document = finding._document
    assert not finding.restore_button.isEnabled()
    document.edit.delete_peaks([p.id for p in document.shown_peaks().peaks[:2]])
    assert finding.restore_button.text() == "Restore 2 deleted"
    qtbot.mouseClick(finding.restore_button, Qt.MouseButton.LeftButton)
    assert len(document.shown_peaks()) == 4
    assert not finding.restore_button.isEnabled()


def test_the_polarity_is_told_when_a_person_chooses_it(finding, qtbot) -> None:
    assert finding.chosen_polarity() == "auto"
    with qtbot.waitSignal(finding.polarity_changed) as signal:
        qtbot.keyClick(finding.polarity, Qt.Key.Key_Down)
    assert signal.args == ["positive"]
    finding.set_polarity("both")
    assert finding.chosen_polarity() == "both"


def test_without_a_spectrum_nothing_can_be_changed(finding) -> None:
    finding.set_document(None)
    assert not finding.isEnabled()
    assert finding.count_text.text() == "No candidates yet"


def test_nothing_is_cut_at_300_pixels(finding) -> None:
    assert finding.minimumSizeHint().width() <= 300


def test_a_preset_is_one_click_and_one_undo_step(finding, qtbot) -> None:
    document = finding._document
    steps, before = document.undo_stack.index(), len(document.shown_peaks())
    qtbot.mouseClick(finding.preset_row.by_name["main"], Qt.MouseButton.LeftButton)
    assert document.limits().min_height == 0.03
    assert finding.min_height.value() == pytest.approx(3.0)
    qtbot.mouseClick(finding.preset_row.by_name["all"], Qt.MouseButton.LeftButton)
    assert document.limits().min_snr == 5.0
    assert len(document.shown_peaks()) == before + 1
    assert document.undo_stack.index() == steps + 2
    qtbot.mouseClick(finding.reset_button, Qt.MouseButton.LeftButton)
    assert document.thresholds == Thresholds()
