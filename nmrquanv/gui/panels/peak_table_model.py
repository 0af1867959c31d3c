"""Rows and columns of the peak table: what each says, how it is written, sorted and edited.

:class:`PeakTableModel` sorts its rows itself (2,000 rows in milliseconds) and knows them by
``Peak.id``. Edits leave it as signals; the document answers with new rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from nmrquanv.numbers import fixed, parse_number, significant
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList

UNKNOWN = "–"
"""Stands where a value is not known."""

MOST_PPM = 20_000.0
"""Beyond the widest known range of shifts (195Pt and 59Co: some 15,000 ppm)."""

Index = QModelIndex | QPersistentModelIndex


class Row(NamedTuple):
    """A peak with what depends on the list it stands in.

    A tuple, for thousands are made after each edit.

    Parameters
    ----------
    peak : Peak
    number : int
        1 for the highest chemical shift.
    hz : float or None, Hz from 0 ppm
        None where the reference frequency is unknown.
    rel_percent : float or None, %
        Signed, of the tallest line outside solvent and water.
    fwhm_hz, area : float or None
        The peak's own, but None too where Hz are unknown.
    """

    peak: Peak
    number: int
    hz: float | None
    rel_percent: float | None
    fwhm_hz: float | None
    area: float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, what it says, its sort key and its text."""

    key: str
    title: str
    tip: str
    value: Callable[[Row], Any]
    text: Callable[[Any], str]
    is_number: bool = True
    is_editable: bool = False


def _fixed(decimals: int) -> Callable[[float | None], str]:
    """Return a formatter to a number of decimals."""
    return lambda value: UNKNOWN if value is None else fixed(value, decimals)


def _short(value: float | None) -> str:
    """Format a value whose scale is arbitrary to four significant digits."""
    return UNKNOWN if value is None else significant(value, 4)


def _ratio(value: float | None) -> str:
    """Format a signal-to-noise ratio: a decimal only where it says something."""
    return UNKNOWN if value is None else fixed(value, 1 if value < 100 else 0)


def _source(row: Row) -> str:
    return f"{row.peak.source} ✓" if row.peak.is_confirmed else row.peak.source


COLUMNS: tuple[Column, ...] = (
    Column("number", "#", "Number, from the highest chemical shift", lambda r: r.number, str),
    Column(
        "ppm",
        "ppm",
        "Chemical shift. Double-click to type another one (moves the peak)",
        lambda r: r.peak.ppm,
        _fixed(4),
        is_editable=True,
    ),
    Column("hz", "Hz", "Frequency from 0 ppm", lambda r: r.hz, _fixed(2)),
    Column(
        "height",
        "Height",
        "Signed height of the interpolated line, intensity units",
        lambda r: r.peak.height,
        _short,
    ),
    Column(
        "rel",
        "Rel. %",
        "Height in % of the tallest line outside solvent and water (TopSpin's MI is such a height)",
        lambda r: r.rel_percent,
        _fixed(2),
    ),
    Column(
        "snr",
        "S/N",
        "|height| / noise sigma; TopSpin's SINO is half of it",
        lambda r: r.peak.snr,
        _ratio,
    ),
    Column(
        "fwhm",
        "FWHM Hz",
        "Full width at half maximum, line broadening included",
        lambda r: r.fwhm_hz,
        _fixed(2),
    ),
    Column("area", "Area", "Signed area, intensity × Hz", lambda r: r.area, _short),
    Column(
        "confidence",
        "Conf.",
        "Confidence of the finder, 0 to 1; – for peaks added by hand",
        lambda r: r.peak.confidence,
        _fixed(2),
    ),
    Column(
        "source",
        "Source",
        "Who set the position: a model, or you (added, moved); ✓ = confirmed with Space",
        _source,
        str,
        is_number=False,
    ),
    Column(
        "class",
        "Class",
        "Signal, or a line of the solvent or of water",
        lambda r: r.peak.peak_class,
        str,
        is_number=False,
    ),
    Column(
        "label",
        "Label",
        "Your own text. Double-click to write",
        lambda r: r.peak.label,
        str,
        is_number=False,
        is_editable=True,
    ),
)


def ppm_refusal(value: float) -> str:
    """Return why a number cannot be a chemical shift in ppm; empty if it can."""
    if abs(value) <= MOST_PPM:
        return ""
    return f"{value:g} ppm is no chemical shift: nuclei lie within ±{fixed(MOST_PPM, 0)} ppm."


def rows_of(peaks: PeakList, axis: Axis, tallest: float) -> list[Row]:
    """Return the rows of a peak list, highest ppm first.

    Parameters
    ----------
    peaks : PeakList
    axis : Axis
        Of the spectrum; Hz are left out where it does not know them.
    tallest : float, intensity
        Of the line that counts as 100 %; 0 leaves the relative heights unknown.
    """
    return [
        Row(
            peak,
            number,
            axis.hz(peak.ppm) if axis.has_hz else None,
            100.0 * peak.height / tallest if tallest else None,
            peak.fwhm_hz if axis.has_hz else None,
            peak.area if axis.has_hz else None,
        )
        for number, peak in enumerate(peaks, start=1)
    ]


class PeakTableModel(QAbstractTableModel):
    """Rows of the working list; edits go out as signals, never into the rows."""

    ppm_edited = Signal(str, float)
    label_edited = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._row_of_id: dict[str, int] = {}
        self._sorting = (1, Qt.SortOrder.DescendingOrder)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of peaks."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns, hidden ones included."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment, font and tip of a cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(column.value(row))
        if role == Qt.ItemDataRole.EditRole:
            value = column.value(row)
            return column.text(value) if column.is_number and column.is_editable else value
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return self._font(row.peak)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Announce an edit of ppm or label; the document answers with a refresh."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        row, key = self._rows[index.row()], COLUMNS[index.column()].key
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
        flags = super().flags(index)
        if index.isValid() and COLUMNS[index.column()].is_editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

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
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
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
        ids = [self._rows[i.row()].peak.id for i in before]
        self._arrange(self._rows)
        after = [
            self.index(self._row_of_id[peak_id], i.column())
            for peak_id, i in zip(ids, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows, in the order chosen before."""
        self.beginResetModel()
        self._arrange(rows)
        self.endResetModel()

    def row_of(self, peak_id: str) -> int | None:
        """Return where a peak stands now, or None."""
        return self._row_of_id.get(peak_id)

    def peak_at(self, row: int) -> Peak:
        """Return the peak of a row."""
        return self._rows[row].peak

    def ids(self) -> list[str]:
        """Return the ids in the order shown."""
        return [row.peak.id for row in self._rows]

    def _arrange(self, rows: Sequence[Row]) -> None:
        number, order = self._sorting
        value = COLUMNS[number].value
        known = [r for r in rows if value(r) is not None]
        unknown = [r for r in rows if value(r) is None]
        known.sort(key=value, reverse=order == Qt.SortOrder.DescendingOrder)
        self._rows = known + unknown
        self._row_of_id = {row.peak.id: i for i, row in enumerate(self._rows)}

    @staticmethod
    def _font(peak: Peak) -> QFont | None:
        if not peak.is_confirmed and peak.peak_class == "signal":
            return None
        font = QFont()
        font.setBold(peak.is_confirmed)
        font.setItalic(peak.peak_class != "signal")
        return font

    @staticmethod
    def _tip(row: Row, column: Column) -> str | None:
        peak = row.peak
        if column.key == "ppm" and peak.ppm_err is not None:
            return (
                f"{fixed(peak.ppm, 5)} ± {fixed(peak.ppm_err, 5)} ppm (standard error of the fit)"
            )
        if column.key == "snr" and peak.snr is not None:
            return f"S/N {_ratio(peak.snr)}; SINO in TopSpin's count: {_ratio(peak.snr / 2)}"
        if column.key == "source":
            agreed = ", confirmed" if peak.is_confirmed else ""
            return f"found by {peak.finder}{agreed}"
        return None
