"""The synthetic twin by mouse and keys: measured, shown beside the list, opened, cancelled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.marker_looks import TRUE_LINES
from tests.flows.conftest import CTRL

SHIFT_CTRL = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
WAIT_MS = 120_000


@pytest.fixture
def carbon(examples):
    return examples / "bruker_13c_caryophyllene_oxide"


def measured(user) -> None:
    """Open a spectrum with peaks and wait until its twin is measured."""
    user.choose_finders("classical")
    user.find()
    with user.qtbot.waitSignal(user.window.twins.measuring.succeeded, timeout=WAIT_MS):
        user.press(Qt.Key.Key_T, SHIFT_CTRL)


def rows(user) -> list[list[str]]:
    """Return what the box shows, row by row, from left to right."""
    grid = user.window.comparison.twin.grid.layout()
    count = range(grid.rowCount())
    cells = [[grid.itemAtPosition(r, c) for c in range(3)] for r in count]
    return [[item.widget().text() if item else "" for item in row] for row in cells if any(row)]


def test_a_twin_tells_what_to_expect_and_opens_with_its_true_lines(user, carbon) -> None:
    document = user.open(carbon)
    box = user.window.comparison.twin
    user.press(Qt.Key.Key_T, SHIFT_CTRL)
    assert "Find peaks first" in user.window.status.message.text()
    assert not box.button.isEnabled()
    measured(user)
    assert box.isVisible()
    head, row = rows(user)
    assert head[1:] == ["Recall", "Precision"]
    assert row[0] == "Classical"
    assert row[1].split(" %")[0].isdigit()
    assert int(row[1].split(" %")[0]) > 70
    assert "draws of noise" in box.note.text()
    assert "not in the twin" in box.note.text()
    assert "favours this finder" in box.note.toolTip()
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        user.click(box.open_button)
    twin = user.document
    assert twin is not document
    assert twin.true_lines
    assert twin.spectrum.axis == document.spectrum.axis
    assert twin.spectrum.time_points == document.spectrum.time_points
    user.find()
    truth = user.window.comparison.truth
    assert truth.isVisible()
    assert truth.scores["classical"].recall > 0.7
    assert TRUE_LINES in user.window.comparison.layers.by_layer
    # the original has its figures still
    user.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert user.document is document
    assert box.grid.isVisible()


def test_another_threshold_makes_the_figures_those_of_before(user, carbon) -> None:
    document = user.open(carbon)
    measured(user)
    box = user.window.comparison.twin
    assert "measure again" not in box.note.text()
    user.show_panel("finding")
    user.type_into(user.window.thresholds_panel.min_snr.spin, "50")
    assert document.thresholds.min_snr == 50.0
    user.show_panel("comparison")
    assert box.note.text().startswith("Of the list and thresholds before")


def test_a_measurement_is_cancelled_by_its_button(user, carbon) -> None:
    user.open(carbon)
    user.choose_finders("classical")
    user.find()
    box, run = user.window.comparison.twin, user.window.twins.measuring
    user.press(Qt.Key.Key_T, SHIFT_CTRL)
    assert box.button.text() == "Cancel"
    assert box.progress.isVisible()
    with user.qtbot.waitSignal(run.cancelled, timeout=WAIT_MS):
        user.click(box.button)
    assert box.button.text() == "Measure"
    assert not box.progress.isVisible()
    assert not box.grid.isVisible()
    assert "cancelled" in user.window.status.message.text()


def test_a_closed_document_is_not_measured_on(user, carbon) -> None:
    user.open(carbon)
    user.choose_finders("classical")
    user.find()
    run = user.window.twins.measuring
    user.press(Qt.Key.Key_T, SHIFT_CTRL)
    with user.qtbot.waitSignal(run.cancelled, timeout=WAIT_MS):
        user.press(Qt.Key.Key_W, CTRL)
    assert run.document is None
