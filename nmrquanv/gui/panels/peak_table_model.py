"""The peak table's rows: sorted, and told apart by ``Peak.id``; edits leave as signals.

Thousands of peaks change at each tick of a slider and some fifteen rows are seen: a row is made
when it is looked at, and where only a few peaks differ, only their rows are said to be others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from nmrquanv.gui.panels.peak_table_columns import COLUMNS, PeakRows, Row, spoken, tip_of
from nmrquanv.numbers import fixed, parse_number
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList

Index = QModelIndex | QPersistentModelIndex

_NO_ROWS = PeakRows(PeakList(), Axis(2, 1.0, 1.0, 0.0), 0.0)
_BY_NUMBER = ("number", "ppm")
# looked up once: data() is asked a thousand times for one picture of the table
_DISPLAY, _EDIT = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.EditRole)
_ALIGNMENT, _FONT = int(Qt.ItemDataRole.TextAlignmentRole), int(Qt.ItemDataRole.FontRole)
_TIP, _SPOKEN = int(Qt.ItemDataRole.ToolTipRole), int(Qt.ItemDataRole.AccessibleTextRole)
_ANSWERED = frozenset((_DISPLAY, _EDIT, _ALIGNMENT, _FONT, _TIP, _SPOKEN))
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_FLAGS = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _FLAGS | Qt.ItemFlag.ItemIsEditable
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PeakTableModel(QAbstractTableModel):
    """Rows of the working list; edits go out as signals, never into the rows."""

    ppm_edited = Signal(str, float)
    label_edited = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _NO_ROWS
        self._order: Sequence[int] = ()
        self._row_of_id: dict[str, int] | None = None
        self._sorting = (1, Qt.SortOrder.DescendingOrder)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of peaks."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns, hidden ones included."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment, font and tip of a cell."""
        if int(role) not in _ANSWERED or not index.isValid():
            return None
        role, column = int(role), COLUMNS[index.column()]
        if role == _ALIGNMENT:
            return _RIGHT if column.is_number else None
        if role == _FONT:
            return self._font(self.peak_at(index.row()))
        row = self.row_at(index.row())
        if role == _DISPLAY:
            return column.said(row)
        if role == _TIP:
            return tip_of(row, column)
        if role == _SPOKEN:
            return spoken(row)
        value = column.value(row)
        return column.text(value) if column.is_number and column.is_editable else value

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Announce an edit of ppm or label; the document answers with a refresh."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        row, key = self.row_at(index.row()), COLUMNS[index.column()].key
        if key == "label" and str(value).strip() != row.peak.label:
            self.label_edited.emit(row.peak.id, str(value).strip())
            return True
        if key == "ppm":
            return self._take_ppm(row.peak, str(value))
        return False

    def _take_ppm(self, peak: Peak, text: str) -> bool:
        """Announce a chemical shift that differs; the delegate has refused what is none."""
        ppm = parse_number(text)
        if fixed(ppm, 4) == fixed(peak.ppm, 4):
            return False
        self.ppm_edited.emit(peak.id, ppm)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return the flags of a cell: ppm and label can be edited."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _EDITABLE if COLUMNS[index.column()].is_editable else _FLAGS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return title and tip of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title + self._arrow(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.is_number else _LEFT
        return None

    def _arrow(self, section: int) -> str:
        """Return how the column is sorted; Qt's own arrow would cover right-aligned titles."""
        column, order = self._sorting
        if section != column:
            return ""
        return " ▴" if order == Qt.SortOrder.AscendingOrder else " ▾"

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; unknown values stand last in either order."""
        if column < 0:
            return
        self._sorting = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self.peak_at(i.row()).id for i in before]
        self._arrange(self._rows, self._order_of(self._rows))
        rows = self._rows_by_id()
        after = [
            self.index(rows[peak_id], i.column()) for peak_id, i in zip(ids, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def set_rows(self, rows: PeakRows) -> bool:
        """Show other rows, in the order chosen before.

        Returns
        -------
        bool
            Whether the table was made anew. False where the same peaks stand in the same order,
            but for one that came or went: then rows stay selected.
        """
        order = self._order_of(rows)
        ids, before = [rows.peaks[i].id for i in order], self._rows
        known = self.ids()
        if ids != known and not self._step(rows, order, ids, known):
            self.beginResetModel()
            self._arrange(rows, order)
            self.endResetModel()
            return True
        self._arrange(rows, order)
        if ids == known and rows.is_said_alike(before):
            others = [row for row, i in enumerate(order) if rows.peaks[i] is not before.peaks[i]]
        else:
            others = [0, len(order) - 1]
        if others and len(order):
            last = len(COLUMNS) - 1
            self.dataChanged.emit(self.index(others[0], 0), self.index(others[-1], last))
        return False

    def clear(self) -> None:
        """Show no rows."""
        self.set_rows(_NO_ROWS)

    def row_of(self, peak_id: str) -> int | None:
        """Return where a peak stands now, or None."""
        return self._rows_by_id().get(peak_id)

    def row_at(self, row: int) -> Row:
        """Return what a row says."""
        made: Row = self._rows[self._order[row]]
        return made

    def peak_at(self, row: int) -> Peak:
        """Return the peak of a row."""
        return self._rows.peaks[self._order[row]]

    def ids(self) -> list[str]:
        """Return the ids in the order shown."""
        return [self._rows.peaks[i].id for i in self._order]

    def _rows_by_id(self) -> dict[str, int]:
        if self._row_of_id is None:
            self._row_of_id = {peak_id: row for row, peak_id in enumerate(self.ids())}
        return self._row_of_id

    def _arrange(self, rows: PeakRows, order: Sequence[int]) -> None:
        self._rows, self._order, self._row_of_id = rows, order, None

    def _order_of(self, rows: PeakRows) -> Sequence[int]:
        """Return the places of rows in the list, as they are sorted; unknown values last."""
        column, order = COLUMNS[self._sorting[0]], self._sorting[1]
        is_falling = order == Qt.SortOrder.DescendingOrder
        if column.key in _BY_NUMBER:
            # the list is in falling order of ppm, and numbered in that order
            is_as_listed = is_falling == (column.key == "ppm")
            return range(len(rows)) if is_as_listed else range(len(rows) - 1, -1, -1)
        values = [column.value(row) for row in rows]
        known = [i for i, value in enumerate(values) if value is not None]
        known.sort(key=values.__getitem__, reverse=is_falling)
        return known + [i for i, value in enumerate(values) if value is None]

    def _step(self, rows: PeakRows, order: Sequence[int], ids: list[str], known: list[str]) -> bool:
        """Put one row in, or take one out, if that is all; else nothing, and False.

        A table that is made anew draws its header, too, and forgets what is selected.
        """
        longer, shorter = (ids, known) if len(ids) > len(known) else (known, ids)
        place = next((i for i, x in enumerate(shorter) if x != longer[i]), len(shorter))
        if not shorter or longer[:place] + longer[place + 1 :] != shorter:
            return False
        begin, end = self.beginRemoveRows, self.endRemoveRows
        if longer is ids:
            begin, end = self.beginInsertRows, self.endInsertRows
        begin(QModelIndex(), place, place)
        self._arrange(rows, order)
        end()
        return True

    @staticmethod
    def _font(peak: Peak) -> QFont | None:
        if not peak.is_confirmed and peak.peak_class == "signal":
            return None
        font = QFont()
        font.setBold(peak.is_confirmed)
        font.setItalic(peak.peak_class != "signal")
        return font
