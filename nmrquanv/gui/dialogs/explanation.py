"""Why there is a peak, or why there is none: stays open, and follows thresholds and edits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from nmrquanv.finders import BUILT_IN, stacked
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.error_words import plain_words
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.marker_looks import finder_title, layer_icon
from nmrquanv.gui.panels.place_view import PlaceView
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.gui.shell.scale import open_at
from nmrquanv.models.windows import FEATURES
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.explaining import Explained, Explaining, refreshed

_LOOKING = "Looking at the place again …"
_RULES = ("Threshold", "Here", "")
_GRIDS = ("Hz/point", "Answers", "All", "Line at", *FEATURES, "Windows, ppm")


class ExplainDialog(Dialog):
    """Explains one place of one document after another."""

    is_of_document = True

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("Explain a peak", parent)
        self._document = document
        self._explaining = Explaining(self)
        self.shown: Explained | None = None
        self._ppm = 0.0
        self.finder = QComboBox(self)
        self.headline, self.steps = QLabel(self), QLabel(self)
        self.place = PlaceView(self)
        self.rules = PlainTable(len(_RULES), "What each threshold says", self)
        self.grids = PlainTable(len(_GRIDS), "What each grid saw", self)
        self.evidence = PlainTable(2, "Evidence for the line", self)
        self.tabs = QTabWidget(self)
        self.add_buttons()
        self._build()
        self._connect()

    def explain(self, ppm: float, finder: str) -> None:
        """Explain another place as a finder sees it."""
        self._ppm = ppm
        finders = stacked({*self._document.layers, finder}) or list(BUILT_IN)
        self.finder.clear()
        for name in finders:
            self.finder.addItem(layer_icon(name), finder_title(name), name)
        self.finder.setCurrentIndex(self.finder.findData(finder))
        self._start()

    def _build(self) -> None:
        self.finder.setAccessibleName("Finder that is explained")
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        for label, name in ((self.headline, "What it is"), (self.steps, "Step by step")):
            label.setWordWrap(True)
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.steps.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.steps.setMargin(6)
        for table, titles in ((self.rules, _RULES), (self.grids, _GRIDS)):
            table.setHorizontalHeaderLabels(titles)
        self.evidence.setHorizontalHeaderLabels(("Evidence", "Value"))
        for table in (self.rules, self.grids, self.evidence):
            table.setEditTriggers(PlainTable.EditTrigger.NoEditTriggers)
            header = table.horizontalHeader()
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setStretchLastSection(True)
        self.tabs.addTab(self.steps, "Steps")
        self.tabs.addTab(self.rules, "Thresholds")
        self.tabs.addTab(self.grids, "Grids and windows")
        self.tabs.addTab(self.evidence, "Evidence")
        head = in_row((self.headline, 1), self.finder)
        in_column(head, self.place, (self.tabs, 1), self.buttons, on=self)
        self.place.show_place(None, 0.0)
        open_at(self, 880, 560)

    def _connect(self) -> None:
        close_with(self._document, self)
        self.finished.connect(self._explaining.cancel)
        self.finder.activated.connect(self._start)
        self._explaining.explained.connect(self._on_explained)
        self._explaining.failed.connect(self._on_failed)
        self._document.shown_peaks_changed.connect(self._on_document_changed)

    @Slot()
    def _start(self) -> None:
        self.setWindowTitle(f"Explain {fixed(self._ppm, 4)} ppm")
        self.headline.setText(_LOOKING)
        self._explaining.start(self._document, str(self.finder.currentData()), self._ppm)

    @Slot(object, object)
    def _on_explained(self, _document: Document, explained: Explained) -> None:
        self.shown = explained
        found = explained.found
        if found is not None:
            self.place.show_place(found.drawn, explained.ppm)
        else:
            self.place.show_trace(*explained.seen, explained.ppm)
        self.steps.setText("\n\n".join(explained.story))
        self._show_grids(explained)
        evidence = _evidence_of(explained)
        self._fill(self.evidence, [(name, fixed(value, 3)) for name, value in evidence])
        for tab, table in ((2, self.grids), (3, self.evidence)):
            self.tabs.setTabEnabled(tab, table.rowCount() > 0)
        self._show_standing(explained)

    @Slot(object, object)
    def _on_failed(self, _document: Document, error: Exception) -> None:
        self.shown = None
        self.headline.setText("The place could not be explained")
        self.place.show_place(None, 0.0)
        self.steps.setText(plain_words(error))
        self.tabs.setCurrentWidget(self.steps)

    @Slot()
    def _on_document_changed(self) -> None:
        if self.shown is not None:
            self.shown = refreshed(self._document, self.shown)
            self._show_standing(self.shown)

    def _show_standing(self, explained: Explained) -> None:
        standing = explained.standing
        self.headline.setText(f"{fixed(explained.ppm, 4)} ppm. {standing.headline}")
        rows = [
            (rule.name, rule.text, "passes" if rule.passes else "hides it")
            for rule in standing.verdicts
        ]
        self._fill(self.rules, rows)
        self.tabs.setTabEnabled(1, bool(rows))

    def _show_grids(self, explained: Explained) -> None:
        rows = []
        for grid in explained.found.grids if explained.found is not None else ():
            windows = "; ".join(f"{fixed(a, 3)} – {fixed(b, 3)}" for a, b, _ in grid.windows)
            each = ", ".join("silent" if x is None else fixed(x, 2) for _, _, x in grid.windows)
            at = "–" if grid.candidate_ppm is None else fixed(grid.candidate_ppm, 4)
            given = (fixed(x, 2) for _, x in grid.channels)
            head = (fixed(grid.point_hz, 2), each, fixed(grid.answer, 2), at)
            rows.append((*head, *given, windows))
        self._fill(self.grids, rows)

    @staticmethod
    def _fill(table: PlainTable, rows: Sequence[tuple[str, ...]]) -> None:
        table.setRowCount(len(rows))
        for i, row in enumerate(rows):
            for k, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(i, k, item)
        table.resizeColumnsToContents()


def _evidence_of(explained: Explained) -> tuple[tuple[str, float], ...]:
    """Return the evidence in a person's words."""
    from nmrquanv.models.explain_words import EVIDENCE_WORDS

    found = explained.found
    return tuple((EVIDENCE_WORDS[n], x) for n, x in found.evidence) if found is not None else ()
