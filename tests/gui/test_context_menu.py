"""The menu of the plot."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from nmrquanv.gui.plot.context_menu import _CLASSES
from nmrquanv.spectra.peaks import PeakClass


def test_a_peak_can_be_given_every_class() -> None:
    assert tuple(_CLASSES) == get_args(PeakClass)


def test_a_right_click_adds_a_peak_exactly_there(qtbot, window, mouse, menthol) -> None:
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        window.opening.open_paths([menthol])
    view, document = window.view, window.workspace.current
    view.view_box.show_view(x=(5.0, 5.1))
    at = mouse.place(view, 5.05)
    mouse.click(view, at, button=mouse.right)
    (menu,) = [m for m in view.findChildren(QMenu) if m.isVisible()]
    (entry,) = [a for a in menu.actions() if a.text().startswith("Add a Peak Exactly at ")]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
    (added,) = document.peaks
    assert abs(added.ppm - view.view_box.x_at(at[0])) < 1e-4
    assert view.editing.selected_ids() == (added.id,)
