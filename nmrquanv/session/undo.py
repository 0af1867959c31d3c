"""The one undo command: it swaps the state before an edit with the state after it.

Of a document, or of what else has a state that is one value, such as the stack of several spectra.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtGui import QUndoCommand, QUndoStack

S = TypeVar("S")
_MERGEABLE = 1
_gestures = itertools.count(1)


def new_gesture() -> int:
    """Return the key of one drag or one slider movement: edits with the same key are one step."""
    return next(_gestures)


class HoldsState(Protocol[S]):
    """What has a state that an edit swaps: a document."""

    @property
    def state(self) -> S:
        """The present one."""

    def show_state(self, state: S) -> None:
        """Put another one in its place and announce what differs."""


class Edit(QUndoCommand, Generic[S]):
    """One undoable step of a document.

    Parameters
    ----------
    document : HoldsState
    text : str
        What the Edit menu says after "Undo".
    after : its state
        The state before is the document's present one. Both share what did not change.
    gesture : int or None
        From :func:`new_gesture`; None never merges.
    """

    def __init__(
        self, document: HoldsState[S], text: str, after: S, gesture: int | None = None
    ) -> None:
        super().__init__(text)
        # not a strong one: a cycle through Qt's own list of commands is torn apart in an order
        # that crashes when Python collects a document that nobody closed
        self._document = weakref.ref(document)
        self._before = document.state
        self._after = after
        self._gesture = gesture

    @property
    def before(self) -> S:
        """The document's state before the step."""
        return self._before

    @property
    def after(self) -> S:
        """The one that the step led to."""
        return self._after

    @property
    def gesture(self) -> int | None:
        """The key of the gesture that it belongs to."""
        return self._gesture

    def revise(self, change: Callable[[S], S]) -> None:
        """Keep other states: where what they tell of has changed by itself, or is gone."""
        self._before, self._after = change(self._before), change(self._after)

    def id(self) -> int:
        """Say that the command may merge; which ones do is decided in :meth:`mergeWith`."""
        return _MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over a later edit of the same gesture, which is left empty.

        Qt destroys a command that was merged before PySide counts it as Qt's, so that its Python
        half is never collected: what it held would stay until the program ends.
        """
        if not isinstance(other, Edit) or self._gesture is None or other._gesture != self._gesture:
            return False
        self._after = other._after
        del other._before, other._after
        return True

    def undo(self) -> None:
        """Put the state before the edit back."""
        self._show(self._before)

    def redo(self) -> None:
        """Put the state after the edit in place."""
        self._show(self._after)

    def _show(self, state: S) -> None:
        document = self._document()
        if document is not None:
            document.show_state(state)


def step_at(stack: QUndoStack, number: int) -> Edit[Any] | None:
    """Return a step of an undo stack, oldest first; None where it has none of that number."""
    command = stack.command(number) if 0 <= number < stack.count() else None
    return command if isinstance(command, Edit) else None
