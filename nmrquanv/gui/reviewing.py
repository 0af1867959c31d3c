"""Review mode: from one doubtful line to the next, each accepted or rejected with one key."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QVBoxLayout

from nmrquanv.gui import theme
from nmrquanv.gui.panels.review_bar import LETTERS, ReviewBar
from nmrquanv.gui.plot.framing import framed_height
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.plot.view_box import View
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.document import Document
from nmrquanv.session.review import (
    Doubt,
    accept,
    doubts,
    hidden_lines,
    nothing_left,
    take_version,
    told,
    versions,
)
from nmrquanv.spectra.peaks import Peak

_WIDTHS = 30.0
_LEAST_PPM = 0.01
_LEAST_SHARE = 0.5
"""Of the height of the plot that a line takes which is looked at."""


_Rounds = tuple[Sequence[Doubt], Sequence[Doubt]]
_ORDER, _ROUNDS, _BEFORE = (0, 1), ("doubtful", "hidden"), ("", "hidden ")


class Reviewing(QObject):
    """Walks over the doubts of the document that is shown.

    Parameters
    ----------
    actions : dict of str to QAction
        Of the window's table, by id.
    view : SpectrumView
        The bar of the review stands over its plot.
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
        self._marked: Document | None = None
        self._before: View | None = None
        self._total = self._round = 0
        self.bar = ReviewBar(view)
        layout = view.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.bar)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.setZValue(25)
        self._line.hide()
        view.view_box.addItem(self._line, ignoreBounds=True)
        actions["next_doubt"].triggered.connect(lambda: self._on_asked("next"))
        actions["previous_doubt"].triggered.connect(lambda: self._on_asked("previous"))
        actions["rest"].triggered.connect(self.stop)
        self.bar.asked.connect(self._on_asked)
        self.bar.version_asked.connect(self.take)
        view.keys.review = self
        view.editing.selection_changed.connect(self._on_selected)
        view.layers.working_refreshed.connect(self._on_refreshed)

    def step(self, direction: int = 1) -> None:
        """Go to the next doubt to the right (``-1``: to the left), from the last to the first."""
        document = self._view.document
        if document is None or self._view.shows_fid:
            return
        rounds = doubts(document), hidden_lines(document)
        if not rounds[self._round] if self.is_on else not any(rounds):
            self._finish(document, rounds)
            return
        if not self.is_on:
            self._before = self._view.view_box.current_view()
        at, number = self._next(rounds, direction)
        self._show_number(document, rounds, at, number)

    def _next(self, rounds: _Rounds, direction: int) -> tuple[int, int]:
        """Return round and place of the doubt to look at now; behind the last of a round, on."""
        here = self.current.peak.ppm if self.is_on and self.current is not None else None
        at = self._round if here is not None else next(i for i in _ORDER if rounds[i])
        if here is not None:
            beyond = [i for i, d in enumerate(rounds[at]) if (here - d.peak.ppm) * direction > 0]
            if beyond:
                return at, beyond[0 if direction > 0 else -1]
            at = next(i for i in (1 - at, at) if rounds[i])
        return at, 0 if direction > 0 else len(rounds[at]) - 1

    def _finish(self, document: Document, rounds: _Rounds) -> None:
        """Say that nothing is left of a round; what was reviewed is seen as before."""
        done, before, name = self._total, self._before, _ROUNDS[self._round]
        self.stop()
        if not done or before is None:
            self._status.say(nothing_left(document))
            return
        self._view.view_box.show_view(before.x, before.y)
        more = f"; N goes through {len(rounds[1])} hidden ones" if rounds[1] else ""
        self._status.say(f"Reviewed: all of the {done} {name} lines are settled{more}")

    def look_at(self, ppm: float) -> None:
        """Show a place so that its line is clear; a doubt that stands there is reviewed."""
        document = self._view.document
        if document is None or self._view.shows_fid:
            return
        from nmrquanv.spectra.top_near import peak_near

        rounds = doubts(document), hidden_lines(document)
        point = document.spectrum.axis.point_ppm
        for at in _ORDER:
            for number, doubt in enumerate(rounds[at]):
                if abs(doubt.peak.ppm - ppm) <= point:
                    self._show_number(document, rounds, at, number)
                    return
        self.stop()
        peak = peak_near(document.peaks, ppm, document.spectrum.axis)
        self._zoom(document, ppm, peak)
        self._view.editing.select([peak.id] if peak is not None else [])

    @property
    def is_on(self) -> bool:
        """Whether a line of the document that is shown is looked at."""
        return self.current is not None and self._view.document is self._document

    def accept(self) -> None:
        """Confirm the line, or put it into the list, and go on."""
        document, doubt = self._document, self.current
        if document is None or doubt is None or not self.is_on:
            return
        accept(document, doubt)
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

    @Slot(str)
    def take(self, finder: str) -> None:
        """Let the list say what a finder says of the place, and go on."""
        if self._document is not None and self.current is not None and self.is_on:
            take_version(self._document, self.current, finder)
            self.step()

    def take_letter(self, letter: str) -> None:
        """Take the version of the finder that a key stands for; nothing where there is none."""
        finder = self.bar.finder_of(letter)
        if finder is not None:
            self.take(finder)

    @Slot()
    def stop(self) -> None:
        """Look at no doubt any more."""
        self.current = self._document = self._marked = None
        self._total = self._round = 0
        self._line.hide()
        self.bar.hide()

    @Slot(str)
    def _on_asked(self, what: str) -> None:
        do = {"next": self.step, "previous": lambda: self.step(-1), "accept": self.accept}
        (do | {"reject": self.reject, "stop": self.stop})[what]()
        self._view.setFocus()  # the keys of the review are the plot's

    def _show_number(self, document: Document, rounds: _Rounds, at: int, number: int) -> None:
        """Show one of a round; those that were settled since its beginning count as done."""
        found = rounds[at]
        if document is not self._document or at != self._round:
            self._total = 0
        self._round = at
        self._document, self._total = document, max(self._total, len(found))
        place = self._total - len(found) + number + 1
        self._show(found[number], f"{_BEFORE[at]}{place} of {self._total}")

    def _show(self, doubt: Doubt, progress: str) -> None:
        view, peak, document = self._view, doubt.peak, self._document
        assert document is not None
        self._zoom(document, peak.ppm, peak)
        self.current = doubt  # before the selection: one of something else ends the review
        view.editing.select([peak.id] if doubt.is_shown else [])
        known = [(finder, line is not None) for finder, line in versions(document, doubt)]
        self.bar.show_line(progress, told(doubt), known[: len(LETTERS)])
        self._status.say(f"{progress}: Enter accepts, Del rejects, N goes on, P back")

    def _zoom(self, document: Document, ppm: float, peak: Peak | None) -> None:
        """Show a place wide enough for a line's surroundings, with a mark on it."""
        axis, view = document.spectrum.axis, self._view
        width = ((peak.fwhm_hz if peak is not None else None) or 0.0) / axis.sf_mhz
        half = max(_WIDTHS * width, _LEAST_PPM, 20 * axis.point_ppm)
        view.view_box.show_view(x=(ppm - half, ppm + half))
        view.fit_height()
        if peak is not None:
            self._enlarge(peak)
        pen = pg.mkPen(QColor(theme.current().accent), width=1, style=Qt.PenStyle.DashLine)
        self._line.setPen(pen)
        self._line.setValue(ppm)
        self._line.setVisible(True)
        self._marked = document

    def _enlarge(self, peak: Peak) -> None:
        """Let a small line beside tall ones be clear; these run out of the view."""
        view = self._view
        sign = -1.0 if peak.height < 0 else 1.0
        tall = max(abs(peak.height), sign * float(view.trace.value_at(peak.ppm) or 0.0))
        room = tall / _LEAST_SHARE
        extent = (0.0, room) if sign > 0 else (-room, 0.0)
        y = framed_height(*extent, view.view_box.rect().height(), view.markers.strip)
        now = view.view_box.current_view().y
        if y[1] - y[0] < now[1] - now[0]:
            view.view_box.show_view(y=y, remember=False)

    @Slot()
    def _on_refreshed(self) -> None:
        """Leave the review with the document that it is of; go on where its line has gone."""
        if self._marked is not None and self._view.document is not self._marked:
            self.stop()
        elif self._has_lost_its_line():
            # later: who deleted it may be about to go on
            QTimer.singleShot(0, self, self._go_on_without)

    def _has_lost_its_line(self) -> bool:
        document, doubt = self._document, self.current
        if document is None or doubt is None or not self.is_on or not doubt.is_listed:
            return False
        return document.peaks.find(doubt.peak.id) is None

    @Slot()
    def _go_on_without(self) -> None:
        """Go on from a line that was deleted in the table or by the menu."""
        if self._has_lost_its_line():
            self.step()

    def _on_selected(self, ids: object) -> None:
        """Leave the review when a person selects something else."""
        if self.current is not None and ids and self.current.peak.id not in tuple(ids):  # type: ignore[arg-type]
            self.stop()
