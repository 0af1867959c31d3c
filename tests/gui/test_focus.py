"""Tab and F6 reach all that can be used in the window, and each has a name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from shiboken6 import Shiboken

from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.settings import SettingsDialog
from nmrquanv.gui.focus_ring import FocusRing, Ring
from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.shell.areas import takers
from nmrquanv.session import multiplet_edits as edits
from tests.flows.conftest import User
from tests.flows.test_accessibility import USED, is_part_of_another, name_of
from tests.flows.test_keyboard import KEY, SHIFT, Keyboard
from tests.gui.focus_change import in_window, is_faint, use_keys
from tests.gui.test_looks import bring, crowded
from tests.gui.test_theme import contrast

LEAST_PIXELS, LEAST_CONTRAST = 12, 2.0
MOST_STOPS = 200


def seen_pixels(one: QImage, other: QImage) -> int:
    """Return how many pixels clearly differ."""
    count = 0
    for x in range(min(one.width(), other.width())):
        for y in range(min(one.height(), other.height())):
            if one.pixel(x, y) != other.pixel(x, y):
                colours = QColor(one.pixel(x, y)), QColor(other.pixel(x, y))
                count += contrast(*colours) >= LEAST_CONTRAST
                if count >= LEAST_PIXELS:
                    return count
    return count


def walked(keys: Keyboard, part: QWidget) -> tuple[list[QWidget], list[str]]:
    """Press Tab through a part of the window; return each stop, and those that are hardly seen."""
    stops: list[QWidget] = []
    faint: list[str] = []
    while (at := QApplication.focusWidget()) is not None and len(stops) < MOST_STOPS:
        if at in stops or not (part is at or part.isAncestorOf(at)):
            break
        stops.append(at)
        faint += [told(at)] if is_faint(at) else []
        keys.key(KEY.Key_Tab)
    return stops, faint


def is_seen(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def unreached(part: QWidget, stops: list[QWidget]) -> list[str]:
    """Return what can be used in a part, and no Tab leads to."""
    used = [w for w in part.findChildren(QWidget) if isinstance(w, USED) and w.isEnabled()]
    used = [w for w in used if is_seen(w) and not is_part_of_another(w)]
    return [f"{type(w).__name__} {name_of(w)}" for w in used if w not in stops]


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} '{name_of(widget)}' in {type(widget.parentWidget()).__name__}"


@pytest.fixture
def searched(make_main_window, make_document, settings, qtbot, mouse) -> User:
    """A person at a window with peaks, multiplets and an integral."""
    window = make_main_window()
    document = crowded(make_document, 12)
    window.workspace._add([document])
    edits.find_multiplets(document)
    document.edit.add_integral(7.5, 6.5)
    yield User(qtbot, mouse, window)
    settings.theme = theme.LIGHT.name


@pytest.mark.parametrize("look", ["light", "dark"])
def test_tab_and_f6_reach_every_panel_and_all_in_it(searched, look) -> None:
    searched.window.settings.theme = look
    keys, window = Keyboard(searched), searched.window
    missing, nameless, faint = {}, [], []
    for name, dock in window.docks.items():
        if name == "spectra":
            continue
        keys.go_to(name)
        stops, hardly = walked(keys, dock)
        missing[name] = unreached(dock.widget(), stops)
        nameless += [told(w) for w in stops if not name_of(w)]
        faint += hardly
    assert {name: what for name, what in missing.items() if what} == {}
    assert nameless == []
    assert faint == []


def test_f6_goes_round_and_back(searched) -> None:
    keys, window = Keyboard(searched), searched.window
    window.view.setFocus()
    seen = []
    for _ in range(9):
        keys.key(KEY.Key_F6)
        keys.qtbot.wait(10)
        focus = QApplication.focusWidget()
        seen.append(next((n for n, d in window.docks.items() if d.isAncestorOf(focus)), focus))
    docks = [name for name in window.docks if name != "spectra"]
    assert seen[: len(docks)] == docks
    assert seen[len(docks) :] == [window.find_controls.button, window.view]
    before = window.view.grab().toImage()
    keys.key(KEY.Key_F6, held=SHIFT)
    keys.qtbot.waitUntil(window.find_controls.button.hasFocus)
    assert seen_pixels(window.view.grab().toImage(), before) == LEAST_PIXELS  # its frame has gone


@pytest.mark.parametrize("by", ["tab", "backtab"])
def test_tab_goes_round_the_window_and_stops_at_nothing_that_is_behind(searched, by) -> None:
    """Panels behind others have been in front, so that Qt has laid them out."""
    keys, window = Keyboard(searched), searched.window
    docks = [name for name in window.docks if name != "spectra"]
    for name in (*docks, "finding", "peaks"):
        keys.go_to(name)
    stops: list[QWidget] = []
    behind: list[str] = []
    faint: list[str] = []
    while (at := QApplication.focusWidget()) is not None and at not in stops:
        stops.append(at)
        behind += [told(at)] if in_window(at).isEmpty() else []
        faint += [told(at)] if at is not window.view and is_faint(at) else []
        window.focusNextPrevChild(by == "tab")
    assert behind == []
    assert faint == []
    assert window.view in stops
    assert window.find_controls.button in stops
    assert set(takers(window.docks["peaks"])) <= set(stops)


def test_a_panel_that_another_one_covers_has_no_keys(searched, qtbot) -> None:
    keys, window = Keyboard(searched), searched.window
    keys.go_to("integrals")
    bring(window, qtbot, "multiplets")
    qtbot.waitUntil(window.view.hasFocus)


def test_the_ring_goes_with_the_keys_and_not_with_the_mouse(searched) -> None:
    keys, window = Keyboard(searched), searched.window
    keys.go_to("finding")
    (ring,) = window.findChildren(Ring)
    first = QApplication.focusWidget()
    assert ring.isVisible()
    assert ring.widget() is first
    keys.key(KEY.Key_Tab)
    assert ring.widget() is QApplication.focusWidget() is not first
    at = first.mapTo(window, first.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert first.hasFocus()
    assert not ring.isVisible()
    keys.key(KEY.Key_Tab)
    assert ring.isVisible()
    keys.plot()  # which has a frame of its own
    assert not ring.isVisible()


def test_there_is_no_ring_before_a_key_was_pressed(qapp, make_main_window, qtbot) -> None:
    window = make_main_window()
    Shiboken.delete(qapp.findChild(FocusRing))  # which knows of keys in other tests
    FocusRing(qapp)
    for reason in Qt.FocusReason.TabFocusReason, Qt.FocusReason.OtherFocusReason:
        # Qt says Tab also where what had the keyboard was hidden
        window.find_controls.button.setFocus(reason)
        assert not any(ring.isVisible() for ring in window.findChildren(Ring))
        window.view.setFocus()
    window.find_controls.button.setFocus()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    assert not any(ring.isVisible() for ring in window.findChildren(Ring))
    QTest.keyClick(window.windowHandle(), KEY.Key_Control)  # which may be held for the mouse
    assert not any(ring.isVisible() for ring in window.findChildren(Ring))
    QTest.keyClick(window.windowHandle(), KEY.Key_Tab)
    (ring,) = window.findChildren(Ring)
    assert ring.isVisible()
    assert ring.widget() is QApplication.focusWidget()


def test_nor_is_there_a_frame_around_the_plot(qapp, window, document) -> None:
    window.workspace._add([document])
    Shiboken.delete(qapp.findChild(FocusRing))
    FocusRing(qapp)
    frame = window.view.keys._frame
    for is_shown in (False, True):
        window.find_controls.button.setFocus()
        if is_shown:
            use_keys()
        window.view.setFocus(Qt.FocusReason.TabFocusReason)
        assert window.view.hasFocus()
        assert frame.has_content() == is_shown


def test_the_ring_goes_once_the_mouse_is_pressed_and_comes_back_with_a_key(searched) -> None:
    keys, window = Keyboard(searched), searched.window
    table, panel = window.peak_table.view, window.thresholds_panel
    keys.go_to("finding")
    field = next(one for one in panel.findChildren(NumberBox) if not in_window(one).isEmpty())
    for part, place in ((table, table.viewport()), (field, field.lineEdit())):
        part.setFocus(Qt.FocusReason.TabFocusReason)
        (ring,) = window.findChildren(Ring)
        assert ring.isVisible()
        at = place.mapTo(window, place.rect().center())
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
        assert part.hasFocus()
        assert not ring.isVisible()
        QTest.keyClick(window.windowHandle(), KEY.Key_Down)
        assert ring.isVisible()


def test_the_ring_goes_too_where_what_is_pressed_takes_no_keyboard(searched) -> None:
    keys, window = Keyboard(searched), searched.window
    bars = [bar for bar in window.findChildren(QTabBar) if bar.tabText(0) == "Peaks"]
    tabs = max(bars, key=QTabBar.count)  # Qt keeps one from the time when there were fewer
    parts = {
        window.tool_bar.widgetForAction(window.actions_by_id["full_view"]): None,
        tabs: tabs.tabRect(tabs.currentIndex()).center(),
    }
    for part, place in parts.items():
        keys.go_to("finding")
        (ring,) = window.findChildren(Ring)
        assert ring.isVisible()
        at = part.mapTo(window, place or part.rect().center())
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
        assert not ring.isVisible()
        keys.key(KEY.Key_Tab)
        assert ring.isVisible()
        keys.plot()


def test_a_dialog_may_take_the_ring_with_it(searched) -> None:
    keys, window = Keyboard(searched), searched.window
    window.actions_by_id["settings"].trigger()
    dialog = keys.dialog(SettingsDialog)
    keys.key(KEY.Key_Tab)
    (ring,) = dialog.findChildren(Ring)
    assert ring.isVisible()
    Shiboken.delete(dialog)
    searched.activate()
    keys.go_to("peaks")
    (ring,) = window.findChildren(Ring)
    assert ring.isVisible()


def test_the_ring_stays_through_a_change_of_theme(searched) -> None:
    """A frame with a style of its own was a crash when the application's style sheet changed."""
    keys, window = Keyboard(searched), searched.window
    keys.go_to("finding")
    for name in ("theme_dark", "theme_light", "theme_dark", "theme_system"):
        window.actions_by_id[name].trigger()
        keys.qtbot.wait(10)
        (ring,) = window.findChildren(Ring)
        assert ring.isVisible()
        assert not ring.testAttribute(Qt.WidgetAttribute.WA_SetStyle)


def test_the_ring_follows_what_it_is_around(searched) -> None:
    keys, window = Keyboard(searched), searched.window
    keys.go_to("finding")
    (ring,) = window.findChildren(Ring)
    at = QApplication.focusWidget()

    def is_around() -> bool:
        return ring.geometry().contains(at.mapTo(window, at.rect().center()))

    before = ring.geometry()
    window.resize(window.width() + 200, window.height())
    keys.qtbot.waitUntil(lambda: ring.geometry() != before)
    assert is_around()
    window.docks["finding"].hide()
    keys.qtbot.waitUntil(lambda: not ring.isVisible() or ring.widget() is not at)


def test_a_button_that_one_test_leaves_down(qtbot) -> None:
    """The next one finds it up: see ``tests/conftest.py``."""
    widget = QWidget()
    qtbot.addWidget(widget)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton)
    assert QApplication.mouseButtons() == Qt.MouseButton.LeftButton


def test_is_up_in_the_next() -> None:
    assert QApplication.mouseButtons() == Qt.MouseButton.NoButton


def test_after_a_click_tab_goes_on_as_the_panel_reads(searched) -> None:
    """The fields of confidence, which a search makes, came after all others: Tab jumped over."""
    keys, window = Keyboard(searched), searched.window
    bring(window, keys.qtbot, "finding")
    panel = window.thresholds_panel
    field = panel.min_height.findChild(NumberBox)
    at = field.mapTo(window, field.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert field.hasFocus()
    reached = [widget for row in panel.confidences.values() for widget in takers(row)]
    assert reached
    read = list(takers(panel))
    for widget in read[read.index(field) + 1 : read.index(panel.satellites) + 1]:
        keys.key(KEY.Key_Tab)
        assert widget.hasFocus(), told(QApplication.focusWidget())
    assert set(reached) <= set(read[: read.index(panel.satellites)])
