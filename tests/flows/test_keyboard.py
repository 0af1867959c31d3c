"""The whole job by keyboard alone: keys go to the window, as the system sends them."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from nmrquanv.gui.dialogs.export import ExportDialog
from nmrquanv.gui.dialogs.reference import OffersDialog, ShiftDialog
from nmrquanv.gui.marker_looks import finder_title
from nmrquanv.gui.shell.palette import Palette
from nmrquanv.spectra.recipe import Phase
from tests.flows.test_finding import disagreeing, found, network  # noqa: F401
from tests.flows.test_retraining import FAKE_CHILD

KEY, WAIT_MS = Qt.Key, 30_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Sends keys to whatever has them, and nothing else."""

    def __init__(self, user) -> None:
        self.user, self.window, self.qtbot = user, user.window, user.qtbot
        user.activate()

    def key(self, *keys: Qt.Key, held: Qt.KeyboardModifier = PLAIN, times: int = 1) -> None:
        """Press keys, each so many times, with others held."""
        for key in keys * times:
            QTest.keyClick(self.receiver(), key, held)
            QApplication.processEvents()

    def write(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self.receiver(), letter)

    def receiver(self):
        """Return the window that the system would send keys to."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup.windowHandle()
        if QGuiApplication.focusWindow() is None:  # no desktop here that gives it to what is left
            self.user.activate()
        return QGuiApplication.focusWindow()

    def command(self, letters: str) -> None:
        """Run a command by its letters."""
        self.key(KEY.Key_K, held=CTRL)
        self.dialog(Palette)
        self.write(letters)
        self.key(KEY.Key_Return)
        self.qtbot.wait(30)

    def dialog(self, kind: type[QDialog]):
        """Return a dialog that has opened and has the keyboard."""
        dialog = self.user.dialog(kind)
        self.qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    def go_to(self, name: str) -> None:
        """Press F6 until a panel has the keyboard."""
        dock = self.window.docks[name]
        for _ in range(12):
            if self.is_in(dock):
                return
            self.key(KEY.Key_F6)
            self.qtbot.wait(30)
        raise AssertionError(f"F6 does not reach the panel '{name}'")

    def plot(self) -> None:
        """Press Shift+F6 until the plot has the keyboard."""
        for _ in range(12):
            if self.window.view.hasFocus():
                return
            self.key(KEY.Key_F6, held=SHIFT)
            self.qtbot.wait(30)
        raise AssertionError("Shift+F6 does not reach the plot")

    def bring(self, widget) -> None:
        """Press F6 until the part that holds a widget has the keyboard, then Tab."""
        for _ in range(12):
            if widget.hasFocus():
                return
            self.key(KEY.Key_F6)
            self.qtbot.wait(30)
        raise AssertionError(f"F6 does not reach {widget}")

    def tab_to(self, widget) -> None:
        """Press Tab until a widget has the keyboard."""
        for _ in range(80):
            if widget.hasFocus():
                return
            self.key(KEY.Key_Tab)
        raise AssertionError(f"Tab does not reach {widget}")

    @staticmethod
    def is_in(part) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and part.isAncestorOf(focus)

    def menu_entry(self, words: str) -> None:
        """Go down in the open menu to an entry, and press Enter."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        entry = self.user.entry(menu, words)
        for _ in range(60):
            if menu.activeAction() is entry:
                break
            self.key(KEY.Key_Down)
        self.key(KEY.Key_Return)

    def cursor_to(self, ppm: float) -> None:
        """Move the cursor on the trace by arrows."""
        view, cursor = self.window.view, self.window.view.layers.cursor
        self.key(KEY.Key_Right)
        for _ in range(400):
            apart = float(cursor.x_px(ppm) - cursor.x_px(cursor.ppm))
            if abs(apart) < 1.0:
                break
            held = SHIFT if abs(apart) > 12 else PLAIN
            self.key(KEY.Key_Right if apart > 0 else KEY.Key_Left, held=held)
        assert cursor.ppm == pytest.approx(ppm, abs=2 * abs(view.view_box.x_at(1) -
                                                            view.view_box.x_at(0)))  # fmt: skip

    def zoom_to(self, ppm: float, width: float) -> None:
        """Zoom in at the cursor by plus."""
        self.cursor_to(ppm)
        high, low = self.window.view.visible_ppm()
        while high - low > width:
            self.key(KEY.Key_Plus)
            high, low = self.window.view.visible_ppm()
        assert low < ppm < high


@pytest.fixture
def keyboard(user) -> Keyboard:
    return Keyboard(user)


def find_classical(keys: Keyboard) -> None:
    """Choose the classical finder in the button's menu, and search."""
    window = keys.window
    keys.bring(window.find_controls.button)
    keys.key(KEY.Key_Down)
    keys.menu_entry("Classical")
    for title in ("Quantum", "CNN"):
        if any(finder_title(f).startswith(title) for f in window.settings.finders):
            keys.bring(window.find_controls.button)
            keys.key(KEY.Key_Down)
            keys.menu_entry(title)
    assert window.settings.finders == ("classical",)
    with keys.qtbot.waitSignal(window.finding.succeeded, timeout=WAIT_MS):
        keys.key(KEY.Key_F, held=CTRL)
    keys.user.wait_until_idle()


def test_from_opening_to_the_export_without_a_mouse(keyboard, tmp_path) -> None:
    keys, window = keyboard, keyboard.window
    view = window.view
    with keys.qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        keys.command("menthol")
    find_classical(keys)
    document = keys.user.document
    before = len(document.peaks)

    keys.plot()
    keys.key(KEY.Key_Tab, times=3)
    (chosen,) = view.editing.selected_ids()
    keys.key(KEY.Key_Space)
    assert document.peaks.find(chosen).is_confirmed
    keys.key(KEY.Key_F10, held=SHIFT)  # the menu of that peak
    keys.menu_entry("Unconfirm")
    assert not document.peaks.find(chosen).is_confirmed
    keys.key(KEY.Key_Tab, KEY.Key_Delete)
    assert len(document.peaks) == before - 1
    keys.key(KEY.Key_Z, held=CTRL)
    assert len(document.peaks) == before
    keys.key(KEY.Key_Escape)
    keys.cursor_to(2.5)
    keys.key(KEY.Key_Return, held=Qt.KeyboardModifier.ShiftModifier)
    assert len(document.peaks) == before + 1
    keys.key(KEY.Key_Z, held=CTRL)
    keys.key(KEY.Key_M)
    assert document.multiplets

    integral_by_keys(keys)
    keys.command("export")
    dialog = keys.dialog(ExportDialog)
    keys.tab_to(dialog.path)
    keys.key(KEY.Key_A, held=CTRL)
    target = tmp_path / "peaks.csv"
    keys.write(str(target))
    keys.key(KEY.Key_Return)
    assert target.exists()
    keys.key(KEY.Key_Escape)
    keys.qtbot.waitUntil(lambda: not window.findChildren(ExportDialog))


def integral_by_keys(keys: Keyboard) -> None:
    """Integrate a signal, move one end and then all of it, and set its number in the table."""
    view, document = keys.window.view, keys.user.document
    keys.plot()
    keys.key(KEY.Key_Escape, KEY.Key_Escape, KEY.Key_F)
    keys.zoom_to(3.41, 0.6)
    keys.key(KEY.Key_I)
    keys.cursor_to(3.50)
    keys.key(KEY.Key_Return)
    keys.key(KEY.Key_Right, held=SHIFT, times=4)
    keys.key(KEY.Key_Escape)  # not so
    assert not document.integrals
    assert view.tool_name == "integral"
    keys.cursor_to(3.50)
    keys.key(KEY.Key_Return)
    keys.cursor_to(3.35)
    keys.key(KEY.Key_Return)
    (one,) = document.integrals
    assert (one.high_ppm, one.low_ppm) == pytest.approx((3.50, 3.35), abs=0.005)
    keys.key(KEY.Key_Return)
    keys.cursor_to(3.30)
    keys.key(KEY.Key_Return)
    (moved,) = document.integrals
    assert (moved.high_ppm, moved.low_ppm) == pytest.approx((one.high_ppm, 3.30), abs=0.005)
    keys.cursor_to(3.41)
    keys.key(KEY.Key_Return)
    keys.cursor_to(3.43)
    keys.key(KEY.Key_Return)
    (whole,) = document.integrals
    assert whole.high_ppm - moved.high_ppm == pytest.approx(0.02, abs=0.005)
    assert whole.low_ppm - moved.low_ppm == pytest.approx(0.02, abs=0.005)
    keys.go_to("integrals")
    table = keys.window.integrals.table
    keys.tab_to(table)
    keys.key(KEY.Key_Home)
    keys.key(KEY.Key_Right, times=3)
    keys.key(KEY.Key_F2)
    keys.key(KEY.Key_A, held=CTRL)
    keys.write("2")
    keys.key(KEY.Key_Return)
    assert document.integrals[0].set_to == 2.0


@pytest.mark.parametrize("is_ph1_first", [False, True])
def test_phase_about_a_pivot_without_a_mouse(at_fid, is_ph1_first) -> None:
    keys, panel, document = Keyboard(at_fid), at_fid.window.processing, at_fid.document
    keys.go_to("processing")
    keys.tab_to(panel.steps)
    keys.key(KEY.Key_Home)
    while panel.steps.kind() is not Phase:
        keys.key(KEY.Key_Down)
    axis, start = document.spectrum.axis, document.recipe.step(Phase)

    def typed(box, text: str) -> None:
        keys.go_to("processing")
        keys.tab_to(box)
        keys.key(KEY.Key_A, held=CTRL)
        keys.write(text)
        keys.key(KEY.Key_Return)

    typed(panel.phase.pivot, "5")
    assert panel.phase.pivot_ppm == pytest.approx(5.0, abs=0.001)
    assert at_fid.view.layers.processing.pivot_ppm == pytest.approx(5.0, abs=0.001)
    share = axis.point(panel.phase.pivot_ppm) / axis.size

    def turn_ph1() -> None:
        before = document.recipe.step(Phase)
        with keys.qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
            typed(panel.phase.ph1.spin, f"{before.ph1_deg + 90.0:.3f}")
        after = document.recipe.step(Phase)
        assert after.ph1_deg - before.ph1_deg == pytest.approx(90.0, abs=0.1)
        turned = after.ph0_deg - before.ph0_deg + (after.ph1_deg - before.ph1_deg) * share
        assert (turned + 180) % 360 == pytest.approx(180, abs=0.3)

    def turn_ph0() -> None:
        before = document.recipe.step(Phase)
        keys.go_to("processing")
        keys.tab_to(panel.phase.ph0.slider)
        with keys.qtbot.waitSignal(document.processing.succeeded, timeout=WAIT_MS):
            keys.key(KEY.Key_PageUp)
        after = document.recipe.step(Phase)
        assert after.ph1_deg == before.ph1_deg
        assert abs(after.ph0_deg - before.ph0_deg) > 5.0

    for turn in (turn_ph1, turn_ph0) if is_ph1_first else (turn_ph0, turn_ph1):
        turn()
    keys.plot()
    while document.recipe.step(Phase) != start:
        with keys.qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
            keys.key(KEY.Key_Z, held=CTRL)


def test_referencing_by_solvent_and_by_tms_without_a_mouse(keyboard, examples) -> None:
    keys, view = keyboard, keyboard.window.view
    document = keys.user.open(examples / "bruker_13c_caryophyllene_oxide" / "11")
    keys.command("reference by solvent")
    dialog = keys.dialog(OffersDialog)
    texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    keys.tab_to(dialog.list)
    keys.key(KEY.Key_Home)
    keys.key(KEY.Key_Down, times=next(n for n, t in enumerate(texts) if t.startswith("CDCl3")))
    before = document.spectrum.axis.offset_ppm
    keys.key(KEY.Key_Return)
    keys.qtbot.waitUntil(lambda: document.spectrum.axis.offset_ppm != before)
    assert "Referenced by CDCl3" in keys.window.status.message.text()

    keys.plot()
    keys.key(KEY.Key_R, held=SHIFT)
    assert view.tool_name == "reference"
    keys.cursor_to(77.16)
    keys.key(KEY.Key_Return)
    dialog = keys.dialog(ShiftDialog)
    at = next(n for n in range(dialog.known.count()) if dialog.known.itemText(n).startswith("TMS"))
    keys.tab_to(dialog.known)
    keys.key(KEY.Key_Home)
    keys.key(KEY.Key_Down, times=at)
    assert dialog.box.value() == 0.0
    before = document.spectrum.axis.offset_ppm
    keys.tab_to(dialog.box)
    keys.key(KEY.Key_Return)
    keys.qtbot.waitUntil(lambda: document.spectrum.axis.offset_ppm != before)
    assert document.spectrum.axis.offset_ppm - before == pytest.approx(-77.16, abs=0.3)
    assert view.tool_name == "zoom"


def test_a_review_without_a_mouse(disagreeing) -> None:  # noqa: F811
    keys, document = Keyboard(disagreeing), disagreeing.document
    bar = keys.window.view_commands.reviewing.bar
    keys.plot()
    keys.key(KEY.Key_N)
    assert bar.progress.text() == "1 of 2"
    keys.key(KEY.Key_N)
    assert bar.progress.text() == "2 of 2"
    keys.key(KEY.Key_P)
    assert bar.progress.text() == "1 of 2"
    keys.key(KEY.Key_B)  # the CNN's line at 3.0
    assert any(p.ppm == 3.0 and p.finder == "cnn" for p in document.peaks)
    keys.key(KEY.Key_A)  # the quantum network's line at 2.165
    (kept,) = [p for p in document.peaks if round(p.ppm, 3) == 2.165]
    assert kept.is_confirmed
    assert not bar.isVisible()
    for key, is_kept in ((KEY.Key_Return, True), (KEY.Key_Delete, False)):
        keys.key(KEY.Key_Z, held=CTRL)
        keys.key(KEY.Key_N)
        assert bar.isVisible()
        keys.key(key)
        left = [p for p in document.peaks if round(p.ppm, 3) == 2.165]
        assert bool(left) == is_kept


def test_a_retraining_is_started_without_a_mouse(make_user, menthol, tmp_path) -> None:
    script = tmp_path / "child.py"
    script.write_text(FAKE_CHILD)
    keys = Keyboard(make_user([sys.executable, str(script), "ends"]))
    window = keys.window
    document = keys.user.open(menthol)
    find_classical(keys)
    keys.plot()
    keys.key(KEY.Key_R)
    keys.cursor_to(3.6)
    keys.key(KEY.Key_Return)
    keys.cursor_to(0.6)
    keys.key(KEY.Key_Return)
    (region,) = document.reviewed_regions
    assert (region.high_ppm, region.low_ppm) == pytest.approx((3.6, 0.6), abs=0.05)
    keys.key(KEY.Key_T, held=CTRL)
    dialog = window.dialogs.training
    keys.qtbot.waitUntil(lambda: dialog.isActiveWindow())
    keys.tab_to(dialog.start_button)
    with keys.qtbot.waitSignal(window.retraining.result_ready, timeout=WAIT_MS):
        keys.key(KEY.Key_Space)
    keys.tab_to(dialog.outcome.discard_button)
    with keys.qtbot.waitSignal(window.retraining.discarded, timeout=WAIT_MS):
        keys.key(KEY.Key_Space)
    keys.key(KEY.Key_Escape)
