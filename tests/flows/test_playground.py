"""The quantum playground by mouse: sliders, repetitions, table, plot, export, cancel."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import Qt

from tests.flows.processing_user import menu_entry

WAIT_MS = 120_000


@pytest.fixture
def page(user, menthol):
    """The playground on two multiplets of menthol."""
    user.open(menthol)
    user.zoom(3.5, 3.35)
    menu_entry(user, "Models", "Quantum Playground")
    page = user.window.side_pages.playground
    user.qtbot.waitExposed(page)
    user.type_into(page.controls.shots.spin, "2048")
    user.type_into(page.repeats.lineEdit(), "2")
    return page


def test_peaks_get_error_bars_and_survival_and_are_exported(user, page, tmp_path) -> None:
    slider = page.controls.shares["readout_flip"]
    user.type_into(slider.spin.lineEdit(), "1")
    assert page.controls.noise().readout_flip == pytest.approx(0.01)
    with user.qtbot.waitSignal(page.measuring.succeeded, timeout=WAIT_MS):
        user.click(page.start_button)
        assert page.start_button.text() == "&Cancel"
        assert page.bar.isVisible()
    survey = page.survey
    assert page.table.rowCount() == len(survey.peaks) > 3
    assert all(3.3 < one.peak.ppm < 3.55 for one in survey.peaks)
    assert page.table.item(0, 3).text().endswith("%")
    x, _ = page.plot.curve.getOriginalDataset()
    assert (x[1:] > x[:-1]).all()
    drawn, _ = page.plot.curve.getData()
    assert len(drawn) > 100
    assert len(page.plot.points.data) == len(survey.peaks)
    assert page.plot.bars.opts["top"] is not None
    assert "survive all of 2 repetitions" in page.state.text()
    at = page.table.visualItemRect(page.table.item(1, 0)).center()
    user.qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    high, low = user.view.visible_ppm()
    assert low < survey.peaks[1].peak.ppm < high
    target = tmp_path / "noise.csv"
    page.export_to(target)
    lines = target.read_text().splitlines()
    told = dict(line[2:].split(": ") for line in lines if line.startswith("# "))
    assert told["shots"] == "2048"
    assert float(told["readout_flip"]) == pytest.approx(0.01)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert [float(r["ppm"]) for r in rows] == [one.peak.ppm for one in survey.peaks]
    page.export_to(tmp_path / "nowhere" / "noise.csv")
    assert "cannot write" in page.state.text()


def test_a_run_is_cancelled_by_its_button(user, page) -> None:
    user.type_into(page.repeats.lineEdit(), "100")
    user.click(page.start_button)
    with user.qtbot.waitSignal(page.measuring.cancelled, timeout=WAIT_MS):
        user.qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page.start_button.text() == "&Run"
    assert page.state.text() == "Cancelled."
    assert page.survey is None


def test_a_strength_sets_all_sliders(user, page) -> None:
    page.controls.preset.setFocus()
    user.qtbot.keyClick(page.controls.preset, Qt.Key.Key_End)
    noise = page.controls.noise()
    assert noise.shots == pytest.approx(1024, rel=0.02)
    assert noise.depolarising_2q == pytest.approx(0.025)
    user.qtbot.keyClick(page.controls.preset, Qt.Key.Key_Home)
    assert page.controls.noise().shots == 0
    assert page.controls.noise().depolarising_2q == 0
    assert not page.controls.shots.isEnabled()
