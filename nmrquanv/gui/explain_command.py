"""The way to an explanation: the selected peak, the cursor on the trace, or what was clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nmrquanv.finders import QUANV
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.document import Document

if TYPE_CHECKING:
    from nmrquanv.gui.dialogs.explanation import ExplainDialog

_ASK = "Select a peak, or put the cursor on the trace with the arrow keys; then ask again"


class ExplainCommand(QObject):
    """Opens the one dialog of a document, and shows other places in it.

    Signals
    -------
    window_made(QWidget)
        The dialog is about to be shown.
    """

    window_made = Signal(object)

    def __init__(
        self, action: QAction, view: SpectrumView, status: StatusBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._status = view, status
        self.dialog: ExplainDialog | None = None
        self._document: Document | None = None
        action.triggered.connect(self.explain_chosen)
        view.editing.explain_wanted.connect(self.explain)

    @Slot()
    def explain_chosen(self) -> None:
        """Explain the selected peak, else the place of the cursor on the trace."""
        ids = self._view.editing.selected_ids()
        chosen = [p.ppm for p in self._view.markers.working if p.id in ids]
        place = self._view.layers.cursor.ppm
        if chosen:
            self.explain(chosen[0])
        elif place is not None:
            self.explain(place)
        else:
            self._status.say(_ASK)

    @Slot(float)
    def explain(self, ppm: float) -> None:
        """Explain a place of the spectrum that is shown."""
        from nmrquanv.gui.dialogs.explanation import ExplainDialog

        document = self._view.document
        if document is None or self._view.shows_fid:
            return
        if self.dialog is None or self._document is not document:
            if self.dialog is not None:
                self.dialog.close()
            self.dialog, self._document = ExplainDialog(document, self._view.window()), document
            self.dialog.finished.connect(self._forget)
        self.dialog.explain(ppm, _finder_of(document, ppm))
        self.window_made.emit(self.dialog)
        self.dialog.show()
        self.dialog.raise_()

    @Slot()
    def _forget(self) -> None:
        self.dialog = self._document = None


def _finder_of(document: Document, ppm: float) -> str:
    """Return whose search is explained: that which found the peak, else that of the list."""
    from nmrquanv.session.explaining import peak_at

    peak = peak_at(document, document.peaks, ppm)
    if peak is not None and peak.finder in document.layers:
        return peak.finder
    if document.working_choice in document.layers:
        return document.working_choice
    return next(iter(document.layers), QUANV)
