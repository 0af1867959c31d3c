"""Many spectra searched from the window, by the program's own command line in a child process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from nmrquanv.gui.pages.batch_page import BatchPage
from nmrquanv.io.recipe_files import write_recipe
from nmrquanv.session.batch_search import BatchChoice, BatchSearch, look, usual_output
from nmrquanv.spectra.recipe import Apodization
from nmrquanv.spectra.starting_recipe import starting_recipe


@pytest.fixture
def folder(tmp_path, examples) -> Path:
    """Two experiments, one of which is damaged, and a text that is none."""
    place = tmp_path / "measured"
    for number in ("10", "20"):
        shutil.copytree(examples / "bruker_1h_menthol" / "10", place / "menthol" / number)
    for name in ("fid", "pdata/1/1r"):
        file = place / "menthol" / "20" / name
        file.unlink()
        file.write_bytes(b"\1" * 7)
    (place / "notes.txt").write_text("no spectrum\n")
    return place


@pytest.fixture
def page(window, folder, qtbot) -> BatchPage:
    window.actions_by_id["batch"].trigger()
    page = window.side_pages.batch
    qtbot.waitExposed(page)
    page.set_folder(str(folder))
    qtbot.waitUntil(lambda: page.table.rowCount() == 2, timeout=20_000)
    return page


def cells(page: BatchPage, column: int) -> list[str]:
    return [page.table.item(row, column).text() for row in range(page.table.rowCount())]


def test_what_is_there_is_told_before_anything_is_searched(page, folder) -> None:
    assert cells(page, 0) == ["menthol/10", "menthol/20"]
    assert cells(page, 1) == ["1H", "1H"]
    ready, broken = cells(page, 4)
    assert ready == "ready"
    assert broken.startswith("cannot be opened: ")
    assert page.state.text() == "2 spectra, 1 cannot be opened"
    assert not Path(usual_output(folder)).exists()


@pytest.mark.slow
def test_all_are_searched_and_a_result_opens_by_enter(page, window, qtbot) -> None:
    page.finder.setCurrentIndex(page.finder.findData("classical"))
    with qtbot.waitSignal(page._run.succeeded, timeout=120_000):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
        assert page.stop_button.isEnabled()
    done, failed = cells(page, 4)
    assert done == "done"
    assert failed.startswith("failed: ")
    assert int(cells(page, 5)[0]) > 30
    assert "1 spectrum done, 1 failed" in page.state.text()
    page.table.selectRow(0)
    page.table.setFocus()
    with qtbot.waitSignal(window.workspace.opened, timeout=30_000):
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    document = window.workspace.current
    qtbot.waitUntil(lambda: len(document.shown_peaks()) > 30, timeout=20_000)
    with qtbot.waitSignal(page._run.succeeded, timeout=120_000):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert "by an earlier run" in page.state.text()


@pytest.mark.slow
def test_all_are_processed_by_a_recipe_that_was_saved(page, folder, qtbot, tmp_path) -> None:
    """From the FID, though a processed spectrum lies beside it: the recipe is one for FIDs."""
    recipe = starting_recipe(32768, "1H").with_step(Apodization(5.0))
    write_recipe(tmp_path / "broad.recipe.json", recipe)
    page.finder.setCurrentIndex(page.finder.findData("classical"))
    page.recipe.set_path(str(tmp_path / "broad.recipe.json"))
    assert page.recipe.currentText() == "broad"
    with qtbot.waitSignal(page._run.succeeded, timeout=120_000):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert cells(page, 4)[0] == "done"
    told = json.loads(Path(page._results[0]).read_text())["spectrum"]["recipe"]["steps"]
    assert {"kind": "apodization", "lb_hz": 5.0} in told
    assert {"kind": "fourier_transform"} in told


def test_a_row_without_a_result_opens_its_data_set(page, window, qtbot) -> None:
    page.table.selectRow(0)
    with qtbot.waitSignal(window.workspace.opened, timeout=30_000):
        qtbot.mouseClick(page.open_button, Qt.MouseButton.LeftButton)
    assert window.workspace.current.name == "menthol/10"


def test_an_empty_folder_is_said(window, tmp_path, qtbot) -> None:
    window.actions_by_id["batch"].trigger()
    page = window.side_pages.batch
    (tmp_path / "empty").mkdir()
    page.set_folder(str(tmp_path / "empty"))
    qtbot.waitUntil(lambda: "no data set" in page.state.text(), timeout=10_000)
    assert not page.start_button.isEnabled()


def test_folders_may_be_typed(page, folder, tmp_path, qtbot) -> None:
    """The fields had the keyboard and took no letter."""

    def typed(field, text: str) -> None:
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    typed(page.folder, f"{tmp_path}/none")
    qtbot.waitUntil(lambda: f"{tmp_path}/none" in page.state.text(), timeout=10_000)
    assert page.table.rowCount() == 0
    typed(page.folder, f" {folder}/menthol ")
    qtbot.waitUntil(lambda: page.table.rowCount() == 2, timeout=20_000)
    assert page.output.text() == usual_output(folder / "menthol")
    typed(page.output, str(tmp_path / "lists"))
    qtbot.waitUntil(lambda: page.table.rowCount() == 2, timeout=20_000)
    assert page.folder.text() == str(folder / "menthol")
    assert page.output.text() == str(tmp_path / "lists")


def test_the_results_of_a_whole_drive_have_a_place() -> None:
    assert usual_output(Path.cwd().anchor) == str(Path(Path.cwd().anchor, "spectra-peaks"))


def test_results_are_not_searched_themselves(folder) -> None:
    (folder / "results").mkdir()
    planned = look(str(folder), str(folder / "results"))
    assert [one.task.name for one in planned] == ["menthol/10", "menthol/20"]


def test_the_main_window_tells_of_a_batch_and_does_not_end_it_unasked(page, window, qtbot) -> None:
    """It closed without a word, and a search of hours ended with it."""
    notice = window.notices.batch
    assert notice.isHidden()
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(notice.isVisible)
    page.close()
    qtbot.mouseClick(notice, Qt.MouseButton.LeftButton)
    assert page.isVisible()
    assert not window.close()
    question = window.closing.question
    assert "Many spectra are searched" in question.informativeText()
    question.button(QMessageBox.StandardButton.Cancel).click()
    assert window.isVisible()
    assert page.is_running
    with qtbot.waitSignal(page._run.cancelled, timeout=20_000):
        qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(notice.isHidden)


def test_one_batch_at_a_time_and_none_is_left_behind(folder, qtbot, qapp) -> None:
    run = BatchSearch()
    choice = BatchChoice(str(folder), usual_output(folder), "classical")
    run.start(choice)
    with pytest.raises(Exception, match="running already"):
        run.start(choice)
    process = run._child.process
    run.shut_down()
    assert not process.is_alive()
    assert not run.is_running
