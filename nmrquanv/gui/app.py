"""The application: log file, error dialog for what nobody caught, main window, warm-up."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from nmrquanv.gui import clipboard, theme
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.ending import Ending
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.gui.shell.scale import open_at
from nmrquanv.gui.warming import warm_up
from nmrquanv.paths import resource
from nmrquanv.processes import wait_asleep
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job
from nmrquanv.session.program_log import LOG_BYTES, log_path
from nmrquanv.session.requests import Request
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.version import __version__

_log = logging.getLogger(__name__)
_WARM_UP_AFTER_MS = 400


class UncaughtErrors(QObject):
    """Shows errors that nobody caught, on the GUI thread, and writes them to the log."""

    happened = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before = sys.excepthook
        self.happened.connect(self._show)

    def install(self) -> None:
        """Take the place of Python's own hook."""
        sys.excepthook = self._on_error

    def uninstall(self) -> None:
        """Give the hook back."""
        sys.excepthook = self._before

    def _on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        _log.error("uncaught error", exc_info=(kind, error, trace))
        self.happened.emit(error)

    def _show(self, error: BaseException) -> None:
        show_error("Something went wrong", error, self._window)


def start_log() -> logging.Handler:
    """Write warnings and worse, and our own messages, to a file in the user's data folder.

    Where that cannot be written, they go to standard error as without a window.
    """
    path = log_path()
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # append-only: a log
        handler = RotatingFileHandler(path, "a", LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError as error:
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        logging.getLogger("nmrquanv").warning("%s: no log is written (%s)", path, error.strerror)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("nmrquanv")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.info("nmrquanv %s, Python %s", __version__, sys.version.split()[0])
    return handler


def stop_log(handler: logging.Handler) -> None:
    """Close the log file."""
    logging.getLogger("nmrquanv").removeHandler(handler)
    handler.close()


def make_window(
    settings: Settings | None = None, retraining: Retraining | None = None
) -> MainWindow:
    """Return a window with an empty workspace of its own."""
    settings = settings or Settings()
    workspace = Workspace(settings)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(settings.theme, app)  # later it would polish every widget that there is
    window = MainWindow(workspace, settings, retraining=retraining)
    # the window shows the workspace, so it keeps it
    workspace.setParent(window)
    workspace.opened.connect(_note_format)
    return window


def _note_format(document: Document) -> None:
    """Write into the log of which format something was opened, not what or where it is."""
    source = document.dataset.source
    what = "FID" if isinstance(document.dataset.data, Fid) else "spectrum"
    _log.info("opened: %s, %s of %d points", source.format, what, document.spectrum.axis.size)


def main(paths: Sequence[str] = (), *, like: Request | None = None, warms_up: bool = True) -> int:
    """Open the window with these data sets; return when it is closed.

    Parameters
    ----------
    paths : sequence of str
    like : Request or None
        What is said of texts among them; None asks where they leave doubts.
    warms_up : bool
        Load beforehand what the first search needs.
    """
    wait_asleep()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("nmrquanv")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("nmrquanv")
    app.setWindowIcon(QIcon(str(resource("icons/nmrquanv.svg"))))
    handler = start_log()
    window = make_window()
    if window.settings.window_geometry.isEmpty():
        open_at(window, window.width(), window.height())
    errors = UncaughtErrors(window)
    errors.install()
    ending = Ending(window.work, window.closing, window)
    ending.install(app)
    app.styleHints().colorSchemeChanged.connect(window.appearance.apply_theme)
    window.show()
    window.opening.open_paths(paths, like)
    if warms_up:
        job = Job(warm_up)
        QTimer.singleShot(_WARM_UP_AFTER_MS, job, lambda: start_unless_closed(job, window))
    try:
        return app.exec()
    finally:
        ending.uninstall()
        errors.uninstall()
        stop_log(handler)
        clipboard.leave()


def start_unless_closed(job: Job, window: MainWindow) -> None:
    """Start background work if there still is a window that wants it."""
    if window.isVisible():
        job.start()
