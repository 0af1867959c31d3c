"""A peak list of TopSpin or another program, looked at beside what the finders say."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from nmrquanv.finders import CLASSICAL
from tests.flows.peak_user import integral_typed, integrated
from tests.flows.processing_user import file_typed


def ask(user) -> QFileDialog:
    """Press the keys of the action and return the dialog, with Qt's own list of files."""
    user.press(Qt.Key.Key_I, user.mouse.ctrl | user.mouse.shift)
    return user.dialog(QFileDialog)


def test_topspins_list_stands_beside_the_finders_and_is_compared(user, examples) -> None:
    document = user.open(examples / "bruker_13c_caryophyllene_oxide")
    user.choose_finders(CLASSICAL)
    user.find()
    before = document.peaks
    dialog = ask(user)
    assert Path(dialog.directory().path()).name == "1"  # pdata/1, where the list lies
    file_typed(user, Path(dialog.directory().path()) / "peaklist.xml")
    user.qtbot.waitUntil(lambda: "peaklist.xml" in document.layers)
    assert document.peaks == before
    assert document.working_choice == CLASSICAL
    assert "peaklist.xml is a layer of" in user.window.status.message.text()
    user.show_panel("comparison")
    assert {"peaklist.xml", CLASSICAL} <= set(document.layers)
    tall = [peak for peak in document.shown_layer(CLASSICAL) if (peak.snr or 0) > 20]
    there = document.shown_layer("peaklist.xml").positions_ppm()
    assert max(abs(there - peak.ppm).min() for peak in tall) < 0.01
    user.undo()
    assert list(document.layers) == [CLASSICAL]
    user.redo()
    assert "peaklist.xml" in document.layers


def test_what_is_no_list_is_told_and_nothing_changes(user, examples, tmp_path) -> None:
    document = user.open(examples / "bruker_13c_caryophyllene_oxide")
    path = tmp_path / "torn.xml"
    path.write_text("<PeakList><PeakList1D>")
    ask(user)
    file_typed(user, path)
    assert "is not a peak list" in user.error_text()
    assert dict(document.layers) == {}


def test_topspins_integrals_are_added_in_one_step(user, examples) -> None:
    document = user.open(examples / "bruker_1h_aspirin_fidonly")
    folder = examples / "bruker_1h_aspirin_fidonly" / "1" / "pdata" / "1"
    user.qtbot.wait(300)  # the first document lays the docks out, a moment later
    user.zoom(8.0, 7.0)
    integrated(user, 7.62, 7.45)
    integral_typed(user, "From ppm", "7.598495900445872")
    integral_typed(user, "to ppm", "7.468448293347777")
    (own,) = document.integrals
    ask(user)
    file_typed(user, folder / "integrals.txt")
    user.qtbot.waitUntil(lambda: len(document.integrals) == 5)
    told = user.window.status.message.text()
    assert "integrals.txt: 4 integrals added; 1 were there already" in told
    numbers = [number for _, number in document.integral_values().values()]
    assert numbers[-1] == 2.95309  # the largest of the list is set
    assert all(0.8 < number < 3.2 for number in numbers)
    user.undo()
    assert [one.id for one in document.integrals] == [own.id]
    user.redo()
    assert len(document.integrals) == 5
