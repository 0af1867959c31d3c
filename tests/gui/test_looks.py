"""The window at small and large sizes, empty, with one peak and with hundreds: no word is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QHeaderView,
    QLabel,
    QListView,
    QRadioButton,
    QStyle,
    QStyleOptionTab,
    QTabBar,
    QToolButton,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.session import multiplet_edits as edits
from nmrquanv.session.document import Document
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from tests.gui.conftest import FWHM_HZ
from tests.gui.every_dialog import OPENERS, opened

SIZES, LETTERS = ((1280, 800), (2560, 1440)), (100, 150)
LEAST_SCREEN, LEAST_WIDTH = 800, 1280
"""Pixels from top to bottom, from left to right."""
LOOKS = [
    (*size, letters, (theme.LIGHT.name, theme.DARK.name)[(number + letters // 50) % 2])
    for number, size in enumerate(SIZES)
    for letters in LETTERS
]
"""Each screen with each size of letters; themes, which differ in colours alone, in turns."""
RIGHT, BOTTOM = (
    ("finding", "comparison", "processing"),
    (
        "peaks",
        "integrals",
        "multiplets",
        "shape",
    ),
)


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def dressed(request, make_main_window, settings) -> Iterator[MainWindow]:
    """A window of a size, in a theme, with letters of a size."""
    width, height, letters, name = request.param
    settings.theme, settings.ui_scale = name, letters
    window = make_main_window()
    window.resize(width, height)
    settle()
    yield window
    settings.theme, settings.ui_scale = theme.LIGHT.name, 100


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def crowded(make_document: Callable[..., Document], count: int) -> Document:
    """Return a document with so many peaks that two finders see."""
    document = make_document(name=f"{count} peaks")
    layers = {}
    for finder in ("quanv", "classical"):
        peaks = [
            Peak(9.0 - 8.0 * k / max(count, 2), 10.0 + k, snr=50.0 + k, fwhm_hz=FWHM_HZ,
                 area=20.0, ppm_err=1e-4, confidence=0.9, finder=finder)
            for k in range(count)
        ]  # fmt: skip
        layers[finder] = PeakList(tuple(peaks), Provenance(finder), 0.2)
    document.edit.set_layer_results(layers)
    return document


def cut(window: QWidget) -> list[str]:
    """Return the texts that have less room than they need, and tabs whose letters are smaller."""
    found = []
    for part in window.findChildren(QWidget):
        if not part.isVisible() or part.visibleRegion().isEmpty():
            continue
        if isinstance(part, QTabBar):
            found += cut_tabs(part, window)
        if isinstance(part, QHeaderView):
            found += cut_heads(part)
        if isinstance(part, QListView) and part.horizontalScrollBar().isVisible():
            found.append(f"list '{part.accessibleName()}': rolled sideways")
        if not isinstance(part, QLabel | QAbstractButton) or not part.text():
            continue
        only_icon = Qt.ToolButtonStyle.ToolButtonIconOnly
        if isinstance(part, QToolButton) and part.toolButtonStyle() == only_icon:
            continue
        if isinstance(part, QLabel) and (part.wordWrap() or "<" in part.text()):
            continue
        if isinstance(part, QCheckBox | QRadioButton):  # the mark wants room as well
            if part.width() < part.sizeHint().width():
                found.append(f"'{part.text()}': {part.width()} of {part.sizeHint().width()} px")
            continue
        metrics, lines = part.fontMetrics(), part.text().replace("&", "").split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines)
        if not part.icon().isNull() if isinstance(part, QAbstractButton) else False:
            width += part.iconSize().width()
        room = part.contentsRect()
        if width > room.width() + 1 or metrics.height() * len(lines) > room.height():
            found.append(f"{type(part).__name__} '{part.text()}': {width} in {room.width()} px")
    return found


def cut_tabs(tabs: QTabBar, window: QWidget) -> list[str]:
    """Return what of tabs is written smaller than the rest, or has less room than its letters."""
    found = []
    if tabs.font().pointSizeF() < window.font().pointSizeF():
        found.append(f"tabs '{tabs.tabText(0)}': letters of {tabs.font().pointSizeF()}")
    height = tabs.fontMetrics().height()
    for number in range(tabs.count()):
        option = QStyleOptionTab()
        tabs.initStyleOption(option, number)
        part = QStyle.SubElement.SE_TabBarTabText
        room = tabs.style().subElementRect(part, option, tabs).height()
        if room < height:
            found.append(f"tab '{tabs.tabText(number)}': {height} in {room} px")
    return found


def cut_heads(header: QHeaderView) -> list[str]:
    """Return heads of columns that have less room than their words."""
    if header.orientation() != Qt.Orientation.Horizontal:
        return []
    found = []
    for column in range(header.count()):
        text = str(header.model().headerData(column, Qt.Orientation.Horizontal) or "")
        room = header.sectionSize(column)
        if not header.isSectionHidden(column) and text:
            width = header.fontMetrics().horizontalAdvance(text)
            found += [f"head '{text}': {width} in {room} px"] if width > room else []
    return found


def bring(window: MainWindow, qtbot, name: str) -> None:
    """Click the tab of a panel."""
    title = window.docks[name].windowTitle()
    for bar in window.findChildren(QTabBar):
        for number in range(bar.count()):
            if bar.isVisible() and bar.tabText(number) == title:
                at = bar.tabRect(number).center()
                assert bar.rect().contains(QPoint(at)), f"the tab '{title}' is out of reach"
                qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=at)
                settle()
                assert window.docks[name].widget().isVisible()
                return
    raise AssertionError(f"no tab is called '{title}'")


def seen(window: MainWindow, qtbot) -> dict[str, list[str]]:
    """Click through all panels and return what is cut in each."""
    texts = {}
    for name in (*RIGHT, *BOTTOM):
        bring(window, qtbot, name)
        texts[name] = cut(window)
    return {name: what for name, what in texts.items() if what}


def test_an_empty_window_cuts_nothing(dressed) -> None:
    assert cut(dressed) == []


@pytest.mark.parametrize("count", [0, 1, 400])
def test_no_panel_cuts_a_word_whatever_is_in_it(dressed, make_document, qtbot, count) -> None:
    document = crowded(make_document, count) if count else make_document()
    dressed.workspace._add([document])
    settle()
    assert seen(dressed, qtbot) == {}
    share = 0.6 if QApplication.font().pointSizeF() > 11 else 2 / 3
    assert dressed.view.width() > share * dressed.width()
    assert dressed.view.height() > 0.4 * dressed.height()


def test_each_menu_is_one_column(dressed) -> None:
    texts = {}
    for menu in (action.menu() for action in dressed.menuBar().actions()):
        menu.popup(dressed.mapToGlobal(QPoint(0, 0)))
        lefts = {menu.actionGeometry(one).left() for one in menu.actions() if one.isVisible()}
        texts[menu.title()] = len(lefts)
        menu.close()
    assert len(texts) > 5
    assert set(texts.values()) == {1}


def test_the_list_of_spectra_is_whole_or_not_there(dressed, make_document) -> None:
    names = ("bruker_1h_menthol/10", "bruker_1h_cyclosporin/1")
    for name in names:
        dressed.workspace._add([make_document(name=name)])
        settle()
    dock, spectra = dressed.docks["spectra"], dressed.spectra_list.list
    has_room = dressed.width() > 2000
    assert dock.isVisible() == has_room
    if has_room:
        assert spectra.viewport().width() >= spectra.sizeHintForColumn(0)
    tabs = dressed.tabs
    assert tabs.isVisible()
    assert [tabs.tabText(k).endswith(("menthol/10", "cyclosporin/1")) for k in (0, 1)]
    # who wants it all the same has it from the menu
    dock.toggleViewAction().trigger()
    settle()
    assert dock.isVisible() != has_room
    if not has_room:
        assert spectra.viewport().width() >= spectra.sizeHintForColumn(0)
    dressed.workspace._add([make_document(name="a third")])
    settle()
    assert dock.isVisible()


def test_nothing_is_cut_while_it_searches_and_when_the_search_failed(
    dressed, make_document, qtbot
) -> None:
    def fail(*_args: object, **_more: object) -> PeakList:
        raise RuntimeError("the weights of this model are those of another architecture, " * 3)

    document = crowded(make_document, 3)
    dressed.workspace._add([document])
    dressed.finding._find = fail
    with qtbot.waitSignal(dressed.finding.failed, timeout=20_000):
        qtbot.mouseClick(dressed.find_controls.button, Qt.MouseButton.LeftButton)
        settle()
        assert cut(dressed) == []
    settle()
    assert cut(dressed) == []


def test_no_format_of_an_export_cuts_a_word(dressed, make_document) -> None:
    document = crowded(make_document, 3)
    dressed.workspace._add([document])
    edits.find_multiplets(document)
    dressed.actions_by_id["export"].trigger()
    (dialog,) = (d for d in dressed.findChildren(QDialog) if d.isVisible())
    texts = {}
    for row in range(dialog.format.count()):
        dialog.format.setCurrentIndex(row)
        settle()
        texts[dialog.format.currentText()] = cut(dialog)
    dialog.close()
    assert {name: what for name, what in texts.items() if what} == {}


def test_no_dialog_or_page_cuts_a_word(dressed, make_document, qtbot, tmp_path) -> None:
    document = crowded(make_document, 400)
    dressed.workspace._add([document])
    edits.find_multiplets(document)
    settle()
    texts = {}
    for kind in OPENERS:
        with opened(dressed, kind, tmp_path, qtbot) as one:
            whole = one.window()
            tall, wide = whole.frameGeometry().height(), whole.minimumSizeHint().width()
            is_too_large = tall > LEAST_SCREEN or wide > LEAST_WIDTH
            texts[kind.__name__] = cut(one) + ([f"{wide} x {tall} px"] if is_too_large else [])
    assert {name: what for name, what in texts.items() if what} == {}
