"""Asks which of several data sets below one folder to open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.spectra.spectrum import Sample


class ChooseDataSetDialog(QDialog):
    """A list of data sets; one or several can be opened.

    Parameters
    ----------
    folder : str
        What the user opened.
    choices : sequence of str
        Paths of the data sets.
    summaries : sequence of Sample
        What is known of each without reading its data; or none at all.
    parent : QWidget or None
    """

    def __init__(
        self,
        folder: str,
        choices: Sequence[str],
        summaries: Sequence[Sample] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a data set")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._choices = tuple(choices)
        self.list = QTreeWidget(self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._build(folder, choices, summaries)
        self._connect()
        self._refresh()

    def chosen(self) -> tuple[str, ...]:
        """Return the paths of the selected data sets, in the order shown."""
        rows = sorted(self.list.indexOfTopLevelItem(item) for item in self.list.selectedItems())
        return tuple(self._choices[row] for row in rows)

    def _build(self, folder: str, choices: Sequence[str], summaries: Sequence[Sample]) -> None:
        text = QLabel(
            f"'{Path(folder).name}' holds {len(choices)} data sets. Which do you want to open?",
            self,
        )
        text.setWordWrap(True)
        columns = ["Data set"] + (["Nucleus", "Pulse program", "Title"] if summaries else [])
        self.list.setHeaderLabels(columns)
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Data sets")
        for number, choice in enumerate(choices):
            cells = [_name(choice, folder)]
            if summaries:
                known = summaries[number]
                cells += [known.nucleus, known.pulse_program, " ".join(known.title.split())]
            item = QTreeWidgetItem(cells)
            item.setToolTip(0, choice)
            self.list.addTopLevelItem(item)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        if (first := self.list.topLevelItem(0)) is not None:
            self.list.setCurrentItem(first)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.buttons)
        self.resize(560, 360)

    def _connect(self) -> None:
        self.list.itemSelectionChanged.connect(self._refresh)
        self.list.itemActivated.connect(lambda _item, _column: self.accept())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _refresh(self) -> None:
        n = len(self.chosen())
        button = self.buttons.button(QDialogButtonBox.StandardButton.Open)
        button.setEnabled(n > 0)
        button.setText(f"Open {n}" if n > 1 else "Open")


def _name(choice: str, folder: str) -> str:
    """Return a data set's path as seen from the folder, or as it is."""
    try:
        return os.path.relpath(choice, folder)
    except ValueError:
        return choice
