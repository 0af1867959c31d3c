from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QToolTip

from nmrquanv.gui.panels.integrals import Integrals


@pytest.fixture
def integrals(document, qtbot) -> Integrals:
    document.edit.add_integral(7.1, 6.9)
    document.edit.add_integral(5.1, 4.9)
    panel = Integrals()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(320, 200)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


def click(qtbot, panel, row: int, column: int) -> None:
    where = panel.table.visualItemRect(panel.table.item(row, column)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=where)


def edit(qtbot, panel, row: int, column: int, text: str, wait_ms: int = 5000) -> None:
    click(qtbot, panel, row, column)
    where = panel.table.visualItemRect(panel.table.item(row, column)).center()
    qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    editor = panel.table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    editing = QAbstractItemView.State.EditingState
    qtbot.waitUntil(lambda: panel.table.state() != editing, timeout=wait_ms)


def column(panel, number: int) -> list[str]:
    return [panel.table.item(row, number).text() for row in range(panel.table.rowCount())]


def test_limits_stand_highest_ppm_first_and_numbers_are_unknown_until_one_is_set(integrals):
    assert column(integrals, 0) == ["7.100", "5.100"]
    assert column(integrals, 3) == ["–", "–"]
    assert integrals.table.horizontalHeaderItem(3).text() == "H"


def test_setting_one_integral_to_a_number_of_protons_scales_the_other(integrals, qtbot) -> None:
    edit(qtbot, integrals, 0, 3, "2")
    numbers = [float(text) for text in column(integrals, 3)]
    # The lines are 100 and 50 high and equally wide; 3.3 % of the area lie outside the limits.
    assert numbers == pytest.approx([2.0, 1.0], abs=0.05)
    integrals._document.undo_stack.undo()
    assert column(integrals, 3) == ["–", "–"]


def test_a_limit_can_be_typed(integrals, qtbot) -> None:
    edit(qtbot, integrals, 1, 0, "5.2")
    assert integrals._document.integrals[1].high_ppm == pytest.approx(5.2)


@pytest.mark.parametrize(
    ("row", "place", "text", "told"),
    [
        (0, 3, "two", "is not a number"),
        (0, 3, "0", "above 0"),
        (0, 3, "-1", "above 0"),
        (0, 3, "1.2,3", "understood as 1.2"),
        (1, 0, "4,9", "the other limit"),
        (1, 1, "1e9", "no chemical shift"),
    ],
)
def test_an_impossible_number_is_refused_with_a_word(
    integrals, qtbot, row, place, text, told
) -> None:
    before = [column(integrals, number) for number in range(4)]
    with pytest.raises(qtbot.TimeoutError):
        edit(qtbot, integrals, row, place, text, wait_ms=50)
    editor = integrals.table.findChild(QLineEdit)
    assert editor.text() == text
    assert told in QToolTip.text()
    QToolTip.hideText()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert [column(integrals, number) for number in range(4)] == before


def test_del_and_the_button_remove_an_integral(integrals, qtbot) -> None:
    click(qtbot, integrals, 0, 1)
    qtbot.keyClick(integrals.table, Qt.Key.Key_Delete)
    assert column(integrals, 0) == ["5.100"]
    qtbot.mouseClick(integrals.remove_button, Qt.MouseButton.LeftButton)
    assert integrals._document.integrals == ()
    assert "integral tool" in integrals.empty_text.text()


def test_a_click_shows_the_integral_in_the_plot(integrals, qtbot) -> None:
    with qtbot.waitSignal(integrals.show_ppm) as signal:
        click(qtbot, integrals, 1, 1)
    assert signal.args[0] == pytest.approx(5.0)
