"""From a click to the synthetic twin's figures in the comparison, and to the twin itself."""

from __future__ import annotations

from typing import cast
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, SignalInstance, Slot
from PySide6.QtWidgets import QWidget

from nmrquanv.finders import Polarity
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.panels.twin_box import TwinBox
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.background_measure import Measuring
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings
from nmrquanv.session.twins import MeasuredTwin, opened_twin, twin_work
from nmrquanv.session.work import Work


class TwinCommands(QObject):
    """Measures twins and keeps, for each open document, what came of it.

    Parameters
    ----------
    work : Work
    settings : Settings
        For the sign of the lines that finders look for.
    box : TwinBox
        Where it is asked for and shown.
    status : StatusBar
    window : QWidget
    """

    def __init__(
        self, work: Work, settings: Settings, box: TwinBox, status: StatusBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._work, self._settings = work, settings
        self._box, self._status, self._window = box, status, window
        self._document: Document | None = None
        self._measured: WeakKeyDictionary[Document, MeasuredTwin] = WeakKeyDictionary()
        self.measuring = Measuring(self)
        self._connect()

    @Slot()
    def measure(self) -> None:
        """Measure the twin of the document that is shown."""
        document = self._work.document
        if document is None:
            return
        if not len(document.shown_peaks()):
            self._status.say("Find peaks first: a twin is made of the lines of the list")
            return
        polarity = cast(Polarity, self._settings.polarity)
        self.measuring.start(document, twin_work(document, polarity))

    @Slot()
    def open_twin(self) -> None:
        """Open the twin of the document that is shown as a spectrum of its own."""
        document = self._work.document
        measured = self._measured.get(document) if document is not None else None
        if document is not None and measured is not None:
            name = f"twin of {document.name}"
            self._work.workspace.open_made(name, lambda _report: opened_twin(measured))

    def _connect(self) -> None:
        run, box, workspace = self.measuring, self._box, self._work.workspace
        box.measure_wanted.connect(self.measure)
        box.cancel_wanted.connect(run.cancel)
        box.open_wanted.connect(self.open_twin)
        run.started.connect(self._refresh)
        run.progressed.connect(self._on_progressed)
        run.succeeded.connect(self._on_succeeded)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(self._on_cancelled)
        workspace.current_changed.connect(self._on_current_changed)
        workspace.documents_changed.connect(self._on_documents_changed)

    @Slot(object)
    def _on_current_changed(self, document: Document | None) -> None:
        for signal in self._signals():
            signal.disconnect(self._refresh)
        self._document = document
        for signal in self._signals():
            signal.connect(self._refresh)
        self._refresh()

    def _signals(self) -> tuple[SignalInstance, ...]:
        document = self._document
        if document is None or document.is_closed:
            return ()
        return document.shown_peaks_changed, document.spectrum_changed

    @Slot()
    def _on_documents_changed(self) -> None:
        """Measure no document that was closed."""
        running = self.measuring.document
        if running is not None and running not in self._work.workspace.documents:
            self.measuring.cancel(running)

    @Slot(int, int, str)
    def _on_progressed(self, done: int, total: int, text: str) -> None:
        if self.measuring.document is self._document:
            self._box.show_progress(done, total, text)

    @Slot(object, object)
    def _on_succeeded(self, document: Document, measured: MeasuredTwin) -> None:
        self._measured[document] = measured
        self._status.announce(f"The twin of {document.name} is measured: see Comparison")
        self._refresh()

    @Slot(object, object)
    def _on_failed(self, _document: Document, error: Exception) -> None:
        self._refresh()
        show_error("The twin could not be measured", error, self._window)

    @Slot(object)
    def _on_cancelled(self, document: Document) -> None:
        if not document.is_closed:
            self._status.say("Measuring the twin was cancelled")
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Show where the document in view stands."""
        document, box = self._document, self._box
        if document is None or document.is_closed:
            box.show_running(is_running=False)
            box.set_possible(is_possible=False)
            box.show_result(None)
            return
        box.show_running(is_running=self.measuring.document is document)
        box.set_possible(is_possible=bool(len(document.shown_peaks())))
        measured = self._measured.get(document)
        box.show_result(measured, is_stale=measured is not None and not measured.is_of(document))
