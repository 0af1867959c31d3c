"""Numbers of finders, a row for each, under short titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nmrquanv.finders import known_finder
from nmrquanv.gui.marker_looks import finder_title


class ScoreGrid(QWidget):
    """A small table of labels; the first column names the finder.

    Parameters
    ----------
    titles : sequence of str
        Of the columns of numbers.
    """

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)

    def show_rows(self, rows: Mapping[str, Sequence[str]]) -> None:
        """Show what stands for each finder, in the order given; titles only over something."""
        for label in self.findChildren(QLabel):
            self._grid.removeWidget(label)
            label.setParent(None)
            label.deleteLater()
        if not rows:
            return
        for column, title in enumerate(self._titles, start=1):
            label = self._put(0, column, title)
            label.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        for row, (finder, numbers) in enumerate(rows.items(), start=1):
            known = known_finder(finder)
            name = QLabel(known.short if known is not None else finder, self)
            name.setToolTip(finder_title(finder))
            self._grid.addWidget(name, row, 0)
            for column, text in enumerate(numbers, start=1):
                self._put(row, column, text)

    def _put(self, row: int, column: int, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(label, row, column)
        return label
