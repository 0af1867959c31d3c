"""Rows of the comparison's tables: pairs with their distances, and peaks without a partner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from nmrquanv.gui.marker_looks import finder_title, layer_icon
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN
from nmrquanv.numbers import fixed, signed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.comparison import Pair
from nmrquanv.spectra.peaks import Peak

Index = QModelIndex | QPersistentModelIndex
Cells = Callable[[Any], tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What one table shows: the texts of a row are made when it is looked at.

    Parameters
    ----------
    titles : tuple of str
        Of the columns.
    items : sequence
        One for each row.
    ppm, cells : function of an item
        Its chemical shift, and its texts.
    finders : tuple of str
        Whose marks stand at the first columns.
    """

    titles: tuple[str, ...] = ()
    items: Sequence[Any] = ()
    ppm: Callable[[Any], float] = lambda item: float(item.ppm)
    cells: Cells = lambda _: ()
    finders: tuple[str, ...] = ()


def pair_rows(pairs: Sequence[Pair], finders: tuple[str, str], axis: Axis) -> Rows:
    """Return the table of matched pairs: both positions, their distance in Hz and ppm."""

    def cells(pair: Pair) -> tuple[str, ...]:
        distance = pair.distance_ppm
        hz = signed(axis.hz(distance), 3) if axis.has_hz else UNKNOWN
        return fixed(pair.first.ppm, 4), fixed(pair.second.ppm, 4), hz, signed(distance, 5)

    titles = ("ppm", "ppm", "Δ Hz", "Δ ppm")
    return Rows(titles, pairs, lambda pair: float(pair.first.ppm), cells, finders)


def single_rows(peaks: Sequence[Peak], axis: Axis) -> Rows:
    """Return the table of peaks that only one finder has."""

    def cells(peak: Peak) -> tuple[str, ...]:
        hz = fixed(axis.hz(peak.ppm), 2) if axis.has_hz else UNKNOWN
        snr = UNKNOWN if peak.snr is None else fixed(peak.snr, 1)
        confidence = UNKNOWN if peak.confidence is None else fixed(peak.confidence, 2)
        return fixed(peak.ppm, 4), hz, snr, confidence

    return Rows(("ppm", "Hz", "S/N", "Conf."), peaks, cells=cells)


class ComparisonModel(QAbstractTableModel):
    """A read-only table of texts that knows the chemical shift of each row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = Rows()

    def set_rows(self, rows: Rows) -> None:
        """Show another table."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def ppm_at(self, row: int) -> float:
        """Return the chemical shift of a row."""
        return self._rows.ppm(self._rows.items[row])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows.items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._rows.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text and alignment of a cell."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows.cells(self._rows.items[index.row()])[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._rows.titles):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows.titles[section]
        if role == Qt.ItemDataRole.DecorationRole and section < len(self._rows.finders):
            return layer_icon(self._rows.finders[section], 11)
        if role == Qt.ItemDataRole.ToolTipRole and section < len(self._rows.finders):
            return f"Chemical shift by {finder_title(self._rows.finders[section])}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
