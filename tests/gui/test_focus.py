"""Tab and F6 reach all that can be used in the window, and each has a name."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from nmrquanv.gui import theme
from nmrquanv.session import multiplet_edits as edits
from tests.flows.conftest import User
from tests.flows.test_accessibility import USED, is_part_of_another, name_of
from tests.flows.test_keyboard import KEY, SHIFT, Keyboard
from tests.gui.test_looks import crowded
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


def walked(keys: Keyboard, part: QWidget) -> list[QWidget]:
    """Press Tab through a part of the window; return each stop."""
    stops: list[QWidget] = []
    while (at := QApplication.focusWidget()) is not None and len(stops) < MOST_STOPS:
        if at in stops or not (part is at or part.isAncestorOf(at)):
            break
        stops.append(at)
        keys.key(KEY.Key_Tab)
    return stops


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
    missing, nameless = {}, []
    for name, dock in window.docks.items():
        if name == "spectra":
            continue
        keys.go_to(name)
        stops = walked(keys, dock)
        missing[name] = unreached(dock.widget(), stops)
        nameless += [told(w) for w in stops if not name_of(w)]
    assert {name: what for name, what in missing.items() if what} == {}
    assert nameless == []


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
