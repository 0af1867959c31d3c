"""A person at the real window: clicks where the pointer is, presses keys, reads what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QMenu,
    QMessageBox,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from nmrquanv.gui.app import make_window
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.marker_looks import finder_title
from nmrquanv.session import child, jobs
from nmrquanv.session.document import Document
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.settings import Settings

WAIT_MS = 180_000
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
CTRL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


class User:
    """Uses one main window by mouse and keyboard only."""

    def __init__(self, qtbot, mouse, window) -> None:
        self.qtbot, self.mouse, self.window = qtbot, mouse, window
        self.view = window.view

    @property
    def document(self) -> Document:
        document = self.window.workspace.current
        assert document is not None
        return document

    # --- mouse and keys ------------------------------------------------------------------------

    def click(self, widget: QWidget) -> None:
        """Click in the middle of a widget that is shown and enabled."""
        assert widget.isVisible(), f"{widget} cannot be clicked: it is not shown"
        assert widget.isEnabled(), f"{widget} cannot be clicked: it is greyed out"
        self.qtbot.mouseClick(widget, LEFT)

    def tick(self, box: QCheckBox) -> None:
        """Click the box of a check box, which may be wider than its text."""
        self.qtbot.waitUntil(box.isVisible)
        assert box.isEnabled()
        option = QStyleOptionButton()
        box.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        at = box.style().subElementRect(part, option, box).center()
        self.qtbot.mouseClick(box, LEFT, pos=at)

    def click_tool(self, name: str) -> None:
        """Click an action's button in the tool bar."""
        self.click(self.window.tool_bar.widgetForAction(self.window.actions_by_id[name]))

    def choose(self, menu: QMenu, *words: str) -> None:
        """Open a menu and click the entry whose text begins with some words, then close it."""
        if not menu.isVisible():
            menu.popup(self.window.mapToGlobal(QPoint(60, 80)))
        entry = self.entry(menu, " ".join(words))
        assert entry.isEnabled(), f"'{entry.text()}' is greyed out"
        self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())

    @staticmethod
    def entry(menu: QMenu, words: str) -> QAction:
        """Return the entry of an open menu whose text begins with some words."""
        texts = [action.text().replace("&", "") for action in menu.actions()]
        found = [a for a, t in zip(menu.actions(), texts, strict=True) if t.startswith(words)]
        assert len(found) == 1, f"'{words}' is not one of {texts}"
        return found[0]

    def menu_of_plot(self, at: tuple[float, float]) -> QMenu:
        """Click with the right button in the plot and return the menu that opens."""
        self.mouse.click(self.view, at, button=self.mouse.right)
        (menu,) = [m for m in self.view.findChildren(QMenu) if m.isVisible()]
        return menu

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key with the pointer in the plot."""
        self.activate()
        self.view.setFocus()
        self.qtbot.keyClick(self.view, key, modifiers)

    def activate(self) -> None:
        """Make the window the active one, as a click on its frame does."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def type_into(self, widget: QWidget, text: str) -> None:
        """Replace what stands in a field and leave it with Enter."""
        assert widget.isVisible()
        assert widget.isEnabled()
        widget.setFocus()
        widget.selectAll()
        self.qtbot.keyClicks(widget, text)
        self.qtbot.keyClick(widget, Qt.Key.Key_Return)

    def drag_on(self, widget: QWidget, start: QPoint, end: QPoint, steps: int = 6) -> None:
        """Press on a widget, move with the button held, release."""
        kinds = QEvent.Type
        self._send(widget, kinds.MouseButtonPress, QPointF(start), LEFT, LEFT)
        for step in range(1, steps + 1):
            at = QPointF(start) + (QPointF(end) - QPointF(start)) * step / steps
            self._send(widget, kinds.MouseMove, at, NONE, LEFT)
        self._send(widget, kinds.MouseButtonRelease, QPointF(end), LEFT, NONE)

    @staticmethod
    def _send(widget, kind, at, button, held) -> None:
        where = QPointF(widget.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(widget, QMouseEvent(kind, at, where, button, held, PLAIN))

    # --- what a person does with it -------------------------------------------------------------

    def drop(self, *paths: object, on: QWidget | None = None) -> None:
        """Drop files or folders on the window, or another one, as a file manager does."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        at, copy = QPointF(200, 200), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(at.toPoint(), copy, data, LEFT, PLAIN)
        QApplication.sendEvent(on or self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(on or self.window, QDropEvent(at, copy, data, LEFT, PLAIN))

    def open(self, path: object) -> Document:
        """Drop one data set and wait until it is shown."""
        with self.qtbot.waitSignal(self.window.workspace.opened, timeout=WAIT_MS):
            self.drop(path)
        return self.document

    def choose_finders(self, *wanted: str) -> None:
        """Tick these finders in the button's menu, and no others."""
        controls = self.window.find_controls
        chosen = self.window.settings.finders
        missing = [f for f in wanted if f not in chosen]
        for finder in missing + [f for f in chosen if f not in wanted]:
            self.choose(controls.menu, finder_title(finder))
        if controls.menu.isVisible():  # it stays for the next tick
            self.qtbot.keyClick(controls.menu, Qt.Key.Key_Escape)

    def find(self) -> Document:
        """Click *Find peaks* and wait for the result."""
        with self.qtbot.waitSignal(self.window.finding.succeeded, timeout=WAIT_MS):
            self.click(self.window.find_controls.button)
        self.wait_until_idle()
        return self.document

    def wait_until_idle(self) -> None:
        """Wait until *Find peaks* can be clicked again."""
        self.qtbot.waitUntil(self.window.actions_by_id["find"].isEnabled)
        assert self.window.find_controls.button.text() == "Find peaks"

    def zoom(self, high: float, low: float) -> None:
        """Zoom into a range by dragging over it, from the whole sweep."""
        self.press(Qt.Key.Key_Z)
        self.press(Qt.Key.Key_F)
        view, mouse = self.view, self.mouse
        mouse.drag(view, mouse.place(view, high), mouse.place(view, low))
        shown = view.visible_ppm()
        assert shown == pytest.approx((high, low), abs=0.02 * (high - low) + 0.02)
        self.press(Qt.Key.Key_V)

    def show_panel(self, name: str) -> None:
        """Bring the tab of a panel to the front."""
        self.window.docks[name].raise_()
        self.qtbot.waitUntil(self.window.docks[name].widget().isVisible)

    def leave(self, dialog: QWidget) -> None:
        """Press Escape in a dialog, which may ask something before it goes."""
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow)
        self.qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Escape)

    def quit(self) -> None:
        """Press Ctrl+Q."""
        self.press(Qt.Key.Key_Q, CTRL)

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z, CTRL)

    def redo(self) -> None:
        self.press(Qt.Key.Key_Y, CTRL)

    # --- what a person sees ---------------------------------------------------------------------

    def dialog(self, kind: type[QWidget]):
        """Return the one open dialog of a kind."""
        self.qtbot.waitUntil(
            lambda: any(d.isVisible() for d in self.window.findChildren(kind)), timeout=WAIT_MS
        )
        (dialog,) = [d for d in self.window.findChildren(kind) if d.isVisible()]
        return dialog

    def error_text(self) -> str:
        """Return what the error dialog says, and close it."""
        dialog = self.dialog(ErrorDialog)
        text = f"{dialog.title.text()}\n{dialog.text.text()}"
        self.leave(dialog)
        return text

    def answer(self, box: QMessageBox, words: str) -> None:
        """Click the button of a question."""
        buttons = {b.text().replace("&", ""): b for b in box.buttons()}
        assert words in buttons, f"'{words}' is not one of {list(buttons)}"
        self.click(buttons[words])


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def make_user(qtbot, mouse, settings, monkeypatch) -> Iterator[Callable[..., User]]:
    """Put people at windows of their own; the windows close without asking at the end."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    windows = []

    def make(training: Sequence[str] | None = None) -> User:
        """Make one; ``training`` is started in the place of the program's own training."""
        window = make_window(settings, Retraining(training))
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return User(qtbot, mouse, window)

    yield make
    for window in windows:
        window.closing.agree()
        window.close()
        window.deleteLater()
    jobs.shut_down()
    child.shut_down()


@pytest.fixture
def user(make_user) -> User:
    """A person at the program's own window, with the program's own finders and training."""
    return make_user()


@pytest.fixture
def menthol(examples: Path) -> Path:
    return examples / "bruker_1h_menthol" / "10"


@pytest.fixture
def at_fid(user, examples, qtbot):
    """A person who works on aspirin's FID with the processing panel in front."""
    user.open(examples / "bruker_1h_aspirin_fidonly" / "1")
    qtbot.wait(300)  # the first document lays the docks out, a moment later
    user.show_panel("processing")
    qtbot.waitUntil(lambda: user.window.processing.is_in_view)
    return user
