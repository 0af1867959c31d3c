from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from nmrquanv.gui.panels.spectra_list import SpectraList
from nmrquanv.session.workspace import Workspace


@pytest.fixture
def workspace(settings, examples, qtbot) -> Workspace:
    workspace = Workspace(settings)
    for path in ("bruker_1h_menthol/10", "bruker_dept135_caryophyllene_oxide/12"):
        with qtbot.waitSignal(workspace.opened, timeout=20_000):
            workspace.open(examples / path)
    return workspace


@pytest.fixture
def spectra(workspace, qtbot) -> SpectraList:
    panel = SpectraList(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 200)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


def texts(spectra: SpectraList) -> list[str]:
    return [spectra.list.item(row).text() for row in range(spectra.list.count())]


def test_open_spectra_stand_with_what_is_known_of_them(spectra) -> None:
    assert texts(spectra)[0] == "bruker_1h_menthol/10\n1H, 500 MHz, CDCl3, Bruker"
    assert texts(spectra)[1].splitlines()[1].startswith("13C, ")
    assert spectra.list.currentRow() == 1


def test_a_click_makes_a_spectrum_the_current_one(spectra, workspace, qtbot) -> None:
    where = spectra.list.visualItemRect(spectra.list.item(0)).center()
    with qtbot.waitSignal(workspace.current_changed):
        qtbot.mouseClick(spectra.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert workspace.current is workspace.documents[0]


def test_edits_are_starred_until_they_are_saved_or_undone(spectra, workspace) -> None:
    document = workspace.documents[0]
    document.edit.add_peak(0.9)
    assert texts(spectra)[0].startswith("bruker_1h_menthol/10 *")
    assert "*" not in texts(spectra)[1]
    document.mark_saved()
    assert "*" not in texts(spectra)[0]
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert "*" not in texts(spectra)[0]


def test_a_closed_spectrum_leaves_the_list(spectra, workspace) -> None:
    workspace.close(workspace.documents[0])
    assert len(texts(spectra)) == 1
    workspace.close(workspace.documents[0])
    assert spectra.list.isHidden()
    assert "No spectrum is open" in spectra.empty_text.text()


def test_the_menu_asks_the_window_to_close_a_spectrum(spectra, workspace, qtbot) -> None:
    where = spectra.list.visualItemRect(spectra.list.item(1)).center()
    spectra.list.customContextMenuRequested.emit(where)
    menu = spectra.findChild(QMenu)
    with qtbot.waitSignal(spectra.close_requested) as signal:
        menu.actions()[0].trigger()
    menu.close()
    assert signal.args == [workspace.documents[1]]
