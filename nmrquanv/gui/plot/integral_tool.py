"""The integral tool: a drag opens an integral, moves an end of one, or one as a whole."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from nmrquanv.gui import theme
from nmrquanv.gui.plot.peak_editing import PeakEditing
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.gui.plot.range_tool import RangeTool
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.integrals import Integral

_REACH = 6.0
"""How near to an end a drag takes hold of it, pixels."""


class IntegralTool(RangeTool):
    """Ends and insides of integrals are taken hold of; beside them a drag makes a new one."""

    name = "integral"

    def __init__(self, editing: PeakEditing) -> None:
        super().__init__(editing)
        self._held: Integral | None = None
        self._part, self._gesture = "", 0

    def colour(self) -> str:
        """Return the integrals' colour."""
        return theme.current().integral

    def drag(self, pointer: Pointer) -> bool:
        """Move what the drag began on, or open a range."""
        if pointer.is_start:
            self._held, self._part = self._under(pointer.start)
            self._gesture = new_gesture()
        if self._held is None:
            return super().drag(pointer)
        self._move(pointer)
        if pointer.is_finish:
            self._held = None
        return True

    def act(self, high_ppm: float, low_ppm: float) -> None:
        """Add the integral, where areas count something."""
        document = self.editing.document
        if document is None:
            return
        reason = why_no_areas(document)
        if reason:
            self.editing.told.emit(f"Not integrated: {reason}")
        else:
            document.edit.add_integral(high_ppm, low_ppm)

    def hover(self, at: QPointF | None) -> None:
        """Show by the pointer's shape what a drag would take hold of."""
        super().hover(at)
        _, part = self._under(at) if at is not None else (None, "")
        shapes = {"high": Qt.CursorShape.SizeHorCursor, "low": Qt.CursorShape.SizeHorCursor}
        shape = shapes.get(part, Qt.CursorShape.SizeAllCursor if part else self.cursor)
        self.editing.view_box.setCursor(shape)

    def _under(self, at: QPointF) -> tuple[Integral | None, str]:
        """Return the integral under the mouse and which part of it: high, low, whole or none."""
        document, view_box = self.editing.document, self.editing.view_box
        if document is None:
            return None, ""
        ppm = view_box.x_at(at.x())
        reach = abs(view_box.x_at(_REACH) - view_box.x_at(0.0))
        ends = [
            (abs(ppm - end), one, part)
            for one in document.integrals
            for end, part in ((one.high_ppm, "high"), (one.low_ppm, "low"))
        ]
        near = min(ends, key=lambda e: e[0], default=None)
        if near is not None and near[0] <= reach:
            return near[1], near[2]
        inside = (i for i in document.integrals if i.low_ppm <= ppm <= i.high_ppm)
        held = next(inside, None)
        return held, "whole" if held is not None else ""

    def _move(self, pointer: Pointer) -> None:
        document, view_box, held = self.editing.document, self.editing.view_box, self._held
        if document is None or held is None:
            return
        by = view_box.x_at(pointer.at.x()) - view_box.x_at(pointer.start.x())
        high = held.high_ppm + (by if self._part in ("high", "whole") else 0.0)
        low = held.low_ppm + (by if self._part in ("low", "whole") else 0.0)
        if high != low:
            document.edit.change_integral(held.id, high, low, self._gesture)
