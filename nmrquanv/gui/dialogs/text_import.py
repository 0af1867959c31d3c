"""Asks what a text file of ppm and intensity cannot say: spectrometer frequency and nucleus."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui.number_box import NumberBox, are_settled

_NUCLEI = ("", "1H", "13C", "19F", "31P", "11B", "15N", "29Si")
_PREVIEW_LINES = 8
_LINE_CHARACTERS = 120


def first_lines(path: Path) -> str:
    """Return the beginning of a text file for a look at it; a message where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = [file.readline(_LINE_CHARACTERS) for _ in range(_PREVIEW_LINES)]
    except OSError as error:
        return f"({error.strerror or error})"
    return "\n".join(line.rstrip("\r\n") for line in islice(lines, _PREVIEW_LINES) if line)


class TextImportDialog(QDialog):
    """Asks for MHz and nucleus; both may stay unknown.

    Parameters
    ----------
    path : Path
        Of the text file.
    parent : QWidget or None
    """

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open a text file")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.path = path
        self.frequency = NumberBox(self)
        self.nucleus = QComboBox(self)
        self.preview = QPlainTextEdit(first_lines(path), self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._build()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def accept(self) -> None:
        """Go on, unless what was typed is no frequency."""
        if are_settled(self):
            super().accept()

    def sf_mhz(self) -> float | None:
        """Return the frequency of 0 ppm in MHz, or None when it was left unknown."""
        return self.frequency.value() or None

    def chosen_nucleus(self) -> str | None:
        """Return the nucleus, such as ``"13C"``, or None when it was left unknown."""
        return self.nucleus.currentText().strip() or None

    def _set_up_fields(self) -> None:
        self.frequency.set_up(
            (0.0, 3000.0), decimals=4, suffix=" MHz", name="Spectrometer frequency"
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
            line.setPlaceholderText("unknown")
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName("First lines of the file")
        self.preview.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setFixedHeight(
            (_PREVIEW_LINES + 1) * self.preview.fontMetrics().lineSpacing() + 12
        )

    def _build(self) -> None:
        self._set_up_fields()
        name = QLabel(f"The text file '{self.path.name}' begins with", self)
        name.setWordWrap(True)
        question = QLabel(
            "It holds chemical shifts and intensities, but not the spectrometer. Without the "
            "frequency, all values in Hz stay empty.",
            self,
        )
        question.setWordWrap(True)
        form = QFormLayout()
        form.addRow("Frequency", self.frequency)
        form.addRow("Nucleus", self.nucleus)
        layout = QVBoxLayout(self)
        layout.addWidget(name)
        layout.addWidget(self.preview)
        layout.addWidget(question)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(420)
        self.frequency.setFocus(Qt.FocusReason.OtherFocusReason)
        self.frequency.selectAll()
