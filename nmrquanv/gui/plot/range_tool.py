"""The resting tool, and what tools have in common that open a range of chemical shift."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from nmrquanv.gui.plot.peak_editing import PeakEditing
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.spectra.peaks import Peak

_CTRL = Qt.KeyboardModifier.ControlModifier
_LEAST_WIDTH = 3.0


class ZoomTool:
    """The resting tool: a click on a mark or beside its line selects, drags are left to zooming."""

    name = "zoom"
    cursor = Qt.CursorShape.ArrowCursor
    has_keys = False

    def __init__(self, editing: PeakEditing) -> None:
        self.editing = editing

    def click(self, pointer: Pointer) -> bool:
        """Select the mark under the mouse, with Ctrl as well as others; else select nothing."""
        peak = self.editing.peak_at(pointer.at) or self.beside(pointer)
        if peak is None:
            if not pointer.has(_CTRL):
                self.editing.select(())
            return False
        chosen = {peak.id}
        if pointer.has(_CTRL):
            chosen = set(self.editing.selected_ids()) ^ chosen
        self.editing.select(chosen)
        return True

    def beside(self, pointer: Pointer) -> Peak | None:
        """Return the peak that a click off the marks means."""
        return None if pointer.is_double else self.editing.peak_beside(pointer.at)

    def drag(self, pointer: Pointer) -> bool:
        """Leave drags to the view."""
        return False

    def hover(self, at: QPointF | None) -> None:
        """Show what is known of the mark under the mouse."""
        self.editing.show_hover(at)


class RangeTool(ZoomTool):
    """A drag opens a range of chemical shift and hands it over."""

    cursor = Qt.CursorShape.SplitHCursor
    has_keys = True

    def drag(self, pointer: Pointer) -> bool:
        """Open the range; act at the end."""
        view_box = self.editing.view_box
        box = QRectF(pointer.start, pointer.at).normalized()
        box.setTop(view_box.rect().top())
        box.setBottom(view_box.rect().bottom())
        view_box.band.show_box(None if pointer.is_finish else box, self.colour())
        if pointer.is_finish and box.width() >= _LEAST_WIDTH:
            ends = sorted((view_box.x_at(box.left()), view_box.x_at(box.right())))
            self.act(ends[1], ends[0])
        return True

    def colour(self) -> str:
        """Return the colour of the range while it is open."""
        raise NotImplementedError

    def act(self, high_ppm: float, low_ppm: float) -> None:
        """Do what the tool is for."""
        raise NotImplementedError
