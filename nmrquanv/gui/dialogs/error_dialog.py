"""A failure in plain words, with what a developer needs folded away beneath."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.dialogs.error_words import plain_words
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.version import __version__

_ICON_PX = 32


def technical_details(error: BaseException) -> str:
    """Return versions and traceback as text to send to the developers."""
    versions = f"nmrquanv {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return f"{versions}\n\n{''.join(traceback.format_exception(error))}"


class ErrorDialog(Dialog):
    """Says what happened and offers the details; never blocks the window's event loop.

    Parameters
    ----------
    title : str
        What was being done, such as ``"The spectrum could not be opened"``.
    error : BaseException
    parent : QWidget or None
    """

    def __init__(self, title: str, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__("nmrquanv", parent)
        self.title = QLabel(title, self)
        self.text = QLabel(plain_words(error, "the details below"), self)
        self.details = QPlainTextEdit(technical_details(error), self)
        self.details_button = QPushButton("Show details", self)
        self.copy_button = QPushButton("Copy details", self)
        self._build()
        self.details_button.toggled.connect(self._on_details_toggled)
        self.copy_button.clicked.connect(self._on_copy)

    def _build(self) -> None:
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        for label in (self.title, self.text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName("What happened")
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Technical details")
        letters = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        letters.setPointSizeF(self.font().pointSizeF())
        self.details.setFont(letters)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setMinimumHeight(scaled(180))
        self.details.hide()
        self.details_button.setCheckable(True)
        icon = QLabel(self)
        warning = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        icon.setPixmap(warning.pixmap(_ICON_PX, _ICON_PX))
        words = in_column(self.title, self.text, 1)
        top = in_row((icon, 0, Qt.AlignmentFlag.AlignTop), (words, 1), spacing=12)
        buttons = QDialogButtonBox(Button.Close, self)
        buttons.addButton(self.details_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        for button in (self.details_button, self.copy_button):
            button.setAutoDefault(False)
        buttons.button(Button.Close).setDefault(True)
        in_column(top, (self.details, 1), buttons, on=self, width=460)

    def _on_details_toggled(self, is_shown: bool) -> None:
        self.details.setVisible(is_shown)
        self.details_button.setText("Hide details" if is_shown else "Show details")
        self.adjustSize()

    def _on_copy(self) -> None:
        text = f"{self.title.text()}\n{self.text.text()}\n\n{self.details.toPlainText()}"
        QGuiApplication.clipboard().setText(text)
        self.copy_button.setText("Copied")
