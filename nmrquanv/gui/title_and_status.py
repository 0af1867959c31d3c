"""What a window says of the document that it shows: title with its star, status bar, source."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from nmrquanv.gui.find_controls import FindControls
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.source_box import SourceBox
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document


class WindowFacts(QObject):
    """Follows one document at a time.

    Parameters
    ----------
    window : QMainWindow
        Gets the title.
    status, source_box, find_controls
        Say, each in its place, what the document is and whether peaks can be looked for.

    Signals
    -------
    refreshed()
        Something else is to be said: what can be done may have changed too.
    """

    refreshed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        status: StatusBar,
        source_box: SourceBox,
        find_controls: FindControls,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._status, self._source_box = status, source_box
        self._find_controls = find_controls
        self._document: Document | None = None

    def set_document(self, document: Document | None) -> None:
        """Follow another document, or none."""
        if (old := self._document) is not None:
            for signal in _facts_of(old):
                signal.disconnect(self._refresh)
            old.shown_peaks_changed.disconnect(self._refresh_notes)
            old.undo_stack.indexChanged.disconnect(self.refresh_star)
        self._document = document
        if document is not None:
            for signal in _facts_of(document):
                signal.connect(self._refresh)
            document.shown_peaks_changed.connect(self._refresh_notes)
            document.undo_stack.indexChanged.connect(self.refresh_star)
        self._refresh()

    def follow_cursor(self, view: SpectrumView) -> None:
        """Say in the status bar what the mouse is at, and how far two chosen peaks are apart."""

        def show(x: float | None, value: float | None) -> None:
            axis = self._document.spectrum.axis if self._document is not None else None
            has_hz = axis is not None and axis.has_hz and not view.shows_fid
            hz = axis.hz(x) if axis is not None and has_hz and x is not None else None
            unit = "s" if view.shows_fid else "ppm"
            if unit == "ppm" and view.axis.unit == "points" and axis is not None and x is not None:
                x, unit, hz = axis.point(x), "points", None
            self._status.show_cursor(x, value, unit, hz)

        view.cursor_moved.connect(show)
        view.editing.selection_changed.connect(self._on_selected)

    @Slot(object)
    def _on_selected(self, ids: tuple[str, ...]) -> None:
        """Say how far two selected peaks are apart: a coupling is read so."""
        if self._document is None or len(ids) != 2:
            return
        axis, peaks = self._document.spectrum.axis, self._document.shown_peaks()
        first, second = (peaks.find(one) for one in ids)
        if first is not None and second is not None:
            apart = abs(first.ppm - second.ppm)
            hz = f", {fixed(apart * axis.sf_mhz, 2)} Hz" if axis.has_hz else ""
            self._status.say(f"Two peaks, {fixed(apart, 4)} ppm{hz} apart")

    @Slot()
    def _refresh(self, *_: object) -> None:
        document = self._document
        title = "nmrquanv" if document is None else f"{document.name}[*] – nmrquanv"
        self._window.setWindowTitle(title)
        self.refresh_star()
        self._status.show_document(document)
        self._source_box.show_document(document)
        self._find_controls.set_document(document)
        self.refreshed.emit()
        self._status.end_idle_progress()

    @Slot()
    def _refresh_notes(self) -> None:
        """Warn of lines that point down as soon as one is listed, and no longer than that."""
        self._status.show_notes(self._document)

    @Slot()
    def refresh_star(self, *_: object) -> None:
        """Mark the title while the document holds work that no file has."""
        document = self._document
        self._window.setWindowModified(document is not None and document.has_unsaved_edits)


def _facts_of(document: Document) -> tuple[Any, ...]:
    """Return the signals after which something else is to be said of a document."""
    return (
        document.notes_changed, document.spectrum_changed, document.dataset_changed,
        document.fid_changed, document.layers_changed, document.undo_stack.cleanChanged,
    )  # fmt: skip
