"""Several spectra in a window of their own, worked with mouse and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QTableView

from nmrquanv.gui import theme
from nmrquanv.gui.pages.stack_page import StackPage
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.session.workspace import Workspace
from tests.session.test_stack import arrayed, lorentzians, noisy

SPECTRA = (((7.0, 100.0), (3.0, 20.0)), ((7.0, 100.0), (3.02, 40.0)), ((7.0, 100.0),))


@pytest.fixture
def page(window, tmp_path, qtbot) -> StackPage:
    """Three open spectra in the stack, in the window's own page."""
    workspace = window.workspace
    for number, lines in enumerate(SPECTRA):
        made = noisy(lorentzians(*lines))
        folder = write_bruker(tmp_path / f"{number + 1}", None, made, "made")
        with qtbot.waitSignal(workspace.opened, timeout=120_000):
            workspace.open(folder)
    window.actions_by_id["stack"].trigger()
    page = window.side_pages.stack
    page.resize(1180, 740)
    qtbot.waitExposed(page)
    QApplication.processEvents()
    return page


def at(page: StackPage, ppm: float, share: float = 0.5) -> QPoint:
    """Where a chemical shift stands in the plot, at a share of its height."""
    box, view = page.plot.view_box, page.plot.plot
    (low, high), rect = box.state["viewRange"][0], box.rect()
    x = (high - ppm) / (high - low) * rect.width()
    return view.mapFromScene(box.mapToScene(QPointF(x, share * rect.height())))


def drag(page: StackPage, qtbot, first: float, last: float) -> None:
    viewport = page.plot.plot.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(page, first))
    for share in (0.3, 0.6, 1.0):
        qtbot.mouseMove(viewport, at(page, first + share * (last - first)))
        QApplication.processEvents()
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(page, last))
    QApplication.processEvents()


def press(page: StackPage, qtbot, name: str) -> None:
    assert page.buttons[name].isEnabled(), name
    qtbot.mouseClick(page.buttons[name], Qt.MouseButton.LeftButton)


def test_it_begins_with_the_open_spectra_each_above_the_one_before(page) -> None:
    stack = page.stacking.stack
    assert len(stack.traces) == 3
    lifts = [item.y_px(0.0) for item in page.plot._items]
    assert lifts[0] > lifts[1] + 20 > lifts[2] + 40
    assert page.table.item(0, 0).text() == stack.traces[-1].name


def test_distance_zero_lays_all_over_each_other(page, qtbot) -> None:
    page.offset.setFocus()
    page.offset.selectAll()
    qtbot.keyClicks(page.offset, "0")
    qtbot.keyClick(page.offset, Qt.Key.Key_Return)
    assert len({round(float(item.y_px(0.0)), 3) for item in page.plot._items}) == 1


def test_the_wheel_makes_traces_taller_and_leaves_their_baselines(page) -> None:
    item = page.plot._items[1]
    before = float(item.y_px(0.0)), float(item.y_px(10.0))
    viewport, where = page.plot.plot.viewport(), QPointF(at(page, 5.0))
    turn = QWheelEvent(
        where, QPointF(viewport.mapToGlobal(where.toPoint())), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, turn)
    after = float(item.y_px(0.0)), float(item.y_px(10.0))
    assert after[0] == pytest.approx(before[0], abs=0.01)
    assert before[0] - before[1] < after[0] - after[1]


def test_the_buttons_stay_under_the_mouse_as_the_page_speaks(page, qtbot) -> None:
    def places() -> dict[str, int]:
        return {name: b.mapTo(page, QPoint(0, 0)).y() for name, b in page.buttons.items()}

    before = places()
    page.say("Each trace is moved so that its tallest line there stands where you clicked.")
    qtbot.wait(20)
    assert page.said.height() >= page.said.heightForWidth(page.said.width()) > 20
    assert places() == before


def test_a_region_is_drawn_and_measured_in_every_spectrum(page, qtbot) -> None:
    press(page, qtbot, "region")
    drag(page, qtbot, 3.3, 2.7)
    ((high, low),) = page.stacking.stack.regions
    assert (high, low) == (pytest.approx(3.3, abs=0.05), pytest.approx(2.7, abs=0.05))
    page.series.quantity.setCurrentIndex(page.series.quantity.findData("height"))
    shown = [float(page.series.table.item(row, 1).text()) for row in range(3)]
    assert shown[:2] == pytest.approx([20.0, 40.0], rel=0.02)
    assert shown[2] < 1.0
    (curve,) = page.series.plot.plotItem.listDataItems()
    assert list(curve.getData()[1])[:2] == pytest.approx([20.0, 40.0], rel=0.02)
    axis = page.series.plot.getAxis("bottom")
    steps = axis.tickSpacing(1.0, 3.0, 300.0)
    assert {step for step, _ in steps} == {1}, "spectra are counted, there is none and a half"
    page.series.remove_button.click()
    assert page.stacking.stack.regions == ()
    assert page.series.table.isHidden()


def test_each_region_has_the_mark_of_its_line_over_its_column(page, qtbot) -> None:
    press(page, qtbot, "region")
    for first, last in ((3.3, 2.7), (7.3, 6.7)):
        drag(page, qtbot, first, last)
    heads = [page.series.table.horizontalHeaderItem(1 + n).text() for n in range(2)]
    assert [head[0] for head in heads] == ["●", "■"]
    curves = page.series.plot.plotItem.listDataItems()
    assert [curve.opts["symbol"] for curve in curves] == ["o", "s"]


def test_a_click_on_a_line_aligns_the_others(page, qtbot) -> None:
    press(page, qtbot, "align")
    page.plot.view_box.show_view((2.2, 3.8))
    viewport = page.plot.plot.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(page, 3.0))
    QApplication.processEvents()
    first, second, _ = (t.shift_ppm for t in page.stacking.stack.traces)
    assert first - second == pytest.approx(0.02, abs=2e-4)
    press(page, qtbot, "plain")
    assert [t.shift_ppm for t in page.stacking.stack.traces] == [0.0] * 3


def test_a_difference_opens_as_a_spectrum(page, window, qtbot) -> None:
    page.table.clearSelection()
    for row in (1, 2):
        for column in range(4):
            page.table.item(row, column).setSelected(True)
    with qtbot.waitSignal(window.workspace.opened, timeout=120_000):
        press(page, qtbot, "difference")
    spectrum = window.workspace.current.spectrum
    assert spectrum.trace.max() == pytest.approx(40.0, rel=0.02)
    assert spectrum.trace.min() == pytest.approx(-20.0, rel=0.1)
    assert "−" in window.workspace.current.name


def test_typed_values_scales_and_ticks_are_taken(page) -> None:
    page.table.item(0, 1).setText("2.5")
    page.table.item(0, 2).setText("3")
    page.table.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    top, hidden = page.stacking.stack.traces[2], page.stacking.stack.traces[1]
    assert (top.value, top.scale, hidden.is_visible) == (2.5, 3.0, False)
    assert [item.isVisible() for item in page.plot._items] == [True, True, False]


def test_colours_are_chosen_and_follow_the_theme_where_not(page, qapp) -> None:
    first = page.stacking.stack.traces[0]
    page.set_colour((first.id,), QColor("#ff0000"))
    try:
        theme.apply("dark", qapp)
        QApplication.processEvents()
        assert page.plot._items[0].colour() == "#ff0000"
        assert page.plot._items[1].colour() == theme.DARK.quanv
    finally:
        theme.apply("light", qapp)


def test_regions_come_from_integrals_and_become_those_of_all(page, window, qtbot) -> None:
    workspace: Workspace = window.workspace
    workspace.current.edit.add_integral(7.2, 6.8)
    press(page, qtbot, "take_integrals")
    assert page.stacking.stack.regions == ((7.2, 6.8),)
    press(page, qtbot, "integrate_all")
    ends = [[(i.high_ppm, i.low_ppm) for i in d.integrals] for d in workspace.documents]
    assert ends == [[(pytest.approx(7.2), pytest.approx(6.8))]] * 3


def test_a_closed_spectrum_leaves_and_a_processed_one_follows(page, window) -> None:
    workspace: Workspace = window.workspace
    workspace.documents[0].mark_saved()
    workspace.close(workspace.documents[0])
    assert len(page.stacking.stack.traces) == 2
    document, trace = workspace.documents[0], page.stacking.stack.traces[0]
    document.reprocess.reference(3.02, 3.5)
    assert page.stacking.stack.trace(trace.id).spectrum is document.spectrum


def test_all_rows_of_an_array_become_a_stack(window, tmp_path, examples, qtbot) -> None:
    folder = arrayed(tmp_path, ("1m", "20m", "3"), examples)
    with qtbot.waitSignal(window.workspace.opened, timeout=120_000):
        window.workspace.open(folder)
    box = window.source_box
    box.activated.emit(box.findText("All rows as a stack"))
    assert box.currentText() == "Row 1"
    page = window.side_pages.stack
    qtbot.waitExposed(page)
    qtbot.waitUntil(lambda: len(page.stacking.stack.traces) == 3, timeout=120_000)
    qtbot.waitUntil(lambda: page.said.text() == "")
    assert [t.label for t in page.stacking.stack.traces] == [
        "vdlist 1 ms", "vdlist 20 ms", "vdlist 3 s",
    ]  # fmt: skip
    page.stacking.push("Add Region", page.stacking.stack.with_region(1.0, 0.7))
    (curve,) = page.series.plot.plotItem.listDataItems()
    places, areas = curve.getData()
    assert list(places) == pytest.approx([0.001, 0.02, 3.0])
    assert page.series.plot.plotItem.getAxis("bottom").labelText == "Value (s)"
    assert areas[0] / areas == pytest.approx([1.0, 2.0, 3.0], rel=0.01)


def test_what_one_may_touch_has_a_name(page) -> None:
    kinds: tuple[type, ...] = (QAbstractButton, QAbstractSpinBox, QComboBox, QTableView)
    for kind in kinds:
        for widget in page.findChildren(kind):
            if widget.isVisible() and not widget.objectName().startswith("qt_"):
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert widget.accessibleName() or text, widget


def test_spectra_of_two_nuclei_are_not_measured_by_the_name_of_one(
    page, window, tmp_path, qtbot
) -> None:
    assert "¹H" in page.plot.axis.labelText
    other = lorentzians((5.0, 10.0), nucleus="13C")
    folder = write_bruker(tmp_path / "carbon", None, other, "made")
    with qtbot.waitSignal(window.workspace.opened, timeout=120_000):
        window.workspace.open(folder)
    press(page, qtbot, "add_open")
    QApplication.processEvents()
    assert len(page.plot._stack.visible) == 4
    assert page.plot.axis.labelText == "δ / ppm"


def test_names_and_titles_are_whole_as_letters_grow(page, settings, qtbot) -> None:
    stack = page.stacking.stack
    named = stack.each(lambda t: replace(t, name=f"2026-11-30_sample_{t.value or 0:g}/10"))
    page.stacking.push("Rename", named)
    page.resize(1240, 760)
    title = page.plot.axis.label.font().pointSizeF()
    settings.ui_scale = 150
    table = page.table
    qtbot.waitUntil(lambda: page.plot.axis.label.font().pointSizeF() == 1.5 * title)
    qtbot.waitUntil(lambda: table.columnWidth(0) >= table.sizeHintForColumn(0))
    assert not table.horizontalScrollBar().isVisible()
    assert page.plot.width() > 0.45 * page.width()
    assert page.plot.axis.style["tickFont"].pointSizeF() == 1.5 * title
    settings.ui_scale = 100
    qtbot.waitUntil(lambda: page.plot.axis.label.font().pointSizeF() == title)


@pytest.mark.parametrize(
    ("row", "share", "order"), [(0, 0.2, "120"), (1, 0.2, "102"), (2, 0.8, "012")]
)
def test_rows_that_are_dropped_elsewhere_are_another_order(page, row, share, order) -> None:
    """The lowest trace, 0, is dragged: order from the lowest to the highest."""
    table, names = page.table, [t.name for t in page.stacking.stack.traces]
    table.selectRow(2)
    place = table.visualRect(table.model().index(row, 1))
    at = QPointF(place.left() + 5, place.top() + share * place.height())
    move, left = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    table.dropEvent(
        QDropEvent(at, move, table.model().mimeData(table.selectedIndexes()), left, plain)
    )
    wanted = [names[int(n)] for n in order]
    assert [t.name for t in page.stacking.stack.traces] == wanted
    assert [table.item(n, 0).text() for n in range(3)] == wanted[::-1]
