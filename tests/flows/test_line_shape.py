"""The line shape in the real window: seen, and taken out of the trace by a click."""

from __future__ import annotations

import runpy

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from nmrquanv.bench.second.sites import site_spectrum
from nmrquanv.gui.report_command import style_of
from nmrquanv.session import jobs
from nmrquanv.session.exporting import export_of
from nmrquanv.session.recipe_edits import as_template
from nmrquanv.session.report_text import report_of
from nmrquanv.session.script_of import script_of
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.recipe import Recipe
from tests.flows.conftest import CTRL
from tests.flows.peak_user import saved_as
from tests.flows.processing_user import added, chosen

WAIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def lopsided(user, qtbot):
    """A person with a spectrum of a bad shim, the panel in front."""
    spectrum = site_spectrum("lopsided", 3000.0, 0)[0].spectrum
    dataset = DataSet(spectrum, Recipe(), (spectrum.source.kind,))
    with qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        user.window.workspace.open_made("bad shim", lambda _: (dataset, Recipe().run(spectrum)))
    qtbot.wait(300)  # the first document lays the docks out, a moment later
    panel = user.window.line_shape
    assert panel.measuring.document is None, "nothing is learnt for a panel that nobody sees"
    with qtbot.waitSignal(panel.told, timeout=WAIT_MS):
        user.show_panel("shape")
    return user


def column(panel, number: int) -> list[str]:
    return [panel.table.item(row, number).text() for row in range(panel.table.rowCount())]


def test_the_shape_is_shown_and_the_trace_is_cleaned_by_a_click(lopsided, qtbot) -> None:
    user, panel = lopsided, lopsided.window.line_shape
    document = user.document
    before = document.spectrum.trace
    assert "fits every line with it" in panel.words.text()
    assert "wider towards" in panel.words.text()
    assert column(panel, 0) == ["50 %", "0.55 %", "0.11 %"]
    assert column(panel, 1)[0] == column(panel, 2)[0]
    assert column(panel, 1)[1] != column(panel, 2)[1]
    assert panel.view.isVisible()
    with qtbot.waitSignal(panel.told, timeout=WAIT_MS):
        user.click(panel.clean_button)
    assert document.undo_stack.count() == 1
    told = panel.words.text()
    assert "At half height it is even" in told or "The usual Voigt line is used" in told
    assert not panel.clean_button.isEnabled()
    assert "already" in panel.clean_button.toolTip()
    user.choose_finders("classical")
    user.find()
    user.show_panel("peaks")
    assert "reference deconvolution" in user.window.peak_table.notes.text()
    assert "reference deconvolution" in " ".join(export_of(document).spectrum.notes)
    report = report_of(document, style_of(user.window.settings))
    assert "Note: the trace was cleaned by reference deconvolution" in report.made
    assert "values)" in report.made
    assert as_template(document.recipe).step(Deconvolution) is None
    # the step is one of the list: ticked off there, the trace is as it was measured
    user.show_panel("processing")
    steps = user.window.processing.steps
    chosen(user, Deconvolution)
    row = steps.visualItemRect(steps.currentItem())
    with qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        qtbot.mouseClick(steps.viewport(), LEFT, pos=QPoint(row.left() + 10, row.center().y()))
    assert np.array_equal(document.spectrum.trace, before)
    user.undo()
    assert not np.array_equal(document.spectrum.trace, before)


def test_broader_lines_are_chosen_in_the_processing_panel(lopsided, qtbot) -> None:
    user = lopsided
    with qtbot.waitSignal(user.document.spectrum_changed, timeout=WAIT_MS):
        user.click(user.window.line_shape.clean_button)
    user.show_panel("processing")
    panel = user.window.processing
    chosen(user, Deconvolution)
    height = user.document.spectrum.trace.max()
    part = panel.forms.by_kind[Deconvolution].fields["fwhm_hz"]
    with qtbot.waitSignal(user.document.spectrum_changed, timeout=WAIT_MS):
        user.type_into(part.spin, "5")
    assert user.document.spectrum.trace.max() < 0.5 * height


def test_the_menu_of_steps_leads_to_the_panel_that_has_the_shape(lopsided, qtbot) -> None:
    user = lopsided
    user.show_panel("peaks")
    user.show_panel("processing")
    added(user, "Reference deconvolution")
    qtbot.waitUntil(user.window.line_shape.isVisible)
    qtbot.waitUntil(user.window.line_shape.clean_button.isEnabled, timeout=WAIT_MS)
    with qtbot.waitSignal(user.document.spectrum_changed, timeout=WAIT_MS):
        user.click(user.window.line_shape.clean_button)
    assert user.document.recipe.step(Deconvolution) is not None


def test_a_real_spectrum_is_cleaned_saved_and_repeated_by_its_script(
    user, examples, qtbot, tmp_path
) -> None:
    document = user.open(examples / "bruker_1h_cyclosporin" / "1")
    qtbot.wait(300)
    panel = user.window.line_shape
    with qtbot.waitSignal(panel.told, timeout=WAIT_MS):
        user.show_panel("shape")
    left = panel.shape.field.by_voigt
    with qtbot.waitSignal(panel.told, timeout=WAIT_MS):
        user.click(panel.clean_button)
    assert panel.shape.field.by_voigt < 0.5 * left
    user.choose_finders("classical")
    user.find()
    script = tmp_path / "history.py"
    script.write_text(script_of(document), encoding="utf-8")
    repeated = runpy.run_path(str(script))["session"]
    assert np.array_equal(repeated.spectrum.data, document.spectrum.data)
    assert len(repeated.peaks) == len(document.shown_peaks())
    path = tmp_path / "cleaned.nmrq"
    saved_as(user, path)
    user.press(Qt.Key.Key_W, CTRL)
    again = user.open(path)
    assert again.recipe.active(Deconvolution) is not None
    assert "reference deconvolution" in " ".join(export_of(again).spectrum.notes)


def test_a_window_that_closes_leaves_nothing_running_for_a_panel_that_is_gone(
    lopsided, menthol, qtbot
) -> None:
    """Each document that closes shows the next, whose shape the panel begins to measure."""
    user, window = lopsided, lopsided.window
    user.open(menthol)
    qtbot.wait(300)
    place = window.tabs.tabRect(0).center() - QPoint(10, 0)
    qtbot.mouseClick(window.tabs, Qt.MouseButton.LeftButton, pos=place)
    told = []
    window.line_shape.measuring.started.connect(told.append)
    user.quit()
    assert not window.isVisible()
    assert told, "no measurement began while the window closed"
    assert not jobs._running


def test_a_spectrum_without_a_common_shape_says_so(user, menthol, qtbot) -> None:
    user.open(menthol)
    qtbot.wait(300)
    panel = user.window.line_shape
    with qtbot.waitSignal(panel.told, timeout=WAIT_MS):
        user.show_panel("shape")
    assert "No common line shape" in panel.words.text()
    assert not panel.table.isVisible()
    assert not panel.clean_button.isEnabled()
    user.show_panel("peaks")
    user.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert panel.words.text() == "No spectrum"
