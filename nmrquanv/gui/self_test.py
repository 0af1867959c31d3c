"""The whole main job in a window of its own, step by step: whether an installation works.

Run by ``nmrquanv --self-test``, in an event loop, with settings, data and files in a temporary
folder: nothing of the user's is read or changed.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QApplication

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import NETWORKS
from nmrquanv.gui.app import make_window
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.gui.plot.figures import figure_of, write_figure
from nmrquanv.io.spectra_formats import SPECTRUM_FORMATS, write_spectrum
from nmrquanv.io.tables.formats import FORMATS, read_peaks, write_peaks
from nmrquanv.paths import resource
from nmrquanv.processes import describe
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of, spectrum_export_of
from nmrquanv.session.peak_finding import Search
from nmrquanv.session.settings import Settings
from nmrquanv.version import __version__

EXAMPLE = "example_spectra/bruker_1h_aspirin_fidonly/1"
_WAIT_S, _WORK_S = 120.0, 600.0
"""How long nothing may happen in a step, and how long it may work."""

_SIGN_S = 2.0
"""Processor time that is work: looking every 20 ms whether a step is over takes less in _WAIT_S."""

_LOOK_MS = 20

Say = Callable[[str], None]
Steps = Generator[Callable[[], bool], None, None]


class SelfTestError(NmrQuanvError):
    """Something of the installation does not work: says which step."""


def run(folder: Path, say: Say) -> bool:
    """Do all steps and say each; tell whether all went well.

    Parameters
    ----------
    folder : Path
        Empty; for everything that is written.
    say : callable
        Takes one line.
    """
    app = QApplication.instance() or QApplication(["nmrquanv"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    test = _Test(folder, say)
    driver = _Driver(test.steps(), app)
    QTimer.singleShot(0, driver, driver.go_on)
    app.exec()
    if driver.failure is None:
        say(f"nmrquanv {__version__} works")
        return True
    say(f"self-test failed after '{test.last}': {describe(driver.failure)}")
    if not isinstance(driver.failure, NmrQuanvError):
        say("".join(traceback.format_exception(driver.failure)).rstrip())
    return False


@dataclass(slots=True)
class _Patience:
    """Tells a step that hangs from one that a busy computer gives little time to."""

    began: float = field(default_factory=time.process_time)
    seen: float = field(default_factory=time.process_time)
    since: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        """Raise a SelfTestError once a step stands still, or has worked for too long."""
        worked, now = time.process_time(), time.monotonic()
        if worked - self.seen > _SIGN_S:
            self.seen, self.since = worked, now
        if now - self.since > _WAIT_S:
            raise SelfTestError(f"nothing happened for {_WAIT_S:g} s")
        if worked - self.began > _WORK_S:
            raise SelfTestError(f"not done after {_WORK_S:g} s of the processor")


class _Driver(QObject):
    """Goes from step to step inside the event loop."""

    def __init__(self, steps: Steps, app: QCoreApplication) -> None:
        super().__init__()
        self._steps, self._app = steps, app
        self._is_over: Callable[[], bool] = lambda: True
        self._patience = _Patience()
        self.failure: Exception | None = None

    def go_on(self) -> None:
        """Take the next step once the one before is over."""
        try:
            if self._is_over():
                self._is_over, self._patience = next(self._steps), _Patience()
            else:
                self._patience.check()
        except StopIteration:
            self._app.quit()
            return
        except Exception as error:  # noqa: BLE001  (the last place that can say it)
            self.failure = error
            self._steps.close()
            self._app.quit()
            return
        QTimer.singleShot(_LOOK_MS, self, self.go_on)


@dataclass(slots=True)
class _Test:
    folder: Path
    say: Say
    last: str = "start"
    windows: list[MainWindow] = field(default_factory=list)

    def steps(self) -> Steps:
        """Do the main job; every yield waits."""
        try:
            window = self._new_window()
            yield from self._open(window, resource(EXAMPLE))
            document = _shown(window)
            self._tell(f"opened {document.name}: {document.spectrum.axis.size} points")
            yield from self._find(window, document)
            _edit(document)
            self._tell(f"edited: {len(document.peaks)} peaks in the list")
            path = self.folder / "self-test.nmrq"
            window.workspace.save(document, path)
            yield path.is_file
            yield lambda: not document.has_unsaved_edits
            self._tell(f"saved {path.stat().st_size} bytes")
            again = self._new_window()
            yield from self._open(again, path)
            _compare(document, _shown(again))
            self._tell("opened again: the same peaks")
            self._export(document)
        finally:
            self._close_all()

    def _tell(self, text: str) -> None:
        self.last = text
        self.say(text)

    def _new_window(self) -> MainWindow:
        window = make_window(Settings(self.folder / "settings.json"))
        self.windows.append(window)
        window.show()
        return window

    def _open(self, window: MainWindow, path: Path) -> Steps:
        errors: list[Exception] = []
        window.workspace.open_failed.connect(lambda _path, error: errors.append(error))
        window.workspace.open(path)
        yield lambda: bool(window.workspace.documents or errors)
        if errors:
            raise errors[0]

    def _find(self, window: MainWindow, document: Document) -> Steps:
        window.finding.start(document, Search(NETWORKS))
        yield lambda: not window.finding.is_running
        for name in NETWORKS:
            found = document.shown_layer(name) if name in document.layers else ()
            if not len(found):
                raise SelfTestError(f"{name} found no peaks")
            self._tell(f"{name} found {len(found)} peaks")

    def _export(self, document: Document) -> None:
        export = export_of(document)
        for form in FORMATS:
            path = self.folder / f"peaks{form.ending}"
            write_peaks(path, export, form)
            if form.is_read and len(read_peaks(path).peaks) != len(export.peaks):
                raise SelfTestError(f"{path.name} is not read as it was written")
        spectrum = spectrum_export_of(document)
        for kind in SPECTRUM_FORMATS:
            write_spectrum(self.folder / f"spectrum{kind.ending or '_bruker'}", spectrum, kind)
        figure = figure_of(document, document.spectrum.axis.limits_ppm)
        for ending in (".png", ".svg"):
            write_figure(self.folder / f"figure{ending}", figure)
        count = len(FORMATS) + len(SPECTRUM_FORMATS)
        self._tell(f"exported peaks and spectrum in {count} formats, and the figure in two")

    def _close_all(self) -> None:
        for window in self.windows:
            window.closing.agree()
            window.close()
            window.deleteLater()


def _shown(window: MainWindow) -> Document:
    document = window.workspace.current
    if document is None:
        raise SelfTestError("no document is shown")
    return document


def _edit(document: Document) -> None:
    """Add, move, confirm and delete peaks, each undone once and done again."""
    first, second, third, *_ = document.peaks
    added = document.edit.add_peak(0.5 * (first.ppm + second.ppm), snap=False)
    document.edit.move_peak(added, 0.4 * first.ppm + 0.6 * second.ppm)
    document.edit.confirm_peaks([second.id])
    document.edit.delete_peaks([third.id])
    edited = document.peaks
    for _ in range(4):
        document.undo_stack.undo()
    if document.peaks == edited:
        raise SelfTestError("undo took nothing back")
    for _ in range(4):
        document.undo_stack.redo()
    if document.peaks != edited:
        raise SelfTestError("redo does not bring back what undo took")


def _compare(document: Document, again: Document) -> None:
    """Raise a SelfTestError if a document was not read as it was saved."""
    different = [name for name, one, other in _pairs(document, again) if one != other]
    if different:
        raise SelfTestError(f"the saved document has other {', '.join(different)}")


def _pairs(document: Document, again: Document) -> Iterator[tuple[str, object, object]]:
    yield "peaks", document.peaks.peaks, again.peaks.peaks
    yield "tombstones", document.tombstones, again.tombstones
    yield "layers", sorted(document.layers), sorted(again.layers)
    yield "axis", document.spectrum.axis, again.spectrum.axis
