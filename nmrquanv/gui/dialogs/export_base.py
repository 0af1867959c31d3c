"""What the dialogs of exports have in common: format, file, size of a figure, what came of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
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
    ExportChoice,
    choice_for,
    choice_of,
    tail_of,
    without_ending,
)
from nmrquanv.gui.dialogs.figure_size import FigureSize
from nmrquanv.gui.dialogs.questions import file_to_save
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.number_box import are_settled
from nmrquanv.io.format_files import suggested_name
from nmrquanv.paths import home, name_problem, with_home
from nmrquanv.session.settings import Settings

Row = tuple[str, QWidget]


class ExportAsking(Dialog):
    """Asks how and where; stays open to say what it wrote.

    Parameters
    ----------
    title : str
    choices : sequence of ExportChoice
    settings : Settings
        Keeps the folder.
    parent : QWidget or None

    Signals
    -------
    exported(str)
        A file was written.
    """

    exported = Signal(str)

    def __init__(
        self,
        title: str,
        choices: Sequence[ExportChoice],
        settings: Settings,
        parent: QWidget | None,
    ) -> None:
        super().__init__(title, parent)
        self._choices, self._settings = choices, settings
        self.format = QComboBox(self)
        self.path = QLineEdit(self)
        self.browse_button = QPushButton("Browse…", self)
        self.size_row = FigureSize(self)
        self.state_text = QLabel(self)
        self.add_buttons()
        self.export_button = QPushButton("Export", self)
        self._agreed: Path | None = None
        self.form = QFormLayout()

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

    def _ask(self, name: str, kind: str, rows: Iterable[Row] = ()) -> None:
        """Build the dialog, with rows between file and size, and connect it.

        Parameters
        ----------
        name : str
            Of what is exported.
        kind : str
            Ending of the format to begin with.
        rows : iterable of (str, QWidget)
        """
        for choice in self._choices:
            self.format.addItem(choice.title, choice.key)
        first = choice_for(Path(f"name{kind}"))
        self.format.setCurrentIndex(max(0, self.format.findData(first.key if first else "")))
        self.format.setAccessibleName("What to export")
        folder = self._settings.export_folder or str(home())
        self.path.setText(str(Path(folder) / (suggested_name(name) + kind)))
        self.path.setAccessibleName("File")
        self.path.setMinimumWidth(280)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        where = in_row((self.path, 1), self.browse_button)
        self.form.addRow("Export", self.format)
        self.form.addRow("File", where)
        for text, widget in rows:
            self.form.addRow(text, widget)
        self.form.addRow("Size", self.size_row)
        self.form.addRow("Resolution", self.size_row.dpi)
        self.state_text.setWordWrap(True)
        self.state_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state_text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.export_button.setDefault(True)
        in_column(self.form, 1, self.state_text, self.buttons, on=self, width=460)
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.browse_button.clicked.connect(self._on_browse)
        self.path.textChanged.connect(self._on_path_changed)
        self.export_button.clicked.connect(self._on_export)
        self._refresh()

    def _shown_rows(self, choice: ExportChoice) -> Iterable[tuple[QWidget, bool]]:
        """Yield rows of the form, and whether they are shown for a choice."""
        yield self.size_row, choice.kind == "figure"
        yield self.size_row.dpi, choice.key == "figure png"

    def _refresh(self) -> None:
        self._agreed = None
        for row, is_shown in self._shown_rows(self.chosen_format()):
            self.form.setRowVisible(row, is_shown)
        path = self.chosen_path()
        problem = name_problem(path)
        # those of os.path, for any text may stand there: Path's raise where nothing can be
        is_folder, is_there = os.path.isdir(path), os.path.exists(path)
        has_name = bool(self.path.text().strip()) and not problem and not is_folder
        self.export_button.setEnabled(has_name)
        self.export_button.setText("Replace" if has_name and is_there else "Export")
        self._say(problem, is_error=True)

    def _on_format_changed(self) -> None:
        """Give the file's name the format's ending, and no other export's name."""
        path = without_ending(Path(self.path.text().strip()))
        if path.name:
            self.path.setText(str(path.with_name(path.name + tail_of(self.chosen_format()))))
        self._refresh()

    def _on_path_changed(self) -> None:
        """Follow an ending that was typed."""
        path, ending = Path(self.path.text().strip()), self.chosen_format().ending
        typed = choice_for(path)
        is_so = bool(ending) and path.name.lower().endswith(ending)
        if typed is not None and typed in self._choices and not is_so:
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
        self._refresh()
        self._say(text, is_error=False)
        self.exported.emit(str(path))

    def _written(self, path: Path) -> str:
        """Write the file and return what to tell the user."""
        raise NotImplementedError

    def _say(self, text: str, *, is_error: bool) -> None:
        """Show a sentence; a failure is bold, not only coloured."""
        self.state_text.setText(text)
        font = self.state_text.font()
        font.setBold(is_error)
        self.state_text.setFont(font)
        role = QPalette.ColorRole
        self.state_text.setForegroundRole(role.WindowText if is_error else role.PlaceholderText)
