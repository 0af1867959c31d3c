"""Every dialog and page there is: named, reached by Tab, seen to be, readable, in both themes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QToolButton, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.session import multiplet_edits as edits
from tests.flows.test_accessibility import USED, is_part_of_another, name_of
from tests.flows.test_keys_and_letters import ambiguous, spoken
from tests.gui.every_dialog import OPENERS, QTS, every_kind, opened
from tests.gui.focus_change import is_faint
from tests.gui.test_looks import LEAST_SCREEN, crowded, cut
from tests.gui.test_theme import contrast

LEAST_CONTRAST, _PATIENCE_MS = 4.5, 2000
LOOKS = (theme.LIGHT.name, theme.DARK.name)


def test_the_list_of_dialogs_and_pages_is_complete() -> None:
    assert set(OPENERS) == every_kind() | QTS


@pytest.fixture(params=LOOKS)
def window(request, make_main_window, make_document, settings) -> MainWindow:
    """A window with a searched spectrum, in a theme."""
    settings.theme = request.param
    window = make_main_window()
    document = crowded(make_document, 12)
    window.workspace._add([document])
    edits.find_multiplets(document)
    QApplication.processEvents()
    yield window
    settings.theme = theme.LIGHT.name


def used(window: QWidget) -> list[QWidget]:
    """Return what can be used in a window, as far as it is seen."""
    seen = [w for w in window.findChildren(QWidget) if isinstance(w, USED) and w.isVisible()]
    return [w for w in seen if not is_part_of_another(w) and not w.visibleRegion().isEmpty()]


def pale(window: QWidget) -> list[str]:
    """Return the texts that stand out too little from their ground, as they are painted."""
    found = []
    for part in window.findChildren(QWidget):
        text = part.text() if isinstance(part, QLabel | QAbstractButton | QLineEdit) else ""
        if not text.strip() or not part.isVisible() or part.visibleRegion().isEmpty():
            continue
        if isinstance(part, QToolButton) and not part.icon().isNull() and not part.isEnabled():
            continue  # a drawing, which may fade; its words are in its tip
        image = part.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32)
        colours, counts = np.unique(pixels, return_counts=True)
        ground = QColor.fromRgb(int(colours[counts.argmax()]))
        most = max(contrast(QColor.fromRgb(int(colour)), ground) for colour in colours)
        if most < LEAST_CONTRAST:
            found.append(f"{type(part).__name__} '{text}': {most:.1f}")
    return found


def gone_through(window: QWidget) -> tuple[list[str], list[str]]:
    """Press Tab all the way round; return what was not reached, and stops that are hardly seen."""
    reached: set[QWidget] = set()
    faint: list[str] = []
    window.window().raise_()
    window.window().activateWindow()
    QTest.qWait(50)
    if QApplication.focusWidget() is None or not window.isAncestorOf(QApplication.focusWidget()):
        window.focusNextChild()
    while (at := QApplication.focusWidget()) is not None and at not in reached:
        reached.add(at)
        if is_faint(at):
            faint.append(f"{type(at).__name__} '{name_of(at)}'")
        window.focusNextChild()
    groups = {w.group() for w in reached if isinstance(w, QAbstractButton) and w.group()}
    missing = [
        f"{type(w).__name__} '{name_of(w)}'"
        for w in used(window)
        if w not in reached and w.isEnabled() and not w.focusProxy()
        and not (isinstance(w, QAbstractButton) and (w.group() in groups or w.autoExclusive()))
    ]  # fmt: skip
    return missing, faint


def faults(one: QWidget) -> dict[str, list[str]]:
    """Return what is wrong with a dialog or a page, by what it lacks."""
    parts = used(one)
    missing, faint = gone_through(one)
    found = {
        "names": [f"{type(w).__name__} in {type(w.parentWidget()).__name__}"
                  for w in parts if not name_of(w)],
        "room": cut(one),
        "contrast": pale(one),
        "letters": ambiguous(spoken(one)),
        "height": [] if one.window().frameGeometry().height() <= LEAST_SCREEN else ["too tall"],
        "tab": missing,
        "focus": faint,
        "title": [] if one.window().windowTitle() else ["none"],
        "parts": [] if parts else ["none"],
    }  # fmt: skip
    return {name: told for name, told in found.items() if told}


def test_each_is_named_reached_by_tab_readable_and_whole(window, tmp_path, qtbot) -> None:
    wrong = {}
    for kind in OPENERS:
        with opened(window, kind, tmp_path, qtbot) as one:
            found = faults(one)
            if found:  # what is read in the background may have come while Tab went round
                qtbot.wait(_PATIENCE_MS)
                found = faults(one)
            if found:
                wrong[kind.__name__] = found
    assert wrong == {}
