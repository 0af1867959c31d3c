"""What a person does with peaks and files: by mouse and keys in plot, table, panel and dialogs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu

from nmrquanv.gui.number_box import NumberDialog
from nmrquanv.gui.panels.peak_table_columns import COLUMNS
from tests.flows.conftest import CTRL, LEFT, PLAIN
from tests.flows.processing_user import file_typed

SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 30_000


def _cell(user, peak_id: str, key: str) -> QPoint:
    """Return where a cell of the peak table stands, rolled into view."""
    table = user.window.peak_table
    column = next(place for place, column in enumerate(COLUMNS) if column.key == key)
    index = table.model.index(table.model.row_of(peak_id), column)
    table.view.scrollTo(index)
    return table.view.visualRect(index).center()


def chosen(user, *ids: str) -> None:
    """Click rows of the peak table, the others with Ctrl."""
    viewport = user.window.peak_table.view.viewport()
    for number, peak_id in enumerate(ids):
        held = CTRL if number else PLAIN
        user.qtbot.mouseClick(viewport, LEFT, held, _cell(user, peak_id, "number"))
    assert set(user.view.editing.selected_ids()) == set(ids)


def deleted(user, *ids: str) -> None:
    """Choose peaks and press Del."""
    chosen(user, *ids)
    user.press(Qt.Key.Key_Delete)
    assert not any(user.document.peaks.find(one) for one in ids)


def confirmed(user, peak_id: str) -> None:
    """Choose a peak and press Space."""
    chosen(user, peak_id)
    user.press(Qt.Key.Key_Space)
    assert user.document.peaks.find(peak_id).is_confirmed


def written(user, peak_id: str, key: str, text: str) -> None:
    """Double-click a cell of a peak's row, type a text, press Enter; QTest types ASCII alone."""
    table, at = user.window.peak_table.view, _cell(user, peak_id, key)
    user.activate()
    user.qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    user.qtbot.mouseDClick(table.viewport(), LEFT, pos=at)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    if text.isascii():
        user.qtbot.keyClicks(editor, text)
    else:
        QGuiApplication.clipboard().setText(text)
        user.qtbot.keyClick(editor, Qt.Key.Key_V, CTRL)
    user.qtbot.keyClick(editor, Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: not table.findChildren(QLineEdit))


def classified(user, peak_id: str, title: str) -> None:
    """Say of a chosen peak what it is, in the menu that a key opens."""
    chosen(user, peak_id)
    user.press(Qt.Key.Key_F10, SHIFT)
    (menu,) = [m for m in user.view.findChildren(QMenu) if m.isVisible()]
    entry = user.entry(menu, "It is")
    user.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
    classes = entry.menu()
    user.qtbot.waitUntil(classes.isVisible)
    user.choose(classes, title)


def added(user, ppm: float, *, exactly: bool = False) -> str:
    """Click with the pick tool, with Shift where exactly that place is meant; return the id."""
    known = {peak.id for peak in user.document.peaks}
    user.zoom(ppm + 0.3, ppm - 0.3)
    user.press(Qt.Key.Key_P)
    held = user.mouse.shift if exactly else user.mouse.plain
    user.mouse.click(user.view, user.mouse.place(user.view, ppm), held)
    (new,) = [peak for peak in user.document.peaks if peak.id not in known]
    user.press(Qt.Key.Key_Z)
    return new.id


def integrated(user, high: float, low: float) -> None:
    """Drag over a signal that is in view with the integral tool."""
    user.press(Qt.Key.Key_I)
    mouse, view = user.mouse, user.view
    mouse.drag(view, mouse.place(view, high), mouse.place(view, low))


def integral_typed(user, title: str, text: str, row: int = 0) -> None:
    """Double-click a cell of the table of integrals, type a number, press Enter."""
    user.show_panel("integrals")
    table, before = user.window.integrals.table, user.document.integrals
    heads = [table.horizontalHeaderItem(k).text() for k in range(table.columnCount())]
    item = table.item(row, heads.index(title))
    table.scrollToItem(item)
    at = table.visualItemRect(item).center()
    user.activate()
    user.qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    user.qtbot.mouseDClick(table.viewport(), LEFT, pos=at)
    (editor,) = [x for x in table.viewport().findChildren(QLineEdit) if x.isVisible()]
    user.qtbot.keyClicks(editor, text)
    user.qtbot.keyClick(editor, Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: user.document.integrals != before)


def thresholds_typed(user, min_snr: str, height_percent: str) -> None:
    """Type the least S/N and the least height."""
    user.show_panel("finding")
    panel = user.window.thresholds_panel
    user.type_into(panel.min_snr.spin, min_snr)
    user.type_into(panel.min_height.spin, height_percent)


def restored(user) -> None:
    """Click the button that brings deleted peaks back."""
    user.show_panel("finding")
    user.click(user.window.thresholds_panel.restore_button)
    assert not user.document.tombstones


def referenced(user, ppm: float, by_ppm: float) -> None:
    """Click a line with the reference tool and type its shift, that much larger."""
    user.zoom(ppm + 0.15, ppm - 0.15)
    user.click_tool("reference_tool")
    user.mouse.click(user.view, user.mouse.place(user.view, ppm))
    dialog = user.dialog(NumberDialog)
    before = dialog.box.value()
    assert before == pytest.approx(ppm, abs=0.002)
    with user.qtbot.waitSignal(user.document.spectrum_changed, timeout=WAIT_MS):
        user.type_into(dialog.findChild(QLineEdit), f"{before + by_ppm:.4f}")


def saved_as(user, path: Path) -> None:
    """Press Ctrl+S, type a name."""
    user.press(Qt.Key.Key_S, CTRL)
    with user.qtbot.waitSignal(user.window.workspace.saving.saved, timeout=WAIT_MS):
        file_typed(user, path)
