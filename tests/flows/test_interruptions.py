"""What a person breaks off, what fails, and closing while something runs: nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys

from PySide6.QtCore import Qt

from nmrquanv.models.library import bundled_folder, user_folder
from nmrquanv.session import jobs
from tests.flows.conftest import CTRL
from tests.flows.processing_user import added, after

CLOSES_WHILE_FINDING = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from nmrquanv.gui import app
from nmrquanv.gui.main_window import MainWindow

def window():
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

def close():
    QTest.keyClick(window(), Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)

def find_and_close():
    if window().workspace.current is None:
        QTimer.singleShot(20, find_and_close)
        return
    once = Qt.ConnectionType.SingleShotConnection
    window().finding.progressed.connect(lambda *_: QTimer.singleShot(0, close), once)
    window().activateWindow()
    QTest.mouseClick(window().find_controls.button, Qt.MouseButton.LeftButton)

application = QApplication(sys.argv[:1])
QTimer.singleShot(20, find_and_close)
sys.exit(app.main(sys.argv[1:]))
"""


def test_a_click_on_cancel_ends_the_search_and_leaves_the_document_alone(user, menthol) -> None:
    document = user.open(menthol)
    button = user.window.find_controls.button
    user.click(button)
    assert button.text() == "Cancel"
    with user.qtbot.waitSignal(user.window.finding.cancelled, timeout=20_000):
        user.click(button)
    assert document.layers == {}
    assert document.undo_stack.count() == 0
    user.wait_until_idle()
    assert user.window.status.message.text() == "Finding peaks was cancelled"
    assert not user.window.status.progress.isVisible()
    user.choose_finders("classical")
    assert user.find().layers.keys() == {"classical"}


def test_the_status_bar_cancels_too(user, menthol) -> None:
    user.open(menthol)
    user.click(user.window.find_controls.button)
    user.qtbot.waitUntil(user.window.status.cancel_button.isVisible)
    with user.qtbot.waitSignal(user.window.finding.cancelled, timeout=20_000):
        user.click(user.window.status.cancel_button)
    user.qtbot.waitUntil(lambda: not user.window.status.progress.isVisible())


def own_model(name: str) -> None:
    """Put a model without weights into the user's library."""
    card = (bundled_folder() / "cnn.json").read_text(encoding="utf-8")
    user_folder().mkdir(parents=True, exist_ok=True)
    (user_folder() / f"{name}.json").write_text(card, encoding="utf-8")
    (user_folder() / f"{name}.safetensors").write_bytes(b"not weights")


def test_a_damaged_model_is_told_and_the_others_results_arrive(user, menthol) -> None:
    own_model("mine")
    document = user.open(menthol)
    user.choose_finders("classical", "mine")
    user.find()
    text = user.error_text()
    assert text.startswith("mine could not find peaks")
    assert "mine.safetensors" in text
    assert set(document.layers) == {"classical"}
    assert len(document.shown_peaks()) > 20
    assert "failed: mine" in user.window.status.message.text()


def remove_model(name: str) -> None:
    """Take a model away, as another program may."""
    for ending in (".json", ".safetensors"):
        (user_folder() / f"{name}{ending}").unlink()


def test_a_model_that_left_the_library_is_no_longer_asked(user, menthol) -> None:
    own_model("gone")
    assert user.open(menthol)
    user.choose_finders("gone", "classical")
    remove_model("gone")
    assert set(user.find().layers) == {"classical"}
    own_model("gone")
    user.choose_finders("gone")
    remove_model("gone")
    menu = user.window.find_controls.menu
    menu.popup(user.window.pos())
    assert [a.text() for a in menu.actions() if a.isCheckable() and a.isChecked()][:2] == [
        "Quantum (QuanvNN)",
        "CNN",
    ]
    user.qtbot.keyClick(menu, Qt.Key.Key_Escape)


def test_a_result_for_a_spectrum_that_changed_meanwhile_is_dropped(user, menthol) -> None:
    document = user.open(menthol)
    user.qtbot.wait(300)  # the first document lays the docks out, a moment later
    user.show_panel("processing")
    after(user, lambda: added(user, "Smoothing"))
    user.click(user.window.find_controls.button)
    user.undo()
    with user.qtbot.waitSignal(user.window.finding.cancelled, timeout=20_000):
        pass
    assert "changed while" in user.window.status.message.text()
    assert document.layers == {}


def test_closing_while_it_searches_ends_the_search(user, menthol) -> None:
    user.open(menthol)
    user.click(user.window.find_controls.button)
    user.press(Qt.Key.Key_Q, CTRL)
    assert not user.window.isVisible()
    assert not user.window.finding.is_running
    assert not jobs._running


def test_closing_while_a_spectrum_is_read_ends_the_reading(user, menthol) -> None:
    with user.qtbot.waitSignal(user.window.workspace.opening, timeout=20_000):
        user.drop(menthol)
    user.activate()
    user.qtbot.keyClick(user.window, Qt.Key.Key_Q, CTRL)
    assert not jobs._running
    assert user.window.workspace.documents == ()


def test_the_program_ends_well_when_its_window_closes_while_it_searches(
    menthol,
) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", CLOSES_WHILE_FINDING, str(menthol)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    noise = "This plugin does not support"
    assert [x for x in ended.stderr.splitlines() if noise not in x] == []
