"""The open spectra: which one is shown, and which hold work that is not exported yet."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QMenu, QWidget

from nmrquanv.gui.layouts import in_column
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.workspace import Workspace


def facts(document: Document) -> str:
    """Return in one line what a spectrum is: nucleus, frequency, solvent, source."""
    sample, source = document.sample, document.dataset.source
    words = [sample.nucleus]
    if document.has_hz:
        words.append(f"{fixed(document.spectrum.axis.sf_mhz, 0)} MHz")
    words.append(sample.solvent)
    words.append("FID" if source.kind == "fid" else source.format)
    return ", ".join(word for word in words if word)


class SpectraList(QWidget):
    """Panel with the documents of a workspace.

    Signals
    -------
    close_requested(Document)
        A person wants it closed; the window asks about unexported work.
    """

    close_requested = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._watched: tuple[Document, ...] = ()
        self.list = QListWidget(self)
        self.list.setAccessibleName("Open spectra")
        self.list.setAlternatingRowColors(True)
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.empty_text = QLabel("No spectrum is open.\nDrop a file or folder here.", self)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setWordWrap(True)
        in_column(self.list, self.empty_text, on=self, margins=0)
        self._connect()
        self._refresh()

    def whole_width(self) -> int:
        """Return the width in pixels that cuts no name."""
        beside = 2 * (self.list.frameWidth() + self.list.spacing())
        return self.list.sizeHintForColumn(0) + self.list.verticalScrollBar().width() + beside

    def _connect(self) -> None:
        self._workspace.documents_changed.connect(self._refresh)
        self._workspace.current_changed.connect(self._refresh)
        self._workspace.saving.saved.connect(self._refresh_texts)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.list.customContextMenuRequested.connect(self._on_menu_requested)

    def _refresh(self) -> None:
        documents = self._workspace.documents
        if documents != self._watched:
            self._watch(documents)
        with QSignalBlocker(self.list):
            self.list.clear()
            for document in documents:
                self.list.addItem(self._item(document))
            current = self._workspace.current
            self.list.setCurrentRow(documents.index(current) if current in documents else -1)
        self.list.setVisible(bool(documents))
        self.empty_text.setVisible(not documents)

    def _watch(self, documents: tuple[Document, ...]) -> None:
        """Follow the edits of the open documents, for their stars."""
        for document in self._watched:
            if document not in documents:
                document.undo_stack.indexChanged.disconnect(self._refresh_texts)
                document.undo_stack.cleanChanged.disconnect(self._refresh_texts)
        for document in documents:
            if document not in self._watched:
                document.undo_stack.indexChanged.connect(self._refresh_texts)
                document.undo_stack.cleanChanged.connect(self._refresh_texts)
        self._watched = documents

    def _refresh_texts(self, *_: object) -> None:
        for row, document in enumerate(self._workspace.documents):
            if (item := self.list.item(row)) is not None:
                self._describe(item, document)

    def _item(self, document: Document) -> QListWidgetItem:
        item = QListWidgetItem()
        self._describe(item, document)
        return item

    @staticmethod
    def _describe(item: QListWidgetItem, document: Document) -> None:
        has_edits = document.has_unsaved_edits
        item.setText(f"{document.name}{' *' if has_edits else ''}\n{facts(document)}")
        note = "\n* holds edits that are not saved" if has_edits else ""
        title = " ".join(document.sample.title.split())
        lines = (title, document.dataset.source.path)
        item.setToolTip("\n".join(line for line in lines if line) + note)

    def _on_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._workspace.documents):
            self._workspace.set_current(self._workspace.documents[row])

    def _on_menu_requested(self, where: QPoint) -> None:
        row = self.list.indexAt(where).row()
        if not 0 <= row < len(self._workspace.documents):
            return
        document = self._workspace.documents[row]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = menu.addAction(f"Close {document.name}")
        close.triggered.connect(lambda: self.close_requested.emit(document))
        menu.popup(self.list.viewport().mapToGlobal(where))
