"""Fixtures shared by all tests, and what every test must leave behind: nothing.

No window on the screen, no settings or models of the person who runs the tests, no thread, child
process or open window after a test. A skip is a failure unless its reason begins with
``only on`` (a platform).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def examples() -> Path:
    """Folder of the bundled real spectra: always there."""
    return ROOT / "resources" / "example_spectra"


@pytest.fixture(scope="session")
def shared_data() -> Path | None:
    """Folder of the shared real spectra, or None where the checkout stands alone."""
    folder = ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


_LONG = ("benchmarks", "faults", "flows")
"""Folders whose files take long: one that comes last would leave the other processes idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; let what measures time measure again.

    Other work only adds to a time: a slow program is slow three times.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: not (item.path in slow or item.path.parent.name in _LONG))
    for item in items:
        if item.get_closest_marker("measures_time"):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(autouse=True)
def _own_settings_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test empty settings and an empty library of models, away from the user's."""
    monkeypatch.setenv("NMRQUANV_SETTINGS", str(tmp_path / "nmrquanv-settings.json"))
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "nmrquanv-data"))


@pytest.fixture(autouse=True)
def _the_same_draws() -> None:
    """Let a test draw the same starting weights whichever tests ran before it."""
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(autouse=True)
def _nothing_stays_down() -> Iterator[None]:
    """Let go of mouse and keys after a test: Qt keeps for the whole process what is pressed."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QWidget

    buttons = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
    if QApplication.instance() is None:
        return
    from PySide6.QtTest import QTest

    down = QApplication.mouseButtons()
    for button in buttons:
        if down & button:
            QTest.mouseRelease(QWidget(), button)
    if QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
        assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> None:
    """Hear Ctrl+C, and let children hear it, also where whoever started the tests ignores it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _tracker() -> None:
    """Start the one process of multiprocessing that lives as long as ours, before any test."""
    resource_tracker.ensure_running()


@pytest.fixture(scope="session")
def qapp(qapp):
    """Have the one application, whose objects no thread of the test runner's collects."""
    from nmrquanv.session.collecting import collect_in_gui_thread

    collect_in_gui_thread()
    return qapp


@pytest.fixture(scope="module", autouse=True)
def _few_objects() -> None:
    """Let the collector look at a module's own objects alone, after what the one before left.

    It runs in the window's thread, and looks for most of a second through what a process of
    thousands of tests has loaded. Tests never rest, so it is told when; at the end of a module
    pytest still holds what its last test had.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or a visible window behind."""
    before = _running()
    yield
    deadline = time.monotonic() + 3.0
    while left := _running() - before:
        if time.monotonic() > deadline:
            pytest.fail("left behind: " + ", ".join(sorted(left)))
        time.sleep(0.01)


def _running() -> set[str]:
    """Return what runs or shows now, by a name that no other has."""
    threads = {
        f"thread {thread.name} ({thread.ident})"
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread)  # Qt's, which are asked below
    }
    return threads | _children() | _qt_running()


def _children() -> set[str]:
    """Return the child processes of all our threads (where the system tells: Linux)."""
    found: set[str] = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            pids = listing.read_text().split()
        except OSError:  # the thread has ended meanwhile
            continue
        found.update(f"child process {pid}" for pid in pids)
    return found


def _qt_running() -> set[str]:
    """Return running QThreads and QProcesses and visible windows, if Qt was loaded at all."""
    if "PySide6.QtCore" not in sys.modules:
        return set()
    from PySide6.QtCore import QCoreApplication, QEvent, QProcess, QThread
    from shiboken6 import Shiboken

    application = QCoreApplication.instance()
    if application is None:
        return set()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()
    found: list[object] = []
    for thing in Shiboken.getAllValidWrappers():
        if isinstance(thing, QThread):
            found += [thing] if thing.isRunning() and thing != application.thread() else []
        elif isinstance(thing, QProcess):
            found += [thing] if thing.state() != QProcess.ProcessState.NotRunning else []
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtWidgets import QApplication

        found += [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return {repr(thing) for thing in found}


_ALLOWED_SKIP = "only on"


def _fail_a_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    if not reason.removeprefix("Skipped: ").startswith(_ALLOWED_SKIP):
        report.outcome = "failed"
        report.longrepr = f"unexpected skip: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_a_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_a_skip(report)
    return report


@pytest.fixture
def run_command(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in this process: ``run_command("info", path) -> code, out, err``."""
    from nmrquanv.cli import execute

    def run(*words: object) -> tuple[int, str, str]:
        capsysbinary.readouterr()
        code = execute([str(word) for word in words])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


class Mouse:
    """Real mouse events for a plot, in pixels of its view: QTest's drags carry no buttons."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt

        self.left, self.right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
        self.middle, self.none = Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
        self.ctrl, self.shift = (
            Qt.KeyboardModifier.ControlModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        self.alt, self.plain = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier

    def place(self, view, ppm: float, height: float | None = None, *, up: float = 0.0):
        """Where a chemical shift stands, in pixels of the view; its middle without a height."""
        rect = view.view_box.rect()
        y = rect.center().y() if height is None else float(view.trace.y_px(height)) - up
        return float(view.trace.x_px(ppm)), y

    def mark(self, view, peak_id: str) -> tuple[float, float]:
        """Where the middle of a peak's mark stands, in pixels of the view."""
        working = view.markers._working
        index = [peak.id for peak in working.peaks].index(peak_id)
        x, _, foot = view.markers.places()
        return float(x[index]), float(foot[index] - working.sign[index] * 9.0)

    def move(self, view, at, modifiers=None, *, buttons=None) -> None:
        """Move the mouse there."""
        from PySide6.QtCore import QEvent

        self._send(view, QEvent.Type.MouseMove, at, self.none, buttons or self.none, modifiers)

    def click(self, view, at, modifiers=None, *, button=None, is_double: bool = False) -> None:
        """Press and release there; with ``is_double`` twice."""
        from PySide6.QtCore import QEvent

        button = button or self.left
        presses = [QEvent.Type.MouseButtonPress]
        presses += [QEvent.Type.MouseButtonDblClick] if is_double else []
        self.move(view, at, modifiers)
        for press in presses:
            self._send(view, press, at, button, button, modifiers)
            self._send(view, QEvent.Type.MouseButtonRelease, at, button, self.none, modifiers)

    def drag(self, view, start, end, modifiers=None, *, button=None, steps: int = 5) -> None:
        """Press at one place, move in steps, release at another."""
        from PySide6.QtCore import QEvent

        button = button or self.left
        self.move(view, start, modifiers)
        self._send(view, QEvent.Type.MouseButtonPress, start, button, button, modifiers)
        for step in range(1, steps + 1):
            share = step / steps
            at = tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
            self.move(view, at, modifiers, buttons=button)
        self._send(view, QEvent.Type.MouseButtonRelease, end, button, self.none, modifiers)

    def wheel(self, view, at, turns: float, modifiers=None) -> None:
        """Turn the wheel there, away from the user for positive turns."""
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        viewport, place = view.plot.viewport(), self._in_viewport(view, at)
        event = QWheelEvent(
            QPointF(place),
            QPointF(viewport.mapToGlobal(place)),
            QPoint(),
            QPoint(0, round(120 * turns)),
            self.none,
            modifiers or self.plain,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    def _in_viewport(self, view, at):
        from PySide6.QtCore import QPointF

        return view.plot.mapFromScene(view.view_box.mapToScene(QPointF(*at)))

    def _send(self, view, kind, at, button, buttons, modifiers) -> None:
        from PySide6.QtCore import QPointF
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        viewport, place = view.plot.viewport(), QPointF(self._in_viewport(view, at))
        where = QPointF(viewport.mapToGlobal(place.toPoint()))
        event = QMouseEvent(kind, place, where, button, buttons, modifiers or self.plain)
        QApplication.sendEvent(viewport, event)


@pytest.fixture
def mouse(qapp) -> Iterator[Mouse]:
    """Give a mouse that reaches pyqtgraph, which otherwise drops moves that come too fast."""
    import pyqtgraph as pg

    before = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield Mouse()
    pg.setConfigOption("mouseRateLimit", before)
