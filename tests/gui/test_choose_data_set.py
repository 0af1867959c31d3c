from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.opening import is_gone
from nmrquanv.io.summaries import summary
from nmrquanv.spectra.spectrum import Sample

CHOICES = ("/data/menthol/10", "/data/menthol/11", "/data/menthol/12")
SUMMARIES = (
    Sample("1H", "CDCl3", "Menthol\nin CDCl3", "zg30"),
    Sample("13C", pulse_program="zgpg30"),
    Sample("13C", pulse_program="dept135"),
)


@pytest.fixture
def dialog(qtbot) -> ChooseDataSetDialog:
    dialog = ChooseDataSetDialog("/data/menthol", CHOICES, SUMMARIES)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    yield dialog
    dialog.hide()


def click(qtbot, dialog, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    where = dialog.list.visualItemRect(dialog.list.topLevelItem(row)).center()
    qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def test_the_data_sets_stand_with_what_is_known_of_them(dialog) -> None:
    item = dialog.list.topLevelItem(0)
    assert [item.text(column) for column in range(4)] == ["10", "1H", "zg30", "Menthol in CDCl3"]
    assert dialog.chosen() == CHOICES[:1]


def test_several_can_be_opened_at_once(dialog, qtbot) -> None:
    click(qtbot, dialog, 2)
    click(qtbot, dialog, 0, Qt.KeyboardModifier.ControlModifier)
    assert dialog.chosen() == (CHOICES[0], CHOICES[2])
    button = dialog.buttons.button(dialog.buttons.StandardButton.Open)
    assert button.text() == "Open 2"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_double_click_opens(dialog, qtbot) -> None:
    click(qtbot, dialog, 1)
    where = dialog.list.visualItemRect(dialog.list.topLevelItem(1)).center()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseDClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert dialog.chosen() == CHOICES[1:2]


def test_nothing_chosen_opens_nothing(dialog) -> None:
    dialog.list.clearSelection()
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Open).isEnabled()


def test_without_summaries_the_paths_alone_are_listed(qtbot) -> None:
    dialog = ChooseDataSetDialog("/data", ("/data/a/1", "/data/b/1"))
    qtbot.addWidget(dialog)
    assert dialog.list.columnCount() == 1
    assert dialog.list.topLevelItem(1).text(0) == "b/1"


def test_a_bruker_data_set_is_summed_up_from_its_parameters_alone(examples, tmp_path) -> None:
    known = summary(examples / "bruker_dept135_caryophyllene_oxide" / "12")
    assert known.nucleus == "13C"
    assert "dept135" in known.pulse_program
    assert known.title
    assert summary(tmp_path) == Sample()


def test_a_path_in_an_archive_is_not_gone(tmp_path) -> None:
    (tmp_path / "study.zip").write_bytes(b"PK")
    assert not is_gone(tmp_path / "study.zip" / "10")
    assert not is_gone(tmp_path)
    assert is_gone(tmp_path / "study" / "10")
