"""The line shape that a spectrum's lines share: it judges the shim, and cleans the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.gui.dialogs.error_words import plain_words
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.gui.panels.shape_view import ShapeView
from nmrquanv.numbers import fixed
from nmrquanv.session.background_measure import Measuring
from nmrquanv.session.document import Document
from nmrquanv.session.line_shapes import clean, shape_work, why_not_cleaned

if TYPE_CHECKING:
    from nmrquanv.models.line_shape import LineShape

_LEARNING = "Learning the line shape …"
_CLEAN_TIP = (
    "Make the lines Lorentzians of the same half width (reference deconvolution): a step of the "
    "recipe, which lists from it name"
)
_MEASURED_TIP = (
    "The last column is the tallest of the lines that taught, as the trace has it; – where noise "
    "or a neighbour hides it"
)


class LineShapePanel(DocumentPanel):
    """Shape, widths, where they come from, and what they are used for.

    Learnt when the panel can be seen, anew for each other spectrum.

    Signals
    -------
    told()
        What is shown is that of the spectrum.
    """

    told = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape: LineShape | None = None
        self.measuring = Measuring(self)
        self.view = ShapeView(self)
        self._scroll = QScrollArea(self)
        side = QWidget(self._scroll.viewport())
        self.words = QLabel(side)
        self.table = PlainTable(4, "Widths of the common line shape", side)
        self.clean_button = QPushButton("Clean the Trace", self)
        self._build(side)
        self.measuring.succeeded.connect(self._on_succeeded)
        self.measuring.failed.connect(self._on_failed)
        self.clean_button.clicked.connect(self._clean)
        self._refresh()

    def set_in_view(self, is_in_view: bool) -> None:
        """Say whether the panel can be seen; out of sight nothing is learnt."""
        if not is_in_view:
            self._is_stale |= self.measuring.document is not None
            self.measuring.cancel()
        super().set_in_view(is_in_view)

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return (document.spectrum_changed,)

    def _build(self, side: QWidget) -> None:
        self.words.setWordWrap(True)
        self.words.setAccessibleName("What the line shape is")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table.setEditTriggers(PlainTable.EditTrigger.NoEditTriggers)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        in_column(self.words, self.table, 1, on=side, margins=0)
        scroll = self._scroll
        scroll.setAccessibleName("Line shape")
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(side)
        left = in_column((self.view, 1), (self.clean_button, 0, Qt.AlignmentFlag.AlignLeft))
        self._row = in_row(left, (scroll, 3), on=self)

    def _refresh(self) -> None:
        """Learn the shape of the spectrum that is shown; out of sight, when it is seen."""
        self.measuring.cancel()
        self._show(None)
        document = self._document
        if document is None:
            self.words.setText("No spectrum")
        elif not self._is_in_view:
            self._is_stale = True
        else:
            self.words.setText(_LEARNING)
            self.measuring.start(document, shape_work(document))

    @Slot(object, object)
    def _on_succeeded(self, document: Document, shape: LineShape) -> None:
        from nmrquanv.models.line_shape_words import in_words

        if document is self._document:
            self.words.setText(" ".join(in_words(shape)))
            self._show(shape)
            self.told.emit()

    @Slot(object, object)
    def _on_failed(self, document: Document, error: Exception) -> None:
        if document is self._document:
            self.words.setText(f"The line shape could not be learnt. {plain_words(error)}")

    def _show(self, shape: LineShape | None) -> None:
        self.shape = shape
        form = shape.form if shape is not None else None
        self.view.show_form(form)
        for part in (self.view, self.table):
            part.setVisible(form is not None)
        self._row.setStretch(0, 0 if form is None else 2)  # words alone stand at the beginning
        if shape is not None and form is not None:
            self._fill(shape)
        document = self._document
        reason = "Without a spectrum" if document is None else why_not_cleaned(document, shape)
        self.clean_button.setEnabled(not reason)
        self.clean_button.setToolTip(reason or _CLEAN_TIP)

    def _fill(self, shape: LineShape) -> None:
        """Show widths at the usual shares of the height, beside those of a Lorentzian."""
        from nmrquanv.spectra.line_form import LEVELS

        form = shape.form
        if form is None:
            return
        tallest = fixed(float(shape.teachers_ppm[0]), 3)
        heads = ("Width at", "Shape", "Lorentzian", f"Line at {tallest} ppm")
        self.table.setHorizontalHeaderLabels(heads)
        self.table.setRowCount(len(LEVELS))
        for row, level in enumerate(LEVELS):
            widths = (form.width_hz[row], form.ideal_hz[row], shape.measured_hz[row])
            texts = [f"{fixed(w, 2)} Hz" if w == w else "–" for w in map(float, widths)]
            for column, text in enumerate((f"{100 * level:g} %", *texts)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.setToolTip(_MEASURED_TIP)
        self.table.resizeColumnsToContents()
        rows = self.table.verticalHeader().length() + self.table.horizontalHeader().height()
        self.table.setFixedHeight(rows + 2 * self.table.frameWidth() + 2)

    @Slot()
    def _clean(self) -> None:
        if self._document is not None and self.shape is not None:
            clean(self._document, self.shape)
