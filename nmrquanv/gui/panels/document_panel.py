"""A panel that shows something of the open document and follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from nmrquanv.gui.number_box import NumberBox
from nmrquanv.session.document import Document

Link = tuple[Any, Callable[..., object]]
"""A signal of the document (bound signals have no type of their own), and what it calls."""


class DocumentPanel(QWidget):
    """Base of the panels: keeps the document and its links.

    A subclass says in :meth:`_follows` after which changes it shows the document anew, which it
    does in :meth:`_refresh`: once for each change, and not while nobody can see the panel. What
    else it listens to stands in :meth:`_links`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # with a ground of its own, the dock and the window need not be drawn under what changes
        self.setAutoFillBackground(True)
        self._document: Document | None = None
        self._is_in_view = True
        self._is_stale = False

    def set_document(self, document: Document | None) -> None:
        """Show another document, or none."""
        if self._document is not None:
            for signal, slot in self._all_links(self._document):
                signal.disconnect(slot)
        if document is not self._document:
            # a field loses the keyboard when it is disabled, and would give it to the next one
            for box in self.findChildren(NumberBox):
                box.drop_typed()
        self._document = document
        if document is not None:
            for signal, slot in self._all_links(document):
                signal.connect(slot)
        self._is_stale = False
        self._refresh()

    def set_in_view(self, is_in_view: bool) -> None:
        """Say whether the panel can be seen; behind another tab it waits with what is new."""
        self._is_in_view = is_in_view
        self._on_changed()

    def _all_links(self, document: Document) -> tuple[Link, ...]:
        stale = tuple((signal, self._on_stale) for signal in self._follows(document))
        return (*self._links(document), *stale, (document.changed, self._on_changed))

    def catch_up(self) -> None:
        """Show what is new now: something is asked of a panel that may be out of sight."""
        if self._is_stale:
            self._is_stale = False
            self._refresh()

    @Slot()
    def _on_stale(self) -> None:
        self._is_stale = True

    @Slot()
    def _on_changed(self) -> None:
        if self._is_in_view:
            self.catch_up()

    def _follows(self, document: Document) -> tuple[Any, ...]:
        """Return the signals of a document after which the panel shows something else."""
        raise NotImplementedError

    def _links(self, document: Document) -> tuple[Link, ...]:
        """Return the signals that a panel answers itself, at once."""
        return ()

    def _refresh(self) -> None:
        raise NotImplementedError
