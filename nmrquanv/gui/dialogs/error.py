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

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.version import __version__

_ICON_PX = 32


def plain_words(error: BaseException, details: str = "what Help > Show Log says of it") -> str:
    """Return what went wrong as a user understands it.

    Expected failures speak for themselves. Anything else is a fault of the program, and is
    called one.

    Parameters
    ----------
    error : BaseException
    details : str
        What a report of such a fault is to hold.
    """
    if isinstance(error, NmrQuanvError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Close other spectra or programs and try again."
    if isinstance(error, OSError) and error.strerror:
        where = f" '{error.filename}'" if error.filename else ""
        return f"{error.strerror}:{where}" if where else f"{error.strerror}."
    return (
        "Something in the program failed that should not have. Your spectrum and peaks are as "
        f"they were. Please report it with {details}."
    )


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
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setMinimumHeight(180)
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


def show_error(title: str, error: BaseException, parent: QWidget | None = None) -> ErrorDialog:
    """Open the dialog over its window and return at once."""
    dialog = ErrorDialog(title, error, parent)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
    return dialog
