"""A published line held against the spectrum: pasted, its signals found, missing or extra."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.errors import FormatError
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.multiplet_rows import couplings_to_type, shift_text
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.gui.shell.scale import open_at
from nmrquanv.numbers import fixed, signed
from nmrquanv.session.document import Document
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.published import (
    FoundSignal,
    PublishedCheck,
    PublishedSignal,
    compared,
    parse_journal,
)

_TITLES = ("", "Published", "Class", "J Hz", "Here", "Class", "J Hz", "Δ ppm")


class PublishedDialog(Dialog):
    """Stays open beside the plot and follows the document.

    Signals
    -------
    compared(Comparison or None)
        What is to be drawn over the spectrum; None when the dialog closes.
    show_ppm(float)
        A person chose a row.
    """

    compared = Signal(object)
    show_ppm = Signal(float)

    is_of_document = True

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("Compare with a published line", parent)
        self._document = document
        self._places: list[float] = []
        self.text = QPlainTextEdit(self)
        self.verdict = QLabel(self)
        self.table = PlainTable(len(_TITLES), "Published signals", self)
        self.add_buttons()
        self._build()
        self._connect()
        self._refresh()

    def _build(self) -> None:
        self.text.setAccessibleName("Published line")
        self.text.setPlaceholderText(
            "Paste the line: 1H NMR (400 MHz, CDCl3) δ 7.26 (d, J = 8.1 Hz, 1H), …"
        )
        self.text.setTabChangesFocus(True)
        self.verdict.setWordWrap(True)
        self.table.setHorizontalHeaderLabels(_TITLES)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setEditTriggers(PlainTable.EditTrigger.NoEditTriggers)
        in_column((self.text, 1), self.verdict, (self.table, 3), self.buttons, on=self)
        open_at(self, 720, 460)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._refresh)
        self.table.itemSelectionChanged.connect(self._on_row)
        self._document.multiplets_changed.connect(self._refresh)
        self._document.shown_peaks_changed.connect(self._refresh)
        self.finished.connect(lambda: self.compared.emit(None))
        close_with(self._document, self)

    def closeEvent(self, event: object) -> None:
        """Take the marks off the spectrum."""
        self.compared.emit(None)
        super().closeEvent(event)  # type: ignore[arg-type]

    def _refresh(self) -> None:
        text = self.text.toPlainText().strip()
        self.table.setRowCount(0)
        self._places = []
        if not text:
            self.verdict.setText("Its signals are marked in the spectrum: found, missing, extra.")
            self.compared.emit(None)
            return
        try:
            signals = parse_journal(text)
        except FormatError as error:
            self.verdict.setText(str(error))
            self.compared.emit(None)
            return
        found = compared(signals, self._multiplets(), self._document.sample.nucleus)
        self._show(found)
        self.compared.emit(found)

    def _multiplets(self) -> tuple[Multiplet, ...]:
        """Return the document's multiplets; where there are none yet, what they would be."""
        if self._document.multiplets or not self._document.has_hz:
            return self._document.multiplets
        sf_mhz = self._document.spectrum.axis.sf_mhz
        return multiplets_of(self._document.shown_peaks(), sf_mhz, self._document.sample.nucleus)

    def _show(self, found: PublishedCheck) -> None:
        count = sum(one.is_found for one in found.signals)
        missing = len(found.signals) - count
        self.verdict.setText(
            f"<b>{count} found</b>, <b>{missing} missing</b>, <b>{len(found.extra)} extra</b>"
        )
        for one in found.signals:
            self._add(_row_of(one), one.signal.ppm)
        for extra in found.extra:
            cells = ("extra", "", "", "", *_cells(extra), "")
            self._add(cells, extra.ppm)

    def _add(self, cells: tuple[str, ...], ppm: float) -> None:
        row = self.table.rowCount()
        self.table.setRowCount(row + 1)
        self._places.append(ppm)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            self.table.setItem(row, column, item)

    def _on_row(self) -> None:
        rows = self.table.rows_chosen()
        if len(rows) == 1:
            self.show_ppm.emit(self._places[rows[0]])


def _row_of(one: FoundSignal) -> tuple[str, ...]:
    said = one.signal
    here = one.multiplets[0] if len(one.multiplets) == 1 else None
    if here is not None:
        cells = _cells(here)
    else:
        cells = (", ".join(shift_text(m, 2) for m in one.multiplets), "", "")
    away = one.away_ppm
    return (
        "found" if one.is_found else "missing",
        _shift_of(said),
        said.kind,
        "; ".join(fixed(j, 1) for j in said.couplings_hz),
        *cells,
        "" if away is None else signed(away, 3),
    )


def _shift_of(said: PublishedSignal) -> str:
    if said.high_ppm == said.low_ppm:
        return fixed(said.ppm, 2)
    return f"{fixed(said.high_ppm, 2)} – {fixed(said.low_ppm, 2)}"


def _cells(one: Multiplet) -> tuple[str, str, str]:
    return shift_text(one, 3), one.name, couplings_to_type(one)
