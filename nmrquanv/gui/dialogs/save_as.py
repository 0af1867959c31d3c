"""Asks what a document file is to hold before it gets its name: spectra, data, names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGroupBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.io.document_options import Choice, Embedding
from nmrquanv.session.document import Document

_DATA: dict[Embedding, tuple[str, str]] = {
    "auto": ("In the document up to 50 MB", "The files that were read; larger ones are linked"),
    "embedded": ("In the document, however large", "The document needs nothing besides"),
    "linked": (
        "Linked",
        "Place, size and hash are kept; the trace is there in any case, and processing anew\n"
        "looks for the data beside the document",
    ),
}
_MOST_ROWS = 8


class SaveAsDialog(Dialog):
    """What goes into the file; its name is asked afterwards.

    Parameters
    ----------
    documents : sequence of Document
        All that are open.
    chosen : collection of Document
        Those that are ticked at first.
    choice : Choice
        What the file held until now.
    parent : QWidget or None
    """

    def __init__(
        self,
        documents: Sequence[Document],
        chosen: Collection[Document],
        choice: Choice,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Save As", parent)
        self._documents = tuple(documents)
        self.list = QListWidget(self)
        self.data = {name: QRadioButton(text, self) for name, (text, _) in _DATA.items()}
        self.has_names = QCheckBox("Paths and user names", self)
        self.told = QLabel(self)
        self.add_buttons(Button.Save | Button.Cancel)
        self._build(chosen, choice)
        self._connect()
        self._refresh()

    def documents(self) -> tuple[Document, ...]:
        """Return the spectra that are ticked."""
        ticked = Qt.CheckState.Checked
        return tuple(
            document
            for row, document in enumerate(self._documents)
            if self.list.item(row).checkState() == ticked and not document.is_closed
        )

    def choice(self) -> Choice:
        """Return what the file is to hold."""
        data = next(name for name, button in self.data.items() if button.isChecked())
        return Choice(data, self.has_names.isChecked())

    def _build(self, chosen: Collection[Document], choice: Choice) -> None:
        self.list.setAccessibleName("Spectra in the file")
        for document in self._documents:
            item = QListWidgetItem(document.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_in = document in chosen
            item.setCheckState(Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        rows = min(max(len(self._documents), 2), _MOST_ROWS)
        self.list.ensurePolished()  # else rows are those of other letters
        self.list.setFixedHeight(
            rows * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth() + 4
        )
        group = QButtonGroup(self)
        for name, button in self.data.items():
            button.setToolTip(_DATA[name][1])
            button.setChecked(name == choice.data)
            group.addButton(button)
        self.has_names.setChecked(choice.has_names)
        self.has_names.setToolTip("Leave them out to share the document")
        self.told.setWordWrap(True)
        self.told.setAccessibleName("What the choice means")
        self.buttons.button(Button.Save).setText("Choose a Name…")
        boxes = []
        for title, widgets in (
            ("Spectra", [self.list]),
            ("Measured files", list(self.data.values())),
            ("Also in the file", [self.has_names]),
        ):
            box = QGroupBox(title, self)
            in_column(*widgets, on=box)
            boxes.append(box)
        in_column(*boxes, self.told, self.buttons, on=self, width=420)

    def _connect(self) -> None:
        self.list.itemChanged.connect(self._refresh)
        for button in (*self.data.values(), self.has_names):
            button.toggled.connect(self._refresh)

    def _refresh(self, *_: object) -> None:
        has_names = self.has_names.isChecked()
        for name, button in self.data.items():
            button.setEnabled(has_names or name == "auto")
        if not has_names and not self.data["auto"].isChecked():
            self.data["auto"].setChecked(True)
        self.told.setText(
            "Titles and names of spectra stay as they are."
            if has_names
            else "The numbers that were read are in the file, the files themselves are not: their "
            "parameters name persons and folders. Titles and names of spectra stay as they are."
        )
        save = self.buttons.button(Button.Save)
        save.setEnabled(bool(self.documents()))
