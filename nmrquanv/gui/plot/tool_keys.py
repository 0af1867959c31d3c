"""The tool in hand used by keys: Enter presses at the cursor, arrows drag, Enter lets go."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from nmrquanv.gui.plot.peak_editing import PeakEditing
from nmrquanv.gui.plot.pointer import Pointer, Tool
from nmrquanv.gui.plot.trace_cursor import TraceCursor
from nmrquanv.gui.plot.view_box import SpectrumViewBox

_LEAST_DRAG = 2.0
"""A shorter way is a click, pixels."""
HELD = "Held at the cursor: ← and → drag, Enter lets go, Esc gives up"


class ToolKeys:
    """Hands a tool what a mouse at the cursor on the trace would.

    Parameters
    ----------
    view_box : SpectrumViewBox
    editing : PeakEditing
    cursor : TraceCursor
    """

    def __init__(
        self, view_box: SpectrumViewBox, editing: PeakEditing, cursor: TraceCursor
    ) -> None:
        self._view_box, self._editing, self._cursor = view_box, editing, cursor
        self._held: Tool | None = None
        self._start_ppm = 0.0

    @property
    def are_wanted(self) -> bool:
        """Whether Enter and arrows are the tool's; with others Enter adds peaks."""
        return self._view_box.tool is not None and self._view_box.tool.has_keys

    def step(self, pixels: float) -> None:
        """Move the cursor, and what is held with it; at first it stands at the selected peak."""
        if not self._show_cursor():
            self._cursor.step(pixels)
        held = self._still_held()
        if held is not None:
            held.drag(self._pointer())

    def enter(self, modifiers: Qt.KeyboardModifier) -> None:
        """Take hold at the cursor, or let go; where nothing is dragged it is a click."""
        self._show_cursor()
        tool, held = self._view_box.tool, self._still_held()
        if tool is None:
            return
        if held is None:
            self._start_ppm = self._cursor.ppm or 0.0
            if tool.drag(self._pointer(is_start=True)):
                self._held = tool
                self._editing.told.emit(HELD)
            else:
                tool.click(self._pointer(modifiers))
            return
        end = self._pointer(modifiers, is_finish=True)
        self._held = None
        held.drag(end)
        if abs(end.at.x() - end.start.x()) < _LEAST_DRAG:
            held.click(end)

    def give_up(self) -> bool:
        """Let go and leave all as it was; False where nothing is held."""
        held = self._still_held()
        if held is None:
            return False
        self._held = None
        start = self._place(self._start_ppm)
        held.drag(Pointer(start, start, Qt.KeyboardModifier.NoModifier, is_finish=True))
        return True

    def _still_held(self) -> Tool | None:
        """Return the tool that holds something; one that was laid away meanwhile does not."""
        if self._held is not self._view_box.tool or self._cursor.ppm is None:
            self._held = None
        return self._held

    def _show_cursor(self) -> bool:
        """Put the cursor to the selected peak or into the middle; False where it is shown."""
        if self._cursor.ppm is not None:
            return False
        chosen = self._editing.selected_peak()
        if chosen is None:
            self._cursor.step(0.0)
        else:
            self._cursor.go_to(chosen.ppm)
        return True

    def _pointer(
        self,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        is_start: bool = False,
        is_finish: bool = False,
    ) -> Pointer:
        at = self._place(self._cursor.ppm or 0.0)
        start = self._place(self._start_ppm)
        return Pointer(at, start, modifiers, is_start=is_start, is_finish=is_finish)

    def _place(self, ppm: float) -> QPointF:
        """Return a place on the trace, where it is drawn now, pixels of the view."""
        return self._cursor.place_of(ppm)
