"""What the left button does in the plot: zoom, pick peaks, integrate, group, mark regions."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from nmrquanv.gui import theme
from nmrquanv.gui.plot.baseline_tools import AnchorTool, LeftOutTool
from nmrquanv.gui.plot.integral_tool import IntegralTool
from nmrquanv.gui.plot.peak_editing import PeakEditing
from nmrquanv.gui.plot.pointer import EXACTLY, Pointer
from nmrquanv.gui.plot.range_tool import RangeTool, ZoomTool
from nmrquanv.session.place_edits import PlaceKind, add_place
from nmrquanv.spectra.peaks import Peak

_CTRL = Qt.KeyboardModifier.ControlModifier


class PickTool(ZoomTool):
    """A click adds a peak, a drag moves one, a drag beside the marks selects those in a box."""

    name = "pick"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, editing: PeakEditing) -> None:
        super().__init__(editing)
        self._moved_id: str | None = None

    def beside(self, pointer: Pointer) -> Peak | None:
        """Return none: beside a line a peak is added, unless it would be the same line."""
        return None

    def click(self, pointer: Pointer) -> bool:
        """Select the mark under the mouse, or add a peak there."""
        if super().click(pointer) or pointer.has(_CTRL):
            return True
        if not pointer.is_double:
            self.editing.add_peak_at(pointer.at, is_free=pointer.has(EXACTLY))
        return True

    def drag(self, pointer: Pointer) -> bool:
        """Move the mark on which the drag began, or open a box."""
        if pointer.is_start:
            peak = self.editing.peak_at(pointer.start)
            self._moved_id = peak.id if peak is not None else None
            if self._moved_id is not None:
                self.editing.select((self._moved_id,))
        if self._moved_id is not None:
            self._move(pointer)
        else:
            self._select_box(pointer)
        return True

    def _move(self, pointer: Pointer) -> None:
        editing, peak_id, is_free = self.editing, self._moved_id, pointer.has(EXACTLY)
        if peak_id is None or not pointer.is_finish:
            editing.markers.set_moving(peak_id, editing.snapped_ppm(pointer.at, is_free=is_free))
            return
        self._moved_id = None
        editing.markers.set_moving(None)
        editing.move_peak(peak_id, pointer.at, is_free=is_free)

    def _select_box(self, pointer: Pointer) -> None:
        box = QRectF(pointer.start, pointer.at).normalized()
        self.editing.view_box.band.show_box(None if pointer.is_finish else box)
        if pointer.is_finish:
            chosen = set(self.editing.markers.ids_in(box))
            if pointer.has(_CTRL):
                chosen |= set(self.editing.selected_ids())
            self.editing.select(chosen)


class MultipletTool(RangeTool):
    """A drag makes one multiplet of the peaks in a range."""

    name = "multiplet"

    def colour(self) -> str:
        """Return the multiplets' colour."""
        return theme.current().multiplet

    def act(self, high_ppm: float, low_ppm: float) -> None:
        """Hand over the signals of the working list in the range."""
        row = (p for p in self.editing.markers.working if low_ppm <= p.ppm <= high_ppm)
        self.editing.multiplet_picked.emit(tuple(p.id for p in row if p.peak_class == "signal"))


class RegionTool(RangeTool):
    """A drag marks a range as reviewed."""

    name = "region"

    def colour(self) -> str:
        """Return the regions' colour."""
        return theme.current().region

    def act(self, high_ppm: float, low_ppm: float) -> None:
        """Add the region."""
        if self.editing.document is not None:
            self.editing.document.edit.add_region(high_ppm, low_ppm)


class _PlaceTool(RangeTool):
    """A drag says where lines are looked for, or where not."""

    kind: PlaceKind

    def act(self, high_ppm: float, low_ppm: float) -> None:
        """Add the stretch."""
        if self.editing.document is not None:
            add_place(self.editing.document, self.kind, high_ppm, low_ppm)


class SearchTool(_PlaceTool):
    """A drag opens a range in which alone lines are listed."""

    name, kind = "search", "searched"

    def colour(self) -> str:
        """Return the colour of what is looked for."""
        return theme.current().accent


class ExcludeTool(_PlaceTool):
    """A drag opens a range in which no lines are listed."""

    name, kind = "exclude", "excluded"

    def colour(self) -> str:
        """Return the colour of what does not count."""
        return theme.current().muted


class ReferenceTool(ZoomTool):
    """A click names the line whose chemical shift the user knows."""

    name = "reference"
    cursor = Qt.CursorShape.CrossCursor
    has_keys = True

    def click(self, pointer: Pointer) -> bool:
        """Hand over the chemical shift of the line under the mouse."""
        peak = self.editing.peak_at(pointer.at)
        if peak is not None:
            self.editing.reference_picked.emit(peak.ppm)
        else:
            is_free = pointer.has(EXACTLY)
            self.editing.reference_picked.emit(
                self.editing.snapped_ppm(pointer.at, is_free=is_free)
            )
        return True


TOOLS = (
    ZoomTool, PickTool, IntegralTool, MultipletTool, RegionTool, ReferenceTool, AnchorTool,
    LeftOutTool, SearchTool, ExcludeTool,
)  # fmt: skip
