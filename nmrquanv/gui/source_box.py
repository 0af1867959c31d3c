"""Which data of an experiment are shown: its FID, or one of its processed spectra."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QToolBar, QWidget

from nmrquanv.session.document import Document
from nmrquanv.session.workspace import Workspace


class SourceBox(QComboBox):
    """Shows the source of the document in the window, and reads another one when it is chosen."""

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
        if document is not None:
            self.setCurrentIndex(self.findData(document.dataset.source.kind))
        self.setEnabled(len(sources) > 1)
        if self._place is not None:
            self._place.setVisible(document is not None)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        document, source = self._workspace.current, str(self.itemData(index))
        if document is not None and source != document.dataset.source.kind:
            self._workspace.rereading.reread(document, source)
