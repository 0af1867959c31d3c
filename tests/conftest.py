"""Fixtures shared by all tests, and what every test must leave behind: nothing.

No window on the screen, no settings or models of the person who runs the tests, no thread, child
process or open window after a test. A skip is a failure unless its reason begins with
``only on`` (a platform).
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
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


@pytest.fixture(autouse=True)
def _own_settings_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test empty settings and an empty library of models, away from the user's."""
    monkeypatch.setenv("NMRQUANV_SETTINGS", str(tmp_path / "nmrquanv-settings.ini"))
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "nmrquanv-data"))


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
