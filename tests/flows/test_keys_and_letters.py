"""Keys go back to the plot after a number; letters after Alt are clear; numbers are no -0.000."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget

from nmrquanv.gui.plot.axes import BottomAxis


def type_number(user, text: str) -> QWidget:
    field = user.window.thresholds_panel.min_snr.spin
    user.activate()
    field.setFocus()
    field.selectAll()
    user.qtbot.keyClicks(field, text)
    user.qtbot.keyClick(field, Qt.Key.Key_Return)
    return field


def test_after_a_number_and_enter_the_plot_has_the_keys(user, menthol) -> None:
    document = user.open(menthol)
    field = type_number(user, "12.5")
    assert document.thresholds.min_snr == 12.5
    user.qtbot.waitUntil(user.view.hasFocus)
    assert not field.hasFocus()
    user.qtbot.keyClick(user.view, Qt.Key.Key_P)
    assert user.window.actions_by_id["pick_tool"].isChecked()
    assert field.value() == 12.5


def test_a_number_that_is_refused_keeps_the_keys(user, menthol) -> None:
    document = user.open(menthol)
    before = document.thresholds
    field = type_number(user, "1.2.3")
    assert field.hasFocus()
    assert not user.view.hasFocus()
    assert document.thresholds == before


def letters(texts) -> Counter:
    """Count the letters that Alt reaches (in a menu: the letters alone)."""
    found = (QKeySequence.mnemonic(text).toString() for text in texts)
    return Counter(keys for keys in found if keys)


def ambiguous(texts) -> list[str]:
    texts = list(texts)
    twice = {keys for keys, count in letters(texts).items() if count > 1}
    return [text for text in texts if QKeySequence.mnemonic(text).toString() in twice]


def spoken(window: QWidget) -> list[str]:
    """Return the texts of a window that may hold a letter for Alt, as far as it is seen."""
    seen = [b.text() for b in window.findChildren(QAbstractButton) if b.isVisible()]
    seen += [la.text() for la in window.findChildren(QLabel) if la.isVisible() and la.buddy()]
    return seen


def test_no_two_entries_of_a_menu_share_a_letter(user, menthol) -> None:
    user.open(menthol)
    bar = user.window.menuBar()
    menus = [menu for menu in user.window.findChildren(QMenu) if menu.actions()]
    assert len(menus) > 8
    for menu in (bar, *menus):
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert ambiguous(texts) == [], menu


def test_every_entry_of_the_menu_bar_has_a_letter(user) -> None:
    assert all(QKeySequence.mnemonic(a.text()).toString() for a in user.window.menuBar().actions())


def test_panels_and_menu_bar_do_not_share_letters(user, menthol) -> None:
    user.open(menthol)
    bar = [action.text() for action in user.window.menuBar().actions()]
    for name in user.window.docks:
        if name != "spectra":
            user.show_panel(name)
            assert ambiguous(spoken(user.window) + bar) == []


def test_the_digits_of_the_axis_follow_the_zoom_and_zero_has_no_sign(user, menthol) -> None:
    user.open(menthol)
    axis = user.view.axis
    assert isinstance(axis, BottomAxis)
    assert axis.tickStrings([-1e-17, 2.0], 1.0, 2.0) == ["0", "2"]
    assert axis.tickStrings([-0.0004, -0.001], 1.0, 0.0005)[0] == "−0.0004"
    for low, high, decimals in ((0.0, 14.0, 0), (0.9, 1.0, 2), (-0.004, 0.004, 3)):
        user.view.view_box.show_view((low, high), None)
        user.qtbot.wait(20)
        levels = axis.tickValues(low, high, axis.geometry().width())
        spacing, values = levels[0]
        texts = axis.tickStrings(values, 1.0, spacing)
        assert texts
        assert all(len(text.partition(".")[2]) == decimals for text in texts), texts
        assert len(set(texts)) == len(texts)
        assert not any(text.strip("−-0.") == "" and text[0] in "−-" for text in texts)


def test_the_cursor_at_zero_reads_without_a_minus(user, menthol) -> None:
    user.open(menthol)
    user.window.status.show_cursor(-0.00001, -0.0, "ppm", -0.004)
    told = user.window.status.cursor_text.text()
    assert "0.0000 ppm" in told
    assert "-" not in told
