"""Asks how a text is read: its columns, unit and marks, frequency and nucleus; with a live look."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QWidget,
)

from nmrquanv.errors import FormatError
from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.dialogs.text_preview import ColumnTable, SmallTrace
from nmrquanv.gui.layouts import in_column, in_form, in_row
from nmrquanv.gui.number_box import NumberBox, WholeBox, are_settled
from nmrquanv.io.text_form import MAX_HEADER_LINES, TextForm
from nmrquanv.io.text_guess import Guess, TextPreview
from nmrquanv.session.text_forms import MAX_NUCLEUS, RememberedForm
from nmrquanv.session.text_trial import TextTrial

_NUCLEI = ("", "1H", "13C", "19F", "31P", "11B", "15N", "29Si")
_TRY_AFTER_MS = 120
_CHOICES: dict[str, tuple[tuple[str, object], ...]] = {
    "encoding": (("UTF-8", "utf-8"), ("UTF-16", "utf-16"), ("Latin 1", "latin-1")),
    "delimiter": (
        ("Tab", "tab"),
        ("Semicolon  ;", "semicolon"),
        ("Comma  ,", "comma"),
        ("Blanks", "blanks"),
    ),
    "decimal": (("Point  1.5", "."), ("Comma  1,5", ",")),
    "thousands": (
        ("None  1500", ""),
        ("Comma  1,500", ","),
        ("Point  1.500", "."),
        ("Apostrophe  1'500", "'"),
        ("Space  1 500", " "),
    ),
    "unit": (("Choose…", None), ("ppm", "ppm"), ("Hz", "Hz"), ("Points", "points")),
}
_TITLES = {
    "encoding": "Encoding",
    "delimiter": "Separator",
    "decimal": "Decimal mark",
    "thousands": "Thousands",
    "unit": "Unit of x",
}
_LAID_ANEW = ("encoding", "delimiter")
"""Choices after which the columns are others."""


class TextImportDialog(Dialog):
    """Shows how a text looks and lets that be corrected; what is wrong is said at once.

    Parameters
    ----------
    trial : TextTrial
        Becomes the dialog's own.
    can_import : bool
        Whether a spectrum is open that peaks can be imported into.
    parent : QWidget or None

    Signals
    -------
    peaks_wanted()
        The text is a peak list and is to be imported as such.
    """

    peaks_wanted = Signal()

    def __init__(
        self, trial: TextTrial, *, can_import: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__("Import a text", parent)
        trial.setParent(self)
        self._trial, self._can_import = trial, can_import
        self._columns: tuple[str, ...] | None = None
        self._is_pending = self._goes_on = False
        self.boxes = {name: self._box(name) for name in _CHOICES}
        self.header_lines = WholeBox(self)
        self.first_ppm, self.last_ppm = NumberBox(self), NumberBox(self)
        self.frequency, self.nucleus = NumberBox(self), QComboBox(self)
        self.table, self.trace = ColumnTable(self), SmallTrace(self)
        self.message, self.doubts = QLabel(self), QLabel(self)
        self.add_buttons(Button.Cancel)
        role = QDialogButtonBox.ButtonRole
        self.open_button = self.buttons.addButton(Button.Open)
        self.peaks_button = self.buttons.addButton("Import Peaks", role.ActionRole)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_TRY_AFTER_MS)
        self._set_up()
        self._lay_out()
        self._show_start(trial.start())
        self._connect()
        self._try()

    @property
    def path(self) -> str:
        """Of the text."""
        return self._trial.path

    @property
    def looks(self) -> Guess:
        """How the text looks."""
        return self._trial.looks

    def sf_mhz(self) -> float | None:
        """Return the frequency of 0 ppm in MHz, or None when it was left unknown."""
        return self.frequency.value() or None

    def chosen_nucleus(self) -> str | None:
        """Return the nucleus, such as ``"13C"``, or None when it was left unknown."""
        return self.nucleus.currentText().strip() or None

    def form(self) -> TextForm:
        """Return how the text is read.

        Raises
        ------
        FormatError
            What was chosen does not go together.
        """
        is_points = self.boxes["unit"].currentData() == "points"
        chosen = {name: box.currentData() for name, box in self.boxes.items()}
        return TextForm(
            columns=self._columns,
            header_lines=self.header_lines.whole(),
            first_ppm=self.first_ppm.value() if is_points else None,
            last_ppm=self.last_ppm.value() if is_points else None,
            **chosen,
        )

    def accept(self) -> None:
        """Go on, unless what was typed is no number, once the text was read that way."""
        if not are_settled(self) or not self.open_button.isEnabled():
            return
        if self._is_pending:
            self._goes_on = True
            if self._soon.isActive():
                self._soon.stop()
                self._try()
            return
        self._keep()
        super().accept()

    def _keep(self) -> None:
        self._trial.keep(RememberedForm(self.form(), self.sf_mhz(), self.chosen_nucleus() or ""))

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        for text, value in _CHOICES[name]:
            box.addItem(text, value)
        box.setAccessibleName(_TITLES[name])
        return box

    def _set_up(self) -> None:
        self.header_lines.set_up((0, MAX_HEADER_LINES), 0, name="Header lines")
        ends = ((self.first_ppm, "First row", 10.0), (self.last_ppm, "Last row", 0.0))
        for box, name, value in ends:
            box.set_up((-1e5, 1e5), value, decimals=4, suffix=" ppm", name=name)
        self.frequency.set_up(
            (0.0, 2000.0), decimals=4, suffix=" MHz", name="Spectrometer frequency"
        )
        self.frequency.setSpecialValueText("unknown")
        self.frequency.setToolTip(
            "Frequency of the observed nucleus: 400.13 for 1H and 100.61 for 13C on a\n"
            "'400 MHz' spectrometer. Bruker: SF, Varian: reffrq."
        )
        self.nucleus.setEditable(True)
        self.nucleus.addItems(_NUCLEI)
        self.nucleus.setAccessibleName("Nucleus")
        if (line := self.nucleus.lineEdit()) is not None:
            line.setMaxLength(MAX_NUCLEUS)
            line.setPlaceholderText("unknown")
        for label in (self.message, self.doubts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAccessibleName("What is read")
        self.message.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        told = (doubt.removeprefix(f"{self.path}: ") for doubt in self._trial.looks.doubts)
        doubts = " · ".join(told)
        self.doubts.setText(f"{Path(self.path).name}" + (f": {doubts}" if doubts else ""))

    def _lay_out(self) -> None:
        signs = ("encoding", "delimiter", "decimal", "thousands")
        self.rows = in_form(
            *((_TITLES[name], self.boxes[name]) for name in signs),
            ("Header lines", self.header_lines),
            (_TITLES["unit"], self.boxes["unit"]),
            ("First row", self.first_ppm),
            ("Last row", self.last_ppm),
            ("Frequency", self.frequency),
            ("Nucleus", self.nucleus),
        )
        right = in_column((self.table, 3), (self.trace, 2), self.message)
        middle = in_row(self.rows, (right, 1))
        in_column(self.doubts, (middle, 1), self.buttons, on=self)
        self.resize(900, 620)

    def _connect(self) -> None:
        for name, box in self.boxes.items():
            box.activated.connect(self._on_laid_anew if name in _LAID_ANEW else self._on_changed)
        self.header_lines.valueChanged.connect(self._on_laid_anew)
        for number in (self.first_ppm, self.last_ppm, self.frequency):
            number.valueChanged.connect(self._on_changed)
        self.table.roles_changed.connect(self._on_roles_changed)
        self._soon.timeout.connect(self._try)
        self._trial.previewed.connect(self._on_previewed)
        self.peaks_button.clicked.connect(self._on_peaks_clicked)

    def _show_start(self, known: RememberedForm) -> None:
        form = known.form
        self._columns = form.columns
        for name, box in self.boxes.items():
            box.setCurrentIndex(max(0, box.findData(getattr(form, name))))
        self.header_lines.setValue(form.header_lines or 0)
        for end, value in ((self.first_ppm, form.first_ppm), (self.last_ppm, form.last_ppm)):
            if value is not None:
                end.setValue(value)
        self.frequency.setValue(known.sf_mhz or 0.0)
        self.nucleus.setCurrentText(known.nucleus)
        self.open_button.setDefault(True)

    def _on_changed(self) -> None:
        self._is_pending = True
        self.open_button.setEnabled(True)
        self._soon.start()

    def _on_laid_anew(self) -> None:
        """Let the columns be told anew, where they are laid out otherwise."""
        self._columns = None
        self._on_changed()

    def _on_roles_changed(self) -> None:
        self._columns = self.table.roles()
        self._on_changed()

    def _try(self) -> None:
        """Ask what the present choice makes of the text."""
        is_points = self.boxes["unit"].currentData() == "points"
        for box in (self.first_ppm, self.last_ppm):
            self.rows.setRowVisible(box, is_points)
        self._is_pending = True
        self.peaks_button.setVisible(False)
        try:
            form = self.form()
        except FormatError as error:
            self._is_pending = self._goes_on = False
            self._say(str(error), is_wrong=True)
            self.trace.show_curve(())
            self.open_button.setEnabled(False)
            return
        self._trial.try_form(form, self.sf_mhz())

    def _on_previewed(self, shown: TextPreview) -> None:
        if self._soon.isActive():
            return
        self._is_pending = False
        self._columns = shown.form.columns
        self.table.show_preview(shown)
        self.trace.show_curve(shown.curve)
        self._say(shown.problem or shown.facts, is_wrong=bool(shown.problem))
        self.open_button.setEnabled(not shown.problem)
        self.peaks_button.setVisible(shown.is_peak_list)
        self.peaks_button.setEnabled(self._can_import)
        self.peaks_button.setToolTip("" if self._can_import else "Open its spectrum first")
        goes_on, self._goes_on = self._goes_on, False
        if goes_on and not shown.problem:
            self.accept()

    def _say(self, text: str, *, is_wrong: bool) -> None:
        colours = theme.current()
        self.message.setStyleSheet(f"color: {colours.warning if is_wrong else colours.text}")
        self.message.setText(text)

    def _on_peaks_clicked(self) -> None:
        if are_settled(self):
            self._keep()
            self.peaks_wanted.emit()
            self.reject()
