"""Lists what a program that was killed has left: open it, discard it, or leave it for later."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.questions import show_question
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.shell.scale import open_at
from nmrquanv.session.recovery import Listing, Recoverable, Recovery

_COLUMNS = ("Spectrum", "Last edited", "Last action", "Document", "Note")


class RecoveryDialog(Dialog):
    """A table of spectra; all are chosen at first. Nothing is lost by closing it.

    Parameters
    ----------
    recovery : Recovery
        Opens and discards.
    listing : Listing
        What it found.
    parent : QWidget or None
    """

    def __init__(self, recovery: Recovery, listing: Listing, parent: QWidget | None = None) -> None:
        super().__init__("Recover unsaved work", parent)
        self._recovery = recovery
        self._left = list(listing.found)
        self.list = QTreeWidget(self)
        told = "\n".join(("Some of it cannot be read any more.", *listing.damaged))
        self.damaged = QLabel(told if listing.damaged else "", self)
        self.buttons = QDialogButtonBox(self)
        self.open_button = QPushButton("&Open", self)
        self.discard_button = QPushButton("&Discard…", self)
        self.later_button = QPushButton("&Later", self)
        self.question: QDialog | None = None
        self._build()
        self._connect()
        self._fill()

    def chosen(self) -> tuple[Recoverable, ...]:
        """Return the spectra that are selected, in the order shown."""
        rows = sorted(self.list.indexOfTopLevelItem(item) for item in self.list.selectedItems())
        return tuple(self._left[row] for row in rows)

    def _build(self) -> None:
        text = QLabel(
            "The program ended before this work was saved. An opened spectrum is as it was at its "
            "last edit, and not saved until you save it.",
            self,
        )
        text.setWordWrap(True)
        text.setVisible(bool(self._left))
        self.list.setHeaderLabels(_COLUMNS)
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Spectra that can be recovered")
        self.list.setVisible(bool(self._left))
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.damaged.setWordWrap(True)
        self.damaged.setTextFormat(Qt.TextFormat.PlainText)
        self.damaged.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.damaged.setAccessibleName("What is damaged")
        self.damaged.setVisible(bool(self.damaged.text()))
        role = QDialogButtonBox.ButtonRole
        self.buttons.addButton(self.open_button, role.AcceptRole)
        self.buttons.addButton(self.discard_button, role.DestructiveRole)
        self.buttons.addButton(self.later_button, role.RejectRole)
        self.open_button.setDefault(True)
        in_column(text, (self.list, 1), self.damaged, self.buttons, on=self)
        open_at(self, 860, 320 if self._left else 140)

    def _connect(self) -> None:
        self.list.itemSelectionChanged.connect(self._refresh)
        self.list.itemActivated.connect(lambda _item, _column: self._open())
        self.open_button.clicked.connect(self._open)
        self.discard_button.clicked.connect(self._ask_discard)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._on_finished)

    def _fill(self) -> None:
        """Show what is left, all of it chosen."""
        for one in self._left:
            when = f"{one.changed.astimezone():%Y-%m-%d %H:%M:%S}"
            file = "" if one.file is None else one.file.name
            item = QTreeWidgetItem([one.name, when, one.action, file or "not saved yet", one.note])
            item.setToolTip(3, str(one.file or ""))
            item.setToolTip(4, one.note)
            self.list.addTopLevelItem(item)
        self.list.selectAll()
        self.list.selectionModel().clearCurrentIndex()  # its text is paler than the others'
        self._refresh()

    def _refresh(self) -> None:
        n = len(self.chosen())
        for button in (self.open_button, self.discard_button):
            button.setEnabled(n > 0)
            button.setVisible(bool(self._left))
        self.open_button.setText(f"&Open {n}" if n > 1 else "&Open")
        self.later_button.setText("&Later" if self._left else "&Close")

    @Slot()
    def _open(self) -> None:
        chosen = self.chosen()
        self._take_out(chosen)
        self._recovery.open(chosen)

    @Slot()
    def _ask_discard(self) -> None:
        """Ask once more: this is the one thing here that cannot be undone."""
        chosen = self.chosen()
        names = ", ".join(f"'{one.name}'" for one in chosen)
        box = QMessageBox(QMessageBox.Icon.Warning, "nmrquanv", f"Discard {names}?", parent=self)
        box.setInformativeText("The work that was not saved is lost.")
        discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))

        def answered() -> None:
            if box.clickedButton() is discard:
                self._recovery.discard(chosen)
                self._take_out(chosen)

        show_question(self, box)
        box.finished.connect(answered)

    def _take_out(self, gone: tuple[Recoverable, ...]) -> None:
        self.list.clear()  # it tells of its selection, so before what its rows stand for
        self._left = [one for one in self._left if one not in gone]
        self._fill()
        if not self._left:
            self.accept()

    @Slot()
    def _on_finished(self) -> None:
        self._recovery.let_go()
