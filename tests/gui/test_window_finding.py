"""Finding peaks from the main window: what is shown before, during and after it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from nmrquanv.errors import ModelError
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.spectra.recipe import Phase


def open_in(qtbot, window, path) -> None:
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        window.opening.open_paths([str(path)])


def test_find_peaks_fills_layers_list_table_and_panel(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    with qtbot.waitSignal(window.finding.succeeded, timeout=20_000):
        qtbot.mouseClick(window.find_controls.button, Qt.MouseButton.LeftButton)
    document = window.workspace.current
    assert set(document.layers) == {"quanv", "cnn"}
    assert window.peak_table.model.rowCount() == len(document.shown_peaks()) == 1
    assert window.actions_by_id["layer_quanv"].isEnabled()
    assert not window.actions_by_id["layer_classical"].isEnabled()
    assert window.status.message.text().startswith("Peaks found: 1 quantum, 1 CNN, in ")
    qtbot.waitUntil(lambda: window.find_controls.button.text() == "Find peaks")
    window.actions_by_id["layer_quanv"].trigger()
    assert not window.view_state.is_shown("quanv")
    assert not window.comparison.layers.by_layer  # out of sight it follows nothing
    window.docks["comparison"].raise_()
    qtbot.waitUntil(lambda: set(window.comparison.layers.by_layer) == {"quanv", "cnn"})
    assert not window.comparison.layers.by_layer["quanv"].isChecked()


def test_find_in_view_hands_over_the_visible_range_as_one_window(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    window.view.view_box.show_view(x=(0.5, 1.5))
    with qtbot.waitSignal(window.finding.succeeded, timeout=20_000):
        window.actions_by_id["find_in_view"].trigger()
    settings = window.workspace.current.layers["quanv"].provenance.settings
    assert settings["region"] == pytest.approx((1.5, 0.5))
    assert settings["one_window"]


def test_the_button_cancels_while_finding(qtbot, make_main_window, endless, menthol) -> None:
    window = make_main_window(endless)
    open_in(qtbot, window, menthol)
    qtbot.mouseClick(window.find_controls.button, Qt.MouseButton.LeftButton)
    assert window.find_controls.button.text() == "Cancel"
    qtbot.waitUntil(endless.started.is_set)
    qtbot.waitUntil(window.status.progress.isVisible)
    with qtbot.waitSignal(window.finding.cancelled, timeout=5000):
        qtbot.mouseClick(window.find_controls.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.find_controls.button.text() == "Find peaks")
    assert window.find_controls.button.isEnabled()
    assert not window.status.progress.isVisible()
    assert window.status.message.text() == "Finding peaks was cancelled"


def test_a_failing_finder_is_told_and_the_other_one_counts(
    qtbot, make_main_window, find_tall, menthol
) -> None:
    def half(spectrum, model, **rest):
        if model == "quanv":
            raise ModelError("the weights of 'quanv' are damaged: reinstall the program")
        return find_tall(spectrum, model, **rest)

    window = make_main_window(half)
    open_in(qtbot, window, menthol)
    with qtbot.waitSignal(window.finding.succeeded, timeout=20_000):
        window.actions_by_id["find"].trigger()
    (dialog,) = window.findChildren(ErrorDialog)
    assert "damaged" in dialog.text.text()
    dialog.close()
    assert set(window.workspace.current.layers) == {"cnn"}
    assert "failed" in window.status.message.text()


def test_closing_while_finding_does_not_hang(qtbot, make_main_window, endless, menthol) -> None:
    window = make_main_window(endless)
    open_in(qtbot, window, menthol)
    window.actions_by_id["find"].trigger()
    qtbot.waitUntil(endless.started.is_set)
    window.close()
    assert not window.isVisible()
    assert not window.finding.is_running


def test_old_peaks_are_called_old_after_new_processing(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    with qtbot.waitSignal(window.finding.succeeded, timeout=20_000):
        window.actions_by_id["find"].trigger()
    assert "find them again" not in window.status.notes.text()
    document = window.workspace.current
    with qtbot.waitSignal(document.spectrum_changed, timeout=20_000):
        document.reprocess.set_step(Phase("manual", 40.0, 0.0, False))
    assert "find them again" in window.status.notes.text()
