"""What the actions about multiplets do, and how their table and the plot follow each other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction

from nmrquanv.gui.actions import Slots
from nmrquanv.gui.panels.multiplets import MultipletTable
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.numbers import counted
from nmrquanv.session import multiplet_edits as edits
from nmrquanv.session.known_elsewhere import known_elsewhere
from nmrquanv.session.workspace import Workspace


class AnalysisCommands(QObject):
    """Does what the actions about multiplets say.

    Parameters
    ----------
    actions : dict of str to QAction
        Of the window's table, by id.
    view : SpectrumView
    workspace : Workspace
        Its other spectra may be of another nucleus of the same sample.
    table : MultipletTable
    status : StatusBar
    parent : QObject
    """

    def __init__(
        self,
        actions: dict[str, QAction],
        view: SpectrumView,
        workspace: Workspace,
        table: MultipletTable,
        status: StatusBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._view, self._table, self._status = view, table, status
        self._workspace = workspace
        table.find_wanted.connect(self.find)
        table.add_wanted.connect(self.add)
        table.split_wanted.connect(self.split)
        table.text_wanted.connect(actions["journal"].trigger)
        table.chosen.connect(view.layers.multiplets.set_chosen)
        table.table.copied.connect(lambda: status.say("The multiplets are on the clipboard"))
        view.editing.multiplet_picked.connect(lambda ids: self._make(ids))

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {"find_multiplets": self.find, "add_multiplet": self.add}

    def find(self) -> None:
        """Group the shown peaks, show the table, and say what came of it."""
        document = self._view.document
        if document is None:
            return
        if not document.has_hz:
            self._status.say("Couplings are in Hz: the spectrum's frequency is not known")
            return
        if not len(document.shown_peaks()):
            self._status.say("No peaks are shown: find peaks first")
            return
        elsewhere = known_elsewhere(document, self._workspace.documents)
        edits.find_multiplets(document, elsewhere.couplings)
        self._raise()
        unnamed = sum(m.kind == "m" for m in document.multiplets)
        told = f"{counted(len(document.multiplets), 'multiplet')} found"
        told += f", {unnamed} of them m: no pattern fits" if unnamed else ""
        if elsewhere.names:
            told += f"; couplings compared with {', '.join(elsewhere.names)}"
        self._status.say(told)

    def add(self) -> None:
        """Make one multiplet of the peaks that are selected in the plot."""
        ids = self._view.editing.selected_ids()
        if not ids:
            self._status.say("Select the lines first: in the plot, or in the peak table")
            return
        self._make(ids)

    def split(self, multiplet_id: str) -> None:
        """Divide a multiplet: the peaks that are selected in the plot against the rest."""
        document = self._view.document
        if document is None:
            return
        if not edits.split_multiplet(document, multiplet_id, self._view.editing.selected_ids()):
            self._status.say("A single line cannot be divided")

    def _make(self, ids: tuple[str, ...]) -> None:
        document = self._view.document
        if document is None or not document.has_hz:
            return
        added = edits.add_multiplet(document, ids)
        if added is None:
            self._status.say("There is no peak of the working list in this stretch")
            return
        self._raise()
        self._table.select((added,))

    def _raise(self) -> None:
        dock = self._table.parentWidget()
        if dock is not None and dock.windowType() != Qt.WindowType.Window:
            dock.show()
            dock.raise_()
