"""What the dialogs have in common: a title, buttons, and that nothing of them stays once closed."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

Button = QDialogButtonBox.StandardButton


class Dialog(QDialog):
    """A dialog that goes when it is closed.

    Parameters
    ----------
    title : str
    parent : QWidget or None

    Attributes
    ----------
    buttons : QDialogButtonBox
        Once they have been added.
    is_of_document : bool
        Whether it stays open beside a document and follows it: undo makes sense in it.
    """

    is_of_document: ClassVar[bool] = False

    buttons: QDialogButtonBox

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add_buttons(self, kinds: Button = Button.Close) -> None:
        """Make the row of standard buttons, which accept or reject the dialog."""
        self.buttons = QDialogButtonBox(kinds, self)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
