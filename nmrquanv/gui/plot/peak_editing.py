"""What mouse and keys do with the peaks of the document in the plot: select, add, move, delete."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QElapsedTimer, QObject, QPointF, Signal

from nmrquanv.gui.marker_looks import finder_title
from nmrquanv.gui.plot.hover_card import peak_facts
from nmrquanv.gui.plot.layers import PlotLayers
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.numbers import fixed
from nmrquanv.session.agreement import ALL, SOME
from nmrquanv.session.document import Document
from nmrquanv.session.same_line import hidden_at, hidden_of, same_line
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.snapping import snapped, uphill

SNAP_PIXELS = 7.0
NO_TOP = "There is no top here"
TAKEN = "Another peak stands there"

_PAUSE_MS = 700
"""Arrows further apart than this are undone one by one."""


class PeakEditing(QObject):
    """The selection of one plot, and the changes that are asked of its document.

    Signals
    -------
    selection_changed(tuple of str)
        Ids that are selected now; not sent for a quiet :meth:`select`.
    reference_picked(float)
    explain_wanted(float)
        A person asks why there is, or is no, peak at a chemical shift.
        ppm of the line that the user clicked with the reference tool.
    told(str)
        Why nothing was done.
    multiplet_picked(tuple of str)
        Ids of the peaks over which the user dragged with the multiplet tool.
    """

    selection_changed = Signal(object)
    reference_picked = Signal(float)
    explain_wanted = Signal(float)
    multiplet_picked = Signal(object)
    told = Signal(str)

    def __init__(
        self, view_box: SpectrumViewBox, layers: PlotLayers, state: ViewState, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.view_box, self.markers, self._layers = view_box, layers.markers, layers
        self._card, self._state, self.processing = layers.card, state, layers.processing
        self._selected: tuple[str, ...] = ()
        self._mouse: QPointF | None = None
        self._since_nudge, self._gesture = QElapsedTimer(), new_gesture()
        self.document: Document | None = None
        self.is_active = True
        """False while the plot shows the FID, which has no peaks."""
        layers.working_refreshed.connect(self._on_working_refreshed)
        view_box.sigRangeChanged.connect(self._on_something_moved)

    def set_document(self, document: Document | None) -> None:
        """Edit another document, or none; nothing is selected."""
        self.document = document
        self._selected = ()

    # --- selection -----------------------------------------------------------------------------

    def selected_ids(self) -> tuple[str, ...]:
        """Return the ids of the selected peaks, highest ppm first."""
        return self._selected

    def selected_peak(self) -> Peak | None:
        """Return the one peak that is selected; None with none or several."""
        if self.document is None or len(self._selected) != 1:
            return None
        return self.document.peaks.find(self._selected[0])

    def select(self, ids: Iterable[str], *, is_quiet: bool = False) -> None:
        """Select peaks of the working list; ids that are not shown are left out."""
        wanted = set(ids)
        chosen = tuple(p.id for p in self.markers.working if p.id in wanted)
        if chosen == self._selected:
            return
        self._selected = chosen
        self.markers.set_selected(chosen)
        if not is_quiet:
            self.selection_changed.emit(chosen)

    def select_all(self) -> None:
        """Select every peak of the working list."""
        self.select(p.id for p in self.markers.working)

    def select_next(self, step: int = 1) -> bool:
        """Select the next peak to the right (``-1``: left) and show it; False without peaks."""
        peaks = self.markers.working
        if not peaks:
            return False
        if self._selected:
            ids = [p.id for p in peaks]
            index = (ids.index(self._selected[0]) + step) % len(ids)
        else:
            _, high = self.view_box.current_view().x
            index = next((i for i, p in enumerate(peaks) if p.ppm <= high), 0)
        self.select((peaks[index].id,))
        self.view_box.centre_on(peaks[index].ppm)
        return True

    # --- what is done with the selected peaks --------------------------------------------------

    def confirm_selected(self) -> None:
        """Confirm the selected peaks, or take it back when all of them are confirmed."""
        if self.document is not None and self._selected:
            chosen = [p for p in self.markers.working if p.id in self._selected]
            is_new = not all(p.is_confirmed for p in chosen)
            self.document.edit.confirm_peaks(self._selected, is_new)

    def delete_selected(self) -> None:
        """Delete the selected peaks, or the one under the mouse when none is selected."""
        ids = self._selected
        if not ids and (peak := self._layers.peak_of(self._state.hovered)) is not None:
            ids = (peak.id,)
        if self.document is not None and ids:
            self.document.edit.delete_peaks(ids)

    def peak_at(self, at: QPointF) -> Peak | None:
        """Return the peak of the working list that the mark at a place means."""
        return self._layers.peak_of(self._layers.hit(at))

    def peak_beside(self, at: QPointF) -> Peak | None:
        """Return the peak whose line, from its mark down to the baseline, is near a place."""
        return self.markers.peak_beside(at, SNAP_PIXELS) if self.is_active else None

    # --- asked by tools ------------------------------------------------------------------------

    def reach_ppm(self) -> float:
        """Return how far a click may be from the line that it means, in ppm."""
        return abs(self.view_box.x_at(SNAP_PIXELS) - self.view_box.x_at(0.0))

    def snapped_ppm(self, at: QPointF, *, is_free: bool) -> float:
        """Return the chemical shift that a place in the view means: of the line near it."""
        ppm = self.view_box.x_at(at.x())
        if is_free or self.document is None:
            return ppm
        return snapped(self.document.spectrum, ppm, self.reach_ppm())

    def add_peak_at(self, at: QPointF, *, is_free: bool) -> None:
        """Add a peak on the top near a place and select it; one that is there is selected.

        ``is_free`` puts it exactly there, whatever is beside it.
        """
        document = self.document
        if document is None or not self.is_active:
            return
        ppm = self.view_box.x_at(at.x())
        if not is_free:
            top = self._top_near(document, ppm)
            if top is None:
                self.told.emit(f"{NO_TOP}: Shift puts a peak exactly there")
                return
            if self._is_listed(document, top):
                return
            ppm = top
        self.select((document.edit.add_peak(ppm, snap=not is_free),))

    def _is_listed(self, document: Document, ppm: float) -> bool:
        """Select the peak of a line that the list has; one that thresholds hide is confirmed."""
        there = same_line(self.markers.working, ppm, document.spectrum)
        if there is None:
            there = hidden_at(document, ppm)
            if there is None:
                return False
            document.edit.confirm_peaks([there.id])
            self.told.emit("A finder had it and a threshold hid it: it is confirmed")
        self.select((there.id,))
        return True

    def _top_near(self, document: Document, ppm: float) -> float | None:
        """Return the top that a click means: the tallest close by, else that of its flank."""
        top = snapped(document.spectrum, ppm, self.reach_ppm())
        return top if top != ppm else uphill(document.spectrum, ppm)

    def nudge(self, pixels: float) -> bool:
        """Move the one selected peak to the right; False unless one is selected.

        Steps in quick succession are one undo step. A step is at least a point of the axis.
        """
        peak = self.selected_peak()
        if self.document is None or peak is None:
            return False
        if not self._since_nudge.isValid() or self._since_nudge.elapsed() > _PAUSE_MS:
            self._gesture = new_gesture()
        self._since_nudge.start()
        per_pixel = abs(self.view_box.x_at(1.0) - self.view_box.x_at(0.0))
        step = pixels * max(per_pixel, self.document.spectrum.axis.point_ppm)
        self._move(self.document, peak.id, peak.ppm - step, self._gesture)
        return True

    def move_peak(self, peak_id: str, at: QPointF, *, is_free: bool) -> None:
        """Move a peak of the working list: one undo step.

        Not onto another one's line, unless ``is_free``.
        """
        document = self.document
        if document is not None:
            ppm = self.snapped_ppm(at, is_free=is_free)
            if is_free:
                document.edit.move_peak(peak_id, ppm)
            else:
                self._move(document, peak_id, ppm, snap=True)

    def _move(
        self,
        document: Document,
        peak_id: str,
        ppm: float,
        gesture: int | None = None,
        *,
        snap: bool = False,
    ) -> None:
        """Move a peak where no other one is shown; a hidden one that is there gives way."""
        others = document.shown_peaks().remove([peak_id])
        if (there := same_line(others, ppm, document.spectrum)) is not None:
            self.told.emit(f"{TAKEN}: {fixed(there.ppm, 4)} ppm; Shift and the mouse put two there")
            return
        hidden = same_line(hidden_of(document).remove([peak_id]), ppm, document.spectrum)
        document.edit.move_peak(
            peak_id, ppm, gesture, snap=snap, instead_of=None if hidden is None else hidden.id
        )

    def show_hover(self, at: QPointF | None) -> None:
        """Show the facts of the marker under the mouse; nothing when there is none."""
        self._mouse = at
        hit = self._layers.hit(at) if at is not None and self.is_active else None
        self._state.set_hovered(hit)
        if hit is None or at is None or self.document is None:
            self._card.show_facts((), QPointF())
            return
        axis = self.document.spectrum.axis
        self._card.show_facts(peak_facts(hit.peak, axis, self._found_by(hit)), at)

    def _found_by(self, hit: Hit) -> str:
        """Return whose a mark is, and whether others agree, as its colour and shape say it."""
        title = finder_title(hit.layer or hit.peak.finder)
        if hit.layer is not None:
            return title
        agreement = self.markers.agreement
        kind = agreement.kinds[agreement.kind[self.markers.working.index(hit.peak)]]
        return title + {ALL: ", all agree", SOME: ", some agree"}.get(kind, "")

    def _on_something_moved(self) -> None:
        """Ask again what is under a mouse that rests while marks come, go or move below it."""
        if self._mouse is not None:
            self.show_hover(self._mouse)

    def _on_working_refreshed(self) -> None:
        before, self._selected = self._selected, ()
        self.select(before, is_quiet=True)
        self.markers.set_selected(self._selected)
        if self._selected != before:
            self.selection_changed.emit(self._selected)
        self._on_something_moved()
