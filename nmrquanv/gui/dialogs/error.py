"""A failure in plain words; the dialog is imported when there is something to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nmrquanv.gui.dialogs.error_dialog import ErrorDialog


def show_error(title: str, error: BaseException, parent: QWidget | None = None) -> ErrorDialog:
    """Open the dialog over its window and return at once."""
    from nmrquanv.gui.dialogs.error_dialog import ErrorDialog

    dialog = ErrorDialog(title, error, parent)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
    return dialog
