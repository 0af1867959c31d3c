"""Everything that one can use has a name, in every state of the window; peaks are spoken lines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

USED = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    QPlainTextEdit, QTabBar, QTextEdit,
)  # fmt: skip
LEAST = 0.98


def is_part_of_another(widget: QWidget) -> bool:
    """Tell whether a widget is a piece that Qt puts into another one, which has the name."""
    if isinstance(widget, QScrollBar | QHeaderView):
        return True
    if widget.objectName().startswith("qt_") or "Corner" in type(widget).__name__:
        return True
    parent = widget.parentWidget()
    if "Private" in widget.metaObject().className() or widget.metaObject().className() in (
        "QTableCornerButton", "QLineEditIconButton", "QComboBoxListView",
    ):  # fmt: skip
        return True
    return isinstance(parent, QAbstractSpinBox | QComboBox)


def name_of(widget: QWidget) -> str:
    """Return what a screen reader says first: its own name, its text, or the label before it."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text()
    window = widget.window()
    return next((la.text() for la in window.findChildren(QLabel) if la.buddy() is widget), "")


def nameless(window: QWidget) -> tuple[list[QWidget], int]:
    """Return the widgets of a window that can be used and have no name; and of how many."""
    seen = [
        w
        for w in window.findChildren(QWidget)
        if isinstance(w, USED) and w.isVisible() and not is_part_of_another(w)
    ]
    return [w for w in seen if not name_of(w)], len(seen)


def told(widgets: list[QWidget]) -> list[str]:
    return [f"{type(w).__name__} in {type(w.parentWidget()).__name__}" for w in widgets]


def check(window: QWidget) -> None:
    without, count = nameless(window)
    assert count > 0
    assert 1 - len(without) / count >= LEAST, told(without)


@pytest.fixture
def busy(user, menthol):
    """A person at a window with a searched spectrum and multiplets."""
    user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_M)
    return user


def test_everything_has_a_name_before_anything_is_open(user) -> None:
    check(user.window)


def test_everything_has_a_name_in_every_panel(busy) -> None:
    for name in busy.window.docks:
        if name != "spectra":
            busy.show_panel(name)
            busy.qtbot.wait(20)
            check(busy.window)
    busy.press(Qt.Key.Key_D)
    busy.qtbot.waitUntil(lambda: busy.view.shows_fid, timeout=20_000)
    check(busy.window)


def test_all_peaks_are_a_list_with_the_keyboard_and_one_spoken_line_each(busy) -> None:
    document, table = busy.document, busy.window.peak_table.view
    shown = document.shown_peaks()
    busy.show_panel("peaks")
    table.setFocus()
    assert table.focusPolicy() & Qt.FocusPolicy.TabFocus
    model, role = table.model(), Qt.ItemDataRole.AccessibleTextRole
    lines = [model.index(row, 0).data(role) for row in range(model.rowCount())]
    assert len(lines) == len(shown) == len(set(lines))
    assert all("ppm" in line and "S/N" in line and "\n" not in line for line in lines)
    first = shown.peaks[0]
    assert lines[0].startswith(f"{first.ppm:.4f} ppm, S/N ")
    at = table.visualRect(model.index(0, 0)).center()
    busy.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space):
        busy.qtbot.keyClick(table, key)
    assert table.currentIndex().row() == 2
    assert table.currentIndex().data(role).endswith("confirmed")
    assert document.peaks.find(shown.peaks[2].id).is_confirmed
