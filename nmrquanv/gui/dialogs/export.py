"""Writes the peaks or a figure of the view to a file, and says what was written where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from nmrquanv.gui.dialogs.export_base import ExportAsking
from nmrquanv.gui.dialogs.export_choices import CHOICES, ExportChoice
from nmrquanv.gui.dialogs.figure_parts import FigureParts, FigureView
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.schema_box import SchemaBox
from nmrquanv.gui.plot.figure_content import usual_decimals
from nmrquanv.gui.plot.figures import figure_of, write_figure
from nmrquanv.io.spectra_formats import spectrum_format, write_spectrum
from nmrquanv.io.tables.formats import format_named, write_peaks
from nmrquanv.numbers import counted
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of, spectrum_export_of
from nmrquanv.session.settings import Settings


class ExportDialog(ExportAsking):
    """Asks what, how and where; stays open to say what it wrote.

    Parameters
    ----------
    document : Document
    settings : Settings
        Keeps the choice about solvent lines and the folder.
    view : FigureView or None
        None takes the whole spectrum.
    kind : str
        Ending of the format to begin with.
    parent : QWidget or None
    """

    def __init__(
        self,
        document: Document,
        settings: Settings,
        view: FigureView | None = None,
        kind: str = ".csv",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Export", CHOICES, settings, parent)
        self._document, self._view = document, view
        close_with(document, self)
        self.solvent_box = QCheckBox("Leave out solvent, water and impurities", self)
        self.integrals_box = QCheckBox("Integrals", self)
        self.parts = FigureParts(document, view.state if view is not None else None, self)
        self.schema_box = SchemaBox(self)
        self.count_text, self.loses_text = QLabel(self), QLabel(self)
        self.solvent_box.setChecked(settings.leaves_out_solvent)
        self.integrals_box.setChecked(True)
        self.loses_text.setWordWrap(True)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        rows = (
            ("Leaves out", self.loses_text),
            ("Version", self.schema_box),
            ("Peaks", self.count_text),
            ("", self.solvent_box),
            ("", self.integrals_box),
            ("", self.parts),
        )
        self._ask(document.name, kind, rows)
        self.solvent_box.toggled.connect(self._refresh)
        self.schema_box.currentIndexChanged.connect(self._refresh)

    def _shown_rows(self, choice: ExportChoice) -> Iterable[tuple[QWidget, bool]]:
        yield self.solvent_box, choice.kind == "peaks"
        yield self.count_text, choice.kind == "peaks"
        yield self.loses_text, bool(self.schema_box.lost(choice))
        yield self.schema_box, choice.has_versions
        yield self.integrals_box, choice.has_integrals
        yield self.parts, choice.kind == "figure"
        yield from super()._shown_rows(choice)

    def _refresh(self) -> None:
        self.loses_text.setText(self.schema_box.lost(self.chosen_format()))
        self.integrals_box.setEnabled(bool(self._document.integrals))
        self.count_text.setText(self._count())
        super()._refresh()

    def _count(self) -> str:
        shown = len(self._document.shown_peaks())
        peaks = self._document.export_peaks(leave_out_solvent=self.solvent_box.isChecked())
        left_out = shown - len(peaks)
        words = counted(len(peaks), "shown peak")
        return (
            f"{words}, {left_out} of solvent, water or impurities left out" if left_out else words
        )

    def _written(self, path: Path) -> str:
        told = self._write(path)
        self._settings.leaves_out_solvent = self.solvent_box.isChecked()
        return told

    def _write(self, path: Path) -> str:
        """Write the file and return what to tell the user."""
        match self.chosen_format():
            case ExportChoice(kind="spectrum", name=name):
                export, form = spectrum_export_of(self._document), spectrum_format(name)
                write_spectrum(path, export, form, is_forced=self._agreed == path)
                return f"Wrote the spectrum to {path}."
            case ExportChoice(kind="figure"):
                left_out = self._write_figure(path)
                missing = f" {left_out} chemical shifts found no room." if left_out else ""
                return f"Wrote {path}.{missing}"
            case ExportChoice(name=name):
                count = self._write_peaks(path, name)
                also = f" and {path.name}.json with its provenance" if name == "csv" else ""
                return f"Wrote {counted(count, 'peak')} to {path}{also}."

    def _write_figure(self, path: Path) -> int:
        """Write the view and return how many chemical shifts found no room."""
        view = self._view or FigureView(self._document.spectrum.axis.limits_ppm)
        style = replace(
            self.parts.chosen(self.size_row.sized()),
            has_integrals=self.integrals_box.isChecked(),
            decimals=self._settings.label_decimals or self._usual_decimals(),
        )
        figure = figure_of(self._document, view.ppm, view.heights, view.state)
        return write_figure(path, figure, style, is_forced=self._agreed == path)

    def _write_peaks(self, path: Path, name: str) -> int:
        """Write the peaks and return how many they are."""
        export = export_of(
            self._document,
            leaves_out_solvent=self.solvent_box.isChecked(),
            has_integrals=self.integrals_box.isChecked(),
        )
        export = replace(export, schema=self.schema_box.version(self.chosen_format()))
        write_peaks(path, export, format_named(name), is_forced=self._agreed == path)
        return len(export.as_written().peaks)

    def _usual_decimals(self) -> int:
        return usual_decimals(self._document.sample.nucleus)
