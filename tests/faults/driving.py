"""Steps through the window inside its real event loop, where deferred deletes happen.

A flow is a generator function that gets a :class:`Stage`. It does one thing as a person would,
then yields what it waits for: a function that tells when to go on, or nothing for the next turn
of the loop. Everything between two yields runs in a slot of a timer within ``app.exec()``; so
what the program lets go of is destroyed before the next step, as it is in the user's hands and
never under ``processEvents()``.

A fault is whatever escapes: an exception of a flow or of a slot, a warning of Qt, a step that
stands still. A crash ends the process: run flows in one of their own.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import QObject, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

from nmrquanv.gui.main_window import MainWindow
from nmrquanv.progress import Report, silent_report
from nmrquanv.session import child, jobs
from nmrquanv.session.asking import FindPeaks, find_with_models
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import PeakFinding
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.settings import Settings
from nmrquanv.session.study_run import StudyRun
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Spectrum

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "example_spectra"
MENTHOL = EXAMPLES / "bruker_1h_menthol" / "10"
SECOND = EXAMPLES / "bruker_1h_aspirin_fidonly" / "1"
_STAND_INS = Path(__file__).resolve().parents[1] / "session"
WAIT_S = 30.0
HANGS_AFTER_S = 60.0
_IGNORED = (
    "This plugin does not support",  # the offscreen platform has no window manager
    "OpenType support missing",  # fonts of this computer, for a script that was chosen
)

_W = TypeVar("_W", bound=QWidget)
Steps = Generator[Callable[[], object] | None, None, None]


class Stage:
    """A main window of its own, and what a person does with it."""

    def __init__(self, folder: Path, find: FindPeaks = find_with_models) -> None:
        self.settings = Settings(folder / "settings.ini")
        self.folder, self._find = folder, find
        self.window = self.new_window()

    def new_window(self) -> MainWindow:
        """Open the window anew, as a second start of the program does."""
        workspace = Workspace(self.settings)
        self.window = MainWindow(
            workspace,
            self.settings,
            PeakFinding(self._find),
            Retraining([sys.executable, str(_STAND_INS / "fake_training.py"), "better"]),
            StudyRun([sys.executable, str(_STAND_INS / "fake_study.py"), "finishes"]),
        )
        workspace.setParent(self.window)
        self.window.show()
        return self.window

    @property
    def document(self) -> Document:
        """The document that is shown."""
        document = self.window.workspace.current
        assert document is not None
        return document

    def do(self, action: str) -> None:
        """Trigger one of the window's actions."""
        assert self.window.actions_by_id[action].isEnabled(), f"'{action}' is greyed out"
        self.window.actions_by_id[action].trigger()

    def open(self, path: Path | str = MENTHOL) -> Callable[[], bool]:
        """Open a data set; the answer tells when it is shown."""
        before = len(self.window.workspace.documents)
        self.window.opening.open_paths((str(path),))
        return lambda: len(self.window.workspace.documents) == before + 1

    def find(self) -> Callable[[], bool]:
        """Find peaks; the answer tells when it is over."""
        self.do("find")
        return lambda: not self.window.finding.is_running

    def close_document(self) -> None:
        """Close the document that is shown without being asked about its edits."""
        self.document.mark_saved()
        self.do("close")

    def shown(self, kind: type[_W]) -> list[_W]:
        """Return the windows of a kind that are open: dialogs, menus."""
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        return [w for w in shown if isinstance(w, kind)]

    def close(self) -> None:
        """Close the window without a question, and everything that it runs."""
        if Shiboken.isValid(self.window):
            self.window.closing.agree()
            self.window.close()
            self.window.deleteLater()


class Driver(QObject):
    """Runs flows one after the other, each in an event loop; keeps what went wrong.

    Parameters
    ----------
    collects : bool
        Collect garbage between any two steps: what only a reference circle keeps is destroyed
        at once, not at a time of its own choosing.
    """

    def __init__(self, *, collects: bool = False) -> None:
        super().__init__()
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication)
        self._app, self._collects = app, collects
        app.setQuitOnLastWindowClosed(False)
        self.faults: list[str] = []
        self.longest_s = self.longest_cpu_s = 0.0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)
        self._steps: Steps = iter(())  # type: ignore[assignment]
        self._until: Callable[[], object] | None = None
        self._deadline = self._last = self._last_cpu = 0.0
        sys.excepthook = self._on_error
        sys.unraisablehook = lambda about: self._on_error(
            type(about.exc_value), about.exc_value, about.exc_traceback
        )
        hear_qt(self._on_message)
        faulthandler.enable()

    def run(self, steps: Steps) -> None:
        """Step through a flow within ``exec()`` and return when it has ended."""
        self._steps, self._until = steps, None
        self._last, self._last_cpu = time.monotonic(), time.thread_time()
        gc.collect()
        gc.freeze()  # what is there now need not be looked through at each step
        self._timer.start()
        self._app.exec()
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()

    def _step(self) -> None:
        now, cpu = time.monotonic(), time.thread_time()
        if now - self._last > self.longest_s:
            self.longest_s, self.longest_cpu_s = now - self._last, cpu - self._last_cpu
        self._last, self._last_cpu = now, cpu
        faulthandler.dump_traceback_later(HANGS_AFTER_S, exit=True)
        try:
            if self._until is not None:
                if not self._until():
                    self._timer.setInterval(2)
                    if now > self._deadline:
                        raise TimeoutError(f"waited {WAIT_S:.0f} s in vain")
                    return
                self._until = None
            if self._collects:
                gc.collect()
            self._until = next(self._steps)
            self._timer.setInterval(0)
            self._deadline = time.monotonic() + WAIT_S
        except StopIteration:
            self._app.exit()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what is looked for)
            self.faults.append("".join(traceback.format_exception(error)))
            self._steps.close()
            self._app.exit()

    def _on_error(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.faults.append("".join(traceback.format_exception(error)) if error else str(kind))

    def _on_message(self, kind: QtMsgType, _context: object, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not text.startswith(_IGNORED):
            self.faults.append(f"Qt: {text}")


def hear_qt(listener: Callable[[QtMsgType, object, str], object]) -> None:
    """Let a function hear what Qt says, until Python ends.

    Qt may speak once more while the process goes down. With a function of Python as its listener
    that is a crash.
    """
    qInstallMessageHandler(listener)
    atexit.register(qInstallMessageHandler, None)


def find_slowly(
    spectrum: Spectrum, model: str, *, report: Report = silent_report, **how: object
) -> PeakList:
    """Find the tallest points in a tenth of a second, so that there is time to break it off."""
    for part in range(20):
        report(part, 20, "looking")
        time.sleep(0.005)
    return find_at_once(spectrum, model, report=report, **how)


def find_at_once(
    spectrum: Spectrum, model: str, *, report: Report = silent_report, **_how: object
) -> PeakList:
    """Find the tallest points."""
    report(0, 1, "looking")
    trace, axis = spectrum.trace, spectrum.axis
    points = np.sort(np.argsort(trace)[-40:])
    peaks = tuple(
        Peak(
            axis.ppm(float(point)),
            float(trace[point]),
            snr=1e4,
            fwhm_hz=1.0,
            confidence=0.9,
            finder=model,
        )
        for point in points
    )
    return PeakList(peaks, Provenance(model, settings={"polarity": "auto"}), 1.0)


def tell(**what: object) -> None:
    """Print a line of JSON at once, so that it is read even if the process crashes next."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def own_folder() -> Path:
    """Return a new folder for settings, models and files, and let the program use it."""
    folder = Path(tempfile.mkdtemp(prefix="nmrquanv-faults-"))
    os.environ["NMRQUANV_SETTINGS"] = str(folder / "settings.ini")
    os.environ["NMRQUANV_DATA"] = str(folder / "data")
    return folder


def shut_down() -> None:
    """Wait for everything that runs beside the windows."""
    jobs.shut_down()
    child.shut_down()
