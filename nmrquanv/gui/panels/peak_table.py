"""The peak table: the working list as rows, linked both ways with the plot.

Shows what passes the thresholds, keeps a selection by ``Peak.id`` across sorting, refreshes and
undo, and changes peaks only through methods of the document. Its columns are in
``peak_table_columns.py``, its rows in ``peak_table_model.py``, its keys in ``peak_table_view.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.number_delegate import NumberDelegate
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.list_notes import ListNotes
from nmrquanv.gui.panels.peak_table_columns import COLUMNS, PPM, PeakRows, ppm_refusal
from nmrquanv.gui.panels.peak_table_model import PeakTableModel
from nmrquanv.gui.panels.peak_table_view import PeakTableView
from nmrquanv.gui.shell.own_keys import without_keys
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.spectra.peaks import PeakClass


class PeakTable(DocumentPanel):
    """Panel with the working list.

    Signals
    -------
    selection_changed(tuple of str)
        Ids that a person selected here; not sent for :meth:`select`.
    show_ppm(float)
        A person double-clicked a row outside its editable cells: show this chemical shift.
    """

    selection_changed = Signal(object)
    show_ppm = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_quiet = False
        self._fitted_to: object = None
        self._told: Callable[[str], str] = without_keys
        self.model = PeakTableModel(self)
        self.view = PeakTableView(self)
        self.empty_text = QLabel(self)
        self.notes = ListNotes(self)
        self._build()
        self._connect()
        self._refresh()

    def set_document(self, document: Document | None) -> None:
        """Show the working list of another document, or none; nothing is selected."""
        self._fitted_to = None
        self._select_quietly(())
        super().set_document(document)

    def tell_keys(self, told: Callable[[str], str]) -> None:
        """Name these keys in the hint of the empty table."""
        self._told = told
        self.empty_text.setText(told(self._why_empty()))

    def selected_ids(self) -> tuple[str, ...]:
        """Return the ids of the selected rows, in the order shown."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self.model.peak_at(row).id for row in rows)

    def select(self, ids: Iterable[str]) -> None:
        """Select these peaks and scroll to the first; ids that are not shown are left out."""
        wanted = tuple(ids)
        if wanted:
            self.catch_up()
        if set(wanted) == set(self.selected_ids()):
            return
        self._select_quietly(wanted)
        rows = [row for peak_id in wanted if (row := self.model.row_of(peak_id)) is not None]
        if rows:
            self.view.scrollTo(self.model.index(min(rows), self._first_column()))

    def as_tsv(self, ids: Iterable[str] = ()) -> str:
        """Return the displayed columns as tab-separated text, with a header.

        Parameters
        ----------
        ids : iterable of str
            Rows to take; empty takes all.
        """
        header = self.view.horizontalHeader()
        order = sorted(range(len(COLUMNS)), key=header.visualIndex)
        shown = [c for c in order if not self.view.isColumnHidden(c)]
        wanted = set(ids) or set(self.model.ids())
        lines = ["\t".join(COLUMNS[c].title for c in shown)]
        for row, peak_id in enumerate(self.model.ids()):
            if peak_id in wanted:
                cells = (str(self.model.index(row, c).data()) for c in shown)
                lines.append("\t".join(" ".join(cell.split()) for cell in cells))
        return "\n".join(lines) + "\n"

    def copy(self) -> None:
        """Copy the selected rows, or all when none or one is selected, to the clipboard."""
        self.catch_up()
        ids = self.selected_ids()
        QGuiApplication.clipboard().setText(self.as_tsv(ids if len(ids) > 1 else ()))

    def delete_selected(self) -> None:
        """Delete the selected peaks: one undo step."""
        ids = self.selected_ids()
        if self._document is None or not ids:
            return
        next_row = min(row for i in ids if (row := self.model.row_of(i)) is not None)
        self._document.edit.delete_peaks(ids)
        if self.model.rowCount():
            row = min(next_row, self.model.rowCount() - 1)
            self.view.setCurrentIndex(self.model.index(row, self._first_column()))

    def confirm_selected(self) -> None:
        """Confirm the selected peaks, or take it back when all of them are confirmed."""
        ids = self.selected_ids()
        if self._document is None or not ids:
            return
        peaks = [p for i in ids if (p := self._document.peaks.find(i)) is not None]
        self._document.edit.confirm_peaks(ids, not all(p.is_confirmed for p in peaks))

    def classify_selected(self, peak_class: PeakClass) -> None:
        """Call the selected peaks signal, solvent or water."""
        if self._document is not None and self.selected_ids():
            self._document.edit.classify_peaks(self.selected_ids(), peak_class)

    def _build(self) -> None:
        self.view.setModel(self.model)
        self.view.sortByColumn(PPM, Qt.SortOrder.DescendingOrder)
        self.view.horizontalHeader().setSortIndicatorShown(False)
        self.empty_text.setWordWrap(True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setContentsMargins(12, 12, 12, 12)
        in_column(self.notes, self.view, self.empty_text, on=self, margins=0)

    def _connect(self) -> None:
        view = self.view
        view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        view.delete_pressed.connect(self.delete_selected)
        view.confirm_pressed.connect(self.confirm_selected)
        view.copy_pressed.connect(self.copy)
        view.doubleClicked.connect(self._on_double_clicked)
        view.customContextMenuRequested.connect(self._on_menu_requested)
        header = view.horizontalHeader()
        header.customContextMenuRequested.connect(self._on_header_menu_requested)
        self.model.ppm_edited.connect(self._on_ppm_edited)
        self.model.label_edited.connect(self._on_label_edited)

        delegate = NumberDelegate(lambda _row, _column, ppm: ppm_refusal(ppm), self.view)
        self.view.setItemDelegateForColumn(PPM, delegate)

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return document.shown_peaks_changed, document.spectrum_changed

    def _refresh(self) -> None:
        """Show the document's list again, keeping selection and scroll position."""
        document = self._document
        shown = document.shown_peaks() if document is not None else None
        self.notes.show_notes(document.peaks.notes if document is not None else ())
        if document is None or shown is None or not len(shown):
            self.model.clear()
            self.empty_text.setText(self._told(self._why_empty()))
            self.empty_text.show()
            self.view.hide()
            return
        ids, top = self.selected_ids(), self.view.verticalScrollBar().value()
        axis, tallest = document.spectrum.axis, document.reference_height()
        rows = PeakRows(shown, axis, tallest, has_areas=not why_no_areas(document))
        was_quiet, self._is_quiet = self._is_quiet, True
        is_new = self.model.set_rows(rows)
        self._is_quiet = was_quiet
        # else the table is drawn once as it was laid out, and once more as it is
        self.view.executeDelayedItemsLayout()
        if is_new:
            self._select_quietly(ids)
        self.empty_text.hide()
        self.view.show()
        if is_new:
            self.view.verticalScrollBar().setValue(top)
        # a first look has other words than the network's list that takes its place
        found = document.working_choice, tuple(document.layers)
        if found != self._fitted_to:
            self._fitted_to = found
            self.view.fit_columns()
        if set(self.selected_ids()) != set(ids):
            self.selection_changed.emit(self.selected_ids())

    def _why_empty(self) -> str:
        if self._document is None:
            return "Open a spectrum to see its peaks."
        hidden = len(self._document.peaks)
        if hidden:
            return (
                f"All {hidden} candidates are below the thresholds.\n"
                "Lower them in the Thresholds panel."
            )
        if self._document.layers:
            return (
                "The working list is empty.\n"
                "Choose in the Comparison panel what it is made from, "
                "or click on a line with the pick tool{pick_tool}."
            )
        return (
            "No peaks yet.\nClick Find peaks{find}; or click on a line with the pick tool"
            "{pick_tool}, or go to it with the arrow keys and press Enter."
        )

    def _first_column(self) -> int:
        return self.view.horizontalHeader().logicalIndex(0)

    def _select_quietly(self, ids: Iterable[str]) -> None:
        """Set the selection without telling anybody."""
        selection = QItemSelection()
        last = len(COLUMNS) - 1
        rows = sorted(row for i in ids if (row := self.model.row_of(i)) is not None)
        for row in rows:
            selection.select(self.model.index(row, 0), self.model.index(row, last))
        flags = QItemSelectionModel.SelectionFlag
        was_quiet, self._is_quiet = self._is_quiet, True
        self.view.selectionModel().select(selection, flags.ClearAndSelect)
        if rows:
            current = self.model.index(rows[0], self._first_column())
            self.view.selectionModel().setCurrentIndex(current, flags.NoUpdate)
        self._is_quiet = was_quiet

    def _on_selection_changed(self) -> None:
        if not self._is_quiet:
            self.selection_changed.emit(self.selected_ids())

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if not COLUMNS[index.column()].is_editable:
            self.show_ppm.emit(self.model.peak_at(index.row()).ppm)

    def _on_ppm_edited(self, peak_id: str, ppm: float) -> None:
        if self._document is not None:
            self._document.edit.move_peak(peak_id, ppm)

    def _on_label_edited(self, peak_id: str, label: str) -> None:
        if self._document is not None:
            self._document.edit.label_peak(peak_id, label)

    def _on_menu_requested(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        has_rows = bool(self.selected_ids())
        for text, slot, needs_rows in (
            ("Confirm or unconfirm\tSpace", self.confirm_selected, True),
            ("Delete\tDel", self.delete_selected, True),
            ("Copy table\tCtrl+C", self.copy, False),
        ):
            action = menu.addAction(text)
            action.triggered.connect(slot)
            action.setEnabled(has_rows or not needs_rows)
        classes = menu.addMenu("Class")
        classes.setEnabled(has_rows)
        for peak_class in get_args(PeakClass):
            action = classes.addAction(peak_class.capitalize())
            action.triggered.connect(lambda _=False, c=peak_class: self.classify_selected(c))
        menu.popup(self.view.viewport().mapToGlobal(where))

    def _on_header_menu_requested(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(COLUMNS):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(number))
            action.setEnabled(column.key != "ppm")
            action.toggled.connect(
                lambda is_shown, c=number: self.view.setColumnHidden(c, not is_shown)
            )
        menu.popup(self.view.horizontalHeader().mapToGlobal(where))
