"""Several spectra, worked as a person does: tabs, overlay and stack, sums, alignment, regions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QColorDialog, QLineEdit, QTabBar

from nmrquanv.gui import clipboard
from nmrquanv.gui.dialogs.choose_spectra import ChooseSpectraDialog
from nmrquanv.gui.dialogs.dialog import Button
from nmrquanv.gui.dialogs.stack_export import StackExportDialog
from nmrquanv.io.spectra_out import write_bruker
from tests.flows.processing_user import menu_entry
from tests.flows.stack_user import CTRL, LEFT, PLAIN, WAIT_MS, StackUser
from tests.session.test_stack import arrayed, lorentzians, noisy

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
LINES = (((7.0, 100.0), (3.0, 20.0)), ((7.0, 100.0), (3.02, 40.0)), ((7.0, 100.0),))
TOP, MIDDLE, LOWEST = 0, 1, 2
"""Rows of the table: the highest trace first, which is the one that was opened last."""


@pytest.fixture(autouse=True)
def nothing_copied(qapp):
    """Leave no data made in Python on the clipboard: Qt crashes over them at the end."""
    yield
    clipboard.leave()


@pytest.fixture
def opened(user, tmp_path):
    """A person who has dropped three spectra with known lines."""
    for number, lines in enumerate(LINES):
        made = noisy(lorentzians(*lines))
        user.open(write_bruker(tmp_path / f"made{number + 1}", None, made, "made"))
    user.qtbot.wait(300)  # the first document lays the docks out, a moment later
    return user


def stack_of(user) -> StackUser:
    """Open the page by its keys."""
    user.press(Qt.Key.Key_K, CTRL | SHIFT)
    page = user.window.side_pages.stack
    user.qtbot.waitExposed(page)
    return StackUser(user, page)


@pytest.fixture
def at_stack(opened) -> StackUser:
    return stack_of(opened)


def test_tabs_by_click_keys_and_cross(opened) -> None:
    user, workspace, tabs = opened, opened.window.workspace, opened.window.tabs
    first, second, third = workspace.documents
    assert [tabs.tabText(n) for n in range(3)] == [d.name for d in workspace.documents]
    user.qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(0).center() - QPoint(10, 0))
    assert user.view.document is first
    user.press(Qt.Key.Key_Tab, CTRL)
    assert user.view.document is second
    for _ in range(2):
        user.press(Qt.Key.Key_Tab, CTRL | SHIFT)
    assert user.view.document is third
    side = QTabBar.ButtonPosition
    cross = tabs.tabButton(0, side.RightSide) or tabs.tabButton(0, side.LeftSide)
    user.click(cross)
    assert workspace.documents == (second, third)
    assert user.view.document is third


def test_distance_typed_undone_by_keys_and_names_of_an_overlay_at_the_top(at_stack) -> None:
    user = at_stack
    before = [user.baseline(n) for n in range(3)]
    assert before[0] > before[1] + 20 > before[2] + 40
    user.type_offset("0")
    assert len({round(user.baseline(n), 2) for n in range(3)}) == 1
    assert user.page.focusWidget() is user.plot
    low, high = user.plot.view_box.current_view().y
    assert 0.8 * (high - low) < 100.0  # the tallest line fills the plot
    user.type_offset("60")
    user.undo()
    assert user.page.offset.value() == 0
    user.undo()
    assert [user.baseline(n) for n in range(3)] == pytest.approx(before, abs=0.5)
    user.redo()
    assert user.stack.offset == 0
    user.page.offset.setFocus()
    for _ in range(3):
        user.qtbot.keyClick(user.page.offset, Qt.Key.Key_Up)
    assert user.stack.offset == pytest.approx(0.15)
    user.undo()  # the keys are in the field still; three turns were one movement
    assert user.stack.offset == 0


def test_one_trace_is_scaled_by_typing_and_by_the_wheel_and_hidden_by_its_tick(at_stack) -> None:
    user, number = at_stack, 1
    trace = user.stack.traces[number]
    user.type_cell(MIDDLE, 2, "2,5")
    assert user.stack.trace(trace.id).scale == 2.5
    assert [t.scale for t in user.stack.traces] == [1.0, 2.5, 1.0]
    tall = user.baseline(number) - float(user.plot._items[number].y_px(100.0))
    at = user.at(5.0)[0], user.baseline(number) - 5
    for held in (ALT, CTRL | SHIFT, CTRL | SHIFT):
        user.mouse.wheel(user.plot, at, 1, held)
    assert user.stack.trace(trace.id).scale == pytest.approx(2.5 * 1.15**3)
    now = user.baseline(number) - float(user.plot._items[number].y_px(100.0))
    assert now == pytest.approx(1.15**3 * tall, rel=0.3)
    user.undo()
    assert user.stack.trace(trace.id).scale == 2.5
    user.tick(TOP)
    assert [t.is_visible for t in user.stack.traces] == [True, True, False]
    assert [item.isVisible() for item in user.plot._items] == [True, True, False]
    assert user.undo_text == "Hide Trace"
    for _ in range(2):
        user.undo()
    assert all(t.is_visible and t.scale == 1.0 for t in user.stack.traces)
    user.click("equal")
    tall = [max(map(abs, t.extent)) for t in user.stack.traces]
    assert tall == pytest.approx([max(tall)] * 3)
    user.click("plain")
    assert {t.scale for t in user.stack.traces} == {1.0}


def test_a_click_in_the_plot_chooses_the_trace_whose_colour_is_changed(at_stack) -> None:
    user = at_stack
    at = user.at(5.0)[0], user.baseline(1) - 8
    user.mouse.click(user.plot, at)
    assert user.table.rows_chosen() == (MIDDLE,)
    user.click("colour")
    dialog = user.visible(QColorDialog)
    (field,) = [e for e in dialog.findChildren(QLineEdit) if e.text().startswith("#")]
    field.setFocus()
    field.selectAll()
    user.qtbot.keyClicks(field, "#ff0000")
    user.qtbot.keyClick(field, Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: user.stack.traces[1].colour == "#ff0000")
    assert [item.colour() for item in user.plot._items].count("#ff0000") == 1
    user.undo()
    assert user.stack.traces[1].colour == ""


def test_a_difference_and_a_sum_open_and_undo_closes_them(at_stack) -> None:
    user, workspace = at_stack, at_stack.user.window.workspace
    user.choose_row(MIDDLE)
    user.choose_row(LOWEST, CTRL)
    for name, tallest in (("difference", 40.0), ("sum", 200.0)):
        with user.qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
            user.click(name)
        assert workspace.current.spectrum.trace.max() == pytest.approx(tallest, rel=0.02)
        assert user.user.window.tabs.count() == 4
        user.undo()
        assert [d.name for d in workspace.documents] == [t.name for t in user.stack.traces]
    with user.qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
        user.redo()
    assert "+" in workspace.current.name


def test_a_click_on_a_line_aligns_and_regions_are_compared_in_table_and_plot(at_stack) -> None:
    user = at_stack
    user.click("region")
    user.drag(3.3, 2.7)
    user.press(Qt.Key.Key_Escape)
    series = user.page.series
    series.quantity.setFocus()
    for quantity, values in (("height", (20.0, 40.0)), ("shift", (3.0, 3.02))):
        user.qtbot.keyClick(series.quantity, Qt.Key.Key_Down)
        assert series.quantity.currentData() == quantity
        shown = [float(series.table.item(row, 1).text()) for row in range(2)]
        assert shown == pytest.approx(values, rel=0.02)
        (curve,) = series.plot.plotItem.listDataItems()
        assert list(curve.getData()[1])[:2] == pytest.approx(values, rel=0.02)
    user.zoom(3.5, 2.5)
    user.click("align")
    user.click_at(3.0)
    shown = [float(series.table.item(row, 1).text()) for row in range(2)]
    assert shown[0] == pytest.approx(shown[1], abs=2e-4)
    assert float(user.table.item(MIDDLE, 3).text()) == pytest.approx(-0.02, abs=3e-3)
    assert user.undo_text == "Align"
    user.undo()
    assert [t.shift_ppm for t in user.stack.traces] == [0.0] * 3
    user.user.click(series.remove_button)
    assert series.table.isHidden()
    user.undo()
    assert len(user.stack.regions) == 1
    values = ("0.5", "2", "8")  # a person knows when each was measured
    for row, value in zip((LOWEST, MIDDLE, TOP), values, strict=True):
        user.type_cell(row, 1, value)
    (curve,) = series.plot.plotItem.listDataItems()
    assert list(curve.getData()[0]) == [0.5, 2.0, 8.0]
    assert series.plot.plotItem.getAxis("bottom").labelText == "Value"


@pytest.mark.parametrize("name", ["integrate_all", "search_all", "exclude_all"])
def test_one_set_of_regions_is_used_on_all_and_taken_back(at_stack, name) -> None:
    user, documents = at_stack, at_stack.user.window.workspace.documents
    seen = {
        "integrate_all": lambda d: d.integrals,
        "search_all": lambda d: d.thresholds.searched,
        "exclude_all": lambda d: d.thresholds.excluded,
    }[name]
    assert not user.page.buttons[name].isEnabled()
    user.click("region")
    user.drag(3.3, 2.7)
    user.click(name)
    assert [len(seen(d)) for d in documents] == [1, 1, 1]
    assert "3 open spectra" in user.page.said.text()
    user.undo()
    assert [len(seen(d)) for d in documents] == [0, 0, 0]
    user.redo()
    assert [d.undo_stack.count() for d in documents] == [1, 1, 1]
    user.user.undo()  # in the main window: that spectrum's own
    assert [len(seen(d)) for d in documents] == [1, 1, 0]
    user.undo()
    assert "edited since" in user.page.said.text()


def test_what_the_plot_shows_is_copied_and_exported(at_stack, tmp_path) -> None:
    user = at_stack
    user.click("region")
    user.drag(3.3, 2.7)
    user.press(Qt.Key.Key_Escape)
    user.type_cell(MIDDLE, 2, "-2")
    user.tick(LOWEST)
    user.zoom(5.0, 2.0)
    user.press(Qt.Key.Key_C, CTRL | ALT)
    assert "clipboard" in user.page.said.text()
    figure, view = user.plot.figure(), user.plot.view_box.current_view()
    assert (figure.low_ppm, figure.high_ppm) == view.x
    assert (figure.bottom, figure.top) == view.y
    assert [(t.name, t.factor) for t in figure.traces] == [
        (user.stack.traces[1].name, -2.0), (user.stack.traces[2].name, 1.0),
    ]  # fmt: skip
    assert figure.regions == user.stack.regions
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert bytes(data.data("application/pdf").data()).startswith(b"%PDF")
    svg = bytes(data.data("image/svg+xml").data()).decode()
    assert all(t.name in svg for t in figure.traces)
    assert user.stack.traces[0].name not in svg
    for ending in ("svg", "pdf", "png"):
        user.press(Qt.Key.Key_E, CTRL)
        dialog, path = user.visible(StackExportDialog), tmp_path / f"figure.{ending}"
        dialog.path.setFocus()
        dialog.path.selectAll()
        user.qtbot.keyClicks(dialog.path, str(path))
        assert dialog.chosen_format().ending == f".{ending}"
        user.user.click(dialog.export_button)
        assert path.exists(), dialog.state_text.text()
        user.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        user.qtbot.waitUntil(lambda: not user.page.findChildren(StackExportDialog))


def test_del_removes_and_undo_brings_back_and_closing_a_tab_removes_for_good(at_stack) -> None:
    user, workspace = at_stack, at_stack.user.window.workspace
    user.choose_row(TOP)
    user.qtbot.keyClick(user.table, Qt.Key.Key_Delete)
    assert len(user.stack.traces) == 2
    user.click("add_open")
    assert len(user.stack.traces) == 3
    for _ in range(2):
        user.undo()
    assert [t.name for t in user.stack.traces] == [d.name for d in workspace.documents]
    user.user.press(Qt.Key.Key_W, CTRL)
    assert len(workspace.documents) == 2
    user.redo()
    user.undo()
    assert [t.name for t in user.stack.traces] == [d.name for d in workspace.documents]


def test_rows_are_brought_into_another_order_by_keys(at_stack) -> None:
    user = at_stack
    names = [t.name for t in user.stack.traces]
    user.choose_row(LOWEST)
    user.qtbot.keyClick(user.table, Qt.Key.Key_Up, ALT)
    assert [t.name for t in user.stack.traces] == [names[1], names[0], names[2]]
    assert user.table.rows_chosen() == (MIDDLE,)
    for _ in range(2):  # the second time there is nothing above
        user.qtbot.keyClick(user.table, Qt.Key.Key_Up, ALT)
    assert [t.name for t in user.stack.traces] == [*names[1:], names[0]]
    user.undo()
    user.undo()
    assert [t.name for t in user.stack.traces] == names


def test_what_is_dropped_on_the_stack_opens_and_joins_it(at_stack, tmp_path) -> None:
    user, workspace = at_stack, at_stack.user.window.workspace
    made = write_bruker(tmp_path / "fourth", None, noisy(lorentzians((3.0, 30.0))), "made")
    with user.qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
        user.user.drop(made, on=user.page)
    user.qtbot.waitUntil(lambda: len(user.stack.traces) == 4)
    assert user.stack.traces[-1].name == workspace.current.name
    assert user.undo_text == "Add Spectrum"
    user.undo()
    user.user.drop(made, on=user.page)  # which is open by now
    user.qtbot.waitUntil(lambda: len(user.stack.traces) == 4)
    assert len(workspace.documents) == 4
    other = write_bruker(tmp_path / "fifth", None, noisy(lorentzians((2.0, 30.0))), "made")
    user.user.open(other)  # in the main window, which is its own matter
    assert (len(workspace.documents), len(user.stack.traces)) == (5, 4)


def test_rows_of_an_array_become_a_stack_from_the_list_of_sources(user, tmp_path, examples) -> None:
    user.open(write_bruker(tmp_path / "other", None, noisy(lorentzians((3.0, 30.0))), "made"))
    user.open(arrayed(tmp_path, ("1m", "20m", "3"), examples))
    user.qtbot.wait(300)
    box = user.window.source_box
    box.showPopup()
    view = box.view()
    user.qtbot.waitUntil(view.isVisible)
    entry = view.model().index(box.findText("All rows as a stack"), 0)
    view.scrollTo(entry)
    user.qtbot.mouseMove(view.viewport(), view.visualRect(entry).center())
    user.qtbot.wait(200)  # a popup takes no click at once after it opened
    user.qtbot.mouseClick(view.viewport(), LEFT, PLAIN, view.visualRect(entry).center())
    user.qtbot.waitUntil(lambda: user.window.side_pages.stack is not None, timeout=WAIT_MS)
    page = user.window.side_pages.stack
    at = StackUser(user, page)
    user.qtbot.waitUntil(lambda: len(at.stack.traces) > 0, timeout=WAIT_MS)
    # the rows that were asked for, and not what else is open
    assert [t.label for t in at.stack.traces] == ["vdlist 1 ms", "vdlist 20 ms", "vdlist 3 s"]
    at.click("region")
    at.drag(1.0, 0.7)
    (curve,) = page.series.plot.plotItem.listDataItems()
    places, areas = curve.getData()
    assert list(places) == pytest.approx([0.001, 0.02, 3.0])
    assert page.series.plot.plotItem.getAxis("bottom").labelText == "Value (s)"
    assert areas[0] / areas == pytest.approx([1.0, 2.0, 3.0], rel=0.02)
    assert at.undo_text == "Add Region"
    for _ in range(2):
        at.undo()
    assert at.stack.traces == ()
    at.redo()
    assert len(at.stack.traces) == 3


def test_thresholds_and_regions_are_used_on_other_spectra_and_undone_in_each(opened) -> None:
    user, documents = opened, opened.window.workspace.documents
    user.qtbot.mouseClick(user.window.tabs, LEFT, pos=user.window.tabs.tabRect(0).center())
    first, second, third = documents
    user.press(Qt.Key.Key_X, SHIFT)
    view, mouse = user.view, user.mouse
    mouse.drag(view, mouse.place(view, 7.5), mouse.place(view, 6.5))
    user.press(Qt.Key.Key_I)
    mouse.drag(view, mouse.place(view, 3.3), mouse.place(view, 2.7))
    user.press(Qt.Key.Key_Escape)
    user.show_panel("finding")
    user.type_into(user.window.thresholds_panel.min_snr.spin, "42")
    assert (len(first.thresholds.searched), first.thresholds.min_snr) == (1, 42.0)
    (menu,) = [
        a.menu() for a in user.window.menuBar().actions() if a.text().replace("&", "") == "Analysis"
    ]
    user.choose(menu, "Use Regions on Others")
    dialog = user.dialog(ChooseSpectraDialog)
    row = dialog.list.visualItemRect(dialog.list.item(1))
    user.qtbot.mouseClick(dialog.list.viewport(), LEFT, pos=row.center())
    user.qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.chosen() == (0,)
    user.click(dialog.buttons.button(Button.Ok))
    assert "1 other spectra changed" in user.window.status.message.text()
    assert second.thresholds == first.thresholds
    ends = [(i.high_ppm, i.low_ppm) for i in first.integrals]
    assert [(i.high_ppm, i.low_ppm) for i in second.integrals] == ends
    assert third.undo_stack.count() == 0
    user.press(Qt.Key.Key_Tab, CTRL)
    assert user.document is second
    user.undo()
    assert (second.thresholds.searched, second.integrals) == ((), ())
    assert len(first.integrals) == 1


def test_another_nucleus_cannot_be_ticked(opened, tmp_path) -> None:
    user = opened
    carbon = lorentzians((5.0, 10.0), nucleus="13C")
    user.open(write_bruker(tmp_path / "carbon", None, carbon, "made"))
    menu_entry(user, "Analysis", "Use Regions on Others")
    dialog = user.dialog(ChooseSpectraDialog)
    texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert all(text.endswith("shows 1H, this one 13C") for text in texts)
    assert not dialog.buttons.button(Button.Ok).isEnabled()
    user.qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_three_real_spectra_from_drop_to_figure(user, examples: Path, tmp_path) -> None:
    """Different fields, widths and units: seen at one height, one line measured, exported."""
    for name in ("bruker_1h_menthol/10", "bruker_1h_cyclosporin", "bruker_1h_aspirin_fidonly/1"):
        user.open(examples / name)
    user.qtbot.wait(300)
    at = stack_of(user)
    at.click("equal")
    at.click("region")
    at.drag(7.4, 7.1)
    row = [at.page.series.table.item(n, 1).text() for n in range(3)]
    assert all(text not in ("", "–", "—") for text in row)
    at.press(Qt.Key.Key_Escape)
    at.press(Qt.Key.Key_C, CTRL | ALT)
    assert QGuiApplication.clipboard().mimeData().hasImage()
