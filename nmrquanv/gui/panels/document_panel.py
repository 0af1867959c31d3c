"""A panel that shows something of the open document and follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from nmrquanv.gui.number_box import NumberBox
from nmrquanv.session.document import Document

Link = tuple[Any, Callable[..., object]]
"""A signal of the document (bound signals have no type of their own), and what it calls."""


class DocumentPanel(QWidget):
    """Base of the panels: keeps the document and its links.

    A subclass says what it listens to in :meth:`_links` and shows the document in :meth:`_refresh`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None

    def set_document(self, document: Document | None) -> None:
        """Show another document, or none."""
        if self._document is not None:
            for signal, slot in self._links(self._document):
                signal.disconnect(slot)
        if document is not self._document:
            # a field loses the keyboard when it is disabled, and would give it to the next one
            for box in self.findChildren(NumberBox):
                box.drop_typed()
        self._document = document
        if document is not None:
            for signal, slot in self._links(document):
                signal.connect(slot)
        self._refresh()

    def _links(self, document: Document) -> tuple[Link, ...]:
        raise NotImplementedError

    def _refresh(self) -> None:
        raise NotImplementedError
