"""The program itself, worked on by real events, until a signal ends it; started by a test.

``python tests/faults/ending_flows.py first PATH`` opens a data set, searches, and edits it with
mouse and keys as fast as it can be done; ``... second`` starts the program anew and opens what can
be recovered by a click. Each prints what the document holds as a line of JSON, and goes on running.
``first`` waits for a signal, ``second`` closes the window and answers Don't Save. Likewise
``begins PATH`` starts a training and a study, with stand-ins for both, and ``finds`` says what the
next window knows of them, looks at both by a click, and ends them.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Generator
from pathlib import Path

from driving import tell
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from nmrquanv.cli import main
from nmrquanv.gui.dialogs.recovery import RecoveryDialog
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.io.document_file import json_of
from nmrquanv.paths import user_data
from nmrquanv.session import retraining, study_run
from nmrquanv.session.document import Document
from nmrquanv.session.storing import packed
from nmrquanv.session.study_run import StudyChoice

_STAND_INS = Path(__file__).resolve().parents[1] / "session"

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
Steps = Generator[Callable[[], object], None, None]


def content(document: Document) -> dict[str, object]:
    """Return what a document holds, as values that two processes can compare."""
    one = packed(document.name, document.state, document.spectrum, "0")
    arrays = {n: hashlib.sha256(a.tobytes()).hexdigest() for n, a in one.arrays.items()}
    stored = hashlib.sha256(json_of(one.stored)).hexdigest()
    counts = [len(document.peaks), len(document.layers), len(document.tombstones)]
    return {"stored": stored, "arrays": arrays, "counts": counts, "name": document.name}


def windows() -> list[MainWindow]:
    """Return the main window, once it is there."""
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]


def click(window: MainWindow, ppm: float, modifiers: Qt.KeyboardModifier) -> None:
    """Click in the middle of the plot's height."""
    view = window.view
    at = QPointF(float(view.trace.x_px(ppm)), view.view_box.rect().center().y())
    place = QPointF(view.plot.mapFromScene(view.view_box.mapToScene(at)))
    viewport = view.plot.viewport()
    where = QPointF(viewport.mapToGlobal(place.toPoint()))
    for kind, button, buttons in (
        (QEvent.Type.MouseMove, NONE, NONE),
        (QEvent.Type.MouseButtonPress, LEFT, LEFT),
        (QEvent.Type.MouseButtonRelease, LEFT, NONE),
    ):
        event = QMouseEvent(kind, place, where, button, buttons, modifiers)
        QApplication.sendEvent(viewport, event)


def first() -> Steps:
    """Open, find, and edit."""
    (window,) = windows()
    yield lambda: window.workspace.current is not None
    document = window.workspace.current
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    yield lambda: len(document.layers) > 0 and not window.finding.is_running
    found = len(document.peaks)
    assert found > 10
    QTest.keyClick(window, Qt.Key.Key_P)
    high, low = window.view.visible_ppm()
    click(window, low + 0.31 * (high - low), Qt.KeyboardModifier.AltModifier)
    yield lambda: len(document.peaks) == found + 1
    window.view.editing.select((document.shown_peaks().peaks[3].id,))
    QTest.keyClick(window, Qt.Key.Key_Delete)
    yield lambda: len(document.tombstones) == 1
    document.edit.add_integral(3.5, 3.3)
    tell(edited=content(document))


def second() -> Steps:
    """Open what can be recovered."""
    (window,) = windows()
    yield lambda: window.dialogs.recovery is not None
    dialog = window.dialogs.recovery
    assert isinstance(dialog, RecoveryDialog)
    item = dialog.list.topLevelItem(0)
    listed = [item.text(column) for column in range(5)]
    QTest.mouseClick(dialog.open_button, LEFT)
    yield lambda: window.workspace.current is not None
    document = window.workspace.current
    tell(recovered=content(document), listed=listed, is_modified=window.isWindowModified())
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert document.has_unsaved_edits
    window.close()
    yield lambda: window.closing.question is not None
    box = window.closing.question
    assert isinstance(box, QMessageBox)
    (without,) = (b for b in box.buttons() if b.text().replace("&", "") == "Don't Save")
    QTest.mouseClick(without, LEFT)


def begins() -> Steps:
    """Start work that outlives the window."""
    (window,) = windows()
    yield lambda: window.workspace.current is not None
    document = window.workspace.current
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    yield lambda: len(document.layers) > 0 and not window.finding.is_running
    document.edit.add_region(9.0, 0.5)
    window.dialogs.show_training()
    dialog = window.dialogs.training
    yield dialog.start_button.isEnabled
    QTest.mouseClick(dialog.start_button, LEFT)
    # not where the next window would look first
    window.study_run.start(StudyChoice("scaling", "quick", str(user_data() / "elsewhere")))
    yield lambda: window.retraining.epochs and window.study_run.progress
    tell(began=[window.notices.training.text(), window.notices.study.text()])


def finds() -> Steps:
    """Look for it in another window."""
    (window,) = windows()
    training, study = window.notices.training, window.notices.study
    yield lambda: training.isVisible() and study.isVisible()
    yield lambda: window.retraining.epochs and window.study_run.progress
    yield lambda: window.dialogs.recovery is not None
    window.dialogs.recovery.close()
    QTest.mouseClick(training, LEFT)
    QTest.mouseClick(study, LEFT)
    yield lambda: window.dialogs.training.isVisible() and window.side_pages.study.isVisible()
    tell(found=[training.text(), study.text()], folder=window.study_run.choice.folder)
    window.retraining.cancel()
    window.study_run.kill()
    yield lambda: not (training.isVisible() or study.isVisible())
    window.close()


class Steward(QObject):
    """Takes the next step as soon as what was waited for has come."""

    def __init__(self, steps: Callable[[], Steps]) -> None:
        super().__init__()
        self._make, self._steps = steps, None
        self._until: Callable[[], object] = windows
        self._timer = QTimer(self, interval=10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        if not self._until():
            return
        self._steps = self._steps or self._make()
        try:
            self._until = next(self._steps)
        except StopIteration:
            self._timer.stop()


def run() -> int:
    """Run the program's own command line with somebody at its window."""
    app = QApplication(sys.argv[:1])
    what, *paths = sys.argv[1:]
    steps = {"first": first, "second": second, "begins": begins, "finds": finds}[what]
    steward = Steward(steps)
    for module, stand_in in ((retraining, "fake_training.py"), (study_run, "fake_study.py")):
        command = [sys.executable, str(_STAND_INS / stand_in), "waits"]
        module.own_command_line = lambda *_words, command=command: command
    sys.argv = ["nmrquanv", *paths]
    code = main()
    del steward, app
    return code


if __name__ == "__main__":
    sys.exit(run())
