"""Many spectra from the window: a folder, what there is, recipe and finder, a search of all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from nmrquanv.gui.pages.batch_page import BatchPage
from nmrquanv.io.recipe_files import write_recipe
from nmrquanv.spectra.recipe import Apodization
from nmrquanv.spectra.starting_recipe import starting_recipe

WAIT_MS = 120_000
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
STATE, PEAKS = 4, 5


@pytest.fixture
def folder(tmp_path, examples) -> Path:
    """Two experiments and a damaged one."""
    place = tmp_path / "measured"
    for name, source in (("a", "bruker_1h_menthol/10"), ("b", "bruker_1h_aspirin_fidonly/1")):
        shutil.copytree(examples / source, place / name / "1")
    shutil.copytree(place / "a" / "1", place / "c" / "1")
    for name in ("fid", "pdata/1/1r"):
        file = place / "c" / "1" / name
        file.unlink()
        file.write_bytes(b"\1" * 7)
    return place


@pytest.fixture
def page(user) -> BatchPage:
    """The page, opened by its keys in the empty window."""
    user.activate()
    user.qtbot.keyClick(user.window, Qt.Key.Key_B, CTRL | SHIFT)
    page = user.window.side_pages.batch
    user.qtbot.waitExposed(page)
    return page


def paste_path(user, page: BatchPage, path: Path) -> None:
    """Paste a path into the file dialog that is open over the page, and press Enter.

    Qt's dialog completes what is typed letter by letter, on the way to another folder.
    """
    user.qtbot.waitUntil(lambda: bool(page.findChildren(QFileDialog)))
    (dialog,) = [d for d in page.findChildren(QFileDialog) if d.isVisible()]
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    QGuiApplication.clipboard().setText(str(path))
    field.selectAll()
    user.qtbot.keyClick(field, Qt.Key.Key_V, CTRL)
    user.qtbot.keyClick(field, Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: not dialog.isVisible())


def pick(user, box: QComboBox, text: str) -> None:
    """Open a list and click one of its entries."""
    box.showPopup()
    view = box.view()
    user.qtbot.waitUntil(view.isVisible)
    entry = view.model().index(box.findText(text), 0)
    user.qtbot.mouseMove(view.viewport(), view.visualRect(entry).center())
    user.qtbot.wait(200)  # a popup takes no click at once after it opened
    user.qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(entry).center())
    user.qtbot.waitUntil(lambda: not view.isVisible())


def cells(page: BatchPage, column: int) -> list[str]:
    return [page.table.item(row, column).text() for row in range(page.table.rowCount())]


def test_a_folder_is_looked_through_searched_and_a_result_opened(
    user, page, folder, tmp_path
) -> None:
    recipe = starting_recipe(32768, "1H").with_step(Apodization(3.0))
    write_recipe(tmp_path / "broad.recipe.json", recipe)
    assert not page.start_button.isEnabled()
    user.click(page.choose_folder)
    paste_path(user, page, folder)
    user.qtbot.waitUntil(lambda: page.table.rowCount() == 3, timeout=WAIT_MS)
    assert cells(page, 0) == ["a/1", "b/1", "c/1"]
    states = cells(page, STATE)
    assert states[:2] == ["ready", "ready"]
    assert states[2].startswith("cannot be opened: ")
    assert page.state.text() == "3 spectra, 1 cannot be opened"

    pick(user, page.finder, "Classical picking")
    pick(user, page.recipe, "Recipe from a file…")
    paste_path(user, page, tmp_path / "broad.recipe.json")
    assert page.recipe.currentText() == "broad"
    seen: list[tuple[int, int]] = []
    page._run.progressed.connect(lambda *_: seen.append((page.bar.value(), page.bar.maximum())))
    with user.qtbot.waitSignal(page._run.succeeded, timeout=WAIT_MS):
        user.click(page.start_button)
        user.qtbot.waitUntil(page.bar.isVisible)
        assert not page.start_button.isEnabled()
    assert any(total == 3 for _, total in seen)
    assert not page.bar.isVisible()
    states = cells(page, STATE)
    assert states[:2] == ["done", "done"]
    assert states[2].startswith("failed: ")
    assert all(int(text) > 10 for text in cells(page, PEAKS)[:2])
    assert "2 spectra done, 1 failed" in page.state.text()
    table = Path(page.output.text()) / "batch.csv"
    assert table.exists()
    told = json.loads(Path(page._results[1]).read_text())["spectrum"]["recipe"]["steps"]
    assert {"kind": "apodization", "lb_hz": 3.0} in told

    at = page.table.visualItemRect(page.table.item(1, 0)).center()
    viewport = page.table.viewport()
    page.activateWindow()
    user.qtbot.waitUntil(page.isActiveWindow)
    user.qtbot.mouseClick(viewport, LEFT, pos=at)
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        user.qtbot.mouseDClick(viewport, LEFT, pos=at)
    user.qtbot.waitUntil(
        lambda: len(user.document.shown_peaks()) == int(cells(page, PEAKS)[1]), timeout=WAIT_MS
    )
    assert user.view.document is user.document
    user.qtbot.waitUntil(user.window.isActiveWindow)  # the page may cover all of it


def test_stopped_it_goes_on_with_what_is_left(user, page, folder) -> None:
    user.drop(folder, on=page)
    user.qtbot.waitUntil(lambda: page.table.rowCount() == 3, timeout=WAIT_MS)
    pick(user, page.finder, "Classical picking")
    with user.qtbot.waitSignal(page._run.succeeded, timeout=WAIT_MS):
        user.click(page.start_button)
        user.qtbot.waitUntil(page.stop_button.isEnabled)
        user.drop(folder.parent, on=page)
        assert page.folder.text() == str(folder), "another folder while it searches"
        user.click(page.stop_button)
    user.qtbot.waitUntil(page.start_button.isEnabled)
    with user.qtbot.waitSignal(page._run.succeeded, timeout=WAIT_MS):
        user.click(page.start_button)
    assert cells(page, STATE)[:2] == ["done", "done"]
    assert "2 spectra done, 1 failed" in page.state.text()
