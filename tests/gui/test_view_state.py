from __future__ import annotations

import pytest

from nmrquanv.gui.app import make_window
from nmrquanv.gui.marker_looks import TRUE_LINES
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.peaks import Peak


@pytest.fixture
def state(qapp) -> ViewState:
    return ViewState()


def test_every_change_is_told_once_and_none_where_nothing_changes(state) -> None:
    told = []
    state.layer_changed.connect(told.append)
    for name in ("labels", "solvents", "decimals", "hovered"):
        getattr(state, f"{name}_changed").connect(lambda name=name: told.append(name))
    hit = Hit(Peak(7.26, 1.0), "cnn")
    for _ in range(2):
        state.show_layer(TRUE_LINES, False)
        state.show_labels(False)
        state.show_solvents(False)
        state.set_decimals(4)
        state.set_hovered(hit)
    assert told == [TRUE_LINES, "labels", "solvents", "decimals", "hovered"]
    assert (state.has_labels, state.has_solvents, state.decimals) == (False, False, 4)
    assert state.hovered is hit
    assert not state.is_shown(TRUE_LINES)
    assert state.is_shown("quanv")


@pytest.mark.parametrize(
    ("action", "is_on"),
    [
        ("labels", lambda state: state.has_labels),
        ("solvents", lambda state: state.has_solvents),
        ("layer_cnn", lambda state: state.is_shown("cnn")),
    ],
)
def test_menu_and_plot_follow_the_same_state(window, action, is_on) -> None:
    state, entry = window.view_state, window.actions_by_id[action]
    entry.setEnabled(True)
    assert entry.isChecked()
    entry.trigger()
    assert not is_on(state)
    for turn_on in (
        lambda: state.show_labels(True),
        lambda: state.show_solvents(True),
        lambda: state.show_layer("cnn", True),
    ):
        turn_on()
    assert entry.isChecked()


def test_decimals_of_the_settings_are_those_of_the_plot(window) -> None:
    window.settings.label_decimals = 2
    assert window.view_state.decimals == 2


def test_a_unit_of_the_axis_is_there_again_at_the_next_start(window, document) -> None:
    window.workspace._add([document])
    window.actions_by_id["axis_hz"].trigger()
    assert window.settings.axis_unit == "hz"
    window.settings.save()
    again = Settings(window.settings.path)
    assert again.axis_unit == "hz"
    window.settings.axis_unit = "points"
    assert window.view_state.unit == "points"
    assert window.actions_by_id["axis_points"].isChecked()


def test_a_window_begins_with_the_unit_of_the_settings(qtbot, settings) -> None:
    settings.axis_unit = "hz"
    window = make_window(settings, Retraining(None))
    qtbot.addWidget(window)
    assert window.view_state.unit == "hz"
    assert window.actions_by_id["axis_hz"].isChecked()
