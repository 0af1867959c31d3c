"""Where a retrained model is right and the old one was not, and the other way round: a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.numbers import fixed

_WORDS = {
    "found": "better: finds this line now",
    "gone": "better: a peak that is no line is gone",
    "missed": "worse: misses this line now",
    "false": "worse: a peak that is no line is new",
}
_HEADS = ("ppm", "What is other", "Spectrum", "Learnt there")
_BETTER = ("found", "gone")
_MOST_ROWS = 5


class TrainingChanges(QWidget):
    """A row for each place; a click shows it.

    Signals
    -------
    place_clicked(dict)
        ``name``, ``sha256`` and ``ppm`` of a place.
    """

    place_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: tuple[dict[str, Any], ...] = ()
        self.title = QLabel(self)
        self.table = PlainTable(len(_HEADS), "Places where the models differ", self)
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        rows = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(header.sizeHint().height() + _MOST_ROWS * rows + 4)
        self.table.setToolTip("Click a row to see the place in the spectrum")
        self.table.currentCellChanged.connect(self._on_row)
        self.table.cellClicked.connect(self._on_row)
        in_column(self.title, self.table, on=self, margins=0, spacing=2)

    def show_changes(
        self, places: Sequence[dict[str, Any]], *, is_own_answer: bool = False
    ) -> None:
        """Show where the models differ; says so where they do not.

        Where the list is the old model's own answer nothing is called better or worse.
        """
        known = [p for p in places if p.get("kind") in _WORDS and _is_place(p)]
        self._places = tuple(known)
        better = sum(p["kind"] in _BETTER for p in known)
        worse = len(known) - better
        told = f"Places that got better: {better}, worse: {worse} (click to see them)"
        if is_own_answer:
            told = f"Places where the models differ: {len(known)} (click to see them)"
        self.title.setText(told if known else "In the reviewed regions both find the same.")
        self.table.blockSignals(True)
        self.table.setRowCount(len(known))
        for row, place in enumerate(known):
            learnt = "no" if place.get("is_held_out") else "yes"
            words = _WORDS[place["kind"]]
            words = words.partition(": ")[2] if is_own_answer else words
            texts = (fixed(place["ppm"], 4), words, str(place["name"]), learnt)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column == 0:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(row, column, item)
        self.table.setCurrentCell(-1, -1)
        self.table.blockSignals(False)
        self.table.setVisible(bool(known))

    def _on_row(self, row: int, *_: int) -> None:
        if 0 <= row < len(self._places):
            self.place_clicked.emit(self._places[row])


def _is_place(place: dict[str, Any]) -> bool:
    return isinstance(place.get("ppm"), int | float) and isinstance(place.get("name"), str)
