"""Rows of the comparison's tables: pairs with their distances, and peaks without a partner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from nmrquanv.gui.panels.layer_swatch import finder_title, layer_icon
from nmrquanv.gui.panels.peak_table_model import UNKNOWN
from nmrquanv.numbers import fixed, signed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.comparison import Pair
from nmrquanv.spectra.peaks import Peak

Index = QModelIndex | QPersistentModelIndex
Row = tuple[float, tuple[str, ...]]
"""Its chemical shift and its cells."""

Table = tuple[tuple[str, ...], list[Row], tuple[str, ...]]
"""Column titles, rows, and the finders whose marks stand at the first columns."""


def pair_rows(pairs: Sequence[Pair], finders: tuple[str, str], axis: Axis) -> Table:
    """Return the table of matched pairs: both positions, their distance in Hz and ppm."""
    titles = ("ppm", "ppm", "Δ Hz", "Δ ppm")
    rows: list[Row] = []
    for pair in pairs:
        distance = pair.distance_ppm
        hz = signed(axis.hz(distance), 3) if axis.has_hz else UNKNOWN
        cells = (fixed(pair.first.ppm, 4), fixed(pair.second.ppm, 4), hz, signed(distance, 5))
        rows.append((pair.first.ppm, cells))
    return titles, rows, finders


def single_rows(peaks: Sequence[Peak], axis: Axis) -> Table:
    """Return the table of peaks that only one finder has."""
    titles = ("ppm", "Hz", "S/N", "Conf.")
    rows: list[Row] = []
    for peak in peaks:
        hz = fixed(axis.hz(peak.ppm), 2) if axis.has_hz else UNKNOWN
        snr = UNKNOWN if peak.snr is None else fixed(peak.snr, 1)
        confidence = UNKNOWN if peak.confidence is None else fixed(peak.confidence, 2)
        rows.append((peak.ppm, (fixed(peak.ppm, 4), hz, snr, confidence)))
    return titles, rows, ()


class ComparisonModel(QAbstractTableModel):
    """A read-only table of texts that knows the chemical shift of each row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: tuple[str, ...] = ()
        self._rows: list[Row] = []
        self._finders: tuple[str, ...] = ()

    def set_rows(
        self, titles: tuple[str, ...], rows: list[Row], finders: tuple[str, ...] = ()
    ) -> None:
        """Show another table."""
        if (titles, rows, finders) == (self._titles, self._rows, self._finders):
            return
        self.beginResetModel()
        self._titles, self._rows, self._finders = titles, rows, finders
        self.endResetModel()

    def ppm_at(self, row: int) -> float:
        """Return the chemical shift of a row."""
        return self._rows[row][0]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text and alignment of a cell."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][1][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._titles):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.DecorationRole and section < len(self._finders):
            return layer_icon(self._finders[section], 11)
        if role == Qt.ItemDataRole.ToolTipRole and section < len(self._finders):
            return f"Chemical shift by {finder_title(self._finders[section])}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
