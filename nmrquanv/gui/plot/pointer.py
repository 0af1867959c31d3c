"""The mouse over the plot, and what a tool does with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, Qt

EXACTLY = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
"""Either of them, held, takes a place as it is: many window managers keep Alt with the mouse for
themselves."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse is and was pressed, in pixels of the view, and what else is held."""

    at: QPointF
    start: QPointF
    modifiers: Qt.KeyboardModifier
    is_start: bool = False
    is_finish: bool = False
    is_double: bool = False

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        """Tell whether a modifier key is held; of several, one of them."""
        return bool(self.modifiers & modifier)


class Tool(Protocol):
    """What the left button does; each answer says whether the tool took the event."""

    cursor: Qt.CursorShape
    has_keys: bool
    """Whether Enter at the cursor on the trace uses the tool in place of adding a peak."""

    def click(self, pointer: Pointer) -> bool:
        """Take a click."""

    def drag(self, pointer: Pointer) -> bool:
        """Take a step of a drag; the answer to its first one decides about the drag."""

    def hover(self, at: QPointF | None) -> None:
        """Take note of where the mouse is."""


class Handle(Protocol):
    """What can be taken hold of in the plot, whatever the tool."""

    held_shape: Qt.CursorShape

    def drag(self, pointer: Pointer) -> bool:
        """Take a step of a drag; the answer to its first one decides about the drag."""

    def hover(self, at: QPointF | None) -> bool:
        """Tell whether the mouse is on it."""
