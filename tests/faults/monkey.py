"""A monkey at the window: random clicks, drags, wheels and keys, by a seed, in the event loop.

``python tests/faults/monkey.py --seed 1 --events 1000`` is one run; ``--full`` makes 10,000 events
with each of five seeds. It opens good, bad and several data sets, answers dialogs and menus as it
meets them, closes documents and the window (another one opens). Trainings and studies that it
starts are stand-ins, which end soon; finders are the program's own with ``--full``.

A fault is an exception, a warning of Qt, a stand-still of five seconds, a window that cannot be
made narrow; a crash ends the process.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from cycles import memory_mb
from driving import EXAMPLES, Driver, Stage, Steps, find_slowly, own_folder, shut_down, tell
from input_events import PLAIN, Rescue, click, drag, is_there, press, turn_wheel
from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QWidget,
)

from nmrquanv.session.asking import find_with_models

SEEDS = (1, 2, 3, 4, 5)
HANG_S = 5.0
"""Of the processor; four times as long by the clock, for other programs may be at work."""
MOST_WIDTH = 1280
"""Pixels that the window must be content with, whatever is opened and typed."""
_KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_F2, Qt.Key.Key_Escape,
    *(Qt.Key(Qt.Key.Key_A.value + n) for n in range(26)),
    *(Qt.Key(Qt.Key.Key_0.value + n) for n in range(10)),
)  # fmt: skip
_TEXTS = (
    "7.26", "7,26", "-3", "1e9", "0", "nan", "", "spectrum", "a b", "x" * 300, "~x", "ä\u2212µ",
    "a\0b", "..", "=1+1",
)  # fmt: skip
_BUTTONS = (Qt.MouseButton.LeftButton,) * 8 + (
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
_MODIFIERS = (PLAIN,) * 6 + (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)
_PATIENCE = 25
"""Events after which a dialog is closed by Escape."""
_MOST_DOCUMENTS = 6


class Nowhere(QObject):
    """Takes addresses and files that the program would open in another one."""

    @Slot("QUrl")
    def take(self, _url: object) -> None:
        """Do nothing."""


class Monkey:
    """One run.

    Parameters
    ----------
    stage : Stage
    seed : int
    paths : tuple of str
        What it opens.
    """

    def __init__(self, stage: Stage, seed: int, paths: tuple[str, ...]) -> None:
        self._stage, self._paths = stage, paths
        self._random = random.Random(seed)
        self._dialog_age = 0
        self.last: list[str] = []
        self._log = (stage.folder / "monkey.log").open("w", buffering=1)
        self.windows = 1

    def act(self) -> None:
        """Do one thing."""
        window = self._stage.window
        if not window.isVisible():
            self._stage.close()
            self._stage.new_window()
            self.windows += 1
            return
        self._keep_exports_here()
        popup = QApplication.activePopupWidget()
        modal = QApplication.activeModalWidget()
        self._dialog_age = self._dialog_age + 1 if modal is not None else 0
        if isinstance(popup, QMenu) and self._random.random() < 0.8:
            self._choose(popup)
        elif isinstance(modal, QFileDialog):
            self._answer_file_dialog(modal)
        elif modal is not None and self._dialog_age > _PATIENCE:
            self._note("Escape", modal)
            press(modal, Qt.Key.Key_Escape)
        else:
            self._act_on(popup or modal or self._any_window())

    def _act_on(self, top: QWidget) -> None:
        """Use a widget of a window, the keyboard, or open something."""
        draw = self._random.random()
        if draw < 0.06 and QApplication.activeModalWidget() is None:
            if len(self._stage.window.workspace.documents) >= _MOST_DOCUMENTS:
                self._note("close", top)
                self._stage.do("close")
                return
            path = self._random.choice(self._paths)
            self._note(f"open {path}", top)
            self._stage.window.opening.open_paths((path,))
        elif draw < 0.10:
            self._trigger()
        elif draw < 0.30:
            self._press_key(top)
        elif draw < 0.42:
            self._use_plot()
        else:
            self._use_mouse(self._any_child(top))

    # --- what there is -------------------------------------------------------------------------

    def _any_window(self) -> QWidget:
        """Return the main window, mostly, or a page beside it."""
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow()]
        others = [w for w in shown if not isinstance(w, QDialog | QMenu)]
        main = self._stage.window
        return self._random.choice(others) if others and self._random.random() < 0.3 else main

    def _any_child(self, top: QWidget) -> QWidget:
        children = [
            w for w in top.findChildren(QWidget)
            if w.isVisible() and w.isEnabled() and w.width() > 1 and w.height() > 1
            and w.window() is top
        ]  # fmt: skip
        return self._random.choice(children) if children else top

    # --- what it does --------------------------------------------------------------------------

    def _use_mouse(self, widget: QWidget) -> None:
        draw = self._random.random()
        at = self._place_in(widget)
        button = self._random.choice(_BUTTONS)
        modifiers = self._random.choice(_MODIFIERS)
        self._note(f"mouse {draw:.2f} {button.name} at {at.toTuple()}", widget)
        if isinstance(widget, QLineEdit | QAbstractSpinBox | QComboBox) and draw < 0.3:
            self._type(widget)
        elif draw < 0.72:
            click(widget, at, button, modifiers)
        elif draw < 0.78:
            click(widget, at, button, modifiers)
            if is_there(widget) and widget.isVisible():
                click(widget, at, button, modifiers)  # which Qt takes as a double click
        elif draw < 0.88:
            drag(widget, at, button, modifiers, by=self._place_in(widget) - at)
        else:
            turn_wheel(widget, at, self._random.choice((-3, -1, 1, 3)), modifiers)

    def _use_plot(self) -> None:
        """Work in the plot, where most of the program's own mouse code is."""
        if (modal := QApplication.activeModalWidget()) is not None:
            self._use_mouse(self._any_child(modal))
        elif self._stage.window.workspace.current is not None:
            self._use_mouse(self._stage.window.view.plot.viewport())

    def _press_key(self, top: QWidget) -> None:
        focused = QApplication.focusWidget()
        widget = focused if focused is not None and focused.window() is top else top
        key, modifiers = self._random.choice(_KEYS), self._random.choice(_MODIFIERS)
        self._note(f"key {key.name} {modifiers}", widget)
        press(widget, key, modifiers)

    def _type(self, widget: QWidget) -> None:
        text = self._random.choice(_TEXTS)
        self._note(f"type {text[:20]!r}", widget)
        widget.setFocus()
        press(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if isinstance(widget, QLineEdit) and self._random.random() < 0.5:
            widget.setText(text)  # as pasting does, also what no key gives
        else:
            for letter in text[:40]:
                if is_there(widget):
                    QTest.keyClick(widget, letter if "\0" < letter < "\x7f" else "?")
        if self._random.random() < 0.6 and is_there(widget):
            press(widget, Qt.Key.Key_Return)

    def _trigger(self) -> None:
        """Choose an action of the window as its shortcut would, if nothing is in the way."""
        if QApplication.activeModalWidget() is not None:
            return
        actions = self._stage.window.actions_by_id
        name = self._random.choice([n for n, a in actions.items() if a.isEnabled()])
        if name == "quit" and self._random.random() < 0.8:
            return
        self._note(f"action {name}", self._stage.window)
        actions[name].trigger()

    def _choose(self, menu: QMenu) -> None:
        entries = [a for a in menu.actions() if a.isEnabled() and not a.isSeparator()]
        if not entries or self._random.random() < 0.2:
            self._note("menu: away", menu)
            menu.close()
            return
        entry = self._random.choice(entries)
        self._note(f"menu: {entry.text()}", menu)
        click(menu, menu.actionGeometry(entry).center())

    def _answer_file_dialog(self, dialog: QFileDialog) -> None:
        """Choose a file of ours, or none: the dialog could rename and delete files of others."""
        self._note("file dialog", dialog)
        if self._random.random() < 0.4:
            dialog.reject()
        elif dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave:
            dialog.fileSelected.emit(str(self._stage.folder / "out" / "chosen.csv"))
            dialog.reject()
        else:
            dialog.filesSelected.emit([self._random.choice(self._paths)])
            dialog.reject()

    def _keep_exports_here(self) -> None:
        """Let what is exported go to a folder of ours, whatever was opened."""
        settings, here = self._stage.settings, str(self._stage.folder)
        if not settings.last_folder.startswith(here):
            settings.last_folder = str(self._stage.folder / "out")

    def _place_in(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randrange(max(1, widget.width())),
            self._random.randrange(max(1, widget.height())),
        )

    def _note(self, what: str, widget: QWidget) -> None:
        """Remember the last events, for who looks for a fault."""
        name = widget.accessibleName() or widget.objectName()
        event = f"{what} on {type(widget).__name__} {name!r} in {type(widget.window()).__name__}"
        self.last = [*self.last[-11:], event]
        self._log.write(event + "\n")


def _wide(stage: Stage) -> str:
    """Return the widgets of the window that ask for the most room."""
    asks = sorted(
        (w.minimumSizeHint().width(), type(w).__name__, w.accessibleName() or w.objectName())
        for w in stage.window.findChildren(QWidget)
        if w.isVisible()
    )
    return str(asks[-6:])


def paths_to_open(folder: Path) -> tuple[str, ...]:
    """Copy the bundled spectra into a folder of ours and add what cannot be opened at once."""
    copy = folder / "spectra"
    shutil.copytree(EXAMPLES, copy)
    (folder / "out").mkdir()
    text = folder / "text.csv"
    text.write_text("".join(f"{10 - n / 100:.2f},{n % 97}\n" for n in range(1000)))
    damaged = folder / "damaged" / "1"
    shutil.copytree(copy / "bruker_1h_menthol" / "10", damaged)
    (damaged / "pdata" / "1" / "1r").write_bytes(b"short")
    menthol, several = copy / "bruker_1h_menthol", copy
    good = [menthol / "10", menthol / "10" / "fid", copy / "bruker_1h_aspirin_fidonly"]
    bad = [damaged, folder / "nothing_here", folder / "out", text, several]
    return tuple(str(path) for path in (*good * 2, *bad))


def run(seed: int, events: int, *, is_full: bool) -> list[str]:
    """Let the monkey do so many things; return the faults."""
    folder = own_folder()
    os.chdir(folder)
    driver = Driver()
    nowhere = Nowhere()
    for scheme in ("file", "http", "https"):
        QDesktopServices.setUrlHandler(scheme, nowhere, "take")
    rescue = Rescue()
    stage = Stage(folder, find_with_models if is_full else find_slowly)
    monkey = Monkey(stage, seed, paths_to_open(folder))

    memory: list[int] = []
    slow: list[str] = []

    def steps() -> Steps:
        slowest = 0.0
        for number in range(events):
            rescue.is_acting = True
            n_faults = len(driver.faults)
            monkey.act()
            rescue.is_acting = False
            if driver.longest_s > slowest:
                slowest = driver.longest_s
                slow[:] = monkey.last[-2:]
            if (width := stage.window.minimumSizeHint().width()) > MOST_WIDTH:
                driver.faults.append(f"the window cannot be narrower than {width}: {_wide(stage)}")
            if len(driver.faults) > n_faults:
                driver.faults.append(f"event {number}, after: " + "; ".join(monkey.last))
            yield None
            if number % (events // 4) == 0:
                memory.append(round(memory_mb()))
        stage.close()
        for _ in range(3):
            yield None

    driver.run(steps())
    shut_down()
    if driver.longest_cpu_s > HANG_S or driver.longest_s > 4 * HANG_S:
        driver.faults.append(f"the window stood still for {driver.longest_s:.1f} s, {slow}")
    tell(
        seed=seed, events=events, windows=monkey.windows, memory_mb=memory,
        longest_s=round(driver.longest_s, 2), its_cpu_s=round(driver.longest_cpu_s, 2),
        after=slow, faults=driver.faults, last=monkey.last,
    )  # fmt: skip
    return driver.faults


def main() -> int:
    """Run one seed, or all of the full form one after the other, each in a process of its own."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="10,000 events with each of five seeds")
    words.add_argument("--seed", type=int, default=None)
    words.add_argument("--events", type=int, default=1000)
    given = words.parse_args()
    if not given.full or given.seed is not None:
        return 1 if run(given.seed or 1, given.events, is_full=given.full) else 0
    codes = [
        subprocess.run(
            [sys.executable, __file__, "--full", "--seed", str(seed), "--events", "10000"],
            check=False,
        ).returncode
        for seed in SEEDS
    ]
    tell(ended_with=dict(zip(SEEDS, codes, strict=True)))
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
