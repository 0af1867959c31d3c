"""A tab for each open spectrum over the plot; there from the second one on."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QTabBar, QWidget

from nmrquanv.gui.actions import Slots
from nmrquanv.gui.focus_ring import PressedOnly
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.spectra_list import facts
from nmrquanv.gui.shell.scale import fit_crosses
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import PeakFinding
from nmrquanv.session.workspace import Workspace


def stacked(*widgets: QWidget) -> QWidget:
    """Lay widgets of one parent below each other without room between, the last of which grows.

    Returns
    -------
    QWidget
        The parent.
    """
    whole, (*upper, last) = widgets[0].parentWidget(), widgets
    assert whole is not None
    in_column(*upper, (last, 1), on=whole, margins=0, spacing=0)
    return whole


class DocumentTabs(QTabBar):
    """Shows which spectrum is current, and makes another one so.

    Signals
    -------
    close_requested(Document)
        A person wants it closed; the window asks about unexported work.
    """

    close_requested = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._finding: PeakFinding | None = None
        self.setAccessibleName("Open spectra, as tabs")
        self.setDocumentMode(True)
        self.setExpanding(False)
        self.setTabsClosable(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUsesScrollButtons(True)
        PressedOnly(self, self)
        workspace.documents_changed.connect(self._refresh)
        workspace.current_changed.connect(self._refresh)
        self.currentChanged.connect(self._on_current_changed)
        self.tabCloseRequested.connect(
            lambda number: self.close_requested.emit(workspace.documents[number])
        )
        self._refresh()

    def follow(self, finding: PeakFinding) -> None:
        """Say on each tab how far the search of its spectrum is."""
        self._finding = finding
        ends = finding.succeeded, finding.failed, finding.cancelled
        for signal in (finding.started, finding.progressed, *ends):
            signal.connect(self._on_search)

    def _text(self, document: Document) -> str:
        progress = self._finding.progress_of(document) if self._finding is not None else None
        if progress is None:
            return document.name
        done, total, _ = progress
        return f"{document.name}  {f'{100 * done // total} %' if total else '…'}"

    def _on_search(self, document: Document, *_: object) -> None:
        documents = self._workspace.documents
        if document in documents:
            text = self._text(document).replace("&", "&&")
            if text != self.tabText(number := documents.index(document)):
                self.setTabText(number, text)

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {"next_spectrum": lambda: self.step(1), "previous_spectrum": lambda: self.step(-1)}

    def step(self, by: int) -> None:
        """Show the next spectrum or the one before; after the last comes the first."""
        documents, current = self._workspace.documents, self._workspace.current
        if current in documents and len(documents) > 1:
            number = (documents.index(current) + by) % len(documents)
            self._workspace.set_current(documents[number])

    @Slot()
    def _refresh(self, *_: object) -> None:
        documents, current = self._workspace.documents, self._workspace.current
        with QSignalBlocker(self):
            while self.count() > len(documents):
                self.removeTab(self.count() - 1)
            while self.count() < len(documents):
                self.addTab("")
            fit_crosses(self)
            for number, document in enumerate(documents):
                self.setTabText(number, self._text(document).replace("&", "&&"))
                self.setTabToolTip(number, f"{document.name}\n{facts(document)}")
            if current in documents:
                self.setCurrentIndex(documents.index(current))
        self.setVisible(len(documents) > 1)

    @Slot(int)
    def _on_current_changed(self, number: int) -> None:
        if 0 <= number < len(self._workspace.documents):
            self._workspace.set_current(self._workspace.documents[number])
