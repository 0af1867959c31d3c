from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTabBar


@pytest.fixture
def three(window, qtbot):
    for seed in (1, 2, 3):
        with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
            window.workspace.open_synthetic(seed)
    return window


def test_a_tab_for_each_spectrum_from_the_second_on(window, qtbot) -> None:
    assert window.tabs.isHidden()
    for seed, is_shown in ((1, False), (2, True)):
        with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
            window.workspace.open_synthetic(seed)
        assert window.tabs.isVisible() == is_shown
    assert window.tabs.currentIndex() == 1
    assert window.tabs.tabText(1) == window.workspace.documents[1].name


def test_a_click_and_ctrl_tab_show_another(three, qtbot) -> None:
    workspace, tabs = three.workspace, three.tabs
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center() - QPoint(10, 0))
    assert workspace.current is workspace.documents[0]
    three.actions_by_id["next_spectrum"].trigger()
    assert (workspace.current, tabs.currentIndex()) == (workspace.documents[1], 1)
    for _ in range(2):
        three.actions_by_id["previous_spectrum"].trigger()
    assert workspace.current is workspace.documents[2]


def test_the_cross_of_a_tab_closes_its_spectrum(three, qtbot) -> None:
    workspace, tabs = three.workspace, three.tabs
    first, last = workspace.documents[0], workspace.documents[2]
    button = tabs.tabButton(0, QTabBar.ButtonPosition.RightSide) or tabs.tabButton(
        0, QTabBar.ButtonPosition.LeftSide
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert first not in workspace.documents
    assert workspace.current is last
    assert (tabs.count(), tabs.currentIndex()) == (2, 1)
