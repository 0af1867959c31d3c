"""Larger letters at once, without a restart, and kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
)

from nmrquanv.gui.dialogs.settings import SettingsDialog
from nmrquanv.gui.shell.scale import scaled

CTRL = Qt.KeyboardModifier.ControlModifier


def test_ctrl_plus_and_minus_change_letters_rows_and_icons_at_once(
    window, document, qtbot, settings
) -> None:
    window.workspace._add([document])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    table = window.peak_table.view

    def sizes() -> tuple[float, int, int, float]:
        rows = table.verticalHeader().defaultSectionSize()
        axis = window.view.axis.style["tickFont"].pointSizeF()
        return QApplication.font().pointSizeF(), rows, window.tool_bar.iconSize().width(), axis

    usual = sizes()
    assert table.font().pointSizeF() == usual[0]
    for _ in range(5):
        qtbot.keyClick(window, Qt.Key.Key_Equal, CTRL)
    assert settings.ui_scale == 150
    assert sizes()[0] == 1.5 * usual[0]
    assert all(now > before for now, before in zip(sizes(), usual, strict=True))
    assert table.font().pointSizeF() == 1.5 * usual[0]
    assert table.fontMetrics().height() <= sizes()[1]
    qtbot.keyClick(window, Qt.Key.Key_Minus, CTRL)
    assert settings.ui_scale == 140
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert sizes() == usual


def indicator(box) -> QRect:
    """Return where the square of a tick box, or the circle of a radio button, is painted."""
    option = QStyleOptionButton()
    box.initStyleOption(option)
    part = QStyle.SubElement.SE_CheckBoxIndicator
    if isinstance(box, QRadioButton):
        part = QStyle.SubElement.SE_RadioButtonIndicator
    return box.style().subElementRect(part, option, box)


def across(box) -> int:
    """Return how wide the tick or dot in it is painted, in pixels."""
    place = indicator(box).adjusted(3, 3, -3, -3)
    image = box.grab(place).toImage()
    ground = image.pixel(0, image.height() - 1)
    rows = range(image.height())
    seen = [x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in rows)]
    return seen[-1] - seen[0]


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_tick_boxes_and_their_ticks_grow_with_the_letters(window, settings, qtbot, kind) -> None:
    box = kind("Box")
    qtbot.addWidget(box)
    box.setChecked(True)
    box.show()
    qtbot.waitExposed(box)
    side, tick = indicator(box).width(), across(box)
    settings.ui_scale = 150
    QApplication.processEvents()
    assert indicator(box).width() >= 1.35 * side
    assert indicator(box).width() == indicator(box).height()
    assert across(box) >= 1.35 * tick
    settings.ui_scale = 100
    QApplication.processEvents()
    assert (indicator(box).width(), across(box)) == (side, tick)


def test_the_size_is_kept_and_has_ends(make_main_window, settings) -> None:
    settings.ui_scale = 1000
    assert settings.ui_scale == 250
    settings.ui_scale = 120
    first = make_main_window()
    assert first.tool_bar.iconSize().width() == 24
    first.actions_by_id["usual_letters"].trigger()
    assert first.tool_bar.iconSize().width() == 20


def test_the_settings_have_the_size_too(window, qtbot, settings) -> None:
    usual = QApplication.font().pointSizeF()
    window.actions_by_id["settings"].trigger()
    (dialog,) = window.findChildren(SettingsDialog)
    dialog.scale.setFocus()
    dialog.scale.selectAll()
    qtbot.keyClicks(dialog.scale, "125")
    assert settings.ui_scale == 100
    dialog.accept()
    assert settings.ui_scale == 125
    assert QApplication.font().pointSizeF() == 1.25 * usual
    settings.ui_scale = 100


def test_the_height_of_labels_and_axis_follow_the_letters(window, document, settings) -> None:
    window.workspace._add([document])
    view = window.view
    strip, axis = view.markers.strip, view.axis.maximumHeight()
    settings.ui_scale = 200
    assert view.markers.strip > strip
    assert view.axis.maximumHeight() > 1.4 * axis
    settings.ui_scale = 100
    assert (view.markers.strip, view.axis.maximumHeight()) == (strip, axis)


def test_a_window_that_starts_with_larger_letters_has_them_everywhere(
    make_main_window, settings, qtbot
) -> None:
    usual = QApplication.font().pointSizeF()
    settings.ui_scale = 150
    window = make_main_window()
    window.show()
    qtbot.waitExposed(window)
    texts = window.thresholds_panel.count_text, window.peak_table.empty_text
    for part in (window, window.menuBar(), window.docks["peaks"], *texts):
        assert part.font().pointSizeF() == 1.5 * usual, part
    assert scaled(200) == 300
    settings.ui_scale = 100


def test_the_list_of_steps_is_as_high_as_its_rows(window, document, settings, qtbot) -> None:
    window.workspace._add([document])
    steps = window.processing.steps
    window.docks["processing"].raise_()
    qtbot.waitUntil(steps.isVisible)
    settings.ui_scale = 150
    qtbot.waitUntil(lambda: steps.height() >= steps.count() * steps.sizeHintForRow(0), timeout=2000)
    assert not steps.verticalScrollBar().isVisible()
    settings.ui_scale = 100


def test_no_control_of_the_playground_is_cut_with_larger_letters(window, settings, qtbot) -> None:
    window.actions_by_id["playground"].trigger()
    page = window.side_pages.playground
    qtbot.waitExposed(page)
    width = page.plot.survival.getAxis("left").width()
    settings.ui_scale = 150
    qtbot.waitUntil(lambda: page.plot.survival.getAxis("left").width() == 1.5 * width)
    sliders = (page.controls.shots, *page.controls.shares.values())
    parts = [part for one in sliders for part in (one.title, one.spin)]
    parts += [page.controls.preset, page.controls.exact_shots, page.scope, page.repeats]
    parts += [page.start_button, page.export_button]
    for part in parts:
        qtbot.waitUntil(lambda p=part: p.width() >= p.sizeHint().width(), timeout=2000)
    # a long state wraps: it makes the column no wider
    before = page.controls.width()
    page.state.setText("survive all of 2 repetitions; " * 10)
    QApplication.processEvents()
    assert page.controls.width() == before
    # ppm are never written in thousandths
    page.plot.trace.setXRange(0.0, 0.1)
    QApplication.processEvents()
    assert page.plot.survival.getAxis("bottom").autoSIPrefixScale == 1.0
    settings.ui_scale = 100


def test_numbers_in_the_table_are_whole_as_letters_grow(window, document, settings, qtbot) -> None:
    window.workspace._add([document])
    view = window.peak_table.view
    QApplication.processEvents()
    before = [view.columnWidth(column) for column in (1, 2, 3)]
    settings.ui_scale = 150
    for column in (1, 2, 3):
        qtbot.waitUntil(
            lambda c=column: view.columnWidth(c) >= view.sizeHintForColumn(c), timeout=2000
        )
    settings.ui_scale = 100
    qtbot.waitUntil(
        lambda: [view.columnWidth(column) for column in (1, 2, 3)] == before, timeout=2000
    )
