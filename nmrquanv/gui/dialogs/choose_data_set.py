"""Asks which of several data sets below one folder to open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.shell.scale import open_at, scaled
from nmrquanv.numbers import counted

if TYPE_CHECKING:
    from nmrquanv.io.summaries import DataSetSummary

_COLUMNS = ("Nucleus", "Solvent", "Date", "Pulse program", "Title")
_MAX_COLUMN_PX = 320
_SIZE, _BARE_SIZE = (900, 440), (560, 360)


class ChooseDataSetDialog(Dialog):
    """A list of data sets; one or several can be opened.

    What cannot be opened is listed too, with why, but cannot be selected.

    Parameters
    ----------
    folder : str
        What the user opened.
    choices : sequence of str
        Paths of the data sets.
    summaries : sequence of DataSetSummary
        What is known of each without reading its data; or none at all.
    parent : QWidget or None
    """

    def __init__(
        self,
        folder: str,
        choices: Sequence[str],
        summaries: Sequence[DataSetSummary] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Choose a data set", parent)
        self._choices = tuple(choices)
        self.list = QTreeWidget(self)
        self.add_buttons(Button.Open | Button.Cancel)
        self._build(folder, choices, summaries)
        self._connect()
        self._refresh()

    def chosen(self) -> tuple[str, ...]:
        """Return the paths of the selected data sets, in the order shown."""
        rows = sorted(self.list.indexOfTopLevelItem(item) for item in self.list.selectedItems())
        return tuple(self._choices[row] for row in rows)

    def _build(
        self, folder: str, choices: Sequence[str], summaries: Sequence[DataSetSummary]
    ) -> None:
        number = len(choices) - sum(bool(known.problem) for known in summaries)
        text = QLabel(
            f"'{Path(folder).name}' holds {counted(number, 'data set')} that can be opened. "
            "Which do you want?",
            self,
        )
        text.setWordWrap(True)
        self.list.setHeaderLabels(["Data set", *(_COLUMNS if summaries else ())])
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Data sets")
        items = [self._item(n, folder, summaries) for n in range(len(choices))]
        self.list.addTopLevelItems(items)
        self._fit_columns()
        first = next((item for item in items if _can_be_opened(item)), None)
        if first is not None:
            self.list.setCurrentItem(first)
        in_column(text, (self.list, 1), self.buttons, on=self)
        open_at(self, *(_SIZE if summaries else _BARE_SIZE))

    def _fit_columns(self) -> None:
        """Make columns as wide as what is in them, within reason; the last takes the rest."""
        header = self.list.header()
        header.setStretchLastSection(True)
        for column in range(self.list.columnCount() - 1):
            self.list.resizeColumnToContents(column)
            header.resizeSection(column, min(header.sectionSize(column), scaled(_MAX_COLUMN_PX)))

    def _item(
        self, number: int, folder: str, summaries: Sequence[DataSetSummary]
    ) -> QTreeWidgetItem:
        """Return a row; what cannot be opened stands in it with why, and cannot be selected."""
        choice = self._choices[number]
        cells = [_name(choice, folder)]
        known = summaries[number] if summaries else None
        if known is not None:
            sample = known.sample
            title = " ".join(sample.title.split())
            cells += [sample.nucleus, sample.solvent, known.measured, sample.pulse_program]
            cells.append(f"Cannot be opened: {known.problem}" if known.problem else title)
        item = QTreeWidgetItem(cells)
        item.setToolTip(0, choice)
        if known is not None:
            item.setToolTip(len(cells) - 1, cells[-1])
        if known is not None and known.problem:  # not disabled: the reason is to be read
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsSelectable)
            font = item.font(0)
            font.setItalic(True)
            for column in range(len(cells)):
                item.setFont(column, font)
        return item

    def _connect(self) -> None:
        self.list.itemSelectionChanged.connect(self._refresh)
        self.list.itemActivated.connect(self._on_activated)

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        if _can_be_opened(item):
            self.accept()

    def _refresh(self) -> None:
        n = len(self.chosen())
        button = self.buttons.button(Button.Open)
        button.setEnabled(n > 0)
        button.setText(f"Open {n}" if n > 1 else "Open")


def _can_be_opened(item: QTreeWidgetItem) -> bool:
    return bool(item.flags() & Qt.ItemFlag.ItemIsSelectable)


def _name(choice: str, folder: str) -> str:
    """Return a data set's path as seen from the folder, or as it is."""
    try:
        return os.path.relpath(choice, folder)
    except ValueError:
        return choice
