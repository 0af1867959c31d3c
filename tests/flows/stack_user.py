"""A person at the page of several spectra: mouse and keys where the page has them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from nmrquanv.gui.pages.stack_page import StackPage

LEFT = Qt.MouseButton.LeftButton
CTRL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
WAIT_MS = 180_000


class StackUser:
    """Uses the page of one main window by mouse and keyboard only."""

    def __init__(self, user, page: StackPage) -> None:
        self.user, self.qtbot, self.mouse, self.page = user, user.qtbot, user.mouse, page
        self.plot, self.table = page.plot, page.table
        self.activate()

    @property
    def stack(self):
        return self.page.stacking.stack

    @property
    def undo_text(self) -> str:
        return self.page.stacking.undo_stack.undoText()

    def activate(self) -> None:
        """Make the page the active window, as a click on its frame does."""
        self.page.activateWindow()
        self.qtbot.waitUntil(self.page.isActiveWindow)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key where the keys are."""
        self.activate()
        self.qtbot.keyClick(self.page.focusWidget() or self.page, key, modifiers)

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z, CTRL)

    def redo(self) -> None:
        self.press(Qt.Key.Key_Y, CTRL)

    def click(self, name: str) -> None:
        """Click one of the buttons."""
        self.user.click(self.page.buttons[name])

    # --- table ---------------------------------------------------------------------------------

    def _cell(self, row: int, column: int) -> QPoint:
        item = self.table.item(row, column)
        self.table.scrollToItem(item)
        return self.table.visualItemRect(item).center()

    def choose_row(self, row: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Click the value of a row: its cell is empty or a number."""
        self.qtbot.mouseClick(self.table.viewport(), LEFT, modifiers, self._cell(row, 1))

    def type_cell(self, row: int, column: int, text: str) -> None:
        """Double-click a cell, type a number there, press Enter."""
        at, viewport = self._cell(row, column), self.table.viewport()
        self.activate()
        self.qtbot.mouseClick(viewport, LEFT, pos=at)
        self.qtbot.mouseDClick(viewport, LEFT, pos=at)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit), f"no field is open in the cell: {editor}"
        editor.selectAll()
        self.qtbot.keyClicks(editor, text)
        self.qtbot.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()

    def tick(self, row: int) -> None:
        """Click the tick of a row."""
        item, option = self.table.item(row, 0), QStyleOptionViewItem()
        option.initFrom(self.table)
        option.rect = self.table.visualItemRect(item)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        at = self.table.style().subElementRect(part, option, self.table).center()
        self.qtbot.mouseClick(self.table.viewport(), LEFT, pos=at)

    # --- plot ----------------------------------------------------------------------------------

    def at(self, ppm: float, share: float = 0.5) -> tuple[float, float]:
        """Where a chemical shift stands in the plot, at a share of its height from the top."""
        box = self.plot.view_box
        (low, high), rect = box.state["viewRange"][0], box.rect()
        return (high - ppm) / (high - low) * rect.width(), share * rect.height()

    def baseline(self, number: int) -> float:
        """Where the baseline of a visible trace is drawn, in pixels from the top."""
        return float(self.plot._items[number].y_px(0.0))

    def drag(self, first: float, last: float) -> None:
        """Drag in the plot from one chemical shift to another."""
        self.mouse.drag(self.plot, self.at(first), self.at(last))
        QApplication.processEvents()

    def zoom(self, first: float, last: float) -> None:
        """Show a part of the sweep."""
        self.press(Qt.Key.Key_F)
        self.drag(first, last)
        low, high = self.plot.view_box.current_view().x
        assert abs(high - first) + abs(low - last) < 0.05 * (first - last)

    def click_at(self, ppm: float, share: float = 0.5) -> None:
        """Click in the plot."""
        self.mouse.click(self.plot, self.at(ppm, share))
        QApplication.processEvents()

    # --- other widgets -------------------------------------------------------------------------

    def type_offset(self, text: str) -> None:
        """Type a distance of the baselines, and Enter."""
        self.activate()
        self.user.type_into(self.page.offset, text)

    def visible(self, kind: type[QWidget]):
        """Return the one visible child window of a kind."""
        self.qtbot.waitUntil(
            lambda: any(w.isVisible() for w in self.page.findChildren(kind)), timeout=WAIT_MS
        )
        (found,) = [w for w in self.page.findChildren(kind) if w.isVisible()]
        return found
