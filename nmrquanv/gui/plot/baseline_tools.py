"""Tools for a baseline: points that it goes through, and regions that say nothing of it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from nmrquanv.gui import theme
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.gui.plot.range_tool import RangeTool, ZoomTool


class AnchorTool(ZoomTool):
    """A click sets a point, a click on a point takes it away; drags are left to zooming."""

    name = "anchors"
    cursor = Qt.CursorShape.CrossCursor
    has_keys = True

    def click(self, pointer: Pointer) -> bool:
        """Set a point, or take one away."""
        marks = self.editing.processing
        known = marks.anchor_at(pointer.at)
        if known is None:
            ppm = self.editing.view_box.x_at(pointer.at.x())
            marks.anchors_asked.emit((*marks.anchors, ppm))
        else:
            marks.anchors_asked.emit(tuple(ppm for ppm in marks.anchors if ppm != known))
        return True


class LeftOutTool(RangeTool):
    """A drag leaves a region out of a baseline, a click on one takes it in again."""

    name = "left_out"

    def colour(self) -> str:
        """Return the colour of regions that are left out."""
        return theme.current().warning

    def click(self, pointer: Pointer) -> bool:
        """Take the region under the mouse in again."""
        marks = self.editing.processing
        known = marks.region_at(pointer.at)
        if known is not None:
            marks.left_out_asked.emit(tuple(r for r in marks.left_out if r != known))
        return True

    def act(self, high_ppm: float, low_ppm: float) -> None:
        """Leave a region out, together with those that it touches."""
        marks = self.editing.processing
        touched = [r for r in marks.left_out if r[1] <= high_ppm and low_ppm <= r[0]]
        high = max([high_ppm, *(r[0] for r in touched)])
        low = min([low_ppm, *(r[1] for r in touched)])
        rest = [r for r in marks.left_out if r not in touched]
        marks.left_out_asked.emit(tuple(sorted([*rest, (high, low)], reverse=True)))
