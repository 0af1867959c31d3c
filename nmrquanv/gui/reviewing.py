"""Review mode: from one doubtful line to the next, each accepted or rejected with one key."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QColor

from nmrquanv.gui import theme
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.document import Document
from nmrquanv.session.review import Doubt, doubts, told

_WIDTHS = 30.0
_LEAST_PPM = 0.01


class Reviewing(QObject):
    """Walks over the doubts of the document that is shown.

    Parameters
    ----------
    actions : dict of str to QAction
        Of the window's table, by id.
    view : SpectrumView
    status : StatusBar
    parent : QObject
    """

    def __init__(
        self,
        actions: dict[str, QAction],
        view: SpectrumView,
        status: StatusBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._view, self._status = view, status
        self.current: Doubt | None = None
        self._document: Document | None = None
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.setZValue(25)
        self._line.hide()
        view.view_box.addItem(self._line, ignoreBounds=True)
        actions["next_doubt"].triggered.connect(lambda: self.step(1))
        actions["previous_doubt"].triggered.connect(lambda: self.step(-1))
        actions["rest"].triggered.connect(self.stop)
        view.keys.review = self
        view.editing.selection_changed.connect(self._on_selected)

    def step(self, direction: int = 1) -> None:
        """Go to the next doubt to the right (``-1``: to the left), from the last to the first."""
        document = self._view.document
        if document is None or self._view.shows_fid:
            return
        found = doubts(document)
        if not found:
            self.stop()
            self._status.say("Nothing to review: finders agree, and nothing is doubtful")
            return
        here = self.current.peak.ppm if self.current and document is self._document else None
        if here is None:
            number = 0 if direction > 0 else len(found) - 1
        elif direction > 0:
            number = next((i for i, d in enumerate(found) if d.peak.ppm < here), 0)
        else:
            right = [i for i, d in enumerate(found) if d.peak.ppm > here]
            number = right[-1] if right else len(found) - 1
        self._document = document
        self._show(found[number], f"{number + 1} of {len(found)} to review")

    @property
    def is_on(self) -> bool:
        """Whether a line of the document that is shown is looked at."""
        return self.current is not None and self._view.document is self._document

    def accept(self) -> None:
        """Confirm the line, or put it into the list, and go on."""
        document, doubt = self._document, self.current
        if document is None or doubt is None or not self.is_on:
            return
        if doubt.is_listed:
            document.edit.confirm_peaks([doubt.peak.id])
        else:
            document.edit.add_peak(doubt.peak.ppm, snap=False)
        self.step()

    def reject(self) -> None:
        """Delete the line, so that no search brings it back, and go on."""
        document, doubt = self._document, self.current
        if document is None or doubt is None or not self.is_on:
            return
        if doubt.is_listed:
            document.edit.delete_peaks([doubt.peak.id])
        else:
            document.edit.reject_peak(doubt.peak)
        self.step()

    def stop(self) -> None:
        """Look at no doubt any more."""
        self.current = self._document = None
        self._line.hide()

    def _show(self, doubt: Doubt, progress: str) -> None:
        view, peak, document = self._view, doubt.peak, self._document
        assert document is not None
        axis = document.spectrum.axis
        width = (peak.fwhm_hz or 0.0) / axis.sf_mhz
        half = max(_WIDTHS * width, _LEAST_PPM, 20 * axis.point_ppm)
        view.view_box.show_view(x=(peak.ppm - half, peak.ppm + half))
        view.fit_height()
        self.current = doubt  # before the selection: one of something else ends the review
        view.editing.select([peak.id] if doubt.is_shown else [])
        pen = pg.mkPen(QColor(theme.current().accent), width=1, style=Qt.PenStyle.DashLine)
        self._line.setPen(pen)
        self._line.setValue(peak.ppm)
        self._line.show()
        self._status.say(f"{progress} · {told(doubt)} · Enter accepts, Del rejects, N goes on")

    def _on_selected(self, ids: object) -> None:
        """Leave the review when a person selects something else."""
        if self.current is not None and ids and self.current.peak.id not in tuple(ids):  # type: ignore[arg-type]
            self.stop()
