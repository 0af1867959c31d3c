from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel

from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.opening import is_gone
from nmrquanv.io import data_sets
from nmrquanv.io.summaries import DataSetSummary, summaries, summary
from nmrquanv.spectra.spectrum import Sample

CHOICES = ("/data/menthol/10", "/data/menthol/11", "/data/menthol/12")
SUMMARIES = (
    DataSetSummary(Sample("1H", "CDCl3", "Menthol\nin CDCl3", "zg30"), "2017-10-19"),
    DataSetSummary(Sample("13C", pulse_program="zgpg30")),
    DataSetSummary(Sample("13C", pulse_program="dept135")),
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
    cells = [item.text(column) for column in range(dialog.list.columnCount())]
    assert cells == ["10", "1H", "CDCl3", "2017-10-19", "zg30", "Menthol in CDCl3"]
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
    assert known.sample.nucleus == "13C"
    assert "dept135" in known.sample.pulse_program
    assert known.sample.title
    assert (known.measured, known.problem) == ("2017-05-18", "")
    assert "the folder is empty" in summary(tmp_path).problem


def test_what_cannot_be_opened_says_why_and_cannot_be_chosen(qtbot) -> None:
    broken = DataSetSummary(Sample("1H"), problem="fid: truncated")
    dialog = ChooseDataSetDialog("/data", CHOICES, (broken, *SUMMARIES[1:]))
    qtbot.addWidget(dialog)
    first = dialog.list.topLevelItem(0)
    assert first.text(5) == first.toolTip(5) == "Cannot be opened: fid: truncated"
    assert not first.flags() & Qt.ItemFlag.ItemIsSelectable
    assert dialog.chosen() == CHOICES[1:2]
    dialog.list.selectAll()
    assert dialog.chosen() == CHOICES[1:]
    assert "holds 2 data sets" in dialog.findChild(QLabel).text()
    dialog.list.itemActivated.emit(first, 0)
    assert dialog.result() != QDialog.DialogCode.Accepted


def test_nothing_is_selected_where_nothing_can_be_opened(qtbot) -> None:
    broken = DataSetSummary(problem="empty")
    dialog = ChooseDataSetDialog("/data", CHOICES[:2], (broken, broken))
    qtbot.addWidget(dialog)
    assert dialog.chosen() == ()
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Open).isEnabled()


def test_a_folder_is_listed_with_what_is_wrong_in_it(examples, tmp_path) -> None:
    for number in ("10", "11"):
        shutil.copytree(examples / "bruker_1h_aspirin_fidonly" / "1", tmp_path / number)
    fid = tmp_path / "11" / "fid"
    fid.chmod(0o644)
    fid.write_bytes(fid.read_bytes()[:1000])
    (tmp_path / "uv.jdx").write_text("##TITLE= uv\n##DATA TYPE= UV/VIS SPECTRUM\n##END=\n")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    listed = dict(summaries(tmp_path, data_sets(tmp_path)))
    names = [Path(path).name for path in listed]
    assert names == ["10", "11", "uv.jdx"]
    problems = [known.problem for known in listed.values()]
    assert problems[0] == ""
    assert problems[1].startswith("fid: truncated")
    assert "not an NMR spectrum" in problems[2]
    assert listed[str(tmp_path / "11")].sample.nucleus == "1H"


def test_a_path_in_an_archive_is_not_gone(tmp_path) -> None:
    (tmp_path / "study.zip").write_bytes(b"PK")
    assert not is_gone(tmp_path / "study.zip" / "10")
    assert not is_gone(tmp_path)
    assert is_gone(tmp_path / "study" / "10")
