"""Writes the peaks or a figure of the view to a file, and says what was written where."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from nmrquanv.errors import NmrQuanvError, OverwriteError
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.export_choices import (
    CHOICES,
    ExportChoice,
    choice_for,
    choice_of,
    without_ending,
)
from nmrquanv.gui.dialogs.figure_parts import FigureParts, FigureView
from nmrquanv.gui.dialogs.figure_size import FigureSize
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.questions import file_to_save
from nmrquanv.gui.dialogs.schema_box import SchemaBox
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.number_box import are_settled
from nmrquanv.gui.plot.figures import figure_of, write_figure
from nmrquanv.io.format_files import suggested_name
from nmrquanv.io.spectra_formats import spectrum_format, write_spectrum
from nmrquanv.io.tables.formats import format_named, write_peaks
from nmrquanv.numbers import counted
from nmrquanv.paths import home, name_problem, with_home
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of, spectrum_export_of
from nmrquanv.session.settings import Settings


class ExportDialog(Dialog):
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

    Signals
    -------
    exported(str)
        A file was written.
    """

    exported = Signal(str)

    def __init__(
        self,
        document: Document,
        settings: Settings,
        view: FigureView | None = None,
        kind: str = ".csv",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Export", parent)
        self._document, self._settings, self._view = document, settings, view
        close_with(document, self)
        self.format = QComboBox(self)
        self.path = QLineEdit(self)
        self.browse_button = QPushButton("Browse…", self)
        self.solvent_box = QCheckBox("Leave out solvent and water", self)
        self.integrals_box = QCheckBox("Integrals", self)
        self.parts = FigureParts(document, view.state if view is not None else None, self)
        self.size_row = FigureSize(self)
        self.schema_box = SchemaBox(self)
        self.count_text, self.loses_text = QLabel(self), QLabel(self)
        self.state_text = QLabel(self)
        self.add_buttons()
        self.export_button = QPushButton("Export", self)
        self._agreed: Path | None = None
        self._build(kind)
        self._connect()
        self._refresh()

    def chosen_format(self) -> ExportChoice:
        """Return what is to be exported, and in which format."""
        return choice_of(self.format.currentData())

    def chosen_path(self) -> Path:
        """Return where to write; the format's ending is added where there is none."""
        path = with_home(self.path.text().strip())
        ending = self.chosen_format().ending
        if not path.name or path.name.lower().endswith(ending):
            return path
        return path.with_name(path.name + ending)

    def _build(self, kind: str) -> None:
        for choice in CHOICES:
            self.format.addItem(choice.title, choice.key)
        first = choice_for(Path(f"name{kind}")) or CHOICES[0]
        self.format.setCurrentIndex(self.format.findData(first.key))
        self.format.setAccessibleName("What to export")
        folder = self._settings.export_folder or str(home())
        self.path.setText(str(Path(folder) / (suggested_name(self._document.name) + kind)))
        self.path.setAccessibleName("File")
        self.path.setMinimumWidth(280)
        self.solvent_box.setChecked(self._settings.leaves_out_solvent)
        self.integrals_box.setChecked(True)
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        where = in_row((self.path, 1), self.browse_button)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.form.addRow("Export", self.format)
        self.form.addRow("File", where)
        self.form.addRow("Leaves out", self.loses_text)
        self.form.addRow("Version", self.schema_box)
        self.form.addRow("Peaks", self.count_text)
        for row in (self.solvent_box, self.integrals_box, self.parts):
            self.form.addRow("", row)
        self.form.addRow("Size", self.size_row)
        self.form.addRow("Resolution", self.size_row.dpi)
        for label in (self.state_text, self.loses_text):
            label.setWordWrap(True)
        self.state_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state_text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.export_button.setDefault(True)
        in_column(self.form, 1, self.state_text, self.buttons, on=self, width=460)

    def _connect(self) -> None:
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.browse_button.clicked.connect(self._on_browse)
        self.solvent_box.toggled.connect(self._refresh)
        self.schema_box.currentIndexChanged.connect(self._refresh)
        self.path.textChanged.connect(self._on_path_changed)
        self.export_button.clicked.connect(self._on_export)

    def _refresh(self) -> None:
        self._agreed = None
        choice = self.chosen_format()
        for row, is_shown in (
            (self.solvent_box, choice.kind == "peaks"),
            (self.count_text, choice.kind == "peaks"),
            (self.loses_text, bool(self.schema_box.lost(choice))),
            (self.schema_box, choice.has_versions),
            (self.integrals_box, choice.has_integrals),
            (self.parts, choice.kind == "figure"),
            (self.size_row, choice.kind == "figure"),
            (self.size_row.dpi, choice.key == "figure png"),
        ):
            self.form.setRowVisible(row, is_shown)
        self.loses_text.setText(self.schema_box.lost(choice))
        self.integrals_box.setEnabled(bool(self._document.integrals))
        self.count_text.setText(self._count())
        path = self.chosen_path()
        problem = name_problem(path)
        # those of os.path, for any text may stand there: Path's raise where nothing can be
        is_folder, is_there = os.path.isdir(path), os.path.exists(path)
        has_name = bool(self.path.text().strip()) and not problem and not is_folder
        self.export_button.setEnabled(has_name)
        self.export_button.setText("Replace" if has_name and is_there else "Export")
        self._say(problem, is_error=True)

    def _count(self) -> str:
        shown = len(self._document.shown_peaks())
        peaks = self._document.export_peaks(leave_out_solvent=self.solvent_box.isChecked())
        left_out = shown - len(peaks)
        words = counted(len(peaks), "shown peak")
        return f"{words}, {left_out} of solvent and water left out" if left_out else words

    def _on_format_changed(self) -> None:
        """Give the file's name the format's ending."""
        path = without_ending(Path(self.path.text().strip()))
        if path.name:
            self.path.setText(str(path.with_name(path.name + self.chosen_format().ending)))
        self._refresh()

    def _on_path_changed(self) -> None:
        """Follow an ending that was typed."""
        path, ending = Path(self.path.text().strip()), self.chosen_format().ending
        typed = choice_for(path)
        if typed is not None and not (ending and path.name.lower().endswith(ending)):
            self.format.setCurrentIndex(self.format.findData(typed.key))
        self._refresh()

    def _on_browse(self) -> None:
        choice = self.chosen_format()
        path = self.chosen_path()
        start = "" if name_problem(path) else str(path)
        dialog = file_to_save(self, "Export to", start, choice.title, choice.ending)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    def _on_export(self) -> None:
        if not are_settled(self):
            return
        path = self.chosen_path()
        try:
            text = self._written(path)
        except OverwriteError as error:
            self._say(str(error), is_error=True)
            self._agreed = path
            self.export_button.setText("Replace All the Same")
            return
        except NmrQuanvError as error:
            self._say(str(error), is_error=True)
            return
        self._settings.export_folder = str(path.parent)
        self._settings.leaves_out_solvent = self.solvent_box.isChecked()
        self._refresh()
        self._say(text, is_error=False)
        self.exported.emit(str(path))

    def _written(self, path: Path) -> str:
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
        return 3 if self._document.sample.nucleus == "1H" else 2

    def _say(self, text: str, *, is_error: bool) -> None:
        """Show a sentence; a failure is bold, not only coloured."""
        self.state_text.setText(text)
        font = self.state_text.font()
        font.setBold(is_error)
        self.state_text.setFont(font)
        role = QPalette.ColorRole
        self.state_text.setForegroundRole(role.WindowText if is_error else role.PlaceholderText)
