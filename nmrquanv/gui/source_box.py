"""Which data of an experiment are shown: its FID, or one of its processed spectra."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QToolBar, QWidget

from nmrquanv.session.document import Document
from nmrquanv.session.workspace import Workspace

MAX_ROWS = 64
"""Rows of an array that are opened at once: more in a list tell nobody anything."""

_EACH_ROW, _STACK = "each row", "stack"


def _rows(document: Document | None) -> list[str]:
    """Return the rows of arrayed data that can be opened one by one, from where they lie."""
    if document is None or document.file is not None:
        return []
    return [source for source in document.dataset.sources if source.startswith("row ")]


class SourceBox(QComboBox):
    """Shows the source of the document in the window, and reads another one when it is chosen.

    Signals
    -------
    stack_wanted()
        All rows of the data set are to be shown over each other.
    """

    stack_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._place: QAction | None = None
        self.setAccessibleName("Source of the spectrum")
        self.setToolTip("Which data of this experiment are shown")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._on_chosen)

    def put_into(self, bar: QToolBar) -> None:
        """Stand in a tool bar, which hides it where there is no document."""
        self._place = bar.addWidget(self)

    def show_document(self, document: Document | None) -> None:
        """Offer the sources of a document."""
        self.clear()
        sources = document.dataset.sources if document is not None else ()
        for source in sources:
            text = f"1r, PROCNO {source}" if source.isdigit() else source.capitalize()
            text = "FID, processed here" if source == "fid" else text
            self.addItem(text, source)
        rows = _rows(document)
        if len(rows) > 1:
            first = f"First {MAX_ROWS}" if len(rows) > MAX_ROWS else "All"
            self.addItem(f"{first} rows, one spectrum each", _EACH_ROW)
            self.addItem("All rows as a stack", _STACK)
        if document is not None:
            self.setCurrentIndex(self.findData(document.dataset.source.kind))
        self.setEnabled(len(sources) > 1)
        if self._place is not None:
            self._place.setVisible(document is not None)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        document, source = self._workspace.current, str(self.itemData(index))
        if document is not None and source == _STACK:
            self.setCurrentIndex(self.findData(document.dataset.source.kind))
            self.stack_wanted.emit()
            return
        if document is not None and source == _EACH_ROW:
            self.setCurrentIndex(self.findData(document.dataset.source.kind))
            shown = document.dataset.source.kind
            for row in _rows(document)[:MAX_ROWS]:
                if row != shown:
                    self._workspace.open(document.dataset.source.path, source=row)
            return
        if document is not None and source != document.dataset.source.kind:
            self._workspace.rereading.reread(document, source)
