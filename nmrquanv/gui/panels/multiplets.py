"""The multiplets as a table: shift, class, couplings, nuclei, lines, a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.number_delegate import TYPED, CheckedDelegate
from nmrquanv.gui.panels import multiplet_rows as rows
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.gui.shell.own_keys import without_keys
from nmrquanv.session import multiplet_edits as edits
from nmrquanv.session.document import Document
from nmrquanv.spectra.multiplets import by_hand

_BUTTONS = (
    ("find", "Find Multiplets", "Group the peaks that are shown into multiplets"),
    ("add", "Add from Selection", "Make one multiplet of the peaks selected in the plot"),
    ("join", "Join", "Make one multiplet of the selected rows"),
    ("split", "Split", "Divide the row's multiplet: the peaks selected in the plot against the "
     "rest, else at its widest gap"),
    ("remove", "Remove", "Remove the selected rows; their peaks stay (Del)"),
    ("text", "Journal Text…", "The multiplets as a journal prints them"),
)  # fmt: skip


_EMPTY = (
    "No multiplets yet.\nFind Multiplets{find_multiplets} groups the peaks that are shown; "
    "with the multiplet tool{multiplet_tool} a drag over a signal makes one by hand."
)


class MultipletTable(DocumentPanel):
    """Panel with the multiplets of a document.

    Signals
    -------
    show_ppm(float)
        A person chose a row: show its middle.
    chosen(tuple of str)
        Ids of the multiplets in the selected rows.
    find_wanted(), add_wanted(), split_wanted(str), text_wanted()
        What needs the plot or a dialog.
    """

    show_ppm = Signal(float)
    chosen = Signal(object)
    find_wanted = Signal()
    add_wanted = Signal()
    split_wanted = Signal(str)
    text_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PlainTable(7, "Multiplets", self)
        self.empty_text = QLabel(self)
        self.buttons = {name: QPushButton(text, self) for name, text, _ in _BUTTONS}
        self._rows: tuple[rows.MultipletRow, ...] = ()
        self._is_quiet = False
        self._build()
        self._connect()
        self._refresh()

    def tell_keys(self, told: Callable[[str], str]) -> None:
        """Write the hint of the empty table, with the keys of now."""
        self.empty_text.setText(told(_EMPTY))

    def selected_ids(self) -> tuple[str, ...]:
        """Return the ids of the multiplets in the selected rows."""
        return tuple(self._rows[r].multiplet.id for r in self.table.rows_chosen())

    def select(self, ids: Iterable[str]) -> None:
        """Select these multiplets' rows."""
        self.catch_up()
        wanted = set(ids)
        flags = QItemSelectionModel.SelectionFlag
        self.table.clearSelection()
        for number, row in enumerate(self._rows):
            if row.multiplet.id in wanted:
                index = self.table.model().index(number, 0)
                self.table.selectionModel().select(index, flags.Select | flags.Rows)
                self.table.scrollTo(index)

    def _build(self) -> None:
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(rows.COMMENT, QHeaderView.ResizeMode.Stretch)
        self.tell_keys(without_keys)
        self.empty_text.setWordWrap(True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setContentsMargins(12, 12, 12, 12)
        row = QHBoxLayout()
        row.setContentsMargins(6, 2, 6, 6)
        for name, _, tip in _BUTTONS:
            self.buttons[name].setToolTip(tip)
            row.addWidget(self.buttons[name])
        row.addStretch(1)
        in_column((self.table, 1), (self.empty_text, 1), row, on=self, margins=0)

    def _connect(self) -> None:
        self.table.setItemDelegate(CheckedDelegate(self._refusal, self.table))
        self.table.cellChanged.connect(self._on_cell_changed)
        self.table.itemSelectionChanged.connect(self._on_selection_changed)
        self.table.delete_pressed.connect(self._remove)
        self.buttons["find"].clicked.connect(self.find_wanted)
        self.buttons["add"].clicked.connect(self.add_wanted)
        self.buttons["join"].clicked.connect(self._join)
        self.buttons["split"].clicked.connect(self._split)
        self.buttons["remove"].clicked.connect(self._remove)
        self.buttons["text"].clicked.connect(self.text_wanted)

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return (
            document.multiplets_changed,
            document.integrals_changed,
            document.spectrum_changed,
            document.peaks_changed,
        )

    def _refresh(self) -> None:
        """Show the multiplets again, keeping selection and place."""
        document = self._document
        before = set(self.selected_ids())
        self._rows = rows.rows_of(document) if document is not None else ()
        nucleus = document.sample.nucleus if document is not None else ""
        self.table.setHorizontalHeaderLabels(rows.titles(nucleus))
        for column, tip in rows.TIPS.items():
            if (head := self.table.horizontalHeaderItem(column)) is not None:
                head.setToolTip(tip)
        self._is_quiet = True
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(self._rows))
            for number, row in enumerate(self._rows):
                self._fill(number, row)
        kept = {r.multiplet.id for r in self._rows} & before
        self.select(kept)
        self._is_quiet = False
        if kept != before:
            self.chosen.emit(tuple(kept))
        self.table.setVisible(bool(self._rows))
        self.empty_text.setVisible(not self._rows)
        self._enable()

    def _fill(self, number: int, row: rows.MultipletRow) -> None:
        numeric = (rows.SHIFT, rows.INTEGRAL, rows.FITTED, rows.LINES)
        for column, text in enumerate(row.texts):
            item = QTableWidgetItem(text)
            side = Qt.AlignmentFlag.AlignRight if column in numeric else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(text)
            if column == rows.COUPLINGS:
                item.setData(TYPED, rows.couplings_to_type(row.multiplet))
            if column not in rows.EDITABLE:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(number, column, item)

    def _enable(self) -> None:
        has_hz = self._document is not None and self._document.has_hz
        count = len(self.table.rows_chosen())
        self.buttons["find"].setEnabled(has_hz)
        self.buttons["add"].setEnabled(has_hz)
        self.buttons["join"].setEnabled(count > 1)
        self.buttons["split"].setEnabled(count == 1)
        self.buttons["remove"].setEnabled(count > 0)
        self.buttons["text"].setEnabled(bool(self._rows))

    def _refusal(self, row: int, column: int, text: str) -> str:
        """Return why a text cannot stand in a cell; empty if it can."""
        one = self._rows[row].multiplet
        try:
            if column == rows.KIND and text.strip(" *"):
                by_hand.with_class(one, text.strip(" *"))
            elif column == rows.COUPLINGS:
                by_hand.with_couplings(one, text)
        except NmrQuanvError as error:
            return str(error)
        return ""

    def _on_cell_changed(self, row: int, column: int) -> None:
        """Take over what was typed; the delegate has refused what cannot be."""
        document, item = self._document, self.table.item(row, column)
        if document is None or item is None or not 0 <= row < len(self._rows):
            return
        one, text = self._rows[row].multiplet, item.text()
        if column == rows.KIND:
            edits.set_class(document, one.id, text.strip(" *"))
        elif column == rows.COUPLINGS:
            edits.set_couplings(document, one.id, text)
        elif column == rows.COMMENT:
            edits.set_comment(document, one.id, text)
        self._refresh()

    def _on_selection_changed(self) -> None:
        self._enable()
        if self._is_quiet:
            return
        ids = self.selected_ids()
        self.chosen.emit(ids)
        if len(ids) == 1:
            one = next(r.multiplet for r in self._rows if r.multiplet.id == ids[0])
            self.show_ppm.emit(one.ppm)

    def _join(self) -> None:
        if self._document is not None:
            joined = edits.join_multiplets(self._document, self.selected_ids())
            self.select(() if joined is None else (joined,))

    def _split(self) -> None:
        if len(ids := self.selected_ids()) == 1:
            self.split_wanted.emit(ids[0])

    def _remove(self) -> None:
        if self._document is not None:
            edits.remove_multiplets(self._document, self.selected_ids())
