"""Integrals by mouse and keys: made, taken hold of, set together, copied, drawn in the figure."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from nmrquanv.gui.number_box import NumberDialog
from nmrquanv.gui.plot.figures import figure_of
from tests.flows.peak_user import integral_typed

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def at_carbinol(user, menthol):
    """A person who looks at menthol's signal at 3.4 ppm with the integral tool."""
    user.open(menthol)
    user.zoom(3.7, 3.1)
    user.press(Qt.Key.Key_I)
    return user


def drag(user, start: float, end: float) -> None:
    user.mouse.drag(user.view, user.mouse.place(user.view, start), user.mouse.place(user.view, end))


def test_an_end_and_the_whole_are_dragged_each_in_one_step(at_carbinol) -> None:
    user = at_carbinol
    drag(user, 3.50, 3.36)
    (made,) = user.document.integrals
    assert (made.high_ppm, made.low_ppm) == pytest.approx((3.50, 3.36), abs=0.005)
    count = user.document.undo_stack.count()
    drag(user, made.high_ppm, 3.55)
    (wider,) = user.document.integrals
    assert (wider.high_ppm, wider.low_ppm) == pytest.approx((3.55, made.low_ppm), abs=0.005)
    assert wider.id == made.id
    drag(user, 3.45, 3.40)
    (moved,) = user.document.integrals
    assert (moved.high_ppm, moved.low_ppm) == pytest.approx((3.50, 3.31), abs=0.01)
    assert user.document.undo_stack.count() == count + 2
    drag(user, 3.30, 3.20)
    assert len(user.document.integrals) == 2
    user.undo()
    user.undo()
    user.undo()
    assert user.document.integrals == (made,)


def test_signals_are_integrated_by_a_key_and_count_so_many_nuclei_together(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_I, SHIFT)
    count = len(document.integrals)
    assert count > 5
    assert f"{count} signals integrated" in user.window.status.message.text()
    user.show_panel("integrals")
    panel = user.window.integrals
    user.click(panel.sum_button)
    dialog = user.dialog(NumberDialog)
    user.type_into(dialog.box, "20")
    user.qtbot.waitUntil(lambda: not dialog.isVisible())
    numbers = [n for _, n in document.integral_values().values()]
    assert sum(numbers) == pytest.approx(20.0)
    panel.table.setFocus()
    user.qtbot.keyClick(panel.table, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:5] == ["From ppm", "to ppm", "Integral", "H", "Fit area"]
    assert len(lines) == count + 1
    assert "out" in lines[1]
    user.undo()
    assert all(n is None for _, n in document.integral_values().values())


def test_all_rows_are_chosen_and_removed_by_keys_and_no_peak_is(user, menthol) -> None:
    """Ctrl+A in this table selected all peaks of the plot."""
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_I, SHIFT)
    before = document.integrals
    assert len(before) > 5
    user.show_panel("integrals")
    table = user.window.integrals.table
    where = table.visualItemRect(table.item(1, 2)).center()
    user.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    user.qtbot.keyClick(table, Qt.Key.Key_A, CTRL)
    assert table.rows_chosen() == tuple(range(len(before)))
    assert user.view.editing.selected_ids() == ()
    user.qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert document.integrals == ()
    user.undo()
    assert document.integrals == before


def test_a_number_and_a_bias_are_typed_into_the_table(at_carbinol) -> None:
    user = at_carbinol
    drag(user, 3.50, 3.36)
    drag(user, 3.30, 3.20)
    integral_typed(user, "H", "1")
    whole, small = (user.document.integral_values()[i.id] for i in user.document.integrals)
    assert whole[1] == 1.0
    assert small[1] == pytest.approx(small[0] / whole[0])
    integral_typed(user, "Bias", "50")
    one = user.document.integrals[0]
    less, number = user.document.integral_values()[one.id]
    width_hz = (one.high_ppm - one.low_ppm) * user.document.spectrum.axis.sf_mhz
    assert less == pytest.approx(whole[0] - 50.0 * width_hz, rel=1e-3)
    assert number == pytest.approx(1.0)
    user.undo()
    assert user.document.integral_values()[one.id] == whole


def test_tab_after_a_limit_goes_on_to_the_other_one(at_carbinol) -> None:
    """It left the first limit for the area, as the table took its number for the current cell."""
    user, qtbot = at_carbinol, at_carbinol.qtbot
    qtbot.wait(300)  # the first document lays the docks out, a moment later
    drag(user, 3.50, 3.36)
    user.show_panel("integrals")
    table = user.window.integrals.table
    user.activate()
    at = table.visualItemRect(table.item(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    for text, end in (("3.51", Qt.Key.Key_Tab), ("3.35", Qt.Key.Key_Return)):
        qtbot.waitUntil(lambda: len(table.viewport().findChildren(QLineEdit)) == 1)
        (editor,) = table.viewport().findChildren(QLineEdit)
        qtbot.keyClicks(editor, text)
        before = user.document.integrals
        qtbot.keyClick(editor, end)
        qtbot.waitUntil(lambda b=before: user.document.integrals != b)
    (one,) = user.document.integrals
    assert (one.high_ppm, one.low_ppm) == (3.51, 3.35)


def test_the_figure_has_numbers_and_curves_of_integrals_that_are_not_set(at_carbinol) -> None:
    user = at_carbinol
    drag(user, 3.50, 3.36)
    (one,) = figure_of(user.document, user.view.visible_ppm()).integrals
    assert one.text == "100.0 %"
    assert one.curve[0][1] == 0.0
    assert one.curve[-1][1] == pytest.approx(1.0)


def test_a_row_is_levelled_by_its_button(at_carbinol) -> None:
    user = at_carbinol
    drag(user, 3.50, 3.36)
    user.show_panel("integrals")
    panel = user.window.integrals
    where = panel.table.visualItemRect(panel.table.item(0, 2)).center()
    user.qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    user.click(panel.level_button)
    assert user.document.integrals[0].slope != 0.0
    assert panel.table.item(0, 6).text() != "0"


def test_areas_of_carbons_are_not_taken_for_counts_without_a_word(
    user, examples, at_carbinol
) -> None:
    caution = user.window.integrals.caution
    drag(user, 3.50, 3.36)
    user.show_panel("integrals")
    assert not caution.isVisible(), "areas of protons count"
    user.open(examples / "bruker_13c_caryophyllene_oxide" / "11")
    assert not caution.isVisible(), "nothing is integrated yet"
    user.press(Qt.Key.Key_I)
    drag(user, 120.0, 105.0)
    user.qtbot.waitUntil(caution.isVisible)
    assert "NOE" in caution.text()
