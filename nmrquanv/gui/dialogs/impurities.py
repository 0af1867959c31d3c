"""The solvent, and what else of the bench is in the sample: offered with all its lines."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.shell.scale import open_at, scaled
from nmrquanv.numbers import counted, fixed, signed
from nmrquanv.session.document import Document
from nmrquanv.session.impurity_edits import (
    mark_impurities,
    offered_impurities,
    why_no_impurities,
)
from nmrquanv.spectra.impurities import Impurity
from nmrquanv.spectra.impurity_tables import ImpuritySignal
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.solvent_tables import known_solvent, solvents

_SOURCE = (
    "Shifts: Fulmer et al., Organometallics 2010, 29, 2176; Gottlieb et al., J. Org. Chem. 1997, "
    "62, 7512"
)


class ImpuritiesDialog(Dialog):
    """Follows the document while it is open.

    Signals
    -------
    show_ppm(float)
        A person chose a signal.
    said(str)
        What was marked.
    """

    show_ppm = Signal(float)
    said = Signal(str)

    is_of_document = True

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("Solvent and impurities", parent)
        self._document = document
        self._offered: tuple[Impurity, ...] = ()
        self.solvent_box, self.state_text = QComboBox(self), QLabel(self)
        self.tree = QTreeWidget(self)
        self.add_buttons()
        self.mark_button = self.buttons.addButton(
            "&Mark as Impurities", QDialogButtonBox.ButtonRole.ActionRole
        )
        self._build()
        self._connect()
        self._refresh()

    def chosen(self) -> tuple[Impurity, ...]:
        """Return the impurities that are ticked."""
        rows = (self.tree.topLevelItem(k) for k in range(len(self._offered)))
        ticked = [row is not None and row.checkState(0) == Qt.CheckState.Checked for row in rows]
        return tuple(one for one, on in zip(self._offered, ticked, strict=True) if on)

    def _build(self) -> None:
        self.solvent_box.setAccessibleName("Solvent")
        self.solvent_box.addItem("not known", "")
        for name in solvents():
            self.solvent_box.addItem(name, name)
        own = self._document.sample.solvent
        if own and known_solvent(own) is None:
            self.solvent_box.addItem(own, own)
        self.tree.setAccessibleName("Impurities")
        self.tree.setHeaderLabels(["Impurity", "Table, ppm", "Here, ppm", "Class", "Area / nuclei"])
        self.tree.setColumnWidth(0, scaled(190))
        self.state_text.setWordWrap(True)
        self.state_text.setToolTip(_SOURCE)
        label = QLabel("&Solvent", self)
        label.setBuddy(self.solvent_box)
        row = in_row(label, self.solvent_box, 1)
        in_column(row, self.state_text, (self.tree, 1), self.buttons, on=self)
        open_at(self, 680, 420)

    def _connect(self) -> None:
        self.solvent_box.activated.connect(self._on_solvent)
        self.tree.currentItemChanged.connect(self._on_row)
        self.tree.itemChanged.connect(self._enable)
        self.mark_button.clicked.connect(self._on_mark)
        self._document.changed.connect(self._refresh)
        close_with(self._document, self)

    def _on_solvent(self) -> None:
        self._document.reprocess.set_solvent(str(self.solvent_box.currentData()))

    def _on_mark(self) -> None:
        chosen = self.chosen()
        count = mark_impurities(self._document, chosen)
        names = ", ".join(one.name for one in chosen)
        self.said.emit(f"{counted(count, 'line')} marked as impurities: {names}")

    def _refresh(self) -> None:
        """Offer what the document shows now."""
        solvent = self._document.sample.solvent
        name = known_solvent(solvent) or solvent
        self.solvent_box.setCurrentIndex(max(self.solvent_box.findData(name), 0))
        self._offered, hints = offered_impurities(self._document)
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for one in self._offered:
                self.tree.addTopLevelItem(_item(one))
            if hints:
                self._show_hints(hints)
        for column in range(1, self.tree.columnCount()):
            self.tree.resizeColumnToContents(column)
        count, has_ratios = len(self._offered), any(one.shares for one in self._offered)
        self.tree.setColumnHidden(4, not has_ratios)
        ratio = "in ratio" if has_ratios else "whose areas tell no ratio"
        text = f"Impurities: {count} of which all signals are seen, {ratio}."
        none = "No tabulated impurity is seen with all its signals."
        text = text if count else why_no_impurities(self._document) or none
        if hints:
            alone = len({one.multiplets[0].id for one in hints})  # several may have one shift
            told = "stands where the table has one" if alone == 1 else "stand where it has one"
            text += f" {counted(alone, 'single line')} {told}: not offered."
        self.state_text.setText(text)
        self._enable()

    def _show_hints(self, hints: tuple[Impurity, ...]) -> None:
        """List singlets at the shift of something that has no other signal; nothing to tick."""
        head = QTreeWidgetItem(["Single lines: a shift proves nothing"])
        head.setFlags(head.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        for one in hints:
            child = _child(one.signals[0], one.multiplets[0], None)
            child.setText(0, one.name)
            head.addChild(child)
        self.tree.addTopLevelItem(head)
        head.setFirstColumnSpanned(True)
        head.setExpanded(True)

    def _enable(self) -> None:
        self.mark_button.setEnabled(bool(self.chosen()))

    def _on_row(self, item: QTreeWidgetItem | None) -> None:
        ppm = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(ppm, float):
            self.show_ppm.emit(ppm)


def _item(one: Impurity) -> QTreeWidgetItem:
    """Return an impurity with a row for each of its signals."""
    item = QTreeWidgetItem([one.name, "", "", "", ""])
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(0, Qt.CheckState.Checked)
    item.setData(0, Qt.ItemDataRole.UserRole, one.multiplets[0].ppm)
    shares = one.shares or (None,) * len(one.signals)
    for signal, here, share in zip(one.signals, one.multiplets, shares, strict=True):
        item.addChild(_child(signal, here, share))
    item.setExpanded(True)
    return item


def _child(signal: ImpuritySignal, here: Multiplet, share: float | None) -> QTreeWidgetItem:
    away = signed(here.ppm - signal.ppm, 3)
    place = f"{fixed(here.ppm, 3)} ({away})"
    ratio = "" if share is None else fixed(share, 2)
    child = QTreeWidgetItem(["", fixed(signal.ppm, 2), place, here.name, ratio])
    child.setData(0, Qt.ItemDataRole.UserRole, here.ppm)
    return child
